import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { findings } from '../../src/trading/desk/findings.ts';
import type { Order, Trade } from '../../src/trading/model.ts';
import { sampleTrade } from './store/sample-trade.ts';

const before = sampleTrade('a-0');

/** The trade with one of its orders changed. */
function withOrder(
  role: Order['role'],
  slot: number,
  change: Partial<Order>,
  more: Partial<Trade> = {},
): Trade {
  const orders = before.orders.map((order) =>
    order.role === role && order.slot === slot ? { ...order, ...change } : order,
  );
  return { ...before, orders, ...more };
}

/** Each of its entries has bought a part. */
const holding = sampleTrade('a-0', {
  orders: before.orders.map((order) =>
    order.role === 'entry' ? { ...order, executed: new Decimal('0.01') } : order,
  ),
});

/** What holds, with stops that it did not have before. */
function withStop(...stops: Partial<Order>[]): Trade {
  const [stop] = before.orders.filter(({ role }) => role === 'stop');
  if (!stop) throw new Error('no stop');
  const added = stops.map((change, index) => ({ ...stop, clientId: `new-${index}`, ...change }));
  return { ...holding, orders: [...holding.orders, ...added] };
}

/** The first of its stops went with its entry, and the target, where there is one. */
function fromEntry(trade: Trade, target?: string): Trade {
  const attached = {
    clientId: 'new-0',
    listId: 'list',
    type: 'stop_market' as const,
    quantity: new Decimal('0.015'),
    price: null,
    triggerPrice: new Decimal(90),
    ...(target ? { target: { clientId: target, price: new Decimal(120) } } : {}),
  };
  return {
    ...trade,
    orders: trade.orders.map((order, index) => (index === 0 ? { ...order, attached } : order)),
  };
}

/** The same, both of which stand. */
function pairFromEntry(): Trade {
  const trade = fromEntry(withStop({ status: 'working', listId: 'list' }), 'new-target');
  const [target] = trade.orders.filter(({ role }) => role === 'target');
  if (!target) throw new Error('no target');
  const added = { ...target, clientId: 'new-target', listId: 'list', price: new Decimal(120) };
  return { ...trade, orders: [...trade.orders, added] };
}

const d = (value: string) => new Decimal(value);

describe('what is told of a trade that nobody looked at for a while', () => {
  test.each<[string, Trade, Trade, unknown[]]>([
    ['nothing where nothing has changed', before, before, []],
    [
      'an entry that has filled',
      before,
      withOrder('entry', 1, { executed: d('0.015'), status: 'filled' }),
      [{ code: 'fill_found', symbol: 'BTCUSDT', numbers: { quantity: '0.015' } }],
    ],
    [
      'an entry without an answer that stands there',
      withOrder('entry', 1, { status: 'unknown' }),
      before,
      [{ code: 'entry_adopted', symbol: 'BTCUSDT', numbers: { quantity: '0.015' } }],
    ],
    [
      'an entry that never arrived',
      withOrder('entry', 1, { status: 'unknown' }),
      withOrder('entry', 1, { status: 'failed' }),
      [{ code: 'entry_failed', symbol: 'BTCUSDT', numbers: { quantity: '0.015' } }],
    ],
    [
      'a target that has filled, and the end of the trade',
      before,
      withOrder(
        'target',
        0,
        { executed: d('0.015'), status: 'filled' },
        { phase: 'closed', closeReason: 'targets' },
      ),
      [
        { code: 'exit_found', symbol: 'BTCUSDT', numbers: { role: 'target', quantity: '0.015' } },
        { code: 'trade_over', symbol: 'BTCUSDT', numbers: { reason: 'targets' } },
      ],
    ],
    [
      'a stop that somebody took away, and the one in its place',
      sampleTrade('a-0', {
        orders: before.orders.map((order) =>
          order.role === 'entry' ? { ...order, executed: d('0.01') } : order,
        ),
      }),
      {
        ...before,
        orders: [
          ...before.orders.map((order) => ({
            ...order,
            ...(order.role === 'entry' ? { executed: d('0.01') } : {}),
            ...(order.role === 'stop' ? { status: 'cancelled' as const } : {}),
          })),
          ...before.orders
            .filter(({ role }) => role === 'stop')
            .map((order) => ({ ...order, clientId: 'another', status: 'working' as const })),
        ],
      },
      [
        { code: 'order_gone', symbol: 'BTCUSDT', numbers: { role: 'stop', quantity: '0.015' } },
        { code: 'stop_restored', symbol: 'BTCUSDT', numbers: { price: '90', quantity: '0.03' } },
      ],
    ],
    ...(['working', 'triggered', 'cancelled'] as const).map((status): [string, Trade, Trade, unknown[]] => [
      `a stop that the exchange placed with its entry, ${status} by now`,
      holding,
      fromEntry(withStop({ status, cancelAskedAt: status === 'cancelled' ? 1 : null })),
      [{ code: 'stop_with_entry', symbol: 'BTCUSDT', numbers: { price: '90', quantity: '0.015' } }],
    ]),
    [
      'and with it the target',
      holding,
      pairFromEntry(),
      [
        {
          code: 'exits_with_entry',
          symbol: 'BTCUSDT',
          numbers: { price: '90', quantity: '0.015', target: '120' },
        },
      ],
    ],
    [
      'one of which nobody knows yet whether it was placed',
      holding,
      fromEntry(withStop({ status: 'unknown' })),
      [],
    ],
    [
      'a stop of ours, where the exchange could not place the one that went with its entry',
      holding,
      fromEntry(withStop({ status: 'expired' }, { slot: 1, status: 'working' })),
      [{ code: 'stop_restored', symbol: 'BTCUSDT', numbers: { price: '90', quantity: '0.03' } }],
    ],
    [
      'an order that we took away ourselves is nothing to tell',
      before,
      withOrder('target', 1, { status: 'cancelled', cancelAskedAt: 1 }),
      [],
    ],
    [
      'funding',
      before,
      { ...before, funding: before.funding.plus('0.5') },
      [{ code: 'funding_found', symbol: 'BTCUSDT', numbers: { amount: '0.5' } }],
    ],
    [
      'a liquidation fee',
      before,
      { ...before, liquidationShares: { 'liquidation 7': new Decimal('-12.5') } },
      [{ code: 'liquidation_fee_found', symbol: 'BTCUSDT', numbers: { amount: '-12.5' } }],
    ],
  ])('GIVEN %s', (_, was, is, lines) => {
    expect(findings(was, is)).toEqual(lines);
  });

  test.each([
    ['pending', false, ['entry_adopted']],
    ['pending', true, []],
    ['unknown', true, ['entry_adopted']],
  ] as const)('GIVEN an entry that was %s and now stands, answers to come: %s', (status, toCome, codes) => {
    expect(findings(withOrder('entry', 1, { status }), before, toCome).map(({ code }) => code)).toEqual(
      codes,
    );
  });
});
