import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Connection, connect, holdStore } from './connection.ts';
import { META } from './engine.ts';
import { BackupUnusable, StoreCorrupt } from './errors.ts';
import { removeDatabase, snapshot, toDisk } from './files.ts';
import { type Inspection, inspect } from './inspect.ts';
import { FORMAT } from './migrations.ts';
import { demandBackup, demandStore, makingBackup } from './named-files.ts';

/**
 * One whole, consistent copy of a store, which may be in use meanwhile: the copy is a read transaction of its own, and
 * the bot writes on beside it. It is checked and on the disk before it gets its name.
 * Throws `BackupUnusable` where `file` exists or cannot be made, and the store's own errors.
 */
export async function backUp(store: string, file: string): Promise<Inspection> {
  const target = resolve(file);
  await demandStore(store);
  return makingBackup(target, async () => {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const half = `${target}.half`;
    try {
      return await copyOf(store, half, target);
    } catch (error) {
      // What kept it from being made keeps it from being removed, and says why.
      await removeDatabase(half).catch(() => undefined);
      throw error;
    }
  });
}

async function copyOf(store: string, half: string, target: string): Promise<Inspection> {
  const source = connect(store);
  await snapshot(source, half).finally(source.close);
  const copy = connect(half);
  const found = await inspect(half, copy).finally(copy.close);
  await toDisk(half);
  await rename(half, target);
  await toDisk(dirname(target));
  return found;
}

export interface Restored extends Inspection {
  /** Where the store that was there before is kept; null where there was none. */
  kept: string | null;
}

/**
 * Puts a backup in the place of the store. The backup is copied and checked first, the old store kept under another
 * name, and the change is one rename: whatever happens, one of the two is there.
 * Throws `StoreInUse` while a bot runs on the store, and `BackupUnusable`.
 */
export async function restore(store: string, file: string, now: Date): Promise<Restored> {
  const source = resolve(file);
  await demandBackup(source);
  const existed = existsSync(store);
  const { path, release } = await holdStore(store);
  try {
    if ((await realpath(source)) === path) throw new BackupUnusable({ code: 'is_store', file: source });
    const fresh = `${path}.restoring`;
    const found = await prepare(source, fresh);
    return { ...found, kept: await replace(path, fresh, now) };
  } catch (error) {
    // Holding it has made an empty file, which a start would take for a new store.
    if (!existed) await rm(path, { force: true });
    throw error;
  } finally {
    await release();
  }
}

/** Reads a copy of the backup as a restore would. Throws `BackupUnusable`. */
export async function check(file: string, copy: string): Promise<Inspection> {
  const source = resolve(file);
  await demandBackup(source);
  try {
    return await prepare(source, copy);
  } finally {
    await removeDatabase(copy);
  }
}

/** A copy of the backup that can take the store's place: checked, one file, and without what only its own run meant. */
async function prepare(source: string, fresh: string): Promise<Inspection> {
  await removeDatabase(fresh);
  await copyFile(source, fresh, constants.COPYFILE_EXCL);
  // Somebody may have copied the files of a running bot.
  if (existsSync(`${source}-wal`)) await copyFile(`${source}-wal`, `${fresh}-wal`);
  await chmod(fresh, 0o600);
  try {
    const connection = connect(fresh);
    let found: Inspection;
    try {
      found = await inspect(fresh, connection);
      if (found.format > FORMAT) {
        throw new BackupUnusable({
          code: 'backup_too_new',
          file: source,
          found: found.format,
          known: FORMAT,
        });
      }
      await forget(connection);
      await connection.query('PRAGMA journal_mode = DELETE');
    } finally {
      await connection.close();
    }
    await toDisk(fresh);
    return found;
  } catch (error) {
    await removeDatabase(fresh);
    if (error instanceof Error && error.name === 'StoreCorrupt') {
      throw new BackupUnusable({ code: 'backup_damaged', file: source, why: reasonOf(error) });
    }
    throw error;
  }
}

async function forget({ query }: Connection): Promise<void> {
  // What was posted since the backup may have been traded already: it is not read again.
  await query('DROP TABLE IF EXISTS cursors');
  // The run that it was made in has not crashed for going on afterwards.
  await query(`DELETE FROM ${META} WHERE key = 'run'`);
}

/**
 * Puts `fresh` in the store's place and keeps what was there under a second name, with its log where that cannot be
 * brought in any more; answers with that name. Until the one rename the old store stands, complete. The second name
 * is a copy and no link: a link that a crash left behind would be the store itself under a name that says otherwise.
 */
export async function replace(path: string, fresh: string, now: Date): Promise<string | null> {
  try {
    const kept = (await stat(path)).size === 0 ? null : await keep(path, now);
    await rename(fresh, path);
    await toDisk(dirname(path));
    return kept;
  } catch (error) {
    await removeDatabase(fresh);
    throw error;
  }
}

async function keep(path: string, now: Date): Promise<string> {
  const kept = `${path}.replaced-${now.toISOString().replaceAll(/[-:.]/g, '')}`;
  const parts = (await bringIn(path)) ? [] : ['-wal', '-shm'].filter((part) => existsSync(`${path}${part}`));
  try {
    for (const part of ['', ...parts]) {
      await copyFile(`${path}${part}`, `${kept}.half${part}`, constants.COPYFILE_FICLONE);
      await toDisk(`${kept}.half${part}`);
    }
    for (const part of [...parts, '']) await rename(`${kept}.half${part}`, `${kept}${part}`);
    await toDisk(dirname(kept));
  } catch (error) {
    await removeDatabase(`${kept}.half`);
    throw error;
  }
  // SQLite would play the old log into the new store.
  for (const part of parts) await rm(`${path}${part}`);
  return kept;
}

/** Everything of the log into the one file. False for a store that is too damaged for that. */
async function bringIn(path: string): Promise<boolean> {
  const connection = connect(path);
  try {
    await connection.query('PRAGMA journal_mode = DELETE');
    return true;
  } catch (error) {
    if (error instanceof StoreCorrupt) return false;
    throw error;
  } finally {
    await connection.close().catch(() => undefined);
  }
}

function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
