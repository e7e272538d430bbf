import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type Params, RawClient, steer } from './raw-client.ts';

let sim: BinanceSim;
let client: RawClient;

beforeEach(async () => {
  sim = await startBinanceSim();
  client = new RawClient(sim);
  await client.post('/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
});
afterEach(() => sim.close());

const market = (side: string, positionSide: string, quantity: string, more: Params = {}) =>
  client.post('/fapi/v1/order', { symbol: 'BTCUSDT', side, positionSide, type: 'MARKET', quantity, ...more });
const sides = async () => {
  const { list } = await client.get('/fapi/v3/positionRisk', { symbol: 'BTCUSDT' });
  return list.map((row) => [row.positionSide, row.positionAmt]);
};

test('long and short are held beside each other', async () => {
  await market('BUY', 'LONG', '0.010');
  await market('SELL', 'SHORT', '0.020');
  expect(await sides()).toEqual([
    ['LONG', '0.010'],
    ['SHORT', '-0.020'],
  ]);
  await market('BUY', 'SHORT', '0.020');
  expect(await sides()).toEqual([['LONG', '0.010']]);
});

test('an order without a side does not fit the mode', async () => {
  const order = await client.post('/fapi/v1/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.010',
  });
  expect(order.body.code).toBe(-4061);
});

test('no more than the side holds can be closed', async () => {
  await market('BUY', 'LONG', '0.010');
  expect((await market('SELL', 'LONG', '0.011')).body.code).toBe(-2022);
  expect((await market('BUY', 'SHORT', '0.010')).body.code).toBe(-2022);
});

test('each side has its own stop, and a stop touches only its side', async () => {
  await market('BUY', 'LONG', '0.010');
  await market('SELL', 'SHORT', '0.010');
  const stop = { algoType: 'CONDITIONAL', symbol: 'BTCUSDT', type: 'STOP_MARKET', quantity: '0.010' };
  await client.post('/fapi/v1/algoOrder', {
    ...stop,
    side: 'SELL',
    positionSide: 'LONG',
    triggerPrice: '64000',
  });
  await client.post('/fapi/v1/algoOrder', {
    ...stop,
    side: 'BUY',
    positionSide: 'SHORT',
    triggerPrice: '66000',
  });
  sim.usdm.setPrice('BTCUSDT', { last: new Decimal('63900') });
  expect(await sides()).toEqual([['SHORT', '-0.010']]);
  expect((await client.get('/fapi/v1/openAlgoOrders')).list).toMatchObject([{ positionSide: 'SHORT' }]);
});

test('both sides of every contract are listed by version 2', async () => {
  const { list } = await client.get('/fapi/v2/positionRisk', { symbol: 'BTCUSDT' });
  expect(list.map((row) => row.positionSide)).toEqual(['LONG', 'SHORT']);
});

test('the user closes one side by hand', async () => {
  await market('BUY', 'LONG', '0.010');
  await market('SELL', 'SHORT', '0.010');
  const closed = await steer(sim, 'close', { symbol: 'BTCUSDT', positionSide: 'LONG', via: 'ios' });
  expect(closed.body.clientOrderId).toMatch(/^ios_/);
  expect(await sides()).toEqual([['SHORT', '-0.010']]);
});
