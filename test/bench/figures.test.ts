import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { never, ratiosOf, worse } from './check.ts';
import { collect, figure, quantile, waits } from './figures.ts';
import { fullTable, shortTable } from './tables.ts';

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
  const lines = fullTable(collect(rounds)).split('\n');
  expect(lines[2]).toBe('| start, ms |  | 500 | 300 to 500 | 100 | 5.00 | 200 | 2.50 |  |  |');
  expect(lines[3]).toBe('| order p50, ms |  | 4.00 | 4.00 | 2.00 | 2.00 |  |  |  |  |');
  expect(lines[4]).toBe('| order p99, ms |  | 90.0 | 4.00 to 90.0 | 3.00 | 30.00 |  |  |  |  |');
});

test('what has become worse than noise is named; what is new or better is not', () => {
  const now = ratiosOf(collect(rounds));
  expect(now).toEqual({ start: 2.5, 'order p50': 2, 'order p99': 30 });
  expect(worse(now, now)).toEqual([]);
  expect(worse(now, { start: 1.6, 'order p50': 1.25, 'order p99': 10 })).toEqual([]);
  expect(worse(now, { start: 1.5, 'order p50': 1.2, 'order p99': 9 })).toEqual([
    'start: 2.5 times the floor, 1.5 before; up to 1.6 times as much is noise',
    'order p50: 2 times the floor, 1.2 before; up to 1.6 times as much is noise',
    'order p99: 30 times the floor, 9 before; up to 3 times as much is noise',
  ]);
  expect(worse({ 'RSS at rest': 1.2 }, { 'RSS at rest': 1 })).toHaveLength(1);
});

test('of what is read in a second less is worse, and more is not', () => {
  const name = 'chats read per second';
  expect(worse({ [name]: 0.5 }, { [name]: 0.18 })).toEqual([]);
  expect(worse({ [name]: 0.12 }, { [name]: 0.18 })).toEqual([]);
  expect(worse({ [name]: 0.1 }, { [name]: 0.18 })).toEqual([
    'chats read per second: 0.1 times the floor, 0.18 before; 1.6 times less is noise',
  ]);
});

test('a signal that was lost is named, whatever the ratios say', () => {
  const name = 'signals without an order, most of a round';
  const lost = (count: number) =>
    never(collect([{ contestant: 'bot', samples: [figure(name, '', [count], 1)] }, ...rounds]));
  expect(lost(0)).toEqual([]);
  expect(lost(1)).toEqual([`${name}: 1`]);
});

test.each([
  ['signal to order p50', 1.9, '≤ 1.2 × floor with a row: met'],
  ['signal to order p50', 2, '≤ 1.2 × floor with a row: **missed**'],
  ['start to ready, 600 symbols, 0 past trades', 900, '≤ 1,000, ≤ 1.5 × floor: **missed**'],
  ['start to ready, 600 symbols, 0 past trades', 1.5, '≤ 1,000, ≤ 1.5 × floor: met'],
  ['RSS at rest', 110, '≤ 110: met'],
])('%s of %d beside floors of 1 and 1.6: %s', (name, bot, goal) => {
  const figures = collect([
    { contestant: 'floor', samples: [figure(name, 'ms', [1])] },
    { contestant: 'floor with a row', samples: [figure(name, 'ms', [1.6])] },
    { contestant: 'bot', samples: [figure(name, 'ms', [bot])] },
  ]);
  expect(fullTable(figures)).toContain(`| ${goal} |`);
});

test('a goal beside a floor that was not measured is neither met nor missed, but one of its own is', () => {
  const name = 'signal to order p50';
  const alone = (of: string) => collect([{ contestant: 'bot', samples: [figure(of, 'ms', [1_001])] }]);
  expect(fullTable(alone(name))).not.toMatch(/met|missed/);
  expect(fullTable(alone('start to ready, 600 symbols, 0 past trades'))).toContain('**missed**');
});

test('the short table has the words of its language, and leaves out what was not measured', () => {
  const figures = collect([{ contestant: 'bot', samples: [figure('RSS at rest', 'MB', [140])] }]);
  expect(shortTable(figures, 'en').split('\n').slice(2)).toEqual([
    '| RSS at rest, MB | ≤ 110: **missed** | 140 |  |  |  |',
  ]);
  expect(shortTable(figures, 'zh')).toContain('| 空闲时内存（MB） | ≤ 110: **未达到** | 140 |');
});

test.each(['floor.ts', 'interactions-floor.ts', 'naive.ts'])(
  '%s is at most 80 lines and takes nothing from the bot',
  (file) => {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(80);
    expect(source).not.toMatch(/from '\./);
  },
);
