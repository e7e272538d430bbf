import { expect, test } from 'vitest';
import type { Outcome, Receipt } from '../../src/bot/records.ts';
import { scorecards as cardsOf, heardOf, tradedOf } from '../../src/commands/scorecard.ts';
import type { Trade } from '../../src/trading/model.ts';
import { aFill, aPlan, aTrade, d, filledTrade } from '../bot/fakes.ts';

function aReceipt(results: readonly Outcome['result'][], over: Partial<Receipt> = {}): Receipt {
  return {
    messageId: '1',
    channelId: 'c',
    authorId: 'a',
    readAt: 0,
    kind: 'signal',
    meaning: '',
    revision: 0,
    detail: null,
    outcomes: results.map((result, index) => ({
      index,
      result,
      symbol: 'BTCUSDT',
      side: 'long',
      tradeId: null,
      denial: null,
      detail: null,
      checks: [],
    })),
    tradeIds: [],
    deleted: false,
    text: null,
    textLength: 0,
    evidence: [],
    effects: [],
    ...over,
  };
}

/** Entered at 60000 + `slip`, planned at 60000, at market; brought `pnl` before its commission of 1.5. */
function aClosed(pnl: number, { slip = 0, author = 'a', type = 'market' as 'market' | 'limit' } = {}): Trade {
  const trade = filledTrade();
  const plan = aPlan({ entryPrice: d(60_000) });
  return {
    ...trade,
    phase: 'closed',
    source: { ...trade.source, channelId: 'c', authorId: author },
    plan: { ...plan, riskAmount: d(100), entries: plan.entries.map((entry) => ({ ...entry, type })) },
    fills: [
      aFill({ price: d(60_000 + slip) }),
      aFill({
        tradeId: '2',
        clientId: 'x',
        action: 'SELL',
        price: d(60_000 + slip + pnl / 0.05),
        commission: d(0),
      }),
    ],
  };
}

function scorecards(receipts: readonly Receipt[], trades: readonly Trade[]) {
  return cardsOf(
    receipts.map(heardOf),
    trades.flatMap((trade) => tradedOf(trade) ?? []),
  );
}

test('counts signals by channel and author, most first', () => {
  const cards = scorecards(
    [aReceipt(['denied']), aReceipt(['opened', 'expired']), aReceipt(['opened'], { authorId: 'b' })],
    [],
  );
  expect(cards).toMatchObject([
    { channelId: 'c', authorId: 'a', signals: 3, denied: 2, traded: 0 },
    { channelId: 'c', authorId: 'b', signals: 1, denied: 0, traded: 0 },
  ]);
});

test('a signal that was decided again after an edit is still one', () => {
  const receipt = aReceipt(['proposed', 'proposed']);
  const edited = receipt.outcomes.map((outcome, at) => ({ ...outcome, index: at * 100 }));
  expect(scorecards([{ ...receipt, outcomes: edited }], [])).toMatchObject([{ signals: 1 }]);
});

test('results are of closed trades, trades that were never entered are none', () => {
  const [card] = scorecards([], [aClosed(101.5), aClosed(-48.5), { ...aClosed(0), phase: 'open' }, aTrade()]);
  expect(card).toMatchObject({ signals: 0, traded: 3, performance: { wins: 1, losses: 1 } });
  expect(card?.performance.expectancyR?.toString()).toBe('0.25');
  expect([...(card?.net ?? [])].map(([asset, net]) => `${net} ${asset}`)).toEqual(['50 USDT']);
});

test.each([
  ['worse', [{ slip: 60 }, { slip: 0 }], '0.05'],
  ['better', [{ slip: -60 }], '-0.1'],
  ['limit orders have none', [{ slip: -60, type: 'limit' as const }], null],
])('slippage: %s', (_, trades, slippage) => {
  const [card] = scorecards(
    [],
    trades.map((over) => aClosed(0, over)),
  );
  expect(card?.slippagePct?.toString() ?? null).toBe(slippage);
});
