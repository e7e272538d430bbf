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
  /** What waits would survive the program, all of it. */
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
    if (unkept.size > 0) return;
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
  }

  async function writeInOrder(lane: string): Promise<void> {
    for (const waiting of unkept) {
      if (laneKey(waiting.entry.to) !== lane) continue;
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
      const { id, slot } = waiting.entry;
      over.add(waiting);
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
    },
    get isDurable() {
      return unkept.size === 0;
    },
    async durable() {
      if (unkept.size === 0) return;
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
