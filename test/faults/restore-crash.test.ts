import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';
import { backUp, restore } from '../../src/trading/store/backup.ts';
import { carryOutRestore } from '../../src/trading/store/handover.ts';
import { temporaryFolder } from '../trading/store/temporary-store.ts';

const note = z.object({ text: z.string() });

/** A store as kill -9 leaves it, its last write in the log alone, and a backup from before that write. */
async function killedStore(): Promise<{ store: string; backup: string }> {
  const folder = temporaryFolder();
  const live = join(folder, 'live.sqlite');
  const ledger = await openLedger(`sqlite://${live}`);
  const notes = ledger.collection('notes', note);
  await notes.set('old', { text: 'a' });
  const backup = join(folder, 'backup.sqlite');
  await backUp(live, backup);
  await notes.set('new', { text: 'b' });
  const store = join(folder, 'store.sqlite');
  for (const part of ['', '-wal']) copyFileSync(`${live}${part}`, `${store}${part}`);
  await ledger.close();
  return { store, backup };
}

async function notesIn(path: string): Promise<string[]> {
  const ledger = await openLedger(`sqlite://${path}`);
  const rows = await ledger.collection('notes', note).all();
  await ledger.close();
  return rows.map(([key]) => key);
}

/** Whether it was killed, ahead of the `nth` change of the disk; else it has come to its end. */
async function isKilled(how: 'asked' | 'direct', store: string, backup: string, nth: number) {
  const runner = join(import.meta.dirname, 'restore-runner.ts');
  const child = spawn(process.execPath, [runner, how, store, backup, String(nth)], { stdio: 'inherit' });
  const [code, signal] = await once(child, 'exit');
  if (signal === null) expect(code).toBe(0);
  return signal === 'SIGKILL';
}

const OLD = ['old'];
const ALL = ['old', 'new'];
/** The runner's own changes are fewer; a count that never ends would be a fault of the test. */
const MOST = 100;

test('kill -9 at every change of the disk in a restore leaves the old store or the backup, whole, and no half of a kept one', async () => {
  const seen = new Set<string>();
  let nth = 1;
  for (; nth < MOST; nth += 1) {
    const { store, backup } = await killedStore();
    const killed = await isKilled('direct', store, backup, nth);
    const kept = readdirSync(join(store, '..')).filter((name) => /replaced-\w+$/.test(name));
    for (const name of kept) expect(await notesIn(join(store, '..', name))).toEqual(ALL);
    const found = await notesIn(store);
    expect([OLD, ALL]).toContainEqual(found);
    if (found.length === OLD.length) expect(kept).toHaveLength(1);
    seen.add(found.join());
    // It is put right by doing it once more.
    await restore(store, backup, new Date(Date.now() + 60_000));
    expect(await notesIn(store)).toEqual(OLD);
    if (!killed) break;
  }
  expect(nth).toBeGreaterThan(10);
  expect(nth).toBeLessThan(MOST);
  expect(seen).toEqual(new Set([OLD.join(), ALL.join()]));
}, 120_000);

test('a bot that dies at any of them in a restore it was asked for carries it out at its next start', async () => {
  let nth = 1;
  for (; nth < MOST; nth += 1) {
    const { store, backup } = await killedStore();
    const request = { id: 'one', file: backup, at: Date.now() };
    writeFileSync(`${store}.restore-wanted`, JSON.stringify(request));
    const killed = await isKilled('asked', store, backup, nth);
    await carryOutRestore(store, new Date());
    expect(await notesIn(store)).toEqual(OLD);
    expect(existsSync(`${store}.restore-wanted`) || existsSync(`${store}.restore-taken`)).toBe(false);
    expect(existsSync(`${store}.restore-answer`)).toBe(true);
    if (!killed) break;
  }
  expect(nth).toBeGreaterThan(10);
  expect(nth).toBeLessThan(MOST);
}, 120_000);
