import { beforeEach, expect, test } from 'vitest';
import { type Calls, createCalls } from '../../../src/trading/binance/calls.ts';
import { createGate } from '../../../src/trading/binance/gate.ts';
import type { Release } from '../../../src/trading/binance/held.ts';
import { TransportError } from '../../../src/trading/binance/transport.ts';

let nowMs: number;
let calls: Calls;
/** What a transport would do: ready at once, gone when it may. */
let made: number;
let left: number;

beforeEach(() => {
  [nowMs, made, left] = [0, 0, 0];
  const time = { nowMs: () => nowMs, pause: () => Promise.resolve() };
  calls = createCalls({
    gate: createGate(time),
    clock: { resync: () => Promise.resolve(false) },
    now: () => nowMs,
    clean: (text) => text,
    onKeyRefused: () => undefined,
    time,
  });
});

async function send(_window: object, release: Release): Promise<unknown> {
  made += 1;
  await release;
  left += 1;
  return {};
}

test('what waited for long is made anew, and leaves once', async () => {
  const clearance = Promise.withResolvers<string | null>();
  const writing = calls.write(false, send, { clearance: clearance.promise });
  nowMs = 101;
  clearance.resolve(null);
  expect(await writing).toMatchObject({ kind: 'answered' });
  expect([made, left]).toEqual([2, 1]);
});

test('what lost its connection while it waited is made anew once it may leave', async () => {
  const clearance = Promise.withResolvers<string | null>();
  const lost = Promise.withResolvers<never>();
  const once = (window: object, release: Release): Promise<unknown> => {
    if (made > 0) return send(window, release);
    made += 1;
    return lost.promise;
  };
  const writing = calls.write(false, once, { clearance: clearance.promise });
  lost.reject(new TransportError('ECONNRESET', false));
  clearance.resolve(null);
  expect(await writing).toMatchObject({ kind: 'answered' });
  expect([made, left]).toEqual([2, 1]);
});

test.each([0, 1_000])('what may not leave does not, after %d ms', async (afterMs) => {
  const clearance = Promise.withResolvers<string | null>();
  const writing = calls.write(false, send, { clearance: clearance.promise });
  nowMs = afterMs;
  clearance.resolve('no row');
  expect(await writing).toEqual({ kind: 'withheld', message: 'no row' });
  expect([made, left]).toEqual([1, 0]);
});
