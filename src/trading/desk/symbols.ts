import type { Log } from '../../log.ts';
import { BASE_FEES } from '../base-fees.ts';
import type { Clock } from '../clock.ts';
import type { Decimal } from '../decimal.ts';
import type {
  Exchange,
  FilterPrice,
  Instrument,
  LeverageBracket,
  Prices,
  SymbolSettings,
} from '../exchange.ts';
import type { MarginMode, Market } from '../model.ts';
import { createFilterPrices } from './filter-prices.ts';
import { DOLLARS } from './spot-wallet.ts';

interface Fees {
  maker: Decimal;
  taker: Decimal;
}

/** What a market's symbols are like for us now: prices, brackets, fees, leverage. */
export interface Symbols {
  readonly prices: ReadonlyMap<string, Prices>;
  /** Those whose price could not be read when it was last to be: the one that is known decides nothing. */
  readonly unread: ReadonlySet<string>;
  readonly brackets: ReadonlyMap<string, readonly LeverageBracket[]>;
  /** Those of an account without any discount where the symbol's are not known. */
  feesOf(symbol: string): Fees;
  /** What may be traded. */
  tradable(): ReadonlyMap<string, Instrument>;
  setPrices(symbol: string, prices: Partial<Prices>, at: number): Prices | null;
  /**
   * Mark price, brackets, fees and settings of a symbol, fetched where unknown or stale; undefined where they are
   * not. Brackets and fees are stale after an hour, settings unless a trade of ours is on the symbol (`isOurs`): the
   * user may have changed them.
   */
  ensureSymbol(symbol: string, isOurs: boolean): Promise<void> | undefined;
  /** Spot: what the exchange's filters go by; null where that is not known. */
  filterPrice(symbol: string): FilterPrice | null;
  /** For orders at these prices it is to be known, too; undefined where it is, or decides nothing. */
  ensureFilterPrice(symbol: string, levels: readonly Decimal[]): Promise<void> | undefined;
  leverageOf(symbol: string): { leverage: number | null; marginMode: MarginMode | null };
  setLeverage(symbol: string, leverage: number | null, marginMode: MarginMode | null): void;
}

/** The stream sends a mark price every second: one older than this decides nothing. */
const STREAMED_MAX_AGE_MS = 3_000;
/** One of the two prices stands beside the other for so long, though nothing is told of it: a thin contract hardly trades. */
const KNOWN_MS = 10 * 60_000;
/** So long a signal waits for settings; where they are not known by then they are set anew. */
const SETTINGS_PATIENCE_MS = 1_000;
const UNKNOWN = { leverage: null, marginMode: null } as const;
/** The exchange changes brackets, and an account's fees, on any day, and no event tells. */
const RATES_MAX_AGE_MS = 3_600_000;

/** A price that was fetched decides only what it was fetched for: a click soon after is judged by a new one. */
export function createSymbols(
  market: Market,
  exchange: Pick<
    Exchange,
    'instruments' | 'prices' | 'brackets' | 'commission' | 'symbolSettings' | 'filterPrice'
  >,
  clock: Clock,
  log: Pick<Log, 'warn' | 'info'>,
): Symbols {
  const { now, after } = clock;
  const { instruments, filterPrice } = exchange;
  // On futures there is none, and nothing to look at on the way from signal to order.
  const filterPrices = filterPrice && createFilterPrices({ instruments, filterPrice }, clock);
  const prices = new Map<string, Prices>();
  /** When either price was last told. */
  const heardAt = new Map<string, Record<keyof Prices, number>>();
  /** Until when the price of the stream may decide. */
  const pricesGoodUntil = new Map<string, number>();
  const unread = new Set<string>();
  const brackets = new Map<string, readonly LeverageBracket[]>();
  const fees = new Map<string, Fees>();
  /** When brackets and fees were read. */
  const ratesAt = new Map<string, number>();
  const leverage = new Map<string, { leverage: number | null; marginMode: MarginMode | null }>();
  /** It did not answer the last time. */
  let isAway = false;
  /** Those whose brackets or fees could not be read when they were last to be, and go on as they were. */
  const outdated = new Set<string>();
  let inDollars: { of: unknown; map: ReadonlyMap<string, Instrument> } = { of: null, map: new Map() };

  const isFresh = (symbol: string): boolean => now() < (pricesGoodUntil.get(symbol) ?? 0);
  const areRatesFresh = (symbol: string): boolean =>
    now() - (ratesAt.get(symbol) ?? Number.NEGATIVE_INFINITY) < RATES_MAX_AGE_MS;

  async function readSymbol(
    symbol: string,
    isOurs: boolean,
    asked: Promise<void> | undefined,
  ): Promise<void> {
    try {
      await fetchSymbol(symbol, isOurs, asked);
      isAway = false;
      unread.delete(symbol);
    } catch (error) {
      isAway = true;
      if (!isFresh(symbol)) unread.add(symbol);
      throw error;
    }
  }

  /** Asked for beside the rest, never after it. */
  async function settingsOf(symbol: string): Promise<SymbolSettings | null> {
    if (!exchange.symbolSettings) return null;
    const late = Promise.withResolvers<null>();
    const cancel = after(SETTINGS_PATIENCE_MS, () => late.resolve(null));
    const settings = await Promise.race([exchange.symbolSettings(symbol), late.promise]);
    cancel();
    return settings;
  }

  async function fetchSymbol(
    symbol: string,
    isOurs: boolean,
    asked: Promise<void> | undefined,
  ): Promise<void> {
    const before = leverage.get(symbol);
    const price = isFresh(symbol) ? null : exchange.prices(symbol);
    // What waits while it is away asks it for a price alone: the rest weighs ten times as much.
    if (isAway) await Promise.all([price, asked]);
    const [seen, , settings] = await Promise.all([
      price,
      areRatesFresh(symbol) ? undefined : fetchRates(symbol),
      isOurs ? null : settingsOf(symbol),
      asked,
    ]);
    // What has been set or heard of meanwhile is newer.
    if (settings && leverage.get(symbol) === before) leverage.set(symbol, settings);
    if (seen) {
      prices.set(symbol, seen);
      heardAt.set(symbol, { mark: now(), last: now() });
    }
  }

  /** Where they cannot be had, those of an hour ago go on; without any the signal waits. */
  async function fetchRates(symbol: string): Promise<void> {
    try {
      const [steps, rates] = await Promise.all([exchange.brackets(symbol), exchange.commission(symbol)]);
      brackets.set(symbol, steps);
      fees.set(symbol, rates);
      ratesAt.set(symbol, now());
      if (outdated.delete(symbol) && outdated.size === 0)
        log.info('leverage brackets and fees can be read again');
    } catch (error) {
      if (!brackets.has(symbol) || !fees.has(symbol)) throw error;
      // Each signal asks again: it is said once.
      if (outdated.size === 0)
        log.warn({ err: error, symbol }, 'leverage brackets and fees cannot be read: those of before go on');
      outdated.add(symbol);
    }
  }

  return {
    prices,
    unread,
    brackets,
    feesOf: (symbol) => fees.get(symbol) ?? BASE_FEES[market],
    // What is paid for in dollars: results in other assets could not be added up.
    tradable() {
      const all = exchange.instruments();
      if (inDollars.of !== all) {
        inDollars = { of: all, map: new Map([...all].filter(([, { quote }]) => DOLLARS.has(quote))) };
      }
      return inDollars.map;
    },
    setPrices(symbol, seen, at) {
      const known = prices.get(symbol);
      const heard = heardAt.get(symbol) ?? { mark: Number.NEGATIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
      const isRecent = (kind: keyof Prices): boolean => now() - heard[kind] < KNOWN_MS;
      const mark = seen.mark ?? (isRecent('mark') ? known?.mark : undefined) ?? seen.last;
      const last = seen.last ?? (isRecent('last') ? known?.last : undefined) ?? seen.mark;
      if (!mark || !last) return null;
      if (seen.mark) heard.mark = now();
      if (seen.last) heard.last = now();
      heardAt.set(symbol, heard);
      const next = { mark, last };
      prices.set(symbol, next);
      // By our clock, should the exchange's be ahead of it: else an old price would decide for as long as that is.
      if (seen.mark) pricesGoodUntil.set(symbol, Math.min(at, now()) + STREAMED_MAX_AGE_MS);
      filterPrices?.refresh(symbol);
      return next;
    },
    ensureSymbol(symbol, isOurs) {
      if (!isOurs) leverage.delete(symbol);
      const isSet = isOurs || !exchange.symbolSettings;
      const asked = filterPrices?.ensure(symbol);
      if (isFresh(symbol) && areRatesFresh(symbol) && isSet && !asked) {
        unread.delete(symbol);
        return undefined;
      }
      return readSymbol(symbol, isOurs, asked);
    },
    filterPrice: (symbol) => filterPrices?.of(symbol) ?? null,
    ensureFilterPrice: (symbol, levels) => filterPrices?.ensureFor(symbol, levels, prices.get(symbol)),
    leverageOf: (symbol) => leverage.get(symbol) ?? UNKNOWN,
    setLeverage(symbol, value, marginMode) {
      leverage.set(symbol, { leverage: value, marginMode });
    },
  };
}
