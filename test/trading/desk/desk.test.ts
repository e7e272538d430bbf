import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RequestResult, TradeRequest } from '../../../src/trading/desk-types.ts';
import { held } from '../../../src/trading/lifecycle/facts.ts';
import { channelOf, d, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

async function open(over = {}): Promise<string> {
  const opened = await rig.desk.open(longBtc(over), sourceOf(), channelOf());
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  return opened.trade.id;
}

async function openEth(): Promise<string> {
  rig.sim.usdm.setPrice('ETHUSDT', { last: d(3010) });
  return open({
    symbol: 'ETHUSDT',
    entry: { type: 'limit', prices: [d(3000)] },
    stopLoss: { price: d(2950) },
    takeProfits: [{ price: d(3100) }],
  });
}

const isClosed = (id: string) => () =>
  rig.events.some((event) => event.type === 'closed' && event.trade.id === id);

describe('the desk against the exchange', () => {
  it('opens, protects, takes its targets and closes flat with the stop gone', async () => {
    const id = await open();
    await rig.eventually('entry working', () => rig.trade(id).orders[0]?.status === 'working');
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(59990) });
    await rig.eventually('stop working', () =>
      rig.trade(id).orders.some((order) => order.role === 'stop' && order.status === 'working'),
    );
    await rig.eventually(
      'two targets',
      () =>
        rig.trade(id).orders.filter((order) => order.role === 'target' && order.status === 'working')
          .length === 2,
    );
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(61050) });
    await rig.eventually('break-even', () => rig.trade(id).stopKind === 'break_even');
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(62050) });
    await rig.eventually('closed', isClosed(id));
    const trade = rig.trade(id);
    expect(trade.closeReason).toBe('targets');
    expect(held(trade).toString()).toBe('0');
  });

  it('is stopped out and knows the triggered stop as its own', async () => {
    const id = await open();
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(59990) });
    await rig.eventually('stop working', () =>
      rig.trade(id).orders.some((order) => order.role === 'stop' && order.status === 'working'),
    );
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(58900), mark: d(58900) });
    await rig.eventually('closed', isClosed(id));
    expect(rig.trade(id).closeReason).toBe('stop');
  });

  it('says at a start that an account with credits is not supported, and goes on', async () => {
    rig.sim.usdm.account.others.set('BNFCR', d(50));
    await rig.restart();
    const told = rig.events.filter((event) => event.type === 'alert' && event.code === 'credits_mode');
    expect(told).toHaveLength(1);
    expect(rig.desk.holdings().map(({ asset, sizes }) => [asset, sizes])).toEqual([
      ['USDT', true],
      ['BNFCR', false],
    ]);
    await open();
  });

  it('finds what happened while it was away and never orders twice', async () => {
    const id = await open();
    await rig.eventually('entry working', () => rig.trade(id).orders[0]?.status === 'working');
    await rig.desk.stop();
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(59990) });
    await rig.restart();
    await rig.eventually('stop working', () =>
      rig.trade(id).orders.some((order) => order.role === 'stop' && order.status === 'working'),
    );
    const entries = rig.sim.requests.filter(
      (request) =>
        request.method === 'POST' && request.path === '/fapi/v1/order' && request.params.side === 'BUY',
    );
    expect(entries).toHaveLength(1);
  });

  it('takes a close in the app as its own end', async () => {
    const id = await open();
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(59990) });
    await rig.eventually(
      'targets',
      () =>
        rig.trade(id).orders.filter((order) => order.role === 'target' && order.status === 'working')
          .length === 2,
    );
    await fetch(`${rig.sim.url}/__sim/close`, {
      method: 'POST',
      body: JSON.stringify({ symbol: 'BTCUSDT' }),
    });
    await rig.eventually('closed', isClosed(id));
    expect(rig.trade(id).closeReason).toBe('elsewhere');
    const snapshot = await (await fetch(`${rig.sim.url}/__sim/snapshot`)).json();
    expect(JSON.stringify(snapshot)).not.toContain('"status":"NEW"');
  });

  it('takes a symbol back within seconds of the fill when the user has closed by a plain limit order', async () => {
    const id = await open();
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(59990) });
    await rig.eventually('stop working', () =>
      rig.trade(id).orders.some((order) => order.role === 'stop' && order.status === 'working'),
    );
    const quantity = held(rig.trade(id));
    rig.sim.usdm.placeOrder(
      new Map([
        ['symbol', 'BTCUSDT'],
        ['side', 'SELL'],
        ['type', 'LIMIT'],
        ['timeInForce', 'GTC'],
        ['quantity', quantity.toFixed()],
        ['price', '60800'],
      ]),
    );
    await rig.eventually('the symbol is the user’s', () => rig.desk.book.foreignSymbols.has('BTCUSDT'));
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(60810) });
    await rig.eventually('closed', isClosed(id));
    await rig.eventually('ours again', () => rig.desk.book.foreignSymbols.size === 0);
  });
});

describe('the end of a trade', () => {
  const ends = (id: string) =>
    rig.events.filter((event) => event.type === 'closed' && event.trade.id === id).length;

  async function closed(): Promise<{ id: string; closedAt: number }> {
    const id = await open();
    await rig.eventually('entry working', () => rig.trade(id).orders[0]?.status === 'working');
    await rig.desk.request(id, { type: 'cancel_entries' }, 'user');
    await rig.eventually('closed', isClosed(id));
    return { id, closedAt: rig.trade(id).closedAt ?? 0 };
  }

  it('is told again after a restart until the user has heard of it', async () => {
    const { id, closedAt } = await closed();
    expect(ends(id)).toBe(1);
    await rig.restart();
    expect(ends(id)).toBe(2);
    await rig.desk.closingAnnounced(id, closedAt);
    expect(await rig.store.openTrades()).toEqual([]);
    expect(await rig.store.findClosed(id)).toMatchObject({ closedAt, closingAnnounced: closedAt });
    await rig.restart();
    expect(ends(id)).toBe(2);
  });

  it('that is not the last one does not count as heard', async () => {
    const { id, closedAt } = await closed();
    await rig.desk.closingAnnounced(id, closedAt - 1);
    expect(await rig.store.findClosed(id)).toBeNull();
    expect(ends(id)).toBe(1);
  });

  it('frees its symbol and its margin before it has been told', async () => {
    const { available } = rig.desk.book;
    await closed();
    expect(rig.desk.book.available).toEqual(available);
    const short = longBtc({
      side: 'short',
      stopLoss: { price: d(62000) },
      takeProfits: [{ price: d(59000) }],
    });
    const opened = await rig.desk.open(short, sourceOf(), channelOf());
    expect(opened.kind).toBe('opened');
  });

  it('is remembered while it waits to be told: the same message makes no second trade', async () => {
    const source = sourceOf();
    await rig.desk.open(longBtc(), source, channelOf());
    const [trade] = rig.desk.trades();
    if (!trade) throw new Error('nothing was opened');
    await rig.desk.request(trade.id, { type: 'cancel_entries' }, 'user');
    await rig.eventually('closed', isClosed(trade.id));
    await rig.restart();
    await rig.desk.closingAnnounced(trade.id, rig.trade(trade.id).closedAt ?? 0);
    expect(await rig.desk.open(longBtc(), source, channelOf())).toMatchObject({ kind: 'exists' });
  });
});

describe('a signal that was traded', () => {
  it.each([
    { until: 'it is open', end: () => Promise.resolve() },
    {
      until: 'it has ended',
      async end(id: string) {
        await rig.desk.request(id, { type: 'cancel_entries' }, 'user');
        await rig.eventually('closed', isClosed(id));
        await rig.desk.closingAnnounced(id, rig.trade(id).closedAt ?? 0);
      },
    },
  ])('is remembered over a restart when $until', async ({ end }) => {
    await rig.desk.open(longBtc(), sourceOf(), channelOf());
    const [trade] = rig.desk.trades();
    if (!trade) throw new Error('nothing was opened');
    await end(trade.id);
    await rig.restart();
    expect(await rig.desk.open(longBtc(), sourceOf(), channelOf({ maxTradesPerSymbol: 5 }))).toMatchObject({
      kind: 'denied',
      denial: { code: 'duplicate_signal' },
    });
  });
});

describe('a signal that came to nothing after it was reserved', () => {
  const leverage = { method: 'POST', path: '/fapi/v1/leverage', apply: false } as const;
  const error = { kind: 'error', headers: { 'retry-after': '1' } } as const;

  it.each([
    {
      what: 'the exchange refused the leverage',
      outcome: 'rejected',
      fail: () =>
        rig.sim.faults.add({
          ...leverage,
          answer: { ...error, status: 400, code: -4028, msg: 'Leverage is not valid' },
        }),
    },
    {
      what: 'the exchange was too busy to set it',
      outcome: 'denied',
      fail: () =>
        rig.sim.faults.add({ ...leverage, answer: { ...error, status: 429, code: -1003, msg: 'Too many' } }),
    },
    {
      what: 'the trade could not be journalled',
      outcome: 'failed',
      fail: () => {
        const { saveTrade } = rig.store;
        rig.store.saveTrade = () => {
          rig.store.saveTrade = saveTrade;
          return Promise.reject(new Error('the disk is full'));
        };
      },
    },
  ])(
    'GIVEN that $what THEN the same one again is no duplicate, nor after a restart',
    async ({ fail, outcome }) => {
      fail();
      const first = await rig.desk.open(longBtc(), sourceOf(), { ...channelOf(), maxAgeMs: 0 });
      expect(first.kind).toBe(outcome);
      expect(rig.desk.book.recentSignals.size).toBe(0);
      expect(await rig.store.recentSignals(0)).toEqual(new Map());
      expect(await rig.store.openTrades()).toEqual([]);
      await rig.restart();
      await open();
    },
  );

  const changes: TradeRequest[] = [
    { type: 'move_stop', price: d(59_500), confirmed: false },
    { type: 'set_targets', prices: [d(62_000)] },
    { type: 'cancel_entries' },
    { type: 'close', fraction: d(1), reason: 'user' },
  ];
  it.each(changes)(
    'GIVEN that it was changed by $type meanwhile THEN no other attempt makes it what it was',
    async (change) => {
      const busy = { kind: 'error', status: 429, code: -1003, msg: 'Too many' } as const;
      rig.sim.faults.add({ ...leverage, answer: { ...busy, headers: { 'retry-after': '0' } } });
      const source = sourceOf();
      const { saveTrade } = rig.store;
      let answer: Promise<RequestResult> | null = null;
      rig.store.saveTrade = async (trade) => {
        rig.store.saveTrade = saveTrade;
        await saveTrade(trade);
        answer = rig.desk.request(trade.id, change, 'user');
      };
      const first = await rig.desk.open(longBtc(), source, channelOf());
      expect(await answer).toEqual({ kind: 'done' });
      expect(first).toMatchObject({ kind: 'denied', denial: { code: 'exchange_unreachable' } });
      expect(rig.desk.trades()).toEqual([]);
      expect(await rig.store.openTrades()).toEqual([]);
      expect(
        rig.sim.requests.some(({ method, path }) => method === 'POST' && path === '/fapi/v1/order'),
      ).toBe(false);
    },
  );

  it('GIVEN that it was put to a human first THEN it is forgotten as well', async () => {
    const source = sourceOf();
    await rig.desk.proposed(longBtc(), source);
    rig.sim.faults.add({ ...leverage, answer: { ...error, status: 429, code: -1003, msg: 'Too many' } });
    await rig.desk.open(longBtc(), source, { ...channelOf(), maxAgeMs: 0 });
    expect(rig.desk.book.recentSignals.size).toBe(0);
  });

  it('GIVEN that it was a duplicate itself THEN the first one is remembered', async () => {
    await open();
    const second = await rig.desk.open(longBtc(), sourceOf(), channelOf({ maxTradesPerSymbol: 5 }));
    expect(second).toMatchObject({ kind: 'denied', denial: { code: 'duplicate_signal' } });
    expect(rig.desk.book.recentSignals.size).toBe(1);
  });
});

describe('a store that cannot be written', () => {
  it('GIVEN a panic THEN everything is closed, and the pause is written as soon as it can be', async () => {
    const id = await open();
    const { savePauses } = rig.store;
    rig.store.savePauses = () => Promise.reject(new Error('disk full'));
    expect(await rig.desk.panic('200000000000000001')).toEqual({ trades: 1, stored: false });
    await rig.eventually('flat', () => rig.trade(id).phase === 'closed');
    expect(rig.desk.book.notReady).toBe('store');
    rig.store.savePauses = savePauses;
    await rig.eventually('written', () => rig.desk.book.notReady === null);
    expect(await rig.store.pauses()).toMatchObject([{ reason: 'user', detail: 'panic' }]);
    await rig.restart();
    expect(rig.desk.book.pauses).toMatchObject([{ reason: 'user', detail: 'panic' }]);
  });

  it('opens nothing while any of its rows is unwritten, though others are written again', async () => {
    const [one, two] = [await open(), await openEth()];
    for (const id of [one, two]) rig.unwritable.add(id);
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(59990) });
    rig.sim.usdm.setPrice('ETHUSDT', { last: d(2990) });
    await rig.eventually(
      'both are told',
      () => rig.events.filter((event) => event.type === 'part' && event.part === 'store').length === 2,
    );
    rig.unwritable.delete(one);
    const isStored = async () => (await rig.stored()).get(one)?.phase === 'open';
    await expect.poll(isStored, { timeout: 10_000 }).toBe(true);
    expect(rig.desk.book.notReady).toBe('store');
    rig.unwritable.delete(two);
    await rig.eventually('ready again', () => rig.desk.book.notReady === null);
    const told = rig.events.flatMap((event) =>
      event.type === 'part' && event.part === 'store' ? [event.works] : [],
    );
    expect(told).toEqual([false, false, true]);
  });
});
