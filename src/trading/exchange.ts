import type { Decimal } from './decimal.ts';
import type { Action, Fill, MarginMode, OrderRequest, PositionSide } from './model.ts';

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

export type ExchangeEvent =
  | { type: 'order'; report: OrderReport; fill: Fill | null }
  /** Spot: an order list is not active any more. What became of its orders, these, their own events tell. */
  | { type: 'list_over'; clientIds: readonly string[] }
  /** `at` is the exchange's time: one that comes after a newer one tells nothing any more. */
  | {
      type: 'positions';
      positions: Position[];
      walletBalances: Record<string, Decimal>;
      reason: string;
      at: number;
    }
  /**
   * Spot: these assets as they were after everything until `at` (the exchange's time), the others unchanged. `isRead`:
   * asked for after whatever had been told until then.
   */
  | { type: 'balances'; balances: ReadonlyMap<string, Balance>; at?: number; isRead: boolean; reason: string }
  | { type: 'prices'; symbol: string; prices: Partial<Prices>; at: number }
  | { type: 'funding'; fee: PositionFee }
  /** The list of instruments was read anew. */
  | { type: 'instruments' }
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
  /** `waiting`: the exchange places it once the entry that it is attached to has filled; it protects nothing yet. */
  status: 'waiting' | 'working' | 'triggered' | 'filled' | 'cancelled' | 'expired' | 'rejected';
  action: Action;
  positionSide: PositionSide;
  reduceOnly: boolean;
  quantity: Decimal;
  executed: Decimal;
  avgPrice: Decimal | null;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  /** Why it ended, the exchange's own word: `expiryReason` on spot. */
  reason: string | null;
  at: number;
  /** It is a leg of an order list. */
  listed?: boolean;
  /** Of an event that tells of a refusal (spot): the answer to the order, or to the list that it is a leg of. */
  refused?: Refused;
  /** The executions that the answer itself tells (`newOrderRespType=FULL` on spot). */
  fills?: readonly Fill[];
}

export interface Instrument {
  symbol: string;
  base: string;
  quote: string;
  status: 'trading' | 'halted' | 'cancel_only';
  /** Its delisting is announced: whatever is held then is settled. Absent where it is not. */
  delistsAt?: number;
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
  spot?: SpotFilters;
}

/** Where the exchange has such filters: https://github.com/binance/binance-spot-api-docs/blob/master/filters.md#exchange-filters */
export interface WholeAccount {
  maxAlgoOrders?: number;
  maxLists?: number;
  maxOrders?: number;
}

/** What only spot has. `priceUp` and `priceDown` of its instruments are those for buying (PERCENT_PRICE_BY_SIDE). */
export interface SpotFilters {
  /** In `orderTypes`: STOP_LOSS, a market order once it triggers. */
  stopMarket: boolean;
  /** `avgPriceMins` of the price filter; 0: it goes by the last price. */
  averageMinutes: number;
  /** `ocoAllowed`. */
  lists: boolean;
  /** `otoAllowed`: a stop can be attached to an entry, with `lists` a target beside it. */
  attaches: boolean;
  /** MAX_NUM_ALGO_ORDERS, MAX_NUM_ORDER_LISTS and MAX_NUM_ORDERS: of the account, on the symbol. */
  maxAlgoOrders: number;
  maxLists: number;
  maxOrders?: number;
  /** The exchange's own: of the account, over all symbols. */
  wholeAccount?: WholeAccount;
  /** NOTIONAL: what one order may be worth at most, and whether that is asked of market orders, too. */
  maxNotional?: Decimal;
  maxNotionalAtMarket?: boolean;
  /** MAX_POSITION: how many coins the account may have, those of open orders to buy among them. */
  maxPosition?: Decimal;
  /** Limit prices to sell must lie within filter price × down … filter price × up. */
  sellUp: Decimal;
  sellDown: Decimal;
}

/** Spot has one price: `mark` is the last one. */
export interface Prices {
  mark: Decimal;
  last: Decimal;
}

/**
 * The reference price where the symbol has one, else the average of the filter's minutes, the last price where these
 * are none. https://github.com/binance/binance-spot-api-docs/blob/master/filters.md#percent_price_by_side
 */
export interface FilterPrice {
  price: Decimal;
  by: 'reference' | 'average' | 'last';
}

/** One asset of a spot account; what orders bind is locked. */
export interface Balance {
  free: Decimal;
  locked: Decimal;
}

/** What a futures account has of one asset; contracts that are quoted in it are paid from there. */
export interface FuturesWallet {
  /** Without what open positions have gained. */
  balance: Decimal;
  available: Decimal;
}

/** Amounts in USDT. */
export interface Account {
  uid: string;
  /** Margin balance: wallet plus unrealised profit. */
  equity: Decimal;
  available: Decimal;
  walletBalance: Decimal;
  unrealised: Decimal;
  /** USDⓈ-M alone: where the margin balance falls to it, positions are liquidated. */
  maintenanceMargin?: Decimal;
  hedgeMode: boolean;
  multiAssets: boolean;
  /** USDⓈ-M alone: every asset of the account, USDT among them. */
  wallets?: ReadonlyMap<string, FuturesWallet>;
  /** Spot alone: every asset that is not zero. `equity`, `walletBalance` and `available` are then USDT alone. */
  balances?: ReadonlyMap<string, Balance>;
  /** With them, where the exchange says it: everything until then (its time) is in them. */
  balancesAt?: number;
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

/** What a position was charged, or paid, beside the commissions of its executions. */
export interface PositionFee {
  kind: 'funding' | 'liquidation';
  /** Unique over both kinds. */
  id: string;
  symbol: string;
  /** Negative where it was charged. */
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

/** The user may change them whenever nothing of ours is on the symbol, and the leverage even then. */
export interface SymbolSettings {
  leverage: number;
  marginMode: MarginMode;
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
