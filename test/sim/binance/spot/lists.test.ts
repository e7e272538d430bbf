import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../../src/sim/binance/server.ts';
import type { UserEvent } from '../../../../src/sim/binance/spot/model.ts';
import { Decimal } from '../../../../src/trading/decimal.ts';
import { type Json, type Params, RawClient, steer } from '../raw-client.ts';

// https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#order-lists
let sim: BinanceSim;
let client: RawClient;
let events: UserEvent[];

beforeEach(async () => {
  sim = await startBinanceSim({ spotBalances: { USDT: '10000', BTC: '0.1' } });
  client = new RawClient(sim);
  events = [];
  sim.spot.exchange.subscribe((event) => {
    if (event.kind === 'user') events.push(event.event);
  });
});
afterEach(() => sim.close());

const price = (last: number) => sim.spot.exchange.setPrice('BTCUSDT', new Decimal(last));
const balance = async (asset: string) => {
  const { balances } = (await client.get('/api/v3/account')).body as { balances: Json[] };
  const { free, locked } = balances.find((row) => row.asset === asset) ?? {};
  return [free, locked];
};
const order = async (clientId: string) =>
  (await client.get('/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: clientId })).body;
const list = async () => (await client.get('/api/v3/orderList', { origClientOrderId: 'list' })).body;
/** What the account was told, in short: client id, execution, status, expiry reason; or the list's state. */
const told = () =>
  events
    .filter((event) => event.e === 'executionReport' || event.e === 'listStatus')
    .map((event) =>
      event.e === 'listStatus'
        ? `list ${event.l}`
        : [event.C || event.c, event.x, event.X, event.eR].filter((word) => word !== undefined).join(' '),
    );

const PAIR = {
  aboveType: 'LIMIT_MAKER',
  abovePrice: '66000',
  aboveClientOrderId: 'target',
  belowType: 'STOP_LOSS_LIMIT',
  belowStopPrice: '64000',
  belowPrice: '63900',
  belowTimeInForce: 'GTC',
  belowClientOrderId: 'stop',
};
const oco = (params: Params = {}) =>
  client.post('/api/v3/orderList/oco', {
    symbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '0.1',
    listClientOrderId: 'list',
    ...PAIR,
    ...params,
  });

describe('an OCO', () => {
  test('stands with both legs, and locks the coins once', async () => {
    const { body } = await oco({ newOrderRespType: 'RESULT' });
    expect(body).toMatchObject({
      contingencyType: 'OCO',
      listStatusType: 'EXEC_STARTED',
      listOrderStatus: 'EXECUTING',
      listClientOrderId: 'list',
      orders: [{ clientOrderId: 'stop' }, { clientOrderId: 'target' }],
      orderReports: [
        { type: 'STOP_LOSS_LIMIT', status: 'NEW', stopPrice: '64000.00000000', workingTime: -1 },
        { type: 'LIMIT_MAKER', status: 'NEW', price: '66000.00000000' },
      ],
    });
    expect(await balance('BTC')).toEqual(['0.00000000', '0.10000000']);
    expect((await client.get('/api/v3/openOrderList')).list).toHaveLength(1);
    expect((await client.get('/api/v3/openOrders', { symbol: 'BTCUSDT' })).list).toMatchObject([
      { clientOrderId: 'stop', isWorking: false, orderListId: body.orderListId },
      { clientOrderId: 'target', isWorking: true },
    ]);
    expect(told()).toEqual(['stop NEW NEW', 'target NEW NEW', 'list EXEC_STARTED']);
  });

  test('whose target fills loses its stop', async () => {
    await oco();
    events.length = 0;
    price(66_100);
    expect(told()).toEqual(['stop EXPIRED EXPIRED OCO_TRIGGER', 'list ALL_DONE', 'target TRADE FILLED']);
    expect(await order('stop')).toMatchObject({ status: 'EXPIRED', expiryReason: 'OCO_TRIGGER' });
    expect(await list()).toMatchObject({ listOrderStatus: 'ALL_DONE' });
    expect(await balance('USDT')).toEqual(['16593.40000000', '0.00000000']);
  });

  test('whose stop triggers loses its target, and sells', async () => {
    await oco();
    events.length = 0;
    price(63_990);
    expect(told()).toEqual([
      'target EXPIRED EXPIRED OCO_TRIGGER',
      'list ALL_DONE',
      'stop NEW NEW',
      'stop TRADE FILLED',
    ]);
    expect(await balance('BTC')).toEqual(['0.00000000', '0.00000000']);
  });

  test('jumped over is left behind with its limit, unprotected, and no list any more', async () => {
    await oco();
    await steer(sim, 'jump', { symbol: 'BTCUSDT', to: '63000' });
    expect(await order('stop')).toMatchObject({ status: 'NEW', isWorking: true, executedQty: '0.00000000' });
    expect((await client.get('/api/v3/openOrderList')).list).toEqual([]);
    expect(await balance('BTC')).toEqual(['0.00000000', '0.10000000']);
  });

  test('whose target fills in part has lost its stop from then on', async () => {
    await oco();
    await steer(sim, 'spot/partial', { symbol: 'BTCUSDT', fraction: '0.25' });
    price(66_000);
    expect(await order('target')).toMatchObject({ status: 'PARTIALLY_FILLED', executedQty: '0.02500000' });
    expect(await order('stop')).toMatchObject({ status: 'EXPIRED' });
    expect(await balance('BTC')).toEqual(['0.00000000', '0.07500000']);
  });

  test.each([
    { how: 'the list', path: '/api/v3/orderList', params: { listClientOrderId: 'list' } },
    { how: 'one leg', path: '/api/v3/order', params: { origClientOrderId: 'target' } },
  ])('is cancelled whole by cancelling $how', async ({ path, params }) => {
    await oco();
    events.length = 0;
    const { body } = await client.delete(path, { symbol: 'BTCUSDT', newClientOrderId: 'by-me', ...params });
    expect(body).toMatchObject({
      listOrderStatus: 'ALL_DONE',
      orderReports: [
        { origClientOrderId: 'stop', clientOrderId: 'by-me', status: 'CANCELED' },
        { origClientOrderId: 'target', clientOrderId: 'by-me', status: 'CANCELED' },
      ],
    });
    expect(told().toSorted()).toEqual([
      'list ALL_DONE',
      'stop CANCELED CANCELED',
      'target CANCELED CANCELED',
    ]);
    expect(await balance('BTC')).toEqual(['0.10000000', '0.00000000']);
    expect((await oco()).status).toBe(200);
  });

  test('gives its client ids free once it is over, and not before', async () => {
    await oco({ quantity: '0.01' });
    expect((await oco({ quantity: '0.01' })).body).toMatchObject({
      code: -2010,
      msg: 'Duplicate order sent.',
    });
    price(66_000);
    price(65_000);
    expect((await oco({ quantity: '0.01' })).status).toBe(200);
  });

  test('that buys locks the dearer leg', async () => {
    const leg = (prefix: string, own: Params) =>
      Object.fromEntries(Object.entries(own).map(([name, value]) => [`${prefix}${name}`, value]));
    const params = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: '0.1',
      ...leg('above', { Type: 'STOP_LOSS_LIMIT', StopPrice: '66000', Price: '66500', TimeInForce: 'GTC' }),
      ...leg('below', { Type: 'LIMIT_MAKER', Price: '64000' }),
    };
    expect((await client.post('/api/v3/orderList/oco', params)).status).toBe(200);
    expect(await balance('USDT')).toEqual(['3350.00000000', '6650.00000000']);
    price(64_000);
    expect(await balance('USDT')).toEqual(['3600.00000000', '0.00000000']);
  });
});

const WORKING = {
  symbol: 'BTCUSDT',
  listClientOrderId: 'list',
  workingType: 'LIMIT',
  workingSide: 'BUY',
  workingPrice: '64500',
  workingQuantity: '0.1',
  workingTimeInForce: 'GTC',
  workingClientOrderId: 'entry',
  pendingSide: 'SELL',
};
const PENDING_PAIR = Object.fromEntries(
  Object.entries(PAIR).map(([name, value]) => [`pending${name[0]?.toUpperCase()}${name.slice(1)}`, value]),
);
const otoco = (kind: 'otoco' | 'opoco', params: Params = {}) =>
  client.post(`/api/v3/orderList/${kind}`, { ...WORKING, ...PENDING_PAIR, ...params });

describe('an entry with its exits (OTOCO, OPOCO)', () => {
  test('keeps the exits pending until the entry has filled whole', async () => {
    const { body } = await otoco('otoco', { pendingQuantity: '0.1', newOrderRespType: 'RESULT' });
    expect(body).toMatchObject({
      contingencyType: 'OTO',
      orderReports: [
        { clientOrderId: 'entry', status: 'NEW' },
        { clientOrderId: 'stop', status: 'PENDING_NEW', workingTime: -1 },
        { clientOrderId: 'target', status: 'PENDING_NEW' },
      ],
    });
    await steer(sim, 'spot/partial', { symbol: 'BTCUSDT', fraction: '0.5' });
    price(64_500);
    expect(await order('entry')).toMatchObject({ status: 'PARTIALLY_FILLED' });
    expect(await order('stop')).toMatchObject({ status: 'PENDING_NEW' });
    events.length = 0;
    price(64_400);
    expect(told()).toEqual(['entry TRADE FILLED', 'stop NEW NEW', 'target NEW NEW', 'list EXEC_STARTED']);
    expect(await order('stop')).toMatchObject({ status: 'NEW' });
    // Of the tenth that was there and the tenth bought the fee is gone.
    expect(await balance('BTC')).toEqual(['0.09990000', '0.10000000']);
  });

  test('sells no more than there is after the fee: the exits of an OTOCO are refused, those of an OPOCO fit', async () => {
    await sim.spot.exchange.deposit('BTC', new Decimal('-0.1'));
    await otoco('otoco', { pendingQuantity: '0.1' });
    price(64_500);
    expect(await order('stop')).toMatchObject({ status: 'EXPIRED', expiryReason: 'REJECTED' });
    expect(await order('target')).toMatchObject({ status: 'EXPIRED', expiryReason: 'REJECTED' });
    expect(await list()).toMatchObject({ listOrderStatus: 'ALL_DONE' });

    await client.post('/api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: '0.0999',
    });
    price(65_000);
    const { body } = await otoco('opoco', { newOrderRespType: 'RESULT' });
    expect((body.orderReports as Json[])[1]).not.toHaveProperty('origQty');
    price(64_500);
    expect(await order('stop')).toMatchObject({ status: 'NEW', origQty: '0.09990000' });
    expect(await balance('BTC')).toEqual(['0.00000000', '0.09990000']);
  });

  test('an OPO takes its fee from what else is free, and sells all it bought', async () => {
    await otoco('opoco');
    price(64_500);
    expect(await order('target')).toMatchObject({ status: 'NEW', origQty: '0.10000000' });
    expect(await balance('BTC')).toEqual(['0.09990000', '0.10000000']);
  });

  test('what an OPO has bought in part is locked, and free when it is cancelled', async () => {
    await otoco('opoco');
    await steer(sim, 'spot/partial', { symbol: 'BTCUSDT', fraction: '0.5' });
    price(64_500);
    expect(await balance('BTC')).toEqual(['0.09995000', '0.05000000']);
    await client.delete('/api/v3/orderList', { symbol: 'BTCUSDT', listClientOrderId: 'list' });
    expect(await balance('BTC')).toEqual(['0.14995000', '0.00000000']);
    expect(await order('entry')).toMatchObject({ status: 'CANCELED', executedQty: '0.05000000' });
    expect(await order('target')).toMatchObject({ status: 'CANCELED' });
  });

  test('an entry that fills at once is answered with its exits still pending', async () => {
    const { body } = await otoco('otoco', {
      workingPrice: '65100',
      pendingQuantity: '0.1',
      newOrderRespType: 'RESULT',
    });
    expect((body.orderReports as Json[]).map((report) => report.status)).toEqual([
      'FILLED',
      'PENDING_NEW',
      'PENDING_NEW',
    ]);
    expect(await order('target')).toMatchObject({ status: 'NEW' });
  });

  test('exits that the price has passed when the entry fills are refused', async () => {
    await otoco('otoco', {
      pendingQuantity: '0.1',
      pendingBelowStopPrice: '64500',
      pendingBelowPrice: '64400',
    });
    price(64_500);
    expect(await order('stop')).toMatchObject({ status: 'EXPIRED', expiryReason: 'REJECTED' });
    expect(await order('target')).toMatchObject({ status: 'EXPIRED', expiryReason: 'REJECTED' });
  });

  test('an entry that the exchange ends takes its exits along', async () => {
    const { body } = await otoco('otoco', { pendingQuantity: '0.1' });
    await steer(sim, 'spot/expire', { orderId: (body.orders as Json[])[0]?.orderId });
    expect(await order('entry')).toMatchObject({ expiryReason: 'EXCHANGE_CANCELED' });
    expect(await order('stop')).toMatchObject({ status: 'EXPIRED', expiryReason: 'OTO_PHASE_ONE_EXPIRED' });
  });

  test('an OTO sends its one exit after it', async () => {
    const own = { pendingType: 'STOP_LOSS', pendingStopPrice: '63000', pendingClientOrderId: 'stop' };
    await client.post('/api/v3/orderList/oto', { ...WORKING, ...own, pendingQuantity: '0.1' });
    price(64_500);
    expect(await order('stop')).toMatchObject({ status: 'NEW', stopPrice: '63000.00000000' });
    price(62_000);
    expect(await order('stop')).toMatchObject({ status: 'FILLED' });
    expect(await list()).toMatchObject({ listOrderStatus: 'ALL_DONE' });
    expect(await balance('BTC')).toEqual(['0.09990000', '0.00000000']);
  });
});
