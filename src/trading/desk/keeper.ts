import type { Book, Trouble } from '../../risk/book.ts';
import { Decimal, ZERO } from '../decimal.ts';
import type {
  Account,
  Exchange,
  Instrument,
  LeverageBracket,
  OrderReport,
  Position,
  Prices,
} from '../exchange.ts';
import { direction, held, isConditional, isLive } from '../lifecycle/facts.ts';
import type { MarginMode, Market, Trade } from '../model.ts';
import type { AccountBook } from './account-book.ts';
import { type Balances, createWallet, DOLLARS, listsOn, spotAvailable, spotEquity } from './spot-wallet.ts';

/**
 * Keeps a market's side of the one account book current. Everything here is memory; what must outlive a restart is
 * stored elsewhere.
 */
export interface Keeper {
  readonly book: Book;
  setNotReady(reason: string | null): void;
  setUnreachable(since: number | null): void;
  account(): Account | null;
  /** Maintenance margin, as last read, as a share of the margin balance; null where there is none. */
  marginRatio(): number | null;
  setAccount(account: Account): void;
  setPositions(positions: readonly Position[], complete: boolean): void;
  setWallet(balance: Decimal): void;
  setForeign(symbols: Iterable<string>): void;
  addForeign(symbol: string): boolean;
  /** Conditional orders of others that stand on the account, by client id. */
  setForeignConditionals(clientIds: Iterable<string>): void;
  noteForeignConditional(clientId: string, stands: boolean): void;
  setPrices(symbol: string, prices: Partial<Prices>, at: number): Prices | null;
  /** Spot: the balances of these assets have changed; what has been told of a later time stays. */
  setBalances(balances: Balances, at: number | undefined): void;
  /** Spot: every open order, for whoever asks how many lists a symbol has room for. */
  setOpenOrders(open: readonly OrderReport[]): void;
  balances(): Balances;
  /** The book with equity and balance in this quote asset. */
  bookIn(quote: string): Book;
  /** Mark price, brackets and fees of a symbol, fetched where unknown or stale; resolves at once where they are. */
  ensureSymbol(symbol: string): Promise<void> | undefined;
  leverageOf(symbol: string): { leverage: number | null; marginMode: MarginMode | null };
  setLeverage(symbol: string, leverage: number | null, marginMode: MarginMode | null): void;
}

/**
 * The stream sends a mark price every second. One older than this decides nothing, and one that was fetched only what
 * it was fetched for: a click soon after is judged by a new one.
 */
const STREAMED_MAX_AGE_MS = 3_000;
/** Over all symbols: https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order */
const MAX_CONDITIONAL_ORDERS = 200;

export function createKeeper(deps: {
  market: Market;
  exchange: Exchange;
  account: AccountBook;
  /** Of every market. */
  trades(): readonly Trade[];
  /** Something that should be durable is not. */
  isUnwritten(): boolean;
  troubles(): readonly Trouble[];
  now(): number;
}): Keeper {
  const { exchange, now, account: shared } = deps;
  const positions = new Map<string, Position>();
  const prices = new Map<string, Prices>();
  /** Until when the price of the stream may decide. */
  const pricesGoodUntil = new Map<string, number>();
  const brackets = new Map<string, readonly LeverageBracket[]>();
  const fees = new Map<string, { maker: Decimal; taker: Decimal }>();
  const leverage = new Map<string, { leverage: number | null; marginMode: MarginMode | null }>();
  let foreign = new Set<string>();
  let foreignConditionals = new Set<string>();
  let account: Account | null = null;
  let accountAt = 0;
  let lastFees = { maker: new Decimal('0.0002'), taker: new Decimal('0.0005') };
  const state = {
    notReady: 'starting' as string | null,
    unreachableSince: null as number | null,
  };
  const wallet = createWallet();
  let open: readonly OrderReport[] = [];
  let inDollars: { of: unknown; map: ReadonlyMap<string, Instrument> } = { of: null, map: new Map() };
  /** Unrealised profit of a position at the latest price we have, else as the exchange last said. */
  function unrealised(position: Position): Decimal {
    const price = prices.get(position.symbol)?.mark;
    return price ? price.minus(position.entryPrice).times(position.quantity) : position.unrealised;
  }

  function futuresEquity(): Decimal {
    if (!account) return ZERO;
    let equity = account.walletBalance;
    for (const position of positions.values()) equity = equity.plus(unrealised(position));
    return equity;
  }

  /** The exchange's figure, less what was reserved since it was read. */
  function futuresAvailable(): Decimal {
    if (!account) return ZERO;
    const since = deps
      .trades()
      .filter(
        ({ createdAt, phase, plan }) =>
          plan.market === deps.market && createdAt >= accountAt && phase !== 'closed',
      );
    return since.reduce((rest, trade) => rest.minus(trade.plan.margin), account.available);
  }

  function bookOf(equity: () => Decimal, available: () => Decimal): Book {
    return {
      market: deps.market,
      get notReady() {
        return state.notReady ?? (deps.isUnwritten() ? 'store' : null);
      },
      get unreachableSince() {
        return state.unreachableSince;
      },
      get equity() {
        return equity();
      },
      get available() {
        return available();
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
        return tradable();
      },
      prices,
      brackets,
      get fees() {
        return lastFees;
      },
      ...(deps.market === 'spot' ? { lists } : {}),
      get pauses() {
        return shared.pauses;
      },
      get conditionalOrders() {
        const mine = deps.trades().filter(({ plan }) => plan.market === deps.market);
        const ours = mine.reduce((sum, trade) => sum + conditionalsOf(trade), 0);
        return { open: foreignConditionals.size + ours, limit: MAX_CONDITIONAL_ORDERS };
      },
      get troubles() {
        return deps.troubles();
      },
      get dayPnl() {
        return shared.dayPnl;
      },
      get dayStartEquity() {
        return shared.dayStartEquity;
      },
      get dailyLossLiftedUntil() {
        return shared.dailyLossLiftedUntil;
      },
      get channels() {
        return shared.channels;
      },
      get lossStreak() {
        return shared.lossStreak;
      },
      get lastLossAt() {
        return shared.lastLossAt;
      },
      recentSignals: shared.recentSignals,
      get entryOrderTimes() {
        return shared.entryOrderTimes;
      },
    };
  }

  /** On spot what is bought with dollars: results in other assets could not be added up. */
  function tradable(): ReadonlyMap<string, Instrument> {
    const all = exchange.instruments();
    if (deps.market !== 'spot') return all;
    if (inDollars.of !== all) {
      inDollars = { of: all, map: new Map([...all].filter(([, { quote }]) => DOLLARS.has(quote))) };
    }
    return inDollars.map;
  }

  function lists(symbol: string): { used: number; limit: number } {
    const instrument = exchange.instruments().get(symbol);
    return instrument ? listsOn(instrument, deps.trades(), open) : { used: 0, limit: 0 };
  }

  function spotBook(quote: string): Book {
    return bookOf(
      () => spotEquity(wallet, quote, deps.trades(), prices),
      () => spotAvailable(wallet, quote, deps.trades()),
    );
  }

  const book = deps.market === 'spot' ? spotBook('USDT') : bookOf(futuresEquity, futuresAvailable);
  const booksIn = new Map<string, Book>([['USDT', book]]);

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
    marginRatio() {
      const equity = book.equity;
      if (!account?.maintenanceMargin) return null;
      return equity.gt(0) ? account.maintenanceMargin.div(equity).toNumber() : null;
    },
    setAccount(next) {
      account = next;
      accountAt = now();
      if (next.balances) wallet.setAll(next.balances, next.balancesAt);
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
    setForeignConditionals(clientIds) {
      foreignConditionals = new Set(clientIds);
    },
    noteForeignConditional(clientId, stands) {
      if (stands) foreignConditionals.add(clientId);
      else foreignConditionals.delete(clientId);
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
    setBalances: wallet.set,
    setOpenOrders(next) {
      open = next;
    },
    balances: () => wallet.balances,
    bookIn(quote) {
      if (deps.market !== 'spot') return book;
      const known = booksIn.get(quote) ?? spotBook(quote);
      booksIn.set(quote, known);
      return known;
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

/** Those that stand, and the stop that a trade without one will need. */
function conditionalsOf(trade: Trade): number {
  if (trade.phase === 'closed') return 0;
  const standing = trade.orders.filter((order) => isConditional(order) && isLive(order));
  return standing.length + (standing.some(({ role }) => role === 'stop') ? 0 : 1);
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
