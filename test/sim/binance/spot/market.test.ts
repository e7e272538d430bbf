import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type BinanceSim,
  type BinanceSimOptions,
  startBinanceSim,
} from '../../../../src/sim/binance/server.ts';
import { instruments } from '../../../../src/sim/binance/spot/instruments.ts';
import { Decimal } from '../../../../src/trading/decimal.ts';
import { answer, type Json, type Params, RawClient, steer } from '../raw-client.ts';

let sim: BinanceSim;
let client: RawClient;
const running: BinanceSim[] = [];
const folders: string[] = [];

async function start(options: BinanceSimOptions = {}): Promise<BinanceSim> {
  const started = await startBinanceSim(options);
  running.push(started);
  return started;
}
beforeEach(async () => {
  sim = await start({ spotBalances: { USDT: '10000', BTC: '0.1' } });
  client = new RawClient(sim);
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const price = (last: number) => sim.spot.exchange.setPrice('BTCUSDT', new Decimal(last));
const post = (params: Params) => client.post('/api/v3/order', { symbol: 'BTCUSDT', ...params });
const LIMIT = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '64000' };
const OCO = {
  symbol: 'BTCUSDT',
  side: 'SELL',
  quantity: '0.01',
  aboveType: 'LIMIT_MAKER',
  abovePrice: '66000',
  belowType: 'STOP_LOSS',
  belowStopPrice: '63500',
};
const balances = async (of: RawClient = client) =>
  Object.fromEntries(
    ((await of.get('/api/v3/account', { omitZeroBalances: 'true' })).body.balances as Json[]).map((row) => [
      row.asset,
      [Number(row.free), Number(row.locked)],
    ]),
  );
const order = async (orderId: unknown) =>
  (await client.get('/api/v3/order', { symbol: 'BTCUSDT', orderId: Number(orderId) })).body;

describe('the two markets of one account', () => {
  test('have one price: where the futures go, spot goes', async () => {
    await steer(sim, 'price', { symbol: 'BTCUSDT', last: '64000' });
    await steer(sim, 'price', { symbol: '1000PEPEUSDT', last: '0.0123' });
    expect(sim.spot.exchange.market('BTCUSDT').last.toFixed()).toBe('64000');
    expect(sim.spot.exchange.market('BTCUSDC').last.toFixed()).toBe('64000');
    expect(sim.spot.exchange.market('PEPEUSDT').last.toFixed()).toBe('0.0000123');
  });

  test('and spot can be moved alone', async () => {
    await steer(sim, 'spot/price', { symbol: 'BTCUSDT', last: '64100' });
    expect(sim.usdm.market('BTCUSDT').last.toFixed()).toBe('65000');
    expect(sim.spot.exchange.market('BTCUSDT').last.toFixed()).toBe('64100');
  });

  test('are halted apart', async () => {
    await steer(sim, 'spot/status', { symbol: 'BTCUSDT', status: 'HALT' });
    const future = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };
    expect((await client.post('/fapi/v1/order', future)).status).toBe(200);
    expect((await post(LIMIT)).body.code).toBe(-1013);
  });
});

describe('symbols', () => {
  test('are listed with filters that their own prices fit', async () => {
    const many = await start({ symbols: 600 });
    const { body } = await answer(await fetch(`${many.url}/api/v3/exchangeInfo`));
    expect(body.symbols).toHaveLength(605);
    for (const own of instruments(600).values()) {
      expect(own.startPrice.mod(own.tickSize).isZero(), own.symbol).toBe(true);
      expect(own.minQuantity.times(own.startPrice).lt(own.minNotional), own.symbol).toBe(true);
    }
  });

  // https://github.com/binance/binance-spot-api-docs/blob/master/filters.md
  test('name their filters as the documentation does', async () => {
    const { body } = await answer(await fetch(`${sim.url}/api/v3/exchangeInfo?symbol=BTCUSDT`));
    const [btc] = body.symbols as { filters: Json[] }[];
    expect(btc).toMatchObject({ ocoAllowed: true, opoAllowed: true, status: 'TRADING', baseAsset: 'BTC' });
    expect(btc?.filters.map((filter) => filter.filterType)).toEqual([
      'PRICE_FILTER',
      'LOT_SIZE',
      'ICEBERG_PARTS',
      'MARKET_LOT_SIZE',
      'TRAILING_DELTA',
      'PERCENT_PRICE_BY_SIDE',
      'NOTIONAL',
      'MAX_NUM_ORDERS',
      'MAX_NUM_ORDER_LISTS',
      'MAX_NUM_ALGO_ORDERS',
    ]);
    expect(btc?.filters).toContainEqual({ filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 });
  });

  test('are joined by the filters of the exchange, where it has any', async () => {
    const read = async () =>
      (await answer(await fetch(`${sim.url}/api/v3/exchangeInfo?symbol=BTCUSDT`))).body;
    expect((await read()).exchangeFilters).toEqual([]);
    await steer(sim, 'spot/exchange-filters', { maxAlgoOrders: 200, maxOrderLists: 20 });
    expect((await read()).exchangeFilters).toEqual([
      { filterType: 'EXCHANGE_MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 200 },
      { filterType: 'EXCHANGE_MAX_NUM_ORDER_LISTS', maxNumOrderLists: 20 },
    ]);
  });

  // https://github.com/binance/binance-spot-api-docs/blob/master/CHANGELOG.md#2020-04-25
  test.each(['HALT', 'BREAK', 'END_OF_DAY', 'CANCEL_ONLY'])(
    'that are %s fill nothing, and let orders and lists be cancelled',
    async (status) => {
      const { orderId } = (await post(LIMIT)).body;
      const { orderListId } = (await client.post('/api/v3/orderList/oco', OCO)).body;
      await steer(sim, 'spot/status', { symbol: 'BTCUSDT', status });
      price(63_000);
      expect((await order(orderId)).status).toBe('NEW');
      const cancel = (path: string, by: object) =>
        client.delete(`/api/v3/${path}`, { symbol: 'BTCUSDT', ...by });
      expect((await cancel('order', { orderId: Number(orderId) })).status).toBe(200);
      expect((await cancel('orderList', { orderListId: Number(orderListId) })).status).toBe(200);
    },
  );
});

describe('commission', () => {
  // https://github.com/binance/binance-spot-api-docs/blob/master/faqs/commission_faq.md
  test('is taken from what is bought', async () => {
    const { body } = await post({ side: 'BUY', type: 'MARKET', quantity: '0.01' });
    expect(body.fills).toMatchObject([{ commission: '0.00001000', commissionAsset: 'BTC' }]);
    expect(await balances()).toMatchObject({ BTC: [0.10999, 0] });
  });

  test('is taken from what is sold for', async () => {
    const { body } = await post({ side: 'SELL', type: 'MARKET', quantity: '0.01' });
    expect(body.fills).toMatchObject([
      { price: '65000.00000000', commission: '0.65000000', commissionAsset: 'USDT' },
    ]);
    expect(await balances()).toMatchObject({ USDT: [10_649.35, 0] });
  });

  test('is taken from BNB at a discount while there are enough', async () => {
    await steer(sim, 'spot/deposit', { asset: 'BNB', amount: '0.001' });
    await steer(sim, 'spot/account', { paysInBnb: true });
    const [first] = (await post({ side: 'BUY', type: 'MARKET', quantity: '0.01' })).body.fills as Json[];
    // 0.65 USDT of fee at 600 USDT a BNB, a quarter less.
    expect(first).toMatchObject({ commission: '0.00081250', commissionAsset: 'BNB' });
    const [second] = (await post({ side: 'BUY', type: 'MARKET', quantity: '0.01' })).body.fills as Json[];
    expect(second).toMatchObject({ commissionAsset: 'BTC' });
  });
});

describe('orders', () => {
  test('by quoteOrderQty buy whole lots for no more than that', async () => {
    const { body } = await post({ side: 'BUY', type: 'MARKET', quoteOrderQty: '100' });
    expect(body).toMatchObject({
      status: 'FILLED',
      origQty: '0.00153000',
      origQuoteOrderQty: '100.00000000',
    });
    expect(Number(body.cummulativeQuoteQty)).toBeLessThanOrEqual(100);
  });

  test.each([
    { tif: 'IOC', reason: 'UNFILLED_IOC_QUANTITY_EXPIRED', executedQty: '0.00400000' },
    { tif: 'FOK', reason: 'UNFILLED_FOK_ORDER_EXPIRED', executedQty: '0.00000000' },
  ])('$tif that the book does not fill expires, and says why', async ({ tif, reason, executedQty }) => {
    await steer(sim, 'spot/depth', { symbol: 'BTCUSDT', bids: [], asks: [['65000', '0.004']] });
    const { body } = await post({ ...LIMIT, timeInForce: tif, price: '65000' });
    expect(body).toMatchObject({ status: 'EXPIRED', expiryReason: reason, executedQty });
  });

  test('at market beyond what the book holds expire with what they got', async () => {
    await steer(sim, 'spot/depth', { symbol: 'BTCUSDT', bids: [['64990', '0.004']], asks: [] });
    const { body } = await post({ side: 'SELL', type: 'MARKET', quantity: '0.01' });
    expect(body).toMatchObject({
      status: 'EXPIRED',
      expiryReason: 'INSUFFICIENT_LIQUIDITY',
      executedQty: '0.00400000',
    });
  });

  // https://github.com/binance/binance-spot-api-docs/blob/master/faqs/price_range_execution_rules.md
  test('that would trade outside the price range expire', async () => {
    await steer(sim, 'spot/reference', { symbol: 'BTCUSDT', price: '60000' });
    const range = { bidUp: '1.01', bidDown: '0.99', askUp: '1.01', askDown: '0.99' };
    await steer(sim, 'spot/range', { symbol: 'BTCUSDT', ...range });
    const { body } = await post({ side: 'BUY', type: 'MARKET', quantity: '0.01' });
    expect(body).toMatchObject({ status: 'EXPIRED', expiryReason: 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED' });
    const calculation = await answer(
      await fetch(`${sim.url}/api/v3/referencePrice/calculation?symbol=BTCUSDT`),
    );
    expect(calculation.body).toEqual({
      symbol: 'BTCUSDT',
      calculationType: 'EXTERNAL',
      externalCalculationId: 0,
    });
    await steer(sim, 'spot/reference', { symbol: 'BTCUSDT' });
    expect((await post({ side: 'BUY', type: 'MARKET', quantity: '0.01' })).body.status).toBe('FILLED');
  });

  test('with a stop wait for their price and sell at market', async () => {
    const { orderId } = (await post({ side: 'SELL', type: 'STOP_LOSS', quantity: '0.1', stopPrice: '64000' }))
      .body;
    expect(await balances()).toMatchObject({ BTC: [0, 0.1] });
    price(64_001);
    expect(await order(orderId)).toMatchObject({ status: 'NEW', isWorking: false });
    price(63_999);
    expect(await order(orderId)).toMatchObject({ status: 'FILLED', cummulativeQuoteQty: '6400.00000000' });
  });

  // https://github.com/binance/binance-spot-api-docs/blob/master/faqs/trailing-stop-faq.md, scenario E
  test('that trail follow the price and sell when it turns', async () => {
    const trail = { side: 'SELL', type: 'STOP_LOSS', quantity: '0.1', trailingDelta: 700 };
    const { orderId } = (await post(trail)).body;
    price(66_000);
    price(61_381);
    expect((await order(orderId)).status).toBe('NEW');
    price(61_379);
    expect(await order(orderId)).toMatchObject({ status: 'FILLED' });
  });

  test('breakouts buy by STOP_LOSS_LIMIT', async () => {
    const breakout = { side: 'BUY', type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', quantity: '0.1' };
    const { orderId } = (await post({ ...breakout, stopPrice: '66000', price: '66100' })).body;
    expect(await balances()).toMatchObject({ USDT: [3_390, 6_610] });
    price(66_050);
    expect(await order(orderId)).toMatchObject({ status: 'FILLED', cummulativeQuoteQty: '6600.00100000' });
  });
});

test('the account and both its books are kept over restarts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spot-sim-'));
  folders.push(folder);
  const state = join(folder, 'paper.json');
  const first = await startBinanceSim({ state, spotBalances: { USDT: '5000', BTC: '0.1' } });
  const before = new RawClient(first);
  await before.post('/api/v3/order', { symbol: 'BTCUSDT', ...LIMIT, newClientOrderId: 'mine' });
  await before.post('/api/v3/orderList/oco', {
    symbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '0.05',
    listClientOrderId: 'list',
    aboveType: 'LIMIT_MAKER',
    abovePrice: '66000',
    belowType: 'STOP_LOSS',
    belowStopPrice: '64500',
    belowClientOrderId: 'stop',
  });
  const saved = (await answer(await fetch(`${first.url}/__sim/snapshot`))).body.spot;
  await first.close();

  const second = await start({ state });
  const after = new RawClient(second);
  expect((await answer(await fetch(`${second.url}/__sim/snapshot`))).body.spot).toEqual(saved);
  expect(await balances(after)).toEqual({ USDT: [4_360, 640], BTC: [0.05, 0.05] });
  second.spot.exchange.setPrice('BTCUSDT', new Decimal(64_400));
  const stop = await after.get('/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'stop' });
  expect(stop.body.status).toBe('FILLED');
  expect((await after.get('/api/v3/openOrderList')).list).toEqual([]);
});

test('the overview tells what stands, and the newest trades', async () => {
  await post(LIMIT);
  for (let count = 0; count < 60; count += 1) await post({ side: 'BUY', type: 'MARKET', quantity: '0.0001' });
  const { spot } = (await answer(await fetch(`${sim.url}/__sim/overview`))).body as {
    spot: Record<string, Json[]>;
  };
  expect(spot.openOrders).toMatchObject([{ price: '64000.00000000', status: 'NEW' }]);
  expect(spot.balances?.map((row) => row.asset)).toEqual(['USDT', 'BTC']);
  expect(spot.trades).toHaveLength(50);
  expect(spot).not.toHaveProperty('orders');
});

// https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#general-information-on-endpoints
test('a parameter that is sent in query and body counts as the query has it', async () => {
  const query = 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01';
  const body = `quantity=0.02&timestamp=${sim.usdm.now()}`;
  const signature = client.signature(`${query}${body}`);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const { body: order } = await client.send(
    'POST',
    `/api/v3/order?${query}`,
    form,
    `${body}&signature=${signature}`,
  );
  expect(order).toMatchObject({ status: 'FILLED', origQty: '0.01000000' });
});

test('the user can be played: an order by hand, a sale, a deposit, a lock by another system', async () => {
  const { body } = await steer(sim, 'spot/order', { symbol: 'BTCUSDT', ...LIMIT, via: 'ios' });
  expect(body).toMatchObject({ status: 'NEW', clientOrderId: expect.stringMatching(/^ios_/) });
  await steer(sim, 'spot/cancel', { symbol: 'BTCUSDT', orderId: body.orderId });
  await steer(sim, 'spot/sell', { symbol: 'BTCUSDT' });
  await steer(sim, 'spot/deposit', { asset: 'ETH', amount: '2' });
  await steer(sim, 'spot/lock', { asset: 'ETH', amount: '0.5' });
  expect(await balances()).toEqual({ USDT: [16_493.5, 0], ETH: [1.5, 0.5] });
});
