import type { Book, ChannelTally, Pause, RecentSignal } from '../../risk/book.ts';
import { Decimal, ZERO } from '../decimal.ts';
import type { Account, Exchange, LeverageBracket, Position, Prices } from '../exchange.ts';
import { direction, held } from '../lifecycle/facts.ts';
import { positionOf } from '../lifecycle/ids.ts';
import type { MarginMode, Market, Trade } from '../model.ts';

/** Keeps the one account book current. Everything here is memory; what must outlive a restart is stored elsewhere. */
export interface Keeper {
  readonly book: Book;
  setNotReady(reason: string | null): void;
  setUnreachable(since: number | null): void;
  account(): Account | null;
  setAccount(account: Account): void;
  setPositions(positions: readonly Position[], complete: boolean): void;
  setWallet(balance: Decimal): void;
  setForeign(symbols: Iterable<string>): void;
  addForeign(symbol: string): boolean;
  setPrices(symbol: string, prices: Partial<Prices>, at: number): Prices | null;
  setPauses(pauses: readonly Pause[]): void;
  /** Results of the day and losing streaks, of the account and by channel. */
  setTallies(tallies: Tallies): void;
  noteSignal(fingerprint: string, seen: RecentSignal): void;
  /** False where nothing was noted, or another message's signal. */
  forgetSignal(fingerprint: string, seen: Pick<RecentSignal, 'messageId' | 'index'>): boolean;
  noteEntryOrder(channelId: string, at: number): void;
  /** Mark price, brackets and fees of a symbol, fetched where unknown or stale; resolves at once where they are. */
  ensureSymbol(symbol: string): Promise<void> | undefined;
  leverageOf(symbol: string): { leverage: number | null; marginMode: MarginMode | null };
  setLeverage(symbol: string, leverage: number | null, marginMode: MarginMode | null): void;
}

export interface Tallies {
  dayPnl: Decimal;
  dayStartEquity: Decimal;
  dailyLossLiftedUntil: number | null;
  lossStreak: number;
  lastLossAt: ReadonlyMap<string, number>;
  channels: ReadonlyMap<string, Omit<ChannelTally, 'entryOrderTimes'>>;
}

/**
 * The stream sends a mark price every second. One older than this decides nothing, and one that was fetched only what
 * it was fetched for: a click soon after is judged by a new one.
 */
const STREAMED_MAX_AGE_MS = 3_000;
const SIGNAL_MEMORY_MS = 10 * 60_000;

export function createKeeper(deps: {
  market: Market;
  exchange: Exchange;
  trades(): readonly Trade[];
  /** Something that should be durable is not. */
  isUnwritten(): boolean;
  now(): number;
}): Keeper {
  const { exchange, now } = deps;
  const positions = new Map<string, Position>();
  const prices = new Map<string, Prices>();
  /** Until when the price of the stream may decide. */
  const pricesGoodUntil = new Map<string, number>();
  const brackets = new Map<string, readonly LeverageBracket[]>();
  const fees = new Map<string, { maker: Decimal; taker: Decimal }>();
  const recentSignals = new Map<string, RecentSignal>();
  const leverage = new Map<string, { leverage: number | null; marginMode: MarginMode | null }>();
  let entryOrders: { channelId: string; at: number }[] = [];
  let foreign = new Set<string>();
  let account: Account | null = null;
  let accountAt = 0;
  let lastFees = { maker: new Decimal('0.0002'), taker: new Decimal('0.0005') };
  const state = {
    notReady: 'starting' as string | null,
    unreachableSince: null as number | null,
    pauses: [] as readonly Pause[],
  };
  let tallies: Tallies = {
    dayPnl: ZERO,
    dayStartEquity: ZERO,
    dailyLossLiftedUntil: null,
    lossStreak: 0,
    lastLossAt: new Map(),
    channels: new Map(),
  };

  function channelTallies(): Map<string, ChannelTally> {
    const result = new Map<string, ChannelTally>();
    const ids = new Set([...tallies.channels.keys(), ...entryOrders.map((order) => order.channelId)]);
    for (const id of ids) {
      const known = tallies.channels.get(id) ?? { dayPnl: ZERO, dailyLossLiftedUntil: null, lossStreak: 0 };
      const entryOrderTimes = entryOrders.filter((order) => order.channelId === id).map((order) => order.at);
      result.set(id, { ...known, entryOrderTimes });
    }
    return result;
  }

  /** Unrealised profit of a position at the latest price we have, else as the exchange last said. */
  function unrealised(position: Position): Decimal {
    const price = prices.get(position.symbol)?.mark;
    return price ? price.minus(position.entryPrice).times(position.quantity) : position.unrealised;
  }

  const book: Book = {
    market: deps.market,
    get notReady() {
      return state.notReady ?? (deps.isUnwritten() ? 'store' : null);
    },
    get unreachableSince() {
      return state.unreachableSince;
    },
    get equity() {
      if (!account) return ZERO;
      let equity = account.walletBalance;
      for (const position of positions.values()) equity = equity.plus(unrealised(position));
      return equity;
    },
    /** The exchange's figure, less what was reserved since it was read. */
    get available() {
      if (!account) return ZERO;
      const since = deps.trades().filter((trade) => trade.createdAt >= accountAt && trade.phase !== 'closed');
      return since.reduce((rest, trade) => rest.minus(trade.plan.margin), account.available);
    },
    get hedgeMode() {
      return account?.hedgeMode ?? false;
    },
    get trades() {
      return deps.trades();
    },
    get positions() {
      return [...positions.values()];
    },
    get foreignSymbols() {
      return foreign;
    },
    get instruments() {
      return exchange.instruments();
    },
    prices,
    brackets,
    get fees() {
      return lastFees;
    },
    get pauses() {
      return state.pauses;
    },
    get dayPnl() {
      return tallies.dayPnl;
    },
    get dayStartEquity() {
      return tallies.dayStartEquity;
    },
    get dailyLossLiftedUntil() {
      return tallies.dailyLossLiftedUntil;
    },
    get channels() {
      return channelTallies();
    },
    get lossStreak() {
      return tallies.lossStreak;
    },
    get lastLossAt() {
      return tallies.lastLossAt;
    },
    recentSignals,
    get entryOrderTimes() {
      return entryOrders.map((order) => order.at);
    },
  };

  async function fetchSymbol(symbol: string): Promise<void> {
    const [seen, steps, rates] = await Promise.all([
      exchange.prices(symbol),
      brackets.get(symbol) ?? exchange.brackets(symbol),
      fees.get(symbol) ?? exchange.commission(symbol),
    ]);
    prices.set(symbol, seen);
    brackets.set(symbol, steps);
    fees.set(symbol, rates);
    lastFees = rates;
  }

  return {
    book,
    setNotReady(reason) {
      state.notReady = reason;
    },
    setUnreachable(since) {
      state.unreachableSince = since;
    },
    account: () => account,
    setAccount(next) {
      account = next;
      accountAt = now();
    },
    setPositions(next, complete) {
      if (complete) positions.clear();
      for (const position of next) {
        const key = `${position.symbol}:${position.positionSide}`;
        if (position.quantity.isZero()) positions.delete(key);
        else positions.set(key, position);
        if (position.leverage !== null) {
          leverage.set(position.symbol, { leverage: position.leverage, marginMode: position.marginMode });
        }
      }
    },
    setWallet(balance) {
      if (account) account = { ...account, walletBalance: balance };
    },
    setForeign(symbols) {
      foreign = new Set(symbols);
    },
    addForeign(symbol) {
      if (foreign.has(symbol)) return false;
      foreign = new Set([...foreign, symbol]);
      return true;
    },
    setPrices(symbol, seen, at) {
      const known = prices.get(symbol);
      const mark = seen.mark ?? known?.mark ?? seen.last;
      const last = seen.last ?? known?.last ?? seen.mark;
      if (!mark || !last) return null;
      const next = { mark, last };
      prices.set(symbol, next);
      if (seen.mark) pricesGoodUntil.set(symbol, at + STREAMED_MAX_AGE_MS);
      return next;
    },
    setPauses(pauses) {
      state.pauses = pauses;
    },
    setTallies(next) {
      tallies = next;
    },
    noteSignal(fingerprint, seen) {
      for (const [known, { at }] of recentSignals) {
        if (now() - at > SIGNAL_MEMORY_MS) recentSignals.delete(known);
      }
      if (!recentSignals.has(fingerprint)) recentSignals.set(fingerprint, seen);
    },
    forgetSignal(fingerprint, { messageId, index }) {
      const seen = recentSignals.get(fingerprint);
      const isThis = seen?.messageId === messageId && positionOf(seen.index) === positionOf(index);
      return isThis && recentSignals.delete(fingerprint);
    },
    noteEntryOrder(channelId, at) {
      entryOrders = [...entryOrders.filter((order) => at - order.at < 60_000), { channelId, at }];
    },
    ensureSymbol(symbol) {
      const rates = fees.get(symbol);
      const fresh = now() < (pricesGoodUntil.get(symbol) ?? 0);
      if (fresh && rates && brackets.has(symbol)) {
        lastFees = rates;
        return undefined;
      }
      return fetchSymbol(symbol);
    },
    leverageOf: (symbol) => leverage.get(symbol) ?? { leverage: null, marginMode: null },
    setLeverage(symbol, value, marginMode) {
      leverage.set(symbol, { leverage: value, marginMode });
    },
  };
}

/** What our trades should make of the exchange's positions: signed quantity by `symbol:positionSide`. */
export function expectedPositions(trades: readonly Trade[]): Map<string, Decimal> {
  const expected = new Map<string, Decimal>();
  for (const trade of trades) {
    const quantity = held(trade);
    if (quantity.isZero()) continue;
    const key = `${trade.plan.symbol}:${trade.plan.positionSide}`;
    expected.set(key, (expected.get(key) ?? ZERO).plus(quantity.times(direction(trade))));
  }
  return expected;
}
