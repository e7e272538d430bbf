import { fitTogether } from './bursts.ts';
import type { Places } from './places.ts';
import type { MessageBody } from './ports.ts';
import type { OutboxEntry } from './records.ts';
import { isAlertSlot } from './slots.ts';

/** Whose turn it is: of the messages that wait for a recipient, which may go now, which of them together, and when the next. */

export interface Waiting {
  entry: OutboxEntry;
  body: MessageBody;
  sending: boolean;
  /** Still on its way to the disk. Sent before that, a crash would forget its nonce and post it a second time. */
  saving: boolean;
  /** Resolves when it is durable as it is. */
  kept: Promise<void>;
  /** Discord has refused it together with others: it goes by itself. */
  alone?: boolean;
  /** It has been on its way to Discord. */
  tried?: boolean;
  /** With these, unanswered so far: Discord may have taken them, and knows them again only by the same nonce. */
  group?: readonly Waiting[];
  /** Discord may have taken it with another body: under its nonce, that is what stands there. */
  mayDiffer?: boolean;
}

/** What waits for one recipient. */
export interface Queue {
  waiting: Waiting[];
  /** Nothing is tried before this. */
  pausedUntil: number;
  /** When the last messages of alerts were posted, oldest first. */
  alertedAt: number[];
}

/** Messages for one recipient keep their order. */
export function laneKey({ type, id }: OutboxEntry['to']): string {
  return `${type}:${id}`;
}

/** Discord limits both apart: a decision must not wait until the next new message may be posted. */
export type Kind = 'create' | 'edit';

export interface Turns {
  /** What may be sent now; of one slot only one at a time. */
  next(queue: Queue, kind: Kind, now: number): Waiting | undefined;
  /** Alerts go by themselves unless more wait than messages may go now: then all together, as far as they fit. */
  batch(queue: Queue, first: Waiting, now: number): Waiting[];
  /** When something may go next; null while nothing waits but what is on its way. */
  dueAt(queue: Queue): number | null;
  /** It is being posted. */
  posting(queue: Queue, first: Waiting, now: number): void;
  edited(slot: string, now: number): void;
}

export interface TurnsDeps {
  places: Pick<Places, 'has'>;
  /** The shortest time between two edits of one message. */
  editIntervalMs: number;
  /** Within this time five messages of alerts go to one recipient; what is more goes together. */
  alertWindowMs: number;
}

/** So many messages Discord takes in a channel before it holds them back: what is more is told together. */
const ALERTS = 5;
/** A disk, or a server that keeps the store, may hang: the others wait no longer for what it has not taken. */
const SAVED_WITHIN_MS = 2_000;

export function createTurns({ places, editIntervalMs, alertWindowMs }: TurnsDeps): Turns {
  const lastEditAt = new Map<string, number>();

  /** An alert that has not been posted yet. */
  function mayJoin({ entry, alone }: Waiting): boolean {
    return isAlertSlot(entry.slot) && !alone && !places.has(entry.slot);
  }

  /**
   * What is neither on its way nor still being saved, and when it may go. Nothing new goes ahead of what was posted before
   * it, not even by the time that takes on its way to the disk.
   */
  function* ready(queue: Queue): Generator<{ waiting: Waiting; kind: Kind; at: number }> {
    let heldUntil = 0;
    for (const waiting of queue.waiting) {
      const { entry, saving, sending } = waiting;
      if (saving) heldUntil = Math.max(heldUntil, entry.createdAt + SAVED_WITHIN_MS);
      if (saving || sending) continue;
      const at = timeOf(queue, waiting);
      if (places.has(entry.slot)) yield { waiting, kind: 'edit', at };
      else yield { waiting, kind: 'create', at: Math.max(at, heldUntil) };
    }
  }

  function timeOf({ alertedAt }: Queue, waiting: Waiting): number {
    if (mayJoin(waiting)) return (alertedAt.at(-ALERTS) ?? -alertWindowMs) + alertWindowMs;
    return (lastEditAt.get(waiting.entry.slot) ?? -editIntervalMs) + editIntervalMs;
  }

  return {
    next(queue, kind, now) {
      if (queue.pausedUntil > now) return undefined;
      const busy = new Set(queue.waiting.filter(({ sending }) => sending).map(({ entry }) => entry.slot));
      for (const { waiting, kind: its, at } of ready(queue))
        if (its === kind && at <= now && !busy.has(waiting.entry.slot)) return waiting;
      return undefined;
    },
    batch(queue, first, now) {
      if (first.group) return [...first.group];
      if (!mayJoin(first) || first.tried) return [first];
      const free = ALERTS - queue.alertedAt.filter((at) => at > now - alertWindowMs).length;
      const waiting = queue.waiting.filter(
        (one) => !one.sending && !one.saving && !one.tried && mayJoin(one),
      );
      return waiting.length > free ? fitTogether(waiting, ({ body }) => body) : [first];
    },
    dueAt(queue) {
      const times = Array.from(ready(queue), ({ at }) => at);
      return times.length === 0 ? null : Math.max(queue.pausedUntil, Math.min(...times));
    },
    posting(queue, first, now) {
      if (mayJoin(first)) queue.alertedAt = [...queue.alertedAt, now].slice(-ALERTS);
    },
    edited(slot, now) {
      lastEditAt.set(slot, now);
      if (lastEditAt.size < 500) return;
      for (const [other, at] of lastEditAt) if (at < now - 60_000) lastEditAt.delete(other);
    },
  };
}
