import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { instruments } from '../../../src/sim/binance/instruments.ts';
import { type BinanceSim, type BinanceSimOptions, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { type ExchangeEvent, UsdmExchange } from '../../../src/sim/binance/usdm/exchange.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { answer, detail, type Json, privateStream, RawClient, steer } from './raw-client.ts';

const running: BinanceSim[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const sim of running.splice(0)) await sim.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(options: BinanceSimOptions = {}): Promise<BinanceSim> {
  const sim = await startBinanceSim(options);
  running.push(sim);
  return sim;
}

const snapshot = async (sim: BinanceSim) => (await answer(await fetch(`${sim.url}/__sim/snapshot`))).body;

describe('the paper account', () => {
  test('is kept over restarts: balance, position, settings and both books', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'binance-sim-'));
    folders.push(folder);
    const state = join(folder, 'data', 'paper.json');
    const first = await start({ state, balance: '5000', seed: 3 });
    const client = new RawClient(first);
    await client.post('/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 7 });
    await client.post('/fapi/v1/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.010',
    });
    const target = {
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.010',
      price: '66000',
    };
    await client.post('/fapi/v1/order', { ...target, reduceOnly: 'true', newClientOrderId: 'target' });
    const stop = {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '0.010',
    };
    await client.post('/fapi/v1/algoOrder', {
      ...stop,
      triggerPrice: '64000',
      reduceOnly: 'true',
      clientAlgoId: 'stop',
    });
    const { time: _, ...before } = await snapshot(first);
    await first.close();
    expect(readdirSync(join(folder, 'data'))).toEqual(['paper.json']);

    const second = await start({ state });
    const { time: __, ...after } = await snapshot(second);
    expect(after).toEqual(before);
    second.usdm.setPrice('BTCUSDT', { last: new Decimal('63900') });
    const again = new RawClient(second);
    expect((await again.get('/fapi/v1/algoOrder', { clientAlgoId: 'stop' })).body.algoStatus).toBe(
      'FINISHED',
    );
    const ended = await again.get('/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'target' });
    expect(ended.body.status).toBe('EXPIRED');
  });

  test('starts with the balance given', async () => {
    const sim = await start({ balance: '123.45' });
    const [usdt] = (await new RawClient(sim).get('/fapi/v3/balance')).list;
    expect(usdt).toMatchObject({ asset: 'USDT', balance: '123.45000000', availableBalance: '123.45000000' });
  });
});

describe('contracts', () => {
  test('up to 600 are listed, with prices and quantities that fit their own filters', async () => {
    const sim = await start({ symbols: 600 });
    const { body } = await answer(await fetch(`${sim.url}/fapi/v1/exchangeInfo`));
    expect(body.symbols).toHaveLength(600);
    for (const contract of instruments(600).values()) {
      expect(contract.startPrice.mod(contract.tickSize).isZero(), contract.symbol).toBe(true);
      expect(contract.tickSize.decimalPlaces(), contract.symbol).toBeLessThanOrEqual(contract.pricePrecision);
      const brackets = contract.brackets.map((row) => row.notionalFloor);
      expect(brackets).toEqual([0, ...contract.brackets.slice(0, -1).map((row) => row.notionalCap)]);
    }
  });
});

describe('a contract that changes', () => {
  test('is halted for entries, and still lets a position be closed', async () => {
    const sim = await start();
    const client = new RawClient(sim);
    const order = { symbol: 'BTCUSDT', type: 'MARKET', quantity: '0.010' };
    await client.post('/fapi/v1/order', { ...order, side: 'BUY' });
    await steer(sim, 'status', { symbol: 'BTCUSDT', status: 'SETTLING' });
    expect((await client.post('/fapi/v1/order', { ...order, side: 'BUY' })).body.code).toBe(-4140);
    expect((await client.post('/fapi/v1/order', { ...order, side: 'SELL', reduceOnly: 'true' })).status).toBe(
      200,
    );
  });

  test('has other filters from then on', async () => {
    const sim = await start();
    await steer(sim, 'filters', { symbol: 'BTCUSDT', stepSize: '0.010', minNotional: '500' });
    const order = { symbol: 'BTCUSDT', type: 'MARKET', side: 'BUY' };
    const client = new RawClient(sim);
    expect((await client.post('/fapi/v1/order', { ...order, quantity: '0.015' })).body.code).toBe(-4023);
    const { symbols } = (await answer(await fetch(`${sim.url}/fapi/v1/exchangeInfo`))).body;
    const [btc] = symbols as { filters: Json[] }[];
    expect(btc?.filters).toContainEqual({ filterType: 'MIN_NOTIONAL', notional: '500' });
  });
});

test('an order can be tested without being placed', async () => {
  const sim = await start();
  const client = new RawClient(sim);
  const order = { symbol: 'BTCUSDT', type: 'MARKET', side: 'BUY' };
  expect((await client.post('/fapi/v1/order/test', { ...order, quantity: '0.010' })).body.symbol).toBe(
    'BTCUSDT',
  );
  expect((await client.post('/fapi/v1/order/test', { ...order, quantity: '100' })).body.code).toBe(-2019);
  expect(sim.usdm.orders.size).toBe(0);
});

describe('the user by hand', () => {
  test('orders, cancels and closes under ids of the app, seen on the stream', async () => {
    const sim = await start();
    const client = new RawClient(sim);
    const stream = await privateStream(sim, client);
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.010',
      price: '64000',
    };
    const placed = (await steer(sim, 'order', { ...order, via: 'electron' })).body;
    expect(placed.clientOrderId).toMatch(/^electron_/);
    await steer(sim, 'cancel', { symbol: 'BTCUSDT', orderId: placed.orderId });
    expect(detail(await stream.next((message) => detail(message).X === 'CANCELED')).c).toBe(
      placed.clientOrderId,
    );
    await steer(sim, 'order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.010' });
    const closed = (await steer(sim, 'close', { symbol: 'BTCUSDT' })).body;
    expect(closed.clientOrderId).toMatch(/^web_/);
    expect((await snapshot(sim)).positions).toEqual([]);
    stream.close();
  });

  test('places a stop of their own and changes the account', async () => {
    const sim = await start();
    await steer(sim, 'algo', {
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      triggerPrice: '60000',
      quantity: '0.010',
    });
    await steer(sim, 'account', { hedgeMode: true });
    const { openAlgoOrders, account } = await snapshot(sim);
    expect((openAlgoOrders as Json[])[0]?.clientAlgoId).toMatch(/^web_/);
    expect(account).toMatchObject({ hedgeMode: true });
  });
});

describe('what the exchange does by itself', () => {
  test('liquidation and auto-deleveraging carry the client ids of the documentation', async () => {
    const sim = await start();
    const client = new RawClient(sim);
    const stream = await privateStream(sim, client);
    const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };
    await steer(sim, 'order', buy);
    await steer(sim, 'adl', { symbol: 'BTCUSDT', quantity: '0.004' });
    const reduced = await stream.next(
      (message) => String(detail(message).c).startsWith('adl_autoclose') && detail(message).l !== '0',
    );
    expect(detail(reduced)).toMatchObject({ X: 'FILLED', l: '0.004', ps: 'BOTH' });
    await steer(sim, 'liquidate', { symbol: 'BTCUSDT' });
    const liquidated = await stream.next((message) => detail(message).x === 'CALCULATED');
    expect(detail(liquidated)).toMatchObject({ o: 'LIQUIDATION', f: 'IOC', l: '0.006', X: 'FILLED' });
    expect(detail(liquidated).c).toMatch(/^autoclose-/);
    stream.close();
  });

  test('funding is told with the change of the balance', async () => {
    const sim = await start();
    const stream = await privateStream(sim, new RawClient(sim));
    await steer(sim, 'order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.010' });
    await steer(sim, 'fund', { symbol: 'BTCUSDT', rate: '0.0002' });
    const event = await stream.next((message) => (message.a as Json | undefined)?.m === 'FUNDING_FEE');
    expect(event.a).toMatchObject({ B: [{ a: 'USDT', bc: '0.13' }], P: [] });
    stream.close();
  });

  test('scheduled funding is paid at 00:00, 08:00 and 16:00 UTC', () => {
    let now = Date.UTC(2026, 0, 1, 7, 59);
    const exchange = new UsdmExchange({
      clock: () => now,
      instruments: instruments(),
      policy: { funding: 'scheduled' },
    });
    exchange.placeOrder(
      new Map(Object.entries({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' })),
    );
    exchange.elapse();
    now = Date.UTC(2026, 0, 1, 8, 0);
    exchange.elapse();
    exchange.elapse();
    const paid = exchange.account.incomes.filter((row) => row.incomeType === 'FUNDING_FEE');
    expect(paid.map((row) => row.income.toFixed())).toEqual(['-0.065']);
  });
});

describe('prices', () => {
  const fill = {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.010',
    price: '64990',
  };

  function events(seed: number): ExchangeEvent[] {
    let now = 1_790_000_000_000;
    const exchange = new UsdmExchange({ clock: () => now, instruments: instruments(), seed });
    const seen: ExchangeEvent[] = [];
    exchange.subscribe((event) => seen.push(event));
    for (let step = 0; step < 50; step += 1) {
      now += 1_000;
      if (step % 10 === 0) exchange.placeOrder(new Map(Object.entries(fill)));
      exchange.setPrice('BTCUSDT', { last: new Decimal(65_000 + ((step * 37) % 50) - 25) });
    }
    return seen;
  }

  test('the core gives the same events for the same seed and steps', () => {
    expect(events(1)).toEqual(events(1));
    expect(events(1)).not.toEqual(events(2));
  });

  test('a synthetic market is the same for the same seed, and fills what rests', async () => {
    const market = {
      kind: 'synthetic',
      seed: 5,
      tickMs: 3_600_000,
      volatility: 0.001,
      symbols: ['BTCUSDT'],
    } as const;
    const [one, two] = [await start({ market }), await start({ market })];
    one.usdm.placeOrder(new Map(Object.entries(fill)));
    one.usdm.placeOrder(new Map(Object.entries({ ...fill, side: 'SELL', price: '65010' })));
    for (const sim of [one, two]) await steer(sim, 'step', { ticks: 200 });
    expect(one.usdm.market('BTCUSDT').last).toEqual(two.usdm.market('BTCUSDT').last);
    expect(one.usdm.market('BTCUSDT').last).not.toEqual(new Decimal(65_000));
    expect(one.usdm.trades).not.toEqual([]);
  });

  test('a recorded series is played', async () => {
    const series = [
      { at: 0, symbol: 'BTCUSDT', last: '65100' },
      { at: 3_600_000, symbol: 'BTCUSDT', last: '64000', mark: '64010' },
    ];
    const sim = await start({ market: { kind: 'recorded', series } });
    await steer(sim, 'step', { ticks: 2 });
    expect(sim.usdm.market('BTCUSDT')).toMatchObject({
      last: new Decimal(64_000),
      mark: new Decimal(64_010),
    });
  });

  test('public streams are followed', async () => {
    const source = await start({ markPriceMs: 10 });
    const follower = await start({ market: { kind: 'live', url: source.url.replace('http', 'ws') } });
    await expect.poll(() => source.streams.count('market')).toBe(1);
    source.usdm.setPrice('BTCUSDT', { last: new Decimal(66_000), mark: new Decimal(66_010) });
    await expect.poll(() => follower.usdm.market('BTCUSDT').mark.toFixed()).toBe('66010');
    expect(follower.usdm.market('BTCUSDT').last.toFixed()).toBe('66000');
  });

  test('klines have a past that leads up to where the market stands', async () => {
    const sim = await start();
    const path = `${sim.url}/fapi/v1/klines?symbol=BTCUSDT&interval=1h&limit=200`;
    const candles = (await (await fetch(path)).json()) as [number, string, string, string, string][];
    expect(candles).toHaveLength(200);
    expect(candles.at(-1)?.[4]).toBe('65000.00');
    for (const [index, [openTime, open, high, low, close]] of candles.entries()) {
      const next = candles[index + 1];
      if (next !== undefined) expect([next[0], next[1]]).toEqual([openTime + 3_600_000, close]);
      expect(Math.max(Number(open), Number(close))).toBeLessThanOrEqual(Number(high));
      expect(Math.min(Number(open), Number(close))).toBeGreaterThanOrEqual(Number(low));
    }
    expect(new Set(candles.map((row) => row[4])).size).toBeGreaterThan(150);
    sim.usdm.setPrice('BTCUSDT', { last: new Decimal(70_000) });
    const [latest] = (await (await fetch(path.replace('limit=200', 'limit=1'))).json()) as [
      number,
      string,
      string,
      string,
      string,
    ][];
    expect(latest?.slice(2, 5)).toEqual(['70000.00', expect.any(String), '70000.00']);
  });

  test('a walk crosses everything on its way', async () => {
    const sim = await start();
    sim.usdm.placeOrder(new Map(Object.entries({ ...fill, price: '64000' })));
    await steer(sim, 'walk', { symbol: 'BTCUSDT', to: '63000', steps: 5 });
    expect(sim.usdm.openOrders.size).toBe(0);
    expect(sim.usdm.market('BTCUSDT').last.toFixed()).toBe('63000');
  });

  test('a jump fills a stop that it leaves behind at the new price', async () => {
    const sim = await start();
    const position = () => sim.usdm.account.openPositions('BTCUSDT');
    await steer(sim, 'order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' });
    const stop = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '64000' };
    await steer(sim, 'algo', { ...stop, quantity: '0.01', reduceOnly: 'true' });
    await steer(sim, 'jump', { symbol: 'BTCUSDT', to: '60000' });
    expect(position()).toEqual([]);
    expect(sim.usdm.trades.at(-1)?.price.toFixed()).toBe('60000');
  });

  test('a synthetic market stands still at speed 0 and moves further at a higher one', async () => {
    const market = { kind: 'synthetic', tickMs: 3_600_000, volatility: 0.001, symbols: ['BTCUSDT'] } as const;
    const moved = async (factor: number) => {
      const sim = await start({ market });
      await steer(sim, 'speed', { factor });
      await steer(sim, 'step', { ticks: 1 });
      return sim.usdm.market('BTCUSDT').last.minus(65_000).abs().toNumber();
    };
    expect(await moved(100)).toBeGreaterThan(5 * (await moved(1)));
    vi.useFakeTimers({ toFake: ['setInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const sim = await start({ market });
    const last = () => sim.usdm.market('BTCUSDT').last.toFixed();
    await steer(sim, 'speed', { factor: 0 });
    vi.advanceTimersByTime(market.tickMs);
    expect(last()).toBe('65000');
    await steer(sim, 'speed', { factor: 1 });
    vi.advanceTimersByTime(market.tickMs);
    expect(last()).not.toBe('65000');
  });
});

test('the overview tells what stands now, and stays short', async () => {
  const sim = await start();
  await steer(sim, 'order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' });
  await steer(sim, 'order', {
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.01',
    price: '70000',
  });
  const overview = await (await fetch(`${sim.url}/__sim/overview`)).json();
  expect(overview).toMatchObject({
    speed: 1,
    prices: { BTCUSDT: { last: '65000', mark: '65000' } },
    positions: [{ symbol: 'BTCUSDT', positionAmt: '0.010' }],
    openOrders: [{ symbol: 'BTCUSDT', price: '70000.00' }],
    openAlgoOrders: [],
    spot: { balances: [{ asset: 'USDT' }], openOrders: [] },
    trades: [{ symbol: 'BTCUSDT', side: 'BUY' }],
  });
});

test('an unknown steering command is said, not ignored', async () => {
  const sim = await start();
  expect((await steer(sim, 'nothing')).status).toBe(404);
  expect((await steer(sim, 'price', { last: '1' })).body.msg).toContain("'symbol' is missing");
});
