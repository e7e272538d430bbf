import { ZERO } from '../decimal.ts';
import { TOO_LATE } from '../exchange.ts';
import type { CloseReason, Order, Trade } from '../model.ts';
import { byRole, covered, held, isActive, isLive, onStep } from './facts.ts';
import { inVain } from './patience.ts';
import { trailBusy, trailLost } from './trailing.ts';
import { alert, patch, patchOrder, type Work } from './types.ts';

/** A busy exchange that names no time is left alone for this long. */
const MIN_RETRY_MS = 250;

/** The second in a row that comes too late, or not at all, is no hiccup: what protects may not get through. */
const IN_VAIN_TO_TELL = 2;

/** Notes that an order has come too late, or was given up, and tells where it was not the first. */
export function inVainWith(work: Work, order: Order, change: Partial<Order>): void {
  const before = inVain(work.trade, order);
  patchOrder(work, order.clientId, change);
  if (order.role === 'target' || before >= IN_VAIN_TO_TELL) return;
  if (inVain(work.trade, order) < IN_VAIN_TO_TELL) return;
  const { code = null, reason = null } = change;
  alert(work, 'critical', 'orders_late', {
    ...(code === null ? {} : { code: String(code) }),
    message: reason ?? '',
  });
}

/**
 * An entry waits with the id it has. Anything that leaves the position is decided anew when the time has come,
 * because what is held may be another quantity by then.
 */
export function throttled(
  work: Work,
  order: Order,
  outcome: { code: number; message: string; retryAfterMs: number },
): void {
  const { code, message: reason } = outcome;
  const retryAt = work.now + Math.max(outcome.retryAfterMs, MIN_RETRY_MS);
  if (order.role === 'entry') return patchOrder(work, order.clientId, { sendAt: retryAt, code, reason });
  // Never carried out: as if it had been taken back.
  const change = { status: 'cancelled', cancelAskedAt: work.now, code, reason } as const;
  if (code === TOO_LATE) inVainWith(work, order, change);
  else patchOrder(work, order.clientId, change);
  switch (order.role) {
    case 'stop':
      return patch(work, { stopRetryAt: retryAt });
    case 'trail':
      return trailBusy(work, retryAt);
    case 'target':
      return patch(work, { targetRetryAt: retryAt });
    case 'close':
      return patch(work, { closeRetryAt: retryAt });
  }
}

/** -2021: "Order would immediately trigger." https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code */
const WOULD_TRIGGER = -2021;

/** -2022, -4118: resting reduce-only orders take the quantity (the same page). */
const POSITION_TAKEN: ReadonlySet<number | null> = new Set([-2022, -4118]);
/** Refusals in a row after which a human is told, and a partial close is given up. */
const CLOSE_ATTEMPTS = 3;
/** At least so often is tried what is to be closed: it may have no stop. */
const CLOSE_RETRY_MS = 5_000;
/** Refusals in a row after which the regular comparisons will do. */
const COMPARED_REFUSALS = 6;

/** What follows when the exchange says no to an order, or lets a closing one end before it is done. */
export function refused(work: Work, order: Order): void {
  const numbers = { code: String(order.code), message: order.reason ?? '' };
  switch (order.role) {
    case 'entry':
      work.effects.push({ type: 'rejected', order: { ...order, status: 'rejected' } });
      return;
    case 'stop':
      return stopRefused(work, order, numbers, order.code === WOULD_TRIGGER);
    case 'trail':
      return trailLost(work, order, `${numbers.code} ${numbers.message}`);
    case 'target':
      // Perhaps there is less left to reduce than we think.
      work.effects.push({ type: 'compare' });
      return;
    case 'close':
      return closeRefused(work, order, numbers);
  }
}

/** A full close is repeated until it succeeds; a part that is refused again and again is given up. */
export function closeRefused(work: Work, order: Order, numbers: Record<string, string>): void {
  const { closing } = work.trade;
  const refusals = work.trade.closeRefusals + 1;
  if (refusals <= COMPARED_REFUSALS) work.effects.push({ type: 'compare' });
  if (refusals === CLOSE_ATTEMPTS) alert(work, 'critical', 'close_refused', numbers);
  if (closing !== null && closing.until !== null && refusals >= CLOSE_ATTEMPTS) {
    patch(work, { closing: null, closeRefusals: 0, closeRetryAt: null });
    return;
  }
  const isTaken = POSITION_TAKEN.has(order.code);
  const clear = isTaken || refusals > 1;
  // Targets of ours that stand in its way go first, and that is all there is to wait for.
  const isClearing = isTaken && refusals === 1 && byRole(work.trade, 'target').some(isLive);
  patch(work, {
    closeRefusals: refusals,
    closeRetryAt: isClearing ? null : work.now + Math.min(250 * 2 ** refusals, CLOSE_RETRY_MS),
    closing: closing && { ...closing, clearTargets: closing.clearTargets || clear },
  });
}

/** Refusals of a stop in a row before the position is closed instead. */
const STOP_ATTEMPTS = 3;
/** A stop that has stood for this long ends the row. */
const STOP_STABLE_MS = 10_000;

/**
 * A stop was refused, taken away again soon after, or never came: try again, go back to the last one that stood, or
 * close. Only a refusal says anything of the price: what was lost on the way is sent there again, and what has ended at
 * the price before says nothing of the one that it was moved to.
 */
export function stopRefused(
  work: Work,
  order: Order,
  numbers: Record<string, string>,
  wouldTrigger: boolean,
): void {
  const { trade } = work;
  const inRow = trade.stopRetryAt !== null && work.now - trade.stopRetryAt < STOP_STABLE_MS;
  const refusals = (inRow ? trade.stopRefusals : 0) + 1;
  const crossed = wouldTrigger && !trade.userStop;
  const last = trade.stopHeldPrice;
  const isOfBefore = last !== null && order.triggerPrice?.eq(last) === true;
  const wasMoved = last !== null && !last.eq(trade.stopPrice) && !isOfBefore && !isGivenUp(trade, order);
  if (crossed && !wasMoved && trade.closing?.until !== null) {
    alert(work, 'critical', 'stop_crossed', { ...numbers, price: trade.stopPrice.toString() });
    return closeAll(work, 'stop_crossed');
  }
  // Several sent together, or swallowed by one outage, are one failure and not a row of them.
  if (!crossed && order.createdAt < (trade.stopRetryAt ?? 0)) return;
  // On spot the old one is gone already: it comes back at once.
  const moveAttempts = trade.terms.spot ? 1 : STOP_ATTEMPTS;
  if (wasMoved && (crossed || refusals >= moveAttempts) && !mayStandThere(trade, order, crossed)) {
    alert(work, 'warning', 'stop_move_refused', { ...numbers, price: trade.stopPrice.toString() });
    const stopKind = last.eq(trade.plan.stopPrice) ? 'initial' : 'moved';
    const isAnswered = !trade.orders.some((other) => isSentWith(trade, order, other));
    patch(work, {
      stopPrice: last,
      stopKind,
      stopRefusals: 0,
      stopRetryAt: null,
      ...(isAnswered ? {} : { stopWentBack: { from: trade.stopPrice, to: last, at: work.now } }),
    });
    return;
  }
  patch(work, { stopRefusals: refusals, stopRetryAt: work.now + Math.min(50 * 2 ** refusals, 30_000) });
  if (refusals === 1) alert(work, 'warning', 'stop_refused', numbers);
  if (refusals < STOP_ATTEMPTS || wasMoved || trade.userStop || trade.closing?.until === null) return;
  // Larger ones, or some at the price before, stand there: that is no reason to give the position up.
  if (covered(trade).gte(onStep(trade, held(trade)))) return;
  alert(work, 'critical', 'stop_unplaceable', numbers);
  const { symbol } = trade.plan;
  const why = `${numbers.code ?? ''} ${numbers.message ?? ''}`.trim();
  work.effects.push({ type: 'fault', detail: `stop of ${symbol} could not be placed: ${why}` });
  closeAll(work, 'stop_unplaceable');
}

/** Nothing was heard of it until it could not be carried out any more. */
function isGivenUp(trade: Trade, { clientId }: Order): boolean {
  return trade.orders.some((order) => order.clientId === clientId && order.status === 'failed');
}

/**
 * An earlier attempt at the new price is unanswered: should it stand, going back would loosen the stop. What was sent
 * together with one that would trigger at once hardly stands either; should it, all go there again (`reports.ts`).
 */
function mayStandThere(trade: Trade, refusedOrder: Order, crossed: boolean): boolean {
  return trade.orders.some(
    (order) =>
      order.role === 'stop' &&
      isLive(order) &&
      order.clientId !== refusedOrder.clientId &&
      !(crossed && isSentWith(trade, refusedOrder, order)) &&
      order.triggerPrice?.eq(trade.stopPrice) === true,
  );
}

/** Another stop of the same moment and price, of which nothing has been heard. */
function isSentWith(trade: Trade, order: Order, other: Order): boolean {
  return (
    other.role === 'stop' &&
    other.status === 'pending' &&
    other.clientId !== order.clientId &&
    other.createdAt === order.createdAt &&
    other.triggerPrice?.eq(trade.stopPrice) === true
  );
}

export function closeAll(work: Work, reason: CloseReason): void {
  patch(work, {
    closing: { until: null, reason, clearTargets: false },
    closeRetryAt: null,
    closeRefusals: 0,
  });
}

/** A stop is gone without our asking. While others cover the position, or nothing is held, that is no loss. */
export function stopEnded(work: Work, order: Order, status: string): void {
  const { trade } = work;
  const others = trade.orders.filter(
    (other) => other.role === 'stop' && isActive(other) && other.clientId !== order.clientId,
  );
  const covered = others.reduce((sum, other) => sum.plus(other.quantity).minus(other.executed), ZERO);
  if (held(trade).lte(covered)) return;
  const price = order.triggerPrice?.toString() ?? '';
  if (isActive(order)) alert(work, 'warning', 'stop_lost', { status, price });
  // Orders that only reduce are ended by the exchange when there is nothing left to reduce.
  work.effects.push({ type: 'compare' });
  stopRefused(work, order, { code: '', message: status }, order.code === WOULD_TRIGGER);
}
