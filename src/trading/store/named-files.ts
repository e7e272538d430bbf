import type { Stats } from 'node:fs';
import { access, constants, open, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupUnusable, StoreMisplaced, StoreRefusal, StoreUnusable } from './errors.ts';
import { refuseForeign, wasHeld } from './foreign.ts';

/** Whether what a command was pointed at can be what it is to be, looked up before anything is touched. */

/** A name for those who name a folder. */
const EXAMPLE = 'signalbox.sqlite';

/** A store that can be read. Throws `BackupUnusable` where there is none, `StoreMisplaced` and `StoreUnusable`. */
export async function demandStore(store: string): Promise<void> {
  try {
    const there = await lookUp(store);
    if (!there) throw new BackupUnusable({ code: 'no_store', name: store });
    if (!there.isFile()) throw new StoreMisplaced(store, there.isDirectory() ? 'folder' : 'no_file');
    await access(store, constants.R_OK);
    await refuseForeign(store);
  } catch (error) {
    throw error instanceof StoreRefusal ? error : new StoreUnusable(store, error);
  }
}

/** A file that a store can be restored from. Throws `BackupUnusable`. */
export async function demandBackup(file: string): Promise<void> {
  try {
    const there = await lookUp(file);
    if (!there) throw new BackupUnusable({ code: 'no_file', file });
    if (there.isDirectory()) throw folderAt(file);
    if (await wasHeld(await realpath(file))) await access(file, constants.R_OK);
    else await (await open(file, 'r')).close();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new BackupUnusable({ code: 'not_readable', file, why: reasonOf(error) });
  }
}

/** Does the work that makes `file`, which must not exist. Throws `BackupUnusable`, and what the work throws otherwise. */
export async function makingBackup<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    const there = await lookUp(file);
    if (there?.isDirectory()) throw folderAt(file);
    if (there) throw new BackupUnusable({ code: 'file_exists', file });
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new BackupUnusable({ code: 'not_writable', file, why: reasonOf(error) });
  }
}

/** Null where there is nothing. */
async function lookUp(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}

function folderAt(file: string): BackupUnusable {
  return new BackupUnusable({ code: 'is_folder', file, example: join(file, EXAMPLE) });
}

/** What the operating system says: SQLite's errors have a code alone. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** `EACCES: permission denied`, without the call and its path. */
function reasonOf({ message }: Error): string {
  return message.split(', ')[0] ?? message;
}
