import { chmod, mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StoreMisplaced } from './errors.ts';
import type { Query } from './writer.ts';

/** Of a folder that would lie below a file. */
const BELOW_FILE = new Set<unknown>(['EEXIST', 'ENOTDIR']);

/**
 * Creates folder and file where they are missing, readable by the owner alone, and answers with the file's real path.
 * A file that exists is never opened here: closing it would drop every lock that this process holds on it
 * (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 * What is no file stays as it is: throws `StoreMisplaced`.
 */
export async function ownFile(path: string): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    const isBelow = error instanceof Error && 'code' in error && BELOW_FILE.has(error.code);
    throw isBelow ? new StoreMisplaced(path, 'below_file') : error;
  }
  const real = await realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
  try {
    await (await open(real, 'wx', 0o600)).close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const there = await stat(real);
    if (!there.isFile()) throw new StoreMisplaced(path, there.isDirectory() ? 'folder' : 'no_file');
  }
  await chmod(real, 0o600);
  return real;
}

/**
 * A consistent copy of an open database as one file of its own, readable by the owner alone.
 * https://sqlite.org/lang_vacuum.html#vacuuminto
 */
export async function snapshot({ query }: { query: Query }, file: string): Promise<void> {
  await removeDatabase(file);
  // SQLite would make a file for everybody; it writes into an empty one as well.
  await (await open(file, 'wx', 0o600)).close();
  await query('VACUUM INTO ?', [file]);
}

/** Waits until a file, or the names in a folder, are on the disk. */
export async function toDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file and what SQLite keeps beside it. */
export async function removeDatabase(path: string): Promise<void> {
  for (const part of ['', '-wal', '-shm', '-journal']) await rm(`${path}${part}`, { force: true });
}
