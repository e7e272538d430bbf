import { statSync } from 'node:fs';
import { type Connection, connect, META } from './connection.ts';

/**
 * The write-ahead log of a store: https://sqlite.org/wal.html
 *
 * A commit waits for the disk a third to a tenth as long where it overwrites a part of the file as where the file grows
 * with it, for then the file system's own journal is written too. So the file is made as long as it will be before there
 * is haste, and taken over into the store by and by, after which SQLite writes it from its beginning again.
 */
export interface Log {
  /** Something was written. */
  written(): void;
  close(): Promise<void>;
}

/** A thousand pages: some hundred writes. */
const LENGTH = 4_000_000;
const SOON_MS = 2_000;
/**
 * Pages (16 MB) after which a commit does it itself. By SQLite's default that is every thousand, and the write that
 * meets it, perhaps the one that an order waits for, takes many times as long.
 */
export const LAST_RESORT = 4_000;

/** `checkpoint` is to use another connection than the one that writes. */
export function keepLog(path: string, checkpoint: () => Promise<unknown>, soonMs = SOON_MS): Log {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  async function turn(): Promise<void> {
    timer = null;
    await lengthen(path);
    await checkpoint();
    // What was written meanwhile: only once all is taken over the file begins anew.
    await checkpoint();
  }

  return {
    written() {
      if (timer || isClosed) return;
      timer = setTimeout(() => {
        // Where it fails, writing fails too, and says so; else the next one makes up for it.
        running = turn().catch(() => undefined);
      }, soonMs);
      timer.unref();
    },
    async close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}

/** What finds no room in a connection's memory is in the file before it is known whether it is to stay. */
async function lengthen(path: string): Promise<void> {
  if (statSync(`${path}-wal`).size >= LENGTH) return;
  const connection = connect(path);
  try {
    await connection.query('PRAGMA cache_size = 10');
    await connection.query('BEGIN');
    await fill(connection).finally(() => connection.query('ROLLBACK'));
  } finally {
    await connection.close();
  }
}

async function fill({ query }: Connection): Promise<void> {
  await query(`INSERT INTO ${META} (key, value) VALUES ('length', zeroblob(?))`, [LENGTH]);
}
