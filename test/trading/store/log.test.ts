import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/trading/store/connection.ts';
import { keepLog } from '../../../src/trading/store/log.ts';
import { temporaryFolder } from './temporary-store.ts';

const CHECKPOINT = 'PRAGMA wal_checkpoint(PASSIVE)';
const KEYS = 'SELECT key FROM meta';

async function opened() {
  const path = join(temporaryFolder(), 'store.sqlite');
  const [writer, other] = [connect(path), connect(path)];
  onTestFinished(async () => {
    await writer.close();
    await other.close();
  });
  await writer.query('PRAGMA journal_mode = WAL');
  await writer.query('PRAGMA wal_autocheckpoint = 0');
  const write = (key: string) => writer.query('INSERT INTO meta (key, value) VALUES (?, ?)', [key, 'x']);
  return { path, writer, other, write };
}

test('soon after a write the log is as long as it will be, and taken over into the store', async () => {
  const { path, writer, other, write } = await opened();
  const told = Promise.withResolvers<void>();
  const answers: unknown[] = [];
  const log = keepLog(
    path,
    async () => {
      answers.push(...(await other.query(CHECKPOINT)));
      if (answers.length === 2) told.resolve();
    },
    1,
  );
  await write('a');
  log.written();
  log.written();
  await told.promise;
  await log.close();
  expect(answers).toMatchObject([{ busy: 0 }, { busy: 0 }]);
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(4_000_000);
  // From the beginning again, with no trace of what made it long.
  await write('b');
  const [after] = await other.query(CHECKPOINT);
  expect((after as { log: number }).log).toBeLessThan(10);
  expect(statSync(path).size).toBeLessThan(100_000);
  expect(await writer.query(KEYS)).toEqual([{ key: 'a' }, { key: 'b' }]);
});

test('closed before its time it does nothing more', async () => {
  const { path, write } = await opened();
  const log = keepLog(path, () => Promise.reject(new Error('never')), 60_000);
  await write('a');
  log.written();
  await log.close();
  log.written();
  expect(statSync(`${path}-wal`).size).toBeLessThan(100_000);
});
