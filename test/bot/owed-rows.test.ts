import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createOwedRows, type OwedRows } from '../../src/bot/owed-rows.ts';
import { memoryCollection, silentLog } from './fakes.ts';

const table = memoryCollection(z.string());
let rows: OwedRows<string>;
let isFull: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  table.rows.clear();
  isFull = true;
  rows = createOwedRows(
    {
      ...table,
      async set(key, value) {
        if (isFull) throw new Error('the disk is full');
        await table.set(key, value);
      },
    },
    { name: 'row', log: silentLog, isWorthIt: (value) => value !== 'talk' },
  );
});

afterEach(() => void vi.useRealTimers());

describe('a row that the store did not take', () => {
  it('is known as it was settled last, and written so once that can be done', async () => {
    await table.set('a', 'before');
    await rows.settle('a', 'first');
    await rows.settle('a', 'last');
    expect([await rows.get('a'), await rows.all()]).toEqual(['last', [['a', 'last']]]);
    expect(await table.get('a')).toBe('before');
    isFull = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await table.get('a')).toBe('last');
  });

  it('is not written over what was settled since', async () => {
    await rows.settle('a', 'first');
    isFull = false;
    await rows.settle('a', 'last');
    await vi.advanceTimersByTimeAsync(10_000);
    expect([await table.get('a'), await rows.get('a')]).toEqual(['last', 'last']);
  });

  it('is dropped where it is not worth it, and where it was not to be settled', async () => {
    await rows.settle('a', 'talk');
    await expect(rows.set('b', 'now or never')).rejects.toThrow('full');
    expect(await rows.all()).toEqual([]);
  });

  it('is waited for by whoever asks, while others are not', async () => {
    await rows.settle('a', 'mine');
    await rows.written((value) => value === 'another');
    await expect(rows.written((value) => value === 'mine')).rejects.toThrow('full');
    isFull = false;
    await rows.written((value) => value === 'mine');
    expect(await table.get('a')).toBe('mine');
  });

  it('is owed until it is written, or goes', async () => {
    const paid: string[] = [];
    for (const key of ['a', 'b', 'c']) {
      if (key !== 'c') await rows.settle(key, 'mine');
      void rows.paid(key).then(() => paid.push(key));
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect([paid, rows.isOwed('a'), rows.isOwed('c')]).toEqual([['c'], true, false]);
    await rows.delete('b');
    expect(paid).toEqual(['c', 'b']);
    isFull = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect([paid, rows.isOwed('a')]).toEqual([['c', 'b', 'a'], false]);
  });

  it('is tried once more at the end', async () => {
    await rows.settle('a', 'mine');
    isFull = false;
    await rows.close();
    expect(await table.get('a')).toBe('mine');
  });
});
