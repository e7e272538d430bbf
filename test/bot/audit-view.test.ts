import { expect, test } from 'vitest';
import { auditBody } from '../../src/bot/audit-view.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { AuditEntry } from '../../src/bot/records.ts';
import { asDiscordReads } from './limits.ts';

const row = (over: Partial<AuditEntry>): AuditEntry => ({
  at: 1_795_000_000_000,
  userId: '200000000000000001',
  kind: 'command',
  what: '/x',
  result: '',
  ...over,
});
const shown = (...entries: AuditEntry[]) =>
  auditBody({ entries, anchor: 'a', page: 0, more: false }, catalogues.en).content.split('\n').slice(1);

test('people and times are shown whole or not at all, wherever a line ends', () => {
  const whole = '<@300000000000000001> <t:1795000000:R>';
  for (let before = 0; before < 130; before += 1) {
    const [line = ''] = shown(row({ result: `${'x'.repeat(before)} ${whole}` }));
    expect(line.replaceAll(/<@\d+>|<t:\d+:\w>/g, '')).not.toMatch(/[<@]|t:\d/);
  }
});

test('buttons are named, settings have their before and after, the panel is no user of Discord', () => {
  expect(
    shown(
      row({ kind: 'button', what: 't:abc-0:close50', result: 'BTCUSDT LONG: open → BTCUSDT LONG: closing' }),
      row({ kind: 'setting', what: 'maxLeverage', result: '10x → 3x' }),
      row({ userId: 'panel', what: '/panic', result: 'Sure?' }),
      row({ kind: 'button', what: 'l:positions:2' }),
    ).map((line) => line.replace(/^<t:\d+:f> /, '')),
  ).toEqual([
    '<@200000000000000001> button: Close 50% → BTCUSDT LONG: open → BTCUSDT LONG: closing',
    '<@200000000000000001> setting: maxLeverage: 10x → 3x',
    'panel command: /panic → Sure?',
    '<@200000000000000001> button: page 3',
  ]);
});

test('a page of hostile entries fits into a message', async () => {
  const hostile = row({ what: '`@everyone`'.repeat(50), result: '*_~|<>[]()#'.repeat(60) });
  const body = auditBody(
    { entries: Array(8).fill(hostile), anchor: 'a', page: 0, more: true },
    catalogues.en,
  );
  await asDiscordReads(body);
  expect(body.content.split('\n')).toHaveLength(9);
});
