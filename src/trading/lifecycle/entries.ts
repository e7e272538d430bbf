import { byRole, entered, held, isLive } from './facts.ts';
import { cancel } from './send.ts';
import { restOf } from './spot/attached.ts';
import { due, patch, patchOrder, type Work } from './types.ts';

/** Gives up entries that waited for the exchange to take orders again until their signal was no longer fresh. */
export function dropStale(work: Work): void {
  for (const order of work.trade.orders) {
    if (order.sendAt === null || order.status !== 'pending') continue;
    if (Math.max(order.sendAt, work.now) <= work.trade.sendUntil) continue;
    patchOrder(work, order.clientId, { status: 'failed', sendAt: null });
    work.effects.push({ type: 'rejected', order: { ...order, status: 'failed' } });
  }
}

/** Sends those whose time has come. */
export function sendWaiting(work: Work): void {
  for (const order of work.trade.orders) {
    if (order.sendAt === null || order.status !== 'pending' || !due(work, order.sendAt)) continue;
    patchOrder(work, order.clientId, { sendAt: null, since: work.now });
    work.effects.push({ type: 'place', order: { ...order, sendAt: null } });
  }
}

/** When the rest of the entries is no longer wanted, and removing it. */
export function manageEntries(work: Work): void {
  const live = byRole(work.trade, 'entry').filter(isLive);
  if (live.length === 0 && restOf(work.trade) === null) return;
  const { trade } = work;
  if (trade.entriesCancelled === null) {
    // Given up and found after all: nobody counts on it any more.
    if (trade.phase === 'closed') patch(work, { entriesCancelled: 'entry_failed' });
    else if (trade.closing?.until === null) patch(work, { entriesCancelled: trade.closing.reason });
    else if (trade.targetsHit > 0 && held(trade).gt(0)) patch(work, { entriesCancelled: 'target_passed' });
    else if (entered(trade).gt(0) && held(trade).isZero())
      patch(work, { entriesCancelled: 'entry_cancelled' });
    else if (due(work, trade.createdAt + trade.terms.entryTimeoutMs)) {
      patch(work, { entriesCancelled: 'entry_timeout' });
    }
  }
  if (work.trade.entriesCancelled === null) return;
  for (const order of live) cancel(work, order);
}
