import type { Id } from './usdm-wire.ts';

/**
 * Answers and events of the spot API, as far as we read them.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md
 */

type Side = 'BUY' | 'SELL';

/** A new order (FULL), a queried one and a cancelled one; which fields there are depends on which. */
export interface WireSpotOrder {
  symbol: string;
  orderId: Id;
  /** -1 outside a list. */
  orderListId?: Id;
  clientOrderId: string;
  /** Of a cancelled order: its own client id, `clientOrderId` is then the cancellation's. */
  origClientOrderId?: string;
  status: string;
  side: Side;
  type: string;
  /** Absent for a pending order whose quantity is not known yet. */
  origQty?: string;
  executedQty: string;
  cummulativeQuoteQty?: string;
  price?: string;
  stopPrice?: string;
  time?: number;
  updateTime?: number;
  transactTime?: number;
  isWorking?: boolean;
  /** -1 before it works. */
  workingTime?: number;
  expiryReason?: string;
  fills?: WireSpotFill[];
}

export interface WireSpotFill {
  price: string;
  qty: string;
  commission: string;
  commissionAsset: string;
  tradeId: Id;
}

export interface WireSpotList {
  orderListId: Id;
  listClientOrderId: string;
  symbol: string;
  orderReports: WireSpotOrder[];
}

/** The answer to cancelReplace, and the `data` of its refusals. */
export interface WireReplaced {
  cancelResult: 'SUCCESS' | 'FAILURE';
  newOrderResult: 'SUCCESS' | 'FAILURE' | 'NOT_ATTEMPTED';
  /** The order, its whole list, or a refusal. */
  cancelResponse: WireSpotOrder | WireSpotList | WireRefusal;
  newOrderResponse: WireSpotOrder | WireRefusal | null;
}

export interface WireRefusal {
  code: number;
  msg: string;
}

export interface WireSpotTrade {
  id: Id;
  orderId: Id;
  symbol: string;
  price: string;
  qty: string;
  commission: string;
  commissionAsset: string;
  isBuyer: boolean;
  isMaker: boolean;
  time: number;
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md#order-update */
export interface WireExecutionReport {
  s: string;
  /** The client id; of a cancellation its own, the order's is then `C`. */
  c: string;
  C?: string;
  S: Side;
  o: string;
  q: string;
  p?: string;
  P?: string;
  /** -1 outside a list. */
  g?: Id;
  x: string;
  X: string;
  /** Why the matching engine refused it; NONE. */
  r?: string;
  i: Id;
  l: string;
  z: string;
  L: string;
  n?: string | null;
  N?: string | null;
  T: number;
  t: Id;
  /** On the book. */
  w?: boolean;
  /** Since when; absent before. */
  W?: number;
  m?: boolean;
  Z?: string;
  /** Expiry reason. */
  eR?: string;
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md#order-update */
export interface WireListStatus {
  /** `listStatusType`; ALL_DONE: it is not active any more. */
  l: string;
  /** Its orders. */
  O: { i: Id; c: string }[];
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md#account-update */
export interface WireAccountPosition {
  /** When the exchange told it. */
  E?: number;
  /** When the account last changed. */
  u?: number;
  B: { a: string; f: string; l: string }[];
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#account-information-user_data */
export interface WireSpotAccount {
  uid?: Id;
  canTrade?: boolean;
  /** When the account last changed. */
  updateTime?: number;
  balances: { asset: string; free: string; locked: string }[];
}
