import { z } from 'zod';
import { type Connection, codeOf } from './connection.ts';
import { META, namesSchema } from './engine.ts';
import { StoreCorrupt } from './errors.ts';
import { formatOf } from './migrate.ts';

/** What a store says of itself, without reading its rows through any schema. */
export interface Inspection {
  format: number;
  /** Null before the first start that reached the exchange. */
  binding: { environment: string; uid: string } | null;
  openTrades: number;
  closedTrades: number;
}

const counted = z.array(z.object({ count: z.number() }));
const bindingRow = z.object({ value: z.object({ environment: z.string(), uid: z.string() }) });

/** Reads the whole file. Throws `StoreCorrupt` for one that is damaged or no store of ours. */
export async function inspect(path: string, connection: Connection): Promise<Inspection> {
  const said = z
    .array(z.object({ integrity_check: z.string() }))
    .parse(await connection.query('PRAGMA integrity_check(1)'));
  const verdict = said[0]?.integrity_check ?? 'no answer';
  if (verdict !== 'ok') throw new StoreCorrupt(path, new Error(verdict.replaceAll('\n', ' ')));
  try {
    return await describe(path, connection);
  } catch (error) {
    // A value that is no JSON, or of another shape: SQLite itself finds nothing wrong with it.
    if (error instanceof Error && !('exitCode' in error) && !isPassing(error)) {
      throw new StoreCorrupt(path, new Error(error.message.replaceAll(/\s+/g, ' ').slice(0, 200)));
    }
    throw error;
  }
}

/** Another program's lock, say, is no damage. */
function isPassing(error: Error): boolean {
  return /^SQLITE_(?!ERROR)/.test(codeOf(error) ?? '');
}

async function describe(path: string, connection: Connection): Promise<Inspection> {
  const format = await formatOf(connection);
  if (format === null) throw new StoreCorrupt(path, new Error('it has no format'));
  const tables = namesSchema
    .parse(await connection.query("SELECT name FROM sqlite_master WHERE type = 'table'"))
    .map(({ name }) => name);
  const count = async (table: string, where = '1'): Promise<number> => {
    const rows = counted.parse(
      await connection.query(`SELECT count(*) AS count FROM ${table} WHERE ${where}`),
    );
    return rows[0]?.count ?? 0;
  };
  const months = tables.filter((name) => /^closed_\d{6}$/.test(name));
  const closed = await Promise.all(months.map((month) => count(month)));
  return {
    format,
    binding: await bindingOf(connection),
    openTrades: tables.includes('trades')
      ? await count('trades', "json_extract(value, '$.value.phase') <> 'closed'")
      : 0,
    closedTrades: closed.reduce((sum, number) => sum + number, 0),
  };
}

async function bindingOf({ query }: Connection): Promise<Inspection['binding']> {
  const rows = z
    .array(z.object({ value: z.string() }))
    .parse(await query(`SELECT value FROM ${META} WHERE key = 'binding'`));
  const [row] = rows;
  return row ? bindingRow.parse(JSON.parse(row.value)).value : null;
}
