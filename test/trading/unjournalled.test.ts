import { expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { type ElsewhereDeps, tellExecutions } from '../../src/trading/desk/elsewhere.ts';
import { clientIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { TradeEvent } from '../../src/trading/lifecycle/types.ts';
import type { Fill, Order } from '../../src/trading/model.ts';
import { fillOf, reportOf, tradeOf } from './trade/fixtures.ts';

const older = tradeOf({ messageId: '1' });
const [entry] = older.orders as [Order];
const lost: Order = {
  ...entry,
  clientId: clientIdOf(older.id, 'stop', 0, 7),
  role: 'stop',
  action: 'SELL',
  type: 'stop_market',
};

/** On futures an execution tells the exchange's id of its order alone. */
function sold(orderId: string): Fill {
  return fillOf(lost, '0.1', '90', { clientId: '', orderId, at: older.createdAt, tradeId: `t-${orderId}` });
}

test('of an exit that no trade knows it is asked once whose it is, however many others have left in parts', async () => {
  const targets = Array.from({ length: 12 }, (_, slot) => `known-${slot}`);
  const other = tradeOf({ messageId: '2' });
  const younger = {
    ...other,
    orders: [...other.orders, ...targets.map((orderId) => ({ ...lost, clientId: orderId, orderId }))],
  };
  const trades = new Map([older, younger].map((trade) => [trade.id, trade]));
  const asked: string[] = [];
  const told: [string, TradeEvent['type']][] = [];
  const report = reportOf(lost, { orderId: 'x7', status: 'filled', executed: new Decimal('0.1') });
  const deps = {
    exchange: {
      async findByOrderId(_: string, orderId: string) {
        asked.push(orderId);
        return orderId === 'x7' ? report : null;
      },
      findOrder: async (_: string, clientId: string) => (clientId === lost.clientId ? report : null),
    },
    runner: {
      all: () => [...trades.values()],
      get: (id: string) => trades.get(id),
      feed: async (id: string, { type }: TradeEvent) => void told.push([id, type]),
    },
  } as unknown as Pick<ElsewhereDeps, 'exchange' | 'runner'>;
  await tellExecutions(deps, [older, younger], ['x7', ...targets].map(sold));
  expect(asked).toEqual(['x7']);
  expect(told).toEqual([
    [older.id, 'adopt'],
    [older.id, 'fills'],
    [younger.id, 'fills'],
  ]);
});
