import { type Decimal, ZERO } from '../decimal.ts';
import { held, isLive } from './facts.ts';
import { due, patch, type Work } from './types.ts';

/**
 * After a start on futures the journal may be behind: orders that it does not know, sent while nothing could be written,
 * may have closed what its own have opened. What the exchange does not hold any more needs no stop; a looser one than
 * the last that stood, a target or a close for it could take from another trade that shares the position.
 */

/**
 * So long it counts: by then the comparison has told what became of it, or could not be made. Not as long while an entry
 * may fill, and the event that tells of it be lost.
 */
const SEEN_MS = 8_000;
const SEEN_ENTERING_MS = 2_000;
/** So long a start waits for the exchange's positions: an entry that is asked for beside them may be answered first. */
const UNSEEN_MS = 1_000;

/** At a start where the journal has no stop, before the positions have been read. */
export function awaitPosition(work: Work): void {
  if (work.trade.terms.spot) return forgetPosition(work);
  patch(work, { seenHeld: { quantity: ZERO, until: work.now + UNSEEN_MS } });
}

/** The exchange holds so much on the trade's symbol and side; null once it has been compared with what the trades hold. */
export function seePosition(work: Work, quantity: Decimal | null): void {
  const { trade } = work;
  if (quantity === null) return forgetPosition(work);
  const entering = trade.orders.filter((order) => order.role === 'entry' && isLive(order));
  const most = entering.reduce((sum, order) => sum.plus(order.quantity).minus(order.executed), held(trade));
  if (quantity.gte(most)) return forgetPosition(work);
  const forMs = entering.length > 0 ? SEEN_ENTERING_MS : SEEN_MS;
  patch(work, { seenHeld: { quantity, until: work.now + forMs } });
}

/** Its entry executes as it is told: what was seen is older. */
export function forgetPosition(work: Work): void {
  if (work.trade.seenHeld) patch(work, { seenHeld: null });
}

/** What is held, as far as it is known to be there. */
export function present(work: Work): Decimal {
  const holds = held(work.trade);
  const { seenHeld } = work.trade;
  if (!seenHeld || seenHeld.quantity.gte(holds) || due(work, seenHeld.until)) return holds;
  return seenHeld.quantity;
}
