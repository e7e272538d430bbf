import type { Decimal } from '../../decimal.ts';
import type { Order } from '../../model.ts';
import { nextGeneration } from '../facts.ts';
import { listIdOf, targetSlot } from '../ids.ts';
import { buildOrder, isOnItsWay, patienceMs, place } from '../send.ts';
import { due, patch, patchOrder, type Work } from '../types.ts';
import type { Cover, Standing } from './covers.ts';
import { stopLimit } from './lots.ts';

/** Stops that stand alone have one row of attempts, and their client ids with it. */
const LONE_SLOT = 0;

function stopOf({ trade }: Work, quantity: Decimal) {
  const price = stopLimit(trade);
  return {
    role: 'stop' as const,
    type: price === null ? ('stop_market' as const) : ('stop_limit' as const),
    quantity,
    triggerPrice: trade.stopPrice,
    ...(price === null ? {} : { price }),
  };
}

export function placeCover(work: Work, { target, quantity }: Cover): void {
  if (target === null) return place(work, { ...stopOf(work, quantity), slot: LONE_SLOT });
  const slot = targetSlot(work.trade, target.index);
  const generation = Math.max(
    nextGeneration(work.trade, 'target', slot),
    nextGeneration(work.trade, 'stop', slot),
  );
  const list = { id: listIdOf(work.trade.id, slot, generation), generation };
  const limit = buildOrder(work, {
    role: 'target',
    slot,
    type: 'limit_maker',
    quantity,
    price: target.price,
    list,
  });
  const stop = buildOrder(work, { ...stopOf(work, quantity), slot, list });
  patch(work, { orders: [...work.trade.orders, limit, stop] });
  work.effects.push({ type: 'place_list', listId: list.id, target: limit, stop });
}

/**
 * Asks for its removal, again where that goes unanswered. What is on its way into the market is past cancelling. What
 * `makesRoom` for something else stays while the symbol takes nothing.
 */
export function cancelCover(
  work: Work,
  { listId, orders: seen }: Standing,
  makesRoom: { makesRoom?: true } = {},
): void {
  const ids = new Set(seen.map((order) => order.clientId));
  const orders = work.trade.orders.filter((order) => ids.has(order.clientId));
  const [first] = orders;
  if (!first || orders.some((order) => order.status === 'triggered' && order.type === 'stop_market')) return;
  if (isOnItsWay(work, first)) return;
  const askedAt = first.cancelAskedAt;
  if (askedAt !== null && !due(work, askedAt + patienceMs(first, askedAt))) return;
  for (const { clientId } of orders) patchOrder(work, clientId, { cancelAskedAt: work.now });
  due(work, work.now + patienceMs(first, work.now));
  // A list that has lost a leg may be over; the other leg is not.
  if (listId === null || orders.length === 1)
    work.effects.push({ type: 'cancel', order: first, ...makesRoom });
  else work.effects.push({ type: 'cancel_list', listId, orders, ...makesRoom });
}

/** One request for both: there is no moment without a stop. */
export function replaceCover(work: Work, old: Order, quantity: Decimal): void {
  const order = buildOrder(work, { ...stopOf(work, quantity), slot: LONE_SLOT });
  patchOrder(work, old.clientId, { cancelAskedAt: work.now });
  patch(work, { orders: [...work.trade.orders, order] });
  due(work, work.now + patienceMs(old, work.now));
  work.effects.push({ type: 'replace', old, order });
}
