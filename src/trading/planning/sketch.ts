import { Decimal, ZERO } from '../decimal.ts';
import type { Entry, PlanNote, Side } from '../model.ts';
import { gain, moved, roundAgainst, roundAlong } from '../rounding.ts';
import { sum, weightsFor } from './shares.ts';
import type { EntrySlot, PlanInput, Sketch } from './types.ts';

/**
 * The prices of a plan: entries on the tick, and the stop. Null when a trigger names no price to wait for.
 *
 * Limit prices round to the better price and the stop towards the entry, so that neither costs more than its author
 * said; a trigger rounds to the later price, so that it never fires early. Sizes come from the rounded prices.
 */
export function sketchOf(input: PlanInput): Sketch | null {
  const { side } = input.signal;
  const wanted = wantedSlots(input);
  if (wanted === null) return null;
  const rounded = wanted.map((slot) => ({ ...slot, price: onTick(slot, input) }));
  const distinct = mergeEqual(rounded).sort((a, b) => gain(side, a.price, b.price).comparedTo(ZERO));
  const { stopPrice, notes } = stopFor(input, meanPrice(distinct));
  const slots = stopPrice === null ? distinct : withoutStopped(side, distinct, stopPrice);
  if (slots.length < wanted.length) notes.push(mergedNote('entries_merged', wanted.length, slots.length));
  return { slots, wanted: wanted.length, entryPrice: meanPrice(slots), stopPrice, notes };
}

export function meanPrice(slots: readonly EntrySlot[]): Decimal {
  const weights = sum(slots.map((slot) => slot.weight));
  return sum(slots.map((slot) => slot.price.times(slot.weight))).div(weights);
}

export function mergedNote(code: 'entries_merged' | 'targets_merged', from: number, to: number): PlanNote {
  return { code, numbers: { from: String(from), to: String(to) } };
}

/** Joins a slot that cannot stand alone with its neighbour: the next one towards the stop, else the one before. */
export function mergeSlot(slots: readonly EntrySlot[], index: number): EntrySlot[] {
  const into = index + 1 < slots.length ? index + 1 : index - 1;
  const weight = slots[index]?.weight ?? ZERO;
  return slots
    .map((slot, at) => (at === into ? { ...slot, weight: slot.weight.plus(weight) } : slot))
    .filter((_, at) => at !== index);
}

function wantedSlots(input: PlanInput): EntrySlot[] | null {
  const { signal, prices, trading } = input;
  const { entry } = signal;
  if (entry.type === 'market') return marketSlot(entry, input);
  const levels = entry.type === 'limit' ? entry.prices : spread(signal.side, entry, trading.zoneOrders);
  const given = entry.type === 'limit' ? entry.shares : undefined;
  const usable = given?.length === levels.length && given.every((share) => share.gt(0));
  const weights = given && usable ? given : weightsFor(trading.entryWeights, levels.length);
  return levels.map((price, index) => ({
    type: waitsFor(input, price, prices.mark) ? 'stop_market' : 'limit',
    price,
    weight: weights[index] ?? ZERO,
  }));
}

function marketSlot(entry: Extract<Entry, { type: 'market' }>, input: PlanInput): EntrySlot[] | null {
  const weight = new Decimal(1);
  const { mark } = input.prices;
  if (input.signal.trigger === null) return [{ type: 'market', price: mark, weight }];
  if (entry.reference === undefined) return null;
  if (waitsFor(input, entry.reference, mark))
    return [{ type: 'stop_market', price: entry.reference, weight }];
  const reached = input.signal.trigger === 'above' ? mark.gte(entry.reference) : mark.lte(entry.reference);
  return reached
    ? [{ type: 'market', price: mark, weight }]
    : [{ type: 'limit', price: entry.reference, weight }];
}

/**
 * Must a conditional order wait for this price? Only a breakout needs one (long above, short below): a pullback
 * (long below, short above) is what a limit order does by itself.
 */
function waitsFor({ signal }: PlanInput, price: Decimal, mark: Decimal): boolean {
  if (signal.trigger === 'above') return signal.side === 'long' && mark.lt(price);
  if (signal.trigger === 'below') return signal.side === 'short' && mark.gt(price);
  return false;
}

/** Prices spread evenly over a zone, its ends included, the one that the market meets first in front. */
function spread(side: Side, zone: { low: Decimal; high: Decimal }, count: number): Decimal[] {
  if (count === 1 || zone.low.eq(zone.high)) return [zone.low.plus(zone.high).div(2)];
  const gap = zone.high.minus(zone.low).div(count - 1);
  const rising = Array.from({ length: count }, (_, index) => zone.low.plus(gap.times(index)));
  return side === 'long' ? rising.reverse() : rising;
}

function onTick({ type, price }: EntrySlot, { signal, instrument }: PlanInput): Decimal {
  if (type === 'market') return price;
  const round = type === 'limit' ? roundAgainst : roundAlong;
  return Decimal.max(round(signal.side, price, instrument.tickSize), instrument.tickSize);
}

function mergeEqual(slots: readonly EntrySlot[]): EntrySlot[] {
  const distinct = new Map<string, EntrySlot>();
  for (const slot of slots) {
    const key = `${slot.type} ${slot.price}`;
    const known = distinct.get(key);
    distinct.set(key, known ? { ...known, weight: known.weight.plus(slot.weight) } : slot);
  }
  return [...distinct.values()];
}

/** Entries at or beyond the stop would be closed at once: their part goes to the ones ahead of it. */
function withoutStopped(side: Side, slots: readonly EntrySlot[], stopPrice: Decimal): EntrySlot[] {
  let kept = [...slots];
  while (kept.length > 1) {
    const last = kept.at(-1);
    if (last === undefined || gain(side, stopPrice, last.price).gt(0)) break;
    kept = mergeSlot(kept, kept.length - 1);
  }
  return kept;
}

function stopFor(input: PlanInput, entryPrice: Decimal): { stopPrice: Decimal | null; notes: PlanNote[] } {
  const { signal, instrument, limits } = input;
  const { side, stopLoss } = signal;
  if (stopLoss !== null) {
    const exact = 'price' in stopLoss ? stopLoss.price : moved(side, entryPrice, stopLoss.percent.negated());
    return { stopPrice: stopOnTick(side, exact, entryPrice, instrument.tickSize), notes: [] };
  }
  if (limits.requireStopLoss || limits.defaultStopPct === null) return { stopPrice: null, notes: [] };
  const exact = moved(side, entryPrice, limits.defaultStopPct.negated());
  const stopPrice = stopOnTick(side, exact, entryPrice, instrument.tickSize);
  const numbers = { pct: limits.defaultStopPct.toString(), price: stopPrice?.toString() ?? '' };
  return { stopPrice, notes: [{ code: 'default_stop', numbers }] };
}

/** Towards the entry, but never onto it; null where no positive price is left. */
function stopOnTick(side: Side, exact: Decimal, entryPrice: Decimal, tick: Decimal): Decimal | null {
  const nearer = roundAlong(side, exact, tick);
  const stop = gain(side, nearer, entryPrice).gt(0) ? nearer : roundAgainst(side, exact, tick);
  return stop.gt(0) ? stop : null;
}
