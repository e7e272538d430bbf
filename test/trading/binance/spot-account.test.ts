import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { preset } from '../../../src/sim/binance/faults.ts';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import type { SpotTiming } from '../../../src/trading/binance/spot.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { request } from './helpers.ts';
import { createTestSpot, listening, QUICK_SPOT, startSpotSim } from './spot-helpers.ts';

let sim: BinanceSim;
let made: ReturnType<typeof createTestSpot>;

beforeEach(async () => {
  sim = await startSpotSim();
  made = createTestSpot(sim.url);
});
afterEach(async () => {
  await made.exchange.close();
  await sim.close();
});

const connect = () => made.exchange.connect(made.listener);
const price = (last: number) => sim.spot.exchange.setPrice('BTCUSDT', new Decimal(last));
const { told, report } = listening(() => made.events);

describe('the account', () => {
  test('has its balances, and USDT as equity', async () => {
    await connect();
    await made.exchange.place(request({ type: 'limit', price: new Decimal(64_000) }));
    const account = await made.exchange.account();
    expect(account).toMatchObject({ equity: new Decimal(10_000), available: new Decimal(9_360) });
    expect(account.balances?.get('BTC')).toEqual({ free: new Decimal(1), locked: new Decimal(0) });
    expect([...(account.balances?.keys() ?? [])]).toEqual(['USDT', 'BTC']);
  });

  test('tells balances by event', async () => {
    await connect();
    const half = { quantity: new Decimal('0.5'), price: new Decimal(70_000) };
    await made.exchange.place(request({ action: 'SELL', type: 'limit', ...half }));
    const { balances } = await told(
      'balances',
      (event) => event.balances.get('BTC')?.locked.eq('0.5') ?? false,
    );
    expect(balances.get('BTC')?.free.toFixed()).toBe('0.5');
  });

  test.each([
    { what: 'balanceUpdate', run: () => sim.spot.exchange.deposit('SOL', new Decimal(3)) },
    { what: 'externalLockUpdate', run: () => sim.spot.exchange.lockOutside('BTC', new Decimal('0.2')) },
  ])('asks what there is after $what', async ({ what, run }) => {
    await connect();
    run();
    const { balances } = await told('balances', (event) => event.reason === what);
    expect(balances.get('USDT')?.free.toFixed()).toBe('10000');
  });

  test('knows its rights, its rates and its one bracket', async () => {
    await connect();
    sim.usdm.keys.rights = {
      ...sim.usdm.keys.rights,
      enableSpotAndMarginTrading: false,
      enableWithdrawals: true,
    };
    expect(await made.exchange.rights()).toMatchObject({ trade: false, withdraw: true });
    expect(await made.exchange.commission('BTCUSDT')).toEqual({
      maker: new Decimal('0.001'),
      taker: new Decimal('0.001'),
    });
    expect(await made.exchange.brackets('BTCUSDT')).toMatchObject([{ maxLeverage: 1 }]);
    expect([await made.exchange.positions(), await made.exchange.positionFeesSince(0)]).toEqual([[], []]);
  });

  test('knows what the price filters go by: the reference price, else the average, over no minutes the last', async () => {
    await connect();
    const { exchange } = sim.spot;
    const seen = async () => {
      const { price, by } = (await made.exchange.filterPrice?.('BTCUSDT')) ?? {};
      return `${by} ${price}`;
    };
    exchange.setPrice('BTCUSDT', new Decimal(60_000));
    exchange.setPrice('BTCUSDT', new Decimal(62_000));
    const average = await seen();
    expect(average).toMatch(/^average 6[0-4]\d{3}/);
    expect(average).not.toBe('average 62000');
    exchange.setReference('BTCUSDT', new Decimal(61_000));
    expect(await seen()).toBe('reference 61000');
    exchange.setReference('BTCUSDT', null);
    expect(await seen()).toBe(average);
    exchange.changeInstrument('BTCUSDT', { averageMinutes: 0 });
    await made.exchange.refreshInstruments();
    expect(await seen()).toBe('last 62000');
  });

  test('the symbols come with what spot has of its own', async () => {
    await connect();
    expect(made.exchange.instruments().get('BTCUSDT')).toMatchObject({
      base: 'BTC',
      stepSize: new Decimal('0.00001'),
      marketStepSize: new Decimal('0.00001'),
      marketMinQuantity: new Decimal('0.00001'),
      minNotional: new Decimal(5),
      priceUp: new Decimal(5),
      spot: { stopMarket: true, lists: true, maxAlgoOrders: 5, maxLists: 20, sellDown: new Decimal('0.2') },
    });
  });
});

describe('prices', () => {
  test('of a watched symbol come at once, by trade, and by asking where it does not trade', async () => {
    await made.exchange.close();
    made = createTestSpot(sim.url, { quietMs: 60 });
    await connect();
    made.exchange.watch(['BTCUSDT']);
    const first = await told('prices');
    expect(first.prices).toEqual({ mark: new Decimal(65_000), last: new Decimal(65_000) });
    await expect.poll(() => sim.spot.streams.count()).toBe(1);
    price(64_321);
    await told(
      'prices',
      ({ prices }) => prices.last?.eq(64_321) === true && prices.mark?.eq(64_321) === true,
    );
    const asked = () => sim.requests.filter(({ path }) => path === '/api/v3/ticker/price').length;
    const before = asked();
    await expect.poll(asked).toBeGreaterThan(before);
  });
});

describe("the account's stream", () => {
  const ed25519 = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

  function use(timing: Partial<SpotTiming>): void {
    made = createTestSpot(sim.url, timing);
  }

  test.each([
    { name: 'Ed25519', pair: ed25519, methods: ['session.logon', 'userDataStream.subscribe'] },
    { name: 'RSA', pair: rsa, methods: ['userDataStream.subscribe.signature'] },
  ])('is subscribed to with an $name key by $methods', async ({ pair, methods }) => {
    await made.exchange.close();
    const key = 'a-key-of-two-halves';
    sim.spot.exchange.keys.register({
      apiKey: key,
      publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
    const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    made = createTestSpot(sim.url, {}, { key, secret });
    await connect();
    expect(sim.requests.filter(({ method }) => method === 'WS').map(({ path }) => path)).toEqual(methods);
    await made.exchange.place(request());
    await report('sb-test-1', 'filled');
  });

  test('comes although the first subscription is refused', async () => {
    const path = 'userDataStream.subscribe.signature';
    sim.faults.add({ method: 'WS', path, ...preset('refuse', { code: -1000, status: 500 }) });
    await connect();
    expect(sim.spot.api.count('subscribed')).toBe(1);
    expect(made.exchange.health().streamUp).toBe(true);
  });

  test('comes although the first subscription is never answered', async () => {
    const path = 'userDataStream.subscribe.signature';
    sim.faults.add({ method: 'WS', path, apply: false, answer: { kind: 'hang' } });
    await connect();
    await made.exchange.place(request());
    await report('sb-test-1', 'filled');
  });

  test('does not come with a key that is refused, and says so', async () => {
    sim.faults.add({
      method: 'WS',
      path: 'userDataStream.*',
      count: 0,
      ...preset('refuse', { code: -2015, status: 401 }),
    });
    await expect(connect()).rejects.toThrow('-2015');
    expect(await told('key_refused')).toMatchObject({ code: -2015 });
  });

  test('is not asked for while the exchange refuses for load: a ban would grow', async () => {
    await connect();
    sim.spot.limiter.ban(sim.spot.exchange.now() + 600);
    sim.spot.api.drop();
    await told('stream', ({ state }) => state === 'down');
    await told('stream', ({ state }) => state === 'reconnected');
    const tried = sim.requests.filter(({ path }) => path === 'userDataStream.subscribe.signature').length;
    // The handshake itself was refused once, and not tried again before the time it was told.
    expect(tried).toBe(2);
    expect(made.logged.filter((line) => JSON.stringify(line).includes('HTTP 418'))).toHaveLength(1);
  });

  test('sets the clock right where its time was wrong', async () => {
    sim.faults.add({ method: 'WS', path: 'userDataStream.*', ...preset('refuse', { code: -1021 }) });
    await connect();
    expect(sim.requests.filter(({ path }) => path === '/api/v3/time')).toHaveLength(2);
  });

  test('whose subscription ends is subscribed to again, and both are said', async () => {
    await connect();
    sim.spot.api.terminateSubscriptions();
    expect(await told('stream', ({ state }) => state === 'down')).toMatchObject({
      reason: 'subscription ended',
    });
    await told('stream', ({ state }) => state === 'reconnected');
    await made.exchange.place(request());
    await report('sb-test-1', 'filled');
  });

  test('that comes back subscribes again, though that fails at first', async () => {
    await connect();
    const path = 'userDataStream.subscribe.signature';
    sim.faults.add({ method: 'WS', path, count: 2, ...preset('refuse', { code: -1000, status: 500 }) });
    sim.spot.api.drop();
    await told('stream', ({ state }) => state === 'down');
    expect(made.exchange.health().streamUp).toBe(false);
    await told('stream', ({ state }) => state === 'reconnected');
    expect(sim.spot.api.count('subscribed')).toBe(1);
  });

  test('is replaced before an announced end, subscribed, without ever being down', async () => {
    await connect();
    sim.spot.api.announceShutdown();
    await told('stream', ({ state }) => state === 'reconnected');
    await expect.poll(() => sim.spot.api.count()).toBe(1);
    await made.exchange.place(request());
    await report('sb-test-1', 'filled');
    expect(made.events.filter((event) => event.type === 'stream' && event.state === 'down')).toEqual([]);
  });

  test('is replaced before the day that a connection lives is over', async () => {
    await made.exchange.close();
    const { socket } = QUICK_SPOT.userStream;
    use({ userStream: { ...QUICK_SPOT.userStream, socket: { ...socket, lifeMs: 60 } } });
    await connect();
    await told('stream', ({ state }) => state === 'reconnected');
    expect(made.events.filter((event) => event.type === 'stream' && event.state === 'down')).toEqual([]);
  });

  test('answers the pings of the server, and stays', async () => {
    await made.exchange.close();
    await sim.close();
    sim = await startBinanceSim({ heartbeat: { pingMs: 20, pongWithinMs: 300 } });
    use({});
    await connect();
    const silent = new WebSocket(`${sim.url.replace('http', 'ws')}/ws-api/v3`, { autoPong: false });
    await new Promise((resolve) => silent.once('close', resolve));
    expect(sim.spot.api.count('subscribed')).toBe(1);
    expect(made.events.filter((event) => event.type === 'stream')).toEqual([]);
  });

  test('half open is noticed', async () => {
    await made.exchange.close();
    const { socket } = QUICK_SPOT.userStream;
    use({ userStream: { ...QUICK_SPOT.userStream, socket: { ...socket, silenceMs: 150 } } });
    await connect();
    sim.spot.api.freeze();
    await told('stream', ({ state }) => state === 'down');
    await told('stream', ({ state }) => state === 'reconnected');
  });

  test('open and silent is noticed by the event that a confirmed order owes', async () => {
    await made.exchange.close();
    use({ userStream: { ...QUICK_SPOT.userStream, owedEventMs: 60 } });
    await connect();
    sim.spot.api.stall();
    await made.exchange.place(request());
    expect((await told('stream', ({ state }) => state === 'down')).reason).toContain('silent');
    sim.spot.api.resume();
    await told('stream', ({ state }) => state === 'reconnected');
  });

  test('events that are unknown, unreadable or doubled do no harm', async () => {
    await connect();
    sim.spot.exchange.publish({ e: 'somethingNew', E: 1 });
    sim.spot.exchange.publish({ e: 'executionReport', E: 1, s: 'BTCUSDT' });
    sim.faults.addStream({ event: 'executionReport', status: 'FILLED', action: 'double' });
    await made.exchange.place(request());
    await report('sb-test-1', 'filled');
    const fills = () =>
      made.events.flatMap((event) => (event.type === 'order' && event.fill ? [event.fill] : []));
    await expect.poll(() => fills().length).toBe(2);
    expect(fills()[0]).toEqual(fills()[1]);
  });
});
