import { Decimal } from '../decimal.ts';
import { sum } from './shares.ts';
import { breakoutLimit } from './spot.ts';
import type { EntrySlot, PlanInput } from './types.ts';

/** What one unit of an entry takes of the balance. */

/** Market orders are charged as if they filled this much above the price. */
const MARKET_SLIP = new Decimal('1.0005');

/**
 * What one unit binds of the available balance: initial margin, the fee to enter, and the loss it would open with.
 * https://www.binance.com/en/support/faq/87fa7ee33b574f7084d42bd2ce2e463b
 */
export function futuresUnitCost(
  input: PlanInput,
  slots: readonly EntrySlot[],
  leverage: number,
  mean: Decimal,
): Decimal {
  const { mark } = input.prices;
  const price = slots.some((slot) => slot.type === 'market') ? mean.times(MARKET_SLIP) : mean;
  const assumed = input.signal.side === 'short' ? Decimal.max(price, mark) : price;
  const openLoss = input.signal.side === 'long' ? Decimal.max(price.minus(mark), 0) : new Decimal(0);
  return assumed.div(leverage).plus(assumed.times(input.fees.taker)).plus(openLoss);
}

/** A market order to buy may find a higher price than the one it was planned at. */
const SPOT_SLIP = new Decimal('1.002');

/** What one unit binds of the free balance: what it may cost at most, and the commission. */
export function spotUnitCost(
  { instrument, fees }: PlanInput,
  slots: readonly EntrySlot[],
  stopPrice: Decimal,
): Decimal {
  const weights = sum(slots.map((slot) => slot.weight));
  const costs = slots.map(({ type, price, weight }) => {
    const most = type === 'stop_market' ? breakoutLimit(price, stopPrice, instrument.tickSize) : price;
    return (type === 'market' ? most.times(SPOT_SLIP) : most).times(weight);
  });
  return sum(costs).div(weights).times(fees.taker.plus(1));
}
