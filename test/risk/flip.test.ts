import { describe, expect, it } from 'vitest';
import { assess } from '../../src/risk/assess.ts';
import type { Book } from '../../src/risk/book.ts';
import type { ChannelSettings } from '../../src/risk/settings.ts';
import { book, channel, d, filled, NOW, signal, source, tradeOf } from './fixtures.ts';

/** What is foreseeable of closing the trades against a signal denies it before anything is closed. */

const short = signal({ side: 'short', stopLoss: { price: d(66_000) }, takeProfits: [{ price: d(63_000) }] });

/** Long from 65000. */
function long(from = '500000000000000001') {
  const planned = assess(signal(), source({ messageId: '1' }), channel(), book(), NOW);
  if (planned.kind !== 'planned') throw new Error(planned.denial.code);
  return filled(tradeOf(planned.plan, signal(), { channelId: from }));
}

function judge(settings: ChannelSettings, mark: number, changes: Partial<Book> = {}) {
  const prices = new Map([['BTCUSDT', { mark: d(mark), last: d(mark) }]]);
  return assess(short, source(), settings, book({ trades: [long()], prices, ...changes }), NOW);
}

const flips = { closeOnOpposite: true };

describe('GIVEN a long that is closed for the short', () => {
  it('AND loses THEN the loss that completes the streak denies the short', () => {
    const settings = channel({ maxConsecutiveLosses: 3 }, flips);
    expect(judge(settings, 64_800, { lossStreak: 2 })).toMatchObject({
      kind: 'denied',
      denial: { code: 'loss_streak', numbers: { losses: '3', limit: '3' } },
    });
    expect(judge(settings, 64_800, { lossStreak: 1 })).toMatchObject({ kind: 'planned' });
  });

  it('AND wins, its fees paid, THEN the streak is over', () => {
    const settings = channel({ maxConsecutiveLosses: 3 }, flips);
    expect(judge(settings, 65_500, { lossStreak: 2 })).toMatchObject({ kind: 'planned' });
    expect(judge(settings, 65_001, { lossStreak: 2 })).toMatchObject({
      kind: 'denied',
      denial: { code: 'loss_streak' },
    });
  });

  it('THEN the fee of closing it counts to the daily loss', () => {
    const settings = channel({}, flips);
    // 0.1 BTC at 65000 and 0.05 %: 3.25.
    expect(judge(settings, 65_000, { dayPnl: d('-496.8') })).toMatchObject({
      kind: 'denied',
      denial: { code: 'daily_loss', numbers: { scope: 'account', loss: '500.05' } },
    });
    expect(judge(settings, 65_000, { dayPnl: d('-496.7') })).toMatchObject({ kind: 'planned' });
  });

  it("THEN a channel's own streak is that of its own trades", () => {
    const settings = channel({}, flips, { own: { maxConsecutiveLosses: 1 } });
    expect(judge(settings, 64_800)).toMatchObject({ kind: 'denied', denial: { code: 'loss_streak' } });
    expect(judge(settings, 64_800, { trades: [long('500000000000000002')] })).toMatchObject({
      kind: 'planned',
    });
  });

  it('AND that may not be closed THEN nothing is foreseen', () => {
    expect(judge(channel({ maxConsecutiveLosses: 1 }), 64_800)).toMatchObject({
      kind: 'denied',
      denial: { code: 'opposite_position' },
    });
  });
});

it('GIVEN a loss that the signal itself has caused THEN it is no cooldown, any other is', () => {
  const lost = book({ lastLossAt: new Map([['BTCUSDT', NOW - 5]]) });
  const settings = channel({ cooldown: '15m' });
  expect(assess(short, source(), settings, lost, NOW, [NOW - 5])).toMatchObject({ kind: 'planned' });
  expect(assess(short, source(), settings, lost, NOW, [NOW - 900])).toMatchObject({
    kind: 'denied',
    denial: { code: 'cooldown' },
  });
});
