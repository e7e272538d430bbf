import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Connection, connect } from '../../../src/trading/store/connection.ts';
import { lockStore, temporaryFolder } from './temporary-store.ts';

const INSERT = 'INSERT INTO meta (key, value) VALUES (?, ?)';
const KEYS = 'SELECT key FROM meta ORDER BY key';

function opened(path = join(temporaryFolder(), 'store.sqlite')): { path: string; connection: Connection } {
  const connection = connect(path);
  onTestFinished(() => connection.close().catch(() => undefined));
  return { path, connection };
}

async function keysIn(connection: Connection): Promise<unknown[]> {
  const rows = await connection.query(KEYS);
  return rows.map((row) => (row as { key: unknown }).key);
}

test('a write that met a lock leaves nothing that keeps the next ones from the disk', async () => {
  const { path, connection } = opened();
  await connection.query('PRAGMA journal_mode = WAL');
  await connection.query(INSERT, ['a', '1']);
  const lock = await lockStore(path);
  await expect(connection.query(INSERT, ['b', '2'])).rejects.toThrow(/locked/);
  await expect(connection.query('BEGIN IMMEDIATE')).rejects.toThrow(/locked/);
  await lock.release();
  // Another statement than the one that failed: that has not been reset by being run again.
  await connection.query("INSERT INTO meta (key, value) VALUES ('c', '3')");
  expect(await keysIn(opened(path).connection)).toEqual(['a', 'c']);
  await connection.query('BEGIN');
  await connection.query(INSERT, ['d', '4']);
  await connection.query('COMMIT');
  expect(await keysIn(opened(path).connection)).toEqual(['a', 'c', 'd']);
});

test('the same statement many times at once, and more different ones than are kept', async () => {
  const { connection } = opened();
  await connection.query('PRAGMA synchronous = OFF');
  const numbers = Array.from({ length: 150 }, (_, number) => number);
  await Promise.all(numbers.map((number) => connection.query(INSERT, [`k${number}`, 'x'])));
  const answers = await Promise.all(numbers.map((number) => connection.query(`SELECT ${number} AS n`)));
  expect(answers).toEqual(numbers.map((number) => [{ n: number }]));
  expect(await keysIn(connection)).toHaveLength(150);
});

test('a statement that was prepared sees a table as it is now', async () => {
  const { connection } = opened();
  const all = 'SELECT * FROM notes';
  await connection.query('CREATE TABLE notes (text)');
  await connection.query("INSERT INTO notes VALUES ('a')");
  expect(await connection.query(all)).toEqual([{ text: 'a' }]);
  await connection.query('ALTER TABLE notes ADD COLUMN at');
  expect(await connection.query(all)).toEqual([{ text: 'a', at: null }]);
  await connection.query('DROP TABLE notes');
  await expect(connection.query(all)).rejects.toThrow(/no such table/);
});

test('an error of a statement is its own, each time', async () => {
  const { connection } = opened();
  await expect(connection.query('SELEC')).rejects.toThrow(/syntax error/);
  await expect(connection.query('SELEC')).rejects.toThrow(/syntax error/);
  await connection.query(INSERT, ['a', '1']);
  await expect(connection.query(INSERT, ['a', '2'])).rejects.toThrow(/UNIQUE/);
  await connection.query(INSERT, ['b', '2']);
});

test('an error among many of the same statement at once is that of one alone', async () => {
  const { connection } = opened();
  const keys = ['a', 'a', 'b', 'a', 'c'];
  const written = await Promise.allSettled(keys.map((key) => connection.query(INSERT, [key, 'x'])));
  expect(written.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(await keysIn(connection)).toEqual(['a', 'b', 'c']);
  const unreadable = await Promise.allSettled(keys.map(() => connection.query('SELEC')));
  expect(unreadable.map(({ status }) => status)).toEqual(keys.map(() => 'rejected'));
});

test('closing waits for what was asked before, and refuses what comes after', async () => {
  const { path, connection } = opened();
  const before = [connection.query(INSERT, ['a', '1']), connection.query(INSERT, ['b', '2'])];
  await connection.query(KEYS);
  const closed = connection.close();
  await expect(connection.query(KEYS)).rejects.toThrow(/closed/);
  await Promise.all([...before, closed]);
  expect(await keysIn(opened(path).connection)).toEqual(['a', 'b']);
});
