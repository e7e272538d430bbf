import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpFault, type Preset, preset } from '../../../src/sim/binance/faults.ts';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { TOO_LATE } from '../../../src/trading/exchange.ts';
import { createTestExchange, KEY, PATIENT, request, SECRET, SOCKET_FIRST, STOP } from './helpers.ts';
import { createTestSpot } from './spot-helpers.ts';

let sim: BinanceSim;
let made: ReturnType<typeof createTestExchange>;

beforeEach(async () => {
  sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }], markPriceMs: 50 });
});
afterEach(async () => {
  await made.exchange.close();
  await sim.close();
});

/** Connected, with its socket for orders standing. */
async function start(writeTimeoutMs = PATIENT.rest.writeTimeoutMs): Promise<void> {
  const rest = { ...PATIENT.rest, writeTimeoutMs };
  made = createTestExchange(sim.url, { ...PATIENT, rest, orderSocket: SOCKET_FIRST });
  await made.exchange.connect(made.listener);
  await goBy('socket');
}

/** A busy machine takes its time. */
const soon = <Value>(look: () => Value) => expect.poll(look, { timeout: 30_000 });
const goBy = (way: 'rest' | 'socket') => soon(() => made.exchange.health().ordersBy).toBe(way);
const orders = () =>
  sim.requests.filter(({ method, path }) => method === 'POST' && path === '/fapi/v1/order');
const ways = () => orders().map(({ socket }) => (socket ? 'socket' : 'rest'));
const GREETING = 'v2/account.balance';
const greetings = () =>
  sim.requests.filter(({ socket, path }) => socket && path === '/fapi/v3/balance').length;
const fail = (name: Preset, own: Partial<HttpFault> = {}) =>
  sim.faults.add({ method: 'WS', path: 'order.place', ...preset(name), ...own });
const resting = (clientId: string) =>
  request({ clientId, type: 'limit', price: sim.usdm.market('BTCUSDT').last.times('0.98') });

describe('over the WebSocket API', () => {
  test('orders and stops are placed and cancelled', async () => {
    await start();
    expect(await made.exchange.place(request())).toMatchObject({
      kind: 'confirmed',
      value: { status: 'filled' },
    });
    expect(await made.exchange.place(request(STOP))).toMatchObject({
      kind: 'confirmed',
      value: { status: 'working' },
    });
    expect(await made.exchange.cancel('BTCUSDT', 'sb-test-stop', true)).toMatchObject({ kind: 'confirmed' });
    await made.exchange.place(resting('sb-rests'));
    expect(await made.exchange.cancel('BTCUSDT', 'sb-rests', false)).toMatchObject({
      kind: 'confirmed',
      value: { status: 'cancelled' },
    });
    const writes = sim.requests.filter(({ path, method }) => /order$/i.test(path) && method !== 'GET');
    expect(writes.map(({ socket }) => socket)).toEqual([true, true, true, true, true]);
  });

  test.each(['ed25519', 'rsa'] as const)('they are signed one by one with an %s key too', async (type) => {
    const { publicKey, privateKey } =
      type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
    sim.usdm.keys.register({
      apiKey: type,
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    made = createTestExchange(sim.url, { ...PATIENT, orderSocket: SOCKET_FIRST }, { key: type, secret });
    await made.exchange.connect(made.listener);
    await goBy('socket');
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'confirmed' });
    expect(ways()).toEqual(['socket']);
  });

  test('spot sends lists and replacements', async () => {
    const spot = createTestSpot(sim.url, { orderSocket: SOCKET_FIRST });
    made = { ...spot, lists: { read: 0 } };
    await spot.exchange.connect(spot.listener);
    await goBy('socket');
    const price = sim.spot.exchange.market('BTCUSDT').last;
    await spot.exchange.place(request());
    const sells = { action: 'SELL', quantity: request().quantity.times('0.9') } as const;
    const target = request({
      ...sells,
      clientId: 'sb-target',
      type: 'limit_maker',
      price: price.times('1.1'),
    });
    const stop = request({
      ...sells,
      clientId: 'sb-stop',
      type: 'stop_market',
      triggerPrice: price.times('0.9'),
    });
    const list = { listId: 'sb-list', symbol: 'BTCUSDT', target, stop };
    expect(await spot.exchange.lists?.place(list)).toMatchObject({ kind: 'confirmed', value: [{}, {}] });
    expect(await spot.exchange.lists?.cancel('BTCUSDT', 'sb-list')).toMatchObject({ kind: 'confirmed' });
    await spot.exchange.place({ ...stop, clientId: 'sb-lone' });
    const next = { ...stop, clientId: 'sb-next', triggerPrice: price.times('0.95') };
    expect(await spot.exchange.lists?.replace('sb-lone', next)).toMatchObject({
      cancelled: { kind: 'confirmed' },
      placed: { kind: 'confirmed' },
    });
    // The new order is refused after the old one went: told in the same words as by REST.
    const wrong = { ...stop, clientId: 'sb-wrong', triggerPrice: price.times('1.05') };
    expect(await spot.exchange.lists?.replace('sb-next', wrong)).toMatchObject({
      cancelled: { kind: 'confirmed' },
      placed: { kind: 'rejected', cause: 'would_trigger' },
    });
    const writes = sim.requests.filter(
      ({ path, method }) => /order|orderList/.test(path) && method !== 'GET',
    );
    expect(writes.map(({ socket }) => socket)).toEqual([true, true, true, true, true, true]);
  });

  test('spot sends an entry with its stop as one list, and takes both back at once', async () => {
    const spot = createTestSpot(sim.url, { orderSocket: SOCKET_FIRST });
    made = { ...spot, lists: { read: 0 } };
    await spot.exchange.connect(spot.listener);
    await goBy('socket');
    const { last } = sim.spot.exchange.market('BTCUSDT');
    const quantity = request().quantity;
    const attached = {
      clientId: 'sb-after',
      listId: 'sb-oto',
      type: 'stop_market' as const,
      quantity: quantity.times('0.9'),
      price: null,
      triggerPrice: last.times('0.9'),
    };
    const entry = request({ clientId: 'sb-entry', type: 'limit', price: last.times('0.98'), attached });
    expect(await spot.exchange.place(entry)).toMatchObject({
      kind: 'confirmed',
      value: { clientId: 'sb-entry', status: 'working' },
    });
    const statuses = () =>
      [...sim.spot.exchange.openOrders.values()].map(({ clientOrderId, status }) => [clientOrderId, status]);
    expect(statuses()).toEqual([
      ['sb-entry', 'NEW'],
      ['sb-after', 'PENDING_NEW'],
    ]);
    expect(await spot.exchange.cancel('BTCUSDT', 'sb-entry', false)).toMatchObject({
      kind: 'confirmed',
      value: { clientId: 'sb-entry', status: 'cancelled' },
    });
    expect(statuses()).toEqual([]);
    // With a target beside it the list is of three.
    const target = { clientId: 'sb-above', price: last.times('1.02').toNearest('0.01') };
    const both = { ...entry, clientId: 'sb-entry-3', attached: { ...attached, target } };
    expect(await spot.exchange.place(both)).toMatchObject({ kind: 'confirmed' });
    expect(statuses()).toHaveLength(3);
    expect(await spot.exchange.cancel('BTCUSDT', 'sb-entry-3', false)).toMatchObject({ kind: 'confirmed' });
    expect(statuses()).toEqual([]);
    // A refusal is told in the same words as by REST.
    sim.spot.exchange.changeInstrument('BTCUSDT', { maxAlgoOrders: 0 });
    expect(await spot.exchange.place({ ...entry, clientId: 'sb-entry-2' })).toMatchObject({
      kind: 'rejected',
      cause: 'too_many',
    });
    const writes = sim.requests.filter(
      ({ path, method }) => /order|orderList/.test(path) && method !== 'GET',
    );
    expect(writes.map(({ path, socket }) => [path, socket])).toEqual([
      ['/api/v3/orderList/oto', true],
      ['/api/v3/order', true],
      ['/api/v3/orderList/otoco', true],
      ['/api/v3/order', true],
      ['/api/v3/orderList/oto', true],
    ]);
  });
});

describe('an order that had no answer is unknown, and never sent again,', () => {
  test.each<{ when: string; name: Preset }>([
    { when: 'when the socket is lost after it was sent', name: 'drop' },
    { when: 'when the answer never comes', name: 'hang' },
    { when: 'when half an answer comes', name: 'cut' },
    { when: 'when the answer is empty', name: 'empty' },
    { when: 'when a gateway answers', name: 'html502' },
    { when: 'when the exchange does not know (503)', name: 'unknown503' },
    { when: 'when the exchange does not know (-1006)', name: 'unexpected' },
    { when: 'when the exchange does not know (-1007)', name: 'timeout' },
  ])('$when', async ({ name }) => {
    await start();
    fail(name);
    expect(await made.exchange.place(resting('sb-rests'))).toMatchObject({ kind: 'unknown' });
    expect(ways()).toEqual(['socket']);
    // Asked for by the other way, as the documentation advises.
    expect(await made.exchange.findOrder('BTCUSDT', 'sb-rests', false)).toMatchObject({ status: 'working' });
    expect(sim.usdm.openOrders.size).toBe(1);
  });

  test('when its answer comes too late, which then changes nothing', async () => {
    await start();
    fail('late', { delayMs: 1_700 });
    expect(await made.exchange.place(resting('sb-rests'))).toMatchObject({ kind: 'unknown' });
    // The socket that was silent is given up, and another one stands.
    await goBy('socket');
    expect(await made.exchange.place(resting('sb-again'))).toMatchObject({ kind: 'confirmed' });
    expect(sim.usdm.openOrders.size).toBe(2);
  });

  test('when an answer names no request: it speaks of a session that orders do not use', async () => {
    await start();
    fail('hang');
    const placing = made.exchange.place(resting('sb-rests'));
    await soon(() => orders().length).toBe(1);
    const refusal = { id: null, status: 401, error: { code: -2015, msg: 'Invalid API-key.' } };
    for (const { socket } of sim.api.sockets) socket.send(JSON.stringify(refusal));
    expect(await placing).toMatchObject({ kind: 'unknown' });
  });
});

test('an answer that comes twice is one', async () => {
  await start();
  fail('twice', { count: 0 });
  expect(await made.exchange.place(resting('sb-a'))).toMatchObject({
    kind: 'confirmed',
    value: { clientId: 'sb-a' },
  });
  expect(await made.exchange.place(resting('sb-b'))).toMatchObject({
    kind: 'confirmed',
    value: { clientId: 'sb-b' },
  });
});

test('answers that overtake each other reach those who asked', async () => {
  await start();
  fail('late', { delayMs: 100, params: { newClientOrderId: 'sb-slow' } });
  const placed = await Promise.all(['sb-slow', 'sb-quick'].map((id) => made.exchange.place(resting(id))));
  expect(placed).toMatchObject([{ value: { clientId: 'sb-slow' } }, { value: { clientId: 'sb-quick' } }]);
});

describe('by REST instead', () => {
  test('go orders that meet a socket which is not there, and over the next one as soon as it stands', async () => {
    await start();
    sim.api.sockets.refuse(1_000);
    sim.api.sockets.drop();
    await goBy('rest');
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'confirmed' });
    sim.api.sockets.refuse(0);
    await goBy('socket');
    expect(await made.exchange.place(request({ clientId: 'sb-next' }))).toMatchObject({ kind: 'confirmed' });
    expect(ways()).toEqual(['rest', 'socket']);
  });

  test('goes what follows an order that has waited for half a second: the socket may be half open', async () => {
    await start();
    sim.api.sockets.freeze();
    const lost = made.exchange.place(resting('sb-lost'));
    await goBy('rest');
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'confirmed' });
    expect(await made.exchange.place(request(STOP))).toMatchObject({ kind: 'confirmed' });
    // Nothing of it has reached the exchange, and nobody can know that.
    expect(await lost).toMatchObject({ kind: 'unknown' });
    expect(ways()).toEqual(['rest']);
    sim.api.sockets.thaw();
  });

  test.each([
    { what: 'the method', code: -5000, status: 404 },
    { what: 'the signature', code: -1022, status: 400 },
    { what: 'the form of a parameter', code: -1102, status: 400 },
  ])('goes an order for which $what is not taken over the socket', async (refusal) => {
    await start();
    fail('refuse', preset('refuse', refusal));
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'confirmed' });
    expect(ways()).toEqual(['socket', 'rest']);
    expect(sim.usdm.orders.size).toBe(1);
  });

  test('goes what has to be carried out soon with no more time than it has left', async () => {
    await start();
    fail('refuse', { ...preset('refuse', { code: -5000, status: 404 }), delayMs: 60 });
    expect(await made.exchange.place(request(), 4_000)).toMatchObject({ kind: 'confirmed' });
    const [first, second] = orders().map(({ params }) => Number(params.recvWindow));
    expect(ways()).toEqual(['socket', 'rest']);
    expect((first ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(50);
  });

  test('goes what was ready to leave when the socket went, with no more time than it has left', async () => {
    await start();
    const clearance = Promise.withResolvers<string | null>();
    const placing = made.exchange.place(request(), 4_000, clearance.promise);
    const readyAt = performance.now();
    sim.api.sockets.refuse(1_000);
    sim.api.sockets.drop();
    await goBy('rest');
    const waitedMs = performance.now() - readyAt;
    clearance.resolve(null);
    expect(await placing).toMatchObject({ kind: 'confirmed' });
    expect(ways()).toEqual(['rest']);
    expect(Number(orders()[0]?.params.recvWindow)).toBeLessThanOrEqual(4_000 - waitedMs);
  });

  test('goes nothing whose time was over before that', async () => {
    await start();
    fail('refuse', { ...preset('refuse', { code: -5000, status: 404 }), delayMs: 400 });
    expect(await made.exchange.place(request(), 300)).toMatchObject({ kind: 'throttled', code: TOO_LATE });
    expect(ways()).toEqual(['socket']);
    expect(sim.usdm.orders.size).toBe(0);
  });

  test('an order that is under way when everything is closed waits for nothing', async () => {
    await start(3_600_000);
    fail('hang');
    const placing = made.exchange.place(resting('sb-rests'));
    await soon(() => orders().length).toBe(1);
    await made.exchange.close();
    expect(await placing).toMatchObject({ kind: 'unknown' });
  });

  test('go all where the key is not taken over the socket: no order has to find that out', async () => {
    const refusal = preset('refuse', { code: -2015, status: 401 });
    sim.faults.add({ method: 'WS', path: GREETING, count: 0, ...refusal });
    made = createTestExchange(sim.url, { ...PATIENT, orderSocket: SOCKET_FIRST });
    await made.exchange.connect(made.listener);
    await soon(() => sim.requests.filter(({ socket }) => socket).length).toBeGreaterThan(2);
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'confirmed' });
    expect(ways()).toEqual(['rest']);
    expect(made.events.filter(({ type }) => type === 'key_refused')).toEqual([]);
    expect(JSON.stringify(made.logged)).toContain('-2015');
  });

  test('go all where no such API is served; the bot starts, and says so once', async () => {
    sim.api.sockets.refuse(1_000);
    made = createTestExchange(sim.url, { ...PATIENT, orderSocket: SOCKET_FIRST });
    await made.exchange.connect(made.listener);
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'confirmed' });
    const said = () => made.logged.filter((line) => JSON.stringify(line).includes('no socket for orders'));
    await soon(() => said().length).toBe(1);
    expect(ways()).toEqual(['rest']);
  });
});

describe('the limits', () => {
  test('are those of both ways: a refusal on the socket holds back what would go by REST', async () => {
    await start();
    fail('limited', preset('limited', { seconds: 30 }));
    const outcome = await made.exchange.place(request());
    expect(outcome).toMatchObject({ kind: 'throttled', code: -1003 });
    expect(outcome.kind === 'throttled' && outcome.retryAfterMs).toBeGreaterThan(25_000);
    await expect(made.exchange.account()).rejects.toThrow('rate limit');
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'throttled' });
    expect(orders()).toHaveLength(1);
  });

  test('a ban that the socket is told is over when it says', async () => {
    await start();
    sim.limiter.ban(sim.usdm.now() + 600);
    const outcome = await made.exchange.place(request());
    expect(outcome).toMatchObject({ kind: 'throttled', code: -1003 });
    // It is told as a whole second of the exchange's time, which we know to some milliseconds.
    expect(outcome.kind === 'throttled' && outcome.retryAfterMs).toBeLessThanOrEqual(1_100);
  });

  test('a stop goes on after -1008 for entries', async () => {
    await start();
    await made.exchange.place(request());
    fail('throttled');
    expect(await made.exchange.place(request({ clientId: 'sb-more' }))).toMatchObject({ kind: 'throttled' });
    expect(await made.exchange.place(request(STOP))).toMatchObject({ kind: 'confirmed' });
  });
});

test('a wrong clock is set right, and the entry goes when it is sent again', async () => {
  await start();
  sim.setClockOffset(-60_000);
  expect(await made.exchange.place(request())).toMatchObject({ kind: 'throttled', code: -1021 });
  expect(await made.exchange.place(request())).toMatchObject({ kind: 'confirmed' });
  expect(ways()).toEqual(['socket', 'socket']);
  expect(sim.usdm.orders.size).toBe(1);
});

test('a key that is refused is told', async () => {
  await start();
  sim.usdm.keys.revoked = true;
  expect(await made.exchange.place(request())).toMatchObject({ kind: 'rejected', code: -2015 });
  expect(made.events).toContainEqual(expect.objectContaining({ type: 'key_refused', code: -2015 }));
});

test('an order that is under way when the server announces its end is answered by the old connection', async () => {
  await start(3_000);
  fail('late', { delayMs: 300 });
  const placing = made.exchange.place(resting('sb-rests'));
  await soon(() => orders().length).toBe(1);
  for (const { socket } of sim.api.sockets)
    socket.send(JSON.stringify({ event: { e: 'serverShutdown', E: 1 } }));
  await soon(() => sim.api.sockets.count()).toBe(2);
  expect(await placing).toMatchObject({ kind: 'confirmed' });
  await soon(() => sim.api.sockets.count()).toBe(1);
});

test('an order is unknown at once when the old connection ends without its answer, and the new one stays', async () => {
  await start(3_600_000);
  fail('hang');
  const placing = made.exchange.place(resting('sb-rests'));
  await soon(() => orders().length).toBe(1);
  const [old] = sim.api.sockets;
  old?.socket.send(JSON.stringify({ event: { e: 'serverShutdown', E: 1 } }));
  await soon(() => greetings()).toBe(2);
  // The answer to the greeting is with the client before this one is.
  await made.exchange.account();
  old?.socket.terminate();
  expect(await placing).toMatchObject({ kind: 'unknown' });
  expect(await made.exchange.place(resting('sb-next'))).toMatchObject({ kind: 'confirmed' });
  expect([ways(), greetings()]).toEqual([['socket', 'socket'], 2]);
});

test('a greeting ends with its connection: left waiting, it would cast doubt on the next one', async () => {
  sim.faults.add({ method: 'WS', path: GREETING, ...preset('drop') });
  await start(3_600_000);
  expect(greetings()).toBe(2);
  expect(JSON.stringify(made.logged)).toContain('the connection was lost');
});

describe('measured', () => {
  /** REST that takes its time; both ways are measured again and again. */
  async function startMeasured(delayMs: { rest: number; socket: number }): Promise<void> {
    sim.faults.add({ path: '/fapi/v1/time', ...preset('late'), delayMs: delayMs.rest, count: 0 });
    sim.faults.add({
      method: 'WS',
      path: 'ticker.price',
      ...preset('late'),
      delayMs: delayMs.socket,
      count: 0,
    });
    const orderSocket = { ...SOCKET_FIRST, samples: 3 };
    made = createTestExchange(sim.url, { ...PATIENT, orderSocket, warmMs: 20 });
    await made.exchange.connect(made.listener);
  }

  test('a socket that is quicker takes the orders, and loses them when it is slower', async () => {
    await startMeasured({ rest: 200, socket: 0 });
    expect(made.exchange.health().ordersBy).toBe('rest');
    await goBy('socket');
    sim.faults.clear();
    sim.faults.add({ method: 'WS', path: 'ticker.price', ...preset('late'), delayMs: 400, count: 0 });
    await goBy('rest');
  });

  test('a socket that is slower gets none', async () => {
    await startMeasured({ rest: 0, socket: 200 });
    await soon(() => sim.requests.filter(({ socket }) => socket).length).toBeGreaterThan(4);
    expect(made.exchange.health().ordersBy).toBe('rest');
  });
});
