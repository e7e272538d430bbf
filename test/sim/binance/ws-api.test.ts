import type { KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BinanceSim } from '../../../src/sim/binance/server.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import {
  ask,
  detail,
  ED25519,
  type Json,
  KEY,
  Listener,
  privateStream,
  RawClient,
  signedParams,
  startWithKeys,
  steer,
} from './raw-client.ts';

// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info
let sim: BinanceSim;
let client: RawClient;
let socket: Listener;
let privateKey: KeyObject;

beforeEach(async () => {
  ({ sim, privateKey } = await startWithKeys());
  client = new RawClient(sim);
  socket = await open('/ws-fapi/v1');
});
afterEach(async () => {
  socket.close();
  await sim.close();
});

async function open(path: string): Promise<Listener> {
  const listener = new Listener(sim, path);
  await listener.opened();
  return listener;
}

const signed = (...given: [Json?, string?, (string | KeyObject)?]) => signedParams(sim, ...given);
const place = (changes: Json = {}) => ask(socket, 'order.place', signed({ ...LIMIT, ...changes }));
const NAMED = { symbol: 'BTCUSDT', origClientOrderId: 'mine' };
const LIMIT = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.01',
  price: '64000',
  newClientOrderId: 'mine',
};
const STOP = {
  algoType: 'CONDITIONAL',
  symbol: 'BTCUSDT',
  side: 'SELL',
  type: 'STOP_MARKET',
  quantity: '0.01',
  triggerPrice: '60000',
  reduceOnly: 'true',
  clientAlgoId: 'stop',
};

describe('orders', () => {
  test('are placed, found and cancelled, and answered as by REST, with the limits', async () => {
    expect(await place()).toMatchObject({
      status: 200,
      result: { status: 'NEW', clientOrderId: 'mine' },
      rateLimits: [
        { rateLimitType: 'ORDERS', interval: 'SECOND', count: 1 },
        { rateLimitType: 'ORDERS', interval: 'MINUTE', count: 1 },
        { rateLimitType: 'REQUEST_WEIGHT' },
      ],
    });
    expect(await ask(socket, 'order.status', signed(NAMED))).toMatchObject({ result: { status: 'NEW' } });
    expect((await client.get('/fapi/v1/openOrders')).list).toHaveLength(1);
    expect(await ask(socket, 'order.cancel', signed(NAMED))).toMatchObject({
      result: { status: 'CANCELED' },
    });
  });

  test('that are conditional go by methods of their own', async () => {
    expect((await ask(socket, 'order.place', signed({ ...STOP, stopPrice: '60000' }))).error).toMatchObject({
      code: -4120,
    });
    expect(await ask(socket, 'algoOrder.place', signed(STOP))).toMatchObject({
      status: 200,
      result: { clientAlgoId: 'stop', algoStatus: 'NEW' },
    });
    expect(await ask(socket, 'algoOrder.cancel', signed({ clientAlgoId: 'stop' }))).toMatchObject({
      result: { clientAlgoId: 'stop', code: '200' },
    });
  });

  test.each([
    { what: 'a filter', changes: { price: '64000.001' }, status: 400, code: -1111 },
    { what: 'the margin', changes: { quantity: '10' }, status: 400, code: -2019 },
    { what: 'a missing parameter', changes: { quantity: '' }, status: 400, code: -1102 },
  ])('are refused by $what as an error', async ({ changes, status, code }) => {
    const answer = await place(changes);
    expect(answer).toMatchObject({ status, error: { code } });
    expect(answer).not.toHaveProperty('result');
  });

  test('count against the same limits as by REST', async () => {
    sim.limiter.count(0, 300, sim.usdm.now());
    expect(await place()).toMatchObject({
      status: 429,
      error: { code: -1015, data: { retryAfter: expect.any(Number), serverTime: expect.any(Number) } },
    });
    await steer(sim, 'ban', { seconds: 60 });
    expect(await place()).toMatchObject({ status: 418, error: { code: -1003 } });
  });
});

// https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/websocket-api/Modify-Order
describe('an amended order', () => {
  const amend = (changes: Json = {}) =>
    ask(
      socket,
      'order.modify',
      signed({ ...NAMED, side: 'BUY', quantity: '0.02', price: '63500', ...changes }),
    );

  test('keeps its id, and is told', async () => {
    const stream = await privateStream(sim, client);
    const placed = await place();
    const { orderId } = placed.result as Json;
    expect(await amend()).toMatchObject({
      result: { orderId, status: 'NEW', origQty: '0.020', price: '63500.00' },
    });
    const told = await stream.next((message) => detail(message).x === 'AMENDMENT');
    expect(detail(told)).toMatchObject({ c: 'mine', X: 'NEW', q: '0.02', p: '63500' });
    stream.close();
  });

  test('goes behind those that have waited at its price', async () => {
    await place();
    await client.post('/fapi/v1/order', { ...LIMIT, newClientOrderId: 'other', price: '63500' });
    await amend({ quantity: '0.01' });
    expect([...sim.usdm.openOrders.values()].map(({ clientOrderId }) => clientOrderId)).toEqual([
      'other',
      'mine',
    ]);
  });

  test.each([
    { what: 'nothing changes', changes: { quantity: '0.01', price: '64000' }, code: -5027 },
    { what: 'a filter does not take it', changes: { price: '63500.001' }, code: -1111 },
    { what: 'there is no margin for it', changes: { quantity: '10' }, code: -2019 },
    { what: 'it is of the other side', changes: { side: 'SELL' }, code: -2013 },
    { what: 'there is none', changes: { origClientOrderId: 'nobody' }, code: -2013 },
    { what: 'a price is missing', changes: { price: '' }, code: -1102 },
  ])('stays as it was where $what', async ({ changes, code }) => {
    await place();
    expect((await amend(changes)).error).toMatchObject({ code });
    expect((await client.get('/fapi/v1/order', NAMED)).body).toMatchObject({
      status: 'NEW',
      origQty: '0.010',
      price: '64000.00',
    });
  });

  test('trades at once where its new price does', async () => {
    await place();
    expect(await amend({ price: '65100' })).toMatchObject({ result: { status: 'FILLED' } });
  });

  test('ends with what has filled where no more is wanted', async () => {
    const placed = await place({ quantity: '0.02' });
    sim.usdm.fillOrder(Number((placed.result as Json).orderId), new Decimal('0.01'));
    expect(await amend({ quantity: '0.01' })).toMatchObject({
      result: { status: 'CANCELED', executedQty: '0.010' },
    });
  });

  test('ends where it may only be a maker and would trade', async () => {
    await place({ timeInForce: 'GTX' });
    expect(await amend({ price: '65100' })).toMatchObject({
      result: { status: 'CANCELED', executedQty: '0.000' },
    });
  });
});

test('the account, the market and the listen key are read as by REST', async () => {
  expect(await ask(socket, 'ticker.price', { symbol: 'BTCUSDT' })).toMatchObject({
    result: { symbol: 'BTCUSDT', price: '65000.00' },
  });
  expect(await ask(socket, 'v2/account.balance', signed())).toMatchObject({
    result: expect.arrayContaining([expect.objectContaining({ asset: 'USDT' })]),
  });
  expect(await ask(socket, 'v2/account.position', signed())).toMatchObject({ result: [] });
  expect(await ask(socket, 'userDataStream.start', { apiKey: KEY })).toMatchObject({
    result: { listenKey: expect.any(String) },
  });
});

test('unsigned, wrongly signed, late and unknown requests are refused', async () => {
  expect(await ask(socket, 'order.place', LIMIT)).toMatchObject({ status: 401, error: { code: -2014 } });
  const wrong = { ...signed(LIMIT), signature: '0'.repeat(64) };
  expect(await ask(socket, 'order.place', wrong)).toMatchObject({ status: 400, error: { code: -1022 } });
  const late = signed(LIMIT);
  sim.setClockOffset(60_000);
  expect((await ask(socket, 'order.place', late)).error).toMatchObject({ code: -1021 });
  expect((await ask(socket, 'order.dream')).status).toBe(404);
});

describe('a session', () => {
  test('of an Ed25519 key needs no signature', async () => {
    expect(await ask(socket, 'session.logon', signed({}, ED25519, privateKey))).toMatchObject({
      status: 200,
      result: { apiKey: ED25519, authorizedSince: expect.any(Number) },
    });
    const placed = await ask(socket, 'order.place', { ...LIMIT, timestamp: sim.usdm.now() });
    expect(placed).toMatchObject({ status: 200 });
    expect(await ask(socket, 'session.logout')).toMatchObject({ result: { apiKey: null } });
    expect(await ask(socket, 'order.cancel', { ...NAMED, timestamp: sim.usdm.now() })).toMatchObject({
      status: 401,
    });
  });

  test('ends when its key is taken back', async () => {
    await ask(socket, 'session.logon', signed({}, ED25519, privateKey));
    await steer(sim, 'key', { revoked: true });
    await ask(socket, 'order.cancel', { ...NAMED, timestamp: sim.usdm.now() });
    expect(await socket.next((message) => message.id === null)).toMatchObject({
      status: 401,
      error: { code: -2015 },
    });
    expect(await ask(socket, 'session.status')).toMatchObject({ result: { apiKey: null } });
  });

  test('is not for HMAC keys', async () => {
    expect((await ask(socket, 'session.logon', signed())).error).toMatchObject({ code: -4056 });
  });
});

describe('goes wrong as a script wants it', () => {
  // A fault of a REST route strikes whichever way the request comes.
  const fault = (body: Json) => steer(sim, 'fault', { path: '/fapi/v1/order', ...body });

  test.each([
    { preset: 'timeout', status: 408, code: -1007, placed: 1 },
    { preset: 'unexpected', status: 503, code: -1006, placed: 1 },
    { preset: 'throttled', status: 503, code: -1008, placed: 0 },
    { preset: 'unknown503', status: 503, code: -1000, placed: 1 },
    { preset: 'unavailable503', status: 503, code: undefined, placed: 0 },
  ])('$preset answers $status, orders placed: $placed', async ({ preset, status, code, placed }) => {
    await fault({ preset });
    const answer = await place();
    expect(answer.status).toBe(status);
    expect((answer.error as Json).code).toBe(code);
    expect(sim.usdm.orders.size).toBe(placed);
  });

  test('an answer comes twice', async () => {
    await fault({ preset: 'twice' });
    const answer = await place();
    await socket.settled();
    expect(socket.messages.filter(({ id }) => id === answer.id)).toHaveLength(2);
    expect(sim.usdm.orders.size).toBe(1);
  });

  test.each(['drop', 'html502'])('%s closes the socket after the order was taken', async (preset) => {
    await fault({ preset });
    const closed = socket.closed();
    void place();
    await closed;
    expect(sim.usdm.orders.size).toBe(1);
  });

  test('one for a socket alone spares what comes by REST', async () => {
    await steer(sim, 'fault', { method: 'WS', path: 'order.place', preset: 'refuse', code: -2010 });
    expect((await client.post('/fapi/v1/order', { ...LIMIT, newClientOrderId: 'rest' })).status).toBe(200);
    expect((await place()).error).toMatchObject({ code: -2010 });
  });

  test('the sockets are refused, frozen and cut', async () => {
    await steer(sim, 'api', { do: 'refuse' });
    await expect(open('/ws-fapi/v1')).rejects.toThrow('503');
    await steer(sim, 'api', { do: 'freeze' });
    socket.socket.send(JSON.stringify({ id: 'lost', method: 'order.place', params: signed(LIMIT) }));
    await steer(sim, 'api', { do: 'resume' });
    expect((await place({ newClientOrderId: 'later' })).status).toBe(200);
    expect(sim.usdm.orders.size).toBe(1);
    const closed = socket.closed();
    await steer(sim, 'api', { do: 'drop' });
    await closed;
  });
});
