import { Decimal } from '../decimal.ts';
import type { Order, Trade } from '../model.ts';
import {
  better,
  breakEvenPrice,
  byRole,
  held,
  isActive,
  isLive,
  leaving,
  missingFills,
  onStep,
} from './facts.ts';
import { present } from './present.ts';
import { cancel, place } from './send.ts';
import { alert, due, patch, type Work } from './types.ts';

/** A stop that has had no answer for this long is joined by another; each further one waits twice as long. */
const STOP_PATIENCE_MS = 1_000;
const STOP_PATIENCE_MAX_MS = 30_000;

/** Moves the wanted stop to break-even once enough targets are done; never loosens it. */
export function raiseStop(work: Work): void {
  const { trade } = work;
  const after = trade.terms.breakEvenAfter;
  if (after === 0 || trade.targetsHit < after || held(trade).isZero()) return;
  if (trade.breakEvenDone) return;
  // It is a matter of the prices paid: they are asked for, and until then the old stop protects.
  if (missingFills(trade).some((order) => order.role === 'entry')) return;
  const price = breakEvenPrice(trade);
  if (better(trade, price, trade.stopPrice)) {
    patch(work, {
      stopPrice: price,
      stopKind: 'break_even',
      breakEvenDone: true,
      stopRefusals: 0,
      stopRetryAt: null,
    });
  } else patch(work, { breakEvenDone: true });
}

/**
 * Keeps stop orders standing that cover exactly what is held, at the wanted price. New ones are placed first; old
 * ones go when the new ones are confirmed. More than one only where a single order would exceed the symbol's
 * largest market order.
 */
export function manageStop(work: Work): void {
  const holds = present(work);
  if (holds.isZero()) return;
  const stops = byRole(work.trade, 'stop').filter((order) => isLive(order) && order.status !== 'triggered');
  const going = leaving(work.trade);
  if (going.isZero()) arrange(work, stops, holds);
  else coverRest(work, stops, holds.minus(going));
  wakeForSilence(work);
}

/** Takes the stops away when nothing is held: last, for an entry that is still to be cancelled may have filled. */
export function removeStops(work: Work): void {
  const { trade } = work;
  if (held(trade).gt(0) || byRole(trade, 'entry', 'target', 'close').some(isLive)) return;
  for (const order of byRole(trade, 'stop', 'trail').filter(isLive)) cancel(work, order);
}

/** While a stop that has triggered is executed nothing is taken away; what it leaves gets one of its own. */
function coverRest(work: Work, live: readonly Order[], rest: Decimal): void {
  const gap = live.reduce((left, order) => left.minus(order.quantity).plus(order.executed), rest);
  if (gap.lte(0) || !mayPlace(work, live, patienceMs(live, 1))) return;
  for (const quantity of chunks(onStep(work.trade, gap), work.trade.terms.marketMaxQuantity))
    placeStop(work, quantity);
}

function arrange(work: Work, live: readonly Order[], holds: Decimal): void {
  const unmatched = [...live];
  const kept: Order[] = [];
  // One from before the step became larger covers more than a new one could.
  const stands = live.some((order) => fits(order, work.trade, holds));
  const wanted = chunks(stands ? holds : onStep(work.trade, holds), work.trade.terms.marketMaxQuantity);
  const patience = patienceMs(live, wanted.length);
  const toPlace: Decimal[] = [];
  for (const quantity of wanted) {
    const index = bestMatch(unmatched, work.trade, quantity, (order) => work.now - order.since < patience);
    const match = unmatched[index];
    if (match) {
      unmatched.splice(index, 1);
      kept.push(match);
    } else toPlace.push(quantity);
  }
  if (toPlace.length > 0) {
    if (!mayPlace(work, unmatched, patience)) return;
    if (unmatched.length > 0 && unmatched.length <= wanted.length && !unmatched.some(isActive)) {
      alert(work, 'warning', 'stop_lost', {
        status: 'no answer',
        price: work.trade.stopPrice.toString(),
      });
    }
    for (const quantity of toPlace) placeStop(work, quantity);
  } else if (kept.every(isActive)) {
    for (const order of unmatched) cancel(work, order);
  }
}

function placeStop(work: Work, quantity: Decimal): void {
  const triggerPrice = work.trade.stopPrice;
  place(work, { role: 'stop', slot: 0, type: 'stop_market', quantity, triggerPrice });
}

/** Looks again when the patience with an unanswered stop ends. */
function wakeForSilence(work: Work): void {
  const live = byRole(work.trade, 'stop').filter(isLive);
  const perRound = chunks(onStep(work.trade, held(work.trade)), work.trade.terms.marketMaxQuantity).length;
  const patience = patienceMs(live, perRound);
  for (const order of live) if (!isActive(order)) due(work, order.since + patience);
}

/** Without an answer to any, the exchange may well have them all: their number must not grow with the outage. */
function patienceMs(live: readonly Order[], perRound: number): number {
  const unanswered = live.filter((order) => !isActive(order)).length;
  const rounds = Math.ceil(unanswered / perRound);
  return Math.min(STOP_PATIENCE_MS * 2 ** Math.max(rounds - 1, 0), STOP_PATIENCE_MAX_MS);
}

/** Prefers a confirmed order; one without an answer counts only while it is young. */
function bestMatch(
  orders: readonly Order[],
  trade: Trade,
  quantity: Decimal,
  isYoung: (order: Order) => boolean,
): number {
  const active = orders.findIndex((order) => fits(order, trade, quantity) && isActive(order));
  if (active >= 0) return active;
  return orders.findIndex((order) => fits(order, trade, quantity) && isYoung(order));
}

function fits(order: Order, trade: Trade, quantity: Decimal): boolean {
  return (
    order.triggerPrice?.eq(trade.stopPrice) === true &&
    order.quantity.minus(order.executed).eq(quantity) &&
    order.cancelAskedAt === null
  );
}

function mayPlace(work: Work, others: readonly Order[], patience: number): boolean {
  const { trade, now } = work;
  if (trade.stopRetryAt !== null && !due(work, trade.stopRetryAt)) return false;
  // While a full close is on its way an existing stop is enough; without one the position still gets its own.
  if (trade.closing?.until === null && others.some(isActive)) return false;
  if (
    trade.closing?.until === null &&
    (trade.closing.reason === 'stop_unplaceable' || trade.closing.reason === 'stop_crossed')
  ) {
    return false;
  }
  // One at a time: the answer to the last one is milliseconds away, and parts of a fill come in bursts.
  return !others.some((order) => !isActive(order) && now - order.since < patience);
}

function chunks(quantity: Decimal, max: Decimal): Decimal[] {
  if (max.lte(0) || quantity.lte(max)) return [quantity];
  const parts: Decimal[] = [];
  let rest = quantity;
  while (rest.gt(0)) {
    const part = Decimal.min(rest, max);
    parts.push(part);
    rest = rest.minus(part);
  }
  return parts;
}
