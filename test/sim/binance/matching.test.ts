import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type Json, type Params, RawClient, steer } from './raw-client.ts';

let sim: BinanceSim;
let client: RawClient;

beforeEach(async () => {
  sim = await startBinanceSim({ balance: '10000' });
  client = new RawClient(sim);
});
afterEach(() => sim.close());

const market = (side: string, quantity: string, more: Params = {}) =>
  client.post('/fapi/v1/order', {
    symbol: 'BTCUSDT',
    side,
    type: 'MARKET',
    quantity,
    newOrderRespType: 'RESULT',
    ...more,
  });
const limit = (side: string, quantity: string, price: string, more: Params = {}) =>
  client.post('/fapi/v1/order', {
    symbol: 'BTCUSDT',
    side,
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity,
    price,
    newOrderRespType: 'RESULT',
    ...more,
  });
const query = async (orderId: unknown) =>
  (await client.get('/fapi/v1/order', { symbol: 'BTCUSDT', orderId: Number(orderId) })).body;
const position = async (): Promise<Json> =>
  (await client.get('/fapi/v3/positionRisk', { symbol: 'BTCUSDT' })).list[0] ?? {};
const price = (last: string, mark?: string) =>
  sim.usdm.setPrice('BTCUSDT', {
    last: new Decimal(last),
    ...(mark === undefined ? {} : { mark: new Decimal(mark) }),
  });
const book = (bids: string[][], asks: string[][]) => steer(sim, 'depth', { symbol: 'BTCUSDT', bids, asks });

describe('orders that take', () => {
  test('a market order pays the spread and the taker fee', async () => {
    const order = await market('BUY', '0.010');
    expect(order.body).toMatchObject({ status: 'FILLED', executedQty: '0.010', avgPrice: '65000.10000' });
    const [trade] = (await client.get('/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).list;
    expect(trade).toMatchObject({
      maker: false,
      commission: '0.32500050',
      commissionAsset: 'USDT',
      buyer: true,
    });
    expect(sim.usdm.account.wallet.toFixed(8)).toBe('9999.67499950');
  });

  test('an acknowledgement says NEW and nothing of the fill', async () => {
    const { body } = await market('BUY', '0.010', { newOrderRespType: 'ACK' });
    expect(body).toMatchObject({ status: 'NEW', executedQty: '0.000' });
    expect(body).not.toHaveProperty('avgPrice');
    expect(await query(body.orderId)).toMatchObject({ status: 'FILLED' });
  });

  test('a market order walks the book level by level and expires where it ends', async () => {
    await book(
      [],
      [
        ['65000', '0.004'],
        ['65010', '0.005'],
      ],
    );
    const order = await market('BUY', '0.010');
    expect(order.body).toMatchObject({ status: 'EXPIRED', executedQty: '0.009', avgPrice: '65005.55556' });
    const trades = (await client.get('/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).list;
    expect(trades.map((trade) => [trade.price, trade.qty])).toEqual([
      ['65000.00', '0.004'],
      ['65010.00', '0.005'],
    ]);
  });

  test.each([
    { timeInForce: 'GTC', status: 'PARTIALLY_FILLED' },
    { timeInForce: 'IOC', status: 'EXPIRED' },
  ])(
    'a crossing limit order $timeInForce that the book cannot fill is $status',
    async ({ timeInForce, status }) => {
      await book(
        [],
        [
          ['65000', '0.004'],
          ['65300', '1'],
        ],
      );
      const order = await limit('BUY', '0.010', '65200', { timeInForce });
      expect(order.body).toMatchObject({ status, executedQty: '0.004' });
    },
  );

  test('fill-or-kill fills whole or is refused', async () => {
    await book([], [['65000', '0.010']]);
    expect((await limit('BUY', '0.011', '65200', { timeInForce: 'FOK' })).body.code).toBe(-5021);
    expect((await limit('BUY', '0.010', '65200', { timeInForce: 'FOK' })).body.status).toBe('FILLED');
  });
});

describe('orders that rest', () => {
  test('fill at their own price as maker when the market passes them', async () => {
    const order = await limit('BUY', '0.010', '64000', { timeInForce: 'GTX' });
    price('63000');
    expect(await query(order.body.orderId)).toMatchObject({ status: 'FILLED', avgPrice: '64000.00000' });
    const [trade] = (await client.get('/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).list;
    expect(trade).toMatchObject({ maker: true, commission: '0.12800000' });
  });

  test('do not fill while the market moves away', async () => {
    const order = await limit('BUY', '0.010', '65000');
    price('66000');
    expect(await query(order.body.orderId)).toMatchObject({ status: 'NEW' });
  });

  test('are met in the order of the way', async () => {
    const [far, near] = [await limit('BUY', '0.010', '63000'), await limit('BUY', '0.010', '64000')];
    price('62000');
    const trades = (await client.get('/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).list;
    expect(trades.map((trade) => trade.orderId)).toEqual([near.body.orderId, far.body.orderId]);
  });

  test('fill in parts when a script says so', async () => {
    const order = await limit('BUY', '0.010', '64000');
    await steer(sim, 'partial', { symbol: 'BTCUSDT', fraction: '0.3' });
    price('63900');
    expect(await query(order.body.orderId)).toMatchObject({
      status: 'PARTIALLY_FILLED',
      executedQty: '0.003',
    });
    await steer(sim, 'fill', { orderId: order.body.orderId, quantity: '0.002' });
    expect(await query(order.body.orderId)).toMatchObject({
      status: 'PARTIALLY_FILLED',
      executedQty: '0.005',
    });
    price('63800');
    expect(await query(order.body.orderId)).toMatchObject({ status: 'FILLED' });
  });

  test('fill with what a book that crosses them offers', async () => {
    const order = await limit('SELL', '0.010', '66000');
    await book([['66100', '0.004']], [['66200', '1']]);
    expect(await query(order.body.orderId)).toMatchObject({ executedQty: '0.004', avgPrice: '66000.00000' });
  });

  test('are cancelled once', async () => {
    const order = await limit('BUY', '0.010', '64000');
    const cancel = () =>
      client.delete('/fapi/v1/order', { symbol: 'BTCUSDT', orderId: Number(order.body.orderId) });
    expect((await cancel()).body).toMatchObject({ status: 'CANCELED' });
    expect((await cancel()).body.code).toBe(-2011);
  });
});

describe('reduce-only', () => {
  test('an order larger than the position closes it and no more', async () => {
    await market('BUY', '0.010');
    const order = await market('SELL', '0.020', { reduceOnly: 'true' });
    expect(order.body).toMatchObject({ status: 'EXPIRED', executedQty: '0.010' });
    expect((await position()).positionAmt).toBeUndefined();
  });

  test('a market order goes before resting targets and knocks the farthest out', async () => {
    await market('BUY', '0.010');
    const near = await limit('SELL', '0.005', '66000', { reduceOnly: 'true' });
    const far = await limit('SELL', '0.005', '67000', { reduceOnly: 'true' });
    expect((await market('SELL', '0.005', { reduceOnly: 'true' })).body.status).toBe('FILLED');
    expect(await query(near.body.orderId)).toMatchObject({ status: 'NEW' });
    expect(await query(far.body.orderId)).toMatchObject({ status: 'EXPIRED' });
  });

  test('orders end with the position', async () => {
    await market('BUY', '0.010');
    const target = await limit('SELL', '0.010', '66000', { reduceOnly: 'true' });
    await market('SELL', '0.010');
    expect(await query(target.body.orderId)).toMatchObject({ status: 'EXPIRED' });
  });

  test('a market order is refused beside resting targets where the policy says so', async () => {
    await sim.close();
    sim = await startBinanceSim({ policy: { reduceOnlyMarket: 'reject' } });
    client = new RawClient(sim);
    await market('BUY', '0.010');
    await limit('SELL', '0.010', '66000', { reduceOnly: 'true' });
    expect((await market('SELL', '0.010', { reduceOnly: 'true' })).body.code).toBe(-2022);
  });
});

describe('positions', () => {
  test('average their entry and realise profit, long and short', async () => {
    await limit('BUY', '0.010', '64000');
    await limit('BUY', '0.030', '62000');
    price('61900');
    expect(await position()).toMatchObject({ positionAmt: '0.040', entryPrice: '62500' });
    await limit('SELL', '0.060', '63500');
    price('63600');
    expect(await position()).toMatchObject({ positionAmt: '-0.020', entryPrice: '63500' });
    const profits = (await client.get('/fapi/v1/income', { incomeType: 'REALIZED_PNL' })).list;
    expect(profits.map((row) => row.income)).toEqual(['40.00000000']);
    price('63000');
    expect(await position()).toMatchObject({ unRealizedProfit: '10.00000000' });
  });

  test('have the liquidation price of the exchange: isolated, 10x, maintenance 0.4 %', async () => {
    await client.post('/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    await client.post('/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 10 });
    await limit('BUY', '0.100', '64000');
    price('64000');
    // (isolated wallet 640 − 0.1 × 64000) / (0.1 × 0.004 − 0.1)
    expect(await position()).toMatchObject({ isolatedWallet: '640.00000000', liquidationPrice: '57831.33' });
  });

  test('are liquidated on the way, under a client id autoclose-…, and their orders expire', async () => {
    await client.post('/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    await limit('BUY', '0.100', '64000');
    price('64000');
    const target = await limit('SELL', '0.100', '70000', { reduceOnly: 'true' });
    price('55000');
    expect((await position()).positionAmt).toBeUndefined();
    expect(await query(target.body.orderId)).toMatchObject({ status: 'EXPIRED' });
    const last = (await client.get('/fapi/v1/allOrders', { symbol: 'BTCUSDT' })).list.at(-1);
    expect(last?.clientOrderId).toMatch(/^autoclose-/);
    expect(last).toMatchObject({ type: 'LIQUIDATION', status: 'FILLED' });
    // Nothing beyond the isolated margin is lost.
    expect(sim.usdm.account.wallet.toNumber()).toBeGreaterThan(9_500);
  });

  test('pay and receive funding', async () => {
    await market('BUY', '0.010');
    await steer(sim, 'fund', { symbol: 'BTCUSDT', rate: '0.0001' });
    const [row] = (await client.get('/fapi/v1/income', { incomeType: 'FUNDING_FEE' })).list;
    expect(row).toMatchObject({ income: '-0.06500000', symbol: 'BTCUSDT' });
  });

  test('count against the balance', async () => {
    await client.post('/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 10 });
    await limit('BUY', '0.100', '64000');
    const account = (await client.get('/fapi/v3/account')).body;
    expect(account).toMatchObject({
      totalWalletBalance: '10000.00000000',
      totalOpenOrderInitialMargin: '640.00000000',
      availableBalance: '9360.00000000',
    });
  });
});

describe('history', () => {
  test('a client id may be used again once its order has ended', async () => {
    const first = await market('BUY', '0.010', { newClientOrderId: 'again' });
    const second = await market('SELL', '0.010', { newClientOrderId: 'again' });
    expect(second.body.orderId).not.toBe(first.body.orderId);
    const found = await client.get('/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'again' });
    expect(found.body.orderId).toBe(second.body.orderId);
  });

  test('income without a range reaches back seven days', async () => {
    await market('BUY', '0.010');
    await steer(sim, 'clock', { offsetMs: 8 * 86_400_000 });
    expect((await client.get('/fapi/v1/income')).list).toEqual([]);
    const all = await client.get('/fapi/v1/income', { startTime: sim.usdm.now() - 9 * 86_400_000 });
    expect(all.list.map((row) => row.incomeType)).toEqual(['COMMISSION']);
  });

  test('every answer carries the weight used', async () => {
    const { headers } = await client.get('/fapi/v3/account');
    expect(headers.get('x-mbx-used-weight-1m')).toBe('5');
    const order = await limit('BUY', '0.010', '64000');
    expect(order.headers.get('x-mbx-order-count-10s')).toBe('1');
    expect(order.headers.get('x-mbx-order-count-1m')).toBe('1');
  });
});
