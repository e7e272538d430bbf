import type { Log } from '../../log.ts';
import type { Book, OrderCount, Trouble } from '../../risk/book.ts';
import { isOn } from '../../risk/reach.ts';
import type { Clock } from '../clock.ts';
import { type Decimal, ZERO } from '../decimal.ts';
import type { Account, Exchange, OrderReport, Position } from '../exchange.ts';
import { isConditional, isLive, marketOrders } from '../lifecycle/facts.ts';
import type { Market, Trade } from '../model.ts';
import type { AccountBook } from './account-book.ts';
import { createFuturesWallets, USDT } from './futures-wallet.ts';
import { coinsOnTheirWay, countsOn } from './spot-counts.ts';
import { type Balances, createWallet, spotAvailable, spotEquity, totalOf } from './spot-wallet.ts';
import { createSymbols, type Symbols } from './symbols.ts';

/**
 * Keeps a market's side of the one account book current. Everything here is memory; what must outlive a restart is
 * stored elsewhere.
 */
export interface Keeper
  extends Omit<Symbols, 'prices' | 'unread' | 'brackets' | 'feesOf' | 'tradable' | 'ensureSymbol'> {
  readonly book: Book;
  /** What a signal is judged by, as it is now. */
  ensureSymbol(symbol: string): Promise<void> | undefined;
  setNotReady(reason: string | null): void;
  setUnreachable(since: number | null): void;
  account(): Account | null;
  /** Maintenance margin, as last read, as a share of the margin balance; null where there is none. */
  marginRatio(): number | null;
  /** Before the account is asked for: an answer may be older than what events tell while it is on its way. */
  beginReading(): Reading;
  /** What an event tells of some of them. */
  setPositions(positions: readonly Position[]): void;
  /** What an event tells of the balances of some assets. */
  setWallets(balances: ReadonlyMap<string, Decimal>): void;
  setForeign(symbols: Iterable<string>): void;
  addForeign(symbol: string): boolean;
  /** Conditional orders of others that stand on the account, by client id. */
  setForeignConditionals(clientIds: Iterable<string>): void;
  noteForeignConditional(clientId: string, stands: boolean): void;
  /** Spot: the balances of these assets have changed; what has been told of a later time stays. */
  setBalances(balances: Balances, at: number | undefined, isRead: boolean): void;
  /** Spot: every open order, for whoever asks how many more there is room for. */
  setOpenOrders(open: readonly OrderReport[]): void;
  balances(): Balances;
  /** The book with equity and balance in this quote asset. */
  bookIn(quote: string): Book;
}

/** What has been told by events since it began holds against what was read. */
export interface Reading {
  account(account: Account): void;
  /** All of them; answers how they are now. */
  positions(positions: readonly Position[]): readonly Position[];
}

/** Over all symbols: https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order */
const MAX_CONDITIONAL_ORDERS = 200;

export function createKeeper(deps: {
  market: Market;
  exchange: Exchange;
  account: AccountBook;
  /** Of every market. */
  trades(): readonly Trade[];
  /** The same, as they will be once they have taken in what they have been told: as balances and prices already have. */
  foreseen(): readonly Trade[];
  /** Something that should be durable is not. */
  isUnwritten(): boolean;
  troubles(): readonly Trouble[];
  log: Log;
  clock: Clock;
}): Keeper {
  const { exchange, account: shared } = deps;
  const { now } = deps.clock;
  const positions = new Map<string, Position>();
  let foreign = new Set<string>();
  let foreignConditionals = new Set<string>();
  const futures = createFuturesWallets(now);
  const { account } = futures;
  /** Counts what events tell of positions, no clock: that may be set back. By `symbol:positionSide`. */
  let tellings = 0;
  const told = new Map<string, number>();
  const state = {
    notReady: 'starting' as string | null,
    unreachableSince: null as number | null,
  };
  const symbols = createSymbols(deps.market, exchange, deps.clock, deps.log);
  const { prices } = symbols;
  const wallet = createWallet();
  let open: readonly OrderReport[] = [];
  /** Unrealised profit of a position at the latest price we have, else as the exchange last said. */
  function unrealised(position: Position): Decimal {
    const price = prices.get(position.symbol)?.mark;
    return price ? price.minus(position.entryPrice).times(position.quantity) : position.unrealised;
  }

  function futuresEquity(quote: string): Decimal {
    if (!account()) return ZERO;
    let equity = futures.balance(quote);
    for (const position of positions.values()) {
      // A contract that is not listed any more was one in USDT, as nearly all are.
      const own = exchange.instruments().get(position.symbol)?.quote ?? USDT;
      if (own === quote) equity = equity.plus(unrealised(position));
    }
    return equity;
  }

  function isOpenHere({ phase, plan }: Trade): boolean {
    return phase !== 'closed' && plan.market === deps.market;
  }

  function setPosition(position: Position): void {
    if (position.quantity.isZero()) positions.delete(keyOf(position));
    else positions.set(keyOf(position), position);
  }

  function noteLeverage({ symbol, leverage, marginMode }: Position): void {
    if (leverage !== null) symbols.setLeverage(symbol, leverage, marginMode);
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
        return account()?.hedgeMode ?? false;
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
        return symbols.tradable();
      },
      prices,
      unread: symbols.unread,
      brackets: symbols.brackets,
      feesOf: symbols.feesOf,
      ...(deps.market === 'spot' ? { orderCounts, coinsOf, filterPrice: symbols.filterPrice } : {}),
      get pauses() {
        return shared.pauses;
      },
      get conditionalOrders() {
        const ours = deps
          .trades()
          .reduce((sum, trade) => (trade.plan.market === deps.market ? sum + conditionalsOf(trade) : sum), 0);
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

  function orderCounts(symbol: string): OrderCount[] {
    const instrument = exchange.instruments().get(symbol);
    return instrument ? countsOn(instrument, deps.trades(), open) : [];
  }

  function coinsOf(symbol: string): Decimal {
    const all = exchange.instruments();
    const base = all.get(symbol)?.base ?? '';
    return coinsOnTheirWay(base, all, deps.trades(), open).plus(totalOf(wallet.balances, base));
  }

  function spotBook(quote: string): Book {
    return bookOf(
      () => spotEquity(wallet, quote, deps.foreseen(), prices),
      () => spotAvailable(wallet, quote, deps.trades()),
    );
  }

  function futuresBook(quote: string): Book {
    return bookOf(
      () => futuresEquity(quote),
      () => futures.available(quote, deps.trades().filter(isOpenHere)),
    );
  }

  const makeBook = deps.market === 'spot' ? spotBook : futuresBook;
  const book = makeBook(USDT);
  const booksIn = new Map<string, Book>([[USDT, book]]);

  return {
    book,
    setNotReady(reason) {
      state.notReady = reason;
    },
    setUnreachable(since) {
      state.unreachableSince = since;
    },
    account,
    marginRatio() {
      const equity = book.equity;
      const maintenance = account()?.maintenanceMargin;
      return maintenance && equity.gt(0) ? maintenance.div(equity).toNumber() : null;
    },
    beginReading() {
      const since = tellings;
      const take = futures.beginReading();
      return {
        account(next) {
          take(next);
          if (next.balances) wallet.setAll(next.balances, next.balancesAt);
        },
        positions(next) {
          const isOlder = (key: string): boolean => (told.get(key) ?? 0) <= since;
          for (const key of [...positions.keys()]) if (isOlder(key)) positions.delete(key);
          for (const position of next) {
            if (isOlder(keyOf(position))) setPosition(position);
            noteLeverage(position);
          }
          return [...positions.values()];
        },
      };
    },
    setPositions(next) {
      tellings += 1;
      for (const position of next) {
        told.set(keyOf(position), tellings);
        setPosition(position);
        noteLeverage(position);
      }
    },
    setWallets: futures.set,
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
    setPrices: symbols.setPrices,
    setBalances: wallet.set,
    setOpenOrders(next) {
      open = next;
    },
    balances: () => wallet.balances,
    bookIn(quote) {
      const known = booksIn.get(quote) ?? makeBook(quote);
      booksIn.set(quote, known);
      return known;
    },
    ensureSymbol: (symbol) =>
      symbols.ensureSymbol(
        symbol,
        deps.trades().some((trade) => trade.phase !== 'closed' && isOn(trade, deps.market, symbol)),
      ),
    filterPrice: symbols.filterPrice,
    ensureFilterPrice: symbols.ensureFilterPrice,
    leverageOf: symbols.leverageOf,
    setLeverage: symbols.setLeverage,
  };
}

/** Trades never change in place: what was counted for one stays true of it. */
const conditionals = new WeakMap<Trade, number>();

/** Those that stand, and what a trade without a stop will need for one. */
function conditionalsOf(trade: Trade): number {
  if (trade.phase === 'closed') return 0;
  const known = conditionals.get(trade);
  if (known !== undefined) return known;
  const standing = trade.orders.filter((order) => isConditional(order) && isLive(order));
  const hasStop = standing.some(({ role }) => role === 'stop');
  const needed = hasStop ? 0 : marketOrders(trade.plan.quantity, trade.terms.marketMaxQuantity);
  const count = standing.length + needed;
  conditionals.set(trade, count);
  return count;
}

function keyOf({ symbol, positionSide }: Position): string {
  return `${symbol}:${positionSide}`;
}
