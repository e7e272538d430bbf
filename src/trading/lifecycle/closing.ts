import { Decimal } from '../decimal.ts';
import { byRole, executedOf, held, isLive, leaving, marketLot } from './facts.ts';
import { present } from './present.ts';
import { cancel, place } from './send.ts';
import { due, patch, type Work } from './types.ts';

/** How long a close waits for targets that stand in its way to go. */
const CLEARING_PATIENCE_MS = 2_000;

/** Closes at market what `closing` asks for: one order at a time, in the symbol's market lot size. */
export function manageClosing(work: Work): void {
  const rest = restToClose(work);
  if (rest === null || byRole(work.trade, 'close').some(isLive)) return;
  const remaining = Decimal.min(rest, present(work).minus(leaving(work.trade)));
  if (remaining.lte(0)) return;
  if (work.trade.closeRetryAt !== null && !due(work, work.trade.closeRetryAt)) return;
  if (work.trade.closing?.clearTargets && !cleared(work)) return;
  place(work, { role: 'close', slot: 0, type: 'market', quantity: marketLot(work.trade, remaining) });
}

/** How much is still to be closed, orders under way included; null when nothing is. Notes the end of a partial close. */
export function restToClose(work: Work): Decimal | null {
  const { closing } = work.trade;
  if (closing === null) return null;
  const holds = held(work.trade);
  const executed = executedOf(byRole(work.trade, 'close'));
  const remaining = closing.until === null ? holds : Decimal.min(holds, closing.until.minus(executed));
  if (remaining.gt(0)) return remaining;
  // A full close stays asked for: an entry that fills late is closed too. A part that was all of it becomes one.
  if (closing.until !== null) {
    patch(work, { closing: holds.isZero() ? { ...closing, until: null } : null, closeRefusals: 0 });
  }
  return null;
}

/** Asks the targets to go; true when they have, or when waiting any longer would only delay the close. */
function cleared(work: Work): boolean {
  for (const target of byRole(work.trade, 'target').filter(isLive)) cancel(work, target);
  const { closing } = work.trade;
  if (!closing || !byRole(work.trade, 'target').some(isLive)) return true;
  // From the first time on: each is asked again on its own, and a wait that began anew with that might never end.
  const { clearingSince = work.now } = closing;
  if (closing.clearingSince === undefined) patch(work, { closing: { ...closing, clearingSince } });
  return due(work, clearingSince + CLEARING_PATIENCE_MS);
}
