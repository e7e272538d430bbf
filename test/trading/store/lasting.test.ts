import { renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openLasting } from '../../../src/trading/store/lasting.ts';
import { lockStore, temporaryLedger } from './temporary-store.ts';

const note = z.object({ text: z.string() });

test('a store goes on over connections that are renewed, and loses nothing', async () => {
  const { ledger } = await temporaryLedger();
  const notes = ledger.collection('notes', note);
  await notes.set('a', { text: '1' });
  const meanwhile = Promise.all([1, 2, 3].map((count) => notes.set(`b${count}`, { text: 'b' })));
  await ledger.reopen();
  await meanwhile;
  await notes.set('c', { text: '3' });
  expect((await notes.all()).map(([key]) => key)).toEqual(['a', 'b1', 'b2', 'b3', 'c']);
  await ledger.canBeWritten();
});

test('where another program holds the lock new connections would be no better: the old ones stay', async () => {
  const { ledger } = await temporaryLedger();
  const notes = ledger.collection('notes', note);
  await notes.set('a', { text: '1' });
  const lock = await lockStore(ledger.path);
  await expect(ledger.canBeWritten()).rejects.toThrow(/locked/);
  await expect(ledger.reopen()).rejects.toThrow(/locked/);
  await lock.release();
  await notes.set('b', { text: '2' });
  expect(await notes.all()).toHaveLength(2);
});

test('a file that is gone is not made anew, empty', async () => {
  const { ledger } = await temporaryLedger();
  await ledger.collection('notes', note).set('a', { text: '1' });
  renameSync(ledger.path, `${ledger.path}.away`);
  await expect(ledger.reopen()).rejects.toThrow(/gone/);
  renameSync(`${ledger.path}.away`, ledger.path);
  await ledger.reopen();
  expect(await ledger.collection('notes', note).get('a')).toEqual({ text: '1' });
});

test('a table that could not be made is made once the store can be written', async () => {
  const { ledger } = await temporaryLedger();
  const lock = await lockStore(ledger.path);
  const late = ledger.collection('closed_203001', note);
  await expect(late.set('a', { text: '1' })).rejects.toThrow(/locked/);
  await lock.release();
  await late.set('a', { text: '1' });
  expect(await late.get('a')).toEqual({ text: '1' });
});

test('connections that fail are replaced by such that work', async () => {
  const { ledger } = await temporaryLedger();
  let fails = true;
  const lasting = await openLasting(ledger.path, async (connection) => {
    const { query } = connection;
    connection.query = (...given) => (fails ? Promise.reject(new Error('disk I/O error')) : query(...given));
  });
  await expect(lasting.writer()('DELETE FROM meta WHERE key = ?', ['none'])).rejects.toThrow(
    'disk I/O error',
  );
  await lasting.renew();
  await lasting.writer()('DELETE FROM meta WHERE key = ?', ['none']);
  fails = false;
  await lasting.close();
});
