import type { Decimal } from '../decimal.ts';

/** How amounts are written into the numbers of denials, notes and checks: plain decimal strings. */

/** Quote currency, to a hundredth; smaller amounts keep their first digits. */
export function quoteAmount(amount: Decimal): string {
  // Its exponent tells whether it is one or more, without a calculation.
  return amount.e >= 0 ? amount.toDecimalPlaces(2).toString() : amount.toSignificantDigits(2).toString();
}

/** A percentage of a whole; `0` where there is no whole. */
export function percentOf(part: Decimal, whole: Decimal): string {
  return whole.gt(0) ? percent(part.div(whole).times(100)) : '0';
}

export function percent(value: Decimal): string {
  return value.toDecimalPlaces(3).toString();
}

/** Prices that come from the market, cut to what a screen can use. */
export function price(value: Decimal): string {
  return value.toSignificantDigits(10).toString();
}

/** Leaves out what does not apply. */
export function withoutEmpty(numbers: Record<string, string>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in numbers) {
    const value = numbers[name];
    if (value !== undefined && value !== '') kept[name] = value;
  }
  return kept;
}

/** A time in milliseconds since the epoch as UTC text. */
export function moment(at: number | null | undefined): string {
  return at === null || at === undefined ? '' : new Date(at).toISOString();
}
