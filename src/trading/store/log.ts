import { statSync } from 'node:fs';
import { type Connection, connect } from './connection.ts';
import { META } from './engine.ts';

/**
 * The write-ahead log of a store: https://sqlite.org/wal.html
 *
 * A commit waits for the disk a third to a tenth as long where it overwrites a part of the file as where the file grows
 * with it, for then the file system's own journal is written too. So the file is made as long as it will be before there
 * is haste, and taken over into the store by and by, after which SQLite writes it from its beginning again.
 */
export interface Log {
  /**
   * To be waited for by the first write: making the file long holds the lock, on a slow disk for longer than a write
   * waits for it. Never rejects.
   */
  ready: Promise<void>;
  /** Something was written. */
  written(): void;
  /** Another connection from now on, as the others have been renewed. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** A thousand pages: some hundred writes. */
const LENGTH = 4_000_000;
const SOON_MS = 2_000;
/** Hinders neither who reads nor who writes. */
const CHECKPOINT = 'PRAGMA wal_checkpoint(PASSIVE)';
/**
 * Pages (16 MB) after which a commit does it itself. By SQLite's default that is every thousand, and the write that
 * meets it, perhaps the one that an order waits for, takes many times as long.
 */
export const LAST_RESORT = 4_000;

export function keepLog(path: string, soonMs = SOON_MS): Log {
  /** Of its own: on another one, whatever it is asked for meanwhile would wait for the disk. */
  let connection: Connection | null = null;
  let timer: NodeJS.Timeout | null = null;
  // Where it fails, writing fails too, and says so; else the next turn makes up for it.
  const ready = lengthened().then(noMatter, noMatter);
  let running = ready;
  let isClosed = false;

  async function lengthened(): Promise<Connection> {
    connection ??= connect(path);
    await lengthen(path, connection);
    return connection;
  }

  async function turn(): Promise<void> {
    const { query } = await lengthened();
    await query(CHECKPOINT);
    // What was written meanwhile: only once all is taken over the file begins anew.
    await query(CHECKPOINT);
  }

  async function renew(): Promise<void> {
    await running;
    const old = connection;
    connection = null;
    await old?.close();
  }

  return {
    ready,
    renew,
    written() {
      if (timer || isClosed) return;
      timer = setTimeout(() => {
        timer = null;
        // One after the other: on a slow disk the one before may still hold the connection.
        running = running.then(turn).catch(noMatter);
      }, soonMs);
      timer.unref();
    },
    async close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      await renew();
    },
  };
}

const noMatter = (): void => undefined;

/** What finds no room in a connection's memory is in the file before it is known whether it is to stay. */
async function lengthen(path: string, { query }: Connection): Promise<void> {
  if (statSync(`${path}-wal`).size >= LENGTH) return;
  await query('PRAGMA cache_size = 10');
  await query('BEGIN');
  try {
    await query(`INSERT INTO ${META} (key, value) VALUES ('length', zeroblob(?))`, [LENGTH]);
  } finally {
    await query('ROLLBACK');
  }
}
