import { existsSync } from 'node:fs';
import { type Connection, connect } from './connection.ts';
import { META } from './engine.ts';
import { StoreUnusable } from './errors.ts';
import { keepLog, LAST_RESORT } from './log.ts';
import type { Query } from './writer.ts';

/** The connections of a store that is open for long: others can take their place while it is. */
export interface Lasting {
  /** Writes by the connection of now, also when another has taken its place: a transaction belongs to one. */
  writer(): Query;
  /** Reads have a connection of their own: on the writer's, each would wait for its disk, and ending a statement would make the whole program wait for it. */
  read: Query;
  /** Rejects where a new connection could not be written to either. */
  canBeWritten(): Promise<void>;
  /** New connections in place of these, once they have proved themselves. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  writer: Connection;
  reader: Connection;
}

/**
 * Pages that a connection keeps, in kilobytes (negative: https://sqlite.org/pragma.html#pragma_cache_size): a quarter of
 * SQLite's default. What is read again lies in the system's own cache.
 */
const CACHE = 'PRAGMA cache_size = -500';

/** `prepare` has the writing connection before anything reads. */
export async function openLasting(
  path: string,
  prepare: (connection: Connection) => Promise<void>,
): Promise<Lasting> {
  let pair = await open(path, prepare);
  const log = keepLog(path);
  let mayWrite: Promise<void> | null = log.ready.then(() => {
    mayWrite = null;
  });

  function writer(): Query {
    const { query } = pair.writer;
    return (sql, parameters) => {
      log.written();
      return mayWrite ? mayWrite.then(() => query(sql, parameters)) : query(sql, parameters);
    };
  }

  async function provenPair(): Promise<Pair> {
    // A missing file would be made, empty.
    if (!existsSync(path)) throw new StoreUnusable(path, new Error('the file is gone'));
    return open(path, async ({ query }) => {
      // To the disk: a lock alone can be had on one that is full.
      await query('BEGIN IMMEDIATE');
      await query(`INSERT OR REPLACE INTO ${META} (key, value) VALUES ('probe', '{"value":0}')`);
      await query(`DELETE FROM ${META} WHERE key = 'probe'`);
      await query('COMMIT');
    });
  }

  return {
    writer,
    read: (sql, parameters) => pair.reader.query(sql, parameters),
    canBeWritten: async () => close(await provenPair()),
    async renew() {
      const old = pair;
      pair = await provenPair();
      // What is under way in them comes to its end; an error of theirs is why they go.
      close(old).catch(() => undefined);
      log.renew().catch(() => undefined);
    },
    async close() {
      await log.close();
      await close(pair);
    },
  };
}

async function open(path: string, prepare: (connection: Connection) => Promise<void>): Promise<Pair> {
  const writer = connect(path);
  let reader: Connection | null = null;
  try {
    await writer.query('PRAGMA journal_mode = WAL');
    await writer.query('PRAGMA synchronous = FULL');
    await writer.query(`PRAGMA wal_autocheckpoint = ${LAST_RESORT}`);
    await writer.query(CACHE);
    await prepare(writer);
    reader = connect(path);
    await reader.query(CACHE);
    return { writer, reader };
  } catch (error) {
    await reader?.close().catch(() => undefined);
    await writer.close().catch(() => undefined);
    throw error;
  }
}

async function close({ writer, reader }: Pair): Promise<void> {
  await reader.close();
  await writer.close();
}
