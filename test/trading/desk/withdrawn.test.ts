import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Opened } from '../../../src/trading/desk-types.ts';
import { channelOf, d, longBtc, openAndCancel, type Rig, sourceOf, startRig } from './harness.ts';

/** A signal that its author takes back before its first order leaves. */

let rig: Rig;
let author: AbortController;
/** Requests before that are of what was opened ahead of it. */
let since: number;
beforeEach(async () => {
  rig = await startRig();
  author = new AbortController();
  since = 0;
});
afterEach(() => rig.close());

const ORDER = '/fapi/v1/order';
const LEVERAGE = '/fapi/v1/leverage';
const sent = (path: string) =>
  rig.sim.requests.slice(since).filter((one) => one.method === 'POST' && one.path === path);
const busy = {
  kind: 'error',
  status: 429,
  code: -1003,
  msg: 'Too many',
  headers: { 'retry-after': '1' },
} as const;

const open = (channel = channelOf(), signal = longBtc()): Promise<Opened> =>
  rig.desk.open(signal, sourceOf(), channel, author.signal);

async function expectNothing(opened: Promise<Opened>): Promise<void> {
  expect(await opened).toEqual({ kind: 'withdrawn' });
  expect(sent(ORDER)).toEqual([]);
  expect(rig.desk.trades()).toEqual([]);
  expect(await rig.store.openTrades()).toEqual([]);
  // The same one posted again is no duplicate.
  expect(rig.desk.book.recentSignals.size).toBe(0);
  expect(await rig.store.recentSignals(0)).toEqual(new Map());
  expect(rig.events.filter(({ type }) => type === 'opened' || type === 'closed')).toEqual([]);
}

/** Leverage and margin mode are as the next trade wants them: its row is all that it waits for. */
async function setUp(): Promise<void> {
  await openAndCancel(rig);
  since = rig.sim.requests.length;
}

describe('a signal that is withdrawn is not opened', () => {
  it('before it is decided', async () => {
    author.abort();
    await expectNothing(open());
    expect(sent(LEVERAGE)).toEqual([]);
  });

  it('while it waits for an exchange that is busy', async () => {
    rig.sim.faults.add({ method: 'POST', path: LEVERAGE, apply: false, answer: busy });
    const opened = open();
    await rig.eventually('the leverage is asked for', () => sent(LEVERAGE).length > 0);
    author.abort();
    await expectNothing(opened);
  });

  it('while the leverage is being set', async () => {
    rig.sim.faults.add({
      method: 'POST',
      path: LEVERAGE,
      apply: true,
      delayMs: 300,
      answer: { kind: 'true' },
    });
    const opened = open();
    await rig.eventually('the leverage is asked for', () => sent(LEVERAGE).length > 0);
    author.abort();
    await expectNothing(opened);
  });

  it('while its row is being written, which is all that its orders wait for', async () => {
    await setUp();
    const { saveTrade } = rig.store;
    rig.store.saveTrade = async (trade) => {
      rig.store.saveTrade = saveTrade;
      await saveTrade(trade);
      author.abort();
    };
    const other = longBtc({ entry: { type: 'limit', prices: [d(60_100)] } });
    expect(await open(channelOf(), other)).toEqual({ kind: 'withdrawn' });
    expect([...sent(LEVERAGE), ...sent(ORDER)]).toEqual([]);
    expect(rig.desk.trades()).toEqual([]);
    expect(await rig.store.openTrades()).toEqual([]);
    await rig.restart();
    expect(rig.desk.trades()).toEqual([]);
  });

  it('and closes nothing that stands in its way', async () => {
    const first = await rig.desk.open(longBtc(), sourceOf(), channelOf());
    if (first.kind !== 'opened') throw new Error(JSON.stringify(first));
    await rig.eventually('entry working', () => rig.trade(first.trade.id).orders[0]?.status === 'working');
    author.abort();
    const short = longBtc({
      side: 'short',
      entry: { type: 'limit', prices: [d(61_000)] },
      stopLoss: { price: d(62_000) },
      takeProfits: [{ price: d(60_000) }],
    });
    expect(await open(channelOf({}, { closeOnOpposite: true }), short)).toEqual({ kind: 'withdrawn' });
    expect(rig.trade(first.trade.id).phase).toBe('entering');
  });
});

it('one that is withdrawn once its order has left is opened: what becomes of it is asked', async () => {
  const opened = await open();
  author.abort();
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  await rig.eventually('entry working', () => rig.trade(opened.trade.id).orders[0]?.status === 'working');
});

it('what would be asked about it is waited for no longer', async () => {
  const answer = { kind: 'raw', status: 503, contentType: 'text/html', body: '' } as const;
  rig.sim.faults.add({ path: '/fapi/v1/premiumIndex', apply: false, count: 0, answer });
  author.abort();
  await rig.desk.preview(longBtc(), sourceOf(), { ...channelOf(), maxAgeMs: 3_600_000 }, author.signal);
});
