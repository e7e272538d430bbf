import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Connection, codeOf } from './connection.ts';
import { META, namesSchema, numberedRows } from './engine.ts';
import { StoreTooNew, StoreUnusable } from './errors.ts';
import { snapshot, toDisk } from './files.ts';
import { changed, FORMAT_KEY, formatFrom, formatText } from './formats.ts';
import { MIGRATIONS, type Migration, type RowChange } from './migrations.ts';

const BATCH_ROWS = 500;

/** The format that a store says it has; null where it says none, as a new one does. */
export async function formatOf({ query }: Connection): Promise<number | null> {
  const rows = await query(`SELECT rowid AS id, key, value FROM ${META} WHERE key = ?`, [FORMAT_KEY]);
  return formatFrom(numberedRows.parse(rows)[0]?.value);
}

/** Where the store as it was before is kept, until the next change of the same format. */
export function copyBefore(path: string, format: number): string {
  return `${path}.format-${format}`;
}

/**
 * Brings a store to the format of this program: first a whole copy beside it, then every row in one transaction with
 * the number itself, so that a crash at any point leaves the old store or the new one.
 * Throws `StoreTooNew`, `UnreadableRecord`, or `StoreUnusable` where there is no room; the store is then unchanged.
 * Answers with the format it had.
 */
export async function migrate(
  path: string,
  connection: Connection,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<number> {
  const newest = migrations.at(-1)?.to ?? 1;
  const found = await formatOf(connection);
  if (found !== null && found > newest) throw new StoreTooNew(path, found, newest, copyBefore(path, newest));
  if (found === newest) return found;
  const due = migrations.filter(({ to }) => to > (found ?? newest));
  try {
    if (due.length > 0 && found !== null) await keepCopy(path, connection, found);
    await connection.query('BEGIN IMMEDIATE');
    try {
      for (const migration of due) await apply(connection, migration);
      await setFormat(connection, newest);
      await connection.query('COMMIT');
    } catch (error) {
      await connection.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  } catch (error) {
    if (isFull(error)) throw new StoreUnusable(path, error);
    throw error;
  }
  return found ?? newest;
}

/** Complete under its name, or not there. */
async function keepCopy(path: string, connection: Connection, format: number): Promise<void> {
  const copy = copyBefore(path, format);
  await snapshot(connection, `${copy}.half`);
  await toDisk(`${copy}.half`);
  await rename(`${copy}.half`, copy);
  await toDisk(dirname(copy));
}

async function apply(connection: Connection, { rows }: Migration): Promise<void> {
  const tables = namesSchema.parse(
    await connection.query("SELECT name FROM sqlite_master WHERE type = 'table'"),
  );
  for (const change of rows) {
    for (const { name } of tables) if (change.tables.test(name)) await rewrite(connection, name, change);
  }
}

async function rewrite({ query }: Connection, table: string, change: RowChange): Promise<void> {
  let after = -1;
  for (;;) {
    const rows = numberedRows.parse(
      await query(`SELECT rowid AS id, key, value FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`, [
        after,
        BATCH_ROWS,
      ]),
    );
    for (const { id, key, value } of rows) {
      const now = changed(table, key, value, [change]);
      await query(`UPDATE ${table} SET value = ? WHERE rowid = ?`, [now, id]);
      after = id;
    }
    if (rows.length < BATCH_ROWS) return;
  }
}

function setFormat({ query }: Connection, format: number): Promise<unknown> {
  return query(
    `INSERT INTO ${META} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [FORMAT_KEY, formatText(format)],
  );
}

/** No room on the disk, or none that we may have. */
function isFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR' || code === 'ENOSPC';
}
