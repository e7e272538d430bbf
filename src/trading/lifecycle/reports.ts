import { Decimal, ZERO } from '../decimal.ts';
import type { OrderReport } from '../exchange.ts';
import type { Fill, Order, OrderStatus } from '../model.ts';
import { better, entered, exited, fillsOf, isConditional, quantityOf } from './facts.ts';
import { rulesOf } from './market.ts';
import { noteWaiting, seeAttached, wholeReport } from './spot/attached.ts';
import { followsReport } from './states.ts';
import { alert, patch, patchOrder, type Work } from './types.ts';

/** What the exchange says of orders and executions, whichever way it comes: late or doubled news takes nothing back. */

export function find(work: Work, clientId: string): Order | undefined {
  return work.trade.orders.find((order) => order.clientId === clientId);
}

const AFTER_REPORT: Record<Exclude<OrderReport['status'], 'waiting'>, OrderStatus> = {
  working: 'working',
  triggered: 'triggered',
  filled: 'filled',
  cancelled: 'cancelled',
  expired: 'expired',
  rejected: 'rejected',
};

/** Late or doubled reports never take anything back: quantities only grow, final states stay. */
export function report(work: Work, seen: OrderReport): void {
  const entry = find(work, seen.clientId) ? null : seeAttached(work, seen);
  if (entry && entry.status !== 'filled') report(work, wholeReport(entry, seen));
  const order = find(work, seen.clientId);
  if (!order) return;
  if (seen.status === 'waiting') return noteWaiting(work, order);
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
    if (order.role === 'entry' && status === 'expired' && order.cancelAskedAt === null)
      tellExpired(work, order.quantity.minus(executed), seen.reason);
  }
}

/** At market for want of anything to trade with, or outside the range of prices that the exchange allows. */
function tellExpired(work: Work, rest: Decimal, reason: string | null): void {
  alert(work, 'warning', 'entry_expired', {
    quantity: rest.toString(),
    ...(reason === null ? {} : { reason }),
  });
}

/** Over, but not because all of it was executed. */
const ENDED_SHORT: ReadonlySet<OrderStatus> = new Set(['cancelled', 'expired', 'rejected']);

const OVER: ReadonlySet<OrderStatus> = new Set([...ENDED_SHORT, 'filled']);

function statusChanged(work: Work, before: Order, status: OrderStatus): void {
  const ended = ENDED_SHORT.has(status) && before.cancelAskedAt === null;
  // On futures only what has stood there is told of, whatever has become of it; on spot refusals are told as well.
  const hasStood = status !== 'rejected' || work.trade.plan.market === 'usdm';
  if (before.role === 'stop' && hasStood) {
    noteStopHeld(work, before);
    noteStoodThere(work, before);
  }
  // On spot it leaves room for one more.
  if (before.role === 'stop' && hasStood && OVER.has(status) && work.trade.replacesApart)
    patch(work, { replacesApart: false });
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

/** The exchange took it, though it had refused one that was sent with it: going back would loosen it. */
function noteStoodThere(work: Work, { triggerPrice, createdAt }: Order): void {
  const { stopWentBack: back, stopPrice } = work.trade;
  if (!back || createdAt > back.at || !triggerPrice?.eq(back.from) || !stopPrice.eq(back.to)) return;
  patch(work, { stopPrice: back.from, stopKind: 'moved', stopWentBack: null });
}

function noteExecution(work: Work): void {
  patch(work, { filledAt: work.trade.filledAt ?? work.now, lastFillAt: work.now });
  explainElsewhere(work);
}

/**
 * What seemed to leave without an order of ours was one of ours, reported late: it must not count twice. Nor must the
 * executions that were taken for somebody else's: those of our orders come with the orders.
 */
function explainElsewhere(work: Work): void {
  const { trade } = work;
  if (trade.elsewhere.isZero()) return;
  const left = exited(trade).plus(trade.elsewhere);
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

export function addFills(work: Work, fills: readonly Fill[]): void {
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
      if (order.role === 'stop') noteStopHeld(work, order);
      noteExecution(work);
    }
  }
}
