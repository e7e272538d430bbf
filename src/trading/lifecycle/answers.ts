import { type OrderReport, type Outcome, type Refused, TOO_LATE } from '../exchange.ts';
import type { Order } from '../model.ts';
import { isLive } from './facts.ts';
import { rulesOf } from './market.ts';
import { throttled } from './refusals.ts';
import { find, report } from './reports.ts';
import { patch, patchOrder, type TradeEvent, type Work } from './types.ts';

/** The answers to what was sent: orders, order lists and their removal. */

export function placed(work: Work, clientId: string, outcome: Outcome<OrderReport>): void {
  const order = find(work, clientId);
  if (!order) return;
  switch (outcome.kind) {
    case 'confirmed':
      return report(work, outcome.value);
    case 'unknown':
      if (order.status !== 'pending') return;
      // Patience with what protects counts from when it was sent, however late this answer is.
      return patchOrder(work, clientId, {
        status: 'unknown',
        ...(isProtective(order) ? {} : { since: work.now }),
        reason: outcome.message,
      });
    case 'throttled':
      if (order.status !== 'pending') return noteLate(work, order, outcome);
      return throttled(work, order, outcome);
    case 'rejected':
      // The id is taken: by this very order, sent by an attempt that we know nothing of.
      if (isDuplicate(outcome) && order.status === 'pending') {
        return patchOrder(work, clientId, { status: 'unknown', since: work.now, reason: outcome.message });
      }
      if (!noteRejected(work, order, outcome)) return;
      return rulesOf(work.trade).refused(
        work,
        { ...order, code: outcome.code, reason: outcome.message },
        outcome.cause,
      );
  }
}

/** One that has been given up came too late: the next ones get more time. */
function noteLate(work: Work, { clientId, status }: Order, { code, message }: Throttled): void {
  if (status === 'failed' && code === TOO_LATE) patchOrder(work, clientId, { code, reason: message });
}

/** False where an event says that it stands there: that beats an answer that says it does not. */
function noteRejected(work: Work, order: Order, { code, message }: Refused): boolean {
  if (order.status !== 'pending' && order.status !== 'unknown') return false;
  patchOrder(work, order.clientId, { status: 'rejected', since: work.now, code, reason: message });
  return true;
}

/** Patience with these counts from when they were sent. */
function isProtective({ role, listId }: Order): boolean {
  return role === 'stop' || role === 'close' || listId !== undefined;
}

type Throttled = Extract<Outcome<unknown>, { kind: 'throttled' }>;

function isDuplicate({ code, cause }: Refused): boolean {
  return code === DUPLICATE_ID || cause === 'duplicate';
}

/** Both legs have one answer. */
export function listPlaced(work: Work, listId: string, outcome: Outcome<OrderReport[]>): void {
  const legs = work.trade.orders.filter((order) => order.listId === listId);
  const stop = legs.find((order) => order.role === 'stop');
  if (!stop) return;
  switch (outcome.kind) {
    case 'confirmed':
      for (const seen of outcome.value) report(work, seen);
      return;
    case 'unknown':
      for (const { clientId } of legs) placed(work, clientId, outcome);
      return;
    case 'throttled':
      if (legs.every((order) => order.status === 'pending'))
        for (const order of legs) throttled(work, order, outcome);
      else for (const order of legs) noteLate(work, order, outcome);
      return;
    case 'rejected': {
      if (isDuplicate(outcome)) {
        for (const { clientId } of legs) placed(work, clientId, outcome);
        return;
      }
      const noted = legs.filter((order) => noteRejected(work, order, outcome));
      if (noted.length < legs.length) return;
      return rulesOf(work.trade).refused(
        work,
        { ...stop, code: outcome.code, reason: outcome.message },
        outcome.cause,
      );
    }
  }
}

export function listCancelled(work: Work, listId: string, outcome: Outcome<OrderReport[] | null>): void {
  if (outcome.kind === 'confirmed' && outcome.value !== null) {
    for (const seen of outcome.value) report(work, seen);
  }
  // What it does not tell, only the legs themselves can.
  for (const order of work.trade.orders) {
    if (order.listId === listId && isLive(order)) work.effects.push({ type: 'query', order });
  }
}

/** A symbol that takes no orders is asked again after so long. */
const KEPT_MS = 5_000;

/** It stands as it did, and what needs its coins waits. */
export function kept(work: Work, clientIds: readonly string[]): void {
  for (const clientId of clientIds) patchOrder(work, clientId, { cancelAskedAt: null });
  patch(work, { keepUntil: work.now + KEPT_MS });
}

/** "ClientOrderId is duplicated." https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code */
const DUPLICATE_ID = -4116;

type Cancelled = Extract<TradeEvent, { type: 'cancelled' }>;

export function cancelAnswered(work: Work, { clientId, outcome, withNew }: Cancelled): void {
  const order = find(work, clientId);
  if (!order) return;
  if (outcome.kind === 'confirmed' && outcome.value !== null) return report(work, outcome.value);
  // Not carried out: it stands as it did.
  if (outcome.kind === 'throttled' && !withNew) return;
  if (outcome.kind === 'throttled') patchOrder(work, clientId, { cancelAskedAt: null });
  // Not there, refused or unanswered: only the order itself can tell. `cancelAskedAt` paces the next attempt.
  if (isLive(order)) work.effects.push({ type: 'query', order });
}
