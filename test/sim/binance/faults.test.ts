import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { detail, type Json, Listener, type Params, privateStream, RawClient, steer } from './raw-client.ts';

let sim: BinanceSim;
let client: RawClient;

beforeEach(async () => {
  sim = await startBinanceSim();
  client = new RawClient(sim);
});
afterEach(() => sim.close());

const place = (more: Params = {}) =>
  client.post('/fapi/v1/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.010',
    ...more,
  });
const ORDER = { method: 'POST', path: '/fapi/v1/order' };

describe('answers', () => {
  test.each([
    { preset: 'refuse', code: -2010, status: 400, body: '"code":-2010', placed: 0 },
    { preset: 'refuse', code: -2013, status: 400, body: 'Order does not exist.', placed: 0 },
    { preset: 'limited', seconds: 7, status: 429, body: '"code":-1003', placed: 0 },
    { preset: 'late', delayMs: 10, status: 200, body: '"status":"NEW"', placed: 1 },
    {
      preset: 'unknown503',
      status: 503,
      body: '"msg":"Unknown error, please check your request or try again later."',
      placed: 1,
    },
    { preset: 'unknown503', apply: false, status: 503, body: '"path":"/fapi/v1/order"', placed: 0 },
    { preset: 'unavailable503', status: 503, body: 'Service Unavailable.', placed: 0 },
    { preset: 'throttled', status: 503, body: '"code":-1008', placed: 0 },
    { preset: 'timeout', status: 408, body: '"code":-1007', placed: 1 },
    { preset: 'timeout', apply: false, status: 408, body: '"code":-1007', placed: 0 },
    { preset: 'unexpected', status: 503, body: '"code":-1006', placed: 1 },
    { preset: 'html502', status: 502, body: '<html>', placed: 1 },
    { preset: 'empty', status: 200, body: '', placed: 1 },
  ])('$preset answers $status, orders placed: $placed', async ({ placed, status, body, ...fault }) => {
    await steer(sim, 'fault', { ...ORDER, ...fault });
    const hit = await place();
    expect(hit.status).toBe(status);
    expect(hit.text).toContain(body);
    expect(sim.usdm.orders.size).toBe(placed);
    expect((await place()).status).toBe(200);
  });

  test.each(['cut', 'drop'])('%s breaks the answer after the order was taken', async (preset) => {
    await steer(sim, 'fault', { ...ORDER, preset });
    await expect(place()).rejects.toThrow(/terminated|fetch failed/);
    expect(sim.usdm.orders.size).toBe(1);
  });

  test('hang never answers', async () => {
    await steer(sim, 'fault', { ...ORDER, preset: 'hang' });
    const query = `symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.010&timestamp=${sim.usdm.now()}`;
    const waiting = fetch(`${sim.url}/fapi/v1/order?${query}&signature=${client.signature(query)}`, {
      method: 'POST',
      headers: { 'X-MBX-APIKEY': 'key' },
      signal: AbortSignal.timeout(200),
    });
    await expect(waiting).rejects.toThrow(/timeout/);
    expect(sim.usdm.orders.size).toBe(1);
  });

  test('an order may be carried out some time after an unknown answer', async () => {
    const stream = await privateStream(sim, client);
    await steer(sim, 'fault', { ...ORDER, preset: 'timeout', applyAfterMs: 20 });
    expect((await place({ newClientOrderId: 'late' })).body.code).toBe(-1007);
    expect(sim.usdm.orders.size).toBe(0);
    expect(detail(await stream.next((message) => detail(message).x === 'TRADE')).c).toBe('late');
    stream.close();
  });
});

test('a 429 says when to come back', async () => {
  await steer(sim, 'fault', { ...ORDER, preset: 'limited', seconds: 7 });
  expect((await place()).headers.get('retry-after')).toBe('7');
});

describe('which requests are hit', () => {
  test('the nth, and as many as are counted', async () => {
    await steer(sim, 'fault', { ...ORDER, preset: 'refuse', nth: 2, count: 2 });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await place()).status);
    expect(statuses).toEqual([200, 400, 400, 200]);
  });

  test('those with the parameters, unless they are spared', async () => {
    await steer(sim, 'fault', {
      ...ORDER,
      preset: 'throttled',
      count: 0,
      params: { newClientOrderId: 'sb*' },
    });
    await steer(sim, 'fault', {
      ...ORDER,
      preset: 'throttled',
      count: 0,
      params: { side: 'SELL' },
      unless: { reduceOnly: 'true' },
    });
    expect((await place({ newClientOrderId: 'other' })).status).toBe(200);
    expect((await place({ newClientOrderId: 'sb1' })).body.code).toBe(-1008);
    expect((await place({ side: 'SELL' })).body.code).toBe(-1008);
    expect((await place({ side: 'SELL', reduceOnly: 'true' })).status).toBe(200);
  });

  test('every path that begins so, until the faults are cleared', async () => {
    await steer(sim, 'fault', { path: '/fapi/v3/*', preset: 'refuse', code: -1001, status: 500, count: 0 });
    expect((await client.get('/fapi/v3/account')).body.code).toBe(-1001);
    expect((await client.get('/fapi/v3/balance')).status).toBe(500);
    await steer(sim, 'faults/clear');
    expect((await client.get('/fapi/v3/balance')).status).toBe(200);
  });

  test.each([
    { name: 'fault', body: { preset: 'timeuot' }, says: 'preset' },
    { name: 'fault', body: { preset: 'timeout', paht: '/fapi/v1/order' }, says: 'paht' },
    { name: 'stream-fault', body: { action: 'eat' }, says: 'action' },
  ])('a misspelt $name is said: $says', async ({ name, body, says }) => {
    const refused = await steer(sim, name, body);
    expect(refused.status).toBe(400);
    expect(refused.body.msg).toContain(says);
  });

  test('what was sent is on record', async () => {
    await place({ newClientOrderId: 'seen' });
    const sent = sim.requests.at(-1);
    expect(sent).toMatchObject({
      method: 'POST',
      path: '/fapi/v1/order',
      params: { newClientOrderId: 'seen' },
    });
  });
});

describe('streams', () => {
  let stream: Listener;
  beforeEach(async () => {
    stream = await privateStream(sim, client);
  });
  afterEach(() => stream.close());

  const fills = () => stream.events('ORDER_TRADE_UPDATE').filter((event) => detail(event).x === 'TRADE');
  const fault = (more: Json) =>
    steer(sim, 'stream-fault', { event: 'ORDER_TRADE_UPDATE', status: 'FILLED', ...more });

  test.each([
    { action: 'lose', seen: 0 },
    { action: 'double', seen: 2 },
  ])('$action: a fill is seen $seen times', async ({ action, seen }) => {
    await fault({ action });
    await place();
    await stream.settled();
    expect(fills()).toHaveLength(seen);
    await place();
    await stream.settled();
    expect(fills()).toHaveLength(seen + 1);
  });

  test('hold: a fill comes when it is released, the last one first if wanted', async () => {
    await fault({ action: 'hold', count: 2 });
    await place({ newClientOrderId: 'first' });
    await place({ newClientOrderId: 'second' });
    await stream.settled();
    expect(fills()).toEqual([]);
    await steer(sim, 'streams', { do: 'release-reversed' });
    await stream.settled();
    expect(fills().map((event) => detail(event).c)).toEqual(['second', 'first']);
  });

  test('delay: a fill comes late', async () => {
    await fault({ action: 'delay', delayMs: 20 });
    await place();
    await stream.settled();
    expect(fills()).toEqual([]);
    await stream.next((message) => detail(message).x === 'TRADE');
  });

  test('stall: the socket stays open, pings are answered, nothing comes', async () => {
    await steer(sim, 'streams', { do: 'stall' });
    await place();
    await stream.settled();
    expect(stream.messages).toEqual([]);
    await steer(sim, 'streams', { do: 'resume' });
    await place();
    await stream.next((message) => detail(message).x === 'TRADE');
  });

  test('freeze: not even pings are answered', async () => {
    await steer(sim, 'streams', { do: 'freeze' });
    const answered = stream.settled().then(() => 'answered');
    await place();
    await client.get('/fapi/v3/balance');
    expect(await Promise.race([answered, client.get('/fapi/v3/balance').then(() => 'silent')])).toBe(
      'silent',
    );
    expect(stream.messages).toEqual([]);
  });

  test('drop: the socket is cut', async () => {
    const closed = stream.closed();
    await steer(sim, 'streams', { do: 'drop', category: 'private' });
    await closed;
    expect(sim.streams.count('private')).toBe(0);
  });

  test('refuse: the next handshakes are answered 503', async () => {
    await steer(sim, 'streams', { do: 'refuse', count: 1 });
    await expect(new Listener(sim, '/private/ws').opened()).rejects.toThrow('503');
    const next = new Listener(sim, '/private/ws');
    await next.opened();
    next.close();
  });

  test('an event that nobody knows can be sent', async () => {
    await steer(sim, 'event', { e: 'GRID_UPDATE', gu: {} });
    expect(await stream.next((message) => message.e === 'GRID_UPDATE')).toHaveProperty('E');
  });

  test('expire-listen-key: it is told, then nothing more comes', async () => {
    await steer(sim, 'streams', { do: 'expire-listen-key' });
    await stream.next((message) => message.e === 'listenKeyExpired');
    await place();
    await stream.settled();
    expect(fills()).toEqual([]);
  });
});
