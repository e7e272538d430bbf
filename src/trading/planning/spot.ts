import { Decimal, ZERO } from '../decimal.ts';
import type { Instrument } from '../exchange.ts';
import { SHARE_SLACK } from '../lifecycle/targets.ts';
import type { PlannedEntry, PlannedTarget, SpotTerms } from '../model.ts';
import { ceilTo, floorTo, moved } from '../rounding.ts';
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

/** What is to become of what an entry brings. `isOnly`: the trade has no other entry. */
export interface Exits {
  stopPrice: Decimal;
  targets: readonly PlannedTarget[];
  isOnly: boolean;
}

export function plannedOnSpot(
  input: PlanInput,
  slot: EntrySlot & { quantity: Decimal },
  exits: Exits,
): PlannedEntry {
  const { type, price, quantity } = slot;
  const { stopPrice } = exits;
  if (type === 'market') return { type, price: null, quantity };
  if (type === 'limit') {
    const attached = exits.isOnly ? attachedQuantity(input, slot, stopPrice) : null;
    if (attached === null) return { type, price, quantity };
    const hasTarget = takesTarget(input, attached, exits);
    return { type, price, quantity, attached, ...(hasTarget ? { attachedTarget: true } : {}) };
  }
  const limitPrice = breakoutLimit(price, stopPrice, input.instrument.tickSize);
  return { type: 'stop_limit', price, quantity, limitPrice };
}

/**
 * How many coins the stop is for that the exchange places once the entry has filled: never more than is left of them
 * whichever way the commission is taken. Null where none can go with the entry, or none should: one that takes from the
 * book at once is protected by us as soon.
 */
function attachedQuantity(
  input: PlanInput,
  { price, quantity }: EntrySlot & { quantity: Decimal },
  stopPrice: Decimal,
): Decimal | null {
  const { instrument, prices, fees } = input;
  const { spot, stepSize, marketStepSize, minNotional } = instrument;
  if (!spot?.attaches || price.gte(prices.last)) return null;
  const floor = protectionFloor(input, stopPrice);
  const [least, most, step] = spot.stopMarket
    ? [
        Decimal.max(instrument.minQuantity, instrument.marketMinQuantity),
        Decimal.min(instrument.maxQuantity, instrument.marketMaxQuantity),
        Decimal.max(stepSize, marketStepSize),
      ]
    : [instrument.minQuantity, instrument.maxQuantity, stepSize];
  const net = floorTo(quantity.minus(quantity.times(Decimal.max(fees.maker, fees.taker))), step);
  return net.gte(least) && net.lte(most) && net.times(floor).gte(minNotional) ? net : null;
}

/**
 * The one target can go along where it is for all of the coins, and its price one that the exchange takes wherever the
 * market is by then: as long as the stop can be placed, the target must not be what has both refused.
 */
function takesTarget(input: PlanInput, quantity: Decimal, { stopPrice, targets }: Exits): boolean {
  const { minPrice, maxPrice, minQuantity, minNotional, stepSize, spot } = input.instrument;
  const [target, ...others] = targets;
  if (!spot?.lists || !target || others.length > 0) return false;
  const highest = Decimal.min(maxPrice, stopPrice.times(spot.sellUp).div(FILTER_MARGIN));
  if (target.price.lt(minPrice) || target.price.gt(highest)) return false;
  if (target.sharePct.plus(SHARE_SLACK).gte(100) || input.maxLists === 1) return true;
  // A runner needs a stop of its own, unless it is too little for one.
  const runner = quantity.minus(floorTo(quantity.times(target.sharePct).div(100), stepSize));
  return runner.lt(minQuantity) || runner.times(protectionFloor(input, stopPrice)).lt(minNotional);
}

/**
 * What the exchange itself leaves to a trade, in coins: the one order that its stop may be (MARKET_LOT_SIZE), one
 * order's worth (NOTIONAL), the account's coins (MAX_POSITION).
 */
export function exchangeRoom(
  input: PlanInput,
  slots: readonly EntrySlot[],
  stopPrice: Decimal,
): { scope: 'order' | 'position'; most: Decimal; used: Decimal }[] {
  const { spot, marketMaxQuantity } = input.instrument;
  const { maxNotional, maxPosition } = spot ?? {};
  const coins = input.coins ?? ZERO;
  const dearest = maxNotional && highestPrice(input, slots, stopPrice);
  return [
    ...(spot?.stopMarket ? [{ scope: 'order' as const, most: marketMaxQuantity, used: ZERO }] : []),
    ...(dearest ? [{ scope: 'order' as const, most: maxNotional.div(dearest), used: ZERO }] : []),
    ...(maxPosition ? [{ scope: 'position' as const, most: maxPosition.minus(coins), used: coins }] : []),
  ];
}

/** NOTIONAL goes by an order's price; a market order has none, and what stands for it may be below the last one. */
export function measuredAt({ type, price }: EntrySlot, { filterPrice }: PlanInput): Decimal {
  return type === 'market' && filterPrice ? Decimal.min(price, filterPrice.price) : price;
}

/** At which the exchange may measure an order of the trade: its entries, its stop, its targets with all that is held. */
function highestPrice(input: PlanInput, slots: readonly EntrySlot[], stopPrice: Decimal): Decimal {
  const { instrument, signal, prices, filterPrice } = input;
  const { tickSize, spot } = instrument;
  const market = spot?.maxNotionalAtMarket ? [filterPrice?.price ?? prices.mark] : [];
  const entries = slots.flatMap(({ type, price }) => {
    if (type === 'market') return market;
    return [type === 'limit' ? price : breakoutLimit(price, stopPrice, tickSize)];
  });
  const first = slots[0]?.price ?? stopPrice;
  const targets = signal.takeProfits.map((target) =>
    'price' in target ? target.price : moved(signal.side, first, target.percent),
  );
  return Decimal.max(stopPrice, ...entries, ...targets);
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
