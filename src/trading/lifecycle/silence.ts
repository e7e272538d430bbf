import type { Order } from '../model.ts';
import { isActive, isLive } from './facts.ts';
import { rulesOf } from './market.ts';
import { CLOSE_QUERY_PATIENCE_MS, isUrgent, patienceOf, queryPatienceMs } from './patience.ts';
import { inVainWith } from './refusals.ts';
import { alert, patchOrder, type Work } from './types.ts';

/** How long the exchange must have denied an order before it may count as never placed. */
const ABSENCE_MS = 61_000;
/** As often, at growing distances, it is asked for in that time; a clock that jumps ahead asks no oftener. */
const ABSENCE_QUERIES = 8;

/** What follows when the exchange, asked for an order, does not know it. "Not found" is not proof, so an entry is never given up for it alone; protection cannot wait for proof. */
export function missing(work: Work, clientId: string, asked?: Order): void {
  const order = work.trade.orders.find((known) => known.clientId === clientId);
  if (!order || !isLive(order)) return;
  // It has come to stand since: a removal that overtakes an order is answered so, and so is the question that follows.
  if (asked && isActive(order) && !isActive(asked)) return;
  const waitedMs = work.now - order.since;
  if (waitedMs > ABSENCE_MS && order.queries >= ABSENCE_QUERIES)
    work.effects.push({ type: 'prove_absent', order });
  // A close cannot wait for its answer either, nor what covers coins: by then the exchange takes neither any more.
  const role = patienceOf(order);
  const patience = queryPatienceMs(work.trade, order) ?? Number.POSITIVE_INFINITY;
  if (order.status === 'pending') {
    if (!isUrgent(work.trade, order)) return;
    if (waitedMs < patience || order.queries < 3) return;
  }
  switch (role) {
    case 'entry':
      return;
    case 'stop':
    case 'trail':
      // On spot a second one could sell coins that are not ours, should the first have executed: fills tell that.
      if (work.trade.terms.spot && isActive(order)) {
        work.effects.push({ type: 'query_fills' });
        return patchOrder(work, clientId, { status: 'unknown', since: work.now });
      }
      // What has triggered is a market order under way, and two would close twice.
      if (order.status === 'triggered' && (waitedMs < CLOSE_QUERY_PATIENCE_MS || order.queries < 3)) return;
      // One that stood on the book is replaced by the next decision; should it turn up again it is surplus.
      if (!isActive(order) && (waitedMs < patience || order.queries < 2)) return;
      giveUp(work, order);
      // One that was asked to go is no loss.
      if (order.cancelAskedAt === null) rulesOf(work.trade).ended(work, order, 'not found');
      return;
    case 'target':
      // Two of them would take more than was planned for a while, and what is missing is only a profit.
      if (isActive(order)) return patchOrder(work, clientId, { status: 'unknown', since: work.now });
      if (waitedMs < patience || order.queries < 4) return;
      return patchOrder(work, clientId, { status: 'failed', reason: 'not found' });
    case 'close':
      if (waitedMs < patience || order.queries < 3) return;
      return giveUp(work, order);
  }
}

/** The order's own event is late, or lost: it is asked for until it is known what became of it. */
export function listOver(work: Work, clientId: string): void {
  const order = work.trade.orders.find((known) => known.clientId === clientId);
  // In every other state that it may be in it is asked for already.
  if (order?.status === 'working') patchOrder(work, clientId, { status: 'unknown', since: work.now });
}

function giveUp(work: Work, order: Order): void {
  const change = { status: 'failed', reason: 'not found' } as const;
  if (isUrgent(work.trade, order)) inVainWith(work, order, change);
  else patchOrder(work, order.clientId, change);
}

/** Proven by orders, executions and position together: it was never placed. */
export function absent(work: Work, clientId: string): void {
  const order = work.trade.orders.find((known) => known.clientId === clientId);
  if (!order || !isLive(order)) return;
  patchOrder(work, clientId, { status: 'failed', reason: 'not found' });
  if (order.role === 'entry') {
    alert(work, 'warning', 'entry_failed', { quantity: order.quantity.toString() });
  }
}
