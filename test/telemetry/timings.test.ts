import { describe, expect, test } from 'vitest';
import { Journeys } from '../../src/telemetry/journeys.ts';
import { DURATIONS, type Duration, Timings } from '../../src/telemetry/timings.ts';

const HOUR_MS = 3_600_000;

/** A clock that only moves when it is told to, for both kinds of time. */
function started() {
  let at = Date.UTC(2026, 10, 26, 12);
  const timings = new Timings(() => at);
  const counts = (): Partial<Record<Duration, number>> => {
    const day = timings.day();
    return Object.fromEntries(
      DURATIONS.filter((of) => day[of].count > 0).map((of) => [of, day[of].count] as const),
    );
  };
  return {
    timings,
    journeys: new Journeys(timings, () => at),
    pass: (ms: number) => {
      at += ms;
    },
    now: () => at,
    counts,
  };
}

describe('the last day', () => {
  test('an hour is forgotten 24 hours later, and counted for ever in the total', () => {
    const { timings, pass } = started();
    timings.record('risk', 100);
    pass(23 * HOUR_MS);
    timings.record('risk', 1);
    expect(timings.day().risk).toMatchObject({ count: 2, max: 100 });
    pass(HOUR_MS);
    expect(timings.day().risk).toMatchObject({ count: 1, max: 1 });
    timings.record('risk', 3);
    expect(timings.day().risk).toMatchObject({ count: 2, max: 3 });
    pass(48 * HOUR_MS);
    expect(timings.day().risk).toMatchObject({ count: 0, p50: null, max: null });
    expect(timings.total('risk')).toMatchObject({ count: 3, maxMs: 100 });
  });

  test('each duration falls into one bin', () => {
    const { timings } = started();
    for (const ms of [0, 1, 1.5, 50_000]) timings.record('answer', ms);
    expect(timings.day().answer.bins.filter(({ count }) => count > 0)).toEqual([
      { upToMs: 1, count: 2 },
      { upToMs: 2, count: 1 },
      { upToMs: null, count: 1 },
    ]);
  });

  test('what was never recorded has no total', () => {
    expect(started().timings.total('order')).toBeUndefined();
  });
});

describe('the way of a signal', () => {
  test('each stage counts from the end of the one before, the order from the beginning', () => {
    const { timings, journeys, pass, now } = started();
    const heardAt = now();
    pass(2);
    journeys.read('t', heardAt, now(), 40);
    const steps = { risk: 3, journalled: 5, sent: 7, acknowledged: 11, filled: 13, posted: 17 } as const;
    for (const [stage, ms] of Object.entries(steps)) {
      pass(ms);
      journeys.reach('t', stage as keyof typeof steps);
    }
    const day = timings.day();
    for (const [stage, ms] of Object.entries({ gateway: 40, parsed: 2, ...steps, order: 17 }))
      expect(day[stage as Duration], stage).toMatchObject({ count: 1, max: ms });
    expect(Object.fromEntries(journeys.took('t').map(({ stage, ms }) => [stage, ms]))).toEqual({
      gateway: 40,
      parsed: 2,
      ...steps,
    });
    expect(journeys.took('another')).toEqual([]);
  });

  test('a stage is reached once, and none is reached after a later one', () => {
    const { journeys, counts, now } = started();
    journeys.read('t', now(), now(), 0);
    for (const stage of ['risk', 'risk', 'posted', 'sent', 'posted'] as const) journeys.reach('t', stage);
    expect(counts()).toEqual({ gateway: 1, parsed: 1, risk: 1, posted: 1 });
  });

  test('the event of a fill that overtakes the answer to its order comes after that', () => {
    const { timings, journeys, counts, pass } = started();
    journeys.confirmed('t');
    pass(2);
    const sentAt = journeys.now();
    pass(3);
    journeys.reach('t', 'filled');
    pass(4);
    journeys.reach('t', 'sent', sentAt);
    journeys.reach('t', 'acknowledged');
    expect(counts()).toEqual({ sent: 1, acknowledged: 1, filled: 1, order: 1 });
    const { order, acknowledged, filled } = timings.day();
    expect([order.max, acknowledged.max, filled.max]).toEqual([2, 7, 0]);
  });

  test('for how long the market let a limit order wait is not recorded', () => {
    const { timings, journeys, counts, pass } = started();
    journeys.confirmed('t');
    journeys.reach('t', 'acknowledged');
    pass(HOUR_MS);
    journeys.pass('t', 'filled');
    pass(4);
    journeys.reach('t', 'posted');
    expect(counts()).toEqual({ acknowledged: 1, posted: 1 });
    expect(timings.day().posted.max).toBe(4);
  });

  test('after the click that confirms it, its way begins anew', () => {
    const { timings, journeys, pass, now } = started();
    journeys.read('t', now(), now(), 0);
    journeys.reach('t', 'risk');
    journeys.reach('t', 'posted');
    pass(60_000);
    journeys.confirmed('t');
    pass(2);
    journeys.reach('t', 'risk');
    pass(3);
    journeys.reach('t', 'sent');
    expect(timings.day().risk).toMatchObject({ count: 2, max: 2 });
    expect(timings.day().order).toMatchObject({ count: 1, max: 5 });
  });

  test('the first stop of a trade counts, and none of a trade that is not followed', () => {
    const { timings, journeys, pass, now } = started();
    journeys.protect('unknown', now());
    journeys.confirmed('t');
    const filledAt = now();
    pass(9);
    journeys.protect('t', filledAt);
    pass(9);
    journeys.protect('t', filledAt);
    expect(timings.day().protected).toMatchObject({ count: 1, max: 9 });
  });

  test('of very many signals the oldest is given up', () => {
    const { journeys, counts } = started();
    for (let number = 0; number <= 500; number += 1) journeys.confirmed(`t${number}`);
    journeys.reach('t0', 'risk');
    expect(counts()).toEqual({});
    journeys.reach('t1', 'risk');
    journeys.reach('t500', 'risk');
    expect(counts()).toEqual({ risk: 2 });
  });
});
