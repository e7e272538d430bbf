import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBinanceSim } from '../../../src/sim/binance/server.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type Case, commonCases, filled, type Stage, testCases } from './codes.ts';
import { KEY, type Params, type RawAnswer, RawClient, SECRET, steer } from './raw-client.ts';

const FUTURES = 'https://developers.binance.com/docs/derivatives/usds-margined-futures';
const ERRORS = `${FUTURES}/error-code`;
const GENERAL = `${FUTURES}/general-info`;
const ALGO = `${FUTURES}/trade/rest-api/New-Algo-Order`;
const CHANGES = 'https://developers.binance.com/docs/derivatives/change-log';

interface FuturesStage extends Stage {
  algo(params?: Params): Promise<RawAnswer>;
  /** A long position of 0.01 BTC. */
  long(): Promise<unknown>;
}

const LIMIT = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.010',
  price: '60000',
};
const STOP = {
  algoType: 'CONDITIONAL',
  symbol: 'BTCUSDT',
  side: 'SELL',
  type: 'STOP_MARKET',
  triggerPrice: '60000',
  quantity: '0.010',
  reduceOnly: 'true',
};
const CLOSING = { quantity: '', reduceOnly: '', closePosition: 'true' };

const GIVEN: Case<FuturesStage>[] = [
  ...commonCases({
    errors: ERRORS,
    account: '/fapi/v3/account',
    order: '/fapi/v1/order',
    limiter: ({ limiter }) => limiter,
    ban: 'ban',
  }),
  {
    code: -1006,
    when: 'the message bus gives an answer nobody expected',
    page: `${ERRORS}#-1006-unexpected_resp`,
    status: 503,
    provoke: async ({ sim, order }) => {
      await steer(sim, 'fault', { preset: 'unexpected', path: '/fapi/v1/order' });
      return order();
    },
  },
  {
    code: -1008,
    when: 'the system throttles',
    page: `${GENERAL}#http-return-codes`,
    status: 503,
    provoke: async ({ sim, order }) => {
      await steer(sim, 'fault', { preset: 'throttled', path: '/fapi/v1/order' });
      return order();
    },
  },
  {
    code: -1013,
    when: 'the price is nothing',
    page: `${ERRORS}#-1013-invalid_message`,
    provoke: ({ order }) => order({ price: '0' }),
  },
  {
    code: -1015,
    when: 'there are too many orders in ten seconds',
    page: `${ERRORS}#-1015-too_many_orders`,
    status: 429,
    provoke: async ({ sim, order }) => {
      sim.limiter.count(0, 300, sim.usdm.now());
      return order();
    },
  },
  {
    code: -1102,
    when: 'a mandatory parameter is missing',
    page: `${ERRORS}#-1102-mandatory_param_empty_or_malformed`,
    text: "Mandatory parameter 'price' was not sent",
    provoke: ({ order }) => order({ price: '' }),
  },
  {
    code: -1106,
    when: 'reduceOnly is sent in hedge mode',
    page: `${ERRORS}#-1106-param_not_required`,
    provoke: async ({ client, order }) => {
      await client.post('/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
      return order({ positionSide: 'LONG', reduceOnly: 'true' });
    },
  },
  {
    code: -1111,
    when: 'the price has more decimals than the contract',
    page: `${ERRORS}#-1111-bad_precision`,
    provoke: ({ order }) => order({ price: '60000.123' }),
  },
  {
    code: -1111,
    when: 'the quantity has more decimals than the contract',
    page: `${ERRORS}#-1111-bad_precision`,
    provoke: ({ order }) => order({ quantity: '0.0101' }),
  },
  {
    code: -1115,
    when: 'the time in force is none',
    page: `${ERRORS}#-1115-invalid_tif`,
    provoke: ({ order }) => order({ timeInForce: 'GTCC' }),
  },
  {
    code: -1116,
    when: 'the order type is none',
    page: `${ERRORS}#-1116-invalid_order_type`,
    provoke: ({ order }) => order({ type: 'LIMITED' }),
  },
  {
    code: -1117,
    when: 'the side is none',
    page: `${ERRORS}#-1117-invalid_side`,
    provoke: ({ order }) => order({ side: 'LONG' }),
  },
  {
    code: -1125,
    when: 'there is no listen key to keep alive',
    page: `${ERRORS}#-1125-invalid_listen_key`,
    provoke: ({ client }) => client.send('PUT', '/fapi/v1/listenKey'),
  },
  {
    code: -2010,
    when: 'the account may not trade',
    page: `${ERRORS}#-2010-new_order_rejected`,
    provoke: async ({ sim, order }) => {
      await steer(sim, 'account', { canTrade: false });
      return order();
    },
  },
  {
    code: -2019,
    when: 'the margin does not suffice',
    page: `${ERRORS}#-2019-margin_not_sufficien`,
    provoke: ({ order }) => order({ quantity: '10' }),
  },
  {
    code: -2021,
    when: 'a stop would trigger at once',
    page: `${ERRORS}#-2021-order_would_immediately_trigger`,
    provoke: ({ algo }) => algo({ triggerPrice: '66000' }),
  },
  {
    code: -2022,
    when: 'a reduce-only order has no position to reduce',
    page: `${ERRORS}#-2022-reduce_only_reject`,
    provoke: ({ order }) => order({ side: 'SELL', reduceOnly: 'true', price: '70000' }),
  },
  {
    code: -2027,
    when: 'the position would be larger than the leverage allows',
    page: `${ERRORS}#-2027-max_leverage_ratio`,
    provoke: async ({ client, order }) => {
      await client.post('/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 150 });
      return order({ quantity: '6' });
    },
  },
  {
    code: -4003,
    when: 'the quantity is nothing',
    page: `${ERRORS}#-4003-qty_less_than_zero`,
    provoke: ({ order }) => order({ quantity: '0' }),
  },
  {
    code: -4005,
    when: 'a market order is larger than the market lot size',
    page: `${ERRORS}#-4005-qty_greater_than_max_qty`,
    provoke: ({ order }) => order({ type: 'MARKET', timeInForce: '', price: '', quantity: '121' }),
  },
  {
    code: -4014,
    when: 'the price is no multiple of the tick size',
    page: `${ERRORS}#-4014-price_not_increased_by_tick_size`,
    provoke: ({ order }) => order({ price: '60000.05' }),
  },
  {
    code: -4015,
    when: 'the client id is longer than 36 characters',
    page: `${ERRORS}#-4015-invalid_cl_ord_id_len`,
    provoke: ({ order }) => order({ newClientOrderId: 'x'.repeat(37) }),
  },
  {
    code: -4016,
    when: 'a buy is too far above the mark price',
    page: `${ERRORS}#-4016-price_highter_than_multiplier_up`,
    text: "can't be higher than 68250",
    provoke: ({ order }) => order({ price: '70000' }),
  },
  {
    code: -4024,
    when: 'a sell is too far below the mark price',
    page: `${ERRORS}#-4024-price_lower_than_multiplier_down`,
    text: "can't be lower than 61750",
    provoke: ({ order }) => order({ side: 'SELL' }),
  },
  {
    code: -4028,
    when: 'the leverage is higher than any bracket has',
    page: `${ERRORS}#-4028-invalid_leverage`,
    provoke: ({ client }) => client.post('/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 151 }),
  },
  {
    code: -4045,
    when: 'there are 200 conditional orders already',
    page: `${ERRORS}#-4045-max_stop_order_exceeded`,
    provoke: async ({ sim, algo }) => {
      for (let count = 0; count < 200; count += 1) sim.usdm.placeAlgo(new Map(Object.entries(STOP)));
      return algo();
    },
  },
  {
    code: -4046,
    when: 'the margin type is set to what it is',
    page: `${ERRORS}#-4046-no_need_to_change_margin_type`,
    provoke: ({ client }) => client.post('/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'CROSSED' }),
  },
  {
    code: -4047,
    when: 'the margin type is changed with an open order',
    page: `${ERRORS}#-4047-there_exists_open_orders`,
    provoke: async ({ client, order }) => {
      await order();
      return client.post('/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    },
  },
  {
    code: -4048,
    when: 'the margin type is changed with a position',
    page: `${ERRORS}#-4048-there_exists_quantity`,
    provoke: async ({ client, long }) => {
      await long();
      return client.post('/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    },
  },
  {
    code: -4059,
    when: 'the position mode is set to what it is',
    page: `${ERRORS}#-4059-no_need_to_change_position_side`,
    provoke: ({ client }) => client.post('/fapi/v1/positionSide/dual', { dualSidePosition: 'false' }),
  },
  {
    code: -4061,
    when: 'a position side is named in one-way mode',
    page: `${ERRORS}#-4061-position_side_not_match`,
    provoke: ({ order }) => order({ positionSide: 'LONG' }),
  },
  {
    code: -4067,
    when: 'the position mode is changed with an open order',
    page: `${ERRORS}#-4067-position_side_change_exists_open_orders`,
    provoke: async ({ client, order }) => {
      await order();
      return client.post('/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
    },
  },
  {
    code: -4068,
    when: 'the position mode is changed with a position',
    page: `${ERRORS}#-4068-position_side_change_exists_quantity`,
    provoke: async ({ client, long }) => {
      await long();
      return client.post('/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
    },
  },
  {
    code: -4116,
    when: 'the client id belongs to an open order',
    page: `${ERRORS}#-4116-duplicated_client_order_id`,
    provoke: async ({ order }) => {
      await order({ newClientOrderId: 'twice' });
      return order({ newClientOrderId: 'twice' });
    },
  },
  {
    code: -4116,
    when: 'the client id belongs to a waiting conditional order',
    page: `${ERRORS}#-4116-duplicated_client_order_id`,
    provoke: async ({ algo }) => {
      await algo({ clientAlgoId: 'twice' });
      return algo({ clientAlgoId: 'twice' });
    },
  },
  {
    code: -4118,
    when: 'reduce-only orders together exceed the position',
    page: `${ERRORS}#-4118-reduce_only_margin_check_failed`,
    provoke: async ({ order, long }) => {
      await long();
      await order({ side: 'SELL', reduceOnly: 'true', price: '66000' });
      return order({ side: 'SELL', reduceOnly: 'true', price: '67000' });
    },
  },
  {
    code: -4120,
    when: 'a conditional order comes to the order endpoint',
    page: `${CHANGES}#2025-11-06`,
    provoke: ({ order }) => order({ type: 'STOP_MARKET', stopPrice: '60000', price: '', timeInForce: '' }),
  },
  {
    code: -4130,
    when: 'a second stop is to close the position',
    page: ALGO,
    provoke: async ({ algo, long }) => {
      await long();
      await algo(CLOSING);
      return algo({ ...CLOSING, triggerPrice: '59000' });
    },
  },
  {
    code: -4137,
    when: 'a quantity comes with closePosition',
    page: `${ERRORS}#-4137-quantity_exists_with_close_position`,
    provoke: async ({ algo, long }) => {
      await long();
      return algo({ closePosition: 'true', reduceOnly: '' });
    },
  },
  {
    code: -4140,
    when: 'the contract is halted',
    page: `${ERRORS}#-4140-invalid_opening_position_status`,
    provoke: async ({ sim, order }) => {
      await steer(sim, 'status', { symbol: 'BTCUSDT', status: 'SETTLING' });
      return order();
    },
  },
  {
    code: -4161,
    when: 'the leverage of an isolated position is lowered',
    page: `${ERRORS}#-4161-isolated_leverage_reject_with_position`,
    provoke: async ({ client, long }) => {
      await client.post('/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
      await long();
      return client.post('/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 5 });
    },
  },
  {
    code: -4164,
    when: 'the notional is too small',
    page: `${ERRORS}#-4164-min_notional`,
    text: 'no smaller than 100',
    provoke: ({ order }) => order({ quantity: '0.001' }),
  },
  {
    code: -4509,
    when: 'a stop is to close a position that is not there',
    page: ALGO,
    provoke: ({ algo }) => algo(CLOSING),
  },
  {
    code: -5021,
    when: 'a fill-or-kill order cannot be filled whole',
    page: `${ERRORS}#-5021-fok_order_reject`,
    provoke: ({ order }) => order({ timeInForce: 'FOK' }),
  },
  {
    code: -5022,
    when: 'a post-only order would take',
    page: `${ERRORS}#-5022-gtx_order_reject`,
    provoke: ({ order }) => order({ timeInForce: 'GTX', price: '65500' }),
  },
];

describe('every refusal has the code of the documentation', () => {
  let stage: FuturesStage;

  beforeEach(async () => {
    // A clock that stands still, at the beginning of a minute: no limit turns over in the middle of a test.
    const sim = await startBinanceSim({
      apiKeys: [{ apiKey: KEY, secret: SECRET }],
      clock: () => 1_790_000_040_000,
    });
    const client = new RawClient(sim);
    const order = (params: Params = {}) => client.post('/fapi/v1/order', filled({ ...LIMIT, ...params }));
    stage = {
      sim,
      client,
      order,
      algo: (params = {}) => client.post('/fapi/v1/algoOrder', filled({ ...STOP, ...params })),
      long: () => order({ type: 'MARKET', timeInForce: '', price: '' }),
    };
  });
  afterEach(() => stage.sim.close());

  testCases(GIVEN, () => stage);

  test('429 and 418 say when to come back', async () => {
    await steer(stage.sim, 'ban', { seconds: 60 });
    expect((await stage.client.get('/fapi/v3/account')).headers.get('retry-after')).toBe('60');
  });

  test('who goes on after 429 is banned', async () => {
    stage.sim.limiter.count(2_400, 0, stage.sim.usdm.now());
    const statuses: number[] = [];
    for (let count = 0; count < 12; count += 1)
      statuses.push((await stage.client.send('GET', '/fapi/v1/ping')).status);
    expect(statuses[0]).toBe(429);
    expect(statuses.at(-1)).toBe(418);
  });

  test('an unknown path is refused as the exchange does it', async () => {
    const refused = await stage.client.get('/fapi/v1/nothing');
    expect(refused.status).toBe(404);
    expect(refused.body).toEqual({ code: -5000, msg: 'Path /fapi/v1/nothing, Method GET is invalid' });
  });

  test('a refused order leaves nothing behind', async () => {
    await stage.order({ quantity: '10' });
    expect((await stage.client.get('/fapi/v1/allOrders', { symbol: 'BTCUSDT' })).list).toEqual([]);
    expect(stage.sim.usdm.account.wallet).toEqual(new Decimal(10_000));
  });
});
