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
  settleMemory(collect);
  vi.advanceTimersByTime(2_000);
  expect(collect).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(collect).toHaveBeenCalledOnce();
});

test('not once the program ends', () => {
  busy(0.9);
  const collect = vi.fn();
  const settling = settleMemory(collect);
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
