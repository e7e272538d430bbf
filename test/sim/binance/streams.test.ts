import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { detail, type Json, Listener, privateStream, RawClient, steer } from './raw-client.ts';

// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Important-WebSocket-Change-Notice
let sim: BinanceSim;
let client: RawClient;
const opened: Listener[] = [];

beforeEach(async () => {
  sim = await startBinanceSim({ markPriceMs: 20 });
  client = new RawClient(sim);
});
afterEach(async () => {
  for (const listener of opened.splice(0)) listener.close();
  await sim.close();
});

async function listen(path: string): Promise<Listener> {
  const listener = new Listener(sim, path);
  opened.push(listener);
  await listener.opened();
  return listener;
}

const listenKey = async () => String((await client.send('POST', '/fapi/v1/listenKey')).body.listenKey);
const buy = () =>
  client.post('/fapi/v1/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.010',
    newClientOrderId: 'mine',
  });
const price = (last: number) => sim.usdm.setPrice('BTCUSDT', { last: new Decimal(last) });

describe('addresses', () => {
  test.each(['/public', '/private/other/x', '/other/ws'])('%s is not served', async (path) => {
    await expect(new Listener(sim, path).opened()).rejects.toThrow('404');
  });

  // On an origin that serves both markets those without one of the three are spot's.
  test.each(['/ws/btcusdt@markPrice@1s', '/stream?streams=btcusdt@markPrice@1s'])(
    '%s hears nothing of the contract',
    async (path) => {
      const [stream, contract] = [await listen(path), await listen('/market/ws/btcusdt@markPrice@1s')];
      await contract.next((message) => message.e === 'markPriceUpdate');
      await stream.settled();
      expect(stream.messages).toEqual([]);
    },
  );

  test.each([
    { path: '/market/ws/btcusdt@aggTrade', wrapped: false },
    { path: '/market/stream?streams=btcusdt@aggTrade/ethusdt@aggTrade', wrapped: true },
  ])('$path sends its streams', async ({ path, wrapped }) => {
    const stream = await listen(path);
    price(65_500);
    const [message = {}] = [await stream.next(() => true)];
    const data = wrapped ? (message.data as Json) : message;
    if (wrapped) expect(message.stream).toBe('btcusdt@aggTrade');
    expect(data).toMatchObject({ e: 'aggTrade', s: 'BTCUSDT', p: '65500.00' });
  });

  test.each([
    '/private/ws?listenKey=KEY',
    '/private/ws?listenKey=KEY&events=ORDER_TRADE_UPDATE/ACCOUNT_UPDATE',
    '/private/ws/KEY',
    '/private/stream?listenKey=KEY',
    '/private/stream?listenKey=KEY&events=ORDER_TRADE_UPDATE',
    '/private/stream?streams=KEY',
  ])('%s sends the account its orders', async (path) => {
    const key = await listenKey();
    const stream = await listen(path.replace('KEY', key));
    await buy();
    const message = await stream.next((one) => (one.e ?? (one.data as Json).e) === 'ORDER_TRADE_UPDATE');
    if (path.includes('/stream?')) expect(message.stream).toBe(key);
    expect(detail(path.includes('/stream?') ? (message.data as Json) : message)).toMatchObject({ c: 'mine' });
  });

  test('events= leaves the others out', async () => {
    const stream = await listen(`/private/ws?listenKey=${await listenKey()}&events=ACCOUNT_UPDATE`);
    await buy();
    await stream.next((message) => message.e === 'ACCOUNT_UPDATE');
    await stream.settled();
    expect(stream.messages.map((message) => message.e)).toEqual(['ACCOUNT_UPDATE']);
  });

  test('a wrong listen key is connected and hears nothing', async () => {
    await listenKey();
    const stream = await listen('/private/ws?listenKey=wrong');
    await buy();
    await stream.settled();
    expect(stream.messages).toEqual([]);
  });

  test('a stream asked for at the wrong address is acknowledged and silent', async () => {
    const stream = await listen('/public/ws');
    expect(await stream.request('SUBSCRIBE', ['btcusdt@aggTrade', 'btcusdt@bookTicker'], 1)).toEqual({
      result: null,
      id: 1,
    });
    price(65_500);
    await stream.next((message) => message.e === 'bookTicker');
    await stream.settled();
    expect(stream.events('aggTrade')).toEqual([]);
  });
});

describe('requests on the socket', () => {
  test('SUBSCRIBE, LIST_SUBSCRIPTIONS and UNSUBSCRIBE', async () => {
    const stream = await listen('/market/ws');
    await stream.request('SUBSCRIBE', ['btcusdt@aggTrade'], 1);
    expect(await stream.request('LIST_SUBSCRIPTIONS', [], 2)).toEqual({
      result: ['btcusdt@aggTrade'],
      id: 2,
    });
    await stream.request('UNSUBSCRIBE', ['btcusdt@aggTrade'], 3);
    price(65_500);
    await stream.settled();
    expect(stream.events('aggTrade')).toEqual([]);
  });

  test('SUBSCRIBE takes a listen key with an event on the private address', async () => {
    const stream = await listen('/private/ws');
    await stream.request('SUBSCRIBE', [`${await listenKey()}@ORDER_TRADE_UPDATE`], 1);
    await buy();
    await stream.next((message) => message.e === 'ORDER_TRADE_UPDATE');
    expect(stream.events('ACCOUNT_UPDATE')).toEqual([]);
  });

  test('anything else is refused', async () => {
    const stream = await listen('/market/ws');
    expect(await stream.request('DANCE', [], 1)).toMatchObject({ error: { code: 2 } });
    stream.socket.send('not json');
    expect(await stream.next((message) => message.id === undefined)).toMatchObject({ error: { code: 3 } });
  });
});

describe('market data', () => {
  test.each([
    {
      path: '/market/ws/btcusdt@markPrice@1s',
      wanted: { e: 'markPriceUpdate', s: 'BTCUSDT', p: '65500.00000000' },
    },
    { path: '/public/ws/btcusdt@bookTicker', wanted: { e: 'bookTicker', b: '65500.00', a: '65500.10' } },
    { path: '/public/ws/!bookTicker', wanted: { e: 'bookTicker', s: 'BTCUSDT' } },
    {
      path: '/market/ws/btcusdt@kline_1m',
      wanted: { e: 'kline', k: { i: '1m', c: '65500.00', h: '65500.00' } },
    },
    { path: '/market/ws/btcusdt@miniTicker', wanted: { e: '24hrMiniTicker', c: '65500.00' } },
    { path: '/market/ws/btcusdt@ticker', wanted: { e: '24hrTicker', c: '65500.00' } },
    { path: '/public/ws/btcusdt@depth5@100ms', wanted: { e: 'depthUpdate', s: 'BTCUSDT' } },
    { path: '/public/ws/btcusdt@depth', wanted: { e: 'depthUpdate', s: 'BTCUSDT' } },
  ])('$path', async ({ path, wanted }) => {
    const stream = await listen(path);
    price(65_500);
    const message = await stream.next((one) => one.e !== 'markPriceUpdate' || one.p === '65500.00000000');
    expect(message).toMatchObject(wanted);
  });

  test('the mark price comes by itself, and for all contracts as a list', async () => {
    const stream = await listen('/market/stream?streams=!markPrice@arr@1s');
    const message = await stream.next((one) => Array.isArray(one.data));
    expect((message.data as Json[]).map((row) => row.s)).toContain('ETHUSDT');
  });

  test('depth differences add up to the book of the REST API', async () => {
    const stream = await listen('/public/ws/btcusdt@depth@100ms');
    const bids = new Map<string, string>();
    for (const last of [65_500, 65_499.5, 65_501]) price(last);
    await stream.next((one) => one.u === sim.usdm.market('BTCUSDT').updateId);
    for (const event of stream.events('depthUpdate')) {
      for (const [level = '', quantity = ''] of event.b as string[][]) {
        if (quantity === '0') bids.delete(level);
        else bids.set(level, quantity);
      }
    }
    const book = (await client.send('GET', '/fapi/v1/depth?symbol=BTCUSDT&limit=50')).body.bids as string[][];
    expect([...bids].sort(([a], [b]) => Number(b) - Number(a))).toEqual(book);
  });
});

describe('the private stream', () => {
  test('tells a fill as the documentation has it', async () => {
    const stream = await privateStream(sim, client);
    opened.push(stream);
    await buy();
    const trade = await stream.next((message) => detail(message).x === 'TRADE');
    expect(stream.messages.map((message) => message.e)).toEqual([
      'ORDER_TRADE_UPDATE',
      'ACCOUNT_UPDATE',
      'TRADE_LITE',
      'ORDER_TRADE_UPDATE',
    ]);
    expect(detail(trade)).toMatchObject({
      s: 'BTCUSDT',
      c: 'mine',
      S: 'BUY',
      o: 'MARKET',
      f: 'GTC',
      q: '0.01',
      p: '0',
      ap: '65000.1',
      x: 'TRADE',
      X: 'FILLED',
      l: '0.01',
      z: '0.01',
      L: '65000.1',
      N: 'USDT',
      n: '0.3250005',
      m: false,
      R: false,
      ot: 'MARKET',
      ps: 'BOTH',
      cp: false,
      rp: '0',
    });
    const account = stream.events('ACCOUNT_UPDATE')[0]?.a as Json;
    expect(account).toMatchObject({ m: 'ORDER', B: [{ a: 'USDT', wb: '9999.67499950' }] });
    expect((account.P as Json[])[0]).toMatchObject({
      s: 'BTCUSDT',
      pa: '0.01',
      ep: '65000.1',
      mt: 'cross',
      ps: 'BOTH',
    });
  });

  test('an order that has not traded has neither commission nor its asset', async () => {
    const stream = await privateStream(sim, client);
    opened.push(stream);
    await buy();
    const placed = await stream.next((message) => detail(message).x === 'NEW');
    expect(detail(placed)).not.toHaveProperty('n');
    expect(detail(placed)).not.toHaveProperty('N');
  });

  test('tells leverage and asset mode, and not the margin type', async () => {
    const stream = await privateStream(sim, client);
    opened.push(stream);
    await client.post('/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    await client.post('/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 7 });
    await client.post('/fapi/v1/multiAssetsMargin', { multiAssetsMargin: 'true' });
    await stream.next((message) => message.ai !== undefined);
    expect(stream.messages).toMatchObject([
      { e: 'ACCOUNT_CONFIG_UPDATE', ac: { s: 'BTCUSDT', l: 7 } },
      { e: 'ACCOUNT_CONFIG_UPDATE', ai: { j: true } },
    ]);
  });

  test('a listen key lives for an hour from its last keep-alive, then it is told and dead', async () => {
    const stream = await privateStream(sim, client);
    opened.push(stream);
    const minutes = (count: number) => steer(sim, 'clock', { offsetMs: count * 60_000 });
    await minutes(50);
    expect((await client.send('PUT', '/fapi/v1/listenKey')).status).toBe(200);
    await minutes(100);
    await stream.settled();
    expect(stream.events('listenKeyExpired')).toEqual([]);
    await minutes(111);
    expect(await stream.next((message) => message.e === 'listenKeyExpired')).toHaveProperty('listenKey');
    expect((await client.send('PUT', '/fapi/v1/listenKey')).body.code).toBe(-1125);
  });

  test('POST gives the active key again, a new one after it was closed', async () => {
    const key = await listenKey();
    expect(await listenKey()).toBe(key);
    await client.send('DELETE', '/fapi/v1/listenKey');
    expect(await listenKey()).not.toBe(key);
  });
});
