import { Decimal } from '../decimal.ts';
import type { Instrument } from '../exchange.ts';
import type { PlannedEntry, SpotTerms } from '../model.ts';
import { ceilTo, floorTo } from '../rounding.ts';
import type { EntrySlot, PlanInput } from './types.ts';

/** What planning on spot has to know: what the exchange measures an order at, and what it takes coins for. */

/** A breakout may cost at most this much (percent) more than its trigger, and a tenth of the way to the stop. */
const BREAKOUT_LIMIT_PCT = new Decimal(1);
const STOP_DISTANCE_PART = new Decimal('0.1');
/** How far below its trigger a stop that cannot be a market order may still sell, percent. */
const STOP_LIMIT_PCT = new Decimal(3);
/** Against rounding and a price that moves on, when PERCENT_PRICE_BY_SIDE bounds it. */
const FILTER_MARGIN = new Decimal('1.01');

/** The limit of a breakout: STOP_LOSS_LIMIT at this price, once its trigger has traded. */
export function breakoutLimit(trigger: Decimal, stopPrice: Decimal, tick: Decimal): Decimal {
  const byShare = trigger.times(BREAKOUT_LIMIT_PCT).div(100);
  const byStop = trigger.minus(stopPrice).times(STOP_DISTANCE_PART);
  return ceilTo(trigger.plus(Decimal.min(byShare, byStop)), tick);
}

export function plannedOnSpot(
  { type, price, quantity }: EntrySlot & { quantity: Decimal },
  stopPrice: Decimal,
  { tickSize }: Instrument,
): PlannedEntry {
  if (type === 'market') return { type, price: null, quantity };
  if (type === 'limit') return { type, price, quantity };
  return { type: 'stop_limit', price, quantity, limitPrice: breakoutLimit(price, stopPrice, tickSize) };
}

export function stopTermsOf(
  { spot }: Instrument,
  stopPrice: Decimal,
  filterPrice: Decimal,
): Pick<SpotTerms, 'stopMarket' | 'stopLimitPct'> {
  const lowest = filterPrice.times(spot?.sellDown ?? 0).times(FILTER_MARGIN);
  const room = stopPrice.minus(lowest).div(stopPrice).times(100);
  return {
    stopMarket: spot?.stopMarket ?? false,
    stopLimitPct: Decimal.max(Decimal.min(STOP_LIMIT_PCT, room), 0).toDecimalPlaces(4),
  };
}

/** The lowest price at which the exchange measures what protects. */
export function protectionFloor(input: PlanInput, stopPrice: Decimal): Decimal {
  const filterPrice = input.filterPrice?.price ?? input.prices.mark;
  const { stopMarket, stopLimitPct } = stopTermsOf(input.instrument, stopPrice, filterPrice);
  return stopMarket ? stopPrice : stopPrice.times(new Decimal(100).minus(stopLimitPct)).div(100);
}

/** What is left of a buy when its commission is taken in coins, on the step. */
export function netOf(quantity: Decimal, { fees, instrument }: PlanInput): Decimal {
  return floorTo(quantity.minus(quantity.times(fees.taker)), instrument.stepSize);
}
