/** Runs one SQL statement and gives its rows. */
export type Query = (sql: string, parameters?: readonly unknown[]) => Promise<unknown[]>;

/** The only way into the database for writes. A promise resolves when its write is on the disk. */
export interface Writer {
  put(table: string, key: string, value: string): Promise<void>;
  remove(table: string, key: string): Promise<void>;
  /** All of them or, when it rejects, none. */
  together(rows: readonly RowWrite[]): Promise<void>;
  /** Any other statement that changes something, outside the transactions of others. Gives its rows. */
  alone(sql: string, parameters?: readonly unknown[]): Promise<unknown[]>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export interface RowWrite {
  table: string;
  key: string;
  /** Null removes the row. */
  value: string | null;
}

interface Write {
  rows: readonly RowWrite[];
  done(): void;
  failed(error: unknown): void;
}

/** Well below SQLite's limit of bound parameters: https://sqlite.org/limits.html#max_variable_number */
const MOST_ROWS = 500;

/**
 * Group commit: while one write waits for the disk, those that arrive meanwhile gather and go together as the next
 * transaction. A burst costs two waits for the disk, not one each; a single write is not delayed.
 * `onWritten` hears how long each transaction took.
 */
export function createWriter(query: Query, onWritten: (ms: number) => void = () => undefined): Writer {
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

  function alone(sql: string, parameters: readonly unknown[] = []): Promise<unknown[]> {
    const rows = queue.then(() => query(sql, parameters));
    queue = rows.then(
      () => undefined,
      () => undefined,
    );
    return rows;
  }

  async function settle(batch: readonly Write[]): Promise<void> {
    const begun = performance.now();
    try {
      await commit(batch);
      onWritten(performance.now() - begun);
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

  async function commit(batch: readonly Write[]): Promise<void> {
    const statements = statementsFor(batch.flatMap(({ rows }) => rows));
    const [only, ...others] = statements;
    if (only && others.length === 0) {
      await query(only.sql, only.parameters);
      return;
    }
    await query('BEGIN IMMEDIATE');
    try {
      for (const { sql, parameters } of statements) await query(sql, parameters);
      await query('COMMIT');
    } catch (error) {
      // Some errors (a full disk) have ended the transaction already: https://sqlite.org/lang_transaction.html
      await query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  return {
    put: (table, key, value) => write([{ table, key, value }]),
    remove: (table, key) => write([{ table, key, value: null }]),
    together: write,
    alone,
    idle: () => queue,
  };
}

/** A lock or a full disk meets each of them alike: trying one by one would only take as many times as long. */
function concernsAll(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'SQLITE_BUSY' || error.code === 'SQLITE_FULL')
  );
}

interface Statement {
  sql: string;
  parameters: string[];
}

/** One statement per table and run of equal kinds; only the order within a table matters. */
function statementsFor(batch: readonly RowWrite[]): Statement[] {
  const runs: RowWrite[][] = [];
  for (const writes of Map.groupBy(batch, ({ table }) => table).values()) {
    let run: RowWrite[] = [];
    for (const write of writes) {
      const [first] = run;
      if (first && (run.length === MOST_ROWS || (first.value === null) !== (write.value === null))) run = [];
      if (run.length === 0) runs.push(run);
      run.push(write);
    }
  }
  return runs.map(statementFor);
}

function statementFor(run: readonly RowWrite[]): Statement {
  const table = run[0]?.table ?? '';
  if (run[0]?.value === null) {
    const marks = run.map(() => '?').join(',');
    return { sql: `DELETE FROM ${table} WHERE key IN (${marks})`, parameters: run.map(({ key }) => key) };
  }
  const marks = run.map(() => '(?,?)').join(',');
  return {
    sql: `INSERT INTO ${table} (key, value) VALUES ${marks} ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    parameters: run.flatMap(({ key, value }) => [key, value ?? '']),
  };
}
