import type { KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type BinanceSim, startBinanceSim } from '../../../../src/sim/binance/server.ts';
import { Decimal } from '../../../../src/trading/decimal.ts';
import {
  ask,
  ED25519,
  type Json,
  Listener,
  RawClient,
  signedParams,
  startWithKeys,
  steer,
} from '../raw-client.ts';

// https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md
let sim: BinanceSim;
let client: RawClient;
const opened: Listener[] = [];
let privateKey: KeyObject;

beforeEach(async () => {
  ({ sim, privateKey } = await startWithKeys({
    spotBalances: { USDT: '10000', BTC: '0.1' },
    markPriceMs: 20,
  }));
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

const api = () => listen('/ws-api/v3');

const signed = (...given: [Json?, string?, (string | KeyObject)?]) => signedParams(sim, ...given);

const LIMIT = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.01',
  price: '64000',
  newClientOrderId: 'mine',
};
const price = (last: number) => sim.spot.exchange.setPrice('BTCUSDT', new Decimal(last));
const eventOf = (type: string) => (message: Json) => (message.event as Json | undefined)?.e === type;

describe('requests', () => {
  test('are answered with their id, a status and the limits', async () => {
    const socket = await api();
    expect(await ask(socket, 'time')).toMatchObject({
      status: 200,
      result: { serverTime: expect.any(Number) },
      rateLimits: [
        { rateLimitType: 'ORDERS' },
        { rateLimitType: 'ORDERS' },
        { rateLimitType: 'REQUEST_WEIGHT' },
      ],
    });
    expect(await ask(socket, 'ping', { returnRateLimits: false })).toEqual({
      id: expect.any(String),
      status: 200,
      result: {},
    });
  });

  test('place, find and cancel orders', async () => {
    const socket = await api();
    expect(await ask(socket, 'order.place', signed(LIMIT))).toMatchObject({
      status: 200,
      result: { status: 'NEW', clientOrderId: 'mine', fills: [] },
    });
    const named = { symbol: 'BTCUSDT', origClientOrderId: 'mine' };
    expect(await ask(socket, 'order.status', signed(named))).toMatchObject({ result: { status: 'NEW' } });
    expect(await ask(socket, 'order.cancel', signed(named))).toMatchObject({
      result: { status: 'CANCELED' },
    });
    expect(await ask(socket, 'openOrders.status', signed())).toMatchObject({ result: [] });
  });

  test.each([
    { name: 'a refusal', params: { quantity: '1' }, status: 400, code: -2010 },
    { name: 'a filter', params: { price: '64000.001' }, status: 400, code: -1013 },
  ])('$name comes as an error', async ({ params, status, code }) => {
    const socket = await api();
    const answer = await ask(socket, 'order.place', signed({ ...LIMIT, ...params }));
    expect(answer).toMatchObject({ status, error: { code } });
    expect(answer).not.toHaveProperty('result');
  });

  test('unsigned, wrongly signed and unknown ones are refused', async () => {
    const socket = await api();
    expect(await ask(socket, 'account.status')).toMatchObject({ status: 401, error: { code: -2014 } });
    const wrong = { ...signed(), signature: '0'.repeat(64) };
    expect(await ask(socket, 'account.status', wrong)).toMatchObject({ status: 400, error: { code: -1022 } });
    expect((await ask(socket, 'nothing')).status).toBe(404);
    socket.socket.send('not json');
    expect(await socket.next((message) => message.id === null)).toMatchObject({ error: { code: -1135 } });
  });

  test('a ban says until when', async () => {
    const socket = await api();
    await steer(sim, 'spot/ban', { seconds: 60 });
    expect(await ask(socket, 'ping')).toMatchObject({
      status: 418,
      error: { code: -1003, data: { retryAfter: expect.any(Number) } },
    });
  });

  test('go wrong as a script wants it: refused, never answered, answered and dropped', async () => {
    const socket = await api();
    await steer(sim, 'fault', {
      method: 'WS',
      path: 'order.place',
      preset: 'refuse',
      code: -1007,
      status: 408,
    });
    expect(await ask(socket, 'order.place', signed(LIMIT))).toMatchObject({
      status: 408,
      error: { code: -1007 },
    });
    await steer(sim, 'fault', { method: 'WS', path: 'order.place', preset: 'hang' });
    socket.socket.send(JSON.stringify({ id: 'silent', method: 'order.place', params: signed(LIMIT) }));
    await socket.settled();
    expect(socket.messages.filter((message) => message.id === 'silent')).toEqual([]);
    expect((await client.get('/api/v3/openOrders')).list).toHaveLength(1);
    await steer(sim, 'fault', { method: 'WS', path: 'ping', preset: 'drop' });
    const closed = socket.closed();
    socket.socket.send(JSON.stringify({ id: 'gone', method: 'ping' }));
    await closed;
  });
});

describe("the account's events", () => {
  test('come by a signature, with HMAC', async () => {
    const socket = await api();
    expect(await ask(socket, 'userDataStream.subscribe.signature', signed())).toMatchObject({
      result: { subscriptionId: 0 },
    });
    await client.post('/api/v3/order', LIMIT);
    expect(await socket.next(eventOf('executionReport'))).toMatchObject({
      subscriptionId: 0,
      event: { s: 'BTCUSDT', c: 'mine', x: 'NEW', X: 'NEW', w: true, g: -1, r: 'NONE', N: null, t: -1 },
    });
    expect(await socket.next(eventOf('outboundAccountPosition'))).toMatchObject({
      event: { B: expect.arrayContaining([{ a: 'USDT', f: '9360.00000000', l: '640.00000000' }]) },
    });
    price(64_000);
    const trade = (message: Json) => (message.event as Json | undefined)?.x === 'TRADE';
    expect(await socket.next(trade)).toMatchObject({
      event: { X: 'FILLED', l: '0.01000000', L: '64000.00000000', n: '0.00001000', N: 'BTC', m: true },
    });
  });

  test('come to a session that an Ed25519 key has logged on', async () => {
    const socket = await api();
    expect(await ask(socket, 'userDataStream.subscribe')).toMatchObject({ status: 401 });
    const logon = await ask(socket, 'session.logon', signed({}, ED25519, privateKey));
    expect(logon).toMatchObject({ status: 200, result: { apiKey: ED25519, userDataStream: false } });
    expect(await ask(socket, 'userDataStream.subscribe')).toMatchObject({ result: { subscriptionId: 0 } });
    expect(await ask(socket, 'userDataStream.subscribe')).toMatchObject({ error: { code: -2035 } });
    // No key and no signature any more, but a timestamp.
    const placed = await ask(socket, 'order.place', { ...LIMIT, timestamp: sim.usdm.now() });
    expect(placed).toMatchObject({ status: 200 });
    await socket.next(eventOf('executionReport'));
    expect(await ask(socket, 'session.status')).toMatchObject({ result: { userDataStream: true } });
    await ask(socket, 'session.logout');
    expect(await socket.next(eventOf('eventStreamTerminated'))).toMatchObject({ subscriptionId: 0 });
  });

  test('a session is not for HMAC keys', async () => {
    const socket = await api();
    expect((await ask(socket, 'session.logon', signed())).error).toMatchObject({ code: -4056 });
  });

  test('a key that is taken back loses its session', async () => {
    const socket = await api();
    await ask(socket, 'session.logon', signed({}, ED25519, privateKey));
    await steer(sim, 'key', { revoked: true });
    await ask(socket, 'account.status', { timestamp: sim.usdm.now() });
    expect(await socket.next((message) => message.id === null)).toMatchObject({
      status: 401,
      error: { code: -2015 },
    });
  });

  test('a refused order is told', async () => {
    const socket = await api();
    await ask(socket, 'userDataStream.subscribe.signature', signed());
    await client.post('/api/v3/order', { ...LIMIT, quantity: '1' });
    expect(await socket.next(eventOf('executionReport'))).toMatchObject({
      event: { x: 'REJECTED', X: 'REJECTED', r: 'INSUFFICIENT_BALANCES', c: 'mine' },
    });
  });

  test('deposits and locks by others are told', async () => {
    const socket = await api();
    await ask(socket, 'userDataStream.subscribe.signature', signed());
    await steer(sim, 'spot/deposit', { asset: 'BNB', amount: '2' });
    await steer(sim, 'spot/lock', { asset: 'BNB', amount: '0.5' });
    expect(await socket.next(eventOf('balanceUpdate'))).toMatchObject({
      event: { a: 'BNB', d: '2.00000000' },
    });
    expect(await socket.next(eventOf('externalLockUpdate'))).toMatchObject({
      event: { a: 'BNB', d: '0.50000000' },
    });
  });

  test('are lost, doubled, held back and late as a script wants it', async () => {
    const socket = await api();
    await ask(socket, 'userDataStream.subscribe.signature', signed());
    const fault = (own: Json) => steer(sim, 'stream-fault', { event: 'executionReport', ...own });
    const reports = () => socket.messages.filter(eventOf('executionReport'));
    await fault({ action: 'lose', status: 'NEW' });
    await client.post('/api/v3/order', LIMIT);
    await socket.settled();
    expect(reports()).toEqual([]);
    await fault({ action: 'double', symbol: 'BTCUSDT', status: 'CANCELED' });
    await client.delete('/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'mine' });
    await socket.settled();
    expect(reports()).toHaveLength(2);
    await fault({ action: 'hold' });
    await client.post('/api/v3/order', LIMIT);
    await socket.settled();
    expect(reports()).toHaveLength(2);
    await steer(sim, 'spot/streams', { do: 'release' });
    await socket.settled();
    expect(reports()).toHaveLength(3);
  });

  test('the stream falls silent, ends its subscription, announces its end, is refused', async () => {
    const socket = await api();
    await ask(socket, 'userDataStream.subscribe.signature', signed());
    await steer(sim, 'spot/streams', { do: 'stall', of: 'user' });
    await client.post('/api/v3/order', LIMIT);
    await socket.settled();
    expect(socket.messages.filter(eventOf('executionReport'))).toEqual([]);
    await steer(sim, 'spot/streams', { do: 'resume' });
    await steer(sim, 'spot/streams', { do: 'announce-shutdown', of: 'user' });
    expect(await socket.next(eventOf('serverShutdown'))).not.toHaveProperty('subscriptionId');
    await steer(sim, 'spot/streams', { do: 'terminate' });
    await socket.next(eventOf('eventStreamTerminated'));
    expect(sim.spot.api.count('subscribed')).toBe(0);
    await steer(sim, 'spot/streams', { do: 'refuse', of: 'user', count: 1 });
    await expect(new Listener(sim, '/ws-api/v3').opened()).rejects.toThrow('503');
  });
});

describe('the heartbeat', () => {
  // https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md#general-wss-information
  test.each(['/ws/btcusdt@trade', '/ws-api/v3'])(
    '%s hangs up on who does not answer its pings',
    async (path) => {
      await sim.close();
      sim = await startBinanceSim({ heartbeat: { pingMs: 20, pongWithinMs: 300 } });
      const [lively, dead] = [await listen(path), new WebSocket(address(path), { autoPong: false })];
      await new Promise((resolve) => dead.once('close', resolve));
      await lively.settled();
      expect(lively.socket.readyState).toBe(WebSocket.OPEN);
    },
  );
});

const address = (path: string) => `${sim.url.replace('http', 'ws')}${path}`;

describe('market streams', () => {
  // https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md
  test.each([
    { name: 'btcusdt@trade', wanted: { e: 'trade', s: 'BTCUSDT', p: '65500.00000000', M: true } },
    { name: 'btcusdt@aggTrade', wanted: { e: 'aggTrade', p: '65500.00000000' } },
    { name: 'btcusdt@bookTicker', wanted: { s: 'BTCUSDT', b: '65500.00000000', a: '65500.01000000' } },
    { name: 'btcusdt@miniTicker', wanted: { e: '24hrMiniTicker', c: '65500.00000000' } },
    { name: 'btcusdt@ticker', wanted: { e: '24hrTicker', c: '65500.00000000', b: '65500.00000000' } },
    { name: 'btcusdt@kline_1m', wanted: { e: 'kline', k: expect.objectContaining({ c: '65500.00000000' }) } },
    { name: 'btcusdt@depth5', wanted: { bids: expect.any(Array), lastUpdateId: expect.any(Number) } },
    { name: 'btcusdt@depth@100ms', wanted: { e: 'depthUpdate', b: expect.any(Array) } },
    { name: 'btcusdt@avgPrice', wanted: { e: 'avgPrice', i: '5m' } },
    { name: 'btcusdt@referencePrice', wanted: { e: 'referencePrice', r: null } },
  ])('$name', async ({ name, wanted }) => {
    const stream = await listen(`/ws/${name}`);
    price(65_500);
    expect(await stream.next(() => true)).toMatchObject(wanted);
  });

  test('are combined, subscribed to and left', async () => {
    const stream = await listen('/stream?streams=btcusdt@trade');
    await stream.request('SUBSCRIBE', ['ethusdt@trade'], 1);
    await stream.request('UNSUBSCRIBE', ['btcusdt@trade'], 2);
    expect(await stream.request('LIST_SUBSCRIPTIONS', [], 3)).toMatchObject({ result: ['ethusdt@trade'] });
    price(65_500);
    sim.spot.exchange.setPrice('ETHUSDT', new Decimal(3_300));
    const named = await stream.next((message) => message.stream !== undefined);
    expect(named).toMatchObject({ stream: 'ethusdt@trade', data: { s: 'ETHUSDT' } });
    await steer(sim, 'spot/streams', { do: 'announce-shutdown', of: 'market' });
    expect(await stream.next((message) => message.stream === '!serverShutdown')).toMatchObject({
      data: { e: 'serverShutdown' },
    });
  });
});
