import { type Attempts, createAttempts, type Tried } from './attempts.ts';
import type { Delivery } from './delivery.ts';
import { describe } from './discord-errors.ts';
import { createKeptEntries, type KeptEntries } from './kept-entries.ts';
import type { Places } from './places.ts';
import type { Collection, Log, MessageBody, Now } from './ports.ts';
import type { OutboxEntry, PostedMessage } from './records.ts';
import { createTurns, type Kind, laneKey, type Queue, type Turns, type Waiting } from './turns.ts';

/** Where a message goes: a channel, a user's direct messages, or the thread of a message of ours. */
export type Recipient = OutboxEntry['to'];

export interface Undeliverable {
  to: Recipient;
  slot: string;
  body: MessageBody;
  reason: string;
  /** False: Discord dislikes this one message; others may pass. */
  closed: boolean;
}

export interface OutboxDeps {
  delivery: Pick<Delivery, 'deliver' | 'deliverTogether'>;
  places: Places;
  entries: Collection<OutboxEntry>;
  now: Now;
  log: Log;
  onUndeliverable(message: Undeliverable): void;
  /** Discord has taken a slot's message for the first time. */
  onPosted?(slot: string): void;
  /** The shortest time between two edits of one message. */
  editIntervalMs?: number;
  /** Within this time five messages of alerts go to one recipient; what is more goes together. */
  alertWindowMs?: number;
}

interface Lane extends Queue, Tried {
  timer: NodeJS.Timeout | null;
  running: Map<Kind, Promise<void>>;
}

const KINDS: readonly Kind[] = ['edit', 'create'];

const EDIT_INTERVAL_MS = 1_500;
const ALERT_WINDOW_MS = 5_000;

/**
 * Everything posted goes through here: new messages in order per channel, kept over a restart, tried again until
 * Discord takes them, never waited for by trading. A slot is one message: posting to it again edits that message,
 * and of several states waiting only the last is sent. Of alerts in a burst all are told, in few messages.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #turns: Turns;
  readonly #kept: KeptEntries;
  readonly #attempts: Attempts;
  #sequence = 0;
  /** Of the newest entry. The clock may have been set back since an earlier run: the order is kept all the same. */
  #newestAt = 0;
  #isLoaded = false;
  #sending = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    const { places, editIntervalMs = EDIT_INTERVAL_MS, alertWindowMs = ALERT_WINDOW_MS } = deps;
    this.#turns = createTurns({ places, editIntervalMs, alertWindowMs });
    this.#kept = createKeptEntries(deps.entries, deps.log);
    this.#attempts = createAttempts(deps, this.#turns, (slot) => this.#wakeThread(slot));
  }

  /** Takes up what was left when the program ended: what is said of it from now on takes its place. Before anything is posted. */
  async load(): Promise<void> {
    const stored = (await this.#deps.entries.all()).map(([, entry]) => entry);
    for (const entry of stored.sort((a, b) => (a.id < b.id ? 1 : -1))) {
      this.#newestAt = Math.max(this.#newestAt, timeOf(entry.id) + 1);
      const { waiting } = this.#lane(entry.to);
      if (waiting.some((other) => other.entry.id === entry.id)) continue;
      waiting.unshift({
        entry,
        body: JSON.parse(entry.body),
        sending: false,
        saving: false,
        kept: Promise.resolve(),
        mayDiffer: true,
      });
    }
    this.#isLoaded = true;
  }

  /** Begins to send, with what was left when the program ended first. */
  async start(): Promise<void> {
    if (!this.#isLoaded) await this.load();
    this.#sending = true;
    for (const key of this.#lanes.keys()) this.#pump(key);
  }

  /**
   * Resolves once the message is durable, not once it is posted, or once that has failed: see `onceDurable`. Before
   * `start` it only waits.
   */
  async post(to: Recipient, slot: string, body: MessageBody): Promise<void> {
    const lane = this.#lane(to);
    // The last of them: what is said now must not go ahead of what was said before.
    const waiting = lane.waiting.findLast((other) => other.entry.slot === slot && !other.sending);
    const text = JSON.stringify(body);
    // It is on the disk, or on its way there, as it is.
    if (waiting?.entry.body === text) return waiting.kept;
    if (waiting && !waiting.group) {
      waiting.body = body;
      if (waiting.tried) waiting.mayDiffer = true;
      waiting.entry = { ...waiting.entry, body: text };
      waiting.kept = this.#kept.keep(waiting);
      await waiting.kept;
    } else {
      const entry = this.#entry(to, slot, body);
      const added: Waiting = { entry, body, sending: false, saving: true, kept: Promise.resolve() };
      added.kept = this.#kept.keep(added);
      lane.waiting.push(added);
      await added.kept;
      added.saving = false;
    }
    this.#pump(laneKey(to));
  }

  /** Nothing that was posted would be lost with the program: it is durable, or Discord has it. */
  get isDurable(): boolean {
    return this.#kept.isDurable;
  }

  /** Resolves once that is so. */
  durable(): Promise<void> {
    return this.#kept.durable();
  }

  /**
   * Writes down that what was posted has been told: at once, or where it is not durable once it is, which nobody is to
   * wait for. Rejects as `mark` does where that is at once.
   */
  async onceDurable(mark: () => Promise<unknown>): Promise<void> {
    if (this.isDurable) return void (await mark());
    void this.durable()
      .then(mark)
      .catch((error: unknown) => {
        this.#deps.log.error({ error: describe(error) }, 'outbox: not noted as told');
      });
  }

  /** Messages that Discord has not taken yet. */
  get queued(): number {
    let count = 0;
    for (const lane of this.#lanes.values()) count += lane.waiting.length;
    return count;
  }

  /** Where a slot's message stands, once it was posted. */
  whereIs(slot: string): Promise<PostedMessage | null> {
    return this.#deps.places.get(slot);
  }

  /** The slot whose message this is; null when it is none of ours. */
  slotOf(messageId: string): Promise<string | null> {
    return this.#deps.places.slotOf(messageId);
  }

  /** Adopts a message that was posted by other means (the answer to an interaction), so that it can be edited. */
  async adopt(slot: string, channelId: string, messageId: string): Promise<void> {
    await this.#deps.places.set(slot, { channelId, messageId });
  }

  /** Stops sending; what waits is kept for the next start. */
  async close(): Promise<void> {
    this.#sending = false;
    for (const lane of this.#lanes.values()) if (lane.timer) clearTimeout(lane.timer);
    const running = [...this.#lanes.values()].flatMap((lane) => [...lane.running.values()]);
    await Promise.allSettled([this.#kept.close(), ...running]);
  }

  #entry(to: Recipient, slot: string, body: MessageBody): OutboxEntry {
    const createdAt = this.#deps.now();
    this.#sequence = (this.#sequence + 1) % 1_000_000;
    this.#newestAt = Math.max(this.#newestAt, createdAt);
    const id = `${String(this.#newestAt).padStart(15, '0')}-${String(this.#sequence).padStart(6, '0')}`;
    return { id, to, slot, body: JSON.stringify(body), createdAt };
  }

  #lane(to: Recipient): Lane {
    const key = laneKey(to);
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = {
        waiting: [],
        pausedUntil: 0,
        failures: 0,
        alertedAt: [],
        timer: null,
        running: new Map(),
      };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #pump(key: string): void {
    const lane = this.#lanes.get(key);
    if (!lane || !this.#sending) return;
    // One time for all: what is not due by the first look and past due by the second would never be woken for.
    const now = this.#deps.now();
    for (const kind of KINDS) {
      if (lane.running.has(kind) || !this.#turns.next(lane, kind, now)) continue;
      const running = this.#drain(lane, kind).finally(() => {
        lane.running.delete(kind);
        this.#pump(key);
        // Every trade has a thread, whose lane is not kept; the others know when alerts were last posted.
        const isIdle = lane.waiting.length === 0 && lane.running.size === 0;
        if (isIdle && key.startsWith('thread:')) this.#lanes.delete(key);
      });
      lane.running.set(kind, running);
    }
    this.#wakeFor(key, lane, now);
  }

  /** What is due later must not wait for somebody to post again. */
  #wakeFor(key: string, lane: Lane, now: number): void {
    if (lane.timer) clearTimeout(lane.timer);
    lane.timer = null;
    const dueAt = this.#turns.dueAt(lane);
    // What is due now has begun, or waits for something under way whose end pumps again.
    if (dueAt !== null && dueAt > now) lane.timer = setTimeout(() => this.#pump(key), dueAt - now);
  }

  async #drain(lane: Lane, kind: Kind): Promise<void> {
    const { places } = this.#deps;
    while (this.#sending) {
      const now = this.#deps.now();
      const next = this.#turns.next(lane, kind, now);
      if (!next) return;
      const batch = this.#turns.batch(lane, next, now);
      for (const one of batch) one.sending = true;
      const done = await this.#attempts.send(lane, batch);
      for (const one of batch) one.sending = false;
      if (!done) continue;
      lane.waiting = lane.waiting.filter((one) => !batch.includes(one));
      for (const one of batch) {
        const { slot } = one.entry;
        // A start that does not know where it stands finds out by posting it again: under one nonce that is the same
        // message. What went together would not go together again.
        if (batch.length === 1 && places.isOwed(slot)) void this.#kept.drop(one, places.paid(slot));
        else await this.#kept.drop(one);
      }
    }
  }

  /** What was waiting to hang on this message can go now. */
  #wakeThread(slot: string): void {
    const key = laneKey({ type: 'thread', id: slot, name: '' });
    const lane = this.#lanes.get(key);
    if (!lane) return;
    lane.pausedUntil = 0;
    this.#pump(key);
  }
}

export function channel(id: string): Recipient {
  return { type: 'channel', id };
}

export function dm(userId: string): Recipient {
  return { type: 'dm', id: userId };
}

/** The thread on the message of that slot. */
export function thread(slot: string, name: string): Recipient {
  return { type: 'thread', id: slot, name };
}

/** Entries are sorted by when they were made. */
function timeOf(id: string): number {
  return Number(id.split('-')[0]);
}
