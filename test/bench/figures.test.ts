import { expect, test } from 'vitest';
import { ratiosOf, worse } from './check.ts';
import { collect, figure, quantile, table, waits } from './figures.ts';

const rounds = [
  { contestant: 'floor', samples: [figure('start', 'ms', [100]), ...waits('order', [1, 2, 3])] },
  { contestant: 'floor with a row', samples: [figure('start', 'ms', [200])] },
  { contestant: 'bot', samples: [figure('start', 'ms', [300]), ...waits('order', [2, 4, 90])] },
  { contestant: 'bot', samples: [figure('start', 'ms', [500]), ...waits('order', [4, 4, 4])] },
];

test('a quantile of nothing is no number, and one of few is one of them', () => {
  expect(quantile([], 0.5)).toBeNaN();
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([3, 1, 2], 0.99)).toBe(3);
});

test('the bot stands beside each of the others, over all rounds, with its ratio', () => {
  const lines = table(collect(rounds)).split('\n');
  expect(lines[2]).toBe('| start, ms | 500 | 100 | 5.00 | 200 | 2.50 |  |  |');
  expect(lines[3]).toBe('| order p50, ms | 4.00 | 2.00 | 2.00 |  |  |  |  |');
  expect(lines[4]).toBe('| order p99, ms | 90.0 | 3.00 | 30.00 |  |  |  |  |');
});

test('what has become worse than noise is named; what is new or better is not', () => {
  const now = ratiosOf(collect(rounds));
  expect(now).toEqual({ start: 2.5, 'order p50': 2, 'order p99': 30 });
  expect(worse(now, now)).toEqual([]);
  expect(worse(now, { start: 1, 'order p50': 1.9 })).toEqual(['start: 2.5 times the floor, 1 before']);
});
