import type { Decimal } from '../../decimal.ts';
import type { OrderReport } from '../../exchange.ts';
import type { Order, Trade } from '../../model.ts';
import { attachedIds, byRole, held, isLive } from '../facts.ts';
import { attachedSlot, parseClientId } from '../ids.ts';
import { buildOrder, cancel, type NewOrder, place } from '../send.ts';
import { due, patch, patchOrder, type Work } from '../types.ts';
import { standsAlone, stopFloor } from './lots.ts';

/**
 * A stop that the exchange itself places once the entry that it is attached to has filled whole; with a target, where one
 * is for all of the entry: the two are placed together or not at all. Until then they are part of their entry and no
 * orders of the trade: they protect nothing. From then on they are a stop that stands alone, or the list of that target,
 * as soon as the exchange says so; where they could not be placed they have never been. Only an entry that is its trade's
 * only one has them, so that coins are never bound twice.
 *
 * An entry of which only a part fills is taken back with its stop before that part gets one of ours: both would stand
 * for the same coins once the rest fills, where others make it good: the user's own. The rest goes again, alone.
 */

/** How long the event that tells of it is waited for, once its entry is known to have filled. */
const NEWS_MS = 250;
/**
 * How long an entry of which a part has filled is asked to go in vain before that part is covered all the same, and how
 * often it is asked. Until it is gone its stop may still be placed, over coins of the user's; and should the price fall
 * to the stop, the rest fills on the way and has the whole covered.
 */
const GONE_MS = 10_000;
const AGAIN_MS = 500;
/** So often it was asked for: should it still be said to wait for an entry that has filled, it is not placed any more. */
const WAITING_QUERIES = 4;

/** The entry whose stop, or target, has that client id. */
export function entryOf(trade: Pick<Trade, 'orders'>, clientId: string): Order | undefined {
  return trade.orders.find(({ attached }) => attached && attachedIds(attached).includes(clientId));
}

/** It was placed by the exchange, and by no request of ours. */
export function isAttached(trade: Pick<Trade, 'orders'>, { clientId }: Pick<Order, 'clientId'>): boolean {
  return entryOf(trade, clientId) !== undefined;
}

/**
 * Whether the exchange has placed one is not known yet: its coins are either bound, or free for a stop of ours. The same
 * where a part has filled, until its entry is known to be gone; one that does not go keeps it from no stop for ever.
 */
export function awaitsAttached(work: Work): boolean {
  return work.trade.orders.some((order) => {
    const isUntold = order.status === 'unknown' && order.orderId === null;
    if (isUntold && isAttached(work.trade, order)) return true;
    return isPart(work.trade, order) && !due(work, Math.max(order.filledAt ?? 0, order.since) + GONE_MS);
  });
}

/** An entry with a stop of which as much has filled as a stop of ours can stand for. */
function isPart(trade: Trade, order: Order): boolean {
  if (order.attached === undefined || !isLive(order) || order.executed.isZero()) return false;
  return standsAlone(trade, held(trade), stopFloor(trade));
}

/** Takes an entry back of which a part has filled. */
export function takeBackPart(work: Work): void {
  for (const order of work.trade.orders) {
    if (!isPart(work.trade, order)) continue;
    const askedAt = order.status === 'working' ? order.cancelAskedAt : null;
    const isAgain = askedAt !== null && due(work, askedAt + AGAIN_MS);
    cancel(work, isAgain ? { ...order, cancelAskedAt: null } : order);
    if (order.status === 'working' && (askedAt === null || isAgain)) due(work, work.now + AGAIN_MS);
  }
}

/** What is left of an entry that was taken back, as long as entries are wanted: null where it is too little for an order. */
export function restOf(trade: Trade): { entry: Order; quantity: Decimal } | null {
  if (trade.entriesCancelled !== null) return null;
  const [entry, ...others] = byRole(trade, 'entry');
  if (!entry?.attached || others.length > 0 || entry.price === null) return null;
  const { status, cancelAskedAt, executed, price } = entry;
  if (status !== 'cancelled' || cancelAskedAt === null || executed.isZero()) return null;
  const quantity = entry.quantity.minus(executed);
  return standsAlone(trade, quantity, price) ? { entry, quantity } : null;
}

/** It goes again without a stop: the one that stands for the part grows with it. */
export function sendRest(work: Work): void {
  const rest = restOf(work.trade);
  if (!rest) return;
  const { role, slot, type, price } = rest.entry;
  if (price !== null) place(work, { role, slot, type, quantity: rest.quantity, price });
}

/** Entries have filled: what goes with them stands, or does not, and is asked for unless an event tells. */
export function expectAttached(work: Work): void {
  for (const entry of work.trade.orders) if (entry.status === 'filled') addAttached(work, entry);
}

/**
 * Takes in what is told of ahead of its entry's last execution; answers the entry where that proves that it has filled
 * whole. One that ended with its entry, or still waits for it, tells nothing.
 */
export function seeAttached(work: Work, report: OrderReport): Order | null {
  const entry = entryOf(work.trade, report.clientId);
  if (!entry) return null;
  const isRefused = report.status === 'expired' && report.reason === REFUSED;
  if (!isRefused && !hasStood(report)) return null;
  addAttached(work, entry);
  return isRefused ? null : entry;
}

function hasStood({ status, executed }: OrderReport): boolean {
  return status === 'working' || status === 'triggered' || status === 'filled' || executed.gt(0);
}

/** The exchange would say so of an entry that has filled whole. */
export function wholeReport(entry: Order, { at }: OrderReport): OrderReport {
  const { clientId, symbol, orderId, action, positionSide, reduceOnly, quantity, price } = entry;
  return {
    clientId,
    symbol,
    conditional: false,
    orderId,
    status: 'filled',
    action,
    positionSide,
    reduceOnly,
    quantity,
    executed: quantity,
    avgPrice: null,
    price,
    triggerPrice: null,
    reason: null,
    at,
  };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-expiry-reason */
const REFUSED = 'REJECTED';

/** The exchange says that it waits, although its entry has filled; or this is old news. */
export function noteWaiting(work: Work, { clientId, status, queries }: Order): void {
  if (status === 'unknown' && queries >= WAITING_QUERIES)
    patchOrder(work, clientId, { status: 'failed', reason: 'not placed' });
}

function addAttached(work: Work, entry: Order): void {
  for (const { clientId, ...leg } of legsOf(entry)) {
    if (work.trade.orders.some((order) => order.clientId === clientId)) continue;
    const order: Order = {
      ...buildOrder(work, leg),
      clientId,
      status: 'unknown' as const,
      queryAt: work.now + NEWS_MS,
    };
    patch(work, { orders: [...work.trade.orders, order] });
  }
}

/** What goes with an entry, as orders of the trade. */
function legsOf({ attached, slot: entrySlot }: Order): (NewOrder & { clientId: string })[] {
  if (!attached) return [];
  const { clientId, listId, type, quantity, price, triggerPrice, target } = attached;
  const stop = { clientId, role: 'stop', type, quantity, triggerPrice, ...(price && { price }) } as const;
  if (!target) return [{ ...stop, slot: attachedSlot(entrySlot) }];
  const { slot = 0, generation = 0 } = parseClientId(clientId) ?? {};
  const list = { id: listId, generation };
  return [
    { ...stop, slot, list },
    { ...target, role: 'target', type: 'limit_maker', quantity, slot, list },
  ];
}
