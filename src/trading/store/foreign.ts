import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { META } from './engine.ts';
import { StoreMisplaced } from './errors.ts';

/** https://sqlite.org/fileformat2.html#the_database_header */
const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const LEAF = 0x0d;
const INTERIOR = 0x05;
/** As SQLite keeps the statement that made it. */
const OURS = new RegExp(`CREATE TABLE ${META} ?\\(key VARCHAR`);

/**
 * Throws `StoreMisplaced` where a file lies that something else has made: no database, or one without the table that
 * every store of ours has from its first moment on. It is read and not opened by SQLite, which would write beside it;
 * what cannot be read this way is left for SQLite to judge, so that a damaged store is not taken for a stranger's file.
 */
export async function refuseForeign(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (!there?.isFile() || there.size === 0) return;
  const real = await realpath(path);
  if (await wasHeld(real)) return;
  const file = await open(real, 'r');
  try {
    if (await isForeign(file)) throw new StoreMisplaced(path, 'foreign');
  } finally {
    await file.close();
  }
}

/** A store of ours. Our own process may hold it now, and would lose its locks on a file that it opens and closes. */
export async function wasHeld(real: string): Promise<boolean> {
  const lock = await stat(`${real}.lock`).catch(() => null);
  return lock !== null && lock.size > 0;
}

async function isForeign(file: FileHandle): Promise<boolean> {
  const header = await bytes(file, 0, HEADER_BYTES);
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) return true;
  const stated = header.length < HEADER_BYTES ? 0 : header.readUInt16BE(16);
  const pageSize = stated === 1 ? 65_536 : stated;
  let entries = 0;
  const walked = new Set<number>();
  const due = [1];
  for (let page = due.pop(); page !== undefined; page = due.pop()) {
    const content = await bytes(file, (page - 1) * pageSize, pageSize);
    const read = content.length === pageSize ? schemaPage(content, page === 1 ? HEADER_BYTES : 0) : null;
    if (read === null || walked.has(page) || OURS.test(content.toString('latin1'))) return false;
    walked.add(page);
    entries += read.entries;
    due.push(...read.below);
  }
  return entries > 0;
}

/**
 * What a page of the schema's tree has: entries, or pages below it. Null for what is no such page.
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
function schemaPage(page: Buffer, at: number): { entries: number; below: number[] } | null {
  const kind = page[at];
  if (kind !== LEAF && kind !== INTERIOR) return null;
  const cells = page.readUInt16BE(at + 3);
  if (kind === LEAF) return { entries: cells, below: [] };
  const pointers = at + 12;
  if (pointers + 2 * cells > page.length) return null;
  const below = [page.readUInt32BE(at + 8)];
  for (let cell = 0; cell < cells; cell += 1) {
    const place = page.readUInt16BE(pointers + 2 * cell);
    if (place + 4 > page.length) return null;
    below.push(page.readUInt32BE(place));
  }
  return below.includes(0) ? null : { entries: 0, below };
}

async function bytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
