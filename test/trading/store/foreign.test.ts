import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openLedger } from '../../../src/trading/ledger.ts';
import { backUp, restore } from '../../../src/trading/store/backup.ts';
import { StoreCorrupt, StoreMisplaced } from '../../../src/trading/store/errors.ts';
import { salvage } from '../../../src/trading/store/salvage.ts';
import { temporaryFolder, temporaryLedger } from './temporary-store.ts';

/** A database of another program. Of many tables the schema takes more than its first page. */
function database(path: string, tables: number, setUp = ''): void {
  const made = new DatabaseSync(path);
  made.exec(setUp);
  made.exec('BEGIN');
  for (let index = 0; index < tables; index += 1)
    made.exec(`CREATE TABLE notes_${index} (id INTEGER PRIMARY KEY, text TEXT, at INTEGER, kind TEXT)`);
  made.exec('COMMIT');
  made.close();
}

const files: [string, (path: string) => void][] = [
  ['a text', (path) => writeFileSync(path, 'x'.repeat(5_000))],
  ['a single line', (path) => writeFileSync(path, 'x')],
  ['the database of another program', (path) => database(path, 1)],
  ['one with many tables', (path) => database(path, 200)],
  ['one with the largest pages', (path) => database(path, 3, 'PRAGMA page_size = 65536')],
  ['one in UTF-16', (path) => database(path, 1, "PRAGMA encoding = 'UTF-16'")],
  ['one that keeps a log', (path) => database(path, 1, 'PRAGMA journal_mode = WAL')],
  [
    'one that has a table named as ours is',
    (path) => database(path, 1, 'CREATE TABLE meta (name TEXT, value TEXT)'),
  ],
];

describe.each(files)('GIVEN %s in the place of the store', (_, write) => {
  function stage() {
    const folder = temporaryFolder();
    const path = join(folder, 'other.db');
    write(path);
    chmodSync(path, 0o644);
    const bytes = readFileSync(path);
    return {
      path,
      url: `sqlite://${path}`,
      expectUntouched() {
        expect(readFileSync(path)).toEqual(bytes);
        expect(statSync(path).mode & 0o777).toBe(0o644);
        expect(readdirSync(folder)).toEqual(['other.db']);
      },
    };
  }

  test('THEN it is refused and left as it is', async () => {
    const { url, expectUntouched } = stage();
    for (const _ of [1, 2]) await expect(openLedger(url)).rejects.toThrow(StoreMisplaced);
    expectUntouched();
  });

  test('THEN it is not backed up, nor replaced or rebuilt', async () => {
    const { path, expectUntouched } = stage();
    const { ledger } = await temporaryLedger();
    const backup = join(temporaryFolder(), 'backup.sqlite');
    await backUp(ledger.path ?? '', backup);
    await expect(backUp(path, join(temporaryFolder(), 'copy'))).rejects.toThrow(StoreMisplaced);
    await expect(restore(path, backup, new Date())).rejects.toThrow(StoreMisplaced);
    await expect(salvage(path, () => true, new Date())).rejects.toThrow(StoreMisplaced);
    expectUntouched();
  });
});

test('a link to such a file is refused as the file is', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'text'), 'x');
  symlinkSync(join(folder, 'text'), join(folder, 'link'));
  await expect(openLedger(`sqlite://${join(folder, 'link')}`)).rejects.toThrow(StoreMisplaced);
  expect(readdirSync(folder).sort()).toEqual(['link', 'text']);
});

describe('what is taken', () => {
  test.each([
    ['an empty file', (path: string) => writeFileSync(path, '')],
    ['a database without a table', (path: string) => database(path, 0, 'PRAGMA user_version = 1')],
  ])('%s', async (_, write) => {
    const path = join(temporaryFolder(), 'store.sqlite');
    write(path);
    await expect(openLedger(`sqlite://${path}`).then((ledger) => ledger.close())).resolves.toBeUndefined();
  });

  test('a store that was copied without its lock, also one of many tables', async () => {
    const { ledger, url } = await temporaryLedger();
    await ledger.close();
    const path = url.replace('sqlite://', '');
    database(path, 200);
    const folder = join(temporaryFolder(), 'elsewhere');
    mkdirSync(folder);
    const copy = join(folder, 'store.sqlite');
    copyFileSync(path, copy);
    await (await openLedger(`sqlite://${copy}`)).close();
    expect(readdirSync(folder)).toContain('store.sqlite.lock');
  });

  test('a store that was made and written to no further', async () => {
    // What is there from the first moment on: the program may die in the next.
    const path = join(temporaryFolder(), 'store.sqlite');
    database(path, 0, 'CREATE TABLE IF NOT EXISTS meta(key VARCHAR(255) PRIMARY KEY, value TEXT )');
    await expect(openLedger(`sqlite://${path}`).then((ledger) => ledger.close())).resolves.toBeUndefined();
  });

  test('what is too damaged to tell is called damaged', async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    database(path, 1);
    const bytes = readFileSync(path);
    bytes.fill(0xff, 100);
    writeFileSync(path, bytes);
    await expect(openLedger(`sqlite://${path}`)).rejects.toThrow(StoreCorrupt);
  });
});
