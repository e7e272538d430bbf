import { beforeEach, expect, test } from 'vitest';
import { openEquityRecord } from '../src/equity-record.ts';
import { createLog } from '../src/log.ts';
import type { Clock } from '../src/trading/clock.ts';
import type { Ledger } from '../src/trading/ledger.ts';
import { d, FakeDesk } from './bot/fakes.ts';
import { temporaryLedger } from './trading/store/temporary-store.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const NOON = Date.UTC(2026, 2, 1, 12);

let nowMs: number;
let due: { at: number; run: () => void }[];
let book: FakeDesk['book'];

const clock: Clock = {
  now: () => nowMs,
  after(ms, run) {
    const timer = { at: nowMs + ms, run };
    due.push(timer);
    return () => {
      due = due.filter((each) => each !== timer);
    };
  },
};

beforeEach(() => {
  nowMs = NOON;
  due = [];
  book = new FakeDesk().book;
});

const open = (ledger: Ledger) =>
  openEquityRecord({ ledger, desk: { books: () => [book] }, log: createLog('silent'), clock });

/** Plays the timers, one after the other. */
async function pass(ms: number): Promise<void> {
  const until = nowMs + ms;
  for (;;) {
    const [next] = due.toSorted((a, b) => a.at - b.at);
    if (!next || next.at > until) break;
    due = due.filter((each) => each !== next);
    nowMs = Math.max(nowMs, next.at);
    next.run();
    // It is written before the next one is due.
    while (due.length === 0) await new Promise((done) => setImmediate(done));
  }
  nowMs = until;
}

test('a point every five minutes, of all markets together, kept over a restart', async () => {
  const { ledger, reopen } = await temporaryLedger();
  const first = await open(ledger);
  book = { ...book, equity: d('10050.126') };
  await pass(10 * MINUTE_MS);
  expect(first.revision).toBe(3);
  first.end();
  expect(due).toEqual([]);
  const second = await open(await reopen());
  const points = await second.points();
  expect(points.map(({ at }) => (at - NOON) / MINUTE_MS)).toEqual([0, 5, 10, 10]);
  expect(points.map(({ equity }) => equity.toFixed())).toEqual(['10000', '10050.13', '10050.13', '10050.13']);
  second.end();
});

test.each([
  ['not ready', { notReady: 'connecting' }],
  ['away', { unreachableSince: NOON }],
])('an exchange that is %s gives none', async (_, state) => {
  const { ledger } = await temporaryLedger();
  book = { ...book, ...state };
  const record = await open(ledger);
  await pass(10 * MINUTE_MS);
  expect(await record.points()).toEqual([]);
  book = new FakeDesk().book;
  await pass(5 * MINUTE_MS);
  expect(await record.points()).toHaveLength(1);
  record.end();
});

test('a day that is over is kept by the hour, ninety of them', async () => {
  const { ledger } = await temporaryLedger();
  const midnight = NOON + DAY_MS / 2;
  nowMs = midnight - 180 * MINUTE_MS;
  const record = await open(ledger);
  await pass(190 * MINUTE_MS);
  const minutes = (await record.points()).map(({ at }) => (at - midnight) / MINUTE_MS);
  expect(minutes).toEqual([-125, -65, -5, 0, 5, 10]);
  nowMs += 90 * DAY_MS;
  const later = nowMs;
  await pass(5 * MINUTE_MS);
  expect((await record.points()).map(({ at }) => at >= later)).toEqual([true, true]);
  record.end();
});
