import { expect, test, vi } from 'vitest';
import { createLog } from '../src/log.ts';
import { openRunRecord } from '../src/run-record.ts';
import type { DeskEvent } from '../src/trading/desk-types.ts';
import { temporaryLedger } from './trading/store/temporary-store.ts';

const log = createLog('silent');

function recovered(cause: 'start' | 'reconnect' | 'comparison', tookMs: number): DeskEvent {
  return { type: 'recovered', cause, tookMs, crashedAt: null, lines: [] };
}

test('a run that was not ended is a crash to the next one, with its last sign of life; one that was is none', async () => {
  const { ledger, reopen } = await temporaryLedger();
  const first = await openRunRecord(ledger, log);
  expect(first.crashedAt).toBeNull();
  const second = await openRunRecord(await reopen(), log);
  expect(Math.abs((second.crashedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  await second.end();
  expect((await openRunRecord(await reopen(), log)).crashedAt).toBeNull();
});

test('recoveries are kept over restarts, comparisons are none of them', async () => {
  const { ledger, reopen } = await temporaryLedger();
  const first = await openRunRecord(ledger, log);
  first.hear(recovered('start', 900));
  first.hear(recovered('comparison', 30));
  first.hear(recovered('reconnect', 1_200));
  expect(first.recoveries().map(({ tookMs }) => tookMs)).toEqual([900, 1_200]);
  await first.end();
  const second = await openRunRecord(await reopen(), log);
  expect(second.recoveries().map(({ cause, tookMs }) => [cause, tookMs])).toEqual([
    ['start', 900],
    ['reconnect', 1_200],
  ]);
});

test('a stream that comes and goes all day fills nothing', async () => {
  const { ledger, reopen } = await temporaryLedger();
  const first = await openRunRecord(ledger, log);
  for (let count = 0; count < 1_200; count += 1) first.hear(recovered('reconnect', count));
  await first.end();
  const second = await openRunRecord(await reopen(), log);
  expect(second.recoveries().length).toBeLessThanOrEqual(500);
  expect(second.recoveries().some(({ tookMs }) => tookMs === 1_199)).toBe(true);
});

test('the store is known to fail, or to hang, within half a minute, and to work again within a second', async () => {
  vi.useFakeTimers();
  try {
    const { ledger } = await temporaryLedger();
    let write = async (): Promise<void> => undefined;
    const told: (string | true)[] = [];
    const document = () => ({ get: async () => undefined, set: () => write() });
    const record = await openRunRecord(
      { document, collection: ledger.collection } as unknown as Parameters<typeof openRunRecord>[0],
      log,
      (works, reason) => told.push(works || reason),
    );
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told.splice(0)).toEqual([true]);
    write = () => Promise.reject(new Error('disk full'));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told.splice(0)).toEqual(['disk full']);
    write = () => new Promise(() => undefined);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(told.splice(0)).toEqual(['no answer']);
    write = async () => undefined;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.splice(0)).toEqual([true]);
    await record.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
