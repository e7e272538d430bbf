import { expect, test } from 'vitest';
import { assess } from '../../src/risk/assess.ts';
import type { Book } from '../../src/risk/book.ts';
import type { Signal } from '../../src/trading/model.ts';
import { book, channel, d, NOW, signal, source, tradeOf } from './fixtures.ts';

const taken = signal({ entry: { type: 'limit', prices: [d(64_500)] }, stopLoss: { price: d(63_000) } });

function planned(of: Signal) {
  const assessment = assess(of, source(), channel(), book(), NOW);
  if (assessment.kind === 'denied') throw new Error(assessment.denial.code);
  return tradeOf(assessment.plan, of);
}

const before = (): Book =>
  book({
    trades: [planned(taken)],
    dayPnl: d(-120),
    lossStreak: 1,
    entryOrderTimes: [NOW - 1_000],
    lastLossAt: new Map([['BTCUSDT', NOW - 86_400_000]]),
    troubles: [
      { class: 'margin', symbol: 'ETHUSDT', code: '-2019', failures: 3, until: NOW + 1_000 },
      { class: 'rate', symbol: null, code: '-1003', failures: 4, until: NOW + 9_000 },
    ],
  });

/** Everything about the account is another, as it may be by the time a decision is written down. */
function change(all: Book): void {
  const other = book({
    notReady: 'stopping',
    unreachableSince: NOW,
    equity: d(1),
    available: d(2),
    dayPnl: d(-9_000),
    dayStartEquity: d(3),
    lossStreak: 9,
    entryOrderTimes: [],
    conditionalOrders: { open: 199, limit: 200 },
    foreignSymbols: new Set(['BTCUSDT']),
  });
  (all.prices as Map<string, unknown>).set('BTCUSDT', { mark: d(1), last: d(1) });
  (all.lastLossAt as Map<string, number>).set('BTCUSDT', NOW);
  (all.entryOrderTimes as number[]).push(NOW, NOW);
  (all.trades as unknown[]).push(all.trades[0]);
  Object.assign(all, other);
}

test.each([
  ['passes', signal({}), { troubles: [] }],
  ['is denied by the exchange that does not answer', signal({}), {}],
  ['is denied by its stop', signal({ stopLoss: { price: d(10_000) } }), { troubles: [] }],
  ['is denied by its plan', signal({}), { troubles: [], available: d(0.01) }],
  ['is denied for a symbol that nobody lists', signal({ symbol: 'XUSDT' }), { troubles: [] }],
] as const)('what a signal that %s is judged by is told as it was, however late', (_, of, changes) => {
  const now = { ...before(), ...changes };
  const judge = () => assess(of, source(), channel(), now, NOW);
  const told = JSON.stringify(judge());
  const later = judge();
  change(now);
  expect(JSON.stringify(later)).toBe(told);
  expect(JSON.stringify(judge())).not.toBe(told);
});
