import { NotYet } from './delivery.ts';
import { refusalOf } from './discord-errors.ts';
import type { OutboxDeps } from './outbox.ts';
import type { OutboxEntry } from './records.ts';
import type { Queue, Turns, Waiting } from './turns.ts';

/** What a queue has gone through. */
export interface Tried {
  /** In a row. */
  failures: number;
}

/** One try at what is due, and what becomes of it. */
export interface Attempts {
  /** True when the messages need no further try. */
  send(lane: Queue & Tried, batch: readonly Waiting[]): Promise<boolean>;
}

const FIRST_BACKOFF_MS = 1_000;
const LAST_BACKOFF_MS = 60_000;
/** A thread waits so long for its message; then nobody will post that. */
const PARENT_WITHIN_MS = 3_600_000;

/** @param onFirst a slot's message was posted, on which others may hang */
export function createAttempts(
  deps: Pick<OutboxDeps, 'delivery' | 'places' | 'now' | 'log' | 'onUndeliverable' | 'onPosted'>,
  turns: Turns,
  onFirst: (slot: string) => void,
): Attempts {
  async function send(lane: Queue & Tried, batch: readonly Waiting[]): Promise<boolean> {
    const [first] = batch;
    if (!first) return true;
    const { entry, body, mayDiffer = false } = first;
    for (const one of batch) {
      one.tried = true;
      if (batch.length > 1) one.group = batch;
    }
    try {
      const edits = deps.places.has(entry.slot);
      turns.posting(lane, first, deps.now());
      if (batch.length === 1) await deps.delivery.deliver(entry, body, mayDiffer);
      else await deps.delivery.deliverTogether(batch);
      lane.failures = 0;
      if (edits) turns.edited(entry.slot, deps.now());
      else {
        for (const one of batch) deps.onPosted?.(one.entry.slot);
        onFirst(entry.slot);
      }
      return true;
    } catch (error) {
      if (error instanceof NotYet) return waitForParent(lane, entry);
      const refusal = refusalOf(error);
      switch (refusal.kind) {
        case 'message_gone':
          await deps.places.forget(entry.slot);
          return false;
        case 'retry':
          backOff(lane, refusal.afterMs);
          deps.log.warn({ slot: entry.slot, reason: refusal.reason }, 'outbox: trying again');
          return false;
        case 'invalid':
          if (batch.length === 1) return giveUp(batch, refusal.reason, false);
          for (const one of batch) {
            one.alone = true;
            delete one.group;
          }
          return false;
        case 'closed':
          return giveUp(batch, refusal.reason, true);
      }
    }
  }

  /** An edit and a new message that fail side by side are one failure. */
  function backOff(lane: Queue & Tried, afterMs: number | null): void {
    const now = deps.now();
    if (lane.pausedUntil <= now) lane.failures += 1;
    lane.pausedUntil = Math.max(lane.pausedUntil, now + (afterMs ?? backoffMs(lane.failures)));
  }

  function giveUp(batch: readonly Waiting[], reason: string, closed: boolean): true {
    for (const { entry, body } of batch) {
      const { to, slot } = entry;
      deps.log.error({ slot, reason }, 'outbox: not deliverable');
      deps.onUndeliverable({ to, slot, body, reason, closed });
    }
    return true;
  }

  /** True once it is in vain. */
  function waitForParent(lane: Queue, entry: OutboxEntry): boolean {
    const now = deps.now();
    if (now - entry.createdAt > PARENT_WITHIN_MS) return true;
    // It may have been posted while this was on its way.
    if (!deps.places.has(entry.to.id)) lane.pausedUntil = now + LAST_BACKOFF_MS;
    return false;
  }

  return { send };
}

function backoffMs(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LAST_BACKOFF_MS);
}
