import { expect, it } from 'vitest';
import { createClock } from '../../src/trading/clock.ts';

function given() {
  const at = { wallMs: 1_000_000, steadyMs: 500 };
  const clock = createClock({
    wallMs: () => at.wallMs,
    steadyMs: () => at.steadyMs,
    after: () => () => undefined,
  });
  return {
    clock,
    set(byMs: number) {
      at.wallMs += byMs;
    },
    pass(ms: number) {
      at.wallMs += ms;
      at.steadyMs += ms;
    },
    sleep(ms: number) {
      at.wallMs += ms;
    },
  };
}

const HOUR_MS = 3_600_000;

it('goes with the time of day', () => {
  const { clock, pass } = given();
  pass(1_500.7);
  expect(clock.now()).toBe(1_001_500);
});

it('goes on evenly where the time of day is set back, until that has caught up', () => {
  const { clock, set, pass } = given();
  clock.now();
  pass(1_000);
  set(-HOUR_MS);
  expect(clock.now()).toBe(1_001_000);
  pass(2_000);
  expect(clock.now()).toBe(1_003_000);
  set(HOUR_MS);
  pass(500);
  expect(clock.now()).toBe(1_003_500);
});

it('is ahead where the time of day is, and stays there when that is set right', () => {
  const { clock, set, pass } = given();
  set(HOUR_MS);
  expect(clock.now()).toBe(1_000_000 + HOUR_MS);
  set(-HOUR_MS);
  pass(1_000);
  expect(clock.now()).toBe(1_001_000 + HOUR_MS);
});

it('knows after a sleep how late it is, though nothing ran meanwhile', () => {
  const { clock, sleep } = given();
  sleep(HOUR_MS);
  expect(clock.now()).toBe(1_000_000 + HOUR_MS);
});
