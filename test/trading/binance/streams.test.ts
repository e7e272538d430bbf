import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { Unreachable } from '../../../src/trading/exchange.ts';
import { createTestExchange, QUICK, request } from './helpers.ts';
import { LISTEN_KEY, type StubExchange, startStubExchange } from './stub-exchange.ts';

const ORDER_UPDATE = {
  e: 'ORDER_TRADE_UPDATE',
  E: 1568879465651,
  T: 1568879465650,
  o: {
    s: 'BTCUSDT',
    c: 'sb-test-1',
    S: 'BUY',
    o: 'MARKET',
    f: 'GTC',
    q: '0.010',
    p: '0',
    ap: '65000.5',
    sp: '0',
    x: 'TRADE',
    X: 'FILLED',
    i: 8886774,
    l: '0.010',
    z: '0.010',
    L: '65000.5',
    n: '0.26',
    N: 'USDT',
    T: 1568879465650,
    t: 991,
    m: false,
    R: false,
    ot: 'MARKET',
    ps: 'BOTH',
    rp: '0',
    er: '0',
  },
};

const RESTING = {
  orderId: 1,
  symbol: 'BTCUSDT',
  status: 'NEW',
  clientOrderId: 'sb-test-1',
  side: 'BUY',
  type: 'LIMIT',
  origQty: '1',
  executedQty: '0',
};

let stub: StubExchange;
let made: ReturnType<typeof createTestExchange>;

beforeEach(async () => {
  stub = await startStubExchange();
  made = createTestExchange(stub.url);
});
afterEach(async () => {
  await made.exchange.close();
  await stub.close();
});

const streamStates = () => made.events.flatMap((event) => (event.type === 'stream' ? [event.state] : []));
const isUp = () => made.exchange.health().streamUp;

describe('connecting', () => {
  test('the private stream is open by listen key with the events it wants, and pongs, before connect resolves', async () => {
    await made.exchange.connect(made.listener);
    expect(isUp()).toBe(true);
    expect(stub.sockets.map(({ path }) => path)).toEqual([
      `/private/ws?listenKey=${LISTEN_KEY}&events=ORDER_TRADE_UPDATE/ALGO_UPDATE/ACCOUNT_UPDATE/ACCOUNT_CONFIG_UPDATE/listenKeyExpired`,
    ]);
    expect([...made.exchange.instruments().keys()]).toEqual(['BTCUSDT']);
  });

  test.each([
    ['a query without events', (path: string) => path.endsWith(`/private/ws?listenKey=${LISTEN_KEY}`)],
    ['the key in the path', (path: string) => path === `/private/ws/${LISTEN_KEY}`],
    ['a combined stream', (path: string) => path.startsWith('/private/stream?')],
  ])('a server that only knows %s is found', async (_name, admit) => {
    stub.admit = admit;
    await made.exchange.connect(made.listener);
    expect(isUp()).toBe(true);
  });

  test('a server that lets nothing in is unreachable', async () => {
    stub.admit = () => false;
    await expect(made.exchange.connect(made.listener)).rejects.toThrow(Unreachable);
    expect(isUp()).toBe(false);
  });

  test('a refused key is told and makes connect fail', async () => {
    stub.answer('POST /fapi/v1/listenKey', { status: 401, body: { code: -2015, msg: 'Invalid API-key' } });
    await expect(made.exchange.connect(made.listener)).rejects.toThrow(/-2015/);
    expect(made.events).toContainEqual({ type: 'key_refused', code: -2015, message: 'Invalid API-key' });
  });
});

describe('an open private stream', () => {
  beforeEach(() => made.exchange.connect(made.listener));

  test('comes after the list of symbols, which is told once', () => {
    expect(made.lists.read).toBe(1);
  });

  test('hands on events, wrapped or not', async () => {
    stub.push(ORDER_UPDATE);
    stub.push({ stream: LISTEN_KEY, data: ORDER_UPDATE });
    await stub.until(() => made.events.length === 2, 'two events');
    expect(made.events[1]).toEqual(made.events[0]);
  });

  test('ignores what it does not know, and what is no JSON', async () => {
    stub.push({ e: 'SOMETHING_NEW', T: 1, o: {} });
    stub.push({ e: 'ORDER_TRADE_UPDATE', T: 1 });
    stub.sockets[0]?.socket.send('{ cut');
    stub.push(ORDER_UPDATE);
    await stub.until(() => made.events.length > 0, 'the known event');
    expect(made.events).toHaveLength(1);
    expect(isUp()).toBe(true);
  });

  test('that is dropped says so and comes back', async () => {
    stub.sockets[0]?.socket.terminate();
    await stub.until(() => streamStates().length === 2, 'down and reconnected');
    expect(streamStates()).toEqual(['down', 'reconnected']);
    expect(isUp()).toBe(true);
  });

  test('keeps trying while the exchange lets nobody in', async () => {
    stub.admit = () => false;
    stub.sockets[0]?.socket.terminate();
    await stub.until(() => made.logged.length > 5, 'several attempts');
    expect(isUp()).toBe(false);
    stub.admit = () => true;
    await stub.until(isUp, 'up again');
    expect(streamStates()).toEqual(['down', 'reconnected']);
  });

  test('keeps the address by which events came, even if it is refused for a while', async () => {
    stub.push(ORDER_UPDATE);
    await stub.until(() => made.events.length === 1, 'the event');
    const path = stub.sockets[0]?.path;
    stub.admit = () => false;
    stub.sockets[0]?.socket.terminate();
    await stub.until(() => made.logged.length > 3, 'several attempts');
    stub.admit = () => true;
    await stub.until(isUp, 'up again');
    expect(stub.sockets[0]?.path).toBe(path);
  });

  test('that goes silent is ended and opened anew', async () => {
    // A half-open connection: neither frames nor pongs.
    for (const { socket } of stub.sockets) socket.pause();
    await stub.until(() => streamStates().length === 2, 'down and reconnected');
    expect(made.events[0]).toEqual({ type: 'stream', state: 'down', reason: 'silent' });
  });

  test('gets a new listen key when the old one has expired', async () => {
    stub.answer('POST /fapi/v1/listenKey', { body: { listenKey: 'second-listen-key' } });
    stub.push({ e: 'listenKeyExpired', E: 1, listenKey: LISTEN_KEY });
    await stub.until(() => streamStates().length === 2, 'down and reconnected');
    expect(stub.sockets.some(({ path }) => path.includes('second-listen-key'))).toBe(true);
  });

  test('opens the new connection before the announced end of the old one', async () => {
    const [old] = stub.sockets;
    stub.push({ e: 'serverShutdown', E: 1 });
    await stub.until(() => stub.sockets.length === 2, 'two connections at once');
    await stub.until(() => stub.sockets.length === 1, 'the old one closed');
    expect(stub.sockets[0]).not.toBe(old);
    expect(streamStates()).toEqual(['reconnected']);
  });
});

test('a listen key that the exchange forgot leads to a new stream', async () => {
  made = createTestExchange(stub.url, { privateStream: { ...QUICK.privateStream, keepAliveMs: 30 } });
  stub.answer(
    'PUT /fapi/v1/listenKey',
    { body: {} },
    {
      status: 400,
      body: { code: -1125, msg: 'This listenKey does not exist.' },
    },
    { body: {} },
  );
  await made.exchange.connect(made.listener);
  await stub.until(() => streamStates().length === 2, 'down and reconnected');
  expect(stub.sent('POST /fapi/v1/listenKey')).toHaveLength(2);
});

test('a stream that sends no event for a confirmed order is opened in another form', async () => {
  made = createTestExchange(stub.url, { privateStream: { ...QUICK.privateStream, owedEventMs: 100 } });
  await made.exchange.connect(made.listener);
  stub.answer('POST /fapi/v1/order', { body: RESTING });
  await made.exchange.place(request());
  await stub.until(() => streamStates().length === 2, 'down and reconnected');
  expect(stub.sockets[0]?.path).toBe(`/private/ws?listenKey=${LISTEN_KEY}`);
});

test.each(['before', 'after'])('an event that comes %s the answer keeps the stream', async (when) => {
  made = createTestExchange(stub.url, { privateStream: { ...QUICK.privateStream, owedEventMs: 100 } });
  await made.exchange.connect(made.listener);
  const [first] = stub.sockets;
  stub.answer('POST /fapi/v1/order', async (response) => {
    if (when === 'before') {
      stub.push(ORDER_UPDATE);
      await stub.until(() => made.events.length === 1, 'the event');
    }
    response.end(JSON.stringify(RESTING));
  });
  await made.exchange.place(request());
  if (when === 'after') stub.push(ORDER_UPDATE);
  const askedAt = performance.now();
  await stub.until(() => performance.now() - askedAt > 250, 'more than twice the patience');
  expect(stub.sockets[0]).toBe(first);
  expect(streamStates()).toEqual([]);
});

test('a funding fee is asked for by id, because its event has none', async () => {
  await made.exchange.connect(made.listener);
  stub.answer('GET /fapi/v1/income', {
    body: [
      {
        symbol: 'BTCUSDT',
        incomeType: 'FUNDING_FEE',
        income: '-0.0375',
        asset: 'USDT',
        time: 1570608000000,
        tranId: 9689322392,
      },
    ],
  });
  stub.push({
    e: 'ACCOUNT_UPDATE',
    E: 1,
    T: 1570608000000,
    a: { m: 'FUNDING_FEE', B: [{ a: 'USDT', wb: '99.9625', cw: '99.9625', bc: '-0.0375' }] },
  });
  await stub.until(() => made.events.some((event) => event.type === 'funding'), 'the fee');
  // A busy machine may have called the stream silent and opened it anew meanwhile.
  expect(made.events.filter(({ type }) => type !== 'stream')).toMatchObject([
    { type: 'positions', reason: 'FUNDING_FEE' },
    { type: 'funding', fee: { id: '9689322392', symbol: 'BTCUSDT', asset: 'USDT' } },
  ]);
});

describe('prices', () => {
  const topics = () => stub.sockets.filter(({ path }) => path.startsWith('/market/'));
  const prices = () => made.events.flatMap((event) => (event.type === 'prices' ? [event] : []));

  test('nothing is connected until something is watched, and nothing after', async () => {
    await made.exchange.connect(made.listener);
    expect(topics()).toHaveLength(0);
    made.exchange.watch(['BTCUSDT']);
    await stub.until(() => topics().length === 1, 'a market connection');
    expect(topics()[0]?.path).toBe('/market/stream?streams=btcusdt@markPrice@1s/btcusdt@aggTrade');
    made.exchange.watch([]);
    await stub.until(() => topics().length === 0, 'its end');
  });

  test('mark prices and trades arrive as events; of a burst its low, its high and its last', async () => {
    await made.exchange.connect(made.listener);
    made.exchange.watch(['BTCUSDT']);
    await stub.until(() => topics().length === 1, 'a market connection');
    const send = (data: object) => topics()[0]?.socket.send(JSON.stringify({ stream: 'x', data }));
    const trade = (p: string, s = 'BTCUSDT') => send({ e: 'aggTrade', E: 5, T: 4, s, p, q: '1' });
    send({ e: 'markPriceUpdate', E: 7, s: 'BTCUSDT', p: '65001.5', i: '1', r: '0' });
    for (const price of ['100', '90', '130', '110', '105']) trade(price);
    trade('5', 'ETHUSDT');
    await stub.until(() => prices().length === 5, 'mark, the first trade, and three of the rest');
    expect(prices().map(({ prices: one }) => (one.mark ?? one.last)?.toFixed())).toEqual([
      '65001.5',
      '100',
      '90',
      '130',
      '105',
    ]);
  });

  test('of a symbol of which the stream brings nothing are asked for', async () => {
    await made.exchange.close();
    made = createTestExchange(stub.url, { quietMs: 60 });
    stub.answer('GET /fapi/v1/premiumIndex', { body: { symbol: 'BTCUSDT', markPrice: '64000.5', time: 1 } });
    stub.answer('GET /fapi/v2/ticker/price', { body: { symbol: 'BTCUSDT', price: '64001', time: 1 } });
    await made.exchange.connect(made.listener);
    made.exchange.watch(['BTCUSDT']);
    await stub.until(() => prices().length > 0, 'a price');
    expect(prices()[0]).toMatchObject({
      symbol: 'BTCUSDT',
      prices: { mark: new Decimal('64000.5'), last: new Decimal('64001') },
    });
    // Trades alone are no mark price, by which the account is reckoned.
    await stub.until(() => topics().length === 1, 'a market connection');
    const send = (data: object) => topics()[0]?.socket.send(JSON.stringify({ stream: 'x', data }));
    const sending = setInterval(
      () => send({ e: 'aggTrade', E: 5, T: 4, s: 'BTCUSDT', p: '64002', q: '1' }),
      20,
    );
    const before = prices().filter((event) => event.prices.mark).length;
    await stub.until(() => prices().filter((event) => event.prices.mark).length > before, 'a mark price');
    clearInterval(sending);
  });

  test('what is watched changes over the same connection and outlives a reconnect', async () => {
    await made.exchange.connect(made.listener);
    made.exchange.watch(['BTCUSDT']);
    await stub.until(() => topics().length === 1, 'a market connection');
    const heard: unknown[] = [];
    topics()[0]?.socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    made.exchange.watch(['ETHUSDT', 'BTCUSDT']);
    made.exchange.watch(['ETHUSDT']);
    await stub.until(() => heard.length === 2, 'two requests');
    expect(heard).toMatchObject([
      { method: 'SUBSCRIBE', params: ['ethusdt@markPrice@1s', 'ethusdt@aggTrade'] },
      { method: 'UNSUBSCRIBE', params: ['btcusdt@markPrice@1s', 'btcusdt@aggTrade'] },
    ]);
    topics()[0]?.socket.terminate();
    await stub.until(() => topics()[0]?.path.includes('ethusdt') ?? false, 'a new market connection');
    expect(topics()[0]?.path).not.toContain('btcusdt');
  });
});
