/**
 * Answers of the USDⓈ-M API, as far as we read them. The SDK's types call ids numbers and promise fields that
 * acknowledgements leave out; ids beyond 2^53 arrive here as strings.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api
 */

export type Id = string | number;
type Side = 'BUY' | 'SELL';
type PositionSide = 'BOTH' | 'LONG' | 'SHORT';

export interface WireOrder {
  symbol: string;
  orderId: Id;
  clientOrderId: string;
  status: string;
  side: Side;
  positionSide?: PositionSide;
  reduceOnly?: boolean;
  type: string;
  origType?: string;
  origQty: string;
  executedQty: string;
  avgPrice?: string;
  price?: string;
  stopPrice?: string;
  time?: number;
  updateTime?: number;
}

export interface WireAlgoOrder {
  algoId: Id;
  clientAlgoId: string;
  symbol: string;
  algoStatus: string;
  side: Side;
  positionSide?: PositionSide;
  reduceOnly?: boolean;
  orderType: string;
  quantity: string;
  price?: string;
  triggerPrice?: string;
  activatePrice?: string;
  /** The child order; '' or 0 before the trigger. */
  actualOrderId?: Id;
  actualPrice?: string;
  createTime?: number;
  updateTime?: number;
}

export interface WireTrade {
  id: Id;
  orderId: Id;
  symbol: string;
  side: Side;
  positionSide?: PositionSide;
  price: string;
  qty: string;
  commission: string;
  commissionAsset: string;
  realizedPnl: string;
  maker: boolean;
  time: number;
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update */
export interface WireOrderUpdate {
  s: string;
  c: string;
  S: Side;
  ps?: PositionSide;
  ot?: string;
  q: string;
  p?: string;
  ap?: string;
  sp?: string;
  x: string;
  X: string;
  i: Id;
  l: string;
  z: string;
  L: string;
  n?: string;
  N?: string;
  T: number;
  t: Id;
  m?: boolean;
  R?: boolean;
  rp?: string;
  /** Expiry reason; '0' for none. */
  er?: string;
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Algo-Order-Update */
export interface WireAlgoUpdate {
  caid: string;
  /** Order type. */
  o?: string;
  s: string;
  S: Side;
  ps?: PositionSide;
  q: string;
  X: string;
  ai?: Id;
  ap?: string;
  aq?: string;
  tp?: string;
  p?: string;
  R?: boolean;
  rm?: string;
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Balance-and-Position-Update */
export interface WireAccountUpdate {
  m: string;
  B?: { a: string; wb: string; bc?: string }[];
  P?: { s: string; pa: string; ep: string; up: string; mt?: string; ps?: PositionSide }[];
}
