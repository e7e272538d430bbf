import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Unreachable, type UnreachableCause } from '../../../src/trading/exchange.ts';
import { createTestExchange, request } from './helpers.ts';
import { createTestSpot } from './spot-helpers.ts';
import { EXCHANGE_INFO, type StubAnswer, type StubExchange, startStubExchange } from './stub-exchange.ts';

const POSITIONS = 'GET /fapi/v3/positionRisk';
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

describe('a read', () => {
  const passing: [string, StubAnswer][] = [
    ['a gateway page', { status: 502, body: '<html></html>' }],
    ['a dropped socket', (response) => response.destroy()],
    ['an empty body', { body: '' }],
    ['an internal error', apiError(500, -1001, 'Internal error')],
    ['no answer', () => undefined],
  ];
  test.each(passing)('outlives %s', async (_name, fault) => {
    stub.answer(POSITIONS, fault, fault, { body: [] });
    expect(await made.exchange.positions()).toEqual([]);
    expect(stub.sent(POSITIONS)).toHaveLength(3);
  });

  test('gives up after a few tries', async () => {
    stub.answer(POSITIONS, { status: 503, body: '' });
    await expect(made.exchange.positions()).rejects.toThrow(Unreachable);
    expect(stub.sent(POSITIONS)).toHaveLength(3);
  });

  test('that is refused is not repeated', async () => {
    stub.answer(POSITIONS, apiError(400, -1121, 'Invalid symbol.'));
    await expect(made.exchange.positions()).rejects.toThrow('positions: -1121 Invalid symbol.');
    expect(stub.sent(POSITIONS)).toHaveLength(1);
  });

  test.each([
    ['usdm', 'GET /fapi/v1/commissionRate', ['0.0002', '0.0005']],
    ['spot', 'GET /api/v3/account/commission', ['0.001', '0.001']],
  ] as const)(
    'of commissions that a gateway has no address for gives the base rates: %s',
    async (market, route, rates) => {
      stub.answer(route, { status: 404, body: '<html></html>' });
      const exchange = market === 'usdm' ? made.exchange : createTestSpot(stub.url).exchange;
      const { maker, taker } = await exchange.commission('BTCUSDT');
      expect([maker.toFixed(), taker.toFixed()]).toEqual(rates);
      stub.answer(route, apiError(400, -1121, 'Invalid symbol.'));
      await expect(exchange.commission('BTCUSDT')).rejects.toThrow('commission: -1121');
      if (market === 'spot') await exchange.close();
    },
  );

  test('whose answer lacks what it should hold is unreachable, not a crash', async () => {
    stub.answer(POSITIONS, { body: [{ symbol: 'BTCUSDT' }] });
    await expect(made.exchange.positions()).rejects.toThrow(/^positions: unusable answer/);
  });

  test('asks nothing more while the exchange has banned us', async () => {
    stub.answer(POSITIONS, apiError(418, -1003, 'Banned', { 'retry-after': '120' }));
    await expect(made.exchange.positions()).rejects.toThrow(Unreachable);
    await expect(made.exchange.openOrders()).rejects.toThrow(Unreachable);
    expect(stub.requests).toHaveLength(1);
  });

  test.each<[UnreachableCause | null, string, StubAnswer]>([
    ['key', 'another address', apiError(401, -2015, 'Invalid API-key, IP, or permissions for action.')],
    ['key', 'no such key', apiError(401, -2014, 'API-key format invalid.')],
    ['signature', 'another secret', apiError(400, -1022, 'Signature for this request is not valid.')],
    ['clock', 'a clock that stays off', apiError(400, -1021, 'Timestamp for this request is outside.')],
    ['place', 'a country', apiError(451, 0, 'Service unavailable from a restricted location according to')],
    ['limits', 'a ban', apiError(418, -1003, 'Banned', { 'retry-after': '120' })],
    ['network', 'a dropped socket', (response) => response.destroy()],
    [null, 'a symbol', apiError(400, -1121, 'Invalid symbol.')],
    [null, 'a gateway page', { status: 502, body: '<html></html>' }],
  ])('knows what stands behind it: %s for %s', async (because, _, fault) => {
    stub.answer(POSITIONS, fault);
    await expect(made.exchange.positions()).rejects.toMatchObject({ because });
  });

  test('with a clock that is off is repeated with the right time', async () => {
    stub.answer(POSITIONS, apiError(400, -1021, 'Timestamp'), { body: [] });
    expect(await made.exchange.positions()).toEqual([]);
    expect(stub.sent('GET /fapi/v1/time')).toHaveLength(1);
  });
});

test('instruments come packed, perpetual ones only, with the filters of their symbol', async () => {
  stub.answer('GET /fapi/v1/exchangeInfo', (response, { headers }) => {
    expect(headers['accept-encoding']).toContain('gzip');
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify(EXCHANGE_INFO)));
  });
  await made.exchange.refreshInstruments();
  expect([...made.exchange.instruments().keys()]).toEqual(['BTCUSDT']);
  const texts = Object.entries(made.exchange.instruments().get('BTCUSDT') ?? {}).map(([k, v]) => [
    k,
    String(v),
  ]);
  expect(Object.fromEntries(texts)).toEqual({
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    status: 'trading',
    tickSize: '0.1',
    minPrice: '556.8',
    maxPrice: '4529764',
    stepSize: '0.001',
    minQuantity: '0.001',
    maxQuantity: '1000',
    marketStepSize: '0.002',
    marketMinQuantity: '0.002',
    marketMaxQuantity: '120',
    minNotional: '100',
    priceUp: '1.05',
    priceDown: '0.95',
  });
});

describe('the account', () => {
  beforeEach(() => {
    stub.answer('GET /fapi/v3/account', {
      body: {
        assets: [
          {
            asset: 'BNB',
            walletBalance: '1',
            unrealizedProfit: '0',
            marginBalance: '1',
            availableBalance: '1',
          },
          {
            asset: 'USDT',
            walletBalance: '23.72469206',
            unrealizedProfit: '1.5',
            marginBalance: '25.22469206',
            availableBalance: '20.1',
          },
        ],
      },
    });
    stub.answer('GET /fapi/v1/accountConfig', { body: { dualSidePosition: true, multiAssetsMargin: false } });
  });

  test('is the quote asset with its margin balance, under the number of the account', async () => {
    stub.answer('GET /api/v3/account', { body: { uid: 354937868 } });
    const account = await made.exchange.account();
    expect(account).toMatchObject({ uid: '354937868', hedgeMode: true, multiAssets: false });
    expect(account.equity.toFixed()).toBe('25.22469206');
    expect(account.available.toFixed()).toBe('20.1');
  });

  test('has the account code where the key sees no spot account, and that is no refused key', async () => {
    await made.exchange.connect(made.listener);
    stub.answer('GET /api/v3/account', apiError(401, -2015, 'Invalid API-key'));
    stub.answer('GET /fapi/v3/balance', { body: [{ accountAlias: 'SgsR', asset: 'USDT' }] });
    expect(await made.exchange.account()).toMatchObject({ uid: 'SgsR' });
    expect(made.events).toEqual([]);
  });

  test('never changes its name because a request failed', async () => {
    stub.answer('GET /api/v3/account', { status: 502, body: '' });
    stub.answer('GET /fapi/v3/balance', { body: [{ accountAlias: 'SgsR', asset: 'USDT' }] });
    await expect(made.exchange.account()).rejects.toThrow(/account id/);
  });

  test('tells its modes by single requests where there is no common one', async () => {
    stub.answer('GET /api/v3/account', { body: { uid: 1 } });
    stub.answer('GET /fapi/v1/accountConfig', { status: 404, body: '<html></html>' });
    stub.answer('GET /fapi/v1/positionSide/dual', { body: { dualSidePosition: false } });
    stub.answer('GET /fapi/v1/multiAssetsMargin', { body: { multiAssetsMargin: true } });
    expect(await made.exchange.account()).toMatchObject({ hedgeMode: false, multiAssets: true });
  });
});

describe('a conditional order that has ended', () => {
  const FINISHED = {
    algoId: 1,
    clientAlgoId: 'sb-stop',
    symbol: 'BTCUSDT',
    side: 'SELL',
    positionSide: 'BOTH',
    quantity: '2',
    orderType: 'STOP_MARKET',
    algoStatus: 'FINISHED',
    triggerPrice: '60000',
    actualOrderId: '8389765519993908929',
    updateTime: 5,
  };
  const child = (status: string, executedQty: string) => ({
    orderId: 1,
    symbol: 'BTCUSDT',
    status,
    clientOrderId: 'sb-stop',
    side: 'SELL',
    type: 'MARKET',
    origQty: '2',
    executedQty,
    avgPrice: '59990',
    updateTime: 9,
  });

  test.each([
    ['FILLED', '2', 'filled', '2'],
    ['EXPIRED', '1', 'expired', '1'],
    ['CANCELED', '0', 'cancelled', '0'],
    ['PARTIALLY_FILLED', '1', 'triggered', '1'],
  ])('is what its child became: %s %s', async (status, executedQty, expected, executed) => {
    stub.answer('GET /fapi/v1/algoOrder', { body: FINISHED });
    stub.answer('GET /fapi/v1/order', { body: child(status, executedQty) });
    const found = await made.exchange.findOrder('BTCUSDT', 'sb-stop', true);
    expect(found).toMatchObject({ clientId: 'sb-stop', conditional: true, status: expected });
    expect(found?.executed.toFixed()).toBe(executed);
    expect(stub.sent('GET /fapi/v1/order')[0]?.query.orderId).toBe('8389765519993908929');
  });

  test('stays triggered while its child cannot be found', async () => {
    stub.answer('GET /fapi/v1/algoOrder', { body: FINISHED });
    stub.answer('GET /fapi/v1/order', apiError(400, -2013, 'Order does not exist.'));
    expect(await made.exchange.findOrder('BTCUSDT', 'sb-stop', true)).toMatchObject({ status: 'triggered' });
  });

  test('is looked up by itself when its event does not say how much was filled', async () => {
    await made.exchange.connect(made.listener);
    stub.answer('GET /fapi/v1/algoOrder', { body: FINISHED });
    stub.answer('GET /fapi/v1/order', { body: child('EXPIRED', '1') });
    stub.push({
      e: 'ALGO_UPDATE',
      T: 4,
      o: { caid: 'sb-stop', s: 'BTCUSDT', S: 'SELL', q: '2', X: 'FINISHED', ai: '7', aq: '1' },
    });
    await stub.until(() => made.events.length === 2, 'the event and what was found');
    expect(made.events).toMatchObject([
      { type: 'order', report: { status: 'triggered' } },
      { type: 'order', report: { status: 'expired', clientId: 'sb-stop' } },
    ]);
  });
});

test('orders take connections that are already open', async () => {
  await made.exchange.connect(made.listener);
  const before = stub.connections();
  await Promise.all([made.exchange.place(request()), made.exchange.place(request({ clientId: 'sb-2' }))]);
  expect(stub.connections()).toBe(before);
});

test('what a signal asks for takes connections that are kept open for it', async () => {
  await made.exchange.close();
  made = createTestExchange(stub.url, { warmMs: 20 });
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await made.exchange.connect(made.listener);
  vi.advanceTimersByTime(20);
  vi.useRealTimers();
  await stub.until(() => stub.sent('GET /fapi/v1/ping').length >= 5, 'small requests');
  // Their answers are on the way to the same event loop.
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  const before = stub.connections();
  const { exchange } = made;
  await Promise.allSettled([
    exchange.prices('BTCUSDT'),
    exchange.brackets('BTCUSDT'),
    exchange.commission('BTCUSDT'),
    exchange.symbolSettings?.('BTCUSDT'),
  ]);
  expect(stub.sent('GET /fapi/v1/symbolConfig')).toHaveLength(1);
  expect(stub.connections()).toBe(before);
});

test('connections are kept open by small requests, unless the exchange has banned us', async () => {
  await made.exchange.close();
  made = createTestExchange(stub.url, { warmMs: 20 });
  await made.exchange.connect(made.listener);
  await stub.until(() => stub.sent('GET /fapi/v1/ping').length > 2, 'small requests');
  stub.answer(POSITIONS, apiError(418, -1003, 'Banned', { 'retry-after': '120' }));
  await expect(made.exchange.positions()).rejects.toThrow(Unreachable);
  const bannedAt = performance.now();
  await stub.until(() => performance.now() - bannedAt > 40, 'what was under way has arrived');
  const requests = stub.requests.length;
  await stub.until(() => performance.now() - bannedAt > 140, 'several times their pause');
  expect(stub.requests).toHaveLength(requests);
});
