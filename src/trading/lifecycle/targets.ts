import { Decimal, ZERO } from '../decimal.ts';
import type { Order, Trade } from '../model.ts';
import { floorTo } from '../rounding.ts';
import { byRole, executedOf, held, isLive } from './facts.ts';
import { TARGETS_PER_ROUND, targetSlot } from './ids.ts';
import { present } from './present.ts';
import { cancel, place } from './send.ts';
import { standsAlone, stopFloor } from './spot/lots.ts';
import { due, patch, type Work } from './types.ts';

/** While parts of an entry come in, targets wait for it to settle: the stop is what cannot wait. */
const SETTLE_MS = 500;

/** Pauses after a refused target: the exchange may refuse a price that is too far away for days. */
const RETRY_MS = 5_000;
const RETRY_MAX_MS = 3_600_000;

/**
 * Counts targets that have filled, or of which as much has left as should after the position became smaller. A
 * target merged into a later one is done when that one is.
 */
export function countTargets(work: Work): void {
  const { trade } = work;
  const orders = roundOrders(trade).filter((order) => !order.executed.isZero());
  let hit = trade.targetsHit;
  let partly = false;
  for (const order of orders) {
    const index = targetIndex(trade, order);
    if (order.status === 'filled') hit = Math.max(hit, index + 1);
    else if (index >= hit) partly = true;
  }
  if (hit > trade.targetsHit) patch(work, { targetsHit: hit });
  if (partly) countShrunk(work);
}

/** Each one that is done leaves its share to the others, which may be done by that as well. */
function countShrunk(work: Work): void {
  const { trade } = work;
  if (held(trade).isZero()) return;
  const wanted = targetQuantities(trade);
  for (let index = trade.targetsHit; index < trade.targets.length; index += 1) {
    const left = executedOf(ordersOfTarget(trade, index));
    if (left.isZero() || left.lt(wanted[index] ?? ZERO)) continue;
    patch(work, { targetsHit: index + 1 });
    return countShrunk(work);
  }
}

/** The next target has no quantity of its own: it is too small, and part of another. */
export function isNextMerged(trade: Trade): boolean {
  const wanted = targetQuantities(trade);
  return (wanted[trade.targetsHit] ?? ZERO).isZero() && wanted.some((quantity) => quantity.gt(0));
}

/**
 * Targets ahead that the exchange takes no order for with what is held now, by index: the one that takes their part,
 * null where it is left to the stop.
 */
export function mergedTargets(trade: Trade): ReadonlyMap<number, number | null> {
  const merged = new Map<number, number | null>();
  if (held(trade).isZero() || trade.closing?.until === null) return merged;
  const wanted = targetQuantities(trade);
  const placed = [...wanted.keys()].filter((index) => wanted[index]?.gt(0));
  for (let index = trade.targetsHit; index < wanted.length; index += 1) {
    if (placed.includes(index)) continue;
    merged.set(index, placed.find((other) => other > index) ?? placed.at(-1) ?? null);
  }
  return merged;
}

/** Keeps a reduce-only limit order at each target that is still ahead, sized by its share of the position. */
export function manageTargets(work: Work): void {
  const { trade } = work;
  const live = byRole(trade, 'target').filter(isLive);
  const holds = held(trade);
  if (holds.isZero() || trade.closing?.until === null) {
    if (holds.isZero()) for (const order of live) cancel(work, order);
    return;
  }
  if (trade.closing?.clearTargets || present(work).lt(holds)) return;
  const round = roundOrders(trade);
  const outdated = live.filter((order) => !round.includes(order));
  for (const order of outdated) cancel(work, order);
  // Cancel before place: together they could exceed the position. What is missing meanwhile is only a profit.
  if (outdated.length > 0) return;

  const entriesLive = byRole(trade, 'entry').some(isLive);
  if (entriesLive && trade.lastFillAt !== null && !due(work, trade.lastFillAt + SETTLE_MS)) return;
  if (trade.targetRetryAt !== null && !due(work, trade.targetRetryAt)) return;

  const wanted = targetQuantities(trade);
  for (const [index, target] of trade.targets.entries()) {
    const mine = round.filter((order) => targetIndex(trade, order) === index);
    if (index < trade.targetsHit) {
      for (const order of mine) cancel(work, order);
      continue;
    }
    manageTarget(work, index, target.price, wanted[index] ?? ZERO, mine);
  }
}

function manageTarget(
  work: Work,
  index: number,
  price: Decimal,
  wanted: Decimal,
  mine: readonly Order[],
): void {
  const remaining = floorTo(wanted.minus(executedOf(mine)), work.trade.terms.stepSize);
  const standing = mine.filter(isLive);
  const exact = standing.find(
    (order) => order.price?.eq(price) && order.quantity.minus(order.executed).eq(remaining),
  );
  for (const order of standing) if (order !== exact && order.status !== 'pending') cancel(work, order);
  if (standing.length > 0 || remaining.lte(0) || !due(work, retryAt(mine))) return;
  const slot = targetSlot(work.trade, index);
  place(work, { role: 'target', slot, type: 'limit', quantity: remaining, price });
}

/** Each time that a target was refused, or taken off the book by somebody else, makes the next pause longer. */
function retryAt(mine: readonly Order[]): number {
  const lost = mine.filter((order) => order.cancelAskedAt === null && isFailure(order));
  const last = Math.max(0, ...lost.map((order) => order.since));
  return lost.length === 0 ? 0 : last + Math.min(RETRY_MS * 2 ** (lost.length - 1), RETRY_MAX_MS);
}

function isFailure(order: Order): boolean {
  return order.status === 'rejected' || order.status === 'expired' || order.status === 'cancelled';
}

/** In percent of the position. */
export const SHARE_SLACK = new Decimal('0.02');

export function targetIndex(trade: Trade, order: Order): number {
  return order.slot - targetSlot(trade, 0);
}

/** It belongs to the targets as they are now. */
export function isOfRound(trade: Trade, { slot }: Order): boolean {
  return slot >= targetSlot(trade, 0) && slot < targetSlot(trade, TARGETS_PER_ROUND);
}

/** All that there have been for one of them, as they are now. */
export function ordersOfTarget(trade: Trade, index: number): Order[] {
  return roundOrders(trade).filter((order) => targetIndex(trade, order) === index);
}

function roundOrders(trade: Trade): Order[] {
  return byRole(trade, 'target').filter((order) => isOfRound(trade, order));
}

/**
 * Quantity per target, executed parts included; zero for those done or merged. Shares are of the position; what
 * the targets ahead do not take is left to the stop (a runner). A part below one step or the exchange's minimum is
 * merged into the next, the last into the one before.
 */
export function targetQuantities(trade: Trade, holds: Decimal = held(trade)): Decimal[] {
  const ahead = trade.targets.slice(trade.targetsHit);
  const doneShare = trade.targets
    .slice(0, trade.targetsHit)
    .reduce((sum, target) => sum.plus(target.sharePct), ZERO);
  const openShare = new Decimal(100).minus(doneShare);
  const partly = roundOrders(trade).filter((order) => targetIndex(trade, order) >= trade.targetsHit);
  const pool = holds.plus(executedOf(partly));
  const quantities = trade.targets.map(() => ZERO);
  if (openShare.lte(0)) return quantities;

  const { stepSize } = trade.terms;
  let share = ZERO;
  let allotted = ZERO;
  let lastPlaced = -1;
  for (const [offset, target] of ahead.entries()) {
    const index = trade.targetsHit + offset;
    share = share.plus(target.sharePct);
    // Thirds written as 33.33 are meant to be everything.
    const upTo = share.plus(SHARE_SLACK).gte(openShare)
      ? pool
      : pool.times(share).div(openShare).div(stepSize).toDecimalPlaces(0, Decimal.ROUND_DOWN).times(stepSize);
    const quantity = upTo.minus(allotted);
    const tooSmall = !standsAlone(trade, quantity, lowestPrice(trade, target.price));
    const isLast = offset === ahead.length - 1;
    if (tooSmall && !isLast) continue;
    if (tooSmall && lastPlaced >= 0) {
      quantities[lastPlaced] = (quantities[lastPlaced] ?? ZERO).plus(quantity);
    } else if (quantity.gt(0) && !(tooSmall && trade.terms.spot)) {
      quantities[index] = quantity;
      lastPlaced = index;
    }
    allotted = upTo;
  }
  return trade.terms.spot ? withinLists(trade, quantities, pool) : quantities;
}

/** On spot a target stands in a list with a stop, and the exchange measures both. */
function lowestPrice(trade: Trade, price: Decimal): Decimal {
  return trade.terms.spot ? Decimal.min(price, stopFloor(trade)) : price;
}

/**
 * No more lists than the trade may have: the farthest targets go with the one before. What no target takes needs a
 * stop of its own, or goes with the last target where it is too small for one.
 */
function withinLists(trade: Trade, wanted: readonly Decimal[], pool: Decimal): Decimal[] {
  const quantities = [...wanted];
  const max = Math.min(trade.terms.spot?.maxLists ?? 1, trade.listLimit ?? Number.MAX_SAFE_INTEGER);
  const placed = (): number[] => [...quantities.keys()].filter((index) => quantities[index]?.gt(0));
  const join = (from: number, to: number): void => {
    quantities[to] = (quantities[to] ?? ZERO).plus(quantities[from] ?? ZERO);
    quantities[from] = ZERO;
  };
  const runner = pool.minus(quantities.reduce((sum, quantity) => sum.plus(quantity), ZERO));
  const last = placed().at(-1);
  let alone = runner.gt(0) ? 1 : 0;
  if (last !== undefined && alone === 1 && (max === 1 || !standsAlone(trade, runner, stopFloor(trade)))) {
    quantities[last] = (quantities[last] ?? ZERO).plus(runner);
    alone = 0;
  }
  for (let standing = placed(); standing.length + alone > max; standing = placed()) {
    const [before, farthest] = standing.slice(-2);
    if (before === undefined || farthest === undefined) break;
    join(farthest, before);
  }
  return quantities;
}
