import { Decimal } from '../decimal.ts';
import type { ListRequest, OrderReport } from '../exchange.ts';
import type { AttachedStop, Fill, OrderRequest } from '../model.ts';
import type { WireSpotFill, WireSpotList, WireSpotOrder, WireSpotTrade } from './spot-wire.ts';
import { plainStatus, positive } from './usdm-orders.ts';
import { decimalOf } from './wire.ts';

/** Orders of the spot market between our words and the exchange's. */

/** Stop loss and take profit orders wait for a price. */
export function isConditionalType(type: string): boolean {
  return type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT');
}

/** An order that sells can only make a holding smaller: what it sells has to be there. */
export function isSelling(order: Pick<OrderRequest, 'action'>): boolean {
  return order.action === 'SELL';
}

const BASIS_POINTS_PER_PERCENT = 100;

/**
 * Parameters of `POST /api/v3/order`. FULL makes a market order answer with its fills.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#new-order-trade
 */
export function spotOrderParams(order: OrderRequest): Record<string, string> {
  return {
    symbol: order.symbol,
    side: order.action,
    quantity: order.quantity.toFixed(),
    newClientOrderId: order.clientId,
    newOrderRespType: 'FULL',
    ...named('', typeParams(order)),
  };
}

/**
 * Parameters of `POST /api/v3/orderList/oco`: the target above the price, the stop below it.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#new-order-list---oco-trade
 */
export function ocoParams(list: ListRequest): Record<string, string> {
  const leg = (prefix: string, order: OrderRequest) =>
    named(prefix, { ...typeParams(order), clientOrderId: order.clientId });
  return {
    symbol: list.symbol,
    side: list.target.action,
    quantity: list.target.quantity.toFixed(),
    listClientOrderId: list.listId,
    newOrderRespType: 'FULL',
    ...leg('above', list.target),
    ...leg('below', list.stop),
  };
}

/**
 * Parameters of `POST /api/v3/orderList/oto`: the entry works, its stop is pending until that has filled whole. With a
 * target those of `/otoco`: the pair is pending, the target above the price, the stop below it.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#new-order-list---oto-trade
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#new-order-list---otoco-trade
 */
export function attachedParams(entry: OrderRequest, attached: AttachedStop): Record<string, string> {
  const { clientId, type, price, triggerPrice, target } = attached;
  const stop = { ...typeParams({ type, price, triggerPrice, callbackPct: null }), clientOrderId: clientId };
  return {
    symbol: entry.symbol,
    listClientOrderId: attached.listId,
    newOrderRespType: 'FULL',
    workingSide: entry.action,
    pendingSide: entry.action === 'BUY' ? 'SELL' : 'BUY',
    pendingQuantity: attached.quantity.toFixed(),
    ...named('working', {
      ...typeParams(entry),
      quantity: entry.quantity.toFixed(),
      clientOrderId: entry.clientId,
    }),
    ...(target === undefined
      ? named('pending', stop)
      : {
          ...named('pendingAbove', {
            ...typeParams({
              type: 'limit_maker',
              price: target.price,
              triggerPrice: null,
              callbackPct: null,
            }),
            clientOrderId: target.clientId,
          }),
          ...named('pendingBelow', stop),
        }),
  };
}

/** `stopPrice` becomes `aboveStopPrice`. */
function named(prefix: string, params: Record<string, string>): Record<string, string> {
  if (prefix === '') return params;
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      `${prefix}${name[0]?.toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  );
}

/** What the type needs: a limit has a price, a stop has a trigger, a trailing stop what it leaves to the price. */
function typeParams(
  order: Pick<OrderRequest, 'type' | 'price' | 'triggerPrice' | 'callbackPct'>,
): Record<string, string> {
  const price = order.price === null ? {} : { price: order.price.toFixed() };
  const stop = order.triggerPrice === null ? {} : { stopPrice: order.triggerPrice.toFixed() };
  switch (order.type) {
    case 'market':
      return { type: 'MARKET' };
    case 'limit':
      return { type: 'LIMIT', timeInForce: 'GTC', ...price };
    case 'limit_maker':
      return { type: 'LIMIT_MAKER', ...price };
    case 'stop_market':
      return { type: 'STOP_LOSS', ...stop };
    case 'stop_limit':
      return { type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', ...price, ...stop };
    case 'take_profit_market':
      return { type: 'TAKE_PROFIT', ...stop };
    case 'trailing_stop_market': {
      const delta = order.callbackPct?.times(BASIS_POINTS_PER_PERCENT).toFixed(0);
      return { type: 'STOP_LOSS', ...stop, ...(delta === undefined ? {} : { trailingDelta: delta }) };
    }
  }
}

export function spotReport(wire: WireSpotOrder): OrderReport {
  const executed = decimalOf(wire.executedQty);
  const conditional = isConditionalType(wire.type);
  const status = plainStatus(wire.status);
  // What has never been on the book has not triggered; a fill proves that it was.
  const works = (wire.isWorking ?? true) && (wire.workingTime ?? -1) > 0;
  const triggered = conditional && status === 'working' && (works || executed.gt(0));
  const orderId = String(wire.orderId);
  const clientId = wire.origClientOrderId ?? wire.clientOrderId;
  const at = wire.transactTime ?? wire.updateTime ?? wire.time ?? 0;
  const report: OrderReport = {
    clientId,
    symbol: wire.symbol,
    conditional,
    orderId,
    status: triggered ? 'triggered' : status,
    action: wire.side,
    positionSide: 'BOTH',
    reduceOnly: false,
    quantity: decimalOf(wire.origQty ?? 0),
    executed,
    avgPrice: average(wire.cummulativeQuoteQty, executed),
    price: positive(wire.price),
    triggerPrice: positive(wire.stopPrice),
    reason: wire.expiryReason ?? null,
    at,
    listed: isListed(wire.orderListId),
  };
  if (wire.fills === undefined) return report;
  return { ...report, fills: wire.fills.map((fill) => answeredFill(fill, report)) };
}

export function listReports(wire: WireSpotList): OrderReport[] {
  return wire.orderReports.map(spotReport);
}

/** Of a cancellation: the order, or the whole list that it was a leg of. */
export function cancelledReport(wire: WireSpotOrder | WireSpotList, clientId: string): OrderReport {
  return 'orderReports' in wire ? ownReport(wire, clientId) : spotReport(wire);
}

/** @throws TypeError where the list does not hold the order */
export function ownReport(wire: WireSpotList, clientId: string): OrderReport {
  const own = listReports(wire).find((report) => report.clientId === clientId);
  if (own === undefined) throw new TypeError('the list does not hold the order');
  return own;
}

export function isListed(orderListId: number | string | undefined): boolean {
  return orderListId !== undefined && String(orderListId) !== '-1';
}

/** Quote over base; for some old orders the exchange does not know the quote and says -1. */
export function average(quote: string | undefined, executed: Decimal): Decimal | null {
  const value = positive(quote);
  return value === null || executed.isZero() ? null : value.div(executed);
}

/** A fill that an answer tells is a taker's: a maker's comes later, by event. */
function answeredFill(wire: WireSpotFill, order: OrderReport): Fill {
  return {
    tradeId: String(wire.tradeId),
    orderId: order.orderId ?? '',
    clientId: order.clientId,
    symbol: order.symbol,
    action: order.action,
    positionSide: 'BOTH',
    price: decimalOf(wire.price),
    quantity: decimalOf(wire.qty),
    commission: decimalOf(wire.commission),
    commissionAsset: wire.commissionAsset,
    realisedPnl: new Decimal(0),
    maker: false,
    at: order.at,
  };
}

export function spotTradeFill(wire: WireSpotTrade, clientId: string): Fill {
  return {
    tradeId: String(wire.id),
    orderId: String(wire.orderId),
    clientId,
    symbol: wire.symbol,
    action: wire.isBuyer ? 'BUY' : 'SELL',
    positionSide: 'BOTH',
    price: decimalOf(wire.price),
    quantity: decimalOf(wire.qty),
    commission: decimalOf(wire.commission),
    commissionAsset: wire.commissionAsset,
    realisedPnl: new Decimal(0),
    maker: wire.isMaker,
    at: wire.time,
  };
}
