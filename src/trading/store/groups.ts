export interface RowWrite {
  table: string;
  key: string;
  /** Null removes the row. */
  value: string | null;
}

/** Hears how long each transaction took. */
export type OnWritten = ((ms: number) => void) | undefined;

/** One queue of transactions. */
export interface Groups {
  /** Resolves when the rows are durable: all of them or, when it rejects, none. */
  write(rows: readonly RowWrite[]): Promise<void>;
  /** Anything else that changes something, outside the transactions of others. */
  alone<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export interface GroupsOptions {
  /** Makes all of these changes durable, in this order, in one transaction. */
  commit(rows: readonly RowWrite[]): Promise<void>;
  /** It meets each write alike: trying one by one would only take as many times as long. */
  concernsAll(error: unknown): boolean;
  onWritten: OnWritten;
}

interface Write {
  rows: readonly RowWrite[];
  done(): void;
  failed(error: unknown): void;
}

/**
 * Group commit: while one write waits for the disk, those that arrive meanwhile gather and go together as the next
 * transaction. A burst costs two waits for the disk, not one each; a single write is not delayed.
 */
export function createGroups({ commit, concernsAll, onWritten }: GroupsOptions): Groups {
  let gathered: Write[] = [];
  let queue: Promise<void> = Promise.resolve();

  function write(rows: readonly RowWrite[]): Promise<void> {
    return new Promise((done, failed) => {
      gathered.push({ rows, done, failed });
      // One turn in the queue takes everything that has gathered by then.
      if (gathered.length === 1) queue = queue.then(flush);
    });
  }

  function flush(): Promise<void> {
    const batch = gathered;
    gathered = [];
    return settle(batch);
  }

  function alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = queue.then(work);
    queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async function settle(batch: readonly Write[]): Promise<void> {
    const begun = performance.now();
    try {
      await commit(batch.flatMap(({ rows }) => rows));
      onWritten?.(performance.now() - begun);
      for (const { done } of batch) done();
    } catch (error) {
      if (batch.length === 1 || concernsAll(error)) {
        for (const { failed } of batch) failed(error);
        return;
      }
      // One write that cannot be made must not take the others with it.
      for (const single of batch) await settle([single]);
    }
  }

  return { write, alone, idle: () => queue };
}
