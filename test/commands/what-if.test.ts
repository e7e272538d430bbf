import { describe, expect, test } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Outcome } from '../../src/bot/records.ts';
import { whatIf } from '../../src/commands/what-if.ts';
import { assess } from '../../src/risk/assess.ts';
import type { Book } from '../../src/risk/book.ts';
import { type RiskKey, riskDefaults, riskKeys } from '../../src/risk/settings.ts';
import type { Assessment } from '../../src/trading/desk-types.ts';
import type { DenialCode, Signal } from '../../src/trading/model.ts';
import { book, channel, d, filled, NOW, signal, source, tradeOf } from '../risk/fixtures.ts';

/** The answer is held against what the rules themselves say of the same signal with the other value. */
interface Row {
  given: string;
  key: RiskKey;
  /** As in the file. */
  from: unknown;
  to: unknown;
  /** Other settings that hold. */
  beside?: Record<string, unknown>;
  signal?: Signal;
  book?: Partial<Book>;
  comes: 'denied' | 'allowed' | 'changed' | 'the same';
}

const tight = signal({ stopLoss: { price: d(64_900) } });
const eth = signal({
  symbol: 'ETHUSDT',
  entry: { type: 'limit', prices: [d(3_000)] },
  stopLoss: { price: d(2_900) },
  takeProfits: [],
});
const none = signal({ stopLoss: null });
const cross = signal({ marginMode: 'cross' });
const openTrade = () => {
  const assessed = assess(eth, source({ messageId: '1' }), channel(), book(), NOW);
  if (assessed.kind !== 'planned') throw new Error('not planned');
  return filled(tradeOf(assessed.plan, eth));
};
const lost = { lastLossAt: new Map([['BTCUSDT', NOW - 60_000]]) };

const ROWS: readonly Row[] = [
  { given: 'half the risk', key: 'riskPerTradePct', from: 1, to: 0.5, comes: 'changed' },
  { given: 'more risk', key: 'riskPerTradePct', from: 1, to: 2, comes: 'changed' },
  { given: 'a risk too small for the exchange', key: 'riskPerTradePct', from: 1, to: 0.001, comes: 'denied' },
  { given: 'a risk that was too small', key: 'riskPerTradePct', from: 0.005, to: 1, comes: 'allowed' },
  {
    given: 'more risk that a limit cuts',
    key: 'riskPerTradePct',
    from: 4,
    to: 5,
    signal: tight,
    comes: 'the same',
  },
  { given: 'less leverage than used', key: 'maxLeverage', from: 10, to: 3, comes: 'changed' },
  { given: 'more leverage than used', key: 'maxLeverage', from: 10, to: 20, comes: 'the same' },
  {
    given: 'fewer trades',
    key: 'maxOpenTrades',
    from: 5,
    to: 1,
    book: { trades: [openTrade()] },
    comes: 'denied',
  },
  {
    given: 'more trades',
    key: 'maxOpenTrades',
    from: 1,
    to: 2,
    book: { trades: [openTrade()] },
    comes: 'allowed',
  },
  {
    given: 'more on a symbol',
    key: 'maxTradesPerSymbol',
    from: 1,
    to: 2,
    signal: eth,
    book: { trades: [openTrade()] },
    comes: 'allowed',
  },
  { given: 'a smaller position', key: 'maxPositionNotionalPct', from: 200, to: 50, comes: 'changed' },
  {
    given: 'a position limit above it',
    key: 'maxPositionNotionalPct',
    from: 200,
    to: 100,
    comes: 'the same',
  },
  {
    given: 'a position limit below the smallest order',
    key: 'maxPositionNotionalPct',
    from: 200,
    to: 0.5,
    comes: 'denied',
  },
  { given: 'a position limit that cut', key: 'maxPositionNotionalPct', from: 50, to: 100, comes: 'changed' },
  {
    given: 'a position limit that denied',
    key: 'maxPositionNotionalPct',
    from: 0.5,
    to: 100,
    comes: 'allowed',
  },
  {
    given: 'less notional in all',
    key: 'maxTotalNotionalPct',
    from: 100,
    to: 60,
    beside: { maxPositionNotionalPct: 300 },
    book: { trades: [openTrade()] },
    comes: 'changed',
  },
  {
    given: 'notional that is used up',
    key: 'maxTotalNotionalPct',
    from: 100,
    to: 30,
    beside: { maxPositionNotionalPct: 300 },
    book: { trades: [openTrade()] },
    comes: 'denied',
  },
  {
    given: 'less risk in all',
    key: 'maxTotalRiskPct',
    from: 5,
    to: 1.5,
    book: { trades: [openTrade()] },
    comes: 'changed',
  },
  {
    given: 'risk that is used up',
    key: 'maxTotalRiskPct',
    from: 5,
    to: 1,
    book: { trades: [openTrade()] },
    comes: 'denied',
  },
  {
    given: 'a smaller loss of the day',
    key: 'maxDailyLossPct',
    from: 5,
    to: 2,
    book: { dayPnl: d(-300) },
    comes: 'denied',
  },
  {
    given: 'a greater loss of the day',
    key: 'maxDailyLossPct',
    from: 2,
    to: 5,
    book: { dayPnl: d(-300) },
    comes: 'allowed',
  },
  {
    given: 'a limit on losses in a row',
    key: 'maxConsecutiveLosses',
    from: 0,
    to: 2,
    book: { lossStreak: 2 },
    comes: 'denied',
  },
  {
    given: 'no limit on them',
    key: 'maxConsecutiveLosses',
    from: 2,
    to: 0,
    book: { lossStreak: 2 },
    comes: 'allowed',
  },
  { given: 'a cooldown', key: 'cooldown', from: '0s', to: '5m', book: lost, comes: 'denied' },
  { given: 'a cooldown that is over', key: 'cooldown', from: '0s', to: '1m', book: lost, comes: 'the same' },
  { given: 'a shorter cooldown', key: 'cooldown', from: '5m', to: '30s', book: lost, comes: 'allowed' },
  { given: 'a cooldown without a loss', key: 'cooldown', from: '0s', to: '5m', comes: 'the same' },
  { given: 'more reward', key: 'minRewardRisk', from: 0, to: 3, comes: 'denied' },
  { given: 'less reward', key: 'minRewardRisk', from: 3, to: 1, comes: 'allowed' },
  {
    given: 'a required stop',
    key: 'requireStopLoss',
    from: false,
    to: true,
    beside: { defaultStopPct: 5 },
    signal: none,
    comes: 'denied',
  },
  {
    given: 'a required stop that is there',
    key: 'requireStopLoss',
    from: false,
    to: true,
    beside: { defaultStopPct: 5 },
    comes: 'the same',
  },
  {
    given: 'no required stop',
    key: 'requireStopLoss',
    from: true,
    to: false,
    beside: { defaultStopPct: 5 },
    signal: none,
    comes: 'allowed',
  },
  {
    given: 'another default stop',
    key: 'defaultStopPct',
    from: 5,
    to: 3,
    beside: { requireStopLoss: false },
    signal: none,
    comes: 'changed',
  },
  {
    given: 'a default stop that is not needed',
    key: 'defaultStopPct',
    from: 5,
    to: 3,
    beside: { requireStopLoss: false },
    comes: 'the same',
  },
  { given: 'a nearer stop', key: 'maxStopDistancePct', from: 25, to: 1, comes: 'denied' },
  { given: 'a farther stop', key: 'maxStopDistancePct', from: 1, to: 25, comes: 'allowed' },
  {
    given: 'no way to the entry',
    key: 'maxEntryDeviationPct',
    from: 3,
    to: 1,
    book: { prices: new Map([['BTCUSDT', { mark: d(66_000), last: d(66_000) }]]) },
    comes: 'denied',
  },
  {
    given: 'a buffer that needs less leverage',
    key: 'minLiquidationBufferPct',
    from: 20,
    to: 100,
    signal: signal({ leverage: 10, stopLoss: { price: d(61_000) } }),
    comes: 'changed',
  },
  {
    given: 'fewer orders',
    key: 'maxOrdersPerMinute',
    from: 60,
    to: 2,
    book: { entryOrderTimes: [NOW - 1, NOW - 2] },
    comes: 'denied',
  },
  {
    given: 'more orders',
    key: 'maxOrdersPerMinute',
    from: 2,
    to: 3,
    book: { entryOrderTimes: [NOW - 1, NOW - 2] },
    comes: 'allowed',
  },
  { given: 'no cross', key: 'allowCross', from: true, to: false, signal: cross, comes: 'changed' },
  { given: 'other symbols', key: 'allowSymbols', from: [], to: ['ETHUSDT'], comes: 'denied' },
  {
    given: 'this symbol, too',
    key: 'allowSymbols',
    from: ['ETHUSDT'],
    to: ['ETHUSDT', 'BTC/USDT'],
    comes: 'allowed',
  },
  { given: 'not this symbol', key: 'denySymbols', from: [], to: ['BTCUSDT'], comes: 'denied' },
  { given: 'this symbol after all', key: 'denySymbols', from: ['BTCUSDT'], to: [], comes: 'allowed' },
];

test.each(ROWS)(
  '$key, $given: $comes',
  ({ key, from, to, beside, signal: wanted = signal(), book: changes, comes }) => {
    const [before, after] = [from, to].map((value) => channel({ ...beside, [key]: value }));
    if (!before || !after) throw new Error('no settings');
    const [was, would] = [before, after].map((one) => assess(wanted, source(), one, book(changes), NOW));
    if (!was || !would) throw new Error('not judged');
    expect(difference(was, would), 'by the rules themselves').toBe(comes);
    const change = { from: before.risk, to: after.risk };
    expect(whatIf([{ outcome: outcomeOf(was), account: change, channel: change }], key)).toMatchObject({
      asked: 1,
      denied: comes === 'denied' ? 1 : 0,
      allowed: comes === 'allowed' ? 1 : 0,
      changed: comes === 'changed' ? 1 : 0,
    });
  },
);

test('every setting has an answer', () => {
  expect(new Set(ROWS.map(({ key }) => key))).toEqual(new Set(Object.keys(riskKeys)));
});

function difference(was: Assessment, would: Assessment): Row['comes'] {
  if (was.kind === 'denied') return would.kind === 'denied' ? 'the same' : 'allowed';
  if (would.kind === 'denied') return 'denied';
  const text = ({ notes: _, ...plan }: typeof was.plan) => JSON.stringify(plan);
  return text(was.plan) === text(would.plan) ? 'the same' : 'changed';
}

function outcomeOf(assessed: Assessment): Outcome {
  const taken = assessed.kind === 'planned';
  return {
    index: 0,
    result: taken ? 'opened' : 'denied',
    symbol: 'BTCUSDT',
    side: 'long',
    tradeId: null,
    detail: null,
    denial: taken ? null : assessed.denial,
    checks: assessed.checks,
  };
}

const check = (code: DenialCode, passed: boolean, numbers: Record<string, string>) => ({
  code,
  setting: null,
  numbers,
  passed,
  closeness: null,
});

function outcome(result: Outcome['result'], ...checks: Outcome['checks']): Outcome {
  const failed = checks.find(({ passed }) => !passed);
  const denial = failed ? { code: failed.code, setting: null, numbers: failed.numbers } : null;
  return { index: 0, result, symbol: 'BTCUSDT', side: 'long', tradeId: null, detail: null, denial, checks };
}

test('counts what this setting alone has denied, and what was not asked about it not at all', () => {
  const far = (pct: string, passed: boolean) => check('stop_too_far', passed, { distancePct: pct });
  const past = [
    outcome('opened', far('5', true)),
    outcome('proposed', far('20', true)),
    outcome('denied', far('30', false)),
    outcome('denied', far('30', false), check('cooldown', false, {})),
    outcome('denied', far('20', true), check('cooldown', false, {})),
    outcome('opened'),
  ];
  const answer = (maxStopDistancePct: number) => {
    const change = { from: riskDefaults, to: { ...riskDefaults, maxStopDistancePct: d(maxStopDistancePct) } };
    return whatIf(
      past.map((one) => ({ outcome: one, account: change, channel: change })),
      'maxStopDistancePct',
    );
  };
  expect(answer(10)).toMatchObject({ asked: 5, denied: 1, allowed: 0 });
  expect(answer(25)).toMatchObject({ asked: 5, denied: 0, allowed: 0 });
  expect(answer(40)).toMatchObject({ asked: 5, denied: 0, allowed: 1 });
});

test('what a channel decided by its own limit follows the channel’s', () => {
  const account = { from: riskDefaults, to: { ...riskDefaults, maxOpenTrades: 9 } };
  const own = { ...riskDefaults, maxOpenTrades: 3 };
  const denied = outcome(
    'denied',
    check('too_many_trades', false, { open: '3', limit: '3', scope: 'channel' }),
  );
  const answer = whatIf([{ outcome: denied, account, channel: { from: own, to: own } }], 'maxOpenTrades');
  expect(answer).toMatchObject({ asked: 1, denied: 0, allowed: 0 });
});

describe.each([
  {
    t: catalogues.en,
    none: 'There was no signal in the last 30 days that tells what it would have changed.',
    unasked:
      'Of the 3 signals since <t:1795348800:d> (of at most 30 days): none came as far as this setting, which tells nothing of the change.',
    same: 'The 1 signal since <t:1795348800:d> (of at most 30 days) came as far as this setting; with the new value each would have been decided as it was.',
    all: 'Of the 12 signals since <t:1795348800:d> (of at most 30 days) 6 came as far as this setting; with the new value 2 that passed would have been denied, 1 that it denied would have passed, 3 would have been traded with another size.',
  },
  {
    t: catalogues['zh-CN'],
    none: '最近 30 天没有信号，无法说明它会带来什么变化。',
    unasked: '<t:1795348800:d>以来（最多 30 天）的 3 个信号都没有走到这项设置，无法说明它会带来什么变化。',
    same: '<t:1795348800:d>以来（最多 30 天）的 1 个信号中有 1 个走到了这项设置；换成新的取值，每个信号的结果都和当时一样。',
    all: '<t:1795348800:d>以来（最多 30 天）的 12 个信号中有 6 个走到了这项设置；换成新的取值，2 个原先通过的会被拒绝，1 个因它被拒的会通过，3 个会改变仓位大小。',
  },
])('in $t.language it is said of which days and which signals', ({ t, none, unasked, same, all }) => {
  const sinceMs = Date.UTC(2026, 10, 22, 12);
  const nothing = { asked: 0, denied: 0, allowed: 0, changed: 0, what: 'size' as const };

  test.each([
    [none, nothing, 0],
    [unasked, nothing, 3],
    [same, { ...nothing, asked: 1 }, 1],
    [all, { ...nothing, asked: 6, denied: 2, allowed: 1, changed: 3 }, 12],
  ])('%s', (says, found, signals) => {
    expect(t.command.whatIf(found, { signals, sinceMs })).toBe(says);
  });
});
