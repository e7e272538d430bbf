import { describe, expect, test } from 'vitest';
import {
  configChangedText,
  configChangeText,
  configRefusedText,
  heardAnew,
} from '../../src/bot/config-view.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import { aChannel, d } from './fakes.ts';

const t = catalogues.en;
const beta = aChannel({ name: 'beta', channel: '500000000000000002', risk: { maxLeverage: 3 } });

describe('what another file has changed', () => {
  test.each([
    ['a number', 'risk.maxLeverage', 10, 5, '10 → 5'],
    ['an amount', 'risk.riskPerTradePct', d('1.50'), d('0.5'), '1.5 → 0.5'],
    ['a duration', 'signals[a].maxAge', 60_000, 90_000, '1m → 90s'],
    ['one that is not there any more', 'risk.cooldown', 90_000, undefined, '90s → not set'],
    ['one that is none', 'channels.alerts', null, '400000000000000002', 'none → 400000000000000002'],
    ['a list', 'risk.denySymbols', ['BTCUSDT', 'ETHUSDT'], [], 'BTCUSDT, ETHUSDT → none'],
    ['a switch', 'trading.closeOnOpposite', false, true, 'false → true'],
    [
      'a block',
      'trading.trailingStop',
      null,
      { activateAfter: 2, callbackPct: d(1) },
      'none → activateAfter: 2, callbackPct: 1',
    ],
    [
      'a key',
      'alerts.heartbeatUrl',
      null,
      'https://hc.example/secret',
      'changed (not shown: it may hold a key)',
    ],
    [
      'a new channel',
      'signals[beta]',
      undefined,
      beta,
      'new, <#500000000000000002>, authors: 600000000000000001, market: usdm, mode: auto, maxAge: 1m, risk: maxLeverage: 3',
    ],
    [
      'a channel that goes',
      'signals[beta]',
      beta,
      undefined,
      'no longer listened to (<#500000000000000002>)',
    ],
  ])('%s', (_, path, before, after, then) => {
    expect(configChangeText({ path, before, after }, t)).toBe(then);
  });

  test('a value of /risk set that still holds is said, and markdown stays words', () => {
    const changes = [
      { path: 'risk.maxLeverage', before: 10, after: 5 },
      { path: 'signals[*big*].mode', before: 'auto', after: 'confirm' },
    ];
    const text = configChangedText(changes, (path) => (path === 'risk.maxLeverage' ? '3x' : null), t);
    expect(text.split('\n')).toEqual([
      'Config: config.yaml has changed, from now on:',
      '• risk.maxLeverage: 10 → 5 (until /risk reset, 3x holds)',
      '• signals\\[\\*big\\*\\].mode: auto → confirm',
    ]);
  });

  test('what cannot be used is said a line each, and that the settings before hold', () => {
    const problems = ['config.yaml line 28: risk.maxOpenTrades: expected number', 'config.yaml line 27: *x*'];
    expect(configRefusedText(problems, t).split('\n')).toEqual([
      'Config: config.yaml line 28: risk.maxOpenTrades: expected number',
      'config.yaml line 27: \\*x\\*',
      'None of it takes effect: the settings from before still hold.',
    ]);
    expect(configRefusedText(problems, catalogues['zh-CN'])).toMatch(
      /^配置（Config）：.+\n.+\n.+仍然有效。$/,
    );
    const long = configRefusedText(Array(200).fill('y'.repeat(400)), t);
    expect(long.length).toBeLessThanOrEqual(1_900);
    expect(long).toMatch(/still hold\.$/);
  });

  test('however much has changed, it is one message', () => {
    const changes = Array.from({ length: 200 }, (_, index) => ({
      path: `signals[channel ${index}].authors`,
      before: ['600000000000000001'],
      after: Array(50).fill('600000000000000002'),
    }));
    expect(configChangedText(changes, () => null, t).length).toBeLessThanOrEqual(1_900);
  });
});

test.each([
  ['a new channel', 'signals[beta]', ['2']],
  ['other authors', 'signals[beta].authors', ['2']],
  ['another channel under the same name', 'signals[beta].channel', ['2']],
  ['a name with brackets', 'signals[b [x] y].authors', ['3']],
  ['another mode', 'signals[beta].mode', []],
  ['a channel that is gone', 'signals[gone]', []],
  ['what is no channel', 'risk.maxLeverage', []],
])('after %s is read what was said since: %s', (_, path, then) => {
  const signals = [
    { name: 'alpha', channel: '1' },
    { name: 'beta', channel: '2' },
    { name: 'b [x] y', channel: '3' },
  ];
  expect(heardAnew([{ path, before: 1, after: 2 }], signals)).toEqual(then);
});
