import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import type { Pause } from '../../src/risk/book.ts';
import { riskDefaults } from '../../src/risk/settings.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { createAccountBook } from '../../src/trading/desk/account-book.ts';
import {
  type DayMark,
  dayTrade,
  type GuardState,
  markDay,
  NO_LOSSES,
  withWallets,
} from '../../src/trading/desk/day.ts';
import type { Runner } from '../../src/trading/desk/runner.ts';
import { createWarden } from '../../src/trading/desk/warden.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import type { Trade } from '../../src/trading/model.ts';
import { tradeOf } from './trade/fixtures.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-26T12:00:00Z');
const ALPHA = '500000000000000001';
const BETA = '500000000000000002';

let count = 0;

/** One of 1 at 100 that has come to this so far. */
function trade(profit: number, over: Partial<Trade> = {}, channelId = ALPHA): Trade {
  count += 1;
  const fresh = tradeOf({ messageId: String(700_000_000_000_000_000n + BigInt(count)) });
  const source = { ...fresh.source, channelId };
  const orders = fresh.orders.map((order) => ({ ...order, executed: order.quantity }));
  return { ...fresh, source, orders, phase: 'open', funding: new Decimal(profit), ...over };
}

function closed(profit: number, closedAt = NOON, channelId = ALPHA): Trade {
  return trade(profit, { phase: 'closed', closedAt }, channelId);
}

function rig({
  mark = null as DayMark | null,
  guard = null as GuardState | null,
  open = [] as Trade[],
  closedLately = [] as Trade[],
  wallets = ['usdm USDT'],
} = {}) {
  let now = NOON;
  const events: DeskEvent[] = [];
  const marks: DayMark[] = [];
  const timers: (() => void)[] = [];
  /** What is said of the store, and of the rows on it. */
  const writing: boolean[] = [];
  const disk = { fails: false as boolean | string, pauses: [] as readonly Pause[], guard };
  const write = async (what: string, make: () => void): Promise<void> => {
    await Promise.resolve();
    if (disk.fails === true || disk.fails === what) throw new Error('disk full');
    make();
  };
  const account = createAccountBook(() => now);
  const warden = createWarden({
    store: {
      pauses: async () => [...disk.pauses],
      savePauses: (saved) =>
        write('pauses', () => {
          disk.pauses = saved;
        }),
      dayMark: async () => mark,
      saveDayMark: async (saved) => void marks.push(saved),
      guardState: async () => disk.guard,
      saveGuardState: (saved) =>
        write('losses', () => {
          disk.guard = saved;
        }),
    },
    account,
    isStarted: () => true,
    wallets: () => wallets.map((key) => ({ key, equity: new Decimal(10_000) })),
    markOf: () => new Decimal(103),
    runner: { all: () => open } as unknown as Runner,
    accountRisk: () => riskDefaults,
    channels: () => [],
    timezone: () => 'UTC',
    emit: (event) => void events.push(event),
    onWriting: (works) => writing.push(works),
    log: createLog('silent'),
    clock: {
      now: () => now,
      after(_ms, run) {
        timers.push(run);
        return () => undefined;
      },
    },
  });
  const results = () => {
    const channels = [...account.channels].map(([id, { dayPnl }]) => [id, dayPnl.toNumber()]);
    return { all: account.dayPnl.toNumber(), ...Object.fromEntries(channels) };
  };
  return {
    warden,
    account,
    events,
    marks,
    disk,
    writing,
    results,
    /** What could not be written is tried again. */
    async later() {
      for (const run of timers.splice(0)) run();
      await settled();
    },
    start: () => warden.load(closedLately),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const settled = () => new Promise((done) => setImmediate(done));

const panic: Pause = {
  reason: 'user',
  channelId: null,
  since: NOON,
  until: null,
  by: '200000000000000001',
  detail: 'panic',
};

const today: DayMark = { day: '2026-11-26', equity: new Decimal(10_000), wallets: ['usdm USDT'], worth: {} };

test('what closes counts once, for the account and for its channel', async () => {
  const { warden, results, start } = rig({ mark: today });
  await start();
  const again = closed(-20);
  warden.onClosed(again);
  warden.onClosed({ ...again, funding: new Decimal(-30) });
  warden.onClosed(closed(50, NOON, BETA));
  expect(results()).toEqual({ all: 20, [ALPHA]: -30, [BETA]: 50 });
});

test('what is open counts with what it would bring, less what it was worth at 00:00', async () => {
  const held = trade(5);
  const mark = { ...today, worth: { [held.id]: new Decimal(2) } };
  const { warden, results, start } = rig({ mark, open: [held, closed(1_000)] });
  await start();
  warden.check();
  // 3 at the mark price, and 5 so far.
  expect(results()).toEqual({ all: 6, [ALPHA]: 6 });
});

test("a start takes in the day's closed trades and no others", async () => {
  const closedLately = [closed(-100, NOON - 13 * HOUR), closed(-7, NOON - 11 * HOUR), closed(4)];
  const { warden, results, start } = rig({ mark: today, closedLately });
  await start();
  warden.check();
  expect(results()).toEqual({ all: -3, [ALPHA]: -3 });
});

test('a result that changes after the end counts as it is now; of a trade that is not of today it counts nothing', async () => {
  const late = closed(-7);
  const { warden, results, start } = rig({ mark: today, closedLately: [late] });
  await start();
  warden.onAmended({ ...late, funding: new Decimal(-9) });
  warden.onAmended(closed(-500, NOON - 24 * HOUR));
  warden.check();
  expect(results()).toEqual({ all: -9, [ALPHA]: -9 });
});

test('at 00:00 the sums begin again', async () => {
  const held = trade(5);
  const { warden, results, start, pass, marks } = rig({
    mark: today,
    open: [held],
    closedLately: [closed(-7)],
  });
  await start();
  warden.check();
  expect(results()).toEqual({ all: 1, [ALPHA]: 1 });
  pass(12 * HOUR);
  warden.check();
  expect(results()).toEqual({ all: 0, [ALPHA]: 0 });
  expect(marks).toEqual([{ ...today, day: '2026-11-27', worth: { [held.id]: new Decimal(8) } }]);
});

test('a daily loss pauses, summed over trades that are gone', async () => {
  const { warden, events, start } = rig({ mark: today });
  await start();
  for (let each = 0; each < 100; each += 1) warden.onClosed(closed(-1));
  expect(events.filter(({ type }) => type === 'paused')).toEqual([]);
  for (let each = 0; each < 1_000; each += 1) warden.onClosed(closed(-1));
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'paused', pause: expect.objectContaining({ reason: 'daily_loss' }) }),
  );
});

test('of a closed trade four values are kept, not its orders and fills', () => {
  const kept = dayTrade(closed(-7), () => undefined);
  expect(Object.keys(kept).toSorted()).toEqual(['channelId', 'closedAt', 'id', 'worth']);
  expect(kept.worth.toNumber()).toBe(-7);
});

test('a pause that cannot be written holds, and is written as soon as it can be', async () => {
  const { warden, account, disk, writing, start, later } = rig({ mark: today });
  await start();
  disk.fails = true;
  expect(await warden.pause(panic)).toBe(false);
  expect([account.pauses, warden.isUnwritten(), disk.pauses]).toEqual([[panic], true, []]);
  await later();
  expect(warden.isUnwritten()).toBe(true);
  disk.fails = false;
  await later();
  expect([disk.pauses, warden.isUnwritten(), writing]).toEqual([[panic], false, [false, true]]);
});

test('a pause is lifted only once that is on the disk; where it cannot be, it stands', async () => {
  const { warden, account, disk, events, start, later } = rig({ mark: today });
  await start();
  await warden.pause(panic);
  disk.fails = true;
  expect(await warden.resume(['user'], null)).toBe(false);
  expect(account.pauses).toEqual([panic]);
  expect(events).not.toContainEqual(expect.objectContaining({ type: 'resumed' }));
  disk.fails = false;
  await later();
  expect([account.pauses, disk.pauses, warden.isUnwritten()]).toEqual([[panic], [panic], false]);
  expect(await warden.resume(['user'], null)).toBe(true);
  expect([account.pauses, disk.pauses]).toEqual([[], []]);
});

test('a pause that comes while others are being lifted stands, here and on the disk', async () => {
  const { warden, account, disk, start } = rig({ mark: today });
  await start();
  await warden.pause(panic);
  const lifting = warden.resume(['user', 'fault'], null);
  const again = { ...panic, since: NOON + 1 };
  warden.fault('the key was refused');
  expect(await warden.pause(again)).toBe(true);
  expect(await lifting).toBe(true);
  await settled();
  const reasons = (all: readonly Pause[]) => all.map(({ reason, since }) => [reason, since]);
  expect(reasons(account.pauses)).toEqual([
    ['fault', NOON],
    ['user', NOON + 1],
  ]);
  expect(disk.pauses).toEqual(account.pauses);
});

describe('a resume that cannot be written forgives nothing', () => {
  const lost: GuardState = { ...NO_LOSSES, streak: 3, channelStreaks: { [ALPHA]: 3 } };
  const streak: Pause = { ...panic, reason: 'loss_streak', by: null };
  const reasons = ['loss_streak', 'daily_loss'] as const;

  async function paused() {
    const made = rig({ mark: today, guard: lost });
    await made.start();
    await made.warden.pause(streak);
    made.warden.check();
    return made;
  }

  test.each(['losses', 'pauses'])(
    'GIVEN %s that cannot be written THEN streak and day are as they were',
    async (what) => {
      const { warden, account, disk, later } = await paused();
      disk.fails = what;
      expect(await warden.resume(reasons, null)).toBe(false);
      warden.check();
      expect([account.lossStreak, account.dailyLossLiftedUntil]).toEqual([3, null]);
      disk.fails = false;
      await later();
      await settled();
      expect([disk.guard, disk.pauses, warden.isUnwritten()]).toEqual([lost, [streak], false]);
    },
  );

  test.each([
    { fails: false as const, resumed: true, left: 1 },
    { fails: 'pauses', resumed: false, left: 4 },
  ])(
    'GIVEN a loss while it is written, failing: $fails THEN that counts: $left',
    async ({ fails, resumed, left }) => {
      const { warden, account, disk, later } = await paused();
      disk.fails = fails;
      const resuming = warden.resume(reasons, null);
      warden.onClosed(closed(-1));
      expect(await resuming).toBe(resumed);
      await settled();
      disk.fails = false;
      await later();
      warden.check();
      expect([account.lossStreak, disk.guard?.streak]).toEqual([left, left]);
    },
  );
});

test('losses that cannot be written are written as soon as they can be', async () => {
  const { warden, disk, start, later } = rig({ mark: today });
  await start();
  disk.fails = true;
  warden.onClosed(closed(-1));
  warden.onClosed(closed(-1));
  await settled();
  expect([disk.guard, warden.isUnwritten()]).toEqual([null, true]);
  disk.fails = false;
  await later();
  expect([disk.guard?.streak, warden.isUnwritten()]).toEqual([2, false]);
});

describe('a program that ended between the end of a trade and its count', () => {
  const [first, second, third] = [closed(-1, NOON - 3), closed(-1, NOON - 2, BETA), closed(-1, NOON - 1)];
  const { warden: before, disk: written } = rig({ mark: today });
  before.onClosed(first);

  test.each<[string, Trade[], { streak: number; own: number }]>([
    ['counts it at the next start', [first, second, third], { streak: 3, own: 2 }],
    ['counts what was counted no second time', [first], { streak: 1, own: 1 }],
    [
      'takes them in the order in which they closed',
      [third, closed(4, NOON - 2), first],
      { streak: 1, own: 1 },
    ],
    ['leaves what closed long before alone', [closed(-1, NOON - HOUR), first], { streak: 1, own: 1 }],
  ])('%s', async (_, closedLately, expected) => {
    await settled();
    const { disk, start } = rig({ mark: today, guard: written.guard, closedLately });
    await start();
    await settled();
    expect([disk.guard?.streak, disk.guard?.channelStreaks[ALPHA]]).toEqual([expected.streak, expected.own]);
  });

  test('counts nothing anew on a store that knows no more than its streak', async () => {
    const { counted: _, ...guard } = { ...NO_LOSSES, streak: 5 };
    const { disk, start } = rig({ mark: today, guard, closedLately: [first, second] });
    await start();
    await settled();
    expect(disk.guard).toEqual(guard);
  });

  test('a lifted streak stays lifted', async () => {
    const { warden, disk, start } = rig({ mark: today, guard: written.guard, closedLately: [first] });
    await start();
    await warden.resume(['loss_streak'], null);
    const next = rig({ mark: today, guard: disk.guard, closedLately: [first] });
    await next.start();
    expect(next.disk.guard?.streak).toBe(0);
  });
});

test.each<[string, DayMark, number]>([
  ['is counted once it is traded with', today, 20_000],
  ['is in the mark already', { ...today, wallets: ['usdm USDT', 'spot USDC'] }, 10_000],
  ['comes after a mark of two markets', { ...today, wallets: undefined, markets: ['usdm', 'spot'] }, 20_000],
  ['comes after a mark of one market', { ...today, wallets: undefined }, 20_000],
])('a wallet that %s is what the day is measured by, too', async (_, mark, equity) => {
  const { warden, account, marks, start } = rig({ mark, wallets: ['usdm USDT', 'spot USDC'] });
  await start();
  warden.check();
  warden.check();
  expect(account.dayStartEquity.toNumber()).toBe(equity);
  expect(marks.length).toBe(equity === 10_000 ? 0 : 1);
});

test('a wallet that is empty when the day begins counts from when it is filled, and a transfer after that does not', () => {
  const wallet = (equity: number) => [{ key: 'usdm USDT', equity: new Decimal(equity) }];
  const empty = markDay('2026-11-26', wallet(0), [], () => undefined);
  expect(withWallets(empty, wallet(0))).toBe(empty);
  const filled = withWallets(empty, wallet(5_000));
  expect(filled.equity.toNumber()).toBe(5_000);
  expect(withWallets(filled, wallet(9_000))).toBe(filled);
});
