import type { Decimal } from './decimal.ts';
import type { Account, KeyRights, Position, PositionFee, SymbolSettings } from './exchange/account.ts';
import type { ExchangeEvent, OrderReport } from './exchange/events.ts';
import type { Candle, FilterPrice, Instrument, LeverageBracket, Prices } from './exchange/instrument.ts';
import type { Fill, MarginMode, OrderRequest } from './model.ts';

export type {
  Account,
  Balance,
  FuturesWallet,
  KeyRights,
  Position,
  PositionFee,
  SymbolSettings,
} from './exchange/account.ts';
export type { ExchangeEvent, OrderReport } from './exchange/events.ts';
export type {
  Candle,
  FilterPrice,
  Instrument,
  LeverageBracket,
  Prices,
  SpotFilters,
  WholeAccount,
} from './exchange/instrument.ts';

/** Null once an order may leave, or why it may not after all; then it is `rejected` with code 0. Never rejects. */
export type Clearance = Promise<string | null>;

/** What an exchange adapter offers the desk. Reads throw `Unreachable`; writes answer with an `Outcome`. */
export interface Exchange {
  /** Opens the streams; resolves once private events are known to arrive. Events go to `listener` until `close`. */
  connect(listener: (event: ExchangeEvent) => void): Promise<void>;
  close(): Promise<void>;
  instruments(): ReadonlyMap<string, Instrument>;
  /** All, or on spot the one that is named. */
  refreshInstruments(symbol?: string): Promise<void>;
  account(): Promise<Account>;
  positions(): Promise<Position[]>;
  /** Both books (plain and conditional), every symbol. `seen` is told of each as it comes: the other may take its time. */
  openOrders(seen?: (book: readonly OrderReport[]) => void): Promise<OrderReport[]>;
  /** Null when the exchange says there is no such order, which is not proof. */
  findOrder(symbol: string, clientId: string, conditional: boolean): Promise<OrderReport | null>;
  /** USDⓈ-M alone, where an execution names its order and not the client id; null as above. */
  findByOrderId?(symbol: string, orderId: string): Promise<OrderReport | null>;
  fillsSince(symbol: string, sinceMs: number): Promise<Fill[]>;
  /** Funding and liquidation fees booked since, newest last. */
  positionFeesSince(sinceMs: number): Promise<PositionFee[]>;
  rights(): Promise<KeyRights>;
  brackets(symbol: string): Promise<LeverageBracket[]>;
  commission(symbol: string): Promise<{ maker: Decimal; taker: Decimal }>;
  /** Futures alone: as they are on the account now; null where that cannot be found out. */
  symbolSettings?(symbol: string): Promise<SymbolSettings | null>;
  /** Subscribes to mark and last price of exactly these symbols; prices arrive as events. */
  watch(symbols: readonly string[]): void;
  /** Current prices by one request. */
  prices(symbol: string): Promise<Prices>;
  /** Spot alone: what its filters take for the price now. */
  filterPrice?(symbol: string): Promise<FilterPrice>;
  candles(symbol: string, interval: string, sinceMs: number, untilMs: number): Promise<Candle[]>;
  setLeverage(symbol: string, leverage: number): Promise<Outcome<null>>;
  setMarginMode(symbol: string, mode: MarginMode): Promise<Outcome<null>>;
  /**
   * `validMs`: after so long it is not carried out any more, whatever becomes of the answer. It leaves once `clearance`
   * says so, and is made ready until then. An entry goes with what is attached to it, or not at all; cancelling it ends
   * all of it.
   */
  place(order: OrderRequest, validMs?: number, clearance?: Clearance): Promise<Outcome<OrderReport>>;
  cancel(symbol: string, clientId: string, conditional: boolean): Promise<Outcome<OrderReport | null>>;
  /** Spot alone, where a selling order locks the coins it would sell. */
  readonly lists?: OrderLists;
  health(): ExchangeHealth;
  /** The exchange's time, going on evenly since it was last asked for; null while that is not known. */
  serverTime(): ServerTime | null;
}

/** It is between these two; and what a request is stamped with now is not past the later one. */
export interface ServerTime {
  atLeastMs: number;
  atMostMs: number;
}

/** Order lists, https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#order-lists. */
export interface OrderLists {
  /** Both legs or none. Events then come for each leg by its own client id. */
  place(list: ListRequest, validMs?: number): Promise<Outcome<OrderReport[]>>;
  /** Both legs; null when the exchange knows no such list, or it is over. Cancelling one leg has the same effect. */
  cancel(symbol: string, listId: string): Promise<Outcome<OrderReport[] | null>>;
  /** Cancels one order that stands alone and places another, in one request; the second only if the first went. */
  replace(oldClientId: string, order: OrderRequest, validMs?: number): Promise<Replaced>;
}

/** An OCO that sells: `target` is a `limit_maker`, `stop` a `stop_market` or `stop_limit`, of the same quantity. */
export interface ListRequest {
  /** At most 36 characters, as the legs' own. */
  listId: string;
  symbol: string;
  target: OrderRequest;
  stop: OrderRequest;
}

/** `placed` is `throttled` (certainly not carried out) when the cancel did not succeed. */
export interface Replaced {
  cancelled: Outcome<OrderReport | null>;
  placed: Outcome<OrderReport>;
}

/** What a ledger that has been lost is made again from. */
export interface OrderHistory {
  /** Plain orders of the symbol in every state, those of triggered conditional ones by their parents' ids. */
  ordersSince(symbol: string, sinceMs: number): Promise<OrderReport[]>;
}

/**
 * An answer to a write. `unknown` is neither yes nor no; `throttled` was certainly not carried out. `sentAt`: when the
 * request was on its socket, on `performance.now()`'s clock, where that is known.
 */
export type Outcome<T> =
  | { kind: 'confirmed'; value: T; sentAt?: number }
  | Refused
  | { kind: 'throttled'; code: number; message: string; retryAfterMs: number }
  | { kind: 'unknown'; message: string };

/** A definite no: it was not carried out, and will not be. `cause`: what that means, where the code alone does not tell. */
export interface Refused {
  kind: 'rejected';
  code: number;
  message: string;
  cause?: RefusalCause;
}

/**
 * What a refusal means where its code alone does not tell (-2010 and -1013 on spot): the stop would trigger at once;
 * the target would trade at once; one of the two, of a list; not enough of the asset is free; the client id is
 * taken by an open order; MAX_NUM_ALGO_ORDERS,
 * MAX_NUM_ORDER_LISTS or another count is reached; PRICE_FILTER or PERCENT_PRICE(_BY_SIDE); NOTIONAL or LOT_SIZE;
 * the symbol takes no such order now; it takes no replacement in one request.
 */
export type RefusalCause =
  | 'would_trigger'
  | 'would_match'
  | 'prices_crossed'
  | 'balance'
  | 'duplicate'
  | 'too_many'
  | 'price_filter'
  | 'too_small'
  | 'halted'
  | 'no_replace';

/** The code of what we have held back ourselves (`throttled`): whether we may send is in doubt. */
export const HELD_BACK = 1;

/** "Timestamp for this request is outside of the recvWindow": it came too late, or our clock is off. Not carried out. */
export const TOO_LATE = -1021;

/**
 * What stands behind an answer that cannot be used, where that is known: the key is refused, or the signature, so that
 * the secret is not the key's; our time is off; the exchange does not serve this place, or limits requests; there was
 * no answer at all; the exchange answers too little to be compared with the ledger.
 */
export type UnreachableCause = 'key' | 'signature' | 'clock' | 'place' | 'limits' | 'network' | 'uncompared';

/** No usable answer to a read. Carries nothing secret. */
export class Unreachable extends Error {
  override name = 'Unreachable';
  readonly because: UnreachableCause | null;

  constructor(message: string, because: UnreachableCause | null = null) {
    super(message);
    this.because = because;
  }
}

export interface ExchangeHealth {
  streamUp: boolean;
  lastEventAt: number;
  /** Used request weight of the current minute, share of the limit 0..1. */
  weightUsed: number;
  clockOffsetMs: number;
  latencyMs: number | null;
  /** Which way orders go now: the WebSocket API where it is measured to be quicker. */
  ordersBy: 'rest' | 'socket';
}
