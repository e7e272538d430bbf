import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';
import { storeExists } from '../../src/trading/store/address.ts';
import { connect } from '../../src/trading/store/connection.ts';
import { StoreCorrupt, StoreInUse, StoreMisplaced } from '../../src/trading/store/errors.ts';
import { ledgerContract } from './store/contract.ts';
import { temporaryFolder, temporaryLedger } from './store/temporary-store.ts';

const note = z.object({ text: z.string(), at: z.number() });

ledgerContract(temporaryLedger);

const NO_DATABASE = 'this is not a database, and it is longer than a header of a hundred bytes'.repeat(9);

describe('changes made together', () => {
  test('are none when one cannot be made, and what is written beside them is there', async () => {
    const { ledger, url } = await temporaryLedger();
    const notes = ledger.collection('notes', note);
    const others = ledger.collection('others', note);
    await others.set('a', { text: 'before', at: 0 });
    await notes.set('a', { text: 'before', at: 0 });
    const connection = connect(url.replace('sqlite://', ''));
    await connection.query(
      "CREATE TRIGGER refuse BEFORE UPDATE ON others BEGIN SELECT RAISE(ABORT, 'refused'); END",
    );
    await connection.close();
    const results = await Promise.allSettled([
      ledger.together([
        notes.change('a', { text: 'after', at: 1 }),
        notes.change('b', { text: 'after', at: 1 }),
        others.change('a', { text: 'after', at: 1 }),
      ]),
      notes.set('c', { text: 'beside', at: 1 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((await notes.all()).map(([key, { text }]) => [key, text])).toEqual([
      ['a', 'before'],
      ['c', 'beside'],
    ]);
    expect((await others.get('a'))?.text).toBe('before');
  });
});

describe('opening', () => {
  test('the same store by another path is the same store', async () => {
    const { ledger } = await temporaryLedger();
    const link = join(temporaryFolder(), 'link.sqlite');
    symlinkSync(ledger.path, link);
    await expect(openLedger(`sqlite://${link}`)).rejects.toThrow(StoreInUse);
  });

  test('creates the folder, and files that only the owner can read', async () => {
    const folder = join(temporaryFolder(), 'deep', 'er');
    const ledger = await openLedger(`sqlite://${join(folder, 'ledger.sqlite')}`);
    await ledger.collection('notes', note).set('a', { text: '', at: 1 });
    for (const file of ['ledger.sqlite', 'ledger.sqlite-wal', 'ledger.sqlite.lock']) {
      expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await ledger.close();
  });

  test('a store that is no database any more is reported, left as it is, and its lock given back', async () => {
    const { ledger, url } = await temporaryLedger();
    await ledger.close();
    const path = url.replace('sqlite://', '');
    writeFileSync(path, NO_DATABASE);
    for (const _ of [1, 2]) await expect(openLedger(url)).rejects.toThrow(StoreCorrupt);
    expect(readFileSync(path, 'utf8')).toBe(NO_DATABASE);
  });

  test('a damaged store is reported when the damage is met', async () => {
    const { ledger, url, reopen } = await temporaryLedger();
    const notes = ledger.collection('notes', note);
    for (let index = 0; index < 50; index += 1)
      await notes.set(`${index}`, { text: 'x'.repeat(2000), at: index });
    await ledger.close();
    const path = url.replace('sqlite://', '');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096);
    writeFileSync(path, bytes);
    await expect(reopen().then((again) => again.collection('notes', note).all())).rejects.toThrow(
      StoreCorrupt,
    );
  });

  test('a folder in the place of the file is reported, and left as it is', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'ledger.sqlite');
    mkdirSync(path, { mode: 0o755 });
    await expect(openLedger(`sqlite://${path}`)).rejects.toThrow(StoreMisplaced);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(readdirSync(folder)).toEqual(['ledger.sqlite']);
  });

  test('so is what is no file at all, and a place below a file', async () => {
    const file = join(temporaryFolder(), 'a');
    writeFileSync(file, '');
    for (const place of ['/dev/null', join(file, 'ledger.sqlite'), join(file, 'b', 'ledger.sqlite')])
      await expect(openLedger(`sqlite://${place}`), place).rejects.toThrow(StoreMisplaced);
    expect(statSync('/dev/null').mode & 0o777).toBe(0o666);
  });

  test('asking whether there is a store creates none', () => {
    const url = `sqlite://${join(temporaryFolder(), 'none.sqlite')}`;
    expect(storeExists(url)).toBe(false);
    expect(storeExists(url)).toBe(false);
  });
});
