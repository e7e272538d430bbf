import { describe } from './discord-errors.ts';
import type { Collection, Log } from './ports.ts';

/** Rows, also those that the store could not take yet. */
export interface OwedRows<T> {
  get(key: string): Promise<T | undefined>;
  all(): Promise<readonly (readonly [string, T])[]>;
  /** Rejects where the store does not take it: it is as if it had not been said. */
  set(key: string, value: T): Promise<void>;
  /** Known from now on, and written as soon as that can be done. Never rejects. */
  settle(key: string, value: T): Promise<void>;
  /** Rejects where the store does not; it is not written again after that. */
  delete(key: string): Promise<void>;
  /** Resolves once these are written, and rejects where the store takes one of them no more than before. */
  written(which: (value: T) => boolean): Promise<void>;
  /** Not written yet as it was settled last. */
  isOwed(key: string): boolean;
  /** Resolves once it is not owed any more, however long that takes. */
  paid(key: string): Promise<void>;
  /** Tries once more, and then no longer. */
  close(): Promise<void>;
}

export interface OwedRowsOptions<T> {
  /** For the log: `receipt`. */
  name: string;
  log: Log;
  /** False for what may as well be made up for later. */
  isWorthIt?(value: T): boolean;
  /** False while something else has to be durable first. */
  mayWrite?(value: T): boolean;
}

const AGAIN_AFTER_MS = 2_000;
/** Of rows that wait. */
const MOST = 1_000;

export function createOwedRows<T>(table: Collection<T>, options: OwedRowsOptions<T>): OwedRows<T> {
  const { name, log, isWorthIt = () => true, mayWrite = () => true } = options;
  const owed = new Map<string, T>();
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function strike(key: string): void {
    owed.delete(key);
    waiting.get(key)?.resolve();
    waiting.delete(key);
  }

  async function pay(key: string, value: T): Promise<void> {
    await table.set(key, value);
    // It may have been settled otherwise meanwhile.
    if (owed.get(key) === value) strike(key);
  }

  async function payAll(): Promise<void> {
    timer = null;
    for (const [key, value] of owed) {
      if (!mayWrite(value)) continue;
      try {
        await pay(key, value);
      } catch {
        // The next one would meet the same.
        break;
      }
    }
    arm();
  }

  function wait(): void {
    const [oldest] = owed.keys();
    if (owed.size > MOST && oldest !== undefined) strike(oldest);
    arm();
  }

  function arm(): void {
    if (owed.size === 0 || timer !== null || isClosed) return;
    timer = setTimeout(() => void payAll(), AGAIN_AFTER_MS);
    timer.unref();
  }

  return {
    get: async (key) => owed.get(key) ?? (await table.get(key)),
    all: async () => [...new Map([...(await table.all()), ...owed])],
    async set(key, value) {
      await table.set(key, value);
      strike(key);
    },
    async settle(key, value) {
      owed.set(key, value);
      if (!mayWrite(value)) return wait();
      try {
        await pay(key, value);
      } catch (error) {
        log.error({ key, error: describe(error) }, `${name} could not be written`);
        if (!isWorthIt(value) && owed.get(key) === value) strike(key);
        wait();
      }
    },
    async delete(key) {
      strike(key);
      await table.delete(key);
    },
    async written(which) {
      for (const [key, value] of [...owed]) if (which(value)) await pay(key, value);
    },
    isOwed: (key) => owed.has(key),
    async paid(key) {
      if (!owed.has(key)) return;
      const paid = waiting.get(key) ?? Promise.withResolvers<void>();
      waiting.set(key, paid);
      await paid.promise;
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await payAll();
    },
  };
}
