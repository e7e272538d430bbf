import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../../src/sim/binance/server.ts';
import { Decimal } from '../../../../src/trading/decimal.ts';
import { type Case, commonCases, filled, type Stage, testCases } from '../codes.ts';
import { type Json, KEY, type Params, type RawAnswer, RawClient, SECRET, steer } from '../raw-client.ts';

const DOCS = 'https://github.com/binance/binance-spot-api-docs/blob/master';
const ERRORS = `${DOCS}/errors.md`;
const FILTERS = `${DOCS}/filters.md`;
const REST = `${DOCS}/rest-api.md`;

interface SpotStage extends Stage {
  /** An OCO that sells a hundredth of what is there. */
  oco(params?: Params): Promise<RawAnswer>;
  otoco(kind: string, params?: Params): Promise<RawAnswer>;
}

const LIMIT = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.01',
  price: '60000',
};
const OCO = {
  symbol: 'BTCUSDT',
  side: 'SELL',
  quantity: '0.001',
  aboveType: 'LIMIT_MAKER',
  abovePrice: '66000',
  belowType: 'STOP_LOSS',
  belowStopPrice: '64000',
};
const OTOCO = {
  symbol: 'BTCUSDT',
  workingType: 'LIMIT',
  workingSide: 'BUY',
  workingPrice: '64500',
  workingQuantity: '0.01',
  workingTimeInForce: 'GTC',
  pendingSide: 'SELL',
  pendingQuantity: '0.00999',
  pendingAboveType: 'LIMIT_MAKER',
  pendingAbovePrice: '66000',
  pendingBelowType: 'STOP_LOSS',
  pendingBelowStopPrice: '64000',
};

const filter = (name: string, provoke: Case<SpotStage>['provoke'], when: string): Case<SpotStage> => ({
  code: name.includes('MAX_NUM') ? -2010 : -1013,
  when,
  page: `${FILTERS}#${name.toLowerCase()}`,
  text: `Filter failure: ${name}`,
  provoke,
});

const GIVEN: Case<SpotStage>[] = [
  ...commonCases({
    errors: ERRORS,
    account: '/api/v3/account',
    order: '/api/v3/order',
    limiter: ({ spot }) => spot.limiter,
    ban: 'spot/ban',
  }),
  {
    code: -1013,
    when: 'the symbol is halted',
    page: `${ERRORS}#other-errors`,
    text: 'Market is closed.',
    provoke: async ({ sim, order }) => {
      await steer(sim, 'spot/status', { symbol: 'BTCUSDT', status: 'HALT' });
      return order();
    },
  },
  {
    code: -1013,
    when: 'the symbol lets orders only be cancelled',
    page: `${DOCS}/enums.md#symbol-status-status`,
    text: 'Market is closed.',
    provoke: async ({ sim, order }) => {
      await steer(sim, 'spot/status', { symbol: 'BTCUSDT', status: 'CANCEL_ONLY' });
      return order();
    },
  },
  filter('PRICE_FILTER', ({ order }) => order({ price: '60000.005' }), 'the price is between two ticks'),
  filter(
    'PERCENT_PRICE_BY_SIDE',
    ({ order }) => order({ price: '400000' }),
    'a buy is far above the average',
  ),
  filter(
    'PERCENT_PRICE_BY_SIDE',
    async ({ sim, order }) => {
      await steer(sim, 'spot/reference', { symbol: 'BTCUSDT', price: '10000' });
      return order();
    },
    'the reference price is far below, whatever the average',
  ),
  filter(
    'PERCENT_PRICE_BY_SIDE',
    async ({ sim, order }) => {
      await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', averageMinutes: 0, bidDown: '0.95' });
      await steer(sim, 'spot/price', { symbol: 'BTCUSDT', last: '65100' });
      return order({ price: '61800' });
    },
    'an average over no minutes is the last price',
  ),
  filter('LOT_SIZE', ({ order }) => order({ quantity: '0.010001' }), 'the quantity is between two steps'),
  filter('NOTIONAL', ({ order }) => order({ quantity: '0.00008' }), 'the order is worth less than 5 USDT'),
  filter(
    'PERCENT_PRICE',
    async ({ sim, order }) => {
      await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', old: true, bidDown: '0.9' });
      return order({ side: 'SELL', price: '50000' });
    },
    'the symbol has the filter that is one for both sides',
  ),
  filter(
    'MIN_NOTIONAL',
    async ({ sim, order }) => {
      await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', old: true });
      return order({ quantity: '0.00008' });
    },
    'the symbol has the filter without a largest value',
  ),
  filter(
    'NOTIONAL',
    async ({ sim, order }) => {
      await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', maxNotional: '500', maxToMarket: true });
      await steer(sim, 'spot/reference', { symbol: 'BTCUSDT', price: '60000' });
      return order({ type: 'MARKET', price: '', timeInForce: '' });
    },
    'a market order is worth more than may be, by the reference price',
  ),
  filter(
    'MARKET_LOT_SIZE',
    async ({ sim, order }) => {
      await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', maxMarketQuantity: '0.005' });
      return order({ type: 'MARKET', price: '', timeInForce: '' });
    },
    'a market order is larger than those may be',
  ),
  filter(
    'MAX_NUM_ORDERS',
    async ({ sim, order }) => {
      await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', maxOrders: 1 });
      await order();
      return order();
    },
    'as many orders are open as may be',
  ),
  filter(
    'MAX_NUM_ALGO_ORDERS',
    async ({ oco }) => {
      for (let count = 0; count < 5; count += 1) await oco();
      return oco();
    },
    'five orders with a stop are open',
  ),
  filter(
    'MAX_NUM_ORDER_LISTS',
    async ({ sim, oco }) => {
      await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', maxOrderLists: 1 });
      await oco();
      return oco();
    },
    'as many lists are open as may be',
  ),
  filter(
    'EXCHANGE_MAX_NUM_ORDERS',
    async ({ sim, order }) => {
      await steer(sim, 'spot/exchange-filters', { maxOrders: 1 });
      await order({ symbol: 'ETHUSDT', price: '2900' });
      return order();
    },
    'as many orders are open as the account may have',
  ),
  filter(
    'EXCHANGE_MAX_NUM_ALGO_ORDERS',
    async ({ sim, oco }) => {
      await steer(sim, 'spot/exchange-filters', { maxAlgoOrders: 1 });
      await oco();
      return oco();
    },
    'as many orders with a stop are open as the account may have',
  ),
  filter(
    'EXCHANGE_MAX_NUM_ORDER_LISTS',
    async ({ sim, oco }) => {
      await steer(sim, 'spot/exchange-filters', { maxOrderLists: 1 });
      await oco();
      return oco();
    },
    'as many lists are open as the account may have',
  ),
  filter(
    'MAX_POSITION',
    async ({ sim, order }) => {
      await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', maxPosition: '0.105' });
      return order();
    },
    'the account would hold more than it may',
  ),
  filter(
    'TRAILING_DELTA',
    ({ order }) => order({ side: 'SELL', type: 'STOP_LOSS', price: '', timeInForce: '', trailingDelta: '5' }),
    'a trailing stop follows too closely',
  ),
  {
    code: -1015,
    when: 'there are too many unfilled orders in ten seconds',
    page: `${ERRORS}#-1015-too_many_orders`,
    status: 429,
    text: 'Too many new orders; current limit is 100 orders per 10 SECOND.',
    provoke: ({ sim, order }) => {
      sim.spot.limiter.count(0, 100, sim.usdm.now());
      return order();
    },
  },
  {
    code: -1102,
    when: 'a limit order has no time in force',
    page: `${REST}#new-order-trade`,
    text: "Mandatory parameter 'timeInForce' was not sent",
    provoke: ({ order }) => order({ timeInForce: '' }),
  },
  {
    code: -1104,
    when: 'a parameter of futures is sent',
    page: `${ERRORS}#-1104-unread_parameters`,
    text: "read '8' parameter(s) but was sent '9'",
    provoke: ({ order }) => order({ reduceOnly: 'true' }),
  },
  {
    code: -1106,
    when: 'a market order has a price',
    page: `${ERRORS}#-1106-param_not_required`,
    text: "Parameter 'price' sent when not required.",
    provoke: ({ order }) => order({ type: 'MARKET', timeInForce: '' }),
  },
  {
    code: -1111,
    when: 'a quantity has more decimals than the asset',
    page: `${ERRORS}#-1111-bad_precision`,
    text: "Parameter 'quantity' has too much precision.",
    provoke: ({ order }) => order({ quantity: '0.0100000001' }),
  },
  {
    code: -1116,
    when: 'the order type belongs to futures',
    page: `${ERRORS}#-1116-invalid_order_type`,
    provoke: ({ order }) => order({ type: 'STOP_MARKET' }),
  },
  {
    code: -1127,
    when: 'trades of more than a day are asked for',
    page: `${REST}#account-trade-list-user_data`,
    provoke: ({ client }) =>
      client.get('/api/v3/myTrades', { symbol: 'BTCUSDT', startTime: 1, endTime: 9e7 }),
  },
  {
    code: -1145,
    when: 'cancelRestrictions is another word',
    page: `${REST}#regarding-cancelrestrictions`,
    text: 'Invalid cancelRestrictions',
    provoke: ({ client }) =>
      client.delete('/api/v3/order', { symbol: 'BTCUSDT', orderId: 1, cancelRestrictions: 'NEVER' }),
  },
  {
    code: -1158,
    when: 'a leg of a list is a market order',
    page: `${ERRORS}#-1158-oco_order_type_rejected`,
    provoke: ({ oco }) => oco({ belowType: 'MARKET' }),
  },
  {
    code: -1166,
    when: 'the limit order of a list that sells is below',
    page: `${ERRORS}#-1166-sell_oco_limit_must_be_above`,
    provoke: ({ oco }) => oco({ aboveType: 'STOP_LOSS', belowType: 'LIMIT_MAKER' }),
  },
  {
    code: -1168,
    when: 'both legs are limit orders',
    page: `${ERRORS}#-1168-both_oco_orders_cannot_be_limit`,
    provoke: ({ oco }) => oco({ belowType: 'LIMIT_MAKER' }),
  },
  {
    code: -1197,
    when: 'the stop loss of a list that sells is above',
    page: `${ERRORS}#-1197-sell_oco_stop_loss_must_be_below`,
    provoke: ({ oco }) => oco({ aboveType: 'STOP_LOSS', abovePrice: '', aboveStopPrice: '66000' }),
  },
  {
    code: -1222,
    when: 'the working order of an OPO sells',
    page: `${DOCS}/faqs/opo.md`,
    provoke: ({ otoco }) => otoco('opoco', { workingSide: 'SELL', pendingQuantity: '' }),
  },
  {
    code: -1225,
    when: 'the pending orders of an OPO have a quantity',
    page: `${DOCS}/faqs/opo.md`,
    provoke: ({ otoco }) => otoco('opoco'),
  },
  {
    code: -2010,
    when: 'the order costs more than is free',
    page: `${ERRORS}#other-errors`,
    text: 'Account has insufficient balance for requested action.',
    provoke: ({ order }) => order({ quantity: '1' }),
  },
  {
    code: -2010,
    when: 'the coins are locked by another order',
    page: `${ERRORS}#other-errors`,
    text: 'Account has insufficient balance for requested action.',
    provoke: async ({ oco, order }) => {
      await oco({ quantity: '0.1' });
      return order({ side: 'SELL', price: '70000' });
    },
  },
  {
    code: -2010,
    when: 'a client id is that of an open order',
    page: `${REST}#new-order-trade`,
    text: 'Duplicate order sent.',
    provoke: async ({ order }) => {
      await order({ newClientOrderId: 'mine' });
      return order({ newClientOrderId: 'mine' });
    },
  },
  {
    code: -2010,
    when: 'the stop has been passed already',
    page: `${ERRORS}#other-errors`,
    text: 'Order would trigger immediately.',
    provoke: ({ order }) =>
      order({ side: 'SELL', type: 'STOP_LOSS', price: '', timeInForce: '', stopPrice: '66000' }),
  },
  {
    code: -2010,
    when: 'a post-only order would take',
    page: `${ERRORS}#other-errors`,
    text: 'Order would immediately match and take.',
    provoke: ({ order }) => order({ type: 'LIMIT_MAKER', timeInForce: '', price: '66000' }),
  },
  {
    code: -2010,
    when: 'the price does not lie between the legs',
    page: `${ERRORS}#other-errors`,
    text: 'The relationship of the prices for the orders is not correct.',
    provoke: ({ oco }) => oco({ belowStopPrice: '65500' }),
  },
  {
    code: -2010,
    when: 'the account may not trade',
    page: `${ERRORS}#other-errors`,
    text: 'This account may not place or cancel orders.',
    provoke: async ({ sim, order }) => {
      await steer(sim, 'spot/account', { canTrade: false });
      return order();
    },
  },
  {
    code: -2011,
    when: 'the order is not in the state that cancelRestrictions wants',
    page: `${REST}#regarding-cancelrestrictions`,
    text: 'Order was not canceled due to cancel restrictions.',
    provoke: async ({ client, order }) => {
      const { orderId } = (await order()).body as { orderId: number };
      const how = { cancelRestrictions: 'ONLY_PARTIALLY_FILLED' };
      return client.delete('/api/v3/order', { symbol: 'BTCUSDT', orderId, ...how });
    },
  },
  {
    code: -2011,
    when: 'the list to cancel is done',
    page: `${REST}#cancel-order-list-trade`,
    provoke: async ({ client, oco }) => {
      const { orderListId } = (await oco()).body as { orderListId: number };
      await client.delete('/api/v3/orderList', { symbol: 'BTCUSDT', orderListId });
      return client.delete('/api/v3/orderList', { symbol: 'BTCUSDT', orderListId });
    },
  },
  {
    code: -2015,
    when: 'the key was taken back',
    page: `${ERRORS}#-2015-rejected_mbx_key`,
    status: 401,
    provoke: async ({ sim, order }) => {
      await steer(sim, 'key', { revoked: true });
      return order();
    },
  },
  {
    code: -2039,
    when: 'an order has another client id than the one asked for',
    page: `${ERRORS}#-2039-client_order_id_invalid`,
    provoke: async ({ client, order }) => {
      const { orderId } = (await order()).body as { orderId: number };
      return client.get('/api/v3/order', { symbol: 'BTCUSDT', orderId, origClientOrderId: 'other' });
    },
  },
  {
    code: -2043,
    when: 'the symbol never had a reference price',
    page: `${REST}#query-reference-price`,
    provoke: ({ client }) => client.send('GET', '/api/v3/referencePrice?symbol=BTCUSDT'),
  },
  {
    code: -2043,
    when: 'the reference price of the symbol is not calculated',
    page: `${REST}#query-reference-price-calculation`,
    provoke: ({ client }) => client.send('GET', '/api/v3/referencePrice/calculation?symbol=BTCUSDT'),
  },
];

describe('the spot market refuses with the documented code', () => {
  let stage: SpotStage;
  beforeEach(async () => {
    const spotBalances = { USDT: '10000', BTC: '0.1' };
    const sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }], spotBalances });
    const client = new RawClient(sim);
    stage = {
      sim,
      client,
      order: (params = {}) => client.post('/api/v3/order', filled({ ...LIMIT, ...params })),
      oco: (params = {}) => client.post('/api/v3/orderList/oco', filled({ ...OCO, ...params })),
      otoco: (kind, params = {}) => client.post(`/api/v3/orderList/${kind}`, filled({ ...OTOCO, ...params })),
    };
  });
  afterEach(() => stage.sim.close());

  testCases(GIVEN, () => stage);

  test('nothing has changed after a refusal', async () => {
    const before = await stage.client.get('/api/v3/account');
    await stage.order({ quantity: '1' });
    await stage.oco({ quantity: '5' });
    expect((await stage.client.get('/api/v3/openOrders')).list).toEqual([]);
    expect((await stage.client.get('/api/v3/account')).body.balances).toEqual(before.body.balances);
  });

  // https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#general-info-on-limits
  test('every answer says what is used up, and a fill gives order count back', async () => {
    const { headers } = await stage.order();
    expect(headers.get('x-mbx-used-weight-1m')).toBe('1');
    expect([headers.get('x-mbx-order-count-10s'), headers.get('x-mbx-order-count-1d')]).toEqual(['1', '1']);
    await stage.oco();
    stage.sim.spot.exchange.setPrice('BTCUSDT', new Decimal(59_000));
    const { list } = await stage.client.get('/api/v3/rateLimit/order');
    expect(list.map((row) => [row.interval, row.limit, row.count])).toEqual([
      ['SECOND', 100, 0],
      ['DAY', 200_000, 0],
    ]);
  });
});

describe('cancelReplace', () => {
  // https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#cancel-an-existing-order-and-send-a-new-order-trade
  let sim: BinanceSim;
  let client: RawClient;
  beforeEach(async () => {
    sim = await startBinanceSim({ spotBalances: { USDT: '1000', BTC: '0.1' } });
    client = new RawClient(sim);
  });
  afterEach(() => sim.close());

  const STOP = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_LOSS', quantity: '0.1', stopPrice: '60000' };
  const place = async () =>
    (await client.post('/api/v3/order', { ...STOP, newClientOrderId: 'old' })).body as { orderId: number };
  const replace = (params: Params, mode = 'STOP_ON_FAILURE') =>
    client.post('/api/v3/order/cancelReplace', {
      ...STOP,
      cancelOrigClientOrderId: 'old',
      cancelReplaceMode: mode,
      newClientOrderId: 'new',
      ...params,
    });
  const open = async () => (await client.get('/api/v3/openOrders')).list.map((row) => row.clientOrderId);

  test('takes the old order away and places the new one, with the coins that the old one had locked', async () => {
    await place();
    const { status, body } = await replace({ stopPrice: '61000' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      cancelResult: 'SUCCESS',
      newOrderResult: 'SUCCESS',
      cancelResponse: { origClientOrderId: 'old', status: 'CANCELED' },
      newOrderResponse: { clientOrderId: 'new' },
    });
    expect(await open()).toEqual(['new']);
  });

  test('without an order to cancel nothing is attempted: -2022', async () => {
    const { status, body } = await replace({});
    expect([status, body]).toEqual([
      400,
      {
        code: -2022,
        msg: 'Order cancel-replace failed.',
        data: {
          cancelResult: 'FAILURE',
          newOrderResult: 'NOT_ATTEMPTED',
          cancelResponse: { code: -2011, msg: 'Unknown order sent.' },
          newOrderResponse: null,
        },
      },
    ]);
    expect(await open()).toEqual([]);
  });

  test('where the engine refuses the new order the old one is gone: -2021', async () => {
    await place();
    const { status, body } = await replace({ stopPrice: '66000' });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: -2021,
      data: {
        cancelResult: 'SUCCESS',
        newOrderResult: 'FAILURE',
        newOrderResponse: { code: -2010, msg: 'Order would trigger immediately.' },
      },
    });
    expect(await open()).toEqual([]);
  });

  test('ALLOW_FAILURE places the new order though there was none to cancel: -2021', async () => {
    const { status, body } = await replace({}, 'ALLOW_FAILURE');
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: -2021, data: { cancelResult: 'FAILURE', newOrderResult: 'SUCCESS' } });
    expect(await open()).toEqual(['new']);
  });

  test('filters are judged before anything is cancelled', async () => {
    await place();
    const { body } = await replace({ stopPrice: '60000.001' });
    expect(body).toEqual({ code: -1013, msg: 'Filter failure: PRICE_FILTER' } satisfies Json);
    expect(await open()).toEqual(['old']);
  });

  test('the order that goes still counts against MAX_NUM_ALGO_ORDERS', async () => {
    await steer(sim, 'spot/filters', { symbol: 'BTCUSDT', maxAlgoOrders: 1 });
    await place();
    expect((await replace({ stopPrice: '61000' })).body.msg).toBe('Filter failure: MAX_NUM_ALGO_ORDERS');
    expect(await open()).toEqual(['old']);
  });
});
