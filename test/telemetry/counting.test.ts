import { describe, expect, test } from 'vitest';
import { countEvent } from '../../src/telemetry/count-events.ts';
import { countedExchange } from '../../src/telemetry/counted-exchange.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { Timings } from '../../src/telemetry/timings.ts';
import { startVitals } from '../../src/telemetry/vitals.ts';
import type { Exchange, Outcome } from '../../src/trading/exchange.ts';
import { clientIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { OrderRequest } from '../../src/trading/model.ts';
import { aTrade, filledTrade } from '../bot/fakes.ts';

const rejected: Outcome<never> = { kind: 'rejected', code: -2010, message: 'no' };
const unknown: Outcome<never> = { kind: 'unknown', message: 'no answer' };

const order = (role: 'entry' | 'stop' | 'target') =>
  ({ clientId: clientIdOf('abc-0', role, 0, 0), symbol: 'BTCUSDT' }) as OrderRequest;

function counted(counters: Counters): Exchange {
  const exchange = {
    place: async () => unknown,
    cancel: async () => rejected,
    watch: () => undefined,
    lists: {
      place: async () => rejected,
      cancel: async () => unknown,
      replace: async () => ({ cancelled: unknown, placed: rejected }),
    },
  };
  return countedExchange(exchange as unknown as Exchange, 'spot', counters);
}

describe('an exchange that is counted', () => {
  test('answers as before, and every order and cancellation is counted by its answer', async () => {
    const counters = new Counters();
    const { place, cancel, lists } = counted(counters);
    expect(await place(order('entry'))).toBe(unknown);
    await place({ ...order('entry'), clientId: 'of-somebody-else' });
    expect(await cancel('BTCUSDT', 'x', false)).toBe(rejected);
    expect(
      await lists?.place({ listId: 'l', symbol: 'BTCUSDT', target: order('target'), stop: order('stop') }),
    ).toBe(rejected);
    expect(await lists?.cancel('BTCUSDT', 'l')).toBe(unknown);
    expect(await lists?.replace('old', order('stop'))).toEqual({ cancelled: unknown, placed: rejected });
    expect(counters.read('orders')).toEqual([
      { values: ['spot', 'entry', 'unknown'], count: 1 },
      { values: ['spot', 'other', 'unknown'], count: 1 },
      { values: ['spot', 'target', 'rejected'], count: 1 },
      { values: ['spot', 'stop', 'rejected'], count: 2 },
    ]);
    expect(counters.read('cancellations')).toEqual([
      { values: ['spot', 'rejected'], count: 1 },
      { values: ['spot', 'unknown'], count: 2 },
    ]);
  });
});

test.each([
  ['nothing was entered', aTrade(), 'unfilled'],
  ['it cost its commission', filledTrade(), 'loss'],
])('an ended trade counts by its result: %s', (_, trade, result) => {
  const counters = new Counters();
  countEvent(counters, { type: 'closed', trade });
  expect(counters.read('closed')).toEqual([
    { values: [trade.plan.market, trade.source.channel, result], count: 1 },
  ]);
});

test('the event loop is watched from the beginning to the end', async () => {
  const timings = new Timings(Date.now);
  const vitals = startVitals(timings);
  try {
    expect(vitals.lastLoopMs()).toBeNull();
    await expect.poll(() => timings.day().loop.count, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(vitals.lastLoopMs()).toBeGreaterThanOrEqual(0);
  } finally {
    vitals.stop();
  }
});
