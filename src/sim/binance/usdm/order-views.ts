import type { Decimal } from '../../../trading/decimal.ts';
import type { Instrument } from '../instruments.ts';
import type { AlgoOrder, Income, Order, Trade } from './model.ts';
import { averagePrice } from './model.ts';

/** Orders, trades and income as the REST API writes them. */

type Json = Record<string, unknown>;

const price = (contract: Instrument, value: Decimal) => value.toFixed(contract.pricePrecision);
const quantity = (contract: Instrument, value: Decimal) => value.toFixed(contract.quantityPrecision);

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Query-Order */
export function orderView(contract: Instrument, order: Order): Json {
  return {
    orderId: order.orderId,
    symbol: order.symbol,
    status: order.status,
    clientOrderId: order.clientOrderId,
    price: price(contract, order.price),
    avgPrice: averagePrice(order).toFixed(contract.pricePrecision + 3),
    origQty: quantity(contract, order.quantity),
    executedQty: quantity(contract, order.executed),
    cumQuote: order.cumQuote.toFixed(5),
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: order.closePosition,
    side: order.side,
    positionSide: order.positionSide,
    stopPrice: price(contract, order.stopPrice),
    workingType: order.workingType,
    priceProtect: order.priceProtect,
    origType: order.origType,
    priceMatch: order.priceMatch,
    selfTradePreventionMode: order.selfTradePreventionMode,
    goodTillDate: order.goodTillDate,
    time: order.time,
    updateTime: order.updateTime,
  };
}

/**
 * The answer to a new order. ACK says that it was taken, not what became of it, and has neither average price
 * nor quote amount; RESULT is given once a market, IOC or FOK order has ended.
 */
export function newOrderView(contract: Instrument, order: Order, responseType: 'ACK' | 'RESULT'): Json {
  const { time: _, ...view } = orderView(contract, order);
  if (responseType === 'RESULT') return { ...view, cumQty: quantity(contract, order.executed) };
  const { avgPrice: _a, cumQuote: _c, ...acknowledged } = view;
  const none = quantity(contract, order.quantity.times(0));
  return { ...acknowledged, status: 'NEW', executedQty: none, cumQty: none, updateTime: order.time };
}

/** The answer to a cancellation and to an amendment. */
export function cancelView(contract: Instrument, order: Order): Json {
  const { time: _, ...view } = orderView(contract, order);
  return { ...view, cumQty: quantity(contract, order.executed) };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order */
export function newAlgoView(contract: Instrument, algo: AlgoOrder): Json {
  return {
    algoId: algo.algoId,
    clientAlgoId: algo.clientAlgoId,
    algoType: 'CONDITIONAL',
    orderType: algo.type,
    symbol: algo.symbol,
    side: algo.side,
    positionSide: algo.positionSide,
    timeInForce: algo.timeInForce,
    quantity: quantity(contract, algo.quantity),
    algoStatus: algo.status,
    triggerPrice: price(contract, algo.triggerPrice),
    price: price(contract, algo.price),
    icebergQuantity: null,
    selfTradePreventionMode: algo.selfTradePreventionMode,
    workingType: algo.workingType,
    priceMatch: algo.priceMatch,
    closePosition: algo.closePosition,
    priceProtect: algo.priceProtect,
    reduceOnly: algo.reduceOnly,
    ...(algo.type === 'TRAILING_STOP_MARKET'
      ? {
          activatePrice: algo.activatePrice === null ? '' : price(contract, algo.activatePrice),
          callbackRate: algo.callbackRate?.toFixed() ?? '',
        }
      : {}),
    createTime: algo.createTime,
    updateTime: algo.updateTime,
    triggerTime: algo.triggerTime,
    goodTillDate: algo.goodTillDate,
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Query-Algo-Order */
export function algoView(contract: Instrument, algo: AlgoOrder): Json {
  const sent = algo.actualOrderId !== null;
  return {
    ...newAlgoView(contract, algo),
    actualOrderId: sent ? String(algo.actualOrderId) : '',
    actualPrice: algo.actualPrice.toFixed(5),
    ...(sent ? { actualQty: quantity(contract, algo.actualQuantity), actualType: algo.actualType } : {}),
    tpTriggerPrice: '0.000',
    tpPrice: '0.000',
    slTriggerPrice: '0.000',
    slPrice: '0.000',
    tpOrderType: '',
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Account-Trade-List */
export function tradeView(contract: Instrument, trade: Trade): Json {
  return {
    symbol: trade.symbol,
    id: trade.id,
    orderId: trade.orderId,
    side: trade.side,
    price: price(contract, trade.price),
    qty: quantity(contract, trade.quantity),
    realizedPnl: trade.realized.toFixed(8),
    quoteQty: trade.price.times(trade.quantity).toFixed(5),
    commission: trade.commission.toFixed(8),
    commissionAsset: trade.commissionAsset ?? contract.quoteAsset,
    time: trade.time,
    positionSide: trade.positionSide,
    buyer: trade.side === 'BUY',
    maker: trade.maker,
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Get-Income-History */
export function incomeView(income: Income): Json {
  return {
    symbol: income.symbol,
    incomeType: income.incomeType,
    income: income.income.toFixed(8),
    asset: income.asset ?? 'USDT',
    time: income.time,
    info: income.info,
    tranId: income.tranId,
    tradeId: income.tradeId,
  };
}
