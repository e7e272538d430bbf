import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLedger } from '../../../src/trading/ledger.ts';
import { backUp } from '../../../src/trading/store/backup.ts';
import { askForRestore, carryOutRestore, restoreWanted } from '../../../src/trading/store/handover.ts';
import { temporaryFolder } from './temporary-store.ts';

/** How a running bot goes back to a backup is in test/faults/state, row 47j. */

async function storeAndBackup(): Promise<{ store: string; backup: string }> {
  const folder = temporaryFolder();
  const store = join(folder, 's.sqlite');
  await (await openLedger(`sqlite://${store}`)).close();
  const backup = join(folder, 'backup.sqlite');
  await backUp(store, backup);
  return { store, backup };
}

test('nothing is restored where nobody asked', async () => {
  const { store } = await storeAndBackup();
  expect(await carryOutRestore(store, new Date())).toBeNull();
});

test('what is asked for is seen, carried out and answered, and leaves nothing behind', async () => {
  const { store, backup } = await storeAndBackup();
  const asked = askForRestore(store, backup);
  const wanted = restoreWanted(store);
  await wanted.asked;
  wanted.close();
  expect(statSync(`${store}.restore-wanted`).mode & 0o777).toBe(0o600);
  expect(await carryOutRestore(store, new Date())).toContain('restored');
  expect(await asked).toMatchObject({ openTrades: 0, kept: expect.stringContaining('.replaced-') });
  for (const left of ['restore-wanted', 'restore-answer']) expect(existsSync(`${store}.${left}`)).toBe(false);
});

test('a request that nobody waits for any more does not strike at a later start', async () => {
  const { store, backup } = await storeAndBackup();
  const before = readFileSync(store);
  writeFileSync(`${store}.restore-wanted`, JSON.stringify({ file: backup, at: Date.now() - 60_000 }));
  expect(await carryOutRestore(store, new Date())).toContain('too old');
  expect(existsSync(`${store}.restore-wanted`)).toBe(false);
  expect(readFileSync(store)).toEqual(before);
});

test('a request that is no request is refused, not a crash at every start', async () => {
  const { store } = await storeAndBackup();
  writeFileSync(`${store}.restore-wanted`, 'half a');
  expect(await carryOutRestore(store, new Date())).not.toBeNull();
  expect(await carryOutRestore(store, new Date())).toBeNull();
});
