import { createGroups, type Groups, type OnWritten, type RowWrite } from './groups.ts';

/** Runs one SQL statement and gives its rows. */
export type Query = (sql: string, parameters?: readonly unknown[]) => Promise<unknown[]>;

/** The only way into an SQLite file for writes. A promise resolves when its write is on the disk. */
export interface Writer extends Pick<Groups, 'write' | 'idle'> {
  /** Any other statement that changes something, outside the transactions of others. Gives its rows. */
  alone(sql: string, parameters?: readonly unknown[]): Promise<unknown[]>;
}

/** Some ten kilobytes of text: longer ones would each take pages of their own in memory. */
const MOST_ROWS = 100;
/** How a whole transaction in one text begins; no other statement does. */
export const WHOLE = 'BEGIN IMMEDIATE;';
/** Characters of such a text: it is copied on its way, and a longer one waits for the disk more than for the thread. */
const MOST_TEXT = 65_536;

/** @param connection the one of now, which all of a transaction goes to */
export function createWriter(connection: () => Query, onWritten?: OnWritten): Writer {
  async function commit(rows: readonly RowWrite[]): Promise<void> {
    const query = connection();
    const statements = statementsFor(rows);
    const [only, ...others] = statements;
    if (only && others.length === 0) {
      await query(only.sql, only.parameters);
      return;
    }
    const whole = inOneText(statements);
    try {
      if (whole !== null) await query(whole);
      else await oneByOne(query, statements);
    } catch (error) {
      // Some errors (a full disk) have ended the transaction already: https://sqlite.org/lang_transaction.html
      await query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  const { write, alone, idle } = createGroups({ commit, concernsAll, onWritten });
  return { write, idle, alone: (sql, parameters = []) => alone(() => connection()(sql, parameters)) };
}

/**
 * To the thread of the store and back costs the main thread more than the statement itself costs the other one: a
 * transaction is sent as one text where it is short. Null where it is not, or where a text would end at a zero.
 */
function inOneText(statements: readonly Statement[]): string | null {
  const lengths = statements.flatMap(({ parameters }) => parameters.map(({ length }) => length));
  if (lengths.reduce((sum, length) => sum + length, 0) > MOST_TEXT) return null;
  const text = [WHOLE, ...statements.map((one) => `${literally(one)};`), 'COMMIT'].join('\n');
  return text.includes('\0') ? null : text;
}

/** The statement with its parameters in their places: https://sqlite.org/lang_expr.html#literal_values_constants_ */
function literally({ sql, parameters }: Statement): string {
  const next = parameters.values();
  return sql.replaceAll('?', () => `'${(next.next().value ?? '').replaceAll("'", "''")}'`);
}

async function oneByOne(query: Query, statements: readonly Statement[]): Promise<void> {
  await query('BEGIN IMMEDIATE');
  for (const { sql, parameters } of statements) await query(sql, parameters);
  await query('COMMIT');
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

const UPDATE = 'ON CONFLICT (key) DO UPDATE SET value = excluded.value';

/**
 * Many rows are one parameter, so that a table has one statement for any number of them: each is kept prepared, and
 * takes the more memory the more parameters it has.
 */
function statementFor(run: readonly RowWrite[]): Statement {
  const { table, key, value } = run[0] ?? { table: '', key: '', value: '' };
  const isOne = run.length === 1;
  if (value === null) {
    if (isOne) return { sql: `DELETE FROM ${table} WHERE key = ?`, parameters: [key] };
    const keys = JSON.stringify(run.map((write) => write.key));
    return { sql: `DELETE FROM ${table} WHERE key IN (SELECT value FROM json_each(?))`, parameters: [keys] };
  }
  if (isOne)
    return { sql: `INSERT INTO ${table} (key, value) VALUES (?, ?) ${UPDATE}`, parameters: [key, value] };
  return {
    // Without the condition, ON would belong to the SELECT: https://sqlite.org/lang_upsert.html#parsing_ambiguity
    sql: `INSERT INTO ${table} (key, value) SELECT key, value FROM json_each(?) WHERE true ${UPDATE}`,
    parameters: [
      `{${run.map((write) => `${JSON.stringify(write.key)}:${JSON.stringify(write.value)}`).join()}}`,
    ],
  };
}
