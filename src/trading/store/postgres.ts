import { clientUrl, storeName, storeSpace } from './address.ts';
import type { Engine } from './engine.ts';
import type { OnWritten, RowWrite } from './groups.ts';
import { type NumberedWrite, openOnServer } from './on-server.ts';
import { loadDrivers, openPool, type Pooled } from './postgres-client.ts';
import { openLock } from './postgres-lock.ts';
import { readsOn, tablesIn } from './postgres-reads.ts';

/** A schema of a PostgreSQL database. */
export function openPostgres(storeUrl: string, onWritten: OnWritten): Promise<Engine> {
  const schema = storeSpace(storeUrl);
  const url = clientUrl(storeUrl);
  return openOnServer(storeUrl, onWritten, async ({ place, dropped }) => {
    const drivers = await loadDrivers();
    const name = storeName(storeUrl);
    const pools: Pooled[] = [];
    const lock = await openLock({
      drivers,
      url,
      name,
      schema,
      place,
      onDropped: dropped,
      // What has ended that one may have silenced the others.
      onAgain: () => pools.map((pool) => pool.replace()),
    });
    // Each has its own connections: a row that an order waits for does not wait for what somebody reads.
    const reading = openPool(drivers, url, schema);
    const writing = openPool(drivers, url, schema);
    pools.push(reading, writing);
    const write = writerOn(writing, schema);
    return {
      ...lock,
      reads: readsOn(reading.query, schema),
      // Keys are compared by their bytes, wherever the database was made.
      create: (table) =>
        reading.query(
          `CREATE TABLE IF NOT EXISTS "${schema}"."${table}" (key text COLLATE "C" PRIMARY KEY, value text NOT NULL,
             place bigint GENERATED ALWAYS AS IDENTITY)`,
        ),
      write,
      concernsAll,
      copyTo: (copy) => copyTables(reading, schema, copy),
      async end() {
        await lock.end();
        await Promise.all(pools.map((pool) => pool.end()));
      },
    };
  });
}

function writerOn(pool: Pooled, schema: string): (write: NumberedWrite) => Promise<boolean> {
  const held = `UPDATE "${schema}"._hold SET written = $2 WHERE token = $1 AND written < $2 AND written >= $3 RETURNING token`;
  return async ({ token, number, confirmed, rows, withinMs }) => {
    const [changes, values] = changesOf(schema, rows);
    // What was set for the role or the server must not have it confirmed from memory.
    const sql = `WITH held AS (${held})${changes} SELECT set_config('synchronous_commit', 'on', true) FROM held`;
    const made = await pool.query(sql, [token, number, confirmed, ...values], withinMs);
    return made.length > 0;
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

/** The tables as they are, under another schema. */
async function copyTables({ query }: Pooled, schema: string, copy: string): Promise<void> {
  const made = (await tablesIn(query, schema)).map(
    (table) => `CREATE TABLE "${copy}"."${table}" (LIKE "${schema}"."${table}" INCLUDING ALL);
      INSERT INTO "${copy}"."${table}" OVERRIDING SYSTEM VALUE SELECT * FROM "${schema}"."${table}";`,
  );
  // Several statements without parameters are one transaction.
  await query(`DROP SCHEMA IF EXISTS "${copy}" CASCADE; CREATE SCHEMA "${copy}"; ${made.join(' ')}`);
}

/** All but what a value itself is refused for: https://www.postgresql.org/docs/15/errcodes-appendix.html, classes 22 and 23 */
function concernsAll(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !/^2[23]/.test(code);
}
