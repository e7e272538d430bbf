import { expect, it } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { coinsOnTheirWay, countsOn } from '../../src/trading/desk/spot-counts.ts';
import type { Instrument, OrderReport, SpotFilters } from '../../src/trading/exchange.ts';
import { d, instrument } from '../risk/fixtures.ts';
import { spotTradeOf } from './spot/fixtures.ts';

const SPOT: SpotFilters = {
  stopMarket: true,
  averageMinutes: 5,
  lists: true,
  attaches: true,
  maxAlgoOrders: 5,
  maxLists: 20,
  maxOrders: 200,
  wholeAccount: { maxAlgoOrders: 200, maxLists: 20, maxOrders: 1_000 },
  sellUp: d(5),
  sellDown: d('0.2'),
};

const listed = (spot: SpotFilters = SPOT): Instrument => instrument('BTCUSDT', { spot });

/** An order of the user's own. */
function order(changes: Partial<OrderReport> = {}): OrderReport {
  return {
    clientId: 'web_1',
    symbol: 'BTCUSDT',
    conditional: false,
    orderId: '1',
    status: 'working',
    action: 'BUY',
    positionSide: 'BOTH',
    reduceOnly: false,
    quantity: d(2),
    executed: d('0.5'),
    avgPrice: null,
    price: d(100),
    triggerPrice: null,
    reason: null,
    at: 0,
    ...changes,
  };
}

const told = (filters: Instrument, open: OrderReport[] = [], trades = [spotTradeOf()]): string[] =>
  countsOn(filters, trades, open).map(({ of, scope, used, limit }) => `${scope} ${of} ${used}/${limit}`);

it('a trade counts with every list that it may have, of two orders each, and its resting entries', () => {
  const { maxLists = 0 } = spotTradeOf().terms.spot ?? {};
  expect(told(listed())).toEqual([
    `symbol conditional ${maxLists}/5`,
    `symbol lists ${maxLists}/20`,
    `symbol orders ${2 * maxLists + 1}/200`,
    `account conditional ${maxLists}/200`,
    `account lists ${maxLists}/20`,
    `account orders ${2 * maxLists + 1}/1000`,
  ]);
});

it('orders of the user count as what they are, on other symbols towards what the whole account may have', () => {
  const list = [
    order({ conditional: true, listed: true, action: 'SELL' }),
    order({ listed: true, action: 'SELL' }),
  ];
  const elsewhere = order({ symbol: 'ETHUSDT', conditional: true });
  expect(told(listed(), [...list, elsewhere], [])).toEqual([
    'symbol conditional 1/5',
    'symbol lists 1/20',
    'symbol orders 2/200',
    'account conditional 2/200',
    'account lists 1/20',
    'account orders 3/1000',
  ]);
});

it('what the exchange does not limit is not counted', () => {
  const { maxOrders: _, wholeAccount: __, ...few } = SPOT;
  expect(told(listed(few), [], [])).toEqual(['symbol conditional 0/5', 'symbol lists 0/20']);
  expect(told(listed({ ...few, wholeAccount: { maxLists: 3 } }), [], [])).toContain('account lists 0/3');
});

it('orders to buy bring coins, ours and the user’s, on every symbol of the coin', () => {
  const filters = new Map([
    ['BTCUSDT', listed()],
    ['BTCUSDC', { ...listed(), symbol: 'BTCUSDC', quote: 'USDC' }],
    ['ETHUSDT', instrument('ETHUSDT')],
  ]);
  const open = [
    order(),
    order({ symbol: 'BTCUSDC' }),
    order({ symbol: 'ETHUSDT' }),
    order({ action: 'SELL' }),
    order({ clientId: 'sb-abc-0-e0-0' }),
  ];
  const coins = coinsOnTheirWay('BTC', filters, [spotTradeOf()], open);
  const ours = spotTradeOf().orders.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
  expect(coins.toString()).toBe(ours.plus(3).toString());
});
