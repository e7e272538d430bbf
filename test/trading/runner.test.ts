import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { createRunner, type Runner } from '../../src/trading/desk/runner.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import type { Clearance, Exchange, Outcome } from '../../src/trading/exchange.ts';
import { held } from '../../src/trading/lifecycle/facts.ts';
import { parseClientId } from '../../src/trading/lifecycle/ids.ts';
import type { OrderRequest, Trade } from '../../src/trading/model.ts';
import { spotBench } from './spot/bench.ts';
import { reportOf, START_MS, tradeOf } from './trade/fixtures.ts';

interface Rig {
  runner: Runner;
  trade: Trade;
  /** Made ready, and then sent. */
  ready: OrderRequest[];
  sent: OrderRequest[];
  /** No entry may be sent from now on. */
  pause(): void;
  /** What was written, in order: `journal`, `archive`, `reopen`. */
  writes: string[];
  /** What the program was told of. */
  told: DeskEvent['type'][];
  /** Set to make writes fail, or wait. */
  disk: { write: (what: string) => Promise<void> };
  /** Lets time pass; whatever is due and all that follows from it happens. */
  pass(ms: number): Promise<void>;
}

const refused = { kind: 'rejected', code: -2019, message: 'Margin is insufficient.' } as const;

interface RigOptions {
  isStored?: boolean;
  isCompared?: boolean;
  trade?: Trade;
}

function rig({ isStored = false, isCompared = true, trade = tradeOf() }: RigOptions = {}): Rig {
  let now = START_MS;
  let timers: { at: number; run: () => void }[] = [];
  let isPaused = false;
  const ready: OrderRequest[] = [];
  const sent: OrderRequest[] = [];
  const writes: string[] = [];
  const told: DeskEvent['type'][] = [];
  const disk = { write: (_what: string): Promise<void> => Promise.resolve() };
  const write = (what: string) => () => {
    writes.push(what);
    return disk.write(what);
  };
  const never = new Promise<Outcome<never>>(() => undefined);
  const exchange = {
    async place(order: OrderRequest, _validMs?: number, clearance?: Clearance) {
      ready.push(order);
      const why = (await clearance) ?? null;
      if (why !== null) return { kind: 'rejected', code: 0, message: why };
      sent.push(order);
      return never;
    },
    cancel: () => never,
    findOrder: () => never,
    fillsSince: () => never,
    serverTime: () => null,
  } as unknown as Exchange;
  const runner = createRunner({
    exchangeOf: () => exchange,
    breakersOf: () => ({ sending: () => undefined, answered: () => undefined }),
    journal: write('journal'),
    archive: write('archive'),
    reopen: write('reopen'),
    emit: ({ type }) => told.push(type),
    onFault: () => undefined,
    onClosed: () => undefined,
    isPaused: () => isPaused,
    isCompared: () => isCompared,
    compareSoon: () => undefined,
    onWriting: () => undefined,
    proveAbsent: () => Promise.resolve(false),
    log: createLog('silent'),
    clock: {
      now: () => now,
      after(ms, run) {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
    },
  });
  if (isStored) runner.addStored(trade);
  else runner.add(trade);
  return {
    runner,
    trade,
    ready,
    sent,
    pause() {
      isPaused = true;
    },
    writes,
    told,
    disk,
    async pass(ms) {
      const until = now + ms;
      for (;;) {
        await settle();
        const [next] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}

/** All that follows without time passing has happened. */
function settle(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

function entryOf({ orders }: Trade): string {
  const [entry] = orders;
  if (!entry) throw new Error('no entry');
  return entry.clientId;
}

/** Its entry is refused, and the user has heard of that: nothing but the archive is left. */
async function end({ runner, trade, pass }: Rig): Promise<void> {
  await runner.feed(trade.id, { type: 'placed', clientId: entryOf(trade), outcome: refused });
  await pass(0);
  const closedAt = runner.get(trade.id)?.closedAt ?? 0;
  void runner.feed(trade.id, { type: 'closing_announced', closedAt });
  await pass(0);
}

describe('the end of a trade', () => {
  it('GIVEN that it has been told THEN the trade is archived and leaves', async () => {
    const r = rig();
    await end(r);
    expect(r.writes.at(-1)).toBe('archive');
    expect(r.runner.get(r.trade.id)).toBeUndefined();
  });

  it('GIVEN an execution that is told while it is archived THEN the trade stays, open again, with a stop', async () => {
    const r = rig();
    const archived = Promise.withResolvers<void>();
    r.disk.write = (what) => (what === 'archive' ? archived.promise : Promise.resolve());
    await end(r);
    const [entry] = r.trade.orders;
    if (!entry) throw new Error('no entry');
    const report = reportOf(entry, { status: 'filled', executed: new Decimal(1) });
    void r.runner.feed(r.trade.id, { type: 'report', report, fill: null });
    archived.resolve();
    await r.pass(0);

    const now = r.runner.get(r.trade.id);
    expect([now?.phase, now && held(now).toString()]).toEqual(['open', '1']);
    expect(r.sent.map(({ type }) => type)).toContain('stop_market');
    expect(r.writes.slice(r.writes.indexOf('archive'))).toEqual(['archive', 'reopen']);
    await r.pass(3_000);
    expect(r.writes.slice(r.writes.indexOf('reopen') + 1)).not.toContain('reopen');
  });

  it('GIVEN old news that comes while it is archived THEN it leaves all the same', async () => {
    const r = rig();
    const archived = Promise.withResolvers<void>();
    r.disk.write = (what) => (what === 'archive' ? archived.promise : Promise.resolve());
    await end(r);
    const seen = { type: 'placed', clientId: entryOf(r.trade), outcome: refused } as const;
    void r.runner.feed(r.trade.id, seen);
    void r.runner.feed(r.trade.id, { type: 'prices', prices: { last: new Decimal(100) } });
    archived.resolve();
    await r.pass(0);
    expect(r.writes.at(-1)).toBe('archive');
    expect(r.runner.get(r.trade.id)).toBeUndefined();
  });
});

describe('what a trade has been told', () => {
  it('GIVEN that it waits for a row to be written THEN it is foreseen, and nothing follows from it yet', async () => {
    const r = rig();
    const [entry] = r.trade.orders;
    if (!entry) throw new Error('no entry');
    const row = Promise.withResolvers<void>();
    r.disk.write = () => row.promise;
    const heldIn = (trades: readonly Trade[]): string[] => trades.map((trade) => held(trade).toString());
    for (const executed of ['0.4', '1']) {
      const report = reportOf(entry, { status: 'working', executed: new Decimal(executed) });
      void r.runner.feed(r.trade.id, { type: 'report', report, fill: null });
    }
    expect([heldIn(r.runner.all()), heldIn(r.runner.foreseen())]).toEqual([['0.4'], ['1']]);
    expect(r.sent).toEqual([]);
    row.resolve();
    await r.pass(0);
    expect([heldIn(r.runner.all()), heldIn(r.runner.foreseen())]).toEqual([['1'], ['1']]);
  });
});

describe('a trade that an earlier run has left', () => {
  it('is told that the program was away before anything else, whatever came first', async () => {
    const r = rig({ isStored: true });
    const [entry] = r.trade.orders;
    if (!entry) throw new Error('no entry');
    const report = reportOf(entry, { status: 'filled', executed: new Decimal(1) });
    void r.runner.feed(r.trade.id, { type: 'report', report, fill: null });
    await r.pass(1_000);
    expect(r.sent).toEqual([]);
    void r.runner.wake(r.trade.id, [{ type: 'restart' }]);
    void r.runner.feed(r.trade.id, { type: 'position', quantity: new Decimal(1) });
    await r.pass(0);
    const [stop] = r.sent;
    // Ids that the run before may have used without a journal are left alone.
    expect(parseClientId(stop?.clientId ?? '')?.generation).toBeGreaterThan(0);
  });
});

it('GIVEN that a stop may not make room before the account is compared THEN the coins beside it get one', async () => {
  const b = spotBench({ entries: [['limit', '100', '1']], targets: [['110', '100']] });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.buy('0.6', '100');
  b.takeAll();
  expect(b.buy('0.4', '100')).toContain('cancel stop 0.6 @90');
  const r = rig({ isStored: true, isCompared: false, trade: b.trade });
  void r.runner.wake(r.trade.id, [{ type: 'restart' }]);
  await r.pass(2_000);
  expect(r.sent.map(({ type, quantity }) => `${type} ${quantity}`)).toEqual(['stop_market 0.4']);
});

describe('while the row is on its way to the disk', () => {
  const roles = (orders: readonly OrderRequest[]) =>
    orders.map(({ clientId }) => parseClientId(clientId)?.role);
  const filled = ({ orders: [entry] }: Trade) => {
    if (!entry) throw new Error('no entry');
    const report = reportOf(entry, { status: 'filled', executed: new Decimal(1) });
    return { type: 'report', report, fill: null } as const;
  };

  it('an entry is made ready, and leaves when the row is there', async () => {
    const r = rig();
    const row = Promise.withResolvers<boolean>();
    void r.runner.feed(r.trade.id, { type: 'begin' }, row.promise);
    await r.pass(0);
    expect([roles(r.ready), roles(r.sent)]).toEqual([['entry'], []]);
    row.resolve(true);
    await r.pass(0);
    expect(roles(r.sent)).toEqual(['entry']);
  });

  it('GIVEN that the row cannot be written THEN its entry never leaves', async () => {
    const r = rig();
    void r.runner.feed(r.trade.id, { type: 'begin' }, Promise.resolve(false));
    await r.pass(60_000);
    expect([roles(r.ready), roles(r.sent)]).toEqual([['entry'], []]);
    expect(r.runner.get(r.trade.id)?.phase).toBe('closed');
  });

  it('GIVEN that entries are paused meanwhile THEN its entry never leaves', async () => {
    const r = rig();
    const row = Promise.withResolvers<boolean>();
    void r.runner.feed(r.trade.id, { type: 'begin' }, row.promise);
    await r.pass(0);
    r.pause();
    row.resolve(true);
    await r.pass(0);
    expect(r.sent).toEqual([]);
  });

  it('GIVEN that the program ends before the row is there THEN its entry never leaves', async () => {
    const r = rig();
    const row = Promise.withResolvers<boolean>();
    void r.runner.feed(r.trade.id, { type: 'begin' }, row.promise);
    const stopping = r.runner.stop();
    await r.pass(1_500);
    await stopping;
    row.resolve(true);
    await r.pass(0);
    expect([roles(r.ready), roles(r.sent)]).toEqual([['entry'], []]);
  });

  it('GIVEN that the row cannot be written THEN the stop leaves all the same', async () => {
    const r = rig();
    r.disk.write = () => Promise.reject(new Error('disk full'));
    void r.runner.feed(r.trade.id, filled(r.trade));
    await r.pass(0);
    expect(roles(r.sent)).toContain('stop');
  });
});

describe('a trade that is given up before anything of it was sent', () => {
  const withdrawn = { type: 'unguarded' } as const;

  it('GIVEN that something has come while its row was on its way THEN that leads to nothing', async () => {
    const r = rig();
    const row = Promise.withResolvers<boolean>();
    const begun = r.runner.feed(r.trade.id, { type: 'begin' }, row.promise);
    const heard = r.runner.feed(r.trade.id, withdrawn);
    await r.pass(0);
    r.runner.drop(r.trade.id);
    row.resolve(false);
    await Promise.all([begun, heard]);
    await r.pass(60_000);
    expect([r.writes, r.told, r.sent]).toEqual([[], [], []]);
    expect(r.runner.queued()).toBe(0);
  });

  it('GIVEN that what came is being written just then THEN nothing is told of it', async () => {
    const r = rig();
    const row = Promise.withResolvers<void>();
    r.disk.write = () => row.promise;
    const heard = r.runner.feed(r.trade.id, withdrawn);
    await r.pass(0);
    expect(r.writes).toEqual(['journal']);
    r.runner.drop(r.trade.id);
    row.resolve();
    await heard;
    expect(r.told).toEqual([]);
  });
});

describe('a store that cannot be written', () => {
  it('is tried again at an even pace, however much there is to write', async () => {
    const r = rig();
    r.disk.write = () => Promise.reject(new Error('disk full'));
    await end(r);
    await r.pass(60_000);
    const before = r.writes.length;
    await r.pass(60_000);
    // A row and its archiving, every two seconds.
    expect(r.writes.length - before).toBeLessThanOrEqual(60);
    expect(r.writes.length - before).toBeGreaterThanOrEqual(30);

    r.disk.write = () => Promise.resolve();
    await r.pass(2_000);
    expect(r.runner.get(r.trade.id)).toBeUndefined();
    expect(r.runner.isUnwritten()).toBe(false);
  });
});
