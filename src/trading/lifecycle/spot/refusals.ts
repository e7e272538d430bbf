import type { RefusalCause } from '../../exchange.ts';
import type { Order, Trade } from '../../model.ts';
import { held, isActive, isLive, marketLot, missingFills } from '../facts.ts';
import { closeRefused, refused, stopRefused } from '../refusals.ts';
import { place } from '../send.ts';
import { isOfRound, targetIndex } from '../targets.ts';
import { alert, patch, type Work } from '../types.ts';
import { isAttached } from './attached.ts';
import { standing } from './covers.ts';

/** Coins that seem to be missing are looked for before the next attempt. */
const BALANCE_RETRY_MS = 2_000;
/** An answer that is not older tells how things are now. */
const ANSWER_MS = 5_000;
const HALTED_RETRY_MS = 5_000;
const LISTS_RETRY_MS = 60_000;
/** A list whose prices the market has run into is tried again soon, one that a price filter refuses rarely. */
const CROSSED_RETRY_MS = 5_000;
const FILTER_RETRY_MS = 3_600_000;

/** What follows when the exchange says no to an order on spot; of a list, to its stop leg. */
export function spotRefused(work: Work, order: Order, cause: RefusalCause | undefined): void {
  const numbers = { code: String(order.code), message: order.reason ?? '' };
  if (order.role === 'entry') return entryRefused(work, order, cause);
  if (order.role === 'close') return saleRefused(work, order, cause, numbers);
  if (order.role === 'target') return targetSaleRefused(work, order);
  // The place that was left for one more is still there.
  if (work.trade.replacesApart && cause !== 'too_many' && cause !== 'no_replace')
    patch(work, { replacesApart: false });
  switch (cause) {
    case 'balance':
      // Sold by hand, or locked by an order of the user's: the comparison tells.
      work.effects.push({ type: 'compare' });
      stopRefused(work, order, numbers, false);
      if (work.trade.closing?.until === null) return;
      return patch(work, {
        stopRetryAt: Math.max(work.trade.stopRetryAt ?? 0, work.now + BALANCE_RETRY_MS),
      });
    case 'halted':
      // Lists may be what it does not take; where it takes nothing at all, no stop can be placed.
      if (order.listId !== undefined) return goBare(work, order, work.now + LISTS_RETRY_MS);
      return patch(work, { stopRetryAt: work.now + HALTED_RETRY_MS });
    case 'no_replace':
    case 'too_many':
      if (replaceApart(work, order) || limitLists(work)) return;
      // The lists of a symbol, or of the account, can be used up where a stop alone still stands.
      if (order.listId !== undefined) return goBare(work, order, work.now + LISTS_RETRY_MS);
      return stopRefused(work, order, numbers, false);
    case 'would_match':
    case 'prices_crossed':
      if (order.listId !== undefined) return goBare(work, order, work.now + CROSSED_RETRY_MS);
      return stopRefused(work, order, numbers, true);
    case 'price_filter':
      if (order.listId !== undefined) return goBare(work, order, work.now + FILTER_RETRY_MS);
      return stopRefused(work, order, numbers, false);
    case 'would_trigger':
      return stopRefused(work, order, numbers, true);
    default:
      return stopRefused(work, order, numbers, false);
  }
}

/**
 * What went with it may be what is refused: the entry goes once more without its target, or its stop, as long as it is
 * wanted.
 */
function entryRefused(work: Work, order: Order, cause: RefusalCause | undefined): void {
  const { trade } = work;
  const isWanted = trade.entriesCancelled === null && order.cancelAskedAt === null;
  const { role, slot, type, quantity, price, attached } = order;
  const mayBeExits = attached !== undefined && cause !== 'balance' && isOfOrder(order);
  const isFresh = work.now <= Math.max(trade.sendUntil, order.createdAt + ANSWER_MS);
  if (!mayBeExits || !isWanted || !isFresh) return refused(work, order);
  const stop = attached.target ? { target: null, quantity: attached.quantity } : null;
  place(work, { role, slot, type, quantity, ...(price === null ? {} : { price }), attached: stop });
}

/** The exchange has said no to what was asked, and not to whoever asked. */
function isOfOrder({ code }: Order): boolean {
  return code !== null && (code === -2010 || code === -1013 || (code <= -1100 && code > -1200));
}

/**
 * Counts are judged before the old one goes: where all are used up, a stop alone cannot be replaced in one request.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#cancel-an-existing-order-and-send-a-new-order-trade
 */
function replaceApart(work: Work, order: Order): boolean {
  if (order.listId !== undefined || work.trade.replacesApart) return false;
  const stands = standing(work.trade).some(({ listId, stop }) => listId === null && stop && isActive(stop));
  if (stands) patch(work, { replacesApart: true });
  return stands;
}

/** Fewer lists from now on: as many as stand, at least one. False where there was but one already. */
function limitLists(work: Work): boolean {
  const { trade } = work;
  const stands = standing(trade).filter(({ orders }) => orders.every(isActive)).length;
  const before = Math.min(trade.listLimit ?? Number.MAX_SAFE_INTEGER, trade.terms.spot?.maxLists ?? 1);
  const limit = Math.max(Math.min(stands, before - 1), 1);
  if (before <= 1) return false;
  patch(work, { listLimit: limit });
  alert(work, 'warning', 'targets_merged', { lists: String(limit) });
  return true;
}

/** Its target has no list for now: a stop alone stands for its share, which is sold when the price comes. */
function goBare(work: Work, order: Order, retryAt: number): void {
  // New ones have taken its place in the meantime.
  if (!isOfRound(work.trade, order)) return;
  const index = targetIndex(work.trade, order);
  const others = (work.trade.bareTargets ?? []).filter((bare) => bare.index !== index);
  patch(work, { bareTargets: [...others, { index, retryAt, reached: false }] });
}

function targetSaleRefused(work: Work, order: Order): void {
  work.effects.push({ type: 'compare' });
  const retryAt = work.now + CROSSED_RETRY_MS;
  goBare(work, order, retryAt);
  patch(work, { targetRetryAt: retryAt });
}

/** Too little to sell: a part is given up, and what is left of a whole is the user's. */
function saleRefused(
  work: Work,
  order: Order,
  cause: RefusalCause | undefined,
  numbers: Record<string, string>,
): void {
  const { trade } = work;
  if (cause !== 'too_small' || isMoreThan(trade, order)) return closeRefused(work, order, numbers);
  if (trade.closing?.until !== null) {
    alert(work, 'warning', 'close_refused', numbers);
    return patch(work, { closing: null, closeRefusals: 0, closeRetryAt: null });
  }
  alert(work, 'warning', 'holding_too_small', { quantity: held(trade).toString() });
  patch(work, {
    elsewhere: trade.elsewhere.plus(held(trade)),
    closeReason: 'too_small',
    entriesCancelled: trade.entriesCancelled ?? 'too_small',
    tooSmallTold: true,
  });
}

/**
 * All is to be sold, and that is more than this order was for, or may be: commissions that are not known yet count as
 * paid in coins.
 */
function isMoreThan(trade: Trade, { quantity }: Order): boolean {
  if (trade.closing?.until !== null) return false;
  return (
    marketLot(trade, held(trade)).gt(quantity) || missingFills(trade).some(({ role }) => role === 'entry')
  );
}

/**
 * An order that stood has ended without our asking. Where a leg of its list executes, or may be about to, that is how
 * lists end; otherwise somebody took the protection away.
 */
export function coverEnded(work: Work, order: Order, status: string): void {
  // The exchange could not place it for its entry: it has never stood, and what is bare is covered now.
  if (isAttached(work.trade, order) && !hasStood(order)) return;
  if (order.role === 'close') return spotRefused(work, { ...order, reason: status }, undefined);
  const legs = work.trade.orders.filter(
    (leg) => leg.clientId === order.clientId || (order.listId !== undefined && leg.listId === order.listId),
  );
  if (legs.some((leg) => !leg.executed.isZero())) return;
  const live = legs.filter((leg) => leg.clientId !== order.clientId && isLive(leg));
  if (live.length > 0) {
    for (const leg of live) work.effects.push({ type: 'query', order: leg });
    return;
  }
  if (held(work.trade).isZero()) return;
  if (order.role === 'target' && order.type === 'market') return targetSaleRefused(work, order);
  const stop = legs.find((leg) => leg.role === 'stop') ?? order;
  if (hasStood(order)) {
    alert(work, 'warning', 'stop_lost', { status, price: stop.triggerPrice?.toString() ?? '' });
  }
  work.effects.push({ type: 'compare' });
  stopRefused(work, stop, { code: '', message: order.reason ?? status }, false);
}

/** What is asked for may have stood: the exchange has given it a number then. */
function hasStood(order: Order): boolean {
  return isActive(order) || (order.status === 'unknown' && order.orderId !== null);
}
