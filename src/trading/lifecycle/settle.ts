import type { Order } from '../model.ts';
import { fillsOf, isLive, missingFills } from './facts.ts';
import { queryPatienceMs } from './patience.ts';
import { alert, due, patchOrder, type Work } from './types.ts';

/** After how long without news an order is asked for: at once, then ever more slowly. */
const QUERY_BACKOFF_MS = [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** A write without any answer is asked for before the adapter's own time-out ends. */
const PENDING_PATIENCE_MS = 800;
const FILL_MESSAGE_DELAY_MS = 3_000;
const FILL_QUERY_AFTER_MS = 1_000;
/** An exit is not told before its entries, unless their fills cannot be had for so long. */
const ENTRIES_FIRST_MS = 10_000;

/** A market order is done within milliseconds; one that seems not to be has lost its last report. */
const EXECUTION_PATIENCE_MS = 1_000;

/** An entry still unknown after this many questions is worth telling: its exposure stays reserved. */
const QUIET_QUERIES = 3;

/** Asks the exchange about every order whose fate is not known. */
export function askForUnknown(work: Work): void {
  for (const order of work.trade.orders) {
    if (!isLive(order) || order.sendAt !== null) continue;
    const patience = patienceMs(order);
    if (patience !== null)
      askAt(work, order, order.queryAt ?? Math.max(order.since, order.filledAt ?? 0) + patience);
  }
}

/** How long an order may go without news; null where silence is normal. */
function patienceMs(order: Order): number | null {
  switch (order.status) {
    case 'unknown':
      return 0;
    case 'pending':
      return PENDING_PATIENCE_MS;
    case 'triggered':
      return EXECUTION_PATIENCE_MS;
    case 'working':
      return order.type === 'market' ? EXECUTION_PATIENCE_MS : null;
    default:
      return null;
  }
}

function askAt(work: Work, order: Order, at: number): void {
  if (!due(work, at)) return;
  const pause = pauseMs(work, order);
  if (order.role === 'entry' && order.queries === QUIET_QUERIES) {
    alert(work, 'warning', 'entry_unknown', { quantity: order.quantity.toString() });
  }
  patchOrder(work, order.clientId, { queries: order.queries + 1, queryAt: work.now + pause });
  // The question itself may go unanswered.
  due(work, work.now + pause);
  work.effects.push({ type: 'query', order });
}

/** Asked for again when it may be given up, and not some time after. */
function pauseMs({ trade, now }: Work, order: Order): number {
  const pause = QUERY_BACKOFF_MS[Math.min(order.queries + 1, QUERY_BACKOFF_MS.length - 1)] ?? 30_000;
  const leftMs = order.since + (queryPatienceMs(trade, order) ?? 0) - now;
  return leftMs > 0 ? Math.min(pause, leftMs) : pause;
}

/**
 * One message per order: when it is complete, or 3 s after its last part. Prices come with the fills. Entries are told
 * ahead of exits, and what of one is known is told when an exit is.
 */
export function tellFills(work: Work): void {
  const untold = work.trade.orders.filter(
    (order) => !order.executed.isZero() && !work.trade.announced[order.clientId]?.gte(order.executed),
  );
  if (untold.length === 0) return;
  const missing = new Set(missingFills(work.trade).map((order) => order.clientId));
  const lacking = untold.filter((order) => missing.has(order.clientId));
  for (const order of lacking) askForFills(work, order, executedAt(order));
  const whole = untold.filter((order) => !missing.has(order.clientId));
  const isAwaited = lacking.some(isEntry);
  const exits = whole.filter(
    (order) =>
      !isEntry(order) &&
      isTold(work, order) &&
      (!isAwaited || due(work, executedAt(order) + ENTRIES_FIRST_MS)),
  );
  const entries = whole.filter((order) => isEntry(order) && (exits.length > 0 || isTold(work, order)));
  for (const order of [...entries, ...exits])
    work.effects.push({ type: 'filled', order, fills: fillsOf(work.trade, order.clientId) });
}

function isEntry({ role }: Order): boolean {
  return role === 'entry';
}

function executedAt(order: Order): number {
  return order.filledAt ?? order.createdAt;
}

function isTold(work: Work, order: Order): boolean {
  return !isLive(order) || due(work, executedAt(order) + FILL_MESSAGE_DELAY_MS);
}

function askForFills(work: Work, order: Order, since: number): void {
  if (!due(work, order.queryAt ?? since + FILL_QUERY_AFTER_MS)) return;
  const pause = QUERY_BACKOFF_MS[Math.min(order.queries + 3, QUERY_BACKOFF_MS.length - 1)] ?? 30_000;
  patchOrder(work, order.clientId, { queries: order.queries + 1, queryAt: work.now + pause });
  // The question itself may go unanswered.
  due(work, work.now + pause);
  work.effects.push({ type: 'query_fills' });
}

/** Every execution is known as a fill: results can be trusted. */
export function fillsComplete(work: Work): boolean {
  return missingFills(work.trade).length === 0;
}
