import { optional, type Params } from '../params.ts';
import type { Core } from './core.ts';
import { listState } from './events.ts';
import type { Order, OrderList, ResponseType, Trade } from './model.ts';
import { oneOf } from './requests.ts';

/** Orders, lists and trades as the API writes them. https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md */

type Json = Record<string, unknown>;

/** What the request asks for, else FULL for market and limit orders and ACK for the others; -1130 for another word. */
export function responseType(params: Params, order: Order): ResponseType {
  const wanted = optional(params, 'newOrderRespType');
  if (wanted !== undefined)
    return oneOf<ResponseType>(wanted, ['ACK', 'RESULT', 'FULL'], -1130, 'newOrderRespType');
  return order.type === 'MARKET' || order.type === 'LIMIT' ? 'FULL' : 'ACK';
}

/** The answer to a new order. */
export function newOrderView(core: Core, order: Order, type: ResponseType): Json {
  const acknowledged = {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: order.clientOrderId,
    transactTime: order.updateTime,
  };
  if (type === 'ACK') return acknowledged;
  const result = { ...acknowledged, ...figures(order), workingTime: order.workingTime, ...labels(order) };
  if (type === 'RESULT') return result;
  const own = core.trades.filter((trade) => trade.orderId === order.orderId);
  return { ...result, fills: own.map(fillView) };
}

function figures(order: Order): Json {
  // A pending OPO order has no quantity until its working order has filled.
  const sized = !order.quantity.isZero() || order.status !== 'PENDING_NEW';
  return {
    price: order.price.toFixed(8),
    ...(sized ? { origQty: order.quantity.toFixed(8) } : {}),
    executedQty: order.executed.toFixed(8),
    origQuoteOrderQty: order.quoteQuantity.toFixed(8),
    cummulativeQuoteQty: order.cumQuote.toFixed(8),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    ...(order.stopPrice.isZero() ? {} : { stopPrice: order.stopPrice.toFixed(8) }),
  };
}

function labels(order: Order): Json {
  return {
    ...(order.trailingDelta === null ? {} : { trailingDelta: order.trailingDelta, trailingTime: -1 }),
    ...(order.icebergQuantity === null ? {} : { icebergQty: order.icebergQuantity.toFixed(8) }),
    ...(order.strategyId === null ? {} : { strategyId: order.strategyId }),
    ...(order.strategyType === null ? {} : { strategyType: order.strategyType }),
    selfTradePreventionMode: order.selfTradePreventionMode,
    ...(order.expiryReason === null ? {} : { expiryReason: order.expiryReason }),
  };
}

function fillView(trade: Trade): Json {
  return {
    price: trade.price.toFixed(8),
    qty: trade.quantity.toFixed(8),
    commission: trade.commission.toFixed(8),
    commissionAsset: trade.commissionAsset,
    tradeId: trade.id,
  };
}

/** The answer to a query. */
export function orderView(order: Order): Json {
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: order.clientOrderId,
    ...figures(order),
    stopPrice: order.stopPrice.toFixed(8),
    time: order.time,
    updateTime: order.updateTime,
    isWorking: order.workingTime !== -1,
    workingTime: order.workingTime,
    icebergQty: (order.icebergQuantity ?? order.executed.times(0)).toFixed(8),
    ...labels(order),
  };
}

export function cancelView(order: Order, cancelId: string): Json {
  return {
    symbol: order.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.orderId,
    orderListId: order.orderListId,
    clientOrderId: cancelId,
    transactTime: order.updateTime,
    ...figures(order),
    ...labels(order),
  };
}

export function listView(core: Core, list: OrderList): Json {
  const { type, status } = listState(list);
  return {
    orderListId: list.orderListId,
    contingencyType: list.contingencyType,
    listStatusType: type,
    listOrderStatus: status,
    listClientOrderId: list.listClientOrderId,
    transactionTime: list.transactionTime,
    symbol: list.symbol,
    orders: list.orderIds.map((orderId) => ({
      symbol: list.symbol,
      orderId,
      clientOrderId: core.orders.get(orderId)?.clientOrderId ?? '',
    })),
  };
}

/** A cancelled list with what became of its orders. */
export function cancelledListView(core: Core, list: OrderList, cancelId: string): Json {
  const orders = list.orderIds
    .map((orderId) => core.orders.get(orderId))
    .filter((order) => order !== undefined);
  return { ...listView(core, list), orderReports: orders.map((order) => cancelView(order, cancelId)) };
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#account-trade-list-user_data */
export function tradeView(trade: Trade): Json {
  return {
    symbol: trade.symbol,
    id: trade.id,
    orderId: trade.orderId,
    orderListId: trade.orderListId,
    price: trade.price.toFixed(8),
    qty: trade.quantity.toFixed(8),
    quoteQty: trade.price.times(trade.quantity).toFixed(8),
    commission: trade.commission.toFixed(8),
    commissionAsset: trade.commissionAsset,
    time: trade.time,
    isBuyer: trade.side === 'BUY',
    isMaker: trade.maker,
    isBestMatch: true,
  };
}
