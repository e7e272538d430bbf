import { TOO_LATE } from '../exchange.ts';
import type { Order, OrderRole, Trade } from '../model.ts';
import { isActive, isLive } from './facts.ts';
import { rulesOf } from './market.ts';
import { alert, patchOrder, type Work } from './types.ts';

/** How long a stop may be asked for in vain before another takes its place. */
const STOP_QUERY_PATIENCE_MS = 1_000;
/** What covers coins on spot: a second one could sell the user's, so that the first must be past being carried out. */
const COVER_QUERY_PATIENCE_MS = 2_000;
const CLOSE_QUERY_PATIENCE_MS = 5_000;
const TARGET_QUERY_PATIENCE_MS = 10_000;
/**
 * The exchange takes a request that is stamped with a time so far ahead of its own, and by as much later it expires.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security
 */
const AHEAD_MS = 1_000;

/** How long the exchange must have denied an order before it may count as never placed. */
const ABSENCE_MS = 61_000;
/** As often, at growing distances, it is asked for in that time; a clock that jumps ahead asks no oftener. */
const ABSENCE_QUERIES = 8;

/** A target in a list stands or falls with the stop; one that is sold at market is a close. */
function patienceOf({ role, type, listId }: Order): OrderRole {
  if (listId !== undefined) return 'stop';
  return role === 'target' && type === 'market' ? 'close' : role;
}

function isCover(trade: Trade, order: Order): boolean {
  return trade.terms.spot !== undefined && patienceOf(order) === 'stop';
}

/** Until it is known, or given up, the position may have no stop: a close, and what covers coins. */
export function isUrgent(trade: Trade, order: Order): boolean {
  return patienceOf(order) === 'close' || isCover(trade, order);
}

/** How long an order that is not found is asked for before it is given up; null for what is never given up for that. */
export function queryPatienceMs(trade: Trade, order: Order): number | null {
  switch (patienceOf(order)) {
    case 'entry':
      return null;
    case 'stop':
    case 'trail':
      if (!isCover(trade, order)) return STOP_QUERY_PATIENCE_MS;
      // The way to the exchange is slow: the next one gets longer.
      return trade.orders.some((other) => other.code === TOO_LATE && isCover(trade, other))
        ? CLOSE_QUERY_PATIENCE_MS
        : COVER_QUERY_PATIENCE_MS;
    case 'target':
      return TARGET_QUERY_PATIENCE_MS;
    case 'close':
      return CLOSE_QUERY_PATIENCE_MS;
  }
}

/**
 * For how long after it was decided the exchange may carry an order out, so that none is given up, and another sent,
 * while it still could. Undefined without such a limit: stops on futures only reduce, and a surplus one is removed.
 */
export function validMs(trade: Trade, order: Order): number | undefined {
  const patience = queryPatienceMs(trade, order);
  return patience === null || patience <= AHEAD_MS ? undefined : patience - AHEAD_MS;
}

/** What follows when the exchange, asked for an order, does not know it. "Not found" is not proof, so an entry is never given up for it alone; protection cannot wait for proof. */
export function missing(work: Work, clientId: string): void {
  const order = work.trade.orders.find((known) => known.clientId === clientId);
  if (!order || !isLive(order)) return;
  const waitedMs = work.now - order.since;
  if (waitedMs > ABSENCE_MS && order.queries >= ABSENCE_QUERIES)
    work.effects.push({ type: 'prove_absent', order });
  // A close cannot wait for its answer either, nor what covers coins: by then the exchange takes neither any more.
  const role = patienceOf(order);
  const patience = queryPatienceMs(work.trade, order) ?? Number.POSITIVE_INFINITY;
  if (order.status === 'pending') {
    if (!isUrgent(work.trade, order)) return;
    if (waitedMs < CLOSE_QUERY_PATIENCE_MS || order.queries < 3) return;
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
      patchOrder(work, clientId, { status: 'failed', reason: 'not found' });
      return rulesOf(work.trade).ended(work, order, 'not found');
    case 'target':
      // Two of them would take more than was planned for a while, and what is missing is only a profit.
      if (isActive(order)) return patchOrder(work, clientId, { status: 'unknown', since: work.now });
      if (waitedMs < patience || order.queries < 4) return;
      return patchOrder(work, clientId, { status: 'failed', reason: 'not found' });
    case 'close':
      if (waitedMs < patience || order.queries < 3) return;
      return patchOrder(work, clientId, { status: 'failed', reason: 'not found' });
  }
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
