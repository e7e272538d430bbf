import { generateKeyPairSync } from 'node:crypto';
import ccxt from 'ccxt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { KEY, SECRET } from './raw-client.ts';

/** A client that nobody here wrote, with nothing changed but its URLs. */

const BTC = 'BTC/USDT:USDT';

interface Urls {
  [name: string]: string | Record<string, unknown>;
  ws: Record<string, string | Record<string, string>>;
}

let sim: BinanceSim;
let exchange: InstanceType<typeof ccxt.pro.binanceusdm>;

beforeEach(async () => {
  sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }] });
  exchange = new ccxt.pro.binanceusdm({
    apiKey: KEY,
    secret: SECRET,
    options: {
      // Positions from the stream alone: the snapshot's promise is rejected, unhandled, when the client closes.
      watchPositions: { fetchPositionsSnapshot: false },
    },
  });
  const urls: { api: Urls } = { api: exchange.urls.api as Urls };
  for (const [name, path] of [
    ['fapiPublic', '/fapi/v1'],
    ['fapiPublicV2', '/fapi/v2'],
    ['fapiPublicV3', '/fapi/v3'],
    ['fapiPrivate', '/fapi/v1'],
    ['fapiPrivateV2', '/fapi/v2'],
    ['fapiPrivateV3', '/fapi/v3'],
    ['sapi', '/sapi/v1'],
  ] as const) {
    urls.api[name] = `${sim.url}${path}`;
  }
  urls.api.ws.future = `${sim.url.replace('http', 'ws')}/ws`;
  urls.api.ws['ws-api'] = { future: `${sim.url.replace('http', 'ws')}/ws-fapi/v1` };
  // Its own preparation for ws:// addresses.
  await exchange.loadHttpProxyAgent();
});
afterEach(async () => {
  await exchange.close();
  await sim.close();
});

const price = (last: string) => sim.usdm.setPrice('BTCUSDT', { last: new Decimal(last) });

test('ccxt loads markets with their limits', async () => {
  const markets = await exchange.loadMarkets();
  expect(Object.keys(markets)).toHaveLength(46);
  expect(markets[BTC]).toMatchObject({ linear: true, swap: true, precision: { amount: 0.001, price: 0.1 } });
  expect(Object.keys(exchange.currencies)).toContain('USDT');
  expect(markets[BTC]?.limits).toMatchObject({ cost: { min: 100 }, market: { max: 120 } });
});

test('ccxt sets leverage and margin mode, and reads them back', async () => {
  await exchange.setLeverage(7, BTC);
  await exchange.setMarginMode('isolated', BTC);
  expect(await exchange.fetchLeverage(BTC)).toMatchObject({ longLeverage: 7, marginMode: 'isolated' });
  expect((await exchange.fetchLeverageTiers([BTC]))[BTC]?.[0]).toMatchObject({ maxLeverage: 150 });
});

test('ccxt places, queries and cancels an order', async () => {
  const placed = await exchange.createOrder(BTC, 'limit', 'buy', 0.01, 64_000);
  expect(placed).toMatchObject({ status: 'open', price: 64_000, amount: 0.01 });
  expect(await exchange.fetchOrder(String(placed.id), BTC)).toMatchObject({ status: 'open', filled: 0 });
  expect((await exchange.fetchOpenOrders(BTC)).map((order) => order.id)).toEqual([placed.id]);
  expect(await exchange.cancelOrder(String(placed.id), BTC)).toMatchObject({ status: 'canceled' });
  expect(await exchange.fetchOpenOrders(BTC)).toEqual([]);
});

test('ccxt reads positions, balance and trades', async () => {
  await exchange.createOrder(BTC, 'limit', 'buy', 0.01, 64_000);
  price('64000');
  const [position] = await exchange.fetchPositions();
  expect(position).toMatchObject({ symbol: BTC, side: 'long', contracts: 0.01, entryPrice: 64_000 });
  const [trade] = await exchange.fetchMyTrades(BTC);
  expect(trade).toMatchObject({ takerOrMaker: 'maker', fee: { cost: 0.128, currency: 'USDT' } });
  expect((await exchange.fetchBalance()).USDT?.total).toBeCloseTo(9_999.872, 6);
  expect(await exchange.fetchTradingFee(BTC)).toMatchObject({ maker: 0.0002, taker: 0.0005 });
});

test('ccxt places a stop, sees it fire and reads it by its id', async () => {
  await exchange.createOrder(BTC, 'market', 'buy', 0.01);
  const params = { stopLossPrice: 63_000, reduceOnly: true };
  const stop = await exchange.createOrder(BTC, 'market', 'sell', 0.01, undefined, params);
  expect(
    (await exchange.fetchOpenOrders(BTC, undefined, undefined, { trigger: true })).map((order) => order.id),
  ).toEqual([stop.id]);
  price('62900');
  expect((await exchange.fetchOrder(String(stop.id), BTC, { trigger: true })).status).toBe('closed');
  expect(await exchange.fetchPositions([BTC])).toEqual([]);
});

test('ccxt cancels a stop', async () => {
  await exchange.createOrder(BTC, 'market', 'buy', 0.01);
  const stop = await exchange.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
    stopLossPrice: 63_000,
    reduceOnly: true,
  });
  await exchange.cancelOrder(String(stop.id), BTC, { trigger: true });
  expect(await exchange.fetchOpenOrders(BTC, undefined, undefined, { trigger: true })).toEqual([]);
});

// ccxt knows its errors by code only on Binance's own host names; the texts reach it anywhere.
test('ccxt recognises refusals', async () => {
  await expect(exchange.createOrder(BTC, 'limit', 'buy', 10, 64_000)).rejects.toThrow(
    'Margin is insufficient.',
  );
  await expect(exchange.createOrder(BTC, 'limit', 'buy', 0.001, 64_000)).rejects.toThrow('-4164');
  await expect(exchange.setMarginMode('cross', BTC)).rejects.toThrow(ccxt.MarginModeAlreadySet);
  sim.limiter.ban(sim.usdm.now() + 60_000);
  await expect(exchange.fetchPositions()).rejects.toThrow(ccxt.DDoSProtection);
});

test('ccxt signs with an Ed25519 key', async () => {
  const pair = generateKeyPairSync('ed25519');
  const apiKey = 'e'.repeat(64);
  sim.usdm.keys.register({
    apiKey,
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
  exchange.apiKey = apiKey;
  exchange.secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await exchange.createOrder(BTC, 'market', 'buy', 0.01);
  expect(await exchange.fetchPositions()).toHaveLength(1);
});

test('ccxt reads public data', async () => {
  expect(await exchange.fetchTicker(BTC)).toMatchObject({ last: 65_000 });
  expect((await exchange.fetchOrderBook(BTC, 5)).asks[0]?.[0]).toBe(65_000.1);
  expect(await exchange.fetchOHLCV(BTC, '1h', undefined, 3)).toHaveLength(3);
  expect((await exchange.fetchFundingRate(BTC)).fundingRate).toBe(0.0001);
  expect(await exchange.fetchBidsAsks([BTC])).toHaveProperty(BTC);
});

test('ccxt.pro watches orders and trades of the account', async () => {
  await exchange.loadMarkets();
  const placed = exchange.watchOrders(BTC);
  await connected('private');
  const order = await exchange.createOrder(BTC, 'limit', 'buy', 0.01, 64_000);
  expect((await placed)[0]).toMatchObject({ id: order.id, status: 'open' });
  const filled = exchange.watchOrders(BTC);
  const traded = exchange.watchMyTrades(BTC);
  price('63900');
  expect((await filled)[0]).toMatchObject({ id: order.id, status: 'closed', filled: 0.01, average: 64_000 });
  expect((await traded)[0]).toMatchObject({ order: order.id, price: 64_000, fee: { cost: 0.128 } });
});

test('ccxt.pro watches positions and the balance', async () => {
  await exchange.loadMarkets();
  const opened = exchange.watchPositions([BTC]);
  const paid = exchange.watchBalance();
  await connected('private');
  await exchange.createOrder(BTC, 'market', 'buy', 0.01);
  expect((await opened)[0]).toMatchObject({
    symbol: BTC,
    side: 'long',
    contracts: 0.01,
    entryPrice: 65_000.1,
  });
  expect((await paid).USDT?.total).toBeLessThan(10_000);
});

test('ccxt.pro trades over the WebSocket API', async () => {
  const placed = await exchange.createOrderWs(BTC, 'limit', 'buy', 0.01, 64_000);
  expect(placed).toMatchObject({ status: 'open', amount: 0.01, price: 64_000 });
  const id = String(placed.id);
  expect(await exchange.fetchOrderWs(id, BTC)).toMatchObject({ status: 'open', filled: 0 });
  expect(await exchange.editOrderWs(id, BTC, 'limit', 'buy', 0.02, 63_500)).toMatchObject({
    id,
    status: 'open',
    amount: 0.02,
    price: 63_500,
  });
  expect(await exchange.cancelOrderWs(id, BTC)).toMatchObject({ status: 'canceled' });
  await expect(exchange.createOrderWs(BTC, 'limit', 'buy', 10, 64_000)).rejects.toThrow(
    'Margin is insufficient.',
  );
  expect(sim.requests.filter(({ path }) => path === '/fapi/v1/order').every(({ socket }) => socket)).toBe(
    true,
  );
});

test('ccxt.pro places and cancels a stop over the WebSocket API, and reads what is held', async () => {
  await exchange.createOrderWs(BTC, 'market', 'buy', 0.01);
  const params = { stopLossPrice: 63_000, reduceOnly: true };
  const stop = await exchange.createOrderWs(BTC, 'market', 'sell', 0.01, undefined, params);
  expect(sim.usdm.openAlgos.size).toBe(1);
  await exchange.cancelOrderWs(String(stop.id), BTC, { trigger: true });
  expect(sim.usdm.openAlgos.size).toBe(0);
  expect(await exchange.fetchPositionsWs([BTC])).toMatchObject([{ side: 'long', contracts: 0.01 }]);
  expect((await exchange.fetchBalanceWs()).USDT?.total).toBeLessThan(10_000);
});

test('ccxt.pro watches the market', async () => {
  await exchange.loadMarkets();
  const watched = exchange.watchTicker(BTC);
  await connected('market');
  // Until the subscription has reached the server a price is not sent: it moves until one is.
  const moving = setInterval(
    () => price(sim.usdm.market('BTCUSDT').last.equals(65_500) ? '65501' : '65500'),
    20,
  );
  expect((await watched).last).toBeGreaterThan(65_499);
  const book = await exchange.watchOrderBook(BTC);
  clearInterval(moving);
  expect(book.bids[0]?.[0]).toBeGreaterThan(65_499);
});

async function connected(category: 'private' | 'market'): Promise<void> {
  await expect.poll(() => sim.streams.count(category)).toBe(1);
}
