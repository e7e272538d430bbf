import { Decimal, ZERO } from '../../decimal.ts';
import type { Order, Trade } from '../../model.ts';
import { floorTo } from '../../rounding.ts';
import { executedOf, isActive, isLive } from '../facts.ts';
import { isOfRound, ordersOfTarget, targetIndex, targetQuantities } from '../targets.ts';
import { standsAlone, stopFloor } from './lots.ts';

/** A part of what is held and what is to stand for it: a list with a target, or a stop alone. */
export interface Cover {
  /** Which target; null for a stop that stands alone. */
  target: { index: number; price: Decimal } | null;
  quantity: Decimal;
}

/** The live orders of one list, or one that stands alone. */
export interface Standing {
  listId: string | null;
  orders: readonly Order[];
  stop: Order | null;
  target: Order | null;
  /** How many coins it locks as far as we know. */
  locked: Decimal;
}

/** What stands to protect or to take profit, or may stand; market orders under way are no part of it. */
export function standing(trade: Trade): Standing[] {
  const groups = new Map<string, Order[]>();
  for (const order of trade.orders) {
    const isLeg = order.role === 'stop' || order.role === 'trail' || order.role === 'target';
    if (!isLeg || order.type === 'market') continue;
    const key = order.listId ?? order.clientId;
    groups.set(key, [...(groups.get(key) ?? []), order]);
  }
  const result: Standing[] = [];
  for (const legs of groups.values()) {
    const orders = legs.filter(isLive);
    const [first] = orders;
    if (!first) continue;
    result.push({
      listId: first.listId ?? null,
      orders,
      stop: orders.find((order) => order.role !== 'target') ?? null,
      target: orders.find((order) => order.role === 'target') ?? null,
      locked: Decimal.max(first.quantity.minus(executedOf(legs)), ZERO),
    });
  }
  return result;
}

/** Is it, or may it soon be, exactly this cover? */
function covers(stands: Standing, cover: Cover, trade: Trade): boolean {
  const { stop, target } = stands;
  const isLeaving = ({ cancelAskedAt, status }: Order) => cancelAskedAt !== null || status === 'triggered';
  if (!stop || stands.orders.some(isLeaving)) return false;
  if (stop.triggerPrice?.eq(trade.stopPrice) !== true || !stands.locked.eq(cover.quantity)) return false;
  if (cover.target === null) return stands.listId === null;
  return (
    target !== null &&
    isOfRound(trade, target) &&
    targetIndex(trade, target) === cover.target.index &&
    target.price?.eq(cover.target.price) === true
  );
}

/** What is wanted and does not stand, and what stands and is not wanted. */
export function compareCovers(
  trade: Trade,
  wanted: readonly Cover[],
  stands: readonly Standing[],
): { missing: Cover[]; surplus: Standing[] } {
  const surplus = [...stands];
  const missing: Cover[] = [];
  for (const one of wanted) {
    const index = surplus.findIndex((candidate) => covers(candidate, one, trade));
    if (index < 0) missing.push(one);
    else surplus.splice(index, 1);
  }
  return { missing, surplus };
}

/** Those that have so many coins: the first that has enough alone, else as many as it takes and none that is not needed. */
export function enoughOf(stands: readonly Standing[], quantity: Decimal): Standing[] {
  const alone = stands.find(({ locked }) => locked.gte(quantity));
  if (alone) return [alone];
  const taken: Standing[] = [];
  for (const one of stands) if (lockedBy(taken).lt(quantity)) taken.push(one);
  for (const one of taken.toSorted((a, b) => b.locked.cmp(a.locked))) {
    if (lockedBy(taken).minus(one.locked).gte(quantity)) taken.splice(taken.indexOf(one), 1);
  }
  return taken;
}

/** What there are coins for, the largest first: the fewest are left without a stop meanwhile. */
export function fitInto(missing: readonly Cover[], coins: Decimal): { fitting: Cover[]; free: Decimal } {
  let free = coins;
  const taken = new Set<Cover>();
  for (const one of missing.toSorted((a, b) => b.quantity.cmp(a.quantity))) {
    if (one.quantity.gt(free)) continue;
    free = free.minus(one.quantity);
    taken.add(one);
  }
  return { fitting: missing.filter((one) => taken.has(one)), free };
}

/** How many coins they lock together. */
export function lockedBy(stands: readonly Standing[]): Decimal {
  return stands.reduce((sum, one) => sum.plus(one.locked), ZERO);
}

/** Protects what it locks: its stop is known to stand. */
export function isProtecting({ stop }: Standing): boolean {
  return stop !== null && isActive(stop) && stop.cancelAskedAt === null;
}

/**
 * How `quantity` is to be covered once entries have settled: a list for each target with its share, a stop alone for
 * what no target takes. Targets in `bare` get no list for now: theirs is with the stop. Empty when it is too little
 * for any order.
 */
export function layout(trade: Trade, quantity: Decimal, bare: ReadonlySet<number>): Cover[] {
  if (!standsAlone(trade, quantity, stopFloor(trade))) return [];
  const result: Cover[] = [];
  let alone = quantity;
  const wanted = targetQuantities(trade, quantity);
  for (const [index, target] of trade.targets.entries()) {
    if (index < trade.targetsHit || bare.has(index)) continue;
    const done = executedOf(ordersOfTarget(trade, index));
    const part = floorTo(Decimal.min((wanted[index] ?? ZERO).minus(done), alone), trade.terms.stepSize);
    if (part.lte(0) || !standsAlone(trade, part, stopFloor(trade))) continue;
    result.push({ target: { index, price: target.price }, quantity: part });
    alone = alone.minus(part);
  }
  if (alone.isZero()) return result;
  const last = result.at(-1);
  // What is too little to stand alone goes with the last list.
  if (last && !standsAlone(trade, alone, stopFloor(trade))) {
    return [...result.slice(0, -1), { ...last, quantity: last.quantity.plus(alone) }];
  }
  return [...result, { target: null, quantity: alone }];
}

/**
 * While an entry is still filling: lists stay as they are, and one stop alone, grown with every part, covers the rest.
 */
export function interim(trade: Trade, quantity: Decimal, stands: readonly Standing[]): Cover[] {
  const result: Cover[] = [];
  let rest = quantity;
  for (const one of stands) {
    const { target } = one;
    if (one.listId === null || target?.price == null || !isOfRound(trade, target)) continue;
    const cover: Cover = {
      target: { index: targetIndex(trade, target), price: target.price },
      quantity: one.locked,
    };
    if (one.locked.gt(rest) || !covers(one, cover, trade)) continue;
    result.push(cover);
    rest = rest.minus(one.locked);
  }
  if (standsAlone(trade, rest, stopFloor(trade))) return [...result, { target: null, quantity: rest }];
  // Too little for a stop of its own: what stands alone already stays as it is.
  const lone = stands.filter((one) => {
    if (one.listId !== null || one.stop === null) return false;
    const isExact = covers(one, { target: null, quantity: one.locked }, trade);
    return isExact || standsAlone(trade, one.locked, stopFloor(trade));
  });
  return [...result, ...lone.map(({ locked }) => ({ target: null, quantity: locked }))];
}
