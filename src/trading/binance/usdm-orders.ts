import { type Decimal, ZERO } from '../decimal.ts';
import type { OrderReport } from '../exchange.ts';
import type { Fill, OrderRequest, OrderType } from '../model.ts';
import type { Id, WireAlgoOrder, WireOrder, WireTrade } from './usdm-wire.ts';
import { decimalOf } from './wire.ts';

/** Where it triggers at the moment no answer and no event says. */
export const TRAILING = 'TRAILING_STOP_MARKET';

export const CONDITIONAL_TYPES: ReadonlySet<string> = new Set([
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  TRAILING,
]);

export function isConditional(type: OrderType): boolean {
  switch (type) {
    case 'market':
    case 'limit':
    case 'limit_maker':
      return false;
    case 'stop_market':
    case 'stop_limit':
    case 'take_profit_market':
    case 'trailing_stop_market':
      return true;
  }
}

/** An order that cannot add exposure: in hedge mode one that sells a long or buys back a short. */
export function isProtective(order: OrderRequest): boolean {
  switch (order.positionSide) {
    case 'BOTH':
      return order.reduceOnly;
    case 'LONG':
      return order.action === 'SELL';
    case 'SHORT':
      return order.action === 'BUY';
  }
}

/** Parameters of `POST /fapi/v1/order`. RESULT makes a market order answer with its fill. */
export function orderParams(order: OrderRequest): Record<string, string> {
  const params: Record<string, string> = {
    symbol: order.symbol,
    side: order.action,
    positionSide: order.positionSide,
    type: order.type === 'limit' ? 'LIMIT' : 'MARKET',
    quantity: order.quantity.toFixed(),
    newClientOrderId: order.clientId,
    newOrderRespType: 'RESULT',
  };
  if (order.type === 'limit') {
    params.timeInForce = 'GTC';
    if (order.price !== null) params.price = order.price.toFixed();
  }
  addReduceOnly(params, order);
  return params;
}

/**
 * Parameters of `POST /fapi/v1/algoOrder`. By quantity, never `closePosition`.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order
 */
export function algoOrderParams(order: OrderRequest): Record<string, string> {
  const params: Record<string, string> = {
    algoType: 'CONDITIONAL',
    symbol: order.symbol,
    side: order.action,
    positionSide: order.positionSide,
    type: order.type.toUpperCase(),
    quantity: order.quantity.toFixed(),
    workingType: order.workingType === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
    clientAlgoId: order.clientId,
  };
  const trailing = order.type === 'trailing_stop_market';
  if (order.triggerPrice !== null) {
    params[trailing ? 'activatePrice' : 'triggerPrice'] = order.triggerPrice.toFixed();
  }
  if (trailing && order.callbackPct !== null) params.callbackRate = order.callbackPct.toFixed();
  addReduceOnly(params, order);
  return params;
}

/** Hedge mode refuses `reduceOnly`: there the position side says it. */
function addReduceOnly(params: Record<string, string>, order: OrderRequest): void {
  if (order.reduceOnly && order.positionSide === 'BOTH') params.reduceOnly = 'true';
}

export function orderReport(wire: WireOrder): OrderReport {
  return {
    clientId: wire.clientOrderId,
    symbol: wire.symbol,
    conditional: false,
    orderId: String(wire.orderId),
    status: plainStatus(wire.status),
    action: wire.side,
    positionSide: wire.positionSide ?? 'BOTH',
    reduceOnly: wire.reduceOnly ?? false,
    quantity: decimalOf(wire.origQty),
    executed: decimalOf(wire.executedQty),
    avgPrice: positive(wire.avgPrice),
    price: positive(wire.price),
    triggerPrice: positive(wire.stopPrice),
    reason: null,
    at: wire.updateTime ?? wire.time ?? 0,
  };
}

/** Of a conditional order without its child: FINISHED stays `triggered` until the child tells what became of it. */
export function algoReport(wire: WireAlgoOrder): OrderReport {
  return {
    clientId: wire.clientAlgoId,
    symbol: wire.symbol,
    conditional: true,
    orderId: childId(wire.actualOrderId),
    status: algoStatus(wire.algoStatus),
    action: wire.side,
    positionSide: wire.positionSide ?? 'BOTH',
    reduceOnly: wire.reduceOnly ?? false,
    quantity: decimalOf(wire.quantity),
    executed: ZERO,
    avgPrice: null,
    price: positive(wire.price),
    triggerPrice: wire.orderType === TRAILING ? null : positive(wire.triggerPrice),
    reason: null,
    at: wire.updateTime ?? wire.createTime ?? 0,
  };
}

/** The parent with what its child executed. */
export function withChild(parent: OrderReport, child: OrderReport): OrderReport {
  return {
    ...parent,
    orderId: child.orderId,
    status: child.status === 'working' ? 'triggered' : child.status,
    executed: child.executed,
    avgPrice: child.avgPrice,
    at: Math.max(parent.at, child.at),
  };
}

export function plainStatus(status: string): OrderReport['status'] {
  switch (status) {
    case 'FILLED':
      return 'filled';
    case 'CANCELED':
      return 'cancelled';
    case 'EXPIRED':
    case 'EXPIRED_IN_MATCH':
      return 'expired';
    case 'REJECTED':
      return 'rejected';
    // Of spot: the pending order of a list whose working order has not filled whole.
    case 'PENDING_NEW':
      return 'waiting';
    // NEW, PARTIALLY_FILLED, NEW_INSURANCE, NEW_ADL; an unknown one is not final either.
    default:
      return 'working';
  }
}

export function algoStatus(status: string): OrderReport['status'] {
  switch (status) {
    case 'TRIGGERING':
    case 'TRIGGERED':
    case 'FINISHED':
      return 'triggered';
    case 'CANCELED':
      return 'cancelled';
    case 'EXPIRED':
      return 'expired';
    case 'REJECTED':
      return 'rejected';
    default:
      return 'working';
  }
}

export function childId(id: Id | undefined): string | null {
  return id === undefined || id === '' || id === 0 || id === '0' ? null : String(id);
}

export function tradeFill(wire: WireTrade, clientId: string): Fill {
  return {
    tradeId: String(wire.id),
    orderId: String(wire.orderId),
    clientId,
    symbol: wire.symbol,
    action: wire.side,
    positionSide: wire.positionSide ?? 'BOTH',
    price: decimalOf(wire.price),
    quantity: decimalOf(wire.qty),
    commission: decimalOf(wire.commission),
    commissionAsset: wire.commissionAsset,
    realisedPnl: decimalOf(wire.realizedPnl),
    maker: wire.maker,
    at: wire.time,
  };
}

/** Zero stands for "none" in prices. */
export function positive(value: string | undefined): Decimal | null {
  if (value === undefined || value === '') return null;
  const amount = decimalOf(value);
  return amount.gt(0) ? amount : null;
}
