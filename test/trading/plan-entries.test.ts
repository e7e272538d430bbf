import { describe, expect, test } from 'vitest';
import { channel, d } from '../risk/fixtures.ts';
import { type Given, limit, market, note, orders, plan, short, stop, targets, zone } from './plan-given.ts';

describe('entries', () => {
  test.each<Given & { given: string; expected: string[] }>([
    { given: 'a market word', signal: { entry: market }, expected: ['0.1@market'] },
    {
      given: 'a zone, long: from the top',
      signal: { entry: zone(64_800, 65_200) },
      expected: ['0.033@65200', '0.033@65000', '0.034@64800'],
    },
    {
      given: 'a zone, short: from the bottom',
      signal: { ...short, entry: zone(64_800, 65_200) },
      expected: ['0.033@64800', '0.033@65000', '0.034@65200'],
    },
    {
      given: 'a zone as one order',
      signal: { entry: zone(64_800, 65_200) },
      channel: channel({}, { zoneOrders: 1 }),
      expected: ['0.1@65000'],
    },
    {
      given: 'weights that are too many',
      signal: { entry: limit(65_000, 64_500) },
      channel: channel({}, { entryWeights: [30, 10, 60] }),
      expected: ['0.085@65000', '0.029@64500'],
    },
    {
      given: 'weights that are too few: the last one counts on',
      signal: { entry: zone(64_800, 65_200) },
      channel: channel({}, { entryWeights: [50, 25] }),
      expected: ['0.047@65200', '0.023@65000', '0.025@64800'],
    },
    { given: 'a long off the tick: down', signal: { entry: limit('64999.97') }, expected: ['0.1@64999.9'] },
    {
      given: 'a short off the tick: up',
      signal: { ...short, entry: limit('65000.03') },
      expected: ['0.1@65000.1'],
    },
  ])('GIVEN $given THEN $expected', ({ expected, ...given }) => {
    expect(orders(plan(given))).toEqual(expected);
  });

  test.each<Given & { given: string; expected: string[] }>([
    {
      given: 'long above, price below',
      signal: { trigger: 'above', entry: limit('65500.03') },
      expected: ['0.066>65500.1'],
    },
    {
      given: 'long above, price there',
      signal: { trigger: 'above', entry: limit(65_000) },
      expected: ['0.1@65000'],
    },
    {
      given: 'short below, price above',
      signal: { ...short, trigger: 'below', entry: limit(64_500) },
      expected: ['0.066>64500'],
    },
    {
      given: 'short below, price past it',
      signal: { ...short, trigger: 'below', entry: limit(65_100) },
      expected: ['0.111@65100'],
    },
    {
      given: 'long below, price above: a limit order waits by itself',
      signal: { trigger: 'below', entry: limit(64_500) },
      expected: ['0.2@64500'],
    },
    {
      given: 'short above, price below: a limit order waits by itself',
      signal: { ...short, trigger: 'above', entry: limit(65_500) },
      expected: ['0.2@65500'],
    },
    {
      given: 'market above a price beside the word',
      signal: { trigger: 'above', entry: { type: 'market', reference: d(65_500) } },
      expected: ['0.066>65500'],
    },
    {
      given: 'market above a price that was reached',
      signal: { trigger: 'above', entry: { type: 'market', reference: d(64_900) } },
      expected: ['0.1@market'],
    },
  ])('GIVEN a trigger, $given THEN $expected', ({ expected, ...given }) => {
    expect(orders(plan(given))).toEqual(expected);
  });

  test('GIVEN parts below the smallest order THEN they are merged and it is said', () => {
    const planned = plan({
      signal: { entry: zone(64_800, 65_200) },
      channel: channel({ riskPerTradePct: 0.02 }),
    });
    expect(orders(planned)).toEqual(['0.001@65000', '0.001@64800']);
    expect(note(planned, 'entries_merged')).toEqual({ from: '3', to: '2' });
  });

  test('GIVEN prices that fall on one tick THEN one order is left', () => {
    const planned = plan({ signal: { entry: limit('65000.04', '65000.01') } });
    expect(orders(planned)).toEqual(['0.1@65000']);
    expect(note(planned, 'entries_merged')).toEqual({ from: '2', to: '1' });
  });

  test('GIVEN a percent stop inside the zone THEN no entry lies beyond the stop', () => {
    const planned = plan({ signal: { entry: zone(63_700, 65_300), stopLoss: { percent: d(1) } } });
    expect(`${planned.stopPrice}`).toBe('63855');
    expect(orders(planned).map((order) => order.split('@')[1])).toEqual(['65300', '64500']);
    expect(planned.riskAmount.lte(100)).toBe(true);
  });
});

describe('targets', () => {
  const at = (...prices: number[]) => prices.map((price) => stop(price));
  test.each<Given & { given: string; expected: string[] }>([
    { given: 'none', signal: { takeProfits: [] }, expected: [] },
    {
      given: 'even shares',
      signal: { takeProfits: at(66_000, 67_000) },
      expected: ['50%@66000', '50%@67000'],
    },
    { given: 'any order', signal: { takeProfits: at(67_000, 66_000) }, expected: ['50%@66000', '50%@67000'] },
    {
      given: 'a list that is too long: cut and scaled',
      signal: { takeProfits: at(66_000, 67_000) },
      channel: channel({}, { takeProfitShares: [50, 30, 20] }),
      expected: ['62.5%@66000', '37.5%@67000'],
    },
    {
      given: 'a list that is too short: its last share repeated and scaled',
      signal: { takeProfits: at(66_000, 67_000, 68_000) },
      channel: channel({}, { takeProfitShares: [60, 20] }),
      expected: ['60%@66000', '20%@67000', '20%@68000'],
    },
    {
      given: 'shares of the message, a runner left',
      signal: {
        takeProfits: [
          { price: d(66_000), share: d(30) },
          { price: d(67_000), share: d(30) },
        ],
      },
      expected: ['30%@66000', '30%@67000'],
    },
    {
      given: 'thirds, as whole numbers come to them: all of it',
      signal: {
        takeProfits: [66_000, 67_000, 68_000].map((price) => ({ price: d(price), share: d(33) })),
      },
      expected: ['33.33%@66000', '33.33%@67000', '33.33%@68000'],
    },
    {
      given: 'thirds of which the author keeps a part: a runner left',
      signal: {
        takeProfits: [66_000, 67_000, 68_000].map((price) => ({ price: d(price), share: d(30) })),
      },
      expected: ['30%@66000', '30%@67000', '30%@68000'],
    },
    {
      given: 'shares for some: the others split the rest',
      signal: { takeProfits: [{ price: d(66_000), share: d(50) }, ...at(67_000, 68_000)] },
      expected: ['50%@66000', '25%@67000', '25%@68000'],
    },
    { given: 'percent of the entry', signal: { takeProfits: [{ percent: d(2) }] }, expected: ['100%@66300'] },
    {
      given: 'off the tick: towards the entry',
      signal: { takeProfits: [stop(66_000.09)] },
      expected: ['100%@66000'],
    },
    {
      given: 'short, off the tick: towards the entry',
      signal: { ...short, takeProfits: [stop(63_000.01)] },
      expected: ['100%@63000.1'],
    },
  ])('GIVEN $given THEN $expected', ({ expected, ...given }) => {
    expect(targets(plan(given))).toEqual(expected);
  });

  test('GIVEN parts below the smallest order THEN each goes to the next, the last to the one before', () => {
    const takeProfits = [66_000, 66_500, 67_000, 67_500, 68_000].map((price) => stop(price));
    const planned = plan({ signal: { takeProfits }, channel: channel({ riskPerTradePct: 0.04 }) });
    expect(`${planned.quantity}`).toBe('0.004');
    expect(targets(planned)).toEqual(['40%@66500', '60%@67500']);
    expect(note(planned, 'targets_merged')).toEqual({ from: '5', to: '2' });
  });

  test('reward over risk is weighted by the shares', () => {
    const takeProfits = [
      { price: d(66_000), share: d(75) },
      { price: d(69_000), share: d(25) },
    ];
    expect(`${plan({ signal: { takeProfits } }).rewardRisk}`).toBe('1.75');
    expect(plan({ signal: { takeProfits: [] } }).rewardRisk).toBeNull();
  });
});
