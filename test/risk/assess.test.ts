import { describe, expect, test } from 'vitest';
import { assess, fingerprint } from '../../src/risk/assess.ts';
import { book, channel, d, filled, NOW, signal, source, tradeOf } from './fixtures.ts';

describe('fingerprint', () => {
  const of = (changes: Parameters<typeof signal>[0], author = 'a') => fingerprint(signal(changes), author);

  test.each<{ given: string; changes: Parameters<typeof signal>[0]; same: boolean }>([
    { given: 'other targets and leverage', changes: { takeProfits: [], leverage: 20 }, same: true },
    {
      given: 'the price written otherwise',
      changes: { entry: { type: 'limit', prices: [d('65000.00')] } },
      same: true,
    },
    { given: 'another entry', changes: { entry: { type: 'limit', prices: [d(65_001)] } }, same: false },
    { given: 'a market entry', changes: { entry: { type: 'market' } }, same: false },
    { given: 'another stop', changes: { stopLoss: { price: d(64_001) } }, same: false },
    { given: 'a stop in percent', changes: { stopLoss: { percent: d(64_000) } }, same: false },
    { given: 'no stop', changes: { stopLoss: null }, same: false },
    { given: 'another side', changes: { side: 'short' }, same: false },
    { given: 'another symbol', changes: { symbol: 'ETHUSDT' }, same: false },
  ])('GIVEN $given THEN same: $same', ({ changes, same }) => {
    expect(of(changes) === of({})).toBe(same);
  });

  test('another author is another signal; a reference price is no part of it', () => {
    expect(of({}, 'b')).not.toBe(of({}));
    expect(of({ entry: { type: 'market', reference: d(1) } })).toBe(of({ entry: { type: 'market' } }));
  });
});

describe('assess', () => {
  test('GIVEN a signal that waits for its own confirmation THEN it is no duplicate of itself', () => {
    const print = fingerprint(signal(), source().authorId);
    const seen = { at: NOW - 30_000, messageId: source().messageId, index: 0 };
    const state = book({ recentSignals: new Map([[print, seen]]) });
    expect(assess(signal(), source(), channel(), state, NOW).kind).toBe('planned');
    expect(assess(signal(), source({ index: 1 }), channel(), state, NOW).kind).toBe('denied');
  });

  test('GIVEN ten minutes gone by THEN the same signal counts again', () => {
    const print = fingerprint(signal(), source().authorId);
    const state = book({
      recentSignals: new Map([[print, { at: NOW - 600_000, messageId: '1', index: 0 }]]),
    });
    expect(assess(signal(), source(), channel(), state, NOW).kind).toBe('planned');
    expect(assess(signal(), source(), channel(), state, NOW - 1).kind).toBe('denied');
  });

  test('GIVEN several rules against a signal THEN the most fundamental is the denial, and all are listed', () => {
    const state = book({ foreignSymbols: new Set(['BTCUSDT']), dayPnl: d(-900) });
    const assessment = assess(signal({ stopLoss: null }), source(), channel(), state, NOW);
    expect(assessment.kind === 'denied' && assessment.denial.code).toBe('daily_loss');
    const failed = assessment.checks.filter((check) => !check.passed).map((check) => check.code);
    expect(failed).toEqual(['daily_loss', 'foreign_position', 'no_stop']);
  });

  test('GIVEN the daily loss lifted by hand THEN the rest of the day trades', () => {
    const state = book({ dayPnl: d(-900), dailyLossLiftedUntil: NOW + 1 });
    expect(assess(signal(), source(), channel(), state, NOW).kind).toBe('planned');
    expect(assess(signal(), source(), channel(), state, NOW + 1).kind).toBe('denied');
  });

  test('GIVEN hedge mode THEN both sides of a symbol stand side by side', () => {
    const first = assess(signal(), source(), channel(), book({ hedgeMode: true }), NOW);
    if (first.kind === 'denied') throw new Error(first.denial.code);
    const short = signal({ side: 'short', stopLoss: { price: d(66_000) }, takeProfits: [] });
    const state = book({ hedgeMode: true, trades: [filled(tradeOf(first.plan))] });
    expect(assess(short, source(), channel({ maxTradesPerSymbol: 2 }), state, NOW).kind).toBe('planned');
  });

  test('checks say how close each limit is', () => {
    const assessment = assess(signal(), source(), channel({ maxPositionNotionalPct: 100 }), book(), NOW);
    const closeness = (code: string) => assessment.checks.find((check) => check.code === code)?.closeness;
    expect(closeness('notional_limit')).toBeCloseTo(0.65);
    expect(closeness('risk_limit')).toBeCloseTo(0.2);
    expect(closeness('too_many_trades')).toBe(0);
    expect(closeness('paused')).toBeNull();
  });
});
