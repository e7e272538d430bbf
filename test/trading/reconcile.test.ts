import { expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { compare, type ReconcileDeps } from '../../src/trading/desk/reconcile.ts';
import type { OrderReport } from '../../src/trading/exchange.ts';
import type { TradeEvent } from '../../src/trading/lifecycle/types.ts';
import type { Order } from '../../src/trading/model.ts';
import { reportOf, tradeOf } from './trade/fixtures.ts';

test('what has executed is told before the other answers are there', () => {
  const trade = tradeOf({
    entries: [
      ['limit', '100', '1'],
      ['limit', '99', '1'],
    ],
  });
  const [filled, waiting] = trade.orders as [Order, Order];
  const grown = reportOf(filled, { executed: new Decimal('0.4') });
  const fed: [string, TradeEvent][] = [];
  const silence = () => new Promise<never>(() => undefined);
  const deps = {
    exchange: {
      account: silence,
      positions: silence,
      openOrders(seen: (book: OrderReport[]) => void) {
        seen([grown, reportOf(waiting), { ...grown, clientId: 'web_1' }]);
        return silence();
      },
    },
    runner: {
      get: (id: string) => (id === trade.id ? trade : undefined),
      all: () => [trade],
      feed: async (id: string, event: TradeEvent) => void fed.push([id, event]),
    },
    keeper: { beginReading: () => ({}) },
  };
  void compare(deps as unknown as ReconcileDeps, false);
  expect(fed).toEqual([[trade.id, { type: 'report', report: grown, fill: null }]]);
});
