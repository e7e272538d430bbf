import { type Decimal, ZERO } from '../../trading/decimal.ts';

/** What a price meets on its way, on either market. */

/** Something that happens at a part (0 to 1) of the way. */
export interface Crossing {
  at: Decimal;
  /** A resting order is met. */
  resting: boolean;
  run(): void;
}

/** How far along the way `level` is met, null if it is not. A level that is left behind at the start is met there. */
export function reached(from: Decimal, to: Decimal, level: Decimal, upwards: boolean): Decimal | null {
  const met = (price: Decimal) =>
    upwards ? price.greaterThanOrEqualTo(level) : price.lessThanOrEqualTo(level);
  if (!met(to)) return null;
  return met(from) ? ZERO : level.minus(from).div(to.minus(from));
}

/** The first of them; of several at one point the one that is named first. */
export function nearest(list: readonly Crossing[]): Crossing | null {
  return list.reduce<Crossing | null>(
    (first, candidate) => (first === null || candidate.at.lessThan(first.at) ? candidate : first),
    null,
  );
}

export function between(from: Decimal, to: Decimal, part: Decimal): Decimal {
  return from.plus(to.minus(from).times(part));
}
