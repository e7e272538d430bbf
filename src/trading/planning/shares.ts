import { Decimal, ZERO } from '../decimal.ts';

const HUNDRED = new Decimal(100);
const ONE = new Decimal(1);

export function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), ZERO);
}

/** Scales percentages to a sum of 100. */
export function toHundred(shares: readonly Decimal[]): Decimal[] {
  const total = sum(shares);
  return shares.map((share) => share.times(HUNDRED).div(total));
}

/** A setting's weights for so many parts: cut to the number, or the last one repeated. Relative to each other. */
export function weightsFor(setting: 'even' | readonly Decimal[], count: number): Decimal[] {
  const last = setting === 'even' ? undefined : setting.at(-1);
  if (setting === 'even' || last === undefined) return Array(count).fill(ONE);
  return Array.from({ length: count }, (_, index) => setting[index] ?? last);
}

/**
 * Shares that a message gives, some of which may be missing: the missing ones split what is left to 100 evenly.
 * Null when it gives none.
 */
export function completeShares(given: readonly (Decimal | undefined)[]): Decimal[] | null {
  const known = given.filter((share) => share !== undefined);
  if (known.length === 0) return null;
  const missing = given.length - known.length;
  const rest = missing > 0 ? Decimal.max(HUNDRED.minus(sum(known)), ZERO).div(missing) : ZERO;
  return given.map((share) => share ?? rest);
}

/** Equal parts as whole numbers come to them, thirds of 33, sixths of 16: they are meant to be everything. */
export function isEvenSplit(shares: readonly Decimal[]): boolean {
  const part = HUNDRED.div(shares.length).floor();
  return shares.every((share) => share.eq(part));
}
