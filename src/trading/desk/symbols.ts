import { Decimal } from '../decimal.ts';
import type { Exchange, Instrument, LeverageBracket, Prices } from '../exchange.ts';
import type { MarginMode, Market } from '../model.ts';
import { DOLLARS } from './spot-wallet.ts';

interface Fees {
  maker: Decimal;
  taker: Decimal;
}

/** What a market's symbols are like for us now: prices, brackets, fees, leverage. */
export interface Symbols {
  readonly prices: ReadonlyMap<string, Prices>;
  readonly brackets: ReadonlyMap<string, readonly LeverageBracket[]>;
  /** Of the symbol that was asked for last. */
  fees(): Fees;
  /** What may be traded. */
  tradable(): ReadonlyMap<string, Instrument>;
  setPrices(symbol: string, prices: Partial<Prices>, at: number): Prices | null;
  /** Mark price, brackets and fees of a symbol, fetched where unknown or stale; resolves at once where they are. */
  ensureSymbol(symbol: string): Promise<void> | undefined;
  leverageOf(symbol: string): { leverage: number | null; marginMode: MarginMode | null };
  setLeverage(symbol: string, leverage: number | null, marginMode: MarginMode | null): void;
}

/** The stream sends a mark price every second: one older than this decides nothing. */
const STREAMED_MAX_AGE_MS = 3_000;

/** A price that was fetched decides only what it was fetched for: a click soon after is judged by a new one. */
export function createSymbols(
  market: Market,
  exchange: Pick<Exchange, 'instruments' | 'prices' | 'brackets' | 'commission'>,
  now: () => number,
): Symbols {
  const prices = new Map<string, Prices>();
  /** Until when the price of the stream may decide. */
  const pricesGoodUntil = new Map<string, number>();
  const brackets = new Map<string, readonly LeverageBracket[]>();
  const fees = new Map<string, Fees>();
  const leverage = new Map<string, { leverage: number | null; marginMode: MarginMode | null }>();
  let lastFees: Fees = { maker: new Decimal('0.0002'), taker: new Decimal('0.0005') };
  let inDollars: { of: unknown; map: ReadonlyMap<string, Instrument> } = { of: null, map: new Map() };

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
    prices,
    brackets,
    fees: () => lastFees,
    // On spot what is bought with dollars: results in other assets could not be added up.
    tradable() {
      const all = exchange.instruments();
      if (market !== 'spot') return all;
      if (inDollars.of !== all) {
        inDollars = { of: all, map: new Map([...all].filter(([, { quote }]) => DOLLARS.has(quote))) };
      }
      return inDollars.map;
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
