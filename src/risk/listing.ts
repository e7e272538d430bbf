import { Decimal } from '../trading/decimal.ts';
import type { Instrument, Prices } from '../trading/exchange.ts';
import type { Entry, Level, Plan, PlanNote, Scaled, Signal, Target } from '../trading/model.ts';

/** An instrument and how many of the signal's coins make one of its units. */
export interface Listing {
  instrument: Instrument;
  multiple: number;
}

/** Coins of tiny price are listed by the thousand or more, as `1000PEPEUSDT` or `1MBABYDOGEUSDT`. */
const MULTIPLES: readonly (readonly [prefix: string, multiple: number])[] = [
  ['1000', 1_000],
  ['10000', 10_000],
  ['1000000', 1_000_000],
  ['1M', 1_000_000],
];

/** The instrument of a symbol as an author writes it; null when the exchange lists none. */
export function instrumentOf(symbol: string, instruments: ReadonlyMap<string, Instrument>): Listing | null {
  const exact = instruments.get(symbol);
  if (exact) return { instrument: exact, multiple: 1 };
  for (const [prefix, multiple] of MULTIPLES) {
    const instrument = instruments.get(`${prefix}${symbol}`);
    if (instrument) return { instrument, multiple };
  }
  return null;
}

/** Every coin that the exchange lists: its own name, and the plain one of what is listed by the thousand or more. */
export function coinsOf(instruments: ReadonlyMap<string, Instrument>): Set<string> {
  return new Set([...instruments.values()].flatMap(({ base }) => namesOf(base)));
}

/** A coin's, or a symbol's: as it is listed, and the plain one where that is by the thousand or more. */
export function namesOf(listed: string): string[] {
  const plain = MULTIPLES.map(([prefix]) => (listed.startsWith(prefix) ? listed.slice(prefix.length) : ''));
  return [listed, ...plain.filter(isName)];
}

/** Whether two symbols are of one coin, by whichever of its names: `PEPEUSDT` and `1000PEPEUSDT`. */
export function isSameCoin(one: string, other: string): boolean {
  if (one === other) return true;
  const names = namesOf(other);
  return namesOf(one).some((name) => names.includes(name));
}

/** `1000000MOG` begins with `1000` too. */
const isName = (rest: string): boolean => /^[^\d]/u.test(rest);

/**
 * The signal in the instrument's symbol and price scale. Some authors write the plain symbol beside the listed
 * price: then the prices are left as they are. The market's price tells which.
 */
export function inScaleOf(
  { instrument, multiple }: Listing,
  signal: Signal,
  prices: Prices | null,
): { signal: Signal; notes: PlanNote[]; scaled: Scaled | null } {
  if (multiple === 1) return { signal, notes: [], scaled: null };
  const sample = samplePrice(signal);
  const factor = sample && prices && isNearer(sample, sample.times(multiple), prices.mark) ? 1 : multiple;
  const scaled = { from: signal.symbol, to: instrument.symbol, factor };
  return {
    signal: asListed(signal, scaled),
    notes: [{ code: 'symbol_scaled', numbers: { ...scaled, factor: String(factor) } }],
    scaled,
  };
}

/** How many times the prices of its signal those of a plan are. */
export function factorOf({ notes }: Pick<Plan, 'notes'>): Decimal {
  return new Decimal(notes.find(({ code }) => code === 'symbol_scaled')?.numbers.factor ?? 1);
}

/** The signal with the symbol and the prices of the exchange's list. */
export function asListed(signal: Signal, { to, factor }: Scaled): Signal {
  return scale({ ...signal, symbol: to }, new Decimal(factor));
}

/**
 * A price on a listed symbol as an author writes it, who may mean the single coin (0.0000115 on `1000PEPEUSDT`): the one
 * of the two that lies nearer to a price of the symbol.
 */
export function priceAsListed(symbol: string, price: Decimal, near: Decimal): Decimal {
  const [, multiple] =
    MULTIPLES.find(([prefix]) => symbol.startsWith(prefix) && isName(symbol.slice(prefix.length))) ?? [];
  if (multiple === undefined) return price;
  const scaled = price.times(multiple);
  return isNearer(price, scaled, near) ? price : scaled;
}

/** Any price of the signal; null when it has none. */
function samplePrice({ entry, stopLoss, takeProfits }: Signal): Decimal | null {
  const levels = [...(stopLoss ? [stopLoss] : []), ...takeProfits];
  const level = levels.find((one) => 'price' in one);
  switch (entry.type) {
    case 'limit':
      return entry.prices[0] ?? null;
    case 'zone':
      return entry.low;
    case 'market':
      return entry.reference ?? (level && 'price' in level ? level.price : null);
  }
}

/** Is `a` nearer than `b` to the price, as a ratio? */
function isNearer(a: Decimal, b: Decimal, price: Decimal): boolean {
  return ratio(a, price).lt(ratio(b, price));
}

function ratio(a: Decimal, b: Decimal): Decimal {
  return a.gt(b) ? a.div(b) : b.div(a);
}

function scale(signal: Signal, factor: Decimal): Signal {
  if (factor.eq(1)) return signal;
  return {
    ...signal,
    entry: scaleEntry(signal.entry, factor),
    stopLoss: signal.stopLoss && scaleLevel(signal.stopLoss, factor),
    takeProfits: signal.takeProfits.map((target) => scaleLevel(target, factor)),
  };
}

function scaleEntry(entry: Entry, factor: Decimal): Entry {
  switch (entry.type) {
    case 'limit':
      return { ...entry, prices: entry.prices.map((price) => price.times(factor)) };
    case 'zone':
      return { ...entry, low: entry.low.times(factor), high: entry.high.times(factor) };
    case 'market':
      return entry.reference ? { ...entry, reference: entry.reference.times(factor) } : entry;
  }
}

function scaleLevel<T extends Level | Target>(level: T, factor: Decimal): T {
  return 'price' in level ? { ...level, price: level.price.times(factor) } : level;
}
