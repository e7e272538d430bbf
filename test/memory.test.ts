import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settleMemory } from '../src/memory.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The shares of the seconds to come in which the event loop was busy. */
function busy(...shares: number[]): void {
  const of = (utilization: number) => ({ idle: 0, active: 0, utilization });
  vi.spyOn(performance, 'eventLoopUtilization').mockImplementation((now) =>
    of(now === undefined ? 0 : (shares.shift() ?? 0)),
  );
}

test('waits for a second in which next to nothing ran, and collects once', () => {
  busy(0.9, 0.5, 0.05);
  const collect = vi.fn();
  settleMemory({ collect });
  vi.advanceTimersByTime(2_000);
  expect(collect).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(collect).toHaveBeenCalledOnce();
});

const MB = 1_048_576;

/** Runs second by second, each as busy and as large as it says; answers with the seconds that ended in a collection. */
function collections(seconds: readonly { busy?: number; mb: number; calm?: boolean }[]): number[] {
  busy(...seconds.map((second) => second.busy ?? 0));
  const collected: number[] = [];
  let now = 0;
  let tookMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now * 1_000 + tookMs);
  const settling = settleMemory({
    collect() {
      collected.push(now);
      tookMs += 50;
    },
    residentBytes: () => (seconds[now]?.mb ?? 0) * MB,
    isCalm: () => seconds[now]?.calm ?? true,
  });
  for (; now < seconds.length; now += 1) vi.advanceTimersByTime(1_000);
  settling.stop();
  return collected;
}

const of = (count: number, second: { busy?: number; mb: number; calm?: boolean }) =>
  Array.from({ length: count }, () => second);

test.each([
  ['not again while it stays as it is', [...of(60, { mb: 110 })], [0]],
  [
    'once a burst that has left something is over',
    [...of(5, { mb: 110 }), ...of(9, { mb: 140, busy: 0.9 }), ...of(9, { mb: 140 })],
    [0, 14],
  ],
  ['not for a little', [...of(5, { mb: 110 }), ...of(60, { mb: 117 })], [0]],
  [
    'for what comes by and by',
    Array.from({ length: 100 }, (_, second) => ({ mb: 110 + second / 8 })),
    [0, 66],
  ],
  [
    'measured by the least since, which the system may be given late',
    [{ mb: 130 }, { mb: 130 }, { mb: 110 }, { mb: 119 }],
    [0, 3],
  ],
  [
    'not while an order is on its way',
    [...of(3, { mb: 110 }), ...of(7, { mb: 130, calm: false }), ...of(9, { mb: 130 })],
    [0, 10],
  ],
  [
    'not before 300 times as long as it took',
    [...of(2, { mb: 110 }), { mb: 130 }, { mb: 110 }, ...of(40, { mb: 130 })],
    [0, 2, 17],
  ],
  ['not for what no collection takes away', [...of(2, { mb: 110 }), ...of(90, { mb: 130 })], [0, 2]],
])('%s', (_, seconds, expected) => {
  expect(collections(seconds)).toEqual(expected);
});

test('not once the program ends', () => {
  busy(0.9);
  const collect = vi.fn();
  const settling = settleMemory({ collect });
  vi.advanceTimersByTime(1_000);
  settling.stop();
  vi.advanceTimersByTime(10_000);
  expect(collect).not.toHaveBeenCalled();
});

test('what nobody holds is gone at once, and the collector is not left in reach', async () => {
  busy(0);
  const held = garbage();
  // A reference that was just made holds until the task ends.
  await new Promise((done) => setImmediate(done));
  settleMemory();
  vi.advanceTimersByTime(1_000);
  expect(held.deref()).toBeUndefined();
  expect(globalThis.gc).toBeUndefined();
});

function garbage(): WeakRef<object> {
  return new WeakRef({ of: 'the start' });
}
