import type { Decimal } from '../trading/decimal.ts';
import type { FilterPrice, Instrument, LeverageBracket, Position, Prices } from '../trading/exchange.ts';
import type { Market, Trade } from '../trading/model.ts';

/** One of the exchange's limits on how much is open at once. */
export interface OrderCount {
  /** What is counted: orders with a stop, order lists, or orders of every kind. */
  of: 'conditional' | 'lists' | 'orders';
  /** On the symbol, or over the whole account. */
  scope: 'symbol' | 'account';
  used: number;
  limit: number;
}

/** Kinds of failure that have a circuit breaker each. */
export type TroubleClass = 'rate' | 'load' | 'server' | 'margin' | 'filters';

/** Entries wait: the exchange has failed at them in one way several times in a row. */
export interface Trouble {
  class: TroubleClass;
  /** Null where it concerns every symbol. */
  symbol: string | null;
  /** The exchange's last one; empty where there was no answer. */
  code: string;
  failures: number;
  /** Then one entry is tried. */
  until: number;
}

/**
 * The one account book: everything that a risk decision may look at. The desk owns and updates it; the rules only
 * read it, so that assessing and reserving fit into one synchronous turn.
 */
export interface Book {
  /** Whose equity, balance, instruments and prices these are; trades, pauses and results are the account's. */
  market: Market;
  /** Null until the exchange has been reached and reconciled; then entries may be assessed. */
  notReady: string | null;
  /** When the exchange stopped answering, null while it answers. */
  unreachableSince: number | null;
  /** Quote asset (USDT). Equity is the margin balance. */
  equity: Decimal;
  available: Decimal;
  hedgeMode: boolean;
  /** Ours and open, in every market, working entries included: what they reserve is read off their plans and orders. */
  trades: readonly Trade[];
  positions: readonly Position[];
  /** Symbols with positions or orders that are not ours. */
  foreignSymbols: ReadonlySet<string>;
  instruments: ReadonlyMap<string, Instrument>;
  prices: ReadonlyMap<string, Prices>;
  /** Symbols whose price could not be read when it was last asked for: the one that is known decides nothing. */
  unread: ReadonlySet<string>;
  brackets: ReadonlyMap<string, readonly LeverageBracket[]>;
  /** Shares of the notional. */
  feesOf(symbol: string): { maker: Decimal; taker: Decimal };
  /** Spot: how many open orders the exchange allows, and how many of them are spoken for. */
  orderCounts?(symbol: string): OrderCount[];
  /** Spot: how many coins of the symbol there are, or will be once every order to buy has filled; anybody's. */
  coinsOf?(symbol: string): Decimal;
  /** Spot: what the exchange's price filters go by; null where it is not known, which decides nothing. */
  filterPrice?(symbol: string): FilterPrice | null;
  pauses: readonly Pause[];
  /** Conditional orders that stand or will have to: anybody's, over all symbols; and how many the exchange allows. */
  conditionalOrders: { open: number; limit: number };
  /** What the exchange has failed at too often lately. */
  troubles: readonly Trouble[];
  /** Since 00:00 in the configured timezone: realised with fees and funding, and the change of unrealised. */
  dayPnl: Decimal;
  /** Equity at 00:00; the base of maxDailyLossPct. */
  dayStartEquity: Decimal;
  /** Set by a `/resume` ahead of the daily limit's end: until then (the next 00:00) `dayPnl` denies nothing. */
  dailyLossLiftedUntil: number | null;
  /** Losing trades in a row, the newest last closed; a `/resume` of the streak's pause begins again at 0. */
  lossStreak: number;
  /** Channel id → the same for that channel's trades alone; a channel without any may be absent. */
  channels: ReadonlyMap<string, ChannelTally>;
  /** By `lossKey` of the symbol: when its last losing trade closed. */
  lastLossAt: ReadonlyMap<string, number>;
  /** Signals planned or traded, by `fingerprint`: the first of each. */
  recentSignals: ReadonlyMap<string, RecentSignal>;
  /** When entry orders were sent, newest last; older than a minute may be absent. */
  entryOrderTimes: readonly number[];
}

/** A symbol of spot and one of futures cool down apart, though they may have one name. */
export function lossKey(market: Market, symbol: string): string {
  return market === 'usdm' ? symbol : `${market} ${symbol}`;
}

/** Which signal it was: a plan that waits for its confirmation is no duplicate of itself. */
export interface RecentSignal {
  at: number;
  messageId: string;
  index: number;
}

/** What one channel did, for the account-wide keys in its own block; each field as its namesake in `Book`. */
export interface ChannelTally {
  dayPnl: Decimal;
  dailyLossLiftedUntil: number | null;
  lossStreak: number;
  entryOrderTimes: readonly number[];
}

/** Why nothing is opened. `channelId` null = everywhere; `until` null = until /resume. */
export interface Pause {
  reason: 'user' | 'daily_loss' | 'loss_streak' | 'fault' | 'account_changed';
  channelId: string | null;
  since: number;
  until: number | null;
  by: string | null;
  detail: string;
}
