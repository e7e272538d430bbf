import { expect, it } from 'vitest';
import { type Clock, createClock } from '../../../src/trading/binance/clock.ts';

/** The exchange's clock is a minute ahead of ours, and a question takes 200 ms; it reads its clock after `thereMs`. */
function given(thereMs: number) {
  const at = { wallMs: 1_000_000, steadyMs: 500, serverMs: 1_060_000 };
  const pass = (ms: number): void => {
    at.wallMs += ms;
    at.steadyMs += ms;
    at.serverMs += ms;
  };
  async function ask(): Promise<number> {
    pass(thereMs);
    const { serverMs } = at;
    pass(200 - thereMs);
    return serverMs;
  }
  const time = { steadyMs: () => at.steadyMs, wallMs: () => at.wallMs };
  return { at, pass, clock: createClock(ask, () => undefined, time) };
}

/** How far the two bounds are from the exchange's time. */
function bounds(clock: Clock, serverMs: number): [number, number] {
  const time = clock.serverTime();
  if (time === null) throw new Error('not known');
  return [time.atLeastMs - serverMs, time.atMostMs - serverMs];
}

it('does not know the exchange’s time before it has asked', () => {
  expect(given(100).clock.serverTime()).toBeNull();
});

it.each([
  ['on the way there', 200, 0, 200],
  ['on the way back', 0, -200, 0],
  ['both ways alike', 100, -100, 100],
])('knows it within the trip that the question took %s', async (_, thereMs, least, most) => {
  const { at, pass, clock } = given(thereMs);
  await clock.sync();
  expect(bounds(clock, at.serverMs)).toEqual([least, most]);
  pass(45_000);
  expect(bounds(clock, at.serverMs)).toEqual([least, most]);
});

it('goes on evenly where our clock is set back', async () => {
  const { at, clock } = given(100);
  await clock.sync();
  at.wallMs -= 3_600_000;
  expect(bounds(clock, at.serverMs)).toEqual([-100, 100]);
});

it('counts what requests are stamped with where our clock is set ahead', async () => {
  const { at, clock } = given(100);
  await clock.sync();
  at.wallMs += 3_600_000;
  expect(bounds(clock, at.serverMs)).toEqual([-100, 3_600_000]);
});
