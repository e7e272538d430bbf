import { TOO_LATE } from '../exchange.ts';
import type { Order, OrderRole, Trade } from '../model.ts';

/** How long an order that had no answer may still be carried out, and is waited for. */

/** How long a stop may be asked for in vain before another takes its place. */
const STOP_QUERY_PATIENCE_MS = 1_000;
/** What covers coins on spot: a second one could sell the user's, so that the first must be past being carried out. */
const COVER_QUERY_PATIENCE_MS = 2_000;
export const CLOSE_QUERY_PATIENCE_MS = 5_000;
const TARGET_QUERY_PATIENCE_MS = 10_000;
/**
 * The exchange takes a request that is stamped with a time so far ahead of its own, and by as much later it expires.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security
 */
const AHEAD_MS = 1_000;

/** What the exchange assumes where a request says nothing of it, and the longest that it takes (the same page). */
const WINDOW_MS = 5_000;
const LONGEST_WINDOW_MS = 60_000;

/** A target in a list stands or falls with the stop; one that is sold at market is a close. */
export function patienceOf({ role, type, listId }: Order): OrderRole {
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
      // Once the way has been slow, the next ones get more time from the start.
      return isKnownSlow(trade, order)
        ? lengthened(CLOSE_QUERY_PATIENCE_MS, lateInRow(trade, order) - 1)
        : COVER_QUERY_PATIENCE_MS;
    case 'target':
      return lengthened(TARGET_QUERY_PATIENCE_MS, lateInRow(trade, order));
    case 'close':
      return lengthened(CLOSE_QUERY_PATIENCE_MS, lateInRow(trade, order));
  }
}

/**
 * For how long after it was decided the exchange may carry an order out, so that none is given up, and another sent,
 * while it still could. Undefined for as long as it takes without being told: a stop on futures only reduces, and a
 * surplus one is removed; but over a way slower than that it says so, too.
 */
export function validMs(trade: Trade, order: Order): number | undefined {
  const patience = queryPatienceMs(trade, order);
  if (patience === null) return undefined;
  if (patience > AHEAD_MS) return patience - AHEAD_MS;
  const late = lateInRow(trade, order);
  return late === 0 ? undefined : lengthened(WINDOW_MS + AHEAD_MS, late) - AHEAD_MS;
}

/** Twice as long for each that came too late, as far as the exchange lets a request wait. */
function lengthened(ms: number, times: number): number {
  return Math.min(ms * 2 ** Math.max(times, 0), LONGEST_WINDOW_MS + AHEAD_MS);
}

function isKnownSlow(trade: Trade, order: Order): boolean {
  return trade.orders.some((other) => other.code === TOO_LATE && isOfKind(other, order));
}

function isOfKind(other: Order, order: Order): boolean {
  return patienceOf(other) === patienceOf(order);
}

/** How many orders of this kind the exchange has found too late since one was taken; those sent together are one. */
export function lateInRow(trade: Trade, order: Order): number {
  const times = new Set<number>();
  for (const other of trade.orders.toReversed()) {
    if (!isOfKind(other, order) || other.status === 'pending' || other.status === 'unknown') continue;
    if (other.code !== TOO_LATE) break;
    times.add(other.createdAt);
  }
  return times.size;
}
