import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Doubt } from '../../../src/trading/binance/calls.ts';
import { type Exchange, HELD_BACK, type Outcome } from '../../../src/trading/exchange.ts';
import { createTestExchange, KEY, PATIENT, request, SECRET, STOP } from './helpers.ts';
import { LISTEN_KEY, type StubAnswer, type StubExchange, startStubExchange } from './stub-exchange.ts';

const ORDER = 'POST /fapi/v1/order';
const ALGO = 'POST /fapi/v1/algoOrder';

const FILLED = {
  orderId: 22542179,
  symbol: 'BTCUSDT',
  status: 'FILLED',
  clientOrderId: 'sb-test-1',
  price: '0',
  avgPrice: '65000.10',
  origQty: '0.010',
  executedQty: '0.010',
  cumQuote: '650.001',
  type: 'MARKET',
  origType: 'MARKET',
  reduceOnly: false,
  side: 'BUY',
  positionSide: 'BOTH',
  stopPrice: '0',
  updateTime: 1566818724722,
};
const ARMED = {
  algoId: 2146760,
  clientAlgoId: 'sb-test-stop',
  algoType: 'CONDITIONAL',
  orderType: 'STOP_MARKET',
  symbol: 'BTCUSDT',
  side: 'SELL',
  positionSide: 'BOTH',
  quantity: '0.01',
  algoStatus: 'NEW',
  triggerPrice: '60000.00',
  price: '0.00',
  reduceOnly: true,
  createTime: 1750485492076,
  updateTime: 1750485492076,
};

const apiError = (status: number, code: number, msg: string, headers = {}): StubAnswer => ({
  status,
  headers,
  body: { code, msg },
});

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

describe('what is sent', () => {
  test('a market order goes out signed, as strings, asking for its result', async () => {
    stub.answer(ORDER, { body: FILLED });
    await made.exchange.place(request());
    const [sent] = stub.sent(ORDER);
    expect(sent?.headers['x-mbx-apikey']).toBe(KEY);
    expect(sent?.query).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'BUY',
      positionSide: 'BOTH',
      type: 'MARKET',
      quantity: '0.01',
      newClientOrderId: 'sb-test-1',
      newOrderRespType: 'RESULT',
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(sent?.query).not.toHaveProperty('reduceOnly');
  });

  test('a stop goes to the algo book by quantity, reduce-only, never closePosition', async () => {
    stub.answer(ALGO, { body: ARMED });
    await made.exchange.place(request(STOP));
    const [sent] = stub.sent(ALGO);
    expect(sent?.query).toMatchObject({
      algoType: 'CONDITIONAL',
      type: 'STOP_MARKET',
      side: 'SELL',
      quantity: '0.01',
      triggerPrice: '60000',
      workingType: 'MARK_PRICE',
      reduceOnly: 'true',
      clientAlgoId: 'sb-test-stop',
    });
    expect(sent?.query).not.toHaveProperty('closePosition');
  });

  test('hedge mode sends the position side and never reduceOnly', async () => {
    stub.answer(ALGO, { body: { ...ARMED, positionSide: 'LONG' } });
    await made.exchange.place(request({ ...STOP, positionSide: 'LONG' }));
    const [sent] = stub.sent(ALGO);
    expect(sent?.query.positionSide).toBe('LONG');
    expect(sent?.query).not.toHaveProperty('reduceOnly');
  });

  test('what is to be carried out soon or never says so', async () => {
    stub.answer(ALGO, { body: ARMED });
    for (const validMs of [900, 20_000, 90_000, undefined]) await made.exchange.place(request(STOP), validMs);
    const windows = stub.sent(ALGO).map(({ query }) => Number(query.recvWindow));
    const [short = 0, long = 0, ...others] = windows;
    expect(short).toBeGreaterThan(0);
    expect(short).toBeLessThanOrEqual(900);
    expect(long).toBeGreaterThan(10_000);
    expect(long).toBeLessThanOrEqual(20_000);
    // The longest that the exchange takes; and of five seconds, which is what it assumes where nothing is said.
    expect(others).toEqual([60_000, 5_000]);
  });

  test('where a lease has to outlast what is sent, nothing may take longer than usual', async () => {
    await made.exchange.close();
    made = createTestExchange(stub.url, PATIENT, undefined, () => null);
    stub.answer(ALGO, { body: ARMED });
    await made.exchange.place(request(STOP), 20_000);
    expect(stub.sent(ALGO)[0]?.query.recvWindow).toBe('5000');
  });

  test('one order is one request', async () => {
    stub.answer(ORDER, { body: FILLED });
    await made.exchange.place(request());
    expect(stub.requests).toHaveLength(1);
  });
});

describe('what an answer to an order means', () => {
  const cases: [string, StubAnswer, Partial<Outcome<unknown>>][] = [
    ['the filled order', { body: FILLED }, { kind: 'confirmed' }],
    [
      'an acknowledgement without average price',
      { body: { ...FILLED, status: 'NEW', executedQty: '0', avgPrice: undefined, cumQuote: undefined } },
      { kind: 'confirmed' },
    ],
    [
      'too little margin',
      apiError(400, -2019, 'Margin is insufficient.'),
      { kind: 'rejected', code: -2019, message: 'Margin is insufficient.' },
    ],
    ['a notional too small', apiError(400, -4164, 'small'), { kind: 'rejected', code: -4164 }],
    ['a stop already crossed', apiError(400, -2021, 'trigger'), { kind: 'rejected', code: -2021 }],
    ['execution status unknown', apiError(503, -1006, 'bus'), { kind: 'unknown' }],
    ['a backend time-out', apiError(408, -1007, 'timeout'), { kind: 'unknown' }],
    ['a backend time-out with status 400', apiError(400, -1007, 'timeout'), { kind: 'unknown' }],
    ['an unknown error', apiError(500, -1000, 'unknown'), { kind: 'unknown' }],
    ['an internal error', apiError(400, -1001, 'internal'), { kind: 'unknown' }],
    ['a refusal inside a 5xx', apiError(502, -2019, 'odd'), { kind: 'unknown' }],
    ['an HTML page of a gateway', { status: 502, body: '<html>Bad Gateway</html>' }, { kind: 'unknown' }],
    ['an HTML page with status 403', { status: 403, body: '<html>WAF</html>' }, { kind: 'unknown' }],
    ['a page with status 200', { body: '<html></html>' }, { kind: 'unknown' }],
    ['an empty body', { body: '' }, { kind: 'unknown' }],
    ['a body without an order', { body: {} }, { kind: 'unknown' }],
    [
      'a body that is cut',
      (response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('{"orderId":1');
        setTimeout(() => response.destroy(), 10);
      },
      { kind: 'unknown' },
    ],
    ['a dropped socket', (response) => response.destroy(), { kind: 'unknown' }],
    ['no answer in time', () => undefined, { kind: 'unknown' }],
    [
      'too many requests',
      apiError(429, -1003, 'Too many requests', { 'retry-after': '7' }),
      { kind: 'throttled', code: -1003, retryAfterMs: 7000 },
    ],
    [
      'a ban',
      apiError(418, -1003, 'Way too many requests', { 'retry-after': '120' }),
      { kind: 'throttled', retryAfterMs: 120_000 },
    ],
    ['too many orders', apiError(400, -1015, 'Too many new orders'), { kind: 'throttled', code: -1015 }],
    ['an overloaded system', apiError(503, -1008, 'throttled'), { kind: 'throttled', code: -1008 }],
  ];
  test.each(cases)('%s', async (_name, answer, expected) => {
    stub.answer(ORDER, answer);
    expect(await made.exchange.place(request())).toMatchObject(expected);
    expect(stub.sent(ORDER)).toHaveLength(1);
  });

  test('a refused connection is certain: nothing was sent', async () => {
    const gone = createTestExchange('http://127.0.0.1:1');
    expect(await gone.exchange.place(request())).toMatchObject({ kind: 'throttled', code: 0 });
    await gone.exchange.close();
  });

  test('an order id beyond 2^53 keeps its digits', async () => {
    stub.answer(ORDER, {
      body: JSON.stringify(FILLED).replace('22542179', '8389765519993908929'),
    });
    const outcome = await made.exchange.place(request());
    expect(outcome).toMatchObject({ kind: 'confirmed', value: { orderId: '8389765519993908929' } });
  });
});

describe('duplicates, clocks and keys', () => {
  test('a taken client id adopts the order that holds it', async () => {
    stub.answer(ORDER, apiError(400, -4116, 'ClientOrderId is duplicated.'));
    stub.answer('GET /fapi/v1/order', { body: { ...FILLED, status: 'NEW', executedQty: '0' } });
    expect(await made.exchange.place(request())).toMatchObject({
      kind: 'confirmed',
      value: { status: 'working', clientId: 'sb-test-1' },
    });
    expect(stub.sent(ORDER)).toHaveLength(1);
    expect(stub.sent('GET /fapi/v1/order')[0]?.query.origClientOrderId).toBe('sb-test-1');
  });

  test('a taken client id whose order is not found stays unknown', async () => {
    stub.answer(ORDER, apiError(400, -2010, 'Duplicate order sent.'));
    stub.answer('GET /fapi/v1/order', apiError(400, -2013, 'Order does not exist.'));
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'unknown' });
  });

  test('-1021 asks for the time and sends what protects once more', async () => {
    stub.answer(ALGO, apiError(400, -1021, 'Timestamp'), { body: ARMED });
    stub.answer('GET /fapi/v1/time', { body: { serverTime: Date.now() + 60_000 } });
    expect(await made.exchange.place(request(STOP))).toMatchObject({ kind: 'confirmed' });
    const [first, second] = stub.sent(ALGO);
    expect(Number(second?.query.timestamp) - Number(first?.query.timestamp)).toBeGreaterThan(59_000);
  });

  test('-1021 asks for the time and leaves it to the caller whether an entry is still to be sent', async () => {
    stub.answer(ORDER, apiError(400, -1021, 'Timestamp'), { body: FILLED });
    stub.answer('GET /fapi/v1/time', { body: { serverTime: Date.now() + 60_000 } });
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'throttled', code: -1021 });
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'confirmed' });
    const [first, second] = stub.sent(ORDER);
    expect(Number(second?.query.timestamp) - Number(first?.query.timestamp)).toBeGreaterThan(59_000);
  });

  test('-1021 a second time is not tried for ever', async () => {
    stub.answer(ALGO, apiError(400, -1021, 'Timestamp'));
    expect(await made.exchange.place(request(STOP))).toMatchObject({ kind: 'throttled', code: -1021 });
    expect(stub.sent(ALGO)).toHaveLength(2);
  });

  test('what could not be sent in its time is told as what came too late, and not sent', async () => {
    expect(await made.exchange.place(request(STOP), 0)).toMatchObject({ kind: 'throttled', code: -1021 });
    expect(stub.sent(ALGO)).toEqual([]);
  });

  test('-1021 leaves the second attempt what is left of its time', async () => {
    stub.answer(ALGO, apiError(400, -1021, 'Timestamp'), { body: ARMED });
    stub.answer('GET /fapi/v1/time', { body: { serverTime: Date.now() } });
    await made.exchange.place(request(STOP), 3_000);
    const [first, second] = stub.sent(ALGO).map(({ query }) => Number(query.recvWindow));
    expect(second).toBeLessThanOrEqual(first ?? 0);
    expect(second).toBeGreaterThan(0);
  });

  test('a refused key is rejected and told once', async () => {
    await made.exchange.connect(made.listener);
    stub.answer(ORDER, apiError(401, -2015, 'Invalid API-key, IP, or permissions for action.'));
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'rejected', code: -2015 });
    await made.exchange.place(request());
    expect(made.events.filter((event) => event.type === 'key_refused')).toHaveLength(1);
  });
});

describe('the gate', () => {
  test('after a 429 entries are held back without a request', async () => {
    stub.answer(ORDER, apiError(429, -1003, 'Too many', { 'retry-after': '30' }));
    await made.exchange.place(request());
    expect(await made.exchange.place(request())).toMatchObject({
      kind: 'throttled',
      code: -1003,
      message: 'Too many',
    });
    expect(stub.sent(ORDER)).toHaveLength(1);
  });

  test('a stop waits for a short Retry-After and then goes', async () => {
    stub.answer(ALGO, apiError(429, -1003, 'Too many', { 'retry-after': '1' }), { body: ARMED });
    const startedAt = performance.now();
    expect(await made.exchange.place(request(STOP))).toMatchObject({ kind: 'confirmed' });
    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });

  test('a Retry-After that is over by now is no reason to ask without a pause', async () => {
    stub.answer(ALGO, apiError(429, -1003, 'Too many', { 'retry-after': '0' }));
    await made.exchange.place(request(STOP), 1_200);
    expect(stub.sent(ALGO).length).toBeLessThanOrEqual(3);
  });

  test('a stop that has to be there before the gate opens is not sent after it', async () => {
    stub.answer(ALGO, apiError(429, -1003, 'Too many', { 'retry-after': '2' }), { body: ARMED });
    expect(await made.exchange.place(request(STOP), 500)).toMatchObject({ kind: 'throttled', code: -1003 });
    expect(stub.sent(ALGO)).toHaveLength(1);
  });

  test('what had no time left is not sent', async () => {
    expect(await made.exchange.place(request(STOP), 0)).toMatchObject({ kind: 'throttled' });
    expect(stub.sent(ALGO)).toHaveLength(0);
  });

  test('the removal of a stop does not wait: by then the stop may be needed again', async () => {
    stub.answer('DELETE /fapi/v1/algoOrder', apiError(429, -1003, 'Too many', { 'retry-after': '1' }));
    const remove = () => made.exchange.cancel('BTCUSDT', 'sb-test-stop', true);
    expect(await remove()).toMatchObject({ kind: 'throttled', retryAfterMs: 1_000 });
    expect(await remove()).toMatchObject({ kind: 'throttled' });
    expect(stub.sent('DELETE /fapi/v1/algoOrder')).toHaveLength(1);
  });

  test('what protects goes first when the gate opens', async () => {
    stub.answer(ORDER, apiError(429, -1003, 'Too many', { 'retry-after': '1' }), { body: FILLED });
    stub.answer(ALGO, { body: ARMED });
    const first = await made.exchange.place(request());
    const stop = made.exchange.place(request(STOP));
    const entry = await made.exchange.place(request());
    expect(first.kind).toBe('throttled');
    expect(entry.kind).toBe('throttled');
    expect((await stop).kind).toBe('confirmed');
    expect(entry.kind === 'throttled' && entry.retryAfterMs).toBeGreaterThan(1000);
    expect(stub.sent(ORDER)).toHaveLength(1);
  });

  test('-1008 holds back entries and lets stops pass', async () => {
    stub.answer(ORDER, apiError(503, -1008, 'throttled'));
    stub.answer(ALGO, { body: ARMED });
    await made.exchange.place(request());
    expect(await made.exchange.place(request(STOP))).toMatchObject({ kind: 'confirmed' });
    expect(await made.exchange.place(request())).toMatchObject({ kind: 'throttled' });
    expect(stub.sent(ORDER)).toHaveLength(1);
  });

  test('a long ban answers a stop at once with the time that is left', async () => {
    stub.answer(ALGO, apiError(418, -1003, 'Banned', { 'retry-after': '120' }));
    await made.exchange.place(request(STOP));
    expect(await made.exchange.place(request(STOP))).toMatchObject({ kind: 'throttled' });
    expect(stub.sent(ALGO)).toHaveLength(1);
  });
});

describe('cancelling and settings', () => {
  const cases: [string, StubAnswer, Partial<Outcome<unknown>>][] = [
    ['the cancelled order', { body: { ...FILLED, status: 'CANCELED' } }, { kind: 'confirmed' }],
    ['an unknown order', apiError(400, -2011, 'Unknown order sent.'), { kind: 'confirmed', value: null }],
    ['no such order', apiError(400, -2013, 'Order does not exist.'), { kind: 'confirmed', value: null }],
    ['a gateway error', { status: 504, body: '' }, { kind: 'unknown' }],
  ];
  test.each(cases)('cancel: %s', async (_name, answer, expected) => {
    stub.answer('DELETE /fapi/v1/order', answer);
    expect(await made.exchange.cancel('BTCUSDT', 'sb-test-1', false)).toMatchObject(expected);
  });

  test('a conditional order is cancelled in its own book', async () => {
    stub.answer('DELETE /fapi/v1/algoOrder', {
      body: { algoId: 1, clientAlgoId: 'sb-test-stop', code: '200', msg: 'success' },
    });
    expect(await made.exchange.cancel('BTCUSDT', 'sb-test-stop', true)).toMatchObject({
      kind: 'confirmed',
      value: null,
    });
    expect(stub.sent('DELETE /fapi/v1/algoOrder')[0]?.query.clientAlgoId).toBe('sb-test-stop');
  });

  test('"no need to change" is a success', async () => {
    stub.answer('POST /fapi/v1/marginType', apiError(400, -4046, 'No need to change margin type.'));
    expect(await made.exchange.setMarginMode('BTCUSDT', 'isolated')).toEqual({
      kind: 'confirmed',
      value: null,
    });
    stub.answer('POST /fapi/v1/leverage', apiError(400, -4028, 'Leverage 500 is not valid'));
    expect(await made.exchange.setLeverage('BTCUSDT', 500)).toMatchObject({ kind: 'rejected', code: -4028 });
  });
});

test('nothing that leaves the adapter holds a key, a secret, a listen key or a signature', async () => {
  const { exchange, events, logged, listener } = made;
  await exchange.connect(listener);
  const said: unknown[] = [events, logged];
  const faults: StubAnswer[] = [
    apiError(400, -2019, 'Margin is insufficient.'),
    apiError(400, -1022, `Signature for this request is not valid: ${KEY} signature=deadbeefdeadbeef`),
    {
      status: 502,
      body: `<html>${KEY} https://fapi.binance.com/fapi/v1/order?signature=deadbeefdeadbeef</html>`,
    },
    (response) => response.destroy(),
    () => undefined,
  ];
  for (const fault of faults) {
    stub.answer(ORDER, fault);
    said.push(await exchange.place(request()));
    stub.answer('GET /fapi/v3/positionRisk', fault);
    said.push(await exchange.positions().catch((error: unknown) => error));
  }
  stub.admit = () => false;
  stub.sockets[0]?.socket.terminate();
  await stub.until(() => logged.length >= 3, 'a failed handshake is logged');
  const text = said.map((one) => print(one)).join('\n');
  expect(text).toContain('Margin is insufficient');
  for (const secret of [KEY, SECRET, LISTEN_KEY, 'signature=dead', 'deadbeefdeadbeef']) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toMatch(/signature=[0-9a-f]/);
});

/** Everything that a logger or a debugger could show of a value. */
function print(value: unknown): string {
  const error = value instanceof Error ? [value.name, value.message, value.stack, value.cause] : [];
  return JSON.stringify([value, error, Object.entries(value as object)]);
}

describe('while it is in doubt whether we may send', () => {
  const heldBack = { kind: 'throttled', code: HELD_BACK, message: 'somebody else’s' };
  const sent = () => [...stub.sent(ORDER), ...stub.sent(ALGO), ...stub.sent('DELETE /fapi/v1/order')];
  async function doubting(doubt: Doubt): Promise<Exchange> {
    await made.exchange.close();
    made = createTestExchange(stub.url, PATIENT, undefined, doubt);
    return made.exchange;
  }

  test('nothing leaves that changes the account, and it is certain that it did not', async () => {
    const exchange = await doubting(() => 'somebody else’s');
    expect(await exchange.place(request())).toMatchObject(heldBack);
    expect(await exchange.place(request(STOP))).toMatchObject(heldBack);
    expect(await exchange.cancel('BTCUSDT', 'sb-test-1', false)).toMatchObject(heldBack);
    expect(await exchange.setLeverage('BTCUSDT', 5)).toMatchObject(heldBack);
    expect(sent()).toEqual([]);
  });

  test('what protects leaves where it may', async () => {
    stub.answer(ALGO, { body: ARMED });
    const exchange = await doubting((protective) => (protective ? null : 'somebody else’s'));
    expect(await exchange.place(request())).toMatchObject(heldBack);
    expect((await exchange.place(request(STOP))).kind).toBe('confirmed');
    expect(sent()).toHaveLength(1);
  });

  test('one that arises while a request is being signed holds it back, too', async () => {
    let asked = 0;
    const exchange = await doubting(() => {
      asked += 1;
      return asked === 1 ? null : 'somebody else’s';
    });
    expect(await exchange.place(request(STOP))).toMatchObject(heldBack);
    expect(asked).toBe(2);
    expect(sent()).toEqual([]);
  });
});
