import { Decimal, ZERO } from '../../decimal.ts';
import type { Order } from '../../model.ts';
import { byRole } from '../facts.ts';
import { due, patch, type Work } from '../types.ts';
import { type Cover, fitInto, isProtecting, type Standing } from './covers.ts';
import { standsAlone, stopFloor } from './lots.ts';
import { cancelCover, placeCover, replaceCover } from './send.ts';

export interface Room {
  free: Decimal;
  /** A sale waits for coins. */
  lacking: boolean;
  busy: boolean;
  isForSale: boolean;
}

/**
 * Places what is missing where coins are free for it; makes room for the next where they are not, and where nothing is
 * being sold and every cover is known to stand: what the one before has met may be a reason to leave the next as it is.
 */
export function cover(
  work: Work,
  missing: readonly Cover[],
  surplus: readonly Standing[],
  { free: freeCoins, lacking: saleWaits, busy, isForSale }: Room,
): void {
  const { stopRetryAt } = work.trade;
  // Nothing goes either while nothing may take its place.
  if (missing.length > 0 && stopRetryAt !== null && !due(work, stopRetryAt)) return;
  const asked = surplus.filter(isGoing);
  const makesRoom = missing.length > 0 || isForSale ? ({ makesRoom: true } as const) : {};
  for (const one of asked) if (!isBeingReplaced(work, one)) cancelCover(work, one, makesRoom);
  const { replacesApart } = work.trade;
  // Until it has gone its place is taken.
  if (replacesApart !== undefined && asked.length > 0) return;
  // What has lost its stop has no place to leave.
  const mustWait = replacesApart === true && surplus.some(({ stop }) => stop !== null);
  const { fitting, free } = fitInto(mustWait ? [] : missing, freeCoins);
  const waiting = missing.filter((one) => !fitting.includes(one));
  // Its answer is milliseconds away, or it is being asked for.
  const settled = surplus.filter((one) => !asked.includes(one) && !isUnanswered(one));
  const isBusy = asked.length > 0 || saleWaits || busy;
  const isLast = waiting.length + surplus.length === 0;
  if (replacesApart === false && !isLast && isForMore(work, fitting, free, waiting.length > 0)) {
    if (isBusy || !mayMakeRoom(work) || !settled.some(isLone)) return coverMeanwhile(work, freeCoins);
    return makeRoom(work, missing, settled, freeCoins);
  }
  for (const one of fitting) placeOne(work, one);
  if (makesRoom.makesRoom && !mayMakeRoom(work)) {
    if (waiting.length > 0) coverMeanwhile(work, free);
    return;
  }
  if (waiting.length === 0) {
    for (const one of settled) cancelCover(work, one, makesRoom);
    return;
  }
  if (isBusy || waiting.length < missing.length) return;
  makeRoom(work, waiting, settled, free);
}

/** Coins that are free beside what stands do not wait until it may go, and get a stop of their own. */
function coverMeanwhile(work: Work, free: Decimal): void {
  if (standsAlone(work.trade, free, stopFloor(work.trade))) placeOne(work, { target: null, quantity: free });
}

/** One more is taken: while others are to come it takes all that is free, and gives it to lists share by share. */
function isForMore({ trade }: Work, fitting: readonly Cover[], left: Decimal, waits: boolean): boolean {
  return fitting.length > 1 || (fitting.length === 1 && waits && standsAlone(trade, left, stopFloor(trade)));
}

/** Where only one more was taken, none is now. */
function placeOne(work: Work, one: Cover): void {
  placeCover(work, one);
  if (work.trade.replacesApart === false) patch(work, { replacesApart: true });
}

/**
 * For one cover, so that no more than its share is ever without a stop. One that stands alone gives up its coins a share
 * at a time, each in one request with what is left of it; else an old cover goes.
 */
function makeRoom(work: Work, waiting: readonly Cover[], settled: readonly Standing[], free: Decimal): void {
  const alone = waiting.find(({ target }) => target === null);
  const old = settled.find(isLone);
  const others = settled.filter((one) => one !== old);
  const givesAway = alone === undefined || old?.locked.gt(alone.quantity) === true;
  // While no further stop is taken a list goes first, or one alone whose place another takes as a whole.
  const apart = work.trade.replacesApart === true && (others.length > 0 || !givesAway);
  const quantity = old && !apart ? nextAlone(work, old, waiting, free, others.length > 0) : null;
  if (old?.stop && quantity) {
    replaceCover(work, old.stop, quantity);
    // It was the last that was missing: what else stands is for nothing.
    if (waiting.length === 1 && alone?.quantity.eq(quantity))
      for (const one of others) cancelCover(work, one, { makesRoom: true });
    return;
  }
  const mayGo = (apart || alone ? others : settled).toSorted(byNeed);
  // What stands alone can grow by what a list leaves behind.
  const next = (apart ? mayGo.find((one) => !isLone(one)) : undefined) ?? mayGo[0] ?? old;
  if (next) cancelCover(work, next, { makesRoom: true });
}

/**
 * How many coins the stop that stands alone is for next: all but one list's share. Where there is not enough for any list
 * beside it, and no second stop for what is free, it keeps what it has and takes that as well, until another one has
 * gone. Null: that has to be first.
 */
function nextAlone(
  { trade }: Work,
  { stop, locked }: Standing,
  waiting: readonly Cover[],
  free: Decimal,
  othersStand: boolean,
): Decimal | null {
  const room = free.plus(locked);
  const end = waiting.find(({ target }) => target === null)?.quantity ?? ZERO;
  const lists = waiting.filter(({ target }) => target !== null);
  const all = Decimal.min(
    room,
    lists.reduce((sum, { quantity }) => sum.plus(quantity), end),
  );
  const list = lists.find(({ quantity }) => quantity.plus(end).lte(room));
  const isOnlyPlace = trade.replacesApart === false;
  const keeps = isOnlyPlace && !list && lists.length > 0 && !end.isZero() && othersStand;
  const next = list ? all.minus(list.quantity) : keeps ? all : end;
  if (lists.length > 0 && next.eq(locked) && stop?.triggerPrice?.eq(trade.stopPrice)) return null;
  return next.gte(end) && next.lte(room) && standsAlone(trade, next, stopFloor(trade)) ? next : null;
}

function isLone(one: Standing): boolean {
  return one.listId === null && isProtecting(one);
}

/** Where the symbol takes no orders what stands could not be replaced, and stays. */
export function mayMakeRoom(work: Work): boolean {
  const { keepUntil } = work.trade;
  return !keepUntil || due(work, keepUntil);
}

/** One request was for both, and is not answered: asked for by itself the old one would go without the new. */
function isBeingReplaced({ trade }: Work, { listId, orders: [old] }: Standing): boolean {
  if (listId !== null || old === undefined) return false;
  return byRole(trade, 'stop').some(
    (order) =>
      order.listId === undefined &&
      order.clientId !== old.clientId &&
      order.createdAt === old.cancelAskedAt &&
      isUnansweredOrder(order),
  );
}

/** What protects nothing goes first, then stops that stand alone, then the nearest target. */
export function byNeed(a: Standing, b: Standing): number {
  const rank = (one: Standing): number => (isProtecting(one) ? (one.listId === null ? 1 : 2) : 0);
  return rank(a) - rank(b) || (a.orders[0]?.slot ?? 0) - (b.orders[0]?.slot ?? 0);
}

export function isGoing({ orders }: Standing): boolean {
  return orders.some((order) => order.cancelAskedAt !== null);
}

export function isUnanswered({ orders }: Standing): boolean {
  return orders.some(isUnansweredOrder);
}

function isUnansweredOrder({ status }: Order): boolean {
  return status === 'pending' || status === 'unknown';
}
