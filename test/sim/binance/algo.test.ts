import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import {
  detail,
  type Json,
  type Listener,
  type Params,
  privateStream,
  RawClient,
  steer,
} from './raw-client.ts';

// https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Algo-Order-Update
let sim: BinanceSim;
let client: RawClient;
let stream: Listener;

beforeEach(async () => {
  sim = await startBinanceSim();
  client = new RawClient(sim);
  stream = await privateStream(sim, client);
});
afterEach(async () => {
  stream.close();
  await sim.close();
});

const market = (side: string, quantity: string, more: Params = {}) =>
  client.post('/fapi/v1/order', { symbol: 'BTCUSDT', side, type: 'MARKET', quantity, ...more });
const algo = (more: Params) =>
  client.post('/fapi/v1/algoOrder', { algoType: 'CONDITIONAL', symbol: 'BTCUSDT', side: 'SELL', ...more });
const stop = (more: Params = {}) =>
  algo({ type: 'STOP_MARKET', triggerPrice: '64000', quantity: '0.010', reduceOnly: 'true', ...more });
const price = (last: string, mark = last) =>
  sim.usdm.setPrice('BTCUSDT', { last: new Decimal(last), mark: new Decimal(mark) });
const find = async (clientAlgoId: string) => (await client.get('/fapi/v1/algoOrder', { clientAlgoId })).body;
const statuses = () => stream.events('ALGO_UPDATE').map((event) => detail(event).X);

describe('a stop', () => {
  test('waits in a book of its own', async () => {
    const placed = await stop({ clientAlgoId: 'stop-1' });
    expect(placed.body).toMatchObject({
      algoStatus: 'NEW',
      orderType: 'STOP_MARKET',
      triggerPrice: '64000.00',
    });
    expect((await client.get('/fapi/v1/openOrders')).list).toEqual([]);
    expect((await client.get('/fapi/v1/openAlgoOrders')).list).toHaveLength(1);
    const missing = await client.get('/fapi/v1/order', {
      symbol: 'BTCUSDT',
      orderId: Number(placed.body.algoId),
    });
    expect(missing.body.code).toBe(-2013);
  });

  test('fills under a new order id and its own client id, and ends FINISHED', async () => {
    await market('BUY', '0.010');
    await stop({ clientAlgoId: 'stop-1' });
    price('63900');
    await stream.next((message) => detail(message).X === 'FINISHED');
    expect(statuses()).toEqual(['NEW', 'TRIGGERING', 'TRIGGERED', 'FINISHED']);
    const finished = detail(stream.events('ALGO_UPDATE').at(-1));
    expect(finished).toMatchObject({ caid: 'stop-1', ap: '64000', aq: '0.01', act: 'MARKET' });
    const child = detail(stream.events('ORDER_TRADE_UPDATE').at(-1));
    expect(String(child.i)).toBe(finished.ai);
    expect(child).toMatchObject({
      c: 'stop-1',
      o: 'MARKET',
      ot: 'STOP_MARKET',
      X: 'FILLED',
      x: 'TRADE',
      sp: '64000',
    });
    expect(await find('stop-1')).toMatchObject({
      algoStatus: 'FINISHED',
      actualOrderId: finished.ai,
      actualPrice: '64000.00000',
      actualQty: '0.010',
      actualType: 'MARKET',
    });
  });

  test.each([
    { workingType: 'MARK_PRICE', last: '63000', mark: '64500', fires: false },
    { workingType: 'MARK_PRICE', last: '64500', mark: '63000', fires: true },
    { workingType: 'CONTRACT_PRICE', last: '64500', mark: '63000', fires: false },
    { workingType: 'CONTRACT_PRICE', last: '63000', mark: '64500', fires: true },
  ])(
    'by $workingType with last $last and mark $mark fires: $fires',
    async ({ workingType, last, mark, fires }) => {
      await market('BUY', '0.010');
      await stop({ workingType, clientAlgoId: 'stop-1' });
      price(last, mark);
      expect((await find('stop-1')).algoStatus).toBe(fires ? 'FINISHED' : 'NEW');
    },
  );

  test('by quantity may be placed with no position, and is rejected at the trigger without one', async () => {
    await stop({ clientAlgoId: 'stop-1' });
    price('63900');
    await stream.next((message) => detail(message).X === 'REJECTED');
    expect(detail(stream.events('ALGO_UPDATE').at(-1))).toMatchObject({
      rm: 'ReduceOnly Order is rejected.',
      ai: '',
    });
    expect(stream.events('ORDER_TRADE_UPDATE')).toEqual([]);
  });

  test('by quantity stays behind when the position is closed otherwise', async () => {
    await market('BUY', '0.010');
    await stop({ clientAlgoId: 'stop-1' });
    await market('SELL', '0.010', { reduceOnly: 'true' });
    expect((await find('stop-1')).algoStatus).toBe('NEW');
  });

  test('that closes the position is GTE_GTC and expires with it', async () => {
    await market('BUY', '0.010');
    const closing = {
      type: 'STOP_MARKET',
      triggerPrice: '64000',
      closePosition: 'true',
      clientAlgoId: 'stop-1',
    };
    expect((await algo(closing)).body).toMatchObject({ timeInForce: 'GTE_GTC', closePosition: true });
    await market('SELL', '0.010', { reduceOnly: 'true' });
    expect((await find('stop-1')).algoStatus).toBe('EXPIRED');
  });

  test('that closes the position closes all of it', async () => {
    await market('BUY', '0.010');
    await algo({ type: 'STOP_MARKET', triggerPrice: '64000', closePosition: 'true', clientAlgoId: 'stop-1' });
    await market('BUY', '0.020');
    price('63900');
    expect(await find('stop-1')).toMatchObject({ algoStatus: 'FINISHED', actualQty: '0.030' });
    expect((await client.get('/fapi/v3/positionRisk', { symbol: 'BTCUSDT' })).list).toEqual([]);
  });

  test('larger than what is left of the position closes what is left', async () => {
    await market('BUY', '0.010');
    await stop({ clientAlgoId: 'stop-1' });
    await market('SELL', '0.004', { reduceOnly: 'true' });
    price('63900');
    expect(await find('stop-1')).toMatchObject({ algoStatus: 'FINISHED', actualQty: '0.006' });
  });

  test('goes before targets that hold the whole position', async () => {
    await market('BUY', '0.010');
    const target = { side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', price: '66000', reduceOnly: 'true' };
    const resting = await client.post('/fapi/v1/order', { symbol: 'BTCUSDT', quantity: '0.010', ...target });
    await stop({ clientAlgoId: 'stop-1' });
    price('63900');
    expect(await find('stop-1')).toMatchObject({ algoStatus: 'FINISHED', actualQty: '0.010' });
    const left = await client.get('/fapi/v1/order', {
      symbol: 'BTCUSDT',
      orderId: Number(resting.body.orderId),
    });
    expect(left.body.status).toBe('EXPIRED');
  });

  test('can be dropped by the exchange', async () => {
    const placed = await stop({ clientAlgoId: 'stop-1' });
    await steer(sim, 'drop-algo', {
      algoId: placed.body.algoId,
      status: 'REJECTED',
      reason: 'Margin is insufficient.',
    });
    expect((await find('stop-1')).algoStatus).toBe('REJECTED');
    expect(detail(await stream.next((message) => detail(message).X === 'REJECTED')).rm).toBe(
      'Margin is insufficient.',
    );
  });

  test('is cancelled once, alone or with all of its contract', async () => {
    const placed = await stop({ clientAlgoId: 'stop-1' });
    const cancelled = await client.delete('/fapi/v1/algoOrder', { clientAlgoId: 'stop-1' });
    expect(cancelled.body).toEqual({
      algoId: placed.body.algoId,
      clientAlgoId: 'stop-1',
      code: '200',
      msg: 'success',
    });
    expect((await client.delete('/fapi/v1/algoOrder', { clientAlgoId: 'stop-1' })).body.code).toBe(-2011);
    await stop({ clientAlgoId: 'stop-2' });
    await client.delete('/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' });
    expect((await client.get('/fapi/v1/openAlgoOrders')).list).toEqual([]);
    const all = (await client.get('/fapi/v1/allAlgoOrders', { symbol: 'BTCUSDT' })).list;
    expect(all.map((row) => row.algoStatus)).toEqual(['CANCELED', 'CANCELED']);
  });
});

describe('other conditional orders', () => {
  test('a stop entry opens a position, and its margin is checked only at the trigger', async () => {
    const entry = { side: 'BUY', type: 'STOP_MARKET', triggerPrice: '66000' };
    await algo({ ...entry, quantity: '0.010', clientAlgoId: 'small' });
    await algo({ ...entry, quantity: '100', clientAlgoId: 'large' });
    price('66100');
    expect(await find('small')).toMatchObject({ algoStatus: 'FINISHED', actualQty: '0.010' });
    expect((await find('large')).algoStatus).toBe('REJECTED');
    const rejected: Json = detail(
      stream.events('ALGO_UPDATE').find((event) => detail(event).X === 'REJECTED'),
    );
    expect(rejected.rm).toMatch(/leverage|insufficient/);
  });

  test('a stop limit rests at its price once triggered', async () => {
    await algo({
      side: 'BUY',
      type: 'STOP',
      triggerPrice: '66000',
      price: '65500',
      quantity: '0.010',
      clientAlgoId: 'limit',
    });
    price('66000');
    const triggered = await find('limit');
    expect(triggered).toMatchObject({ algoStatus: 'TRIGGERED', actualType: 'LIMIT' });
    const child = { symbol: 'BTCUSDT', orderId: String(triggered.actualOrderId) };
    expect((await client.get('/fapi/v1/order', child)).body).toMatchObject({
      status: 'NEW',
      price: '65500.00',
    });
    price('65400');
    expect((await find('limit')).algoStatus).toBe('FINISHED');
  });

  test('a take profit fires on the other side', async () => {
    await market('BUY', '0.010');
    await algo({
      type: 'TAKE_PROFIT_MARKET',
      triggerPrice: '66000',
      quantity: '0.010',
      reduceOnly: 'true',
      clientAlgoId: 'tp',
    });
    price('64000');
    expect((await find('tp')).algoStatus).toBe('NEW');
    price('66000');
    expect(await find('tp')).toMatchObject({ algoStatus: 'FINISHED', actualPrice: '66000.00000' });
  });

  test('a trailing stop is activated, follows the price and fires at the callback', async () => {
    await market('BUY', '0.010');
    const trailing = {
      type: 'TRAILING_STOP_MARKET',
      activatePrice: '66000',
      callbackRate: '1',
      quantity: '0.010',
    };
    await algo({ ...trailing, reduceOnly: 'true', clientAlgoId: 'trail' });
    price('65500');
    price('66500');
    await stream.next((message) => detail(message).ia === true);
    price('68000');
    price('67400');
    expect((await find('trail')).algoStatus).toBe('NEW');
    price('67000');
    expect(await find('trail')).toMatchObject({ algoStatus: 'FINISHED', actualPrice: '67320.00000' });
    expect(statuses()).toEqual(['NEW', 'NEW', 'TRIGGERING', 'TRIGGERED', 'FINISHED']);
    expect(detail(stream.events('ORDER_TRADE_UPDATE').at(-1))).toMatchObject({ AP: '66000', cr: '1' });
  });
});
