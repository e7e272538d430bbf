import { expect, it } from 'vitest';
import { createFilterPrices } from '../../src/trading/desk/filter-prices.ts';
import type { FilterPrice } from '../../src/trading/exchange.ts';
import { d, instrument } from '../risk/fixtures.ts';

const AVERAGE: FilterPrice = { price: d(60_000), by: 'average' };
const LAST = { mark: d(60_500), last: d(60_500) };

/** An exchange whose answers the test gives, with narrow bounds on BTCUSDT and wide ones on ETHUSDT. */
function given() {
  const asked: string[] = [];
  const answers: PromiseWithResolvers<FilterPrice>[] = [];
  const timers = new Set<() => void>();
  let now = 1_000_000;
  const wide = { priceUp: d(5), priceDown: d('0.2') };
  const prices = createFilterPrices(
    {
      instruments: () =>
        new Map([
          ['BTCUSDT', instrument()],
          ['ETHUSDT', instrument('ETHUSDT', wide)],
        ]),
      filterPrice(symbol) {
        asked.push(symbol);
        const answer = Promise.withResolvers<FilterPrice>();
        answers.push(answer);
        return answer.promise;
      },
    },
    {
      now: () => now,
      after(_ms, run) {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
  );
  return {
    prices,
    timers,
    asked: () => asked.splice(0),
    answer: (value: FilterPrice | Error) =>
      value instanceof Error ? answers.shift()?.reject(value) : answers.shift()?.resolve(value),
    later(ms: number) {
      now += ms;
    },
  };
}

it('is asked for where the bounds are so narrow that it may decide, once while it is young', async () => {
  const { prices, asked, answer, timers, later } = given();
  const first = prices.ensure('BTCUSDT');
  expect(asked()).toEqual(['BTCUSDT']);
  answer(AVERAGE);
  await first;
  expect(prices.of('BTCUSDT')).toEqual(AVERAGE);
  expect(timers.size).toBe(0);
  later(20_000);
  expect(prices.ensure('BTCUSDT')).toBeUndefined();
  expect(asked()).toEqual([]);
});

it('is asked for anew beside what goes on when it is older, and no signal waits for that', async () => {
  const { prices, asked, answer, later } = given();
  const first = prices.ensure('BTCUSDT');
  answer(AVERAGE);
  await first;
  later(20_001);
  expect(prices.ensure('BTCUSDT')).toBeUndefined();
  expect(prices.ensure('BTCUSDT')).toBeUndefined();
  expect([asked().length, prices.of('BTCUSDT')]).toEqual([2, AVERAGE]);
  later(40_000);
  expect(prices.of('BTCUSDT')).toBeNull();
  expect(prices.ensure('BTCUSDT')).toBeInstanceOf(Promise);
});

it('is kept ready while the symbol is watched', async () => {
  const { prices, asked, answer, later } = given();
  prices.refresh('BTCUSDT');
  expect(asked()).toEqual([]);
  const first = prices.ensure('BTCUSDT');
  answer(AVERAGE);
  await first;
  for (let second = 0; second < 61; second += 1) {
    later(1_000);
    prices.refresh('BTCUSDT');
  }
  expect(asked()).toHaveLength(3);
});

it('is asked for on other symbols for prices that lie far from the last alone', () => {
  const { prices, asked } = given();
  expect(prices.ensure('ETHUSDT')).toBeUndefined();
  expect(prices.ensureFor('ETHUSDT', [d(59_000), d(30_000)], LAST)).toBeUndefined();
  expect(prices.ensureFor('ETHUSDT', [d(59_000)], undefined)).toBeUndefined();
  expect(asked()).toEqual([]);
  expect(prices.ensureFor('ETHUSDT', [d(59_000), d(20_000)], LAST)).toBeInstanceOf(Promise);
  expect(asked()).toEqual(['ETHUSDT']);
});

it('that is not answered holds a signal up for a second, and decides nothing', async () => {
  const { prices, timers, answer } = given();
  const first = prices.ensure('BTCUSDT');
  for (const run of timers) run();
  await first;
  expect(prices.of('BTCUSDT')).toBeNull();
  answer(new Error('no answer'));
  const second = prices.ensure('BTCUSDT');
  answer(new Error('no answer'));
  await second;
  expect(prices.of('BTCUSDT')).toBeNull();
});
