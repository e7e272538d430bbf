import { generateKeyPairSync } from 'node:crypto';
import ccxt from 'ccxt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../../src/sim/binance/server.ts';
import { Decimal } from '../../../../src/trading/decimal.ts';
import { KEY, SECRET } from '../raw-client.ts';

/** A client that nobody here wrote, with nothing changed but its URLs. */

const BTC = 'BTC/USDT';

interface Urls {
  [name: string]: string | Record<string, unknown>;
  ws: Record<string, unknown>;
}

let sim: BinanceSim;
let exchange: InstanceType<typeof ccxt.pro.binance>;

beforeEach(async () => {
  sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }] });
  exchange = new ccxt.pro.binance({
    apiKey: KEY,
    secret: SECRET,
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
  });
  const urls: { api: Urls } = { api: exchange.urls.api as Urls };
  urls.api.public = `${sim.url}/api/v3`;
  urls.api.private = `${sim.url}/api/v3`;
  urls.api.sapi = `${sim.url}/sapi/v1`;
  const socket = sim.url.replace('http', 'ws');
  urls.api.ws.spot = `${socket}/ws`;
  urls.api.ws['ws-api'] = { spot: `${socket}/ws-api/v3` };
  // Its own preparation for ws:// addresses.
  await exchange.loadHttpProxyAgent();
});
afterEach(async () => {
  await exchange.close();
  await sim.close();
});

const price = (last: string) => sim.spot.exchange.setPrice('BTCUSDT', new Decimal(last));

test('ccxt loads markets with their limits', async () => {
  const markets = await exchange.loadMarkets();
  expect(Object.keys(markets)).toHaveLength(51);
  expect(markets[BTC]).toMatchObject({
    spot: true,
    active: true,
    precision: { amount: 0.00001, price: 0.01 },
    limits: { cost: { min: 5, max: 9_000_000 }, amount: { min: 0.00001 } },
  });
  expect(markets['PEPE/USDT']).toMatchObject({ precision: { price: 0.00000001 } });
});

test('ccxt places, queries and cancels an order', async () => {
  const placed = await exchange.createOrder(BTC, 'limit', 'buy', 0.01, 64_000);
  expect(placed).toMatchObject({ status: 'open', price: 64_000, amount: 0.01, filled: 0 });
  expect((await exchange.fetchBalance()).USDT).toEqual({ free: 9_360, used: 640, total: 10_000 });
  expect(await exchange.fetchOrder(String(placed.id), BTC)).toMatchObject({ status: 'open' });
  expect((await exchange.fetchOpenOrders(BTC)).map((order) => order.id)).toEqual([placed.id]);
  expect(await exchange.cancelOrder(String(placed.id), BTC)).toMatchObject({ status: 'canceled' });
  expect(await exchange.fetchOpenOrders(BTC)).toEqual([]);
  expect((await exchange.fetchBalance()).USDT).toMatchObject({ free: 10_000, used: 0 });
});

test('ccxt buys at market, by quantity and by cost, and reads what it paid', async () => {
  const bought = await exchange.createOrder(BTC, 'market', 'buy', 0.01);
  expect(bought).toMatchObject({
    status: 'closed',
    filled: 0.01,
    average: 65_000.01,
    fee: { cost: 0.00001, currency: 'BTC' },
  });
  const [trade] = await exchange.fetchMyTrades(BTC);
  expect(trade).toMatchObject({ order: bought.id, takerOrMaker: 'taker', fee: { currency: 'BTC' } });
  const spent = await exchange.createMarketBuyOrderWithCost(BTC, 650);
  expect(spent.cost).toBeLessThanOrEqual(650);
  expect(spent.filled).toBe(0.00999);
  expect((await exchange.fetchBalance()).BTC?.total).toBeCloseTo(0.01997001, 8);
  expect(await exchange.fetchTradingFee(BTC)).toMatchObject({ maker: 0.001, taker: 0.001 });
});

test('ccxt places a stop, sees it fire and reads it again', async () => {
  await exchange.createOrder(BTC, 'market', 'buy', 0.01);
  const stop = await exchange.createOrder(BTC, 'market', 'sell', 0.00999, undefined, {
    stopLossPrice: 63_000,
  });
  const limit = { stopLossPrice: 62_000, timeInForce: 'GTC' };
  await exchange.cancelOrder(String(stop.id), BTC);
  const second = await exchange.createOrder(BTC, 'limit', 'sell', 0.00999, 61_900, limit);
  expect(await exchange.fetchOpenOrders(BTC)).toMatchObject([{ triggerPrice: 62_000, price: 61_900 }]);
  price('61950');
  expect(await exchange.fetchOrder(String(second.id), BTC)).toMatchObject({
    status: 'closed',
    filled: 0.00999,
  });
  expect((await exchange.fetchBalance()).BTC?.total).toBeCloseTo(0, 8);
});

test('ccxt edits an order, which the exchange does by cancelling and replacing', async () => {
  const placed = await exchange.createOrder(BTC, 'limit', 'buy', 0.01, 64_000);
  const edited = await exchange.editOrder(String(placed.id), BTC, 'limit', 'buy', 0.02, 63_000);
  expect(edited.id).not.toBe(placed.id);
  expect(await exchange.fetchOpenOrders(BTC)).toMatchObject([{ id: edited.id, price: 63_000, amount: 0.02 }]);
});

test('ccxt places an order list by its raw methods, and sees the other leg go', async () => {
  await exchange.createOrder(BTC, 'market', 'buy', 0.01);
  const list = await exchange.privatePostOrderListOco({
    symbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '0.00999',
    aboveType: 'LIMIT_MAKER',
    abovePrice: '66000',
    belowType: 'STOP_LOSS',
    belowStopPrice: '64000',
  });
  expect(await exchange.privateGetOpenOrderList()).toMatchObject([{ orderListId: list.orderListId }]);
  price('66000');
  const orders = await exchange.fetchOrders(BTC);
  expect(Object.fromEntries(orders.map(({ info, status }) => [info.type, status]))).toEqual({
    MARKET: 'closed',
    STOP_LOSS: 'expired',
    LIMIT_MAKER: 'closed',
  });
  expect(await exchange.privateGetOpenOrderList()).toEqual([]);
});

// ccxt knows its errors by code only on Binance's own host names; the texts reach it anywhere.
test('ccxt recognises refusals', async () => {
  await expect(exchange.createOrder(BTC, 'limit', 'buy', 10, 64_000)).rejects.toThrow(
    'Account has insufficient balance for requested action.',
  );
  await expect(exchange.createOrder(BTC, 'limit', 'buy', 0.00005, 64_000)).rejects.toThrow(
    'Filter failure: NOTIONAL',
  );
  await expect(exchange.fetchOrder('1', BTC)).rejects.toThrow(ccxt.OrderNotFound);
  sim.spot.limiter.ban(sim.spot.exchange.now() + 60_000);
  await expect(exchange.fetchBalance()).rejects.toThrow(ccxt.DDoSProtection);
});

test('ccxt signs with an Ed25519 key', async () => {
  const pair = generateKeyPairSync('ed25519');
  const apiKey = 'e'.repeat(64);
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  sim.spot.exchange.keys.register({ apiKey, publicKey });
  exchange.apiKey = apiKey;
  exchange.secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  expect(await exchange.createOrder(BTC, 'market', 'buy', 0.01)).toMatchObject({ status: 'closed' });
});

test('ccxt reads public data', async () => {
  expect(await exchange.fetchTicker(BTC)).toMatchObject({ last: 65_000 });
  expect((await exchange.fetchOrderBook(BTC, 5)).asks[0]?.[0]).toBe(65_000.01);
  expect(await exchange.fetchOHLCV(BTC, '1h', undefined, 3)).toHaveLength(3);
  expect(await exchange.fetchBidsAsks([BTC])).toHaveProperty(BTC);
});

test('ccxt.pro watches orders and trades of the account', async () => {
  await exchange.loadMarkets();
  const placed = exchange.watchOrders(BTC);
  await subscribed();
  const order = await exchange.createOrder(BTC, 'limit', 'buy', 0.01, 64_000);
  expect((await placed)[0]).toMatchObject({ id: order.id, status: 'open' });
  const filled = exchange.watchOrders(BTC);
  const traded = exchange.watchMyTrades(BTC);
  price('63900');
  expect((await filled)[0]).toMatchObject({ id: order.id, status: 'closed', filled: 0.01, average: 64_000 });
  expect((await traded)[0]).toMatchObject({ order: order.id, price: 64_000, fee: { currency: 'BTC' } });
});

test('ccxt.pro watches the balance', async () => {
  await exchange.loadMarkets();
  const changed = exchange.watchBalance();
  await subscribed();
  await exchange.createOrder(BTC, 'limit', 'buy', 0.01, 64_000);
  expect((await changed).USDT).toMatchObject({ free: 9_360, used: 640 });
});

test('ccxt.pro trades over the WebSocket API', async () => {
  await exchange.loadMarkets();
  const placed = await exchange.createOrderWs(BTC, 'limit', 'buy', 0.01, 64_000);
  expect(placed).toMatchObject({ status: 'open', amount: 0.01 });
  expect(await exchange.fetchOrderWs(String(placed.id), BTC)).toMatchObject({ status: 'open' });
  expect(await exchange.fetchOpenOrdersWs(BTC)).toHaveLength(1);
  expect(await exchange.cancelOrderWs(String(placed.id), BTC)).toMatchObject({ status: 'canceled' });
  await expect(exchange.createOrderWs(BTC, 'limit', 'buy', 10, 64_000)).rejects.toThrow(
    'insufficient balance',
  );
});

test('ccxt.pro watches the market', async () => {
  await exchange.loadMarkets();
  const watched = exchange.watchTicker(BTC);
  await expect.poll(() => sim.spot.streams.count()).toBe(1);
  // Until the subscription has reached the server a price is not sent: it moves until one is.
  const moving = setInterval(
    () => price(sim.spot.exchange.market('BTCUSDT').last.equals(65_500) ? '65501' : '65500'),
    20,
  );
  expect((await watched).last).toBeGreaterThan(65_499);
  const book = await exchange.watchOrderBook(BTC);
  const [trade] = await exchange.watchTrades(BTC);
  clearInterval(moving);
  expect(book.bids[0]?.[0]).toBeGreaterThan(65_499);
  expect(trade?.price).toBeGreaterThan(65_499);
});

async function subscribed(): Promise<void> {
  await expect.poll(() => sim.spot.api.count('subscribed')).toBe(1);
}
