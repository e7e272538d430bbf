import { z } from 'zod';
import { clientUrl, storeName, storePath, storeSpace } from './address.ts';
import { type Engine, type Row, TABLE_NAME } from './engine.ts';
import { StoreLost, StoreUnreachable } from './errors.ts';
import { bringAlong } from './formats.ts';
import { createGroups, type OnWritten, type RowWrite } from './groups.ts';
import { createHold, type KeptHold } from './hold.ts';
import { takePlace } from './place.ts';
import { loadDrivers, openPool, type Pooled } from './postgres-client.ts';
import { type Lock, takeLock } from './postgres-lock.ts';
import { prunedBy } from './prune.ts';
import { again, isAway, patienceMs, within } from './within.ts';

const rowsSchema = z.array(z.object({ key: z.string(), value: z.string() }));
const named = z.array(z.object({ name: z.string() }));

const META = 'meta';

/** A schema of a PostgreSQL database, held against other programs until `close`. Rows of an earlier format are brought along. */
export async function openPostgres(
  storeUrl: string,
  onWritten: OnWritten,
  rows: 'brought along' | 'as it is' = 'brought along',
): Promise<Engine> {
  const name = storeName(storeUrl);
  const path = storePath(storeUrl);
  const schema = storeSpace(storeUrl);
  const url = clientUrl(storeUrl);
  const drivers = await loadDrivers();
  const place = await takePlace(path, name);
  let hold: KeptHold | null = null;
  let lock: Lock | null = null;
  let pool: Pooled | null = null;
  try {
    lock = await takeLock({
      drivers,
      url,
      name,
      schema,
      place: place.id,
      onDropped: (reason) => hold?.dropped(reason),
    });
    pool = openPool(drivers, { url, schema, table: META });
    const writes = createWrites(pool, schema, lock, () => hold);
    const { renew, leasedAt } = lock;
    hold = createHold({ renew: async () => renew(writes.confirmed()), leasedAt });
    const engine = engineOn({ name, path, schema, pool, hold, writes, onWritten });
    const { release } = lock;
    const close = async (): Promise<void> => {
      await engine.idle();
      hold?.close();
      await release().catch(() => undefined);
      await pool?.end();
      await place.release();
    };
    await engine.create(META);
    if (rows === 'brought along')
      await bringAlong(engine, (format) => keepCopy(pool as Pooled, schema, format));
    return { ...engine, close };
  } catch (error) {
    hold?.close();
    await lock?.release().catch(() => undefined);
    await pool?.end().catch(() => undefined);
    await place.release();
    throw error instanceof Error && 'exitCode' in error ? error : new StoreUnreachable(name, error);
  }
}

interface Writes {
  commit(rows: readonly RowWrite[]): Promise<void>;
  /** The last one that is confirmed: whoever is asked from now on knows it. */
  confirmed(): number;
}

/**
 * Every write is numbered, and is made only while the store is ours and no later one has been made: what a broken
 * connection still carries cannot come after what is newer.
 */
function createWrites(
  pool: Pooled,
  schema: string,
  { token, written }: Lock,
  hold: () => KeptHold | null,
): Writes {
  let latest = written;
  let confirmed = written;
  /** One has had no answer: it may still be under way on the server. */
  let isUnsettled = false;

  async function send(rows: readonly RowWrite[]): Promise<void> {
    const [changes, values] = changesOf(schema, rows);
    latest += 1;
    const number = latest;
    const held = `UPDATE "${schema}"._hold SET written = $2 WHERE token = $1 AND written < $2 AND written >= $3 RETURNING token`;
    let made: unknown[];
    try {
      made = await within(
        patienceMs(rows, hold()),
        // What was set for the role or the server must not have it confirmed from memory.
        pool.query(
          `WITH held AS (${held})${changes} SELECT set_config('synchronous_commit', 'on', true) FROM held`,
          [token, number, confirmed, ...values],
        ),
      );
    } catch (error) {
      isUnsettled = true;
      throw error;
    }
    if (made.length === 0) {
      const reason = 'another program has taken the store, or it has forgotten what it had confirmed';
      hold()?.forfeit(reason);
      throw new StoreLost(reason);
    }
    confirmed = number;
  }

  return {
    commit: (rows) =>
      again(
        async () => {
          // Whatever is under way has the row of the hold until it ends, and counts as older from then on.
          if (isUnsettled) await send([]);
          isUnsettled = false;
          await send(rows);
        },
        (error) => isAway(hold()) || error instanceof StoreLost || !concernsAll(error),
      ),
    confirmed: () => confirmed,
  };
}

/** One statement for all of them, so that a transaction costs one way to the server and back. */
function changesOf(schema: string, rows: readonly RowWrite[]): [sql: string, values: unknown[]] {
  const values: unknown[] = [];
  // The three that the hold needs come first.
  const parameter = (value: unknown): string => `$${values.push(value) + 3}::text[]`;
  const changes: string[] = [];
  for (const [table, writes] of Map.groupBy(rows, (row) => row.table)) {
    // No statement changes a row twice: the last word counts.
    const final = [...new Map(writes.map(({ key, value }) => [key, value]))];
    const set = final.filter(([, value]) => value !== null);
    const gone = final.filter(([, value]) => value === null).map(([key]) => key);
    const target = `"${schema}"."${table}"`;
    if (set.length > 0) {
      const keys = parameter(set.map(([key]) => key));
      const texts = parameter(set.map(([, value]) => value));
      changes.push(`, set${changes.length} AS (INSERT INTO ${target} (key, value)
        SELECT u.key, u.value FROM held, unnest(${keys}, ${texts}) WITH ORDINALITY AS u (key, value, place) ORDER BY u.place
        ON CONFLICT (key) DO UPDATE SET value = excluded.value)`);
    }
    if (gone.length > 0) {
      changes.push(
        `, gone${changes.length} AS (DELETE FROM ${target} USING held WHERE key = ANY (${parameter(gone)}))`,
      );
    }
  }
  return [changes.join(''), values];
}

interface Parts {
  name: string;
  path: string;
  schema: string;
  pool: Pooled;
  hold: KeptHold;
  writes: Writes;
  onWritten: OnWritten;
}

function engineOn({ name, path, schema, pool, hold, writes, onWritten }: Parts): Omit<Engine, 'close'> {
  const { write, alone, idle } = createGroups({ commit: writes.commit, concernsAll, onWritten });
  const rows = async (table: string, rest: string, ...values: unknown[]): Promise<Row[]> =>
    rowsSchema.parse(await pool.query(`SELECT key, value FROM "${schema}"."${table}" ${rest}`, values));
  const all = (table: string) => rows(table, 'ORDER BY place');
  return {
    name,
    path,
    hold,
    write,
    idle,
    // Keys are compared by their bytes, wherever the database was made.
    create: (table) =>
      alone(() =>
        pool.query(
          `CREATE TABLE IF NOT EXISTS "${schema}"."${table}" (key text COLLATE "C" PRIMARY KEY, value text NOT NULL,
             place bigint GENERATED ALWAYS AS IDENTITY)`,
        ),
      ),
    get: async (table, key) => (await rows(table, 'WHERE key = $1', key))[0]?.value,
    all,
    between: (table, from, to) => rows(table, 'WHERE key >= $1 AND key < $2 ORDER BY key', from, to),
    last: async (table, count) => (await rows(table, 'ORDER BY key DESC LIMIT $1', count)).reverse(),
    prune: (table, field, below) => prunedBy({ all, write }, table, field, below),
    names: async () => {
      const found = await pool.query('SELECT tablename AS name FROM pg_tables WHERE schemaname = $1', [
        schema,
      ]);
      return named
        .parse(found)
        .map((row) => row.name)
        .filter((table) => TABLE_NAME.test(table));
    },
    canBeWritten: () => hold.renewNow(),
    renew: () => hold.renewNow(),
  };
}

/** The tables as they are, under another schema. */
async function keepCopy(pool: Pooled, schema: string, format: number): Promise<void> {
  const copy = `${schema}_format_${format}`;
  const tables = named.parse(
    await pool.query('SELECT tablename AS name FROM pg_tables WHERE schemaname = $1', [schema]),
  );
  const made = tables.map(
    ({ name }) => `CREATE TABLE "${copy}"."${name}" (LIKE "${schema}"."${name}" INCLUDING ALL);
      INSERT INTO "${copy}"."${name}" OVERRIDING SYSTEM VALUE SELECT * FROM "${schema}"."${name}";`,
  );
  // Several statements without parameters are one transaction.
  await pool.query(`DROP SCHEMA IF EXISTS "${copy}" CASCADE; CREATE SCHEMA "${copy}"; ${made.join(' ')}`);
}

/** All but what a value itself is refused for: https://www.postgresql.org/docs/15/errcodes-appendix.html, classes 22 and 23 */
function concernsAll(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !/^2[23]/.test(code);
}
