import { expect, test } from 'vitest';
import { nextSummaryAt, summaryLines } from '../../src/bot/daily-summary.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import { presenceOf } from '../../src/bot/presence.ts';
import { aConfig, aFill, d, filledTrade } from './fakes.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const pause = (over: object = {}) => ({
  reason: 'user' as const,
  channelId: null,
  since: 0,
  until: null,
  by: null,
  detail: '',
  ...over,
});

test.each([
  ['what is open', { open: 2 }, 'online', '2 open trades'],
  ['a pause and why', { pauses: [pause()] }, 'dnd', 'Entries paused'],
  ['none that is over', { pauses: [pause({ until: NOW })] }, 'online', '0 open trades'],
  ['a paused channel', { pauses: [pause({ channelId: '5' })] }, 'idle', 'Entries paused in alpha'],
  [
    'the pause of everything before that of a channel',
    { pauses: [pause({ channelId: '5' }), pause()] },
    'dnd',
    'Entries paused',
  ],
  ['that the exchange is not compared yet', { ready: false }, 'idle', 'Not ready for entries'],
])('the presence shows %s', (_, given, status, state) => {
  const shown = presenceOf({ pauses: [], open: 0, ready: true, ...given }, NOW, catalogues.en, () => 'alpha');
  expect(shown).toMatchObject({ status, activities: [{ state }] });
});

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
    fills: [...open.fills, aFill({ tradeId: '2', realisedPnl: d(100) })],
  };
  expect(summaryLines([closed], [open], catalogues.en)).toEqual([
    'Summary of the last 24 hours',
    'Net +97.00 USDT · 1 closed: 1 won, 0 lost',
    '1 open trade',
    '• BTCUSDT LONG',
  ]);
  expect(summaryLines([], [], catalogues.en)).toContain('No trade was closed.');
});
