import { expect, it } from 'vitest';
import type { Clock } from '../../src/trading/clock.ts';
import { type ComparerDeps, createComparer } from '../../src/trading/desk/comparer.ts';

/** Comparisons are only asked for: when the next one is to be, in milliseconds from the beginning. */
function given() {
  let now = 0;
  let at: number | null = null;
  const clock: Partial<Clock> = {
    now: () => now,
    after(delayMs) {
      at = now + delayMs;
      return () => {
        at = null;
      };
    },
  };
  const comparer = createComparer({ clock, reconcile: { market: 'usdm' } } as unknown as ComparerDeps);
  return {
    asks(atMs: number, delayMs: number) {
      now = atMs;
      comparer.schedule(delayMs);
      return at;
    },
  };
}

it('waits for what happens to settle', () => {
  const comparer = given();
  expect(comparer.asks(0, 20_000)).toBe(20_000);
  expect(comparer.asks(5_000, 1_500)).toBe(6_500);
  expect(comparer.asks(6_000, 1_500)).toBe(7_500);
});

it('is not put off for ever by somebody who trades all the time', () => {
  const comparer = given();
  comparer.asks(0, 1_500);
  const due = [];
  for (let now = 1_000; now <= 21_000; now += 1_000) due.push(comparer.asks(now, 1_500));
  expect(Math.max(...due.map(Number))).toBe(21_500);
});
