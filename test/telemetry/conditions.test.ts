import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConditionName, Conditions, conditionNames, RULES } from '../../src/telemetry/conditions.ts';
import { MemoryGrowth } from '../../src/telemetry/memory-growth.ts';

/** What is told while these values come, one each second: `+` where it begins, `-` where it ends. */
function told(name: ConditionName, values: readonly (number | null)[]): string {
  const conditions = new Conditions();
  return values
    .map((value, second) => {
      const changed = conditions.judge(name, value, '', second * 1_000);
      if (!changed) return '.';
      return changed.endedAt === null ? '+' : '-';
    })
    .join('');
}

const seconds = (value: number | null, count: number): (number | null)[] => Array(count).fill(value);

describe('a condition', () => {
  test.each<[given: string, name: ConditionName, values: (number | null)[], then: string]>([
    [
      'a peak shorter than it has to last',
      'request_weight',
      [...seconds(0.9, 9), 0.7, ...seconds(0.9, 9)],
      '.'.repeat(19),
    ],
    ['one that lasts: told once', 'request_weight', seconds(0.9, 60), `${'.'.repeat(10)}+${'.'.repeat(49)}`],
    [
      'between bad and well nothing ends',
      'request_weight',
      [...seconds(0.8, 11), ...seconds(0.7, 200)],
      `${'.'.repeat(10)}+${'.'.repeat(200)}`,
    ],
    [
      'well for a while, but not long enough',
      'request_weight',
      [...seconds(0.8, 11), ...seconds(0.5, 60), 0.7, ...seconds(0.5, 60)],
      `${'.'.repeat(10)}+${'.'.repeat(121)}`,
    ],
    [
      'well long enough, and bad again: two incidents',
      'request_weight',
      [...seconds(0.8, 11), ...seconds(0.6, 61), ...seconds(1, 11)],
      `${'.'.repeat(10)}+${'.'.repeat(60)}-${'.'.repeat(10)}+`,
    ],
    ['too little is as bad as too much', 'disk_low', [600e6, 500e6, 400e6], '.+.'],
    ['more room ends it', 'disk_low', [1e6, ...seconds(2e9, 61)], `+${'.'.repeat(60)}-`],
    ['what is not known changes nothing', 'margin_ratio', [null, 0.5, null, null], '.+..'],
    ['a difference after which all was quiet', 'drift', [1, 2, 3, 2, 1, 0], '..+..-'],
  ])('GIVEN %s', (_, name, values, then) => {
    expect(told(name, values)).toBe(then);
  });

  test('keeps its beginning, its worst value and what it was of', () => {
    const conditions = new Conditions();
    conditions.judge('prices_stale', 31_000, 'BTCUSDT', 5_000);
    conditions.judge('prices_stale', 60_000, 'ETHUSDT', 6_000);
    conditions.judge('prices_stale', 40_000, 'BTCUSDT', 7_000);
    expect(conditions.list()).toEqual([
      { name: 'prices_stale', since: 5_000, endedAt: null, worst: 60_000, what: 'ETHUSDT' },
    ]);
    conditions.judge('prices_stale', 0, '', 8_000);
    const ended = conditions.judge('prices_stale', 0, '', 18_000);
    expect(ended).toEqual({
      name: 'prices_stale',
      since: 5_000,
      endedAt: 18_000,
      worst: 60_000,
      what: 'ETHUSDT',
    });
    expect(conditions.list()).toEqual([]);
  });

  test('begins and ends in turn, whatever comes', () => {
    const value = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 2, noNaN: true }));
    fc.assert(
      fc.property(fc.constantFrom(...conditionNames), fc.array(value, { maxLength: 300 }), (name, parts) => {
        const { bad } = RULES[name];
        const signs = told(
          name,
          parts.map((part) => (part === null ? null : part * bad)),
        ).replaceAll('.', '');
        expect(signs).toMatch(/^(\+-)*\+?$/);
      }),
    );
  });
});

describe('the growth of memory', () => {
  const MINUTE_MS = 60_000;

  /** Fed each minute; answers with the last growth in MB. */
  function after(hours: number, megabytesAt: (minute: number) => number): number | null {
    const growth = new MemoryGrowth();
    let last: number | null = null;
    for (let minute = 0; minute <= hours * 60; minute += 1)
      last = growth.add(megabytesAt(minute) * 1e6, minute * MINUTE_MS);
    return last === null ? null : last / 1e6;
  }

  test.each<[given: string, hours: number, megabytesAt: (minute: number) => number, then: number | null]>([
    ['the first hour', 0.9, () => 110, null],
    ['memory that stays', 24, () => 110, 0],
    ['garbage that comes and goes', 24, (minute) => 110 + (minute % 5) * 60, 0],
    ['a leak of 10 MB an hour', 25, (minute) => 110 + Math.floor(minute / 60) * 10, 240],
    ['one high hour that is over', 5, (minute) => (minute > 120 && minute < 180 ? 400 : 110), 0],
  ])('GIVEN %s', (_, hours, megabytesAt, then) => {
    expect(after(hours, megabytesAt)).toBe(then);
  });
});
