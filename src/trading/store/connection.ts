import KeyvSqlite from '@keyv/sqlite';
import { META } from './engine.ts';
import { StoreCorrupt, StoreInUse, StoreMisplaced, StoreUnusable } from './errors.ts';
import { ownFile } from './files.ts';
import { refuseForeign } from './foreign.ts';
import { keepStatementsPrepared } from './prepared.ts';
import type { Query } from './writer.ts';

/** One connection to an SQLite file. Its errors are the store's own, where they mean the file and not the statement. */
export interface Connection {
  query: Query;
  close(): Promise<void>;
}

/** Another program's lock (a backup) is short; a stop that waits for the journal must not wait long. */
const BUSY_TIMEOUT_MS = 400;

keepStatementsPrepared();

/** Creates the file where there is none, and the table. */
export function connect(path: string, table = META): Connection {
  const sqlite = new KeyvSqlite({ uri: `sqlite://${path}`, table, busyTimeout: BUSY_TIMEOUT_MS });
  // A failed connect rejects every query too; the event beside it would end the process.
  sqlite.on('error', () => undefined);
  // So would the failure itself, should the first query come later.
  sqlite.query('SELECT 1').catch(() => undefined);
  const own = (error: unknown): never => {
    throw translated(path, error);
  };
  return {
    query: (sql, parameters = []) => sqlite.query(sql, parameters).catch(own),
    close: () => sqlite.close().catch(own),
  };
}

/** A store that is held: nobody else opens it until `release`, or the end of the process. */
export interface Held {
  /** The store's real path. */
  path: string;
  release(): Promise<void>;
}

/**
 * One instance per store: a write transaction on a file beside it that is never ended. The operating system drops
 * the lock with the process, however it dies, and the store itself stays readable for other tools.
 * Creates the store's file where it is missing, and touches none that is not ours. Throws `StoreInUse`,
 * `StoreMisplaced` or `StoreUnusable`.
 */
export async function holdStore(wanted: string): Promise<Held> {
  let path: string;
  try {
    await refuseForeign(wanted);
    path = await ownFile(wanted);
  } catch (error) {
    throw error instanceof StoreMisplaced ? error : new StoreUnusable(wanted, error);
  }
  return { path, release: await lockFile(`${path}.lock`, path) };
}

/** Holds a file against other processes of this machine; answers with what ends that. `name` is the store's. */
export async function lockFile(wanted: string, name: string): Promise<() => Promise<void>> {
  let lockPath: string;
  try {
    lockPath = await ownFile(wanted);
  } catch (error) {
    throw new StoreUnusable(name, error);
  }
  const lock = connect(lockPath, 'lock');
  try {
    await lock.query('PRAGMA busy_timeout = 0');
    await lock.query('BEGIN IMMEDIATE');
    return lock.close;
  } catch (error) {
    await lock.close().catch(() => undefined);
    if (codeOf(error) === 'SQLITE_BUSY') throw new StoreInUse(name);
    throw translated(lockPath, error);
  }
}

/** The primary code where it is an extended one of SQLite's, which begins with it: https://sqlite.org/rescode.html */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return null;
  return /^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? error.code;
}

export function translated(path: string, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return new StoreCorrupt(path, error);
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
      return new StoreUnusable(path, error);
    case 'SQLITE_IOERR':
      // The file ends before what its own pages say.
      return /SHORT_READ/.test(String(error)) ? new StoreCorrupt(path, error) : error;
    default:
      return error;
  }
}
