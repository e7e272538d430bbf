import { expect, test } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import { leftPct, NearStop } from '../../src/bot/near-stop.ts';
import { PriceWatches } from '../../src/bot/price-watches.ts';
import { type PriceWatch, priceWatch } from '../../src/bot/records.ts';
import { aTrade, d, FakeDesk, filledTrade, memoryCollection, silentLog } from './fakes.ts';

const prices = (last: number | string) => ({ mark: d(last), last: d(last) });

function aWatch(over: Partial<PriceWatch> = {}): PriceWatch {
  return {
    id: 'w1',
    userId: 'u1',
    market: 'usdm',
    symbol: 'BTCUSDT',
    when: 'above',
    price: d(65_000),
    createdAt: 0,
    ...over,
  };
}

async function given(rows = memoryCollection(priceWatch)) {
  const desk = new FakeDesk();
  const told: string[] = [];
  const posts = {
    texts: () => catalogues.en,
    to: async (user: string, slot: string, content: string) => void told.push(`${user} ${slot} ${content}`),
  };
  const outbox = { onceDurable: async (mark: () => Promise<unknown>) => void (await mark()) };
  const watches = new PriceWatches({ desk, rows, posts, outbox, log: silentLog });
  await watches.start();
  return { desk, rows, told, watches };
}

test.each([
  ['above', '64999.9', false],
  ['above', '65000', true],
  ['above', '70000', true],
  ['below', '65000.1', false],
  ['below', '65000', true],
  ['below', '1', true],
] as const)('%s 65000 at %s: %s', async (when, last, reached) => {
  const { watches, told } = await given();
  await watches.add(aWatch({ when }));
  await watches.heard('usdm', 'BTCUSDT', prices(last));
  expect(told).toHaveLength(reached ? 1 : 0);
});

test('is told once to whoever asked, then it is gone', async () => {
  const { watches, told, rows, desk } = await given();
  await watches.add(aWatch());
  expect(desk.followed.get('usdm')).toEqual(['BTCUSDT']);
  await Promise.all([
    watches.heard('usdm', 'BTCUSDT', prices(65_010)),
    watches.heard('usdm', 'BTCUSDT', prices(65_020)),
  ]);
  expect(told).toEqual(['u1 watch:w1 PRICE · BTCUSDT above 65000: last 65010']);
  expect(rows.rows.size).toBe(0);
  expect(desk.followed.get('usdm')).toEqual([]);
});

test('other markets and symbols are no concern of it', async () => {
  const { watches, told } = await given();
  await watches.add(aWatch({ market: 'spot' }));
  await watches.heard('usdm', 'BTCUSDT', prices(70_000));
  await watches.heard('spot', 'ETHUSDT', prices(70_000));
  expect(told).toEqual([]);
});

test('is kept over a restart, and nobody removes what is not theirs', async () => {
  const before = await given();
  await before.watches.add(aWatch());
  const { watches, desk } = await given(before.rows);
  expect(desk.followed.get('usdm')).toEqual(['BTCUSDT']);
  expect(await watches.remove('w1', 'u2')).toBeNull();
  expect(await watches.remove('w1', 'u1')).toMatchObject({ id: 'w1' });
  expect(before.rows.rows.size).toBe(0);
});

test.each([
  ['at the entry', 60_000, '100'],
  ['halfway', 59_000, '50'],
  ['close', 58_200, '10'],
  ['at the stop', 58_000, null],
  ['beyond it', 57_000, null],
])('what is left to a stop at 58000: %s', (_, mark, left) => {
  expect(leftPct(filledTrade(), prices(mark))?.toString() ?? null).toBe(left);
});

test('nothing is near a stop while nothing is held', () => {
  expect(leftPct(aTrade(), prices(58_100))).toBeNull();
});

test('a trade near its stop is told once for each meaning of the stop', async () => {
  const desk = new FakeDesk();
  const told: string[] = [];
  const near = new NearStop({
    desk,
    posts: { texts: () => catalogues.en, alert: async (_, __, content) => void told.push(content) },
    settings: { config: () => ({ alerts: { nearStopPct: d(20) } }) as never },
    log: silentLog,
  });
  desk.open_ = [filledTrade()];
  for (const mark of [59_000, 58_300, 58_200]) await near.heard('usdm', 'BTCUSDT', prices(mark));
  expect(told).toEqual(['Alert · BTCUSDT LONG: 58300 is close to the stop 58000: 15% of its distance left']);
  desk.open_ = [{ ...filledTrade(), stopKind: 'moved', stopPrice: d(59_500) }];
  await near.heard('usdm', 'BTCUSDT', prices(59_600));
  expect(told).toHaveLength(2);
});
