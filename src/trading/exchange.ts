import type { Decimal } from './decimal.ts';
import type { Action, Fill, MarginMode, OrderRequest, PositionSide } from './model.ts';

/** What an exchange adapter offers the desk. Reads throw `Unreachable`; writes answer with an `Outcome`. */
export interface Exchange {
  /** Opens the streams; resolves once private events are known to arrive. Events go to `listener` until `close`. */
  connect(listener: (event: ExchangeEvent) => void): Promise<void>;
  close(): Promise<void>;
  instruments(): ReadonlyMap<string, Instrument>;
  refreshInstruments(): Promise<void>;
  account(): Promise<Account>;
  positions(): Promise<Position[]>;
  /** Both books (plain and conditional), every symbol. */
  openOrders(): Promise<OrderReport[]>;
  /** Null when the exchange says there is no such order, which is not proof. */
  findOrder(symbol: string, clientId: string, conditional: boolean): Promise<OrderReport | null>;
  fillsSince(symbol: string, sinceMs: number): Promise<Fill[]>;
  /** Funding fees booked since, newest last. */
  fundingSince(sinceMs: number): Promise<FundingFee[]>;
  rights(): Promise<KeyRights>;
  brackets(symbol: string): Promise<LeverageBracket[]>;
  commission(symbol: string): Promise<{ maker: Decimal; taker: Decimal }>;
  /** Subscribes to mark and last price of exactly these symbols; prices arrive as events. */
  watch(symbols: readonly string[]): void;
  /** Current prices by one request. */
  prices(symbol: string): Promise<Prices>;
  candles(symbol: string, interval: string, sinceMs: number, untilMs: number): Promise<Candle[]>;
  setLeverage(symbol: string, leverage: number): Promise<Outcome<null>>;
  setMarginMode(symbol: string, mode: MarginMode): Promise<Outcome<null>>;
  place(order: OrderRequest): Promise<Outcome<OrderReport>>;
  cancel(symbol: string, clientId: string, conditional: boolean): Promise<Outcome<OrderReport | null>>;
  health(): ExchangeHealth;
}

/** An answer to a write. `unknown` is neither yes nor no; `throttled` was certainly not carried out. */
export type Outcome<T> =
  | { kind: 'confirmed'; value: T }
  | { kind: 'rejected'; code: number; message: string }
  | { kind: 'throttled'; code: number; message: string; retryAfterMs: number }
  | { kind: 'unknown'; message: string };

/** No usable answer to a read. Carries nothing secret. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

export type ExchangeEvent =
  | { type: 'order'; report: OrderReport; fill: Fill | null }
  | { type: 'positions'; positions: Position[]; walletBalances: Record<string, Decimal>; reason: string }
  | { type: 'prices'; symbol: string; prices: Partial<Prices>; at: number }
  | { type: 'funding'; fee: FundingFee }
  /** Position mode, multi-asset mode or a symbol's leverage was changed by someone. */
  | {
      type: 'config';
      change: 'position_mode' | 'multi_assets' | 'leverage';
      symbol: string | null;
      value: string;
    }
  /** `reconnected`: events may be missing; compare by request. `down`: the stream is silent or closed. */
  | { type: 'stream'; state: 'reconnected' | 'down'; reason: string }
  /** The key was refused while running (-2014, -2015): nothing can be traded. */
  | { type: 'key_refused'; code: number; message: string };

export interface OrderReport {
  clientId: string;
  symbol: string;
  conditional: boolean;
  orderId: string | null;
  status: 'working' | 'triggered' | 'filled' | 'cancelled' | 'expired' | 'rejected';
  action: Action;
  positionSide: PositionSide;
  reduceOnly: boolean;
  quantity: Decimal;
  executed: Decimal;
  avgPrice: Decimal | null;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  reason: string | null;
  at: number;
}

export interface Instrument {
  symbol: string;
  base: string;
  quote: string;
  status: 'trading' | 'halted' | 'cancel_only';
  tickSize: Decimal;
  minPrice: Decimal;
  maxPrice: Decimal;
  stepSize: Decimal;
  minQuantity: Decimal;
  maxQuantity: Decimal;
  marketStepSize: Decimal;
  marketMinQuantity: Decimal;
  marketMaxQuantity: Decimal;
  minNotional: Decimal;
  /** Limit prices must lie within mark × down … mark × up. */
  priceUp: Decimal;
  priceDown: Decimal;
}

export interface Prices {
  mark: Decimal;
  last: Decimal;
}

/** Amounts in the quote asset (USDT). */
export interface Account {
  uid: string;
  /** Margin balance: wallet plus unrealised profit. */
  equity: Decimal;
  available: Decimal;
  walletBalance: Decimal;
  unrealised: Decimal;
  hedgeMode: boolean;
  multiAssets: boolean;
}

/** `quantity` is signed in one-way mode (short < 0), and signed by its side in hedge mode too. */
export interface Position {
  symbol: string;
  positionSide: PositionSide;
  quantity: Decimal;
  entryPrice: Decimal;
  unrealised: Decimal;
  liquidationPrice: Decimal | null;
  leverage: number | null;
  marginMode: MarginMode | null;
}

export interface FundingFee {
  id: string;
  symbol: string;
  amount: Decimal;
  asset: string;
  at: number;
}

export interface KeyRights {
  withdraw: boolean;
  transfer: boolean;
  trade: boolean;
  ipRestricted: boolean;
}

export interface LeverageBracket {
  notionalCap: Decimal;
  maxLeverage: number;
  maintenanceRate: Decimal;
  maintenanceAmount: Decimal;
}

export interface Candle {
  openedAt: number;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
  volume: Decimal;
}

export interface ExchangeHealth {
  streamUp: boolean;
  lastEventAt: number;
  /** Used request weight of the current minute, share of the limit 0..1. */
  weightUsed: number;
  clockOffsetMs: number;
  latencyMs: number | null;
}
