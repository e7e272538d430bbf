import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { resultOf } from '../../../src/trading/lifecycle/facts.ts';
import { fillOf, tradeOf } from './fixtures.ts';

/** Entries of three executions, the mean of which has no end, and a close of all; the exchange says what it realised. */
function closedFor(reported: string, known = 3) {
  const trade = tradeOf({ entries: [['market', null, '3']] });
  const [entry] = trade.orders;
  if (!entry) throw new Error('a trade without an entry');
  const stop = { ...entry, clientId: `${entry.clientId}s`, role: 'stop' as const, action: 'SELL' as const };
  const entered = ['100', '100', '101'].slice(0, known).map((price) => fillOf(entry, '1', price));
  const closed = fillOf(stop, '3', '110', { realisedPnl: new Decimal(reported) });
  const executed = new Decimal(3);
  return {
    ...trade,
    orders: [entry, stop].map((one) => ({ ...one, executed })),
    fills: [...entered, closed],
  };
}

describe('what a trade on futures realised', () => {
  it.each([
    ['29', '29'],
    ['29.00000001', '29.00000001'],
    ['28.99999999', '28.99999999'],
  ])('GIVEN the exchange says %s THEN that is it, to the last digit', (reported, realised) => {
    expect(resultOf(closedFor(reported)).realised.toFixed()).toBe(realised);
  });

  it.each(['12.5', '-3'])(
    'GIVEN that a position shared with others made it %s THEN its own prices count',
    (reported) => {
      expect(resultOf(closedFor(reported)).realised.toFixed(8)).toBe('29.00000000');
    },
  );

  it('GIVEN an entry whose execution is not known THEN the exchange is believed', () => {
    expect(resultOf(closedFor('29', 2)).realised.toFixed()).toBe('29');
  });
});
