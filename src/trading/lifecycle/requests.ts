import { Decimal, ZERO } from '../decimal.ts';
import type { RequestResult, TradeRequest } from '../desk-types.ts';
import type { Prices } from '../exchange.ts';
import type { Trade } from '../model.ts';
import {
  better,
  breakEvenPrice,
  byRole,
  executedOf,
  held,
  isLive,
  marketStep,
  roundInFavour,
} from './facts.ts';
import { leastSale } from './spot/lots.ts';
import { patch, type Work } from './types.ts';

/** Whether a request can be carried out as things stand; what it changes is decided by `applyRequest`. */
export function judgeRequest(trade: Trade, request: TradeRequest, prices: Prices | null): RequestResult {
  if (trade.phase === 'closed') return { kind: 'refused', reason: 'no_such_trade' };
  const holds = held(trade).gt(0);
  const entriesLive = byRole(trade, 'entry').some(isLive);
  switch (request.type) {
    case 'close':
      if (holds || (request.fraction.gte(1) && entriesLive)) return { kind: 'done' };
      return { kind: 'refused', reason: 'nothing_held' };
    case 'cancel_entries':
      return entriesLive ? { kind: 'done' } : { kind: 'refused', reason: 'no_entries' };
    case 'set_targets':
      return judgeTargets(trade, request.prices, prices);
    case 'break_even':
      if (!holds) return { kind: 'refused', reason: 'nothing_held' };
      return judgeStop(trade, breakEvenPrice(trade), prices, false);
    case 'move_stop':
      return judgeStop(trade, request.price, prices, request.confirmed);
  }
}

function judgeStop(trade: Trade, asked: Decimal, prices: Prices | null, confirmed: boolean): RequestResult {
  const price = roundInFavour(trade, asked);
  const reference = prices && (trade.terms.stopTrigger === 'mark' ? prices.mark : prices.last);
  if (reference && !better(trade, reference, price)) return { kind: 'refused', reason: 'wrong_side' };
  if (!confirmed && better(trade, trade.stopPrice, price)) return { kind: 'refused', reason: 'raises_risk' };
  return { kind: 'done' };
}

/** A limit order at a price that the market has passed is carried out at once: a close that nobody has asked for. */
function judgeTargets(trade: Trade, asked: readonly Decimal[], prices: Prices | null): RequestResult {
  const leftOut = prices ? asked.filter((price) => !better(trade, toTick(price, trade), prices.last)) : [];
  if (leftOut.length === 0) return { kind: 'done' };
  return leftOut.length === asked.length
    ? { kind: 'refused', reason: 'target_passed' }
    : { kind: 'done', leftOut };
}

/** The request without what was left out of it. */
export function narrowed(request: TradeRequest, judged: RequestResult): TradeRequest {
  if (request.type !== 'set_targets' || judged.kind !== 'done' || !judged.leftOut) return request;
  const { leftOut } = judged;
  return { ...request, prices: request.prices.filter((price) => !leftOut.some((left) => left.eq(price))) };
}

/** By a price that may be old by now it comes too late. */
export function isTooLate(judged: RequestResult): boolean {
  if (judged.kind === 'done') return judged.leftOut !== undefined;
  return judged.reason === 'wrong_side' || judged.reason === 'target_passed';
}

export function applyRequest(work: Work, request: TradeRequest): void {
  const { trade } = work;
  if (trade.phase === 'closed') return;
  switch (request.type) {
    case 'close':
      return close(work, request.fraction, request.reason);
    case 'cancel_entries':
      return patch(work, { entriesCancelled: trade.entriesCancelled ?? 'entry_cancelled' });
    case 'break_even':
      return moveStop(work, breakEvenPrice(trade), 'break_even', false);
    case 'move_stop':
      return moveStop(work, request.price, 'moved', request.confirmed);
    case 'set_targets': {
      const sharePct = new Decimal(100)
        .div(request.prices.length || 1)
        .toDecimalPlaces(8, Decimal.ROUND_DOWN);
      const sorted = [...request.prices].sort((a, b) => (better(trade, b, a) ? -1 : 1));
      return patch(work, {
        targets: sorted.map((price, index) => ({
          price: toTick(price, trade),
          // The last one takes what rounding left, so that the shares are 100 together.
          sharePct: index === sorted.length - 1 ? new Decimal(100).minus(sharePct.times(index)) : sharePct,
        })),
        targetsHit: 0,
        targetRound: trade.targetRound + 1,
        targetRetryAt: null,
        ...(trade.bareTargets ? { bareTargets: [] } : {}),
      });
    }
  }
}

function toTick(price: Decimal, trade: Trade): Decimal {
  return price
    .div(trade.terms.tickSize)
    .toDecimalPlaces(0, Decimal.ROUND_HALF_UP)
    .times(trade.terms.tickSize);
}

/** Only a confirmed request may move the stop away; what is judged before can have changed when it is applied. */
function moveStop(work: Work, price: Decimal, kind: 'break_even' | 'moved', mayLoosen: boolean): void {
  // On the tick, and never looser than was asked for.
  const stopPrice = roundInFavour(work.trade, price);
  if (!mayLoosen && better(work.trade, work.trade.stopPrice, stopPrice)) return;
  patch(work, { stopPrice, stopKind: kind, stopRefusals: 0, stopRetryAt: null });
}

/** On spot neither what is sold nor what stays may be too little for an order. */
function sellablePart(trade: Trade, part: Decimal, free: Decimal): Decimal {
  if (!trade.terms.spot) return Decimal.min(part, free);
  const least = leastSale(trade);
  const quantity = Decimal.max(part, least);
  return free.minus(quantity).lt(least) ? free : quantity;
}

/** A fraction of what is held now; all of it also ends the entries. A full close under way is never reduced. */
function close(work: Work, fraction: Decimal, reason: 'user' | 'message' | 'panic' | 'opposite'): void {
  const { trade } = work;
  if (trade.closing?.until === null) return;
  if (fraction.gte(1)) {
    patch(work, {
      // Targets of ours that exceed the position make the exchange take others' off the book.
      closing: { until: null, reason, clearTargets: trade.shared === true },
      entriesCancelled: trade.entriesCancelled ?? reason,
      closeRetryAt: null,
      closeRefusals: 0,
    });
    return;
  }
  const executed = executedOf(byRole(trade, 'close'));
  // What an earlier click is still closing does not count as held: two halves leave a quarter.
  const underWay = trade.closing === null ? ZERO : trade.closing.until.minus(executed);
  const free = held(trade).minus(underWay);
  const step = marketStep(trade);
  const part = free.times(fraction).div(step).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).times(step);
  const quantity = sellablePart(trade, Decimal.max(part, step), free);
  if (quantity.lte(0)) return;
  patch(work, {
    closing: { until: executed.plus(underWay).plus(quantity), reason, clearTargets: false },
    closeRetryAt: null,
    closeRefusals: 0,
  });
}
