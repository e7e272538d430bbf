import { expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { performanceOf } from '../../src/trading/performance.ts';

/** Nets, each risking 10. */
function of(...nets: number[]) {
  const results = nets.map((net) => ({ net: new Decimal(net), r: new Decimal(net).div(10) }));
  const { winRate, expectancyR, profitFactor, maxDrawdown, ...rest } = performanceOf(results);
  return {
    ...rest,
    net: rest.net.toString(),
    winRate: winRate?.toString() ?? null,
    expectancyR: expectancyR?.toString() ?? null,
    profitFactor: profitFactor?.toString() ?? null,
    maxDrawdown: maxDrawdown.toString(),
  };
}

test.each([
  ['nothing', [], '0', null, null, null],
  ['one win', [20], '20', '1', '2', null],
  ['one loss', [-10], '-10', '0', '-1', '0'],
  ['wins and losses', [20, -10, 10, -10], '10', '0.5', '0.25', '1.5'],
  ['a trade that ended at nothing counts as none won', [10, 0], '10', '0.5', '0.5', null],
] as const)('%s', (_, nets, net, winRate, expectancyR, profitFactor) => {
  expect(of(...nets)).toMatchObject({ count: nets.length, net, winRate, expectancyR, profitFactor });
});

test.each([
  ['gains alone', [5, 5, 5], '0'],
  ['a loss first falls below nothing, where the sum begins', [-5, 20], '5'],
  ['the deepest, not the last', [10, -8, 20, -3], '8'],
  ['over several losses with a gain between', [10, -6, 2, -6], '10'],
  ['from the highest so far', [10, -4, 10, -12], '12'],
] as const)('drawdown: %s', (_, nets, maxDrawdown) => {
  expect(of(...nets).maxDrawdown).toBe(maxDrawdown);
});

test.each([
  ['nothing', [], 0, 0, null],
  ['the longest of each', [1, 1, -1, 1, 1, 1, -1, -1], 3, 2, { kind: 'losses', length: 2 }],
  ['what ended at nothing ends a streak', [1, 1, 0, 1], 2, 0, { kind: 'wins', length: 1 }],
  ['and is none itself', [1, 0], 1, 0, null],
] as const)('streaks: %s', (_, nets, longestWins, longestLosses, streak) => {
  expect(of(...nets)).toMatchObject({ longestWins, longestLosses, streak });
});

test('expectancy leaves out trades whose risk is not known', () => {
  const { expectancyR } = performanceOf([
    { net: new Decimal(10), r: new Decimal(1) },
    { net: new Decimal(500), r: null },
    { net: new Decimal(-20), r: new Decimal(-2) },
  ]);
  expect(expectancyR?.toString()).toBe('-0.5');
});
