import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchKey } from '../src/key-watch.ts';
import { createLog } from '../src/log.ts';
import type { Pause } from '../src/risk/book.ts';
import type { DeskEvent } from '../src/trading/desk-types.ts';
import type { KeyRights } from '../src/trading/exchange.ts';

const RIGHT: KeyRights = { withdraw: false, transfer: false, trade: true, ipRestricted: true };
const DAY_MS = 86_400_000;

let rights: KeyRights | null;
let looks: number;
let told: [level: string, code: string, detail: string | undefined][];
let pauses: Pause[];
let watch: { close(): void };

beforeEach(() => {
  vi.useFakeTimers();
  rights = RIGHT;
  looks = 0;
  told = [];
  pauses = [];
});
afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

async function given(first: Partial<KeyRights> = {}): Promise<void> {
  rights = { ...RIGHT, ...first };
  const exchange = {
    rights: async () => {
      looks += 1;
      if (!rights) throw new Error('no answer');
      return rights;
    },
  };
  watch = watchKey({
    exchanges: () => [['usdm', exchange]],
    desk: { pause: async (pause) => pauses.push(pause) > 0 },
    tell: (event: DeskEvent) => {
      if (event.type === 'alert') told.push([event.level, event.code, event.numbers.detail]);
    },
    log: createLog('silent'),
    now: () => 7,
  });
  await vi.advanceTimersByTimeAsync(0);
}

test('a key that may only trade, from one address, is looked at every day and nothing is said', async () => {
  await given();
  await vi.advanceTimersByTimeAsync(3 * DAY_MS);
  expect(looks).toBe(4);
  expect([told, pauses]).toEqual([[], []]);
});

test('a right to withdraw that was added pauses entries within a day', async () => {
  await given();
  rights = { ...RIGHT, withdraw: true, transfer: true };
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect(told).toEqual([['critical', 'key_rights', 'may withdraw, may transfer']]);
  expect(pauses).toEqual([
    {
      reason: 'fault',
      channelId: null,
      since: 7,
      until: null,
      by: null,
      detail: 'API key: may withdraw, may transfer',
    },
  ]);
});

test('the right to trade that was taken away pauses entries', async () => {
  await given({ trade: false });
  expect(told).toEqual([['critical', 'key_rights', 'may not trade usdm']]);
  expect(pauses).toHaveLength(1);
});

test('a key that works from any address is told, and trades', async () => {
  await given({ ipRestricted: false });
  expect(told).toEqual([['warning', 'key_unrestricted', undefined]]);
  expect(pauses).toEqual([]);
});

test('an exchange that does not answer is asked again after ten minutes', async () => {
  await given();
  rights = null;
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect(looks).toBe(2);
  rights = { ...RIGHT, withdraw: true };
  await vi.advanceTimersByTimeAsync(600_000);
  expect(pauses).toHaveLength(1);
});

test('nothing is looked at any more once it is closed', async () => {
  await given();
  watch.close();
  await vi.advanceTimersByTimeAsync(2 * DAY_MS);
  expect(looks).toBe(1);
});
