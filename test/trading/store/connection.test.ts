import { expect, test } from 'vitest';
import { translated } from '../../../src/trading/store/connection.ts';

test.each([
  ['SQLITE_CORRUPT', 'StoreCorrupt'],
  ['SQLITE_CORRUPT_INDEX', 'StoreCorrupt'],
  ['SQLITE_NOTADB', 'StoreCorrupt'],
  ['SQLITE_IOERR_SHORT_READ', 'StoreCorrupt'],
  ['SQLITE_IOERR_WRITE', 'Error'],
  ['SQLITE_READONLY_DBMOVED', 'StoreUnusable'],
  ['SQLITE_CANTOPEN_ISDIR', 'StoreUnusable'],
  ['SQLITE_BUSY_SNAPSHOT', 'Error'],
])('%s of the file is a %s', (code, name) => {
  const error = Object.assign(new Error(`${code}: as SQLite says it`), { code });
  expect(translated('store.sqlite', error)).toMatchObject({ name });
});
