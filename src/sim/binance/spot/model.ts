import type { Decimal } from '../../../trading/decimal.ts';

/** What the spot core keeps. Amounts are Decimals in base or quote currency; times are milliseconds. */

export type Side = 'BUY' | 'SELL';
export type OrderType =
  | 'LIMIT'
  | 'MARKET'
  | 'STOP_LOSS'
  | 'STOP_LOSS_LIMIT'
  | 'TAKE_PROFIT'
  | 'TAKE_PROFIT_LIMIT'
  | 'LIMIT_MAKER';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
/** `PENDING_NEW`: waits until the working order of its list has filled whole. */
export type OrderStatus =
  | 'NEW'
  | 'PENDING_NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'EXPIRED'
  | 'REJECTED';
export type ResponseType = 'ACK' | 'RESULT' | 'FULL';
/** https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md#order-expiry-reason */
export type ExpiryReason =
  | 'REJECTED'
  | 'EXCHANGE_CANCELED'
  | 'OCO_TRIGGER'
  | 'OTO_PHASE_ONE_EXPIRED'
  | 'UNFILLED_IOC_QUANTITY_EXPIRED'
  | 'UNFILLED_FOK_ORDER_EXPIRED'
  | 'INSUFFICIENT_LIQUIDITY'
  | 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED';

export interface Order {
  orderId: number;
  /** -1 outside a list. */
  orderListId: number;
  clientOrderId: string;
  symbol: string;
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  /** 0 where the type has none. */
  price: Decimal;
  /** 0 for a pending order of an OPO list until its working order has filled. */
  quantity: Decimal;
  /** quoteOrderQty, else 0. */
  quoteQuantity: Decimal;
  /** 0 where the type has none, or a trailing stop was sent without. */
  stopPrice: Decimal;
  /** Basis points of a trailing stop. */
  trailingDelta: number | null;
  /** The best price since a trailing stop follows it; null before. */
  extreme: Decimal | null;
  icebergQuantity: Decimal | null;
  strategyId: number | null;
  strategyType: number | null;
  /** The quote currency that a buy keeps locked, per unit. */
  lockPrice: Decimal;
  executed: Decimal;
  cumQuote: Decimal;
  status: OrderStatus;
  /** On the book, or taking from it; a stop is not before it has triggered. */
  working: boolean;
  /** -1 before it works. */
  workingTime: number;
  selfTradePreventionMode: string;
  expiryReason: ExpiryReason | null;
  time: number;
  updateTime: number;
}

export interface OrderList {
  orderListId: number;
  contingencyType: 'OCO' | 'OTO';
  listClientOrderId: string;
  symbol: string;
  /** As they were sent: working first, above before below. */
  orderIds: number[];
  /** The order that comes first in an OTO; null in an OCO. */
  workingId: number | null;
  /** The two that cancel each other: of an OCO, or the pending ones of an OTOCO. */
  pair: readonly [number, number] | null;
  /** The pending ones sell what the working one has bought. */
  opo: boolean;
  /** What the working order of an OPO has bought so far, without the commission taken from it; locked. */
  received: Decimal;
  done: boolean;
  transactionTime: number;
}

export interface Trade {
  id: number;
  orderId: number;
  orderListId: number;
  symbol: string;
  side: Side;
  price: Decimal;
  quantity: Decimal;
  commission: Decimal;
  commissionAsset: string;
  maker: boolean;
  time: number;
}

/** An event as it goes out to the account. */
export type UserEvent = { e: string; E: number } & Record<string, unknown>;

export function remaining(order: Order): Decimal {
  return order.quantity.minus(order.executed);
}

export function isOpen(order: Pick<Order, 'status'>): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED' || order.status === 'PENDING_NEW';
}

/** Stop loss and take profit orders wait for a price; they count as "algo" orders in the filters. */
export function isContingent(type: OrderType): boolean {
  return type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT');
}

/** Whether an order of that type, once it works, has a limit price. */
export function isLimit(type: OrderType): boolean {
  return type.includes('LIMIT');
}

/** Whether a contingent order triggers at its stop price or above it. */
export function triggersUpwards(order: Pick<Order, 'type' | 'side'>): boolean {
  return order.type.startsWith('STOP_LOSS') === (order.side === 'BUY');
}
