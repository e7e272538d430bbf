import { Decimal, ZERO } from '../../decimal.ts';
import type { Order } from '../../model.ts';
import { restToClose } from '../closing.ts';
import { byRole, executedOf, held, isLive, marketLot } from '../facts.ts';
import { targetSlot } from '../ids.ts';
import { place } from '../send.ts';
import { isOfRound, ordersOfTarget, targetIndex, targetQuantities } from '../targets.ts';
import { alert, due, patch, type Work } from '../types.ts';
import { awaitsAttached, restOf } from './attached.ts';
import {
  type Cover,
  compareCovers,
  enoughOf,
  interim,
  layout,
  lockedBy,
  type Standing,
  standing,
} from './covers.ts';
import { standsAlone, stopFloor } from './lots.ts';
import { byNeed, cover, isGoing, isUnanswered, mayMakeRoom } from './room.ts';
import { cancelCover } from './send.ts';

/** While parts of an entry come in, one stop covers them: lists wait for the quantity to settle. */
const SETTLE_MS = 500;
/** How long a list that has just lost a leg, or executed a part, is left to finish what it has begun. */
const LEG_PATIENCE_MS = 250;
/** A stop with a limit that has triggered and does not execute for so long has been run past. */
const LIMIT_PATIENCE_MS = 1_000;

/** Coins to sell at market. */
interface Sale {
  role: 'close' | 'target';
  slot: number;
  quantity: Decimal;
}

/**
 * Brings what stands for the coins that are held to what should: sales first, then covers. A cover is placed as soon
 * as enough coins are free; where none are, an old one goes first, one at a time, so that the others keep protecting.
 */
export function manageCovers(work: Work): void {
  const holds = held(work.trade);
  const stands = standing(work.trade);
  if (holds.isZero()) {
    restToClose(work);
    // It goes last: an entry that is still to be cancelled may have filled meanwhile.
    const mayFill = byRole(work.trade, 'entry', 'close').some(isLive);
    if (!mayFill && !awaitsAttached(work)) for (const one of stands) cancelCover(work, one);
    return;
  }
  if (awaitsAttached(work)) return;
  const underWay = stands.filter((one) => isUnderWay(work, one));
  const idle = stands.filter((one) => !underWay.includes(one));
  const closing = closingNow(work, holds.minus(lockedBy(underWay)));
  const toCover = Decimal.max(holds.minus(closing.leaving), ZERO);
  const reached = reachedTargets(work, toCover);

  const planned = isSettled(work)
    ? layout(work.trade, toCover, bareNow(work))
    : interim(work.trade, toCover, idle);
  // What is leaving by itself is covered by that.
  const wanted = without(work, planned, [...underWay.map((one) => partOf(work, one)), ...reached]);
  const { missing, surplus } = compareCovers(work.trade, wanted, idle);
  const inFlight = marketRest(byRole(work.trade, 'close', 'target').filter(isLive));
  const sales = [...closing.sales, ...reached.filter(({ isNew }) => isNew)];
  const { free, lacking } = sell(work, sales, holds.minus(inFlight).minus(lockedBy(stands)), surplus);
  if (toCover.gt(0) && planned.length === 0 && underWay.length === 0) return tooSmall(work, toCover);
  const isSelling = byRole(work.trade, 'close', 'target').some(isMarketUnderWay);
  cover(work, missing, surplus, {
    free,
    lacking,
    busy: isSelling || idle.some(isUnanswered),
    isForSale: closing.leaving.gt(0) || reached.length > 0,
  });
}

/**
 * Sells what coins are free for, and frees as many as are lacking. Answers what is still free, and whether any lack.
 */
function sell(
  work: Work,
  sales: readonly Sale[],
  freeCoins: Decimal,
  surplus: readonly Standing[],
): { free: Decimal; lacking: boolean } {
  let free = freeCoins;
  let wanting = ZERO;
  for (const { role, slot, quantity } of sales) {
    const lot = marketLot(work.trade, quantity);
    if (lot.lte(free)) place(work, { role, slot, type: 'market', quantity: lot });
    else wanting = wanting.plus(lot).minus(Decimal.max(free, ZERO));
    free = Decimal.max(free.minus(lot), ZERO);
  }
  const lacking = wanting.gt(0);
  const going = surplus.filter(isGoing);
  const others = surplus.filter((one) => !isGoing(one)).toSorted((a, b) => byNeed(b, a));
  const rest = wanting.minus(lockedBy(going));
  for (const one of [...going, ...enoughOf(others, rest)]) {
    if (wanting.lte(0) || !mayMakeRoom(work)) break;
    cancelCover(work, one, { makesRoom: true });
    wanting = wanting.minus(one.locked);
  }
  return { free, lacking };
}

/** What is to be closed now, and how much of what is held leaves by that. */
function closingNow(work: Work, holds: Decimal): { sales: Sale[]; leaving: Decimal } {
  const orders = byRole(work.trade, 'close').filter(isLive);
  const rest = restToClose(work);
  const { closeRetryAt } = work.trade;
  if (orders.length > 0) return { sales: [], leaving: Decimal.max(marketRest(orders), rest ?? ZERO) };
  if (rest === null || holds.lte(0)) return { sales: [], leaving: ZERO };
  // A sale that was refused waits, and meanwhile what it would sell is covered again.
  if (closeRetryAt !== null && !due(work, closeRetryAt)) return { sales: [], leaving: ZERO };
  return { sales: [{ role: 'close', slot: 0, quantity: Decimal.min(rest, holds) }], leaving: rest };
}

interface Part {
  index: number | null;
  quantity: Decimal;
}

function partOf({ trade }: Work, { target, locked }: Standing): Part {
  const index = target && isOfRound(trade, target) ? targetIndex(trade, target) : null;
  return { index, quantity: locked };
}

/** Takes the parts out of the covers: of their target's, else of the stop that stands alone, else of the last. */
function without({ trade }: Work, planned: readonly Cover[], parts: readonly Part[]): Cover[] {
  const result = [...planned];
  for (const part of parts) {
    let rest = part.quantity;
    const own = result.findIndex(({ target }) => (target?.index ?? null) === part.index);
    const lone = result.findIndex(({ target }) => target === null);
    for (const at of [own, lone, ...result.keys()]) {
      const one = result[at];
      if (!one || rest.lte(0)) continue;
      const taken = Decimal.min(one.quantity, rest);
      result[at] = { ...one, quantity: one.quantity.minus(taken) };
      rest = rest.minus(taken);
    }
  }
  // What nothing was taken from stands already, or is enough for an order.
  return result.filter(
    (one, at) => one === planned[at] || standsAlone(trade, one.quantity, stopFloor(trade)),
  );
}

/** Targets without a list whose price has come: their share is sold at market. */
function reachedTargets(work: Work, holds: Decimal): (Sale & Part & { isNew: boolean })[] {
  const { trade } = work;
  const result: (Sale & Part & { isNew: boolean })[] = [];
  const wanted = targetQuantities(trade, holds);
  for (const { index, reached } of trade.bareTargets ?? []) {
    const mine = ordersOfTarget(trade, index);
    const selling = mine.filter((order) => order.type === 'market' && isLive(order));
    const quantity = (wanted[index] ?? ZERO).minus(executedOf(mine));
    const common = { role: 'target' as const, slot: targetSlot(trade, index), index };
    if (selling.length > 0) result.push({ ...common, quantity: marketRest(selling), isNew: false });
    else if (reached && index >= trade.targetsHit && quantity.gt(0) && maySell(work)) {
      result.push({ ...common, quantity, isNew: true });
    }
  }
  return result;
}

/** A sale that was refused waits, and meanwhile the stop stands for what it would sell. */
function maySell(work: Work): boolean {
  const { targetRetryAt } = work.trade;
  return targetRetryAt === null || due(work, targetRetryAt);
}

/** Targets that may not have a list now. */
function bareNow(work: Work): Set<number> {
  const bare = (work.trade.bareTargets ?? []).filter(
    ({ reached, retryAt }) => reached || !due(work, retryAt),
  );
  return new Set(bare.map(({ index }) => index));
}

function isSettled(work: Work): boolean {
  const { trade } = work;
  const entriesLive = byRole(trade, 'entry').some(isLive) || restOf(trade) !== null;
  return !entriesLive || trade.lastFillAt === null || due(work, trade.lastFillAt + SETTLE_MS);
}

/** Triggered, or in the middle of what one leg's execution does to the other. */
function isUnderWay(work: Work, { listId, orders, target }: Standing): boolean {
  const triggered = orders.find((order) => order.status === 'triggered');
  if (triggered) return triggered.type === 'stop_market' || !due(work, triggered.since + LIMIT_PATIENCE_MS);
  if (listId === null || orders.some((order) => order.cancelAskedAt !== null)) return false;
  const legs = work.trade.orders.filter((order) => order.listId === listId);
  const lost = legs.filter((order) => !isLive(order));
  const executing = target !== null && !target.executed.isZero() ? [target] : [];
  const changed = [...lost, ...executing].map((order) => Math.max(order.since, order.filledAt ?? 0));
  return changed.length > 0 && !due(work, Math.max(...changed) + LEG_PATIENCE_MS);
}

/** Nothing can stand for so little: what stands is left, and it is said once. */
function tooSmall(work: Work, quantity: Decimal): void {
  if (work.trade.tooSmallTold) return;
  patch(work, { tooSmallTold: true });
  alert(work, 'warning', 'holding_too_small', { quantity: quantity.toString() });
}

function isMarketUnderWay(order: Order): boolean {
  return order.type === 'market' && isLive(order);
}

function marketRest(orders: readonly Order[]): Decimal {
  return orders.reduce(
    (sum, order) => (order.type === 'market' ? sum.plus(order.quantity).minus(order.executed) : sum),
    ZERO,
  );
}
