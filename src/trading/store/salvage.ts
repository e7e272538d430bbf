import { constants, existsSync } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import type { z } from 'zod';
import { replace } from './backup.ts';
import { type Connection, connect, holdStore } from './connection.ts';
import { META, namesSchema, numberedRows, TABLE_NAME } from './engine.ts';
import { StoreTooNew } from './errors.ts';
import { ownFile, removeDatabase, toDisk } from './files.ts';
import { inspect } from './inspect.ts';
import { copyBefore, migrate } from './migrate.ts';
import { FORMAT } from './migrations.ts';

/** Whether a row is what its table holds. Tables and keys that are unknown are left alone. */
export type Fits = (table: string, key: string, value: unknown) => boolean;

export interface Salvaged {
  /** Where the store as it was is kept. */
  kept: string | null;
  /** Rows that were taken over. */
  rows: number;
  /** `table/key` of rows that could be read and mean nothing. */
  dropped: string[];
}

/** A row by its number costs a walk down the tree; a table of ours that is larger holds nothing that must be had. */
const MOST_SINGLE_ROWS = 100_000;
const BATCH_ROWS = 200;

type Row = z.infer<typeof numberedRows>[number];

/**
 * Makes a store that can be used of one that cannot: every row that can still be read and fits goes into a new file,
 * and the old one is kept. Null where the store is sound, or where there is none.
 * Throws `StoreInUse` while a bot runs on it, and `StoreTooNew`.
 */
export async function salvage(store: string, fits: Fits, now: Date): Promise<Salvaged | null> {
  const { path, release } = await holdStore(store);
  try {
    if ((await stat(path)).size === 0 || (await isSound(path, fits))) return null;
    const fresh = `${path}.rebuilding`;
    const source = `${path}.salvaging`;
    for (const file of [fresh, source]) await removeDatabase(file);
    // A copy is read: what is opened is written to as well.
    for (const part of ['', '-wal']) {
      if (existsSync(`${path}${part}`))
        await copyFile(`${path}${part}`, `${source}${part}`, constants.COPYFILE_EXCL);
    }
    await ownFile(fresh);
    const made = await refill(source, fresh, fits);
    await removeDatabase(source);
    await toDisk(fresh);
    return { ...made, kept: await replace(path, fresh, now) };
  } finally {
    await release();
  }
}

async function isSound(path: string, fits: Fits): Promise<boolean> {
  const connection = connect(path);
  try {
    const { format } = await inspect(path, connection);
    if (format > FORMAT) throw new StoreTooNew(path, format, FORMAT, copyBefore(path, FORMAT));
    // Rows of an earlier format are judged once they are brought along.
    return format < FORMAT || (await misfits(connection, fits)).length === 0;
  } catch (error) {
    if (error instanceof StoreTooNew) throw error;
    return false;
  } finally {
    await connection.close().catch(() => undefined);
  }
}

async function refill(source: string, fresh: string, fits: Fits): Promise<Omit<Salvaged, 'kept'>> {
  const from = connect(source);
  const to = connect(fresh);
  try {
    await to.query('BEGIN');
    let rows = 0;
    for (const table of await tablesOf(from)) rows += await takeOver(table, from, to);
    await to.query('COMMIT');
    await migrate(fresh, to);
    const dropped: string[] = [];
    for (const { table, key } of await misfits(to, fits)) {
      await to.query(`DELETE FROM ${table} WHERE key = ?`, [key]);
      dropped.push(`${table}/${key}`);
    }
    await to.query('PRAGMA journal_mode = DELETE');
    return { rows: rows - dropped.length, dropped };
  } finally {
    await from.close().catch(() => undefined);
    await to.close();
  }
}

async function takeOver(table: string, from: Connection, to: Connection): Promise<number> {
  await to.query(`CREATE TABLE IF NOT EXISTS ${table} (key VARCHAR(255) PRIMARY KEY, value TEXT)`);
  let count = 0;
  for (const { key, value } of await readable(table, from)) {
    if (!isRow(table, value)) continue;
    await to.query(`INSERT OR IGNORE INTO ${table} (key, value) VALUES (?, ?)`, [key, value]);
    count += 1;
  }
  return count;
}

/** Rows from the front and from the back as far as they can be read, and those between one by one. */
async function readable(table: string, { query }: Connection): Promise<Row[]> {
  const found = new Map<number, Row>();
  const read = async (where: string, order: string, limit: number): Promise<number | null> => {
    try {
      const rows = numberedRows.parse(
        await query(`SELECT rowid AS id, key, value FROM ${table} WHERE ${where} ${order} LIMIT ${limit}`),
      );
      for (const row of rows) found.set(row.id, row);
      return rows.at(-1)?.id ?? null;
    } catch {
      return Number.NaN;
    }
  };
  let front = 0;
  let back = Number.MAX_SAFE_INTEGER;
  for (const limit of [BATCH_ROWS, 1]) {
    for (;;) {
      const last = await read(`rowid > ${front}`, 'ORDER BY rowid', limit);
      if (last === null) return inOrder(found);
      if (Number.isNaN(last)) break;
      front = last;
    }
  }
  for (const limit of [BATCH_ROWS, 1]) {
    for (;;) {
      const last = await read(`rowid < ${back} AND rowid > ${front}`, 'ORDER BY rowid DESC', limit);
      if (last === null) return inOrder(found);
      if (Number.isNaN(last)) break;
      back = last;
    }
  }
  const end = Math.min(back, front + MOST_SINGLE_ROWS);
  for (let id = front + 1; id < end; id += 1) await read(`rowid = ${id}`, '', 1);
  return inOrder(found);
}

function inOrder(rows: ReadonlyMap<number, Row>): Row[] {
  return [...rows.values()].sort((a, b) => a.id - b.id);
}

/** None where not even their names can be read. */
async function tablesOf({ query }: Connection): Promise<string[]> {
  try {
    const rows = await query("SELECT name FROM sqlite_master WHERE type = 'table'");
    return namesSchema
      .parse(rows)
      .map(({ name }) => name)
      .filter((name) => TABLE_NAME.test(name));
  } catch {
    return [];
  }
}

async function misfits(connection: Connection, fits: Fits): Promise<{ table: string; key: string }[]> {
  const wrong: { table: string; key: string }[] = [];
  for (const table of await tablesOf(connection)) {
    const rows = numberedRows.parse(await connection.query(`SELECT rowid AS id, key, value FROM ${table}`));
    for (const { key, value } of rows) {
      if (!isRow(table, value) || !fits(table, key, JSON.parse(value).value)) wrong.push({ table, key });
    }
  }
  return wrong;
}

/** Everything but documents and the index of closed trades is an object. */
function isRow(table: string, text: string): boolean {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row !== 'object' || row === null || !('value' in row)) return false;
    return table === META || table === 'closed_keys' || (typeof row.value === 'object' && row.value !== null);
  } catch {
    return false;
  }
}
