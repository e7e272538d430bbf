import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIdentifyThrottle } from '../../src/bot/identify-throttle.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Seconds from each identify to the next, when every session dies at once. */
async function pauses(count: number): Promise<number[]> {
  const throttle = createIdentifyThrottle(Date.now);
  const seen: number[] = [];
  let last = Date.now();
  for (let identify = 0; identify < count; identify += 1) {
    const waited = throttle.waitForIdentify(0, new AbortController().signal);
    await vi.runAllTimersAsync();
    await waited;
    seen.push((Date.now() - last) / 1_000);
    last = Date.now();
  }
  return seen;
}

test('the first identifies come as fast as Discord allows, then each waits twice as long, up to half a minute', async () => {
  expect(await pauses(10)).toEqual([0, 5, 5, 5, 10, 20, 30, 30, 30, 30]);
});

test('after a hundred in a day each waits up to five minutes', async () => {
  const identifies = await pauses(105);
  expect(Math.max(...identifies.slice(0, 100))).toBe(30);
  expect(identifies.slice(101)).toEqual([300, 300, 300, 300]);
});

test('a day of dying sessions stays far below the daily limit', async () => {
  const identifies = await pauses(400);
  expect(identifies.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(86_400);
});

test('a connection that is gone no longer waits', async () => {
  const throttle = createIdentifyThrottle(Date.now);
  await throttle.waitForIdentify(0, new AbortController().signal);
  const gone = new AbortController();
  const waiting = throttle.waitForIdentify(0, gone.signal);
  gone.abort(new Error('closed'));
  await expect(waiting).rejects.toThrow('closed');
});
