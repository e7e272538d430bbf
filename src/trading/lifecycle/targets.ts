import { Decimal, ZERO } from '../decimal.ts';
import type { Order, Trade } from '../model.ts';
import { byRole, executedOf, held, isLive } from './facts.ts';
import { cancel, place } from './send.ts';
import { due, patch, type Work } from './types.ts';

/** While parts of an entry come in, targets wait for it to settle: the stop is what cannot wait. */
const SETTLE_MS = 500;

/** Counts targets that have filled. A target merged into a later one is done when that one is. */
export function countTargets(work: Work): void {
  const { trade } = work;
  let hit = trade.targetsHit;
  for (const order of roundOrders(trade)) {
    if (order.status === 'filled') hit = Math.max(hit, targetIndex(trade, order) + 1);
  }
  if (hit > trade.targetsHit) patch(work, { targetsHit: hit });
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
  if (trade.closing?.clearTargets) return;
  for (const order of live) if (!roundOrders(trade).includes(order)) cancel(work, order);

  const entriesLive = byRole(trade, 'entry').some(isLive);
  if (entriesLive && trade.lastFillAt !== null && !due(work, trade.lastFillAt + SETTLE_MS)) return;
  if (trade.targetRetryAt !== null && !due(work, trade.targetRetryAt)) return;

  const wanted = targetQuantities(trade);
  for (const [index, target] of trade.targets.entries()) {
    if (index < trade.targetsHit) continue;
    const mine = roundOrders(trade).filter((order) => targetIndex(trade, order) === index);
    const remaining = (wanted[index] ?? ZERO).minus(executedOf(mine));
    const standing = mine.filter(isLive);
    const exact = standing.find(
      (order) => order.price?.eq(target.price) && order.quantity.minus(order.executed).eq(remaining),
    );
    for (const order of standing) if (order !== exact && order.status !== 'pending') cancel(work, order);
    // Cancel before place: together they could exceed the position. What is missing meanwhile is only a profit.
    if (standing.length === 0 && remaining.gt(0)) {
      place(work, {
        role: 'target',
        slot: trade.targetRound * TARGETS_PER_ROUND + index,
        type: 'limit',
        quantity: remaining,
        price: target.price,
      });
    }
  }
}

/** New targets after `set_targets` are orders of a new round, so that their ids never meet the old ones. */
const TARGETS_PER_ROUND = 100;

function targetIndex(trade: Trade, order: Order): number {
  return order.slot - trade.targetRound * TARGETS_PER_ROUND;
}

function roundOrders(trade: Trade): Order[] {
  const first = trade.targetRound * TARGETS_PER_ROUND;
  return byRole(trade, 'target').filter(
    (order) => order.slot >= first && order.slot < first + TARGETS_PER_ROUND,
  );
}

/**
 * Quantity per target, executed parts included; zero for those done or merged. Shares are of the position; what
 * the targets ahead do not take is left to the stop (a runner). A part below one step or the exchange's minimum is
 * merged into the next, the last into the one before.
 */
export function targetQuantities(trade: Trade): Decimal[] {
  const ahead = trade.targets.slice(trade.targetsHit);
  const doneShare = trade.targets
    .slice(0, trade.targetsHit)
    .reduce((sum, target) => sum.plus(target.sharePct), ZERO);
  const openShare = new Decimal(100).minus(doneShare);
  const partly = roundOrders(trade).filter((order) => targetIndex(trade, order) >= trade.targetsHit);
  const pool = held(trade).plus(executedOf(partly));
  const quantities = trade.targets.map(() => ZERO);
  if (openShare.lte(0)) return quantities;

  const { stepSize, minQuantity, minNotional } = trade.terms;
  let share = ZERO;
  let allotted = ZERO;
  let lastPlaced = -1;
  for (const [offset, target] of ahead.entries()) {
    const index = trade.targetsHit + offset;
    share = share.plus(target.sharePct);
    const upTo = share.gte(openShare)
      ? pool
      : pool.times(share).div(openShare).div(stepSize).toDecimalPlaces(0, Decimal.ROUND_DOWN).times(stepSize);
    const quantity = upTo.minus(allotted);
    const tooSmall =
      quantity.lt(minQuantity) || quantity.lte(0) || quantity.times(target.price).lt(minNotional);
    const isLast = offset === ahead.length - 1;
    if (tooSmall && !isLast) continue;
    if (tooSmall && lastPlaced >= 0) {
      quantities[lastPlaced] = (quantities[lastPlaced] ?? ZERO).plus(quantity);
    } else if (quantity.gt(0)) {
      quantities[index] = quantity;
      lastPlaced = index;
    }
    allotted = upTo;
  }
  return quantities;
}
