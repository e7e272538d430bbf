import type { Decimal } from '../../../trading/decimal.ts';

/** What the matching core keeps. Amounts are Decimals in base or quote currency; times are milliseconds. */

export type Side = 'BUY' | 'SELL';
export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';
export type MarginType = 'CROSSED' | 'ISOLATED';
export type WorkingType = 'CONTRACT_PRICE' | 'MARK_PRICE';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTX' | 'GTD' | 'GTE_GTC';
export type OrderType = 'LIMIT' | 'MARKET' | 'LIQUIDATION';
export type AlgoType = 'STOP' | 'STOP_MARKET' | 'TAKE_PROFIT' | 'TAKE_PROFIT_MARKET' | 'TRAILING_STOP_MARKET';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
export type AlgoStatus =
  | 'NEW'
  | 'TRIGGERING'
  | 'TRIGGERED'
  | 'FINISHED'
  | 'CANCELED'
  | 'REJECTED'
  | 'EXPIRED';

export interface Order {
  orderId: number;
  clientOrderId: string;
  symbol: string;
  side: Side;
  positionSide: PositionSide;
  type: OrderType;
  /** The conditional type that made this order, or its own type. */
  origType: OrderType | AlgoType;
  timeInForce: TimeInForce;
  /** 0 for a market order. */
  price: Decimal;
  quantity: Decimal;
  executed: Decimal;
  cumQuote: Decimal;
  status: OrderStatus;
  reduceOnly: boolean;
  closePosition: boolean;
  /** 0 unless a conditional order made this one. */
  stopPrice: Decimal;
  workingType: WorkingType;
  priceProtect: boolean;
  priceMatch: string;
  selfTradePreventionMode: string;
  goodTillDate: number;
  /** The conditional order that made this one. */
  algoId: number | null;
  time: number;
  updateTime: number;
}

export interface AlgoOrder {
  algoId: number;
  clientAlgoId: string;
  symbol: string;
  side: Side;
  positionSide: PositionSide;
  type: AlgoType;
  timeInForce: TimeInForce;
  /** 0 with closePosition. */
  quantity: Decimal;
  /** The limit price of STOP and TAKE_PROFIT, else 0. */
  price: Decimal;
  /** 0 for a trailing stop. */
  triggerPrice: Decimal;
  /** Trailing stops: null once the order follows the price from the start. */
  activatePrice: Decimal | null;
  /** Percent. */
  callbackRate: Decimal | null;
  /** Trailing stops: the best price since activation, null before it. */
  extreme: Decimal | null;
  workingType: WorkingType;
  closePosition: boolean;
  priceProtect: boolean;
  reduceOnly: boolean;
  priceMatch: string;
  selfTradePreventionMode: string;
  goodTillDate: number;
  status: AlgoStatus;
  /** The order in the matching engine, once triggered. */
  actualOrderId: number | null;
  actualType: OrderType | null;
  actualPrice: Decimal;
  actualQuantity: Decimal;
  /** Why the matching engine refused it. */
  reason: string;
  createTime: number;
  updateTime: number;
  triggerTime: number;
}

export interface Trade {
  id: number;
  orderId: number;
  symbol: string;
  side: Side;
  positionSide: PositionSide;
  price: Decimal;
  quantity: Decimal;
  realized: Decimal;
  commission: Decimal;
  /** Absent for the quote asset. */
  commissionAsset?: string;
  maker: boolean;
  time: number;
}

export interface Position {
  symbol: string;
  positionSide: PositionSide;
  /** Negative for a short, in hedge mode too. */
  amount: Decimal;
  entryPrice: Decimal;
  /** Quote currency set aside for an isolated position, else 0. */
  isolatedWallet: Decimal;
  /** Realised since the position was opened, before fees. */
  realized: Decimal;
  /** Commissions since the position was opened. */
  fees: Decimal;
  /** Realised over the life of the account, before fees. */
  accumulated: Decimal;
  updateTime: number;
}

export interface SymbolSettings {
  leverage: number;
  marginType: MarginType;
}

export type IncomeType = 'REALIZED_PNL' | 'COMMISSION' | 'FUNDING_FEE' | 'TRANSFER' | 'INSURANCE_CLEAR';

export interface Income {
  symbol: string;
  incomeType: IncomeType;
  income: Decimal;
  /** Absent for the quote asset. */
  asset?: string;
  info: string;
  tranId: number;
  tradeId: string;
  time: number;
}

/** An event as it goes out on the private stream. */
export type UserEvent = { e: string; E: number } & Record<string, unknown>;

export function remaining(order: Order): Decimal {
  return order.quantity.minus(order.executed);
}

export function averagePrice(order: Order): Decimal {
  return order.executed.isZero() ? order.executed : order.cumQuote.div(order.executed);
}

export function isOpen(order: Order): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

export function opposite(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}
