import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DailySummary, nextSummaryAt, summaryLines } from '../../src/bot/daily-summary.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import { override } from '../../src/bot/records.ts';
import { Settings } from '../../src/bot/settings.ts';
import { aConfig, aFill, d, FakeDesk, filledTrade, memoryCollection, silentLog } from './fakes.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const HOUR_MS = 3_600_000;

test.each([
  ['21:00', 'UTC', '2026-11-26T21:00:00.000Z'],
  ['12:00', 'UTC', '2026-11-27T12:00:00.000Z'],
  ['21:00', 'Asia/Shanghai', '2026-11-26T13:00:00.000Z'],
])('the summary of %s in %s is next due at %s', (summaryAt, timezone, due) => {
  const config = aConfig();
  const next = nextSummaryAt({ ...config, timezone, alerts: { ...config.alerts, summaryAt } }, NOW);
  expect(new Date(next ?? 0).toISOString()).toBe(due);
});

test('no summary is due where none is wanted', () => {
  expect(nextSummaryAt(aConfig(), NOW)).toBeNull();
});

test('a summary tells results and what is open', () => {
  const open = filledTrade();
  const closed = {
    ...open,
    phase: 'closed' as const,
    closedAt: NOW,
    fills: [...open.fills, aFill({ tradeId: '2', clientId: 'x', action: 'SELL', price: d(62_000) })],
  };
  expect(summaryLines(NOW, [closed], [open], catalogues.en)).toEqual([
    `Summary of the 24 hours until <t:${NOW / 1_000}:f>`,
    'Net +97.00 USDT · 1 closed: 1 won, 0 lost',
    '1 open trade',
    '• BTCUSDT LONG',
  ]);
  expect(summaryLines(NOW, [], [], catalogues.en)).toContain('No trade was closed.');
});

describe('at its hour', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  function given(summaryAt: string | null) {
    const config = aConfig();
    const told: string[] = [];
    const posts = {
      texts: () => catalogues.en,
      alert: async (kind: string, slot: string) => void told.push(`${kind} ${slot}`),
    };
    const settings = new Settings({
      config: {
        current: () => ({ ...config, alerts: { ...config.alerts, summaryAt } }),
        onChange: () => () => undefined,
      },
      overrides: memoryCollection(override),
      now: Date.now,
      log: silentLog,
    });
    const desk = new FakeDesk();
    return { summary: new DailySummary({ desk, posts, settings, now: Date.now, log: silentLog }), told };
  }

  const at = (time: number) => `summary summary:${time}`;

  test('it is told, each day once', async () => {
    const { summary, told } = given('13:00');
    summary.start();
    await vi.advanceTimersByTimeAsync(HOUR_MS - 1);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(49 * HOUR_MS);
    const first = NOW + HOUR_MS;
    expect(told).toEqual([at(first), at(first + 24 * HOUR_MS), at(first + 48 * HOUR_MS)]);
    summary.close();
  });

  test.each([
    ['while the program was off is told at the start', '11:00', NOW - 2 * HOUR_MS, [at(NOW - HOUR_MS)]],
    ['long ago is told of the last day alone', '11:00', NOW - 500 * HOUR_MS, [at(NOW - HOUR_MS)]],
    ['before the program ended was told then', '11:00', NOW - HOUR_MS / 2, []],
    ['is still to come', '13:00', NOW - HOUR_MS, []],
    ['before the first start is nobody’s business', '11:00', null, []],
    ['that is not wanted', null, NOW - 2 * HOUR_MS, []],
  ] as const)('one that was due %s', async (_, summaryAt, aliveBefore, expected) => {
    const { summary, told } = given(summaryAt);
    summary.catchUp(aliveBefore);
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual(expected);
  });
});
