import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BinanceSim, type BinanceSimOptions, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { createUsdmExchange } from '../../../src/trading/binance/usdm.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { ExchangeEvent, OrderReport } from '../../../src/trading/exchange.ts';
import type { OrderRequest } from '../../../src/trading/model.ts';
import { createTestExchange, PATIENT, QUICK, request, STOP } from './helpers.ts';

const SYMBOL = 'BTCUSDT';

let sim: BinanceSim;
let made: ReturnType<typeof createTestExchange>;

async function start(options: BinanceSimOptions = {}): Promise<void> {
  sim = await startBinanceSim({ markPriceMs: 50, ...options });
  made = createTestExchange(sim.url, PATIENT);
}
afterEach(async () => {
  await made.exchange.close();
  await sim.close();
});

async function place(order: OrderRequest): Promise<OrderReport> {
  const outcome = await made.exchange.place(order);
  if (outcome.kind !== 'confirmed') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

function until(happened: () => boolean, what: string): Promise<void> {
  return vi.waitFor(() => expect(happened(), what).toBe(true), { timeout: 8_000, interval: 5 });
}

const orderEvents = (clientId: string) =>
  made.events.flatMap((event) =>
    event.type === 'order' && event.report.clientId === clientId ? [event] : [],
  );
const last = (clientId: string) => orderEvents(clientId).at(-1)?.report;
const ofType = <Type extends ExchangeEvent['type']>(type: Type) =>
  made.events.filter((event): event is Extract<ExchangeEvent, { type: Type }> => event.type === type);
const price = (value: number) => sim.usdm.setPrice(SYMBOL, { last: new Decimal(value) });

describe('conditional orders', () => {
  beforeEach(async () => {
    await start();
    await made.exchange.connect(made.listener);
    await place(request());
  });

  test('a stop is armed in its own book, listed and found as conditional', async () => {
    const report = await place(request(STOP));
    expect(report).toMatchObject({ conditional: true, status: 'working', orderId: null, reduceOnly: true });
    expect(await made.exchange.openOrders()).toMatchObject([
      { clientId: 'sb-test-stop', conditional: true, status: 'working', action: 'SELL' },
    ]);
    const found = await made.exchange.findOrder(SYMBOL, 'sb-test-stop', true);
    expect(found?.triggerPrice?.eq(60_000)).toBe(true);
    expect(await made.exchange.findOrder(SYMBOL, 'sb-test-stop', false)).toBeNull();
  });

  test('a triggered stop is told under its own client id, with the fill of its child', async () => {
    await place(request(STOP));
    price(59_000);
    await until(() => last('sb-test-stop')?.status === 'filled', 'filled');
    const statuses = orderEvents('sb-test-stop').map(({ report }) => report.status);
    expect(statuses[0]).toBe('working');
    expect(statuses).toContain('triggered');
    const fills = orderEvents('sb-test-stop').flatMap(({ fill }) => (fill === null ? [] : [fill]));
    expect(fills).toHaveLength(1);
    expect(fills[0]?.quantity.eq('0.01')).toBe(true);
    expect(fills[0]?.realisedPnl.lt(0)).toBe(true);
    const found = await made.exchange.findOrder(SYMBOL, 'sb-test-stop', true);
    expect(found).toMatchObject({ status: 'filled', orderId: fills[0]?.orderId });
    expect(found?.executed.eq('0.01')).toBe(true);
    expect(found?.avgPrice?.gt(0)).toBe(true);
    const all = await made.exchange.fillsSince(SYMBOL, 0);
    expect(all.map(({ clientId }) => clientId)).toEqual(['sb-test-1', 'sb-test-stop']);
  });

  test('after a restart the fill of a triggered stop still leads to the stop', async () => {
    await place(request(STOP));
    price(59_000);
    const restarted = createTestExchange(sim.url, PATIENT);
    const found = await restarted.exchange.findOrder(SYMBOL, 'sb-test-stop', true);
    expect(found).toMatchObject({ conditional: true, status: 'filled' });
    const fills = await restarted.exchange.fillsSince(SYMBOL, 0);
    expect(fills.find(({ orderId }) => orderId === found?.orderId)).toMatchObject({
      clientId: 'sb-test-stop',
    });
    expect(fills[0]).toMatchObject({ clientId: '', orderId: expect.stringMatching(/^\d+$/) });
    expect(await restarted.exchange.findByOrderId?.(SYMBOL, fills[0]?.orderId ?? '')).toMatchObject({
      clientId: 'sb-test-1',
    });
    expect(await restarted.exchange.findByOrderId?.(SYMBOL, '987654321')).toBeNull();
    expect((await restarted.exchange.fillsSince(SYMBOL, 0))[0]).toMatchObject({ clientId: 'sb-test-1' });
    await restarted.exchange.close();
  });

  test('a stop that is refused at the trigger says rejected and why', async () => {
    await place(request(STOP));
    const [algo] = sim.usdm.openAlgos.keys();
    sim.usdm.dropAlgo(Number(algo), 'REJECTED', 'Reduce Only reject');
    await until(() => last('sb-test-stop')?.status === 'rejected', 'rejected');
    expect(last('sb-test-stop')?.reason).toBe('Reduce Only reject');
  });

  test('a stop is cancelled in its own book and the same cancel again is no error', async () => {
    await place(request(STOP));
    expect(await made.exchange.cancel(SYMBOL, 'sb-test-stop', true)).toMatchObject({ kind: 'confirmed' });
    await until(() => last('sb-test-stop')?.status === 'cancelled', 'cancelled');
    expect(await made.exchange.cancel(SYMBOL, 'sb-test-stop', true)).toEqual({
      kind: 'confirmed',
      value: null,
    });
    expect(await made.exchange.findOrder(SYMBOL, 'sb-never', true)).toBeNull();
  });

  test('the same stop twice is one stop', async () => {
    await place(request(STOP));
    expect(await place(request(STOP))).toMatchObject({ clientId: 'sb-test-stop', status: 'working' });
    expect(sim.usdm.openAlgos.size).toBe(1);
  });

  test('a stop that would trigger at once is refused', async () => {
    const outcome = await made.exchange.place(request({ ...STOP, triggerPrice: new Decimal(70_000) }));
    expect(outcome).toMatchObject({ kind: 'rejected', code: -2021 });
  });

  test('a trailing stop carries its callback and activation price', async () => {
    const trail = request({
      ...STOP,
      clientId: 'sb-trail',
      type: 'trailing_stop_market',
      callbackPct: new Decimal('1.5'),
      triggerPrice: new Decimal(66_000),
    });
    expect(await place(trail)).toMatchObject({ conditional: true, status: 'working' });
    const [algo] = sim.usdm.openAlgos.values();
    expect(algo?.callbackRate?.toFixed()).toBe('1.5');
    expect(algo?.activatePrice?.toFixed()).toBe('66000');
  });

  test('an entry on a trigger opens a position when the price gets there', async () => {
    await place(
      request({
        clientId: 'sb-entry',
        type: 'stop_market',
        triggerPrice: new Decimal(66_000),
        workingType: 'last',
      }),
    );
    price(66_100);
    await until(() => last('sb-entry')?.status === 'filled', 'filled');
    const [position] = await made.exchange.positions();
    expect(position?.quantity.eq('0.02')).toBe(true);
  });
});

describe('the account', () => {
  beforeEach(async () => {
    await start({ uid: 77 });
    await made.exchange.connect(made.listener);
  });

  test('a position has its leverage and margin mode, and a sign', async () => {
    expect(await made.exchange.setMarginMode(SYMBOL, 'isolated')).toMatchObject({
      kind: 'confirmed',
      value: null,
    });
    expect(await made.exchange.setMarginMode(SYMBOL, 'isolated')).toMatchObject({
      kind: 'confirmed',
      value: null,
    });
    expect(await made.exchange.setLeverage(SYMBOL, 7)).toMatchObject({ kind: 'confirmed', value: null });
    await place(request({ action: 'SELL' }));
    const positions = await made.exchange.positions();
    expect(positions).toMatchObject([
      { symbol: SYMBOL, positionSide: 'BOTH', leverage: 7, marginMode: 'isolated' },
    ]);
    expect(positions[0]?.quantity.eq('-0.01')).toBe(true);
    expect(positions[0]?.liquidationPrice?.gt(65_000)).toBe(true);
    await until(() => ofType('positions').some((event) => event.positions.length > 0), 'a position event');
    const event = ofType('positions').find(({ positions: one }) => one.length > 0);
    expect(event?.positions[0]?.quantity.eq('-0.01')).toBe(true);
    expect(event?.positions[0]?.marginMode).toBe('isolated');
    expect(event?.walletBalances.USDT?.lt(10_000)).toBe(true);
  });

  test('modes are read, and changes that others make are told', async () => {
    expect(await made.exchange.account()).toMatchObject({ uid: '77', hedgeMode: false, multiAssets: false });
    await made.exchange.setLeverage(SYMBOL, 9);
    await until(() => ofType('config').length > 0, 'a config event');
    expect(ofType('config')[0]).toEqual({ type: 'config', change: 'leverage', symbol: SYMBOL, value: '9' });
    sim.usdm.account.hedgeMode = true;
    expect(await made.exchange.account()).toMatchObject({ hedgeMode: true });
  });

  test('hedge mode keeps two positions of one symbol apart', async () => {
    sim.usdm.account.hedgeMode = true;
    await place(request({ positionSide: 'LONG' }));
    await place(request({ clientId: 'sb-short', action: 'SELL', positionSide: 'SHORT' }));
    await place(request({ ...STOP, positionSide: 'LONG' }));
    const positions = await made.exchange.positions();
    expect(positions.map(({ positionSide, quantity }) => [positionSide, quantity.toFixed()]).sort()).toEqual([
      ['LONG', '0.01'],
      ['SHORT', '-0.01'],
    ]);
  });

  test('brackets grow with the notional; fees, funding and a liquidation are read', async () => {
    const brackets = await made.exchange.brackets(SYMBOL);
    expect(brackets.length).toBeGreaterThan(1);
    expect(brackets[0]?.maxLeverage).toBeGreaterThan(brackets.at(-1)?.maxLeverage ?? 0);
    expect((await made.exchange.commission(SYMBOL)).taker.gt(0)).toBe(true);
    await place(request());
    sim.usdm.fund(SYMBOL, new Decimal('0.0001'));
    const [fee] = await made.exchange.positionFeesSince(Date.now() - 60_000);
    expect(fee).toMatchObject({ symbol: SYMBOL, asset: 'USDT' });
    expect(fee?.amount.lt(0)).toBe(true);
    sim.usdm.liquidate(SYMBOL, 'BOTH');
    const forced = () =>
      ofType('order').find(({ report, fill }) => report.clientId.startsWith('autoclose-') && fill !== null);
    await until(() => forced() !== undefined, 'the liquidation');
    expect(forced()?.fill?.quantity.eq('0.01')).toBe(true);
    const fees = await made.exchange.positionFeesSince(Date.now() - 60_000);
    expect(fees.map(({ kind, symbol }) => [kind, symbol])).toEqual([
      ['funding', SYMBOL],
      ['liquidation', SYMBOL],
    ]);
    const charged = sim.usdm.account.incomes.find(({ incomeType }) => incomeType === 'INSURANCE_CLEAR');
    expect(fees[1]?.amount.toFixed()).toBe(charged?.income.toFixed());
  });

  test('a delisting that is announced shows after a refresh, and only where it is', async () => {
    const announced = Date.UTC(2027, 0, 5, 9);
    sim.usdm.changeInstrument(SYMBOL, { deliveryDate: announced });
    await made.exchange.refreshInstruments();
    const dates = [...made.exchange.instruments().values()].flatMap(({ delistsAt }) => delistsAt ?? []);
    expect(dates).toEqual([announced]);
    expect(made.exchange.instruments().get(SYMBOL)?.status).toBe('trading');
  });

  test('a halted symbol shows after a refresh', async () => {
    sim.usdm.setStatus(SYMBOL, 'BREAK' as never);
    await made.exchange.refreshInstruments();
    expect(made.exchange.instruments().get(SYMBOL)?.status).toBe('halted');
  });

  test('health tells weight, clock and latency', async () => {
    await made.exchange.account();
    const health = made.exchange.health();
    expect(health.streamUp).toBe(true);
    expect(health.weightUsed).toBeGreaterThan(0);
    expect(health.weightUsed).toBeLessThan(0.2);
    expect(Math.abs(health.clockOffsetMs)).toBeLessThan(200);
    expect(health.latencyMs).not.toBeNull();
  });
});

test('a clock that is minutes off is no obstacle, at the start or later', async () => {
  await start();
  sim.setClockOffset(300_000);
  await made.exchange.connect(made.listener);
  await place(request());
  sim.setClockOffset(-300_000);
  const later = request({ clientId: 'sb-test-2' });
  expect(await made.exchange.place(later)).toMatchObject({ kind: 'throttled', code: -1021 });
  await place(later);
});

test.each(['ed25519', 'rsa'] as const)('a PEM key (%s) signs', async (type) => {
  const pair =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await start({ apiKeys: [{ apiKey: 'pem-key', publicKey }] });
  const quiet = () => undefined;
  const exchange = createUsdmExchange({
    env: 'paper',
    url: sim.url,
    key: 'pem-key',
    secret: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    log: { debug: quiet, info: quiet, warn: quiet },
    now: Date.now,
  });
  expect(await exchange.place(request())).toMatchObject({ kind: 'confirmed' });
  await exchange.close();
});

test('live takes the key rights from the exchange and nothing else; elsewhere they may be missing', async () => {
  await start();
  const quiet = () => undefined;
  const live = createUsdmExchange({
    env: 'live',
    url: sim.url,
    key: 'k'.repeat(64),
    secret: 's'.repeat(64),
    log: { debug: quiet, info: quiet, warn: quiet },
    now: Date.now,
    timing: QUICK,
  });
  const missing = {
    path: '/sapi/*',
    count: 0,
    apply: false,
    answer: { kind: 'raw', status: 404, contentType: 'text/html', body: '<html></html>' },
  } as const;
  expect(await live.rights()).toEqual({ withdraw: false, transfer: false, trade: true, ipRestricted: true });
  sim.faults.add(missing);
  await expect(live.rights()).rejects.toThrow(/key rights/);
  expect(await made.exchange.rights()).toEqual({
    withdraw: false,
    transfer: false,
    trade: true,
    ipRestricted: false,
  });
  await live.close();
});

test('the SDK prints nothing, whatever happens', async () => {
  const printed = vi.spyOn(process.stdout, 'write');
  const errors = vi.spyOn(process.stderr, 'write');
  const consoles = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
  try {
    await start();
    await made.exchange.connect(made.listener);
    await place(request());
    await place(request(STOP));
    sim.faults.add({ method: 'POST', apply: false, answer: { kind: 'drop' } });
    await made.exchange.place(request({ clientId: 'sb-test-2' }));
    sim.faults.add({ count: 0, apply: false, answer: { kind: 'drop' } });
    await made.exchange.account().catch(() => null);
    for (const spy of [printed, errors, ...consoles]) expect(spy).not.toHaveBeenCalled();
  } finally {
    vi.restoreAllMocks();
  }
});
