import type { CloseReason, Order, Trade } from '../model.ts';
import { byRole, entered, held, isLive } from './facts.ts';
import { feesSettled } from './fees.ts';
import { fillsComplete } from './settle.ts';
import { patch, type TradeEvent, type Work } from './types.ts';

/** Something of it may be left on the exchange; late news can say so of a closed trade, too. */
export function isUnfinished(trade: Trade): boolean {
  return trade.phase !== 'closed' || trade.orders.some(isLive) || held(trade).gt(0);
}

/** A closed trade still takes in what the exchange says of its orders, which may open it again, and of its costs. */
export function concerns(trade: Trade, event: TradeEvent): boolean {
  if (trade.phase !== 'closed') return true;
  switch (event.type) {
    case 'placed':
    case 'cancelled':
    case 'list_placed':
    case 'list_cancelled':
    case 'report':
    case 'fills':
    case 'restart':
    case 'tick':
    case 'funding':
    case 'liquidation_fee':
    case 'fees_valued':
    case 'announced':
    case 'closing_announced':
      return true;
    case 'begin':
    case 'adopt':
    case 'kept':
    case 'list_over':
    case 'missing':
    case 'absent':
    case 'prices':
    case 'request':
    case 'elsewhere':
    case 'position':
    case 'user_stop':
    case 'shared':
    case 'halted':
    case 'unguarded':
    case 'delisting':
    case 'filters':
      return false;
  }
}

/**
 * Names the phase that the facts describe. A trade is closed when nothing of it is left on the exchange. A surplus
 * order that turns up later is removed without more ado; a position that does opens the trade again.
 */
export function settlePhase(work: Work): void {
  const { trade } = work;
  if (trade.phase === 'closed') {
    if (held(trade).isZero()) return;
    patch(work, { closedAt: null, closeReason: null });
  }
  const done = !trade.orders.some(isLive) && held(trade).isZero() && fillsComplete(work) && feesSettled(work);
  if (done) {
    patch(work, { phase: 'closed', closedAt: work.now, closeReason: reasonOf(trade) });
    return;
  }
  const phase = trade.closing?.until === null ? 'closing' : entered(trade).gt(0) ? 'open' : 'entering';
  if (phase !== trade.phase) patch(work, { phase });
}

function reasonOf(trade: Trade): CloseReason {
  if (trade.closeReason !== null) return trade.closeReason;
  if (entered(trade).isZero()) {
    if (trade.entriesCancelled !== null) return trade.entriesCancelled;
    const ends = byRole(trade, 'entry').map((order) => order.status);
    if (ends.includes('failed')) return 'entry_failed';
    // Somebody else took them away: the user in the app, or the exchange.
    return ends.includes('cancelled') || ends.includes('expired') ? 'entry_cancelled' : 'entry_rejected';
  }
  const last = lastExit(trade);
  switch (last?.role) {
    case 'stop':
      return trade.stopKind === 'trailing' ? 'trailing_stop' : 'stop';
    case 'trail':
      return 'trailing_stop';
    case 'close':
      return trade.closing?.reason ?? 'user';
    default:
      return 'targets';
  }
}

function lastExit(trade: Trade): Order | undefined {
  return trade.orders
    .filter((order) => order.role !== 'entry' && order.executed.gt(0))
    .sort((a, b) => (a.filledAt ?? 0) - (b.filledAt ?? 0))
    .at(-1);
}
