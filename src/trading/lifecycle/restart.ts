import { ZERO } from '../decimal.ts';
import type { OrderReport } from '../exchange.ts';
import type { Order, OrderRole, OrderType } from '../model.ts';
import { better, isLive } from './facts.ts';
import { isAttachedSlot, listIdOf, parseClientId } from './ids.ts';
import { patienceSpentMs } from './patience.ts';
import { awaitPosition, forgetPosition } from './present.ts';
import { find, report } from './reports.ts';
import { buildOrder } from './send.ts';
import { entryOf } from './spot/attached.ts';
import { trailBusy } from './trailing.ts';
import { type Found, patch, patchOrder, type Work } from './types.ts';

/** Coming back: what was on its way is asked for, what the journal does not know is taken in. */

export function restart(work: Work, found: readonly Found[]): void {
  skipGenerations(work);
  forgetTheFuture(work);
  for (const order of work.trade.orders) {
    if (!isLive(order)) continue;
    const isOpen = order.status === 'unknown' || (order.status === 'pending' && order.sendAt === null);
    patchOrder(work, order.clientId, {
      // What is not known is asked for at once, and acted on only after that.
      ...(isOpen ? { status: 'unknown' } : {}),
      // What has become meanwhile of one that was taken back with its stop is told in a moment.
      ...(isOpen || order.attached
        ? { since: work.now - patienceSpentMs(work.trade, order, work.serverTime) }
        : {}),
      queries: 0,
      queryAt: null,
      cancelAskedAt: mayGoYet(work, order) ? past(work, order.cancelAskedAt) : null,
    });
  }
  const { orders } = work.trade;
  const hasStop = orders.some(isLiveStop);
  const stopRetryAt = hasStop ? work.now + LOOK_ROUND_MS : null;
  patch(work, { stopRetryAt, stopRefusals: 0, targetRetryAt: null, closeRetryAt: null });
  if (work.trade.keepUntil) patch(work, { keepUntil: null });
  if (hasStop) forgetPosition(work);
  else awaitPosition(work);
  const { bareTargets } = work.trade;
  if (bareTargets) patch(work, { bareTargets: bareTargets.map((bare) => ({ ...bare, retryAt: work.now })) });
  trailBusy(work, work.now);
  adopt(work, found);
}

/**
 * Its removal may still be on the way, and arrive after all: it is not counted on any more, and asked to go again in
 * time. On spot its coins are bound until it is gone, and whether they are is found out first.
 */
function mayGoYet({ trade }: Work, { role }: Order): boolean {
  return trade.terms.spot === undefined && (role === 'stop' || role === 'trail');
}

/**
 * Where the journal has a stop, another is not sent before it is known what else has happened: the journal may be behind,
 * and its stop at a looser price than the last one that stood, or for what has been closed.
 */
const LOOK_ROUND_MS = 1_000;

function isLiveStop(order: Order): boolean {
  return order.role === 'stop' && isLive(order);
}

/** The clock may have been set back meanwhile: what is to happen some time after a moment must not wait for it. */
function forgetTheFuture(work: Work): void {
  const { trade, now } = work;
  for (const order of trade.orders) {
    const { since, filledAt, queryAt } = order;
    if (since <= now && (filledAt ?? 0) <= now && (queryAt ?? 0) <= now) continue;
    patchOrder(work, order.clientId, {
      since: Math.min(since, now),
      filledAt: past(work, filledAt),
      queryAt: null,
    });
  }
  if ((trade.feesAskAt ?? 0) > now) patch(work, { feesAskAt: now });
  const { closing } = trade;
  if ((closing?.clearingSince ?? 0) > now)
    patch(work, { closing: closing && { ...closing, clearingSince: now } });
  // How old the signal is nobody can tell any more: an entry that waits to be sent is given up.
  if (trade.createdAt > now) patch(work, { sendUntil: Math.min(trade.sendUntil, now - 1) });
  if (trade.createdAt > now || (trade.lastFillAt ?? 0) > now) {
    patch(work, {
      createdAt: Math.min(trade.createdAt, now),
      filledAt: past(work, trade.filledAt),
      lastFillAt: past(work, trade.lastFillAt),
    });
  }
}

function past({ now }: Work, at: number | null): number | null {
  return at === null ? null : Math.min(at, now);
}

/** No trade sends orders of one role and slot faster than this for long. */
const GENERATION_MS = 250;

/**
 * What protects is sent even while nothing can be journalled, and in the runs before this one it may have been. Its ids
 * are left alone: this run counts on from its own time, which needs no journal either.
 */
function skipGenerations(work: Work): void {
  const { trade, now } = work;
  const taken = trade.orders.map((order) => (parseClientId(order.clientId)?.generation ?? 0) + 1);
  // Backwards too: a clock that was set back has let time pass all the same. On from where the run before began, whose
  // time may have been another one.
  const byTime = (trade.generationFloor ?? 0) + Math.ceil(Math.abs(now - trade.createdAt) / GENERATION_MS);
  patch(work, { generationFloor: Math.max(byTime, ...taken) });
}

/**
 * They protect, or take profit, as well as those that are journalled; what they should be like is decided after. The
 * journal is behind: what it says of the others is asked for, and acted on only after that.
 */
export function adopt(work: Work, found: readonly Found[]): void {
  // What was attached to an entry is in the journal, with its entry; what went with it has never stood.
  for (const { report: seen } of found) if (entryOf(work.trade, seen.clientId)) report(work, seen);
  const fresh = found.filter(
    ({ report: seen }) =>
      !find(work, seen.clientId) &&
      seen.status !== 'waiting' &&
      !(entryOf(work.trade, seen.clientId) && seen.executed.isZero()),
  );
  if (fresh.length === 0) return;
  for (const order of work.trade.orders) {
    if (order.role !== 'entry' && order.status === 'working') {
      patchOrder(work, order.clientId, { status: 'unknown', since: work.now, queries: 0, queryAt: null });
    }
  }
  for (const one of fresh) adoptOne(work, one);
}

function adoptOne(work: Work, { report: seen, role, slot }: Found): void {
  const order: Order = {
    ...buildOrder(work, {
      role,
      slot,
      type: adoptedType(role, seen),
      quantity: seen.quantity,
      ...(seen.price ? { price: seen.price } : {}),
      ...(seen.triggerPrice ? { triggerPrice: seen.triggerPrice } : {}),
      ...(role === 'trail' ? { callbackPct: work.trade.terms.trailingStop?.callbackPct ?? ZERO } : {}),
    }),
    clientId: seen.clientId,
    // Both legs of a list share its generation.
    ...(seen.listed && !isAttachedSlot(slot)
      ? { listId: listIdOf(work.trade.id, slot, generationOf(seen.clientId)) }
      : {}),
  };
  patch(work, { orders: [...work.trade.orders, order] });
  keepTightest(work, order);
  report(work, seen);
}

/** It was moved there, and the journal does not know: what is told of it again must not loosen it. */
function keepTightest(work: Work, { role, triggerPrice }: Order): void {
  const { trade } = work;
  if (role !== 'stop' || triggerPrice === null || !better(trade, triggerPrice, trade.stopPrice)) return;
  const stopKind = trade.stopKind === 'initial' ? 'moved' : trade.stopKind;
  patch(work, { stopPrice: triggerPrice, stopKind, stopRefusals: 0 });
}

function adoptedType(role: OrderRole, { conditional, price, listed }: OrderReport): OrderType {
  if (role === 'trail') return 'trailing_stop_market';
  if (conditional) return price === null ? 'stop_market' : 'stop_limit';
  if (price === null) return 'market';
  return listed ? 'limit_maker' : 'limit';
}

function generationOf(clientId: string): number {
  return parseClientId(clientId)?.generation ?? 0;
}
