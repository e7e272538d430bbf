import { expect, test } from 'vitest';
import { createNewcomers, strangers, suspects } from '../../src/trading/desk/executions.ts';
import type { Fill, Order } from '../../src/trading/model.ts';
import { fillOf, tradeOf } from './trade/fixtures.ts';

const breakout = tradeOf({ messageId: '1', entries: [['stop_market', '105', '1']] });
const [entry] = breakout.orders as [Order];
const market = tradeOf({ messageId: '2' });

/** As futures list it: by the id that an order has there. */
function listed(over: Partial<Fill> = {}): Fill {
  return { ...fillOf(entry, '1', '105'), clientId: '', orderId: 'x7', ...over };
}

test.each<[string, Fill, string[]]>([
  ['in its direction makes a waiting breakout worth asking for', listed(), [entry.clientId]],
  ['in the other direction does not', listed({ action: 'SELL' }), []],
  ['on the other side of the hedge does not', listed({ positionSide: 'LONG' }), []],
  ['on another symbol does not', listed({ symbol: 'ETHUSDT' }), []],
])('an execution of an order that nobody knows, %s', (_, fill, asked) => {
  const found = suspects([breakout, market], [fill]);
  expect(found.map(({ order }) => order.clientId)).toEqual(asked);
});

test('what is no conditional order, or over, is not behind it', () => {
  const over = {
    ...breakout,
    orders: breakout.orders.map((order) => ({ ...order, status: 'filled' as const })),
  };
  expect(suspects([market, over], [listed()])).toEqual([]);
});

test('only executions that are in no trade and of no order of ours are strange', () => {
  const known = listed({ tradeId: 't1' });
  const named = listed({ tradeId: 't2', clientId: entry.clientId });
  const ordered = listed({ tradeId: 't3', orderId: 'x8' });
  const strange = listed({ tradeId: 't4' });
  const holding = {
    ...breakout,
    orders: [{ ...entry, orderId: 'x8' }],
    fills: [{ ...known, clientId: entry.clientId }],
  };
  expect(strangers([holding, market], [known, named, ordered, strange])).toEqual([strange]);
});

test('an execution is new once; another symbol counts its own', () => {
  const newcomers = createNewcomers();
  const ids = (symbol: string, ...seen: string[]) =>
    newcomers(
      symbol,
      seen.map((tradeId) => listed({ tradeId })),
    ).map(({ tradeId }) => tradeId);
  expect(ids('usdm BTCUSDT', '1')).toEqual(['1']);
  expect(ids('usdm BTCUSDT', '1', '2')).toEqual(['2']);
  expect(ids('usdm ETHUSDT', '1')).toEqual(['1']);
  expect(ids('usdm BTCUSDT', '1', '2')).toEqual([]);
});
