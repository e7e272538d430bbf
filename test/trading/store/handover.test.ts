import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLedger } from '../../../src/trading/ledger.ts';
import { backUp } from '../../../src/trading/store/backup.ts';
import { BackupUnusable } from '../../../src/trading/store/errors.ts';
import {
  askForRestore,
  carryOutRestore,
  forgetRequests,
  refuseRestore,
  restoreWanted,
} from '../../../src/trading/store/handover.ts';
import { temporaryFolder } from './temporary-store.ts';

/** How a running bot goes back to a backup is in test/faults/state, row 47j; with crashes, in test/faults/restore-crash. */

async function storeAndBackup(): Promise<{ store: string; backup: string }> {
  const folder = temporaryFolder();
  const store = join(folder, 's.sqlite');
  await (await openLedger(`sqlite://${store}`)).close();
  const backup = join(folder, 'backup.sqlite');
  await backUp(store, backup);
  return { store, backup };
}

async function untilWanted(store: string): Promise<void> {
  const wanted = restoreWanted(store);
  await wanted.asked;
  wanted.close();
}

function leave(store: string, as: 'wanted' | 'taken', file: string, at = Date.now()): void {
  writeFileSync(`${store}.restore-${as}`, JSON.stringify({ id: 'other', file, at }));
}

function leftBeside(store: string): string[] {
  return readdirSync(join(store, '..')).filter((name) => /restore-(wanted|taken|answer)/.test(name));
}

test('nothing is restored where nobody asked', async () => {
  const { store } = await storeAndBackup();
  expect(await carryOutRestore(store, new Date())).toBeNull();
});

test('what is asked for is seen, carried out and answered, and leaves nothing behind', async () => {
  const { store, backup } = await storeAndBackup();
  const asked = askForRestore(store, backup);
  await untilWanted(store);
  expect(statSync(`${store}.restore-wanted`).mode & 0o777).toBe(0o600);
  expect(await carryOutRestore(store, new Date())).toContain('restored');
  expect(await asked).toMatchObject({ openTrades: 0, kept: expect.stringContaining('.replaced-') });
  expect(leftBeside(store)).toEqual([]);
});

test('a second command at the same time is told so, and the first gets its own answer', async () => {
  const { store, backup } = await storeAndBackup();
  const first = askForRestore(store, backup);
  await untilWanted(store);
  const second = askForRestore(store, backup);
  await expect(second).rejects.toThrow(BackupUnusable);
  await expect(second).rejects.toThrow(/another restore/);
  expect(await carryOutRestore(store, new Date())).toContain('restored');
  expect(await first).toMatchObject({ openTrades: 0 });
  expect(leftBeside(store)).toEqual([]);
});

test('one that is being carried out counts too', async () => {
  const { store, backup } = await storeAndBackup();
  leave(store, 'taken', backup);
  await expect(askForRestore(store, backup)).rejects.toThrow(/another restore/);
});

test('an answer that is none is not taken for one', async () => {
  const { store, backup } = await storeAndBackup();
  writeFileSync(`${store}.restore-answer`, '{"id": "other", ');
  const asked = askForRestore(store, backup);
  await untilWanted(store);
  await carryOutRestore(store, new Date());
  expect(await asked).toMatchObject({ openTrades: 0 });
});

test('a request that is none, or no file, is answered in a line and gone', async () => {
  const { store } = await storeAndBackup();
  writeFileSync(`${store}.restore-wanted`, '{"id": 1}');
  expect(await carryOutRestore(store, new Date())).toBe('the request could not be read');
  mkdirSync(`${store}.restore-taken`);
  expect(await carryOutRestore(store, new Date())).toBe('the request could not be read');
  expect(leftBeside(store)).toEqual(['s.sqlite.restore-answer']);
});

test('an answer to somebody else is not taken for one', async () => {
  const { store, backup } = await storeAndBackup();
  writeFileSync(
    `${store}.restore-answer`,
    JSON.stringify({ id: 'other', said: { refused: { en: 'not yours', 'zh-CN': '不是你的' } } }),
  );
  const asked = askForRestore(store, backup);
  await untilWanted(store);
  await carryOutRestore(store, new Date());
  expect(await asked).toMatchObject({ openTrades: 0 });
});

test('a bot that cannot do it says why, and the store stays', async () => {
  const { store, backup } = await storeAndBackup();
  const before = readFileSync(store);
  const refused = expect(askForRestore(store, backup)).rejects.toThrow(/config\.yaml line 3/);
  await untilWanted(store);
  const why = { en: 'config.yaml line 3: no', 'zh-CN': 'config.yaml 第 3 行：不行' };
  expect(await refuseRestore(store, new Date(), why)).toContain('line 3');
  await refused;
  expect(readFileSync(store)).toEqual(before);
  expect(leftBeside(store)).toEqual([]);
});

test.each(['wanted', 'taken'] as const)(
  'a request (%s) that nobody waits for any more does not strike at a later start',
  async (as) => {
    const { store, backup } = await storeAndBackup();
    const before = readFileSync(store);
    leave(store, as, backup, Date.now() - 120_000);
    expect(await carryOutRestore(store, new Date())).toContain('too old');
    expect(leftBeside(store)).toEqual(['s.sqlite.restore-answer']);
    expect(readFileSync(store)).toEqual(before);
  },
);

test('a request is forgotten where the store was put right without it', async () => {
  const { store, backup } = await storeAndBackup();
  leave(store, 'wanted', backup);
  leave(store, 'taken', backup);
  await forgetRequests(store);
  expect(await carryOutRestore(store, new Date())).toBeNull();
});

test('a request that is no request is refused, not a crash at every start', async () => {
  const { store } = await storeAndBackup();
  writeFileSync(`${store}.restore-wanted`, 'half a');
  expect(await carryOutRestore(store, new Date())).not.toBeNull();
  expect(await carryOutRestore(store, new Date())).toBeNull();
  expect(existsSync(`${store}.restore-taken`)).toBe(false);
});
