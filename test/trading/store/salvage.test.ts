import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../../src/trading/ledger.ts';
import { StoreInUse, StoreTooNew } from '../../../src/trading/store/errors.ts';
import { type Fits, salvage } from '../../../src/trading/store/salvage.ts';
import { temporaryFolder, temporaryLedger } from './temporary-store.ts';

const note = z.object({ text: z.string(), at: z.number() });
const NOW = new Date('2026-11-26T12:00:00Z');
const PAGE = 4_096;
const fits: Fits = (table, _, value) => table !== 'notes' || note.safeParse(value).success;

/** A closed store with this many notes, about one a page. */
async function storeWith(count: number): Promise<string> {
  const { ledger } = await temporaryLedger();
  await ledger.bind('testnet', '1001');
  const notes = ledger.collection('notes', note);
  for (let at = 0; at < count; at += 1) await notes.set(`n${at}`, { text: 'x'.repeat(3_000), at });
  await ledger.close();
  return ledger.path;
}

function overwrite(path: string, pages: readonly number[]): void {
  const bytes = readFileSync(path);
  for (const page of pages) bytes.fill(0xa5, page * PAGE, (page + 1) * PAGE);
  writeFileSync(path, bytes);
}

async function read(path: string) {
  const ledger = await openLedger(`sqlite://${path}`);
  const notes = await ledger.collection('notes', note).all();
  const bound = await ledger.bind('testnet', '1001');
  await ledger.close();
  return { keys: notes.map(([key]) => key), bound };
}

describe('salvaging', () => {
  test('leaves a sound store alone, and makes none where there is none', async () => {
    const path = await storeWith(3);
    const before = readFileSync(path);
    expect(await salvage(path, fits, NOW)).toBeNull();
    expect(readFileSync(path)).toEqual(before);
    expect(await salvage(join(temporaryFolder(), 'none.sqlite'), fits, NOW)).toBeNull();
  });

  test('takes over every row that is not on a damaged page', async () => {
    const path = await storeWith(60);
    const pages = readFileSync(path).length / PAGE;
    const hurt = [Math.floor(pages / 3), Math.floor(pages / 2), pages - 8];
    overwrite(path, hurt);
    const salvaged = await salvage(path, fits, NOW);
    const { keys, bound } = await read(path);
    expect(bound).toBe('known');
    expect(keys.length).toBeGreaterThanOrEqual(60 - 2 * hurt.length);
    expect(keys.length).toBeLessThan(60);
    expect(salvaged?.rows).toBeGreaterThanOrEqual(keys.length);
    expect(existsSync(salvaged?.kept ?? '')).toBe(true);
  });

  test('begins anew where nothing can be read', async () => {
    const path = await storeWith(3);
    overwrite(path, [0]);
    expect(await salvage(path, fits, NOW)).toMatchObject({ rows: 0, dropped: [] });
    expect(await read(path)).toEqual({ keys: [], bound: 'new' });
  });

  test('leaves out rows that mean nothing, and names them', async () => {
    const path = await storeWith(3);
    const ledger = await openLedger(`sqlite://${path}`);
    await ledger.collection('notes', z.object({ odd: z.boolean() })).set('wrong', { odd: true });
    await ledger.close();
    expect(await salvage(path, fits, NOW)).toMatchObject({ dropped: ['notes/wrong'] });
    expect((await read(path)).keys).toEqual(['n0', 'n1', 'n2']);
  });

  test('refuses a store in use, and one of a newer version', async () => {
    const { ledger } = await temporaryLedger();
    await expect(salvage(ledger.path, fits, NOW)).rejects.toThrow(StoreInUse);
    await ledger.document('format', z.number()).set(99);
    await ledger.close();
    await expect(salvage(ledger.path, fits, NOW)).rejects.toThrow(StoreTooNew);
  });
});
