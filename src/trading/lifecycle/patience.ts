import { type ServerTime, TOO_LATE } from '../exchange.ts';
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
  const role = patienceOf(order);
  if ((role === 'stop' || role === 'trail') && !isCover(trade, order)) return STOP_QUERY_PATIENCE_MS;
  if (order.windowMs !== undefined) return order.windowMs + AHEAD_MS;
  switch (role) {
    case 'entry':
      return null;
    case 'stop':
    case 'trail':
      return COVER_QUERY_PATIENCE_MS;
    case 'target':
      return TARGET_QUERY_PATIENCE_MS;
    case 'close':
      return CLOSE_QUERY_PATIENCE_MS;
  }
}

/**
 * For how long after it was decided the exchange may carry an order out, so that none is given up, and another sent,
 * while it still could. Undefined for as long as it takes without being told: a stop on futures only reduces, and a
 * surplus one is removed.
 */
export function validMs(trade: Trade, order: Order): number | undefined {
  if (order.windowMs !== undefined) return order.windowMs;
  const patience = queryPatienceMs(trade, order);
  return patience === null || patience <= AHEAD_MS ? undefined : patience - AHEAD_MS;
}

/** When that is over by the exchange's own time, which nobody can set between two runs; null where it is not known. */
export function validUntil(trade: Trade, order: Order, serverTime: ServerTime | null): number | null {
  const ms = validMs(trade, order);
  return ms === undefined || serverTime === null ? null : serverTime.atMostMs + ms;
}

/**
 * How much of its patience is over at a start. Our clock may have been set meanwhile, and how long the program was away
 * nobody knows: the exchange's time tells, and where that is not known, all of it is still to come.
 */
export function patienceSpentMs(trade: Trade, order: Order, serverTime: ServerTime | null): number {
  const whole = queryPatienceMs(trade, order);
  if (whole === null || order.validUntil === undefined || serverTime === null) return 0;
  const leftMs = order.validUntil + AHEAD_MS - serverTime.atLeastMs;
  return Math.min(Math.max(whole - leftMs, 0), whole);
}

/**
 * The longer time that a new order gets where those before it came too late: twice as long for each, up to what the
 * exchange allows. Null for what is usual. It is the order's own from then on, whatever becomes of others.
 */
export function longerWindowMs(trade: Trade, order: Order): number | null {
  const late = lateInRow(trade, order);
  switch (patienceOf(order)) {
    case 'entry':
      return null;
    case 'stop':
    case 'trail':
      if (!isCover(trade, order)) return late === 0 ? null : lengthened(WINDOW_MS, late);
      // Once the way has been slow, covers get more from the start.
      return isKnownSlow(trade, order) ? lengthened(CLOSE_QUERY_PATIENCE_MS - AHEAD_MS, late - 1) : null;
    case 'target':
      return late === 0 ? null : lengthened(TARGET_QUERY_PATIENCE_MS - AHEAD_MS, late);
    case 'close':
      return late === 0 ? null : lengthened(CLOSE_QUERY_PATIENCE_MS - AHEAD_MS, late);
  }
}

function lengthened(ms: number, times: number): number {
  return Math.min(ms * 2 ** Math.max(times, 0), LONGEST_WINDOW_MS);
}

function isKnownSlow(trade: Trade, order: Order): boolean {
  return trade.orders.some((other) => other.code === TOO_LATE && isOfKind(other, order));
}

function isOfKind(other: Order, order: Order): boolean {
  return patienceOf(other) === patienceOf(order);
}

/** How many of this kind the exchange has found too late since one was taken; those sent together are one. */
function lateInRow(trade: Trade, order: Order): number {
  return inRow(trade, order, ({ code }) => code === TOO_LATE);
}

/** The same, and those that were given up: it is not known whether they came at all. */
export function inVain(trade: Trade, order: Order): number {
  return inRow(trade, order, ({ code, status }) => code === TOO_LATE || status === 'failed');
}

function inRow(trade: Trade, order: Order, counts: (other: Order) => boolean): number {
  const times = new Set<number>();
  for (const other of trade.orders.toReversed()) {
    if (!isOfKind(other, order)) continue;
    if (counts(other)) times.add(other.createdAt);
    else if (!isOpen(other)) break;
  }
  return times.size;
}

/** What has become of it is still to be known. */
function isOpen({ status }: Order): boolean {
  return status === 'pending' || status === 'unknown' || status === 'failed';
}
