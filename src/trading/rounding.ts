import { Decimal } from './decimal.ts';
import type { Side } from './model.ts';

/** Rounding to the exchange's grid. `step` is a tick (prices) or a step (quantities), greater than zero. */

export function floorTo(value: Decimal, step: Decimal): Decimal {
  return value.div(step).toDecimalPlaces(0, Decimal.ROUND_FLOOR).times(step);
}

export function ceilTo(value: Decimal, step: Decimal): Decimal {
  return value.div(step).toDecimalPlaces(0, Decimal.ROUND_CEIL).times(step);
}

/** Towards lower prices for a long, higher ones for a short: a better entry, a nearer target. */
export function roundAgainst(side: Side, price: Decimal, tick: Decimal): Decimal {
  return side === 'long' ? floorTo(price, tick) : ceilTo(price, tick);
}

/** Towards higher prices for a long, lower ones for a short: a nearer stop, a later trigger. */
export function roundAlong(side: Side, price: Decimal, tick: Decimal): Decimal {
  return side === 'long' ? ceilTo(price, tick) : floorTo(price, tick);
}

/** How far `to` lies from `from` in the trade's favour; negative against it. */
export function gain(side: Side, from: Decimal, to: Decimal): Decimal {
  return side === 'long' ? to.minus(from) : from.minus(to);
}

/** `from` moved by a percentage of itself, in the trade's favour when positive. */
export function moved(side: Side, from: Decimal, percent: Decimal): Decimal {
  const share = percent.div(100);
  return from.times(side === 'long' ? share.plus(1) : new Decimal(1).minus(share));
}
