import { Decimal } from '../decimal.ts';
import { byRole, executedOf, held, isLive } from './facts.ts';
import { cancel, place } from './send.ts';
import { due, patch, type Work } from './types.ts';

/** Closes at market what `closing` asks for: one order at a time, in the symbol's market lot size. */
export function manageClosing(work: Work): void {
  const { closing } = work.trade;
  if (closing === null) return;
  const holds = held(work.trade);
  const orders = byRole(work.trade, 'close');
  const remaining =
    closing.until === null ? holds : Decimal.min(holds, closing.until.minus(executedOf(orders)));
  if (remaining.lte(0)) {
    // A full close stays asked for: an entry that fills late is closed too.
    if (closing.until !== null) patch(work, { closing: null, closeRefusals: 0 });
    return;
  }
  if (orders.some(isLive)) return;
  if (work.trade.closeRetryAt !== null && !due(work, work.trade.closeRetryAt)) return;
  if (closing.clearTargets) {
    const targets = byRole(work.trade, 'target').filter(isLive);
    for (const target of targets) cancel(work, target);
    if (targets.length > 0) return;
  }
  place(work, {
    role: 'close',
    slot: 0,
    type: 'market',
    quantity: Decimal.min(remaining, work.trade.terms.marketMaxQuantity),
  });
}
