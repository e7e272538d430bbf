import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { conditionText, tellCondition } from '../src/bot/condition-posts.ts';
import { catalogues } from '../src/bot/locales/index.ts';
import { createLog } from '../src/log.ts';
import { type Condition, condition, conditionNames, RULES } from '../src/telemetry/conditions.ts';
import { PriceAges } from '../src/telemetry/price-ages.ts';
import type { ExchangeHealth } from '../src/trading/exchange.ts';
import type { Market } from '../src/trading/model.ts';
import { startWatchdog, type Watchdog } from '../src/watchdog.ts';
import { aTrade, FakeDesk, silentLog } from './bot/fakes.ts';

let dog: Watchdog | undefined;
afterEach(() => dog?.close());

/** A run; with `before`, the one that follows another half a minute after its end. */
function given(before?: { world: { at: number }; kept: readonly Condition[] }) {
  dog?.close();
  const desk = new FakeDesk();
  const world = {
    at: before ? before.world.at + 30_000 : Date.UTC(2026, 10, 26),
    freeBytes: 10e9 as number | null,
    residentBytes: 110e6,
    loopMs: 5 as number | null,
    marginRatio: 0.01 as number | null,
    health: {
      streamUp: true,
      lastEventAt: 0,
      weightUsed: 0.1,
      clockOffsetMs: 3,
      latencyMs: 5,
    } as ExchangeHealth,
  };
  const prices = new PriceAges(() => world.at);
  const told: Condition[] = [];
  const store = { kept: before?.kept ?? [], works: true };
  const started = startWatchdog({
    desk: {
      trades: () => desk.trades(),
      health: () => ({ ...desk.health(), marginRatio: world.marginRatio }),
    },
    exchanges: () =>
      new Map<Market, ExchangeHealth>([
        ['usdm', { ...world.health, weightUsed: 0, clockOffsetMs: 0 }],
        ['spot', world.health],
      ]),
    prices,
    lastLoopMs: () => world.loopMs,
    freeBytes: async () => world.freeBytes,
    residentBytes: () => world.residentBytes,
    tell: (condition) => told.push(condition),
    earlier: store.kept,
    async keep(open) {
      if (!store.works) throw new Error('SQLITE_FULL');
      store.kept = z.array(condition).parse(JSON.parse(JSON.stringify(open)));
    },
    log: createLog('silent'),
    now: () => world.at,
  });
  dog = started;
  return {
    desk,
    world,
    prices,
    told,
    store,
    get kept() {
      return store.kept;
    },
    /** Looks every five seconds for so long. */
    async pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 5_000) {
        world.at += 5_000;
        await started.look();
      }
    },
    compared: (code: 'position_mismatch' | 'stop_restored' | 'fill_found') =>
      started.hear({
        type: 'recovered',
        cause: 'comparison',
        tookMs: 10,
        crashedAt: null,
        lines: [{ code, symbol: 'BTCUSDT', market: 'usdm', numbers: {} }],
      }),
  };
}

type Given = ReturnType<typeof given>;

test('while all is well nothing is told', async () => {
  const { pass, told } = given();
  await pass(600_000);
  expect(told).toEqual([]);
});

test.each<[name: Condition['name'], worsen: (g: Given) => void, better: (g: Given) => void, what: string]>([
  [
    'request_weight',
    ({ world }) => (world.health.weightUsed = 0.85),
    ({ world }) => (world.health.weightUsed = 0.2),
    'spot',
  ],
  [
    'clock_off',
    ({ world }) => (world.health.clockOffsetMs = -1_500),
    ({ world }) => (world.health.clockOffsetMs = 20),
    'spot',
  ],
  ['margin_ratio', ({ world }) => (world.marginRatio = 0.6), ({ world }) => (world.marginRatio = 0.1), ''],
  ['disk_low', ({ world }) => (world.freeBytes = 100e6), ({ world }) => (world.freeBytes = 5e9), ''],
  ['event_loop', ({ world }) => (world.loopMs = 900), ({ world }) => (world.loopMs = 3), ''],
  [
    'prices_stale',
    ({ desk, world }) => (desk.open_ = [aTrade({ createdAt: world.at })]),
    ({ desk }) => (desk.open_ = []),
    'BTCUSDT',
  ],
  [
    'drift',
    ({ compared }) => {
      for (const code of [
        'position_mismatch',
        'fill_found',
        'position_mismatch',
        'position_mismatch',
      ] as const)
        compared(code);
    },
    ({ world }) => (world.at += 600_000),
    'BTCUSDT',
  ],
])('%s is told once, and once when it is over', async (name, worsen, better, what) => {
  const g = given();
  worsen(g);
  await g.pass(300_000);
  expect(g.told).toMatchObject([{ name, endedAt: null, what }]);
  expect(dog?.list()).toMatchObject([{ name }]);
  better(g);
  await g.pass(300_000);
  expect(g.told).toMatchObject([{ name }, { name, what, endedAt: expect.any(Number) }]);
  expect(dog?.list()).toEqual([]);
});

test.each<[name: Condition['name'], worsen: (g: Given) => void]>([
  ['request_weight', ({ world }) => (world.health.weightUsed = 0.85)],
  ['clock_off', ({ world }) => (world.health.clockOffsetMs = 1_500)],
  ['margin_ratio', ({ world }) => (world.marginRatio = 0.6)],
  ['disk_low', ({ world }) => (world.freeBytes = 100e6)],
  ['event_loop', ({ world }) => (world.loopMs = 900)],
  ['prices_stale', ({ desk, world }) => (desk.open_ = [aTrade({ createdAt: world.at - 120_000 })])],
  [
    'drift',
    ({ compared }) => {
      for (const code of ['position_mismatch', 'stop_restored', 'position_mismatch'] as const) compared(code);
    },
  ],
])('%s that stands over a restart is not told again, its end is', async (name, worsen) => {
  const before = given();
  worsen(before);
  await before.pass(120_000);
  const [begun] = before.told;
  const g = given(before);
  expect(dog?.list()).toMatchObject([{ name }]);
  worsen(g);
  await g.pass(120_000);
  expect(g.told).toEqual([]);

  const later = given(g);
  await later.pass(700_000);
  expect(later.told).toMatchObject([{ name, since: begun?.since, endedAt: expect.any(Number) }]);
  expect(later.kept).toEqual([]);
});

test('memory that had grown is over with the process whose it was', async () => {
  const before = given();
  await before.pass(3_600_000);
  before.world.residentBytes = 230e6;
  await before.pass(2 * 3_600_000);
  const g = given(before);
  expect(g.told).toMatchObject([{ name: 'memory_growth', endedAt: g.world.at }]);
  await g.pass(60_000);
  expect([g.told.length, g.kept]).toEqual([1, []]);
});

test('what a store cannot take is kept once it can', async () => {
  const g = given();
  g.store.works = false;
  g.world.freeBytes = 0;
  await g.pass(10_000);
  expect([g.told.length, g.kept]).toEqual([1, []]);
  g.store.works = true;
  await g.pass(5_000);
  expect(g.kept).toEqual(g.told);
});

test('a price that is yet to come after a start is stale from the start on, however old the trade', async () => {
  const g = given();
  g.desk.open_ = [aTrade({ createdAt: g.world.at - 86_400_000 })];
  await g.pass(25_000);
  expect(g.told).toEqual([]);
  await g.pass(10_000);
  expect(g.told).toMatchObject([{ name: 'prices_stale', worst: 30_000 }]);
});

test('memory that grows over hours is told', async () => {
  const g = given();
  await g.pass(3_600_000);
  g.world.residentBytes = 230e6;
  await g.pass(2 * 3_600_000);
  expect(g.told).toMatchObject([{ name: 'memory_growth', worst: 120e6 }]);
});

test('a price that comes is no stale one, however old the trade', async () => {
  const g = given();
  g.desk.open_ = [aTrade({ createdAt: 0 })];
  for (let second = 0; second < 20; second += 1) {
    g.prices.heard('usdm', 'BTCUSDT');
    await g.pass(5_000);
  }
  expect(g.told).toEqual([]);
});

test('one message tells it, and the same message that it is over', async () => {
  const posted: string[][] = [];
  const posts = {
    texts: () => catalogues.en,
    alert: async (...parts: [string, string, string]) => void posted.push(parts),
  };
  const disk: Condition = { name: 'disk_low', since: 1_000, endedAt: null, worst: 120e6, what: '' };
  await tellCondition(posts, disk, silentLog);
  await tellCondition(posts, { ...disk, endedAt: 301_000 }, silentLog);
  const text = 'Alert · Only 120 MB are free on the disk';
  expect(posted).toEqual([
    ['protection', 'condition:1000:disk_low', expect.stringContaining(text)],
    [
      'protection',
      'condition:1000:disk_low',
      expect.stringMatching(/^Alert · Only 120 MB.*\nAll is well again, after 5 min\.$/),
    ],
  ]);
});

test.each(conditionNames)('%s has words with its value in both languages', (name) => {
  const condition: Condition = {
    name,
    since: 0,
    endedAt: 7_200_000 * 2,
    worst: RULES[name].bad,
    what: 'BTCUSDT',
  };
  for (const [language, t] of Object.entries(catalogues)) {
    expect(conditionText(condition, t), language).toMatch(/(80%|50%|30\.0 s|500 MB|100 MB|1\.0 s|0\.5 s|3 )/);
    expect(conditionText(condition, t)).toContain('4 h');
  }
});
