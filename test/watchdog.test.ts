import { afterEach, expect, test } from 'vitest';
import { conditionText, tellCondition } from '../src/bot/condition-posts.ts';
import { catalogues } from '../src/bot/locales/index.ts';
import { createLog } from '../src/log.ts';
import { type Condition, conditionNames, RULES } from '../src/telemetry/conditions.ts';
import { PriceAges } from '../src/telemetry/price-ages.ts';
import type { ExchangeHealth } from '../src/trading/exchange.ts';
import type { Market } from '../src/trading/model.ts';
import { startWatchdog, type Watchdog } from '../src/watchdog.ts';
import { aTrade, FakeDesk, silentLog } from './bot/fakes.ts';

let dog: Watchdog | undefined;
afterEach(() => dog?.close());

function given() {
  const desk = new FakeDesk();
  const world = {
    at: Date.UTC(2026, 10, 26),
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
    log: createLog('silent'),
    now: () => world.at,
  });
  dog = started;
  return {
    desk,
    world,
    prices,
    told,
    /** Looks every five seconds for so long. */
    async pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 5_000) {
        world.at += 5_000;
        await started.look();
      }
    },
    compared: (code: 'position_mismatch' | 'fill_found') =>
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
