import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Decimal } from '../../src/trading/decimal.ts';
import type { DeskStore } from '../../src/trading/desk/store.ts';
import { createDeskStore } from '../../src/trading/desk-store.ts';
import type { Ledger } from '../../src/trading/ledger.ts';
import { trade } from '../../src/trading/model.ts';
import { createDiskLedger, type Disk } from '../simulation/disk.ts';
import { sampleTrade } from './store/sample-trade.ts';
import { temporaryLedger } from './store/temporary-store.ts';

const JANUARY = Date.UTC(2026, 0, 31, 23, 59, 59, 999);
const FEBRUARY = Date.UTC(2026, 1, 1);
const closed = (id: string, closedAt: number) =>
  sampleTrade(id, { phase: 'closed', closedAt, closeReason: 'stop' });
const ids = (trades: readonly { id: string }[]) => trades.map(({ id }) => id);

describe('trades', () => {
  test('open ones are found again after a restart, oldest first', async () => {
    const { ledger, reopen } = await temporaryLedger();
    const store = createDeskStore(ledger);
    for (const id of ['b', 'a', 'c']) await store.saveTrade(sampleTrade(id));
    await store.saveTrade(sampleTrade('b', { targetsHit: 1 }));
    await store.dropTrade('a');
    const found = await createDeskStore(await reopen()).openTrades();
    expect(ids(found)).toEqual(['b', 'c']);
    expect(found[0]?.targetsHit).toBe(1);
  });

  test('a closed one leaves the open ones and is found by id and by time', async () => {
    const { ledger, reopen } = await temporaryLedger();
    const before = createDeskStore(ledger);
    await before.saveTrade(sampleTrade('a'));
    await before.archive(closed('a', JANUARY));
    const store = createDeskStore(await reopen());
    expect(await store.openTrades()).toEqual([]);
    expect(await store.findClosed('a')).toEqual(closed('a', JANUARY));
    expect(await store.findClosed('b')).toBeNull();
  });

  test('closed ones come in the order of their closing, over the end of a month', async () => {
    const { ledger } = await temporaryLedger();
    const store = createDeskStore(ledger);
    for (const [id, at] of [
      ['d', FEBRUARY + 1],
      ['a', JANUARY - 1],
      ['c', FEBRUARY],
      ['b', JANUARY],
    ] as const) {
      await store.archive(closed(id, at));
    }
    const between = async (from: number, to: number) => ids(await store.closedBetween(from, to));
    expect(await between(0, Number.MAX_SAFE_INTEGER)).toEqual(['a', 'b', 'c', 'd']);
    expect(await between(JANUARY, FEBRUARY)).toEqual(['b']);
    expect(await between(FEBRUARY, FEBRUARY + 1)).toEqual(['c']);
    expect(await between(-1, 1)).toEqual([]);
    expect(await ledger.names('closed_2')).toEqual(['closed_202601', 'closed_202602']);
  });

  test('archiving again changes nothing; with another time it moves', async () => {
    const { ledger } = await temporaryLedger();
    const store = createDeskStore(ledger);
    for (const at of [JANUARY, JANUARY, FEBRUARY]) await store.archive(closed('a', at));
    expect((await store.closedBetween(0, FEBRUARY * 2)).map(({ closedAt }) => closedAt)).toEqual([FEBRUARY]);
  });

  test('one whose end is archived is not open, though it was written once more', async () => {
    const { ledger, reopen } = await temporaryLedger();
    await createDeskStore(ledger).archive(closed('a', JANUARY));
    await ledger.collection('trades', trade).set('a', closed('a', JANUARY));
    const again = await reopen();
    expect(await createDeskStore(again).openTrades()).toEqual([]);
    expect(await again.collection('trades', trade).all()).toEqual([]);
  });

  test('one that went on after it was archived is open, and in the archive no more', async () => {
    const { ledger, reopen } = await temporaryLedger();
    await createDeskStore(ledger).archive(closed('a', JANUARY));
    await ledger.collection('trades', trade).set('a', sampleTrade('a'));
    const store = createDeskStore(await reopen());
    expect(ids(await store.openTrades())).toEqual(['a']);
    expect(await store.findClosed('a')).toBeNull();
    expect(await store.closedBetween(0, FEBRUARY)).toEqual([]);
  });

  test('one that an earlier version archived under two times counts once', async () => {
    const { ledger } = await temporaryLedger();
    const store = createDeskStore(ledger);
    await store.archive(closed('a', FEBRUARY));
    await ledger
      .collection('closed_202601', trade)
      .set(`${String(JANUARY).padStart(13, '0')}-a`, closed('a', JANUARY));
    await store.archive(closed('b', JANUARY));
    const found = await store.closedBetween(0, FEBRUARY * 2);
    expect(found.map(({ id, closedAt }) => [id, closedAt])).toEqual([
      ['b', JANUARY],
      ['a', FEBRUARY],
    ]);
  });

  test('what a start needs of closed ones is read without the rest, which is looked at later', async () => {
    const { ledger, reopen } = await temporaryLedger();
    const store = createDeskStore(ledger);
    for (const [id, at] of [
      ['a', JANUARY - 1],
      ['b', JANUARY],
      ['c', FEBRUARY],
    ] as const) {
      await store.archive(closed(id, at));
    }
    expect(ids(await store.closedSince(JANUARY))).toEqual(['b', 'c']);
    await expect(store.checkClosed(JANUARY)).resolves.toBeUndefined();

    const rows = ledger.collection('closed_202602', z.unknown());
    const [key] = (await rows.last(1))[0] ?? [''];
    const row = closed('c', FEBRUARY);
    await rows.set(key, { ...row, phase: 'odd' });
    expect(ids(await store.closedSince(JANUARY))).toEqual(['b', 'c']);
    await expect(store.checkClosed(FEBRUARY + 1)).resolves.toBeUndefined();
    await expect(store.checkClosed(JANUARY)).rejects.toThrow(`closed_202602/${key} is not readable`);

    // From then on a start reads them whole, until it can.
    const again = await reopen();
    const next = createDeskStore(again);
    await expect(next.closedSince(JANUARY)).rejects.toThrow(`closed_202602/${key} is not readable`);
    const repaired = again.collection('closed_202602', z.unknown());
    await repaired.set(key, row);
    expect(ids(await next.closedSince(JANUARY))).toEqual(['b', 'c']);
    await repaired.set(key, { ...row, phase: 'odd' });
    expect(ids(await next.closedSince(JANUARY))).toEqual(['b', 'c']);

    // What is wrong with what is read is found at once.
    await repaired.set(key, { ...row, funding: 'odd' });
    await expect(next.closedSince(JANUARY)).rejects.toThrow(/funding/);
  });

  test('closed ones on some symbols are found whatever the rows of others are like', async () => {
    const { ledger } = await temporaryLedger();
    const store = createDeskStore(ledger);
    const on = (symbol: string, id: string, at: number) => {
      const one = closed(id, at);
      return { ...one, plan: { ...one.plan, symbol } };
    };
    const eth = on('ETHUSDT', 'b', JANUARY);
    for (const one of [on('BTCUSDT', 'a', JANUARY), eth, on('SOLUSDT', 'c', FEBRUARY)])
      await store.archive(one);
    const later = on('ETHUSDT', 'd', FEBRUARY + 1);
    await store.archive(later);
    const symbols = new Set(['ETHUSDT']);
    expect(await store.closedOn(symbols, 0, FEBRUARY * 2)).toEqual([eth, later]);
    expect(await store.closedOn(symbols, 0, FEBRUARY)).toEqual([eth]);
    const rows = ledger.collection('closed_202602', z.unknown());
    const [key] = (await rows.last(2))[0] ?? [''];
    await rows.set(key, { ...on('SOLUSDT', 'c', FEBRUARY), phase: 'odd' });
    expect(ids(await store.closedOn(symbols, 0, FEBRUARY * 2))).toEqual(['b', 'd']);
    await expect(store.closedOn(new Set(['SOLUSDT']), 0, FEBRUARY * 2)).rejects.toThrow(/not readable/);
  });

  /** What is on the disk after so many writes, when the program ended then. */
  async function afterWrites(count: number, work: (store: DeskStore) => Promise<void>) {
    const disk: Disk = { tables: new Map() };
    let left = Number.POSITIVE_INFINITY;
    const ledger = () =>
      createDiskLedger({
        disk,
        after: (_, run) => queueMicrotask(run),
        now: () => 0,
        latencyMs: () => 0,
        trouble: () => {
          left -= 1;
          return left < 0 ? 'full' : null;
        },
        chance: () => 0,
        isAlive: () => true,
        beforeWrite: () => undefined,
        note: () => undefined,
        onWritten: () => undefined,
      });
    const store = createDeskStore(ledger());
    await store.saveTrade(sampleTrade('a'));
    await store.archive(closed('a', JANUARY));
    left = count;
    await work(store).catch(() => undefined);
    const isOver = left > 0;
    left = Number.POSITIVE_INFINITY;
    const again = createDeskStore(ledger());
    const open = ids(await again.openTrades());
    const times = (await again.closedBetween(0, FEBRUARY * 2)).map(({ closedAt }) => closedAt);
    return { open, times, isOver };
  }

  test('whenever the disk fails, one that is archived anew is there once, as it was or as it is', async () => {
    for (let count = 0, isOver = false; !isOver; count += 1) {
      const found = await afterWrites(count, (store) => store.archive(closed('a', FEBRUARY)));
      expect(found.open).toEqual([]);
      expect([[JANUARY], [FEBRUARY]]).toContainEqual(found.times);
      isOver = found.isOver;
    }
  });

  test('whenever the disk fails, one that is taken out of the archive is open or closed, never both', async () => {
    for (let count = 0, isOver = false; !isOver; count += 1) {
      const found = await afterWrites(count, (store) => store.reopen(sampleTrade('a')));
      expect(found.open.length + found.times.length).toBe(1);
      isOver = found.isOver;
    }
  });

  test('a trade that is not closed is not archived', async () => {
    const { ledger } = await temporaryLedger();
    await expect(createDeskStore(ledger).archive(sampleTrade('a'))).rejects.toThrow(/not closed/);
  });
});

describe('what the guard keeps', () => {
  async function stored<T>(
    write: (ledger: Ledger) => Promise<void>,
    read: (ledger: Ledger) => Promise<T>,
  ): Promise<T> {
    const { ledger, reopen } = await temporaryLedger();
    await write(ledger);
    return read(await reopen());
  }

  test('a new store has no pauses, no day and no losses', async () => {
    const { ledger } = await temporaryLedger();
    const store = createDeskStore(ledger);
    expect(await store.pauses()).toEqual([]);
    expect(await store.dayMark()).toBeNull();
    expect(await store.guardState()).toBeNull();
    expect(await store.recentSignals(0)).toEqual(new Map());
  });

  test('pauses outlive a restart', async () => {
    const pause = {
      reason: 'user',
      channelId: null,
      since: 1,
      until: null,
      by: '200',
      detail: 'lunch',
    } as const;
    const found = await stored(
      (ledger) => createDeskStore(ledger).savePauses([pause]),
      (ledger) => createDeskStore(ledger).pauses(),
    );
    expect(found).toEqual([pause]);
  });

  test('the mark of the day and the losses outlive a restart', async () => {
    const mark = { day: '2026-11-22', equity: new Decimal('1000.1'), worth: { a: new Decimal('-0.5') } };
    const state = {
      streak: 2,
      channelStreaks: { '5': 1 },
      lastLossAt: { BTCUSDT: 7 },
      liftedUntil: { account: 9 },
    };
    const found = await stored(
      async (ledger) => {
        await createDeskStore(ledger).saveDayMark(mark);
        await createDeskStore(ledger).saveGuardState(state);
      },
      async (ledger) => [await createDeskStore(ledger).dayMark(), await createDeskStore(ledger).guardState()],
    );
    expect(found).toEqual([mark, state]);
  });

  test('signals seen lately outlive a restart, older ones are forgotten', async () => {
    const seen = (at: number) => ({ at, messageId: '1', index: 0 });
    const found = await stored(
      async (ledger) => {
        await createDeskStore(ledger).saveSignal('old', seen(99));
        await createDeskStore(ledger).saveSignal('new', seen(100));
      },
      (ledger) => createDeskStore(ledger).recentSignals(100),
    );
    expect(found).toEqual(new Map([['new', seen(100)]]));
  });
});
