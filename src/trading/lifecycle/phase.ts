import type { CloseReason, Order, Trade } from '../model.ts';
import { byRole, entered, held, isLive } from './facts.ts';
import { fillsComplete } from './settle.ts';
import { patch, type Work } from './types.ts';

/** Names the phase that the facts describe. A trade is closed when nothing of it is left on the exchange. */
export function settlePhase(work: Work): void {
  const { trade } = work;
  if (trade.phase === 'closed') return;
  const done = !trade.orders.some(isLive) && held(trade).isZero() && fillsComplete(work);
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
    const failed = byRole(trade, 'entry').some((order) => order.status === 'failed');
    return failed ? 'entry_failed' : 'entry_rejected';
  }
  const last = lastExit(trade);
  switch (last?.role) {
    case 'stop':
      return 'stop';
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
