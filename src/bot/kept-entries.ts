import { describe } from './discord-errors.ts';
import type { Collection, Log } from './ports.ts';
import type { OutboxEntry } from './records.ts';
import { laneKey, type Waiting } from './turns.ts';

/** The messages that wait for Discord, as they are kept over a restart. */
export interface KeptEntries {
  /** Resolves once it is durable as it is now, or could not be made so: then that is tried again, and it may go out. */
  keep(waiting: Waiting): Promise<void>;
  /** It needs no further try; kept until then. */
  drop(waiting: Waiting, until?: Promise<void>): Promise<void>;
  /** What waits would survive the program, all of it, and nothing that was posted would be posted again over what is newer. */
  readonly isDurable: boolean;
  /** Resolves once that is so. */
  durable(): Promise<void>;
  /** Tries once more, and then no longer. */
  close(): Promise<void>;
}

const AGAIN_AFTER_MS = 2_000;

export function createKeptEntries(entries: Collection<OutboxEntry>, log: Log): KeptEntries {
  /** In memory alone: a crash would lose them. */
  const unkept = new Set<Waiting>();
  const over = new WeakSet<Waiting>();
  /** Done with, and still there: the next start would post them once more, over what is newer. */
  const undropped = new Set<string>();
  /** States of a slot that are done with are dropped one after the other. */
  const dropping = new Map<string, Promise<void>>();
  let whenDurable: PromiseWithResolvers<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  const writing = new Map<string, Promise<void>>();
  let isClosed = false;

  async function write(waiting: Waiting): Promise<void> {
    const { entry } = waiting;
    try {
      await entries.set(entry.id, entry);
      // A newer state of it decides by itself.
      if (waiting.entry === entry) forget(waiting);
    } catch (error) {
      if (waiting.entry !== entry || over.has(waiting) || unkept.has(waiting)) return;
      // The user should still hear of it: it goes out from memory.
      log.error({ slot: entry.slot, error: describe(error) }, 'outbox: not durable');
      unkept.add(waiting);
      arm();
    }
  }

  function forget(waiting: Waiting): void {
    unkept.delete(waiting);
    tellDurable();
  }

  function isDurable(): boolean {
    return unkept.size + undropped.size === 0;
  }

  function tellDurable(): void {
    if (!isDurable()) return;
    whenDurable?.resolve();
    whenDurable = null;
  }

  /** In their order: an older state of a message never outlives a newer one. */
  async function dropInOrder(): Promise<void> {
    for (const id of undropped) {
      try {
        await entries.delete(id);
      } catch {
        return arm();
      }
      undropped.delete(id);
    }
    tellDurable();
  }

  async function writeInOrder(lane: string): Promise<void> {
    for (const waiting of unkept) {
      if (laneKey(waiting.entry.to) !== lane || over.has(waiting)) continue;
      await write(waiting);
      // Those behind it wait.
      if (unkept.has(waiting)) return;
    }
  }

  function writeLane(lane: string): Promise<void> {
    const begun = writing.get(lane);
    if (begun) return begun;
    const written = writeInOrder(lane).finally(() => {
      writing.delete(lane);
      arm();
    });
    writing.set(lane, written);
    return written;
  }

  async function writeAll(): Promise<void> {
    const lanes = new Set([...unkept].map(({ entry }) => laneKey(entry.to)));
    await Promise.all([dropInOrder(), ...[...lanes].map(writeLane)]);
  }

  function arm(): void {
    if (unkept.size + undropped.size === 0 || timer !== null || isClosed) return;
    timer = setTimeout(() => {
      timer = null;
      void writeAll();
    }, AGAIN_AFTER_MS);
    timer.unref();
  }

  /** What is in memory alone is not durable before the older states of it are gone: the next start would post those. */
  async function dropAfter(
    older: Promise<void> | undefined,
    waiting: Waiting,
    until: Promise<void> | undefined,
  ): Promise<void> {
    const { id, slot } = waiting.entry;
    if (older) await older;
    forget(waiting);
    await until;
    if (undropped.size > 0) {
      undropped.add(id);
      return dropInOrder();
    }
    try {
      await entries.delete(id);
    } catch (error) {
      log.warn({ slot, error: describe(error) }, 'outbox: entry not deleted');
      undropped.add(id);
      arm();
    }
  }

  return {
    async keep(waiting) {
      const lane = laneKey(waiting.entry.to);
      const isBehind = [...unkept].some(({ entry }) => laneKey(entry.to) === lane);
      if (!isBehind) return write(waiting);
      // What was posted first survives first: the next start would tell an end ahead of its beginning.
      unkept.add(waiting);
      await writeLane(lane);
    },
    async drop(waiting, until) {
      const { slot } = waiting.entry;
      over.add(waiting);
      const dropped = dropAfter(dropping.get(slot), waiting, until);
      dropping.set(slot, dropped);
      await dropped;
      if (dropping.get(slot) === dropped) dropping.delete(slot);
    },
    get isDurable() {
      return isDurable();
    },
    async durable() {
      if (isDurable()) return;
      whenDurable ??= Promise.withResolvers();
      await whenDurable.promise;
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await writeAll();
    },
  };
}
