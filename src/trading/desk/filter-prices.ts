import type { Clock } from '../clock.ts';
import type { Decimal } from '../decimal.ts';
import type { Exchange, FilterPrice, Instrument, Prices } from '../exchange.ts';

/**
 * The price that the exchange's filters go by, which is not the last one. It is asked for where it may decide: for most
 * symbols the bounds are so wide that it need not be.
 */
export interface FilterPrices {
  /** Null where it is not known, or too old to decide. */
  of(symbol: string): FilterPrice | null;
  /** Asks where it may decide and is not known; undefined where there is nothing to wait for. */
  ensure(symbol: string): Promise<void> | undefined;
  /** The same for orders at these prices, which may lie far from the last one. */
  ensureFor(symbol: string, levels: readonly Decimal[], last: Prices | undefined): Promise<void> | undefined;
  /** The symbol is watched, and so this is kept ready. */
  refresh(symbol: string): void;
}

/** An average over minutes moves slowly: so long it decides, and is renewed beside what goes on well before. */
const USABLE_MS = 60_000;
const RENEWED_AFTER_MS = 20_000;
/** So long a signal waits for it; without it the exchange is left to judge. */
const PATIENCE_MS = 1_000;
/** How far the average is thought to be from the last price at most. */
const DRIFT = 2;

export function createFilterPrices(
  exchange: Required<Pick<Exchange, 'instruments' | 'filterPrice'>>,
  { now, after }: Clock,
): FilterPrices {
  const known = new Map<string, FilterPrice & { at: number }>();
  const askedAt = new Map<string, number>();

  const ageOf = (symbol: string): number => now() - (known.get(symbol)?.at ?? Number.NEGATIVE_INFINITY);

  async function ask(symbol: string): Promise<void> {
    askedAt.set(symbol, now());
    const answer = await exchange.filterPrice(symbol).catch(() => null);
    if (answer) known.set(symbol, { ...answer, at: now() });
  }

  function renew(symbol: string): void {
    const asked = now() - (askedAt.get(symbol) ?? Number.NEGATIVE_INFINITY);
    if (ageOf(symbol) > RENEWED_AFTER_MS && asked > RENEWED_AFTER_MS) void ask(symbol);
  }

  async function soon(symbol: string): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = after(PATIENCE_MS, () => late.resolve());
    await Promise.race([ask(symbol), late.promise]);
    cancel();
  }

  function get(symbol: string, isNeeded: boolean): Promise<void> | undefined {
    if (!isNeeded) return undefined;
    if (ageOf(symbol) >= USABLE_MS) return soon(symbol);
    renew(symbol);
    return undefined;
  }

  const isNear = (symbol: string, ratio: Decimal | 1): boolean => {
    const instrument = exchange.instruments().get(symbol);
    return instrument !== undefined && !isFarFromBounds(instrument, ratio);
  };

  return {
    of(symbol) {
      const found = known.get(symbol);
      return found && ageOf(symbol) < USABLE_MS ? { price: found.price, by: found.by } : null;
    },
    ensure: (symbol) => get(symbol, isNear(symbol, 1)),
    ensureFor: (symbol, levels, last) =>
      get(symbol, last !== undefined && levels.some((level) => isNear(symbol, level.div(last.last)))),
    refresh(symbol) {
      if (known.has(symbol)) renew(symbol);
    },
  };
}

/** An order at so much of the last price is within the bounds, wherever the average may be. */
function isFarFromBounds({ priceUp, priceDown, spot }: Instrument, ratio: Decimal | 1): boolean {
  const isWithin = (up: Decimal, down: Decimal) => up.div(DRIFT).gte(ratio) && down.times(DRIFT).lte(ratio);
  return isWithin(priceUp, priceDown) && (!spot || isWithin(spot.sellUp, spot.sellDown));
}
