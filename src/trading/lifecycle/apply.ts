import { Decimal, ZERO } from '../decimal.ts';
import type { OrderReport, Outcome } from '../exchange.ts';
import type { Fill, Order, OrderRole, OrderStatus, OrderType, OutsideCause } from '../model.ts';
import {
  better,
  byRole,
  entered,
  executedOf,
  fillsOf,
  held,
  isClosingTold,
  isConditional,
  isLive,
  quantityOf,
} from './facts.ts';
import { noteFeeValues } from './fees.ts';
import { listIdOf, parseClientId } from './ids.ts';
import { rulesOf } from './market.ts';
import { throttled } from './refusals.ts';
import { applyRequest } from './requests.ts';
import { buildOrder } from './send.ts';
import { absent, missing } from './silence.ts';
import { followsReport } from './states.ts';
import { isNextMerged } from './targets.ts';
import { trailBusy } from './trailing.ts';
import { alert, type Found, patch, patchOrder, type TradeEvent, type Work } from './types.ts';

/** Facts first: what an event tells us, before anything is decided. */
export function apply(work: Work, event: TradeEvent): void {
  switch (event.type) {
    case 'begin':
      for (const order of work.trade.orders) {
        if (order.status !== 'pending') continue;
        if (order.cancelAskedAt === null) work.effects.push({ type: 'place', order });
        // Given up while the symbol was being prepared: it has never been sent.
        else patchOrder(work, order.clientId, { status: 'cancelled', since: work.now });
      }
      return;
    case 'restart':
      return restart(work);
    case 'placed':
      return placed(work, event.clientId, event.outcome);
    case 'cancelled':
      return cancelAnswered(work, event.clientId, event.outcome);
    case 'list_placed':
      return listPlaced(work, event.listId, event.outcome);
    case 'list_cancelled':
      return listCancelled(work, event.listId, event.outcome);
    case 'report':
      report(work, event.report);
      if (event.fill !== null) addFills(work, [event.fill]);
      return;
    case 'adopt':
      return adopt(work, event.found);
    case 'fills':
      return addFills(work, event.fills);
    case 'missing':
      return missing(work, event.clientId);
    case 'absent':
      return absent(work, event.clientId);
    case 'prices':
      notePrices(work, event.prices);
      return rulesOf(work.trade).takePrices(work, event.prices);
    case 'tick':
      return;
    case 'request':
      return applyRequest(work, event.request);
    case 'elsewhere':
      return elsewhere(work, event.quantity, event.fills, event.cause);
    case 'user_stop':
      if (work.trade.userStop !== event.covers) patch(work, { userStop: event.covers });
      return;
    case 'shared':
      if ((work.trade.shared ?? false) !== event.shared) patch(work, { shared: event.shared });
      return;
    case 'halted':
      return noteHalt(work, event.halted);
    case 'funding':
      return bookFunding(work, event.id, event.amount);
    case 'fees_valued':
      return noteFeeValues(work, event.values);
    case 'announced':
      if (work.trade.announced[event.clientId]?.gte(event.executed)) return;
      return patch(work, { announced: { ...work.trade.announced, [event.clientId]: event.executed } });
    case 'closing_announced':
      // Opened again since: the next end is another one.
      if (work.trade.closedAt !== event.closedAt || isClosingTold(work.trade)) return;
      return patch(work, { closingAnnounced: event.closedAt });
  }
}

function find(work: Work, clientId: string): Order | undefined {
  return work.trade.orders.find((order) => order.clientId === clientId);
}

function restart(work: Work): void {
  skipGenerations(work);
  forgetTheFuture(work);
  for (const order of work.trade.orders) {
    if (!isLive(order)) continue;
    const isOpen = order.status === 'unknown' || (order.status === 'pending' && order.sendAt === null);
    patchOrder(work, order.clientId, {
      // What is not known is asked for at once, and acted on only after that.
      ...(isOpen ? { status: 'unknown', since: work.now } : {}),
      queries: 0,
      queryAt: null,
      cancelAskedAt: null,
    });
  }
  patch(work, { stopRetryAt: null, targetRetryAt: null, closeRetryAt: null });
  const { bareTargets } = work.trade;
  if (bareTargets) patch(work, { bareTargets: bareTargets.map((bare) => ({ ...bare, retryAt: work.now })) });
  trailBusy(work, work.now);
}

/** The clock may have been set back meanwhile: what is to happen some time after a moment must not wait for it. */
function forgetTheFuture(work: Work): void {
  const { trade, now } = work;
  const past = (at: number | null): number | null => (at === null ? null : Math.min(at, now));
  for (const order of trade.orders) {
    if (order.since <= now && (order.filledAt ?? 0) <= now) continue;
    patchOrder(work, order.clientId, {
      since: Math.min(order.since, now),
      filledAt: past(order.filledAt),
      queryAt: null,
    });
  }
  if (trade.createdAt > now || (trade.lastFillAt ?? 0) > now) {
    patch(work, {
      createdAt: Math.min(trade.createdAt, now),
      filledAt: past(trade.filledAt),
      lastFillAt: past(trade.lastFillAt),
    });
  }
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
  // Backwards too: a clock that was set back has let time pass all the same.
  const byTime = Math.ceil(Math.abs(now - trade.createdAt) / GENERATION_MS);
  patch(work, { generationFloor: Math.max(trade.generationFloor ?? 0, byTime, ...taken) });
}

/**
 * They protect, or take profit, as well as those that are journalled; what they should be like is decided after. The
 * journal is behind: what it says of the others is asked for, and acted on only after that.
 */
function adopt(work: Work, found: readonly Found[]): void {
  const fresh = found.filter(({ report: seen }) => !find(work, seen.clientId));
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
    ...(seen.listed ? { listId: listIdOf(work.trade.id, slot, generationOf(seen.clientId)) } : {}),
  };
  patch(work, { orders: [...work.trade.orders, order] });
  report(work, seen);
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

function placed(work: Work, clientId: string, outcome: Outcome<OrderReport>): void {
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
      if (order.status !== 'pending') return;
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

/** False where an event says that it stands there: that beats an answer that says it does not. */
function noteRejected(work: Work, order: Order, { code, message }: Rejected): boolean {
  if (order.status !== 'pending' && order.status !== 'unknown') return false;
  patchOrder(work, order.clientId, { status: 'rejected', since: work.now, code, reason: message });
  return true;
}

/** Patience with these counts from when they were sent. */
function isProtective({ role, listId }: Order): boolean {
  return role === 'stop' || role === 'close' || listId !== undefined;
}

type Rejected = Extract<Outcome<unknown>, { kind: 'rejected' }>;

function isDuplicate({ code, cause }: Rejected): boolean {
  return code === DUPLICATE_ID || cause === 'duplicate';
}

/** Both legs have one answer. */
function listPlaced(work: Work, listId: string, outcome: Outcome<OrderReport[]>): void {
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
      if (legs.some((order) => order.status !== 'pending')) return;
      for (const order of legs) throttled(work, order, outcome);
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

function listCancelled(work: Work, listId: string, outcome: Outcome<OrderReport[] | null>): void {
  if (outcome.kind === 'confirmed' && outcome.value !== null) {
    for (const seen of outcome.value) report(work, seen);
  }
  // What it does not tell, only the legs themselves can.
  for (const order of work.trade.orders) {
    if (order.listId === listId && isLive(order)) work.effects.push({ type: 'query', order });
  }
}

/** "ClientOrderId is duplicated." https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code */
const DUPLICATE_ID = -4116;

function cancelAnswered(work: Work, clientId: string, outcome: Outcome<OrderReport | null>): void {
  const order = find(work, clientId);
  if (!order) return;
  if (outcome.kind === 'confirmed' && outcome.value !== null) return report(work, outcome.value);
  // On spot it went out together with its replacement, and neither was carried out: it stands as it did.
  if (outcome.kind === 'throttled' && work.trade.terms.spot)
    patchOrder(work, clientId, { cancelAskedAt: null });
  // Not there, refused or unanswered: only the order itself can tell. `cancelAskedAt` paces the next attempt.
  if (isLive(order)) work.effects.push({ type: 'query', order });
}

const AFTER_REPORT: Record<OrderReport['status'], OrderStatus> = {
  working: 'working',
  triggered: 'triggered',
  filled: 'filled',
  cancelled: 'cancelled',
  expired: 'expired',
  rejected: 'rejected',
};

/** Late or doubled reports never take anything back: quantities only grow, final states stay. */
function report(work: Work, seen: OrderReport): void {
  const order = find(work, seen.clientId);
  if (!order) return;
  // Spot tells of a refusal by event too, ahead of the answer that says why.
  if (seen.status === 'rejected' && order.status === 'pending' && work.trade.terms.spot) return;
  const grown = seen.executed.gt(order.executed);
  const executed = grown ? seen.executed : order.executed;
  // A conditional order executes only once it has triggered, whichever report says so first.
  const seenStatus =
    seen.status === 'working' && isConditional(order) && executed.gt(0)
      ? 'triggered'
      : AFTER_REPORT[seen.status];
  const status = followsReport(order.status, seenStatus) ? seenStatus : order.status;
  const changes =
    grown || status !== order.status || (seen.orderId !== null && seen.orderId !== order.orderId);
  if (!changes) return;
  patchOrder(work, order.clientId, {
    status,
    executed,
    orderId: seen.orderId ?? order.orderId,
    ...(status === order.status ? {} : { since: work.now }),
    queries: 0,
    queryAt: null,
    sendAt: null,
    ...(grown ? { filledAt: work.now } : {}),
    ...(seen.reason !== null ? { reason: seen.reason } : {}),
  });
  if (seen.fills) addFills(work, seen.fills);
  if (grown) noteExecution(work);
  if (status !== order.status) {
    statusChanged(work, seen.reason === null ? order : { ...order, reason: seen.reason }, status);
  }
}

/** Over, but not because all of it was executed. */
const ENDED_SHORT: ReadonlySet<OrderStatus> = new Set(['cancelled', 'expired', 'rejected']);

function statusChanged(work: Work, before: Order, status: OrderStatus): void {
  const ended = ENDED_SHORT.has(status) && before.cancelAskedAt === null;
  // On futures only what has stood there is told of, whatever has become of it; on spot refusals are told as well.
  const hasStood = status === 'working' || work.trade.plan.market === 'usdm';
  if (before.role === 'stop' && hasStood) noteStopHeld(work, before);
  if (before.role !== 'entry' && ended) rulesOf(work.trade).ended(work, before, status);
  if (before.role === 'entry' && status === 'rejected') {
    work.effects.push({ type: 'rejected', order: { ...before, status } });
  }
}

/** A late word about an older, looser stop must not become what a refused move falls back to. */
function noteStopHeld(work: Work, order: Order): void {
  const { trade } = work;
  const { triggerPrice } = order;
  if (triggerPrice === null || trade.stopHeldPrice?.eq(triggerPrice)) return;
  const isWanted = triggerPrice.eq(trade.stopPrice);
  if (!isWanted && trade.stopHeldPrice !== null && !better(trade, triggerPrice, trade.stopHeldPrice)) return;
  patch(work, { stopHeldPrice: triggerPrice });
}

function noteExecution(work: Work): void {
  patch(work, { filledAt: work.trade.filledAt ?? work.now, lastFillAt: work.now });
  explainElsewhere(work);
}

/** When trading goes on the price may be anywhere: nothing may enter there unasked. What protects stays. */
function noteHalt(work: Work, halted: boolean): void {
  const { trade } = work;
  if ((trade.halted ?? false) === halted) return;
  patch(work, { halted });
  if (!halted) return;
  alert(work, 'warning', 'symbol_halted');
  const isEntering = trade.orders.some((order) => order.role === 'entry' && isLive(order));
  if (isEntering && trade.entriesCancelled === null) patch(work, { entriesCancelled: 'entry_cancelled' });
}

/** A fee is split by what is known of the holders; the same one again, split otherwise, replaces the share. */
function bookFunding(work: Work, id: string, share: Decimal): void {
  const { funding, fundingIds, fundingShares = {} } = work.trade;
  const before = fundingShares[id] ?? ZERO;
  if (fundingIds.includes(id) || before.eq(share)) return;
  patch(work, {
    funding: funding.plus(share).minus(before),
    fundingShares: { ...fundingShares, [id]: share },
  });
}

/**
 * What seemed to leave without an order of ours was one of ours, reported late: it must not count twice. Nor must the
 * executions that were taken for somebody else's: those of our orders come with the orders.
 */
function explainElsewhere(work: Work): void {
  const { trade } = work;
  if (trade.elsewhere.isZero()) return;
  const left = executedOf(byRole(trade, 'stop', 'trail', 'target', 'close')).plus(trade.elsewhere);
  const excess = left.minus(entered(trade));
  if (excess.lte(0)) return;
  const rest = Decimal.max(trade.elsewhere.minus(excess), ZERO);
  const isOwn = ({ clientId }: Fill): boolean => find(work, clientId) !== undefined;
  patch(work, {
    elsewhere: rest,
    fills: [
      ...trade.fills.filter(isOwn),
      ...upTo(
        trade.fills.filter((fill) => !isOwn(fill)),
        rest,
      ),
    ],
    ...(rest.isZero() ? { closeReason: null } : {}),
  });
}

/** The first of them, as far as they come to that quantity; of the last one a part, with its part of the money. */
function upTo(fills: readonly Fill[], quantity: Decimal): Fill[] {
  const kept: Fill[] = [];
  let rest = quantity;
  for (const fill of fills) {
    if (rest.lte(0)) break;
    const taken = Decimal.min(rest, fill.quantity);
    const share = (amount: Decimal): Decimal => amount.times(taken).div(fill.quantity).toDecimalPlaces(8);
    kept.push(
      taken.eq(fill.quantity)
        ? fill
        : {
            ...fill,
            quantity: taken,
            commission: share(fill.commission),
            realisedPnl: share(fill.realisedPnl),
          },
    );
    rest = rest.minus(taken);
  }
  return kept;
}

function addFills(work: Work, fills: readonly Fill[]): void {
  const known = new Map(work.trade.fills.map((fill) => [fill.tradeId, fill]));
  for (const fill of fills) {
    const before = known.get(fill.tradeId);
    // One that was taken for somebody else's, before its order said what it had executed, finds its order now.
    if (before && find(work, before.clientId)) continue;
    const order = work.trade.orders.find(
      (candidate) =>
        candidate.clientId === fill.clientId ||
        (candidate.orderId !== null && candidate.orderId === fill.orderId),
    );
    if (!order) continue;
    const own = { ...fill, clientId: order.clientId };
    known.set(fill.tradeId, own);
    patch(work, { fills: [...work.trade.fills.filter((other) => other !== before), own] });
    const seen = quantityOf(fillsOf(work.trade, order.clientId));
    if (seen.gt(order.executed)) {
      const complete = seen.gte(order.quantity);
      // A conditional order executes only once it has triggered.
      const partly = isConditional(order) ? 'triggered' : 'working';
      patchOrder(work, order.clientId, {
        executed: seen,
        filledAt: work.now,
        status: complete ? 'filled' : followsReport(order.status, partly) ? partly : order.status,
      });
      noteExecution(work);
    }
  }
}

function notePrices(work: Work, prices: { mark?: Decimal; last?: Decimal }): void {
  const { trade } = work;
  // What has traded is the last price; the mark price only decides what triggers a stop.
  const { last } = prices;
  if (!last) return;
  const next = trade.targets[trade.targetsHit];
  const isHeld = held(trade).gt(0);
  const entryLive = trade.orders.some(
    (order) => order.role === 'entry' && isLive(order) && order.type !== 'market',
  );
  const nextReached = next !== undefined && !better(trade, next.price, last);
  if (!isHeld && entryLive && trade.entriesCancelled === null && trade.filledAt === null) {
    const stopTraded = !better(trade, last, trade.stopPrice);
    if (nextReached || stopTraded) {
      patch(work, { entriesCancelled: 'target_passed' });
      alert(work, 'warning', 'target_passed', { price: last.toString() });
    }
    return;
  }
  if (!isHeld || !nextReached) return;
  if (entryLive && trade.entriesCancelled === null) patch(work, { entriesCancelled: 'target_passed' });
  // A target that was merged into a later one has no order that could say it was reached.
  if (entryLive || !isNextMerged(trade)) return;
  const settled = trade.orders.some((order) => order.role === 'target' && isLive(order));
  if (settled) patch(work, { targetsHit: trade.targetsHit + 1 });
}

function elsewhere(work: Work, quantity: Decimal, fills: readonly Fill[], cause: OutsideCause): void {
  const taken = Decimal.min(quantity, held(work.trade));
  if (taken.lte(ZERO)) return;
  const known = new Set(work.trade.fills.map((fill) => fill.tradeId));
  const fresh = fills.filter((fill) => !known.has(fill.tradeId));
  patch(work, {
    elsewhere: work.trade.elsewhere.plus(taken),
    fills: [...work.trade.fills, ...fresh],
    lastFillAt: work.now,
  });
  work.effects.push({ type: 'elsewhere', quantity: taken, cause });
  if (held(work.trade).isZero()) {
    const reason = cause === 'user' ? 'elsewhere' : cause;
    patch(work, {
      closeReason: reason,
      entriesCancelled: work.trade.entriesCancelled ?? reason,
    });
  }
}
