import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../../src/trading/store/connection.ts';
import { openLasting } from '../../../src/trading/store/lasting.ts';
import { keepLog } from '../../../src/trading/store/log.ts';
import { temporaryFolder } from './temporary-store.ts';

const KEYS = 'SELECT key FROM meta';

async function opened() {
  const path = join(temporaryFolder(), 'store.sqlite');
  const writer = connect(path);
  await writer.query('PRAGMA journal_mode = WAL');
  await writer.query('PRAGMA wal_autocheckpoint = 0');
  // Only now: the change of the journal waits for nobody, and a connection that is made looks for its table.
  const other = connect(path);
  await other.query(KEYS);
  onTestFinished(async () => {
    await writer.close();
    await other.close();
  });
  const write = (key: string) => writer.query('INSERT INTO meta (key, value) VALUES (?, ?)', [key, 'x']);
  return { path, writer, other, write };
}

test('soon after a write the log is as long as it will be, and taken over into the store', async () => {
  const { path, writer, other, write } = await opened();
  const log = keepLog(path, 1);
  await write('a');
  log.written();
  log.written();
  await vi.waitFor(() => expect(statSync(`${path}-wal`).size).toBeGreaterThan(4_000_000), 10_000);
  await log.close();
  // From the beginning again, with no trace of what made it long.
  await write('b');
  const [after] = await other.query('PRAGMA wal_checkpoint(PASSIVE)');
  expect((after as { log: number }).log).toBeLessThan(10);
  expect(statSync(path).size).toBeLessThan(100_000);
  expect(await writer.query(KEYS)).toEqual([{ key: 'a' }, { key: 'b' }]);
});

test('it is long before the first write, which waits for that', async () => {
  const path = join(temporaryFolder(), 'store.sqlite');
  const lasting = await openLasting(path, async () => undefined);
  onTestFinished(lasting.close);
  await lasting.writer()('INSERT INTO meta (key, value) VALUES (?, ?)', ['a', 'x']);
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(4_000_000);
  expect(await lasting.read(KEYS)).toEqual([{ key: 'a' }]);
});

test('while somebody reads for long the log is taken over as far as it may be, and nobody waits', async () => {
  const { path, other, write } = await opened();
  await write('a');
  await other.query('BEGIN');
  await other.query(KEYS);
  const log = keepLog(path, 1);
  await write('b');
  log.written();
  await vi.waitFor(() => expect(statSync(`${path}-wal`).size).toBeGreaterThan(4_000_000), 10_000);
  await log.close();
  await write('c');
  expect(await other.query(KEYS)).toEqual([{ key: 'a' }]);
  await other.query('COMMIT');
  expect(await other.query(KEYS)).toEqual([{ key: 'a' }, { key: 'b' }, { key: 'c' }]);
});

test('closed before its time it does nothing more', async () => {
  const { path, write } = await opened();
  await write('a');
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const log = keepLog(path);
  log.written();
  expect(vi.getTimerCount()).toBe(1);
  await log.close();
  log.written();
  expect(vi.getTimerCount()).toBe(0);
});

test('what is written while it is still made long is taken over when that is done', async () => {
  const { path, write } = await opened();
  await write('early');
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const log = keepLog(path);
  log.written();
  vi.runAllTimers();
  await log.close();
  expect(readFileSync(path).includes('early')).toBe(true);
});
