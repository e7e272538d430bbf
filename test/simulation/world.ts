import type { ChannelSettings } from '../../src/risk/settings.ts';
import { mergeRisk } from '../../src/risk/settings.ts';
import { type Clock, createClock } from '../../src/trading/clock.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { RunningDesk } from '../../src/trading/desk.ts';
import type { DeskEvent, TradeRequest } from '../../src/trading/desk-types.ts';
import type { Signal, Source } from '../../src/trading/model.ts';
import { mergeTrading } from '../../src/trading/settings.ts';
import { createChance } from './chance.ts';
import { type Checker, createChecker, type Violation } from './checker.ts';
import { createDiskLedger, type Disk, type DiskLedger } from './disk.ts';
import { actByHand } from './hands.ts';
import { type Connection, createNetwork, type Network } from './network.ts';
import { createProgram } from './program.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import type { Item, Script, SignalItem } from './script.ts';
import { differences, profitDifferences } from './settled.ts';
import { createStreams, type Streams } from './stream.ts';
import { createVenue, type Venue } from './venue.ts';

export interface Outcome {
  violation: Violation | null;
  steps: number;
  /** What was seen on the way; empty unless asked for. */
  trace: string[];
  /** How much happened, so that a run in which nothing does is noticed. */
  opened: number;
  executions: number;
}

/** Some Monday at noon: away from midnight, when days and daily limits turn. */
const START_MS = Date.UTC(2026, 2, 2, 12, 0, 0);
/** How long the program may take to bring ledger and exchange together, and to get flat, once all is calm. */
const SETTLE_MS = 400_000;
const MOST_STEPS = 60_000;
const CHANNEL_ID = '500000000000000001';

interface Life {
  desk: RunningDesk;
  ledger: DiskLedger;
  connection: Connection;
  alive: boolean;
  ready: boolean;
}

/** Plays a script: one world, in which programs live and die. */
export async function play(script: Script, options: { trace?: boolean } = {}): Promise<Outcome> {
  const world = createWorld(script, options.trace === true);
  process.on('unhandledRejection', world.onUnhandled);
  try {
    await world.run();
  } finally {
    process.off('unhandledRejection', world.onUnhandled);
  }
  return world.outcome();
}

interface World {
  run(): Promise<void>;
  onUnhandled(reason: unknown): void;
  outcome(): Outcome;
}

function createWorld(script: Script, isTraced: boolean): World {
  const { setting, seed, items } = script;
  const chance = createChance(seed ^ 0x5bd1e995);
  const scheduler: Scheduler = createScheduler(START_MS);
  const venue: Venue = createVenue(setting, seed, scheduler.now);
  const checker: Checker = createChecker(venue, scheduler.now, START_MS);
  const trace: string[] = [];
  const note = (line: () => string): void => {
    if (isTraced) trace.push(`${String(scheduler.now() - START_MS).padStart(8)} ${line()}`);
  };
  const disk: Disk = { tables: new Map() };
  const crashes = new Map<number, Extract<Item, { do: 'crash' }>>();
  for (const item of items) if (item.do === 'crash') crashes.set(item.step, item);
  const unread: SignalItem[] = [];
  let life: Life | null = null;
  let storm = true;
  let clockAheadMs = 0;
  let storeFailure: { applied: boolean } | null = null;
  let opened = 0;
  let messages = 0;
  const messageIds = new Map<SignalItem, string>();

  const network: Network = createNetwork(seed, items, venue, scheduler, {
    note,
    onSent: checker.onSent,
    onUnsent: checker.onUnsent,
    onHandled: checker.onHandled,
    onAnswered: checker.onAnswered,
    onTrouble: ({ params }) => checker.onTrouble('request', params.get('symbol') ?? null),
  });
  const streams: Streams = createStreams(seed, items, venue, scheduler, {
    note,
    onTrouble: (symbol) => checker.onTrouble('event', symbol),
    onDelivered: () => undefined,
  });
  venue.exchange.subscribe(checker.onChange);

  function clockOf(isAlive: () => boolean): Clock {
    return createClock({
      wallMs: () => scheduler.now() + clockAheadMs,
      steadyMs: scheduler.now,
      after: (ms, run) =>
        scheduler.after(ms, () => {
          if (isAlive()) run();
        }),
    });
  }

  function boot(): void {
    const isAlive = (): boolean => born.alive;
    const connection = network.connect(isAlive);
    const ledger = createDiskLedger({
      disk,
      after: (ms, run) => void scheduler.after(ms, () => isAlive() && run()),
      now: scheduler.now,
      latencyMs: () => chance.int(0, 3),
      failure: () => storeFailure,
      note,
      onWritten(table, key, value) {
        if (table === 'trades') checker.onJournal(key, value);
      },
    });
    const desk = createProgram({
      setting,
      clock: clockOf(isAlive),
      serverNow: scheduler.now,
      connection,
      streams,
      ledger,
      isAlive,
      emit: (event) => onDeskEvent(born, event),
    });
    const born: Life = { desk, ledger, connection, alive: true, ready: false };
    life = born;
    note(() => '=== the program starts');
    checker.setUp(network.isReachable());
    desk.start().then(
      () => {
        born.ready = true;
        note(() => '=== the program is ready');
        for (const item of unread.splice(0)) void readSignal(item);
      },
      (error: Error) => {
        if (!born.alive) return;
        if (
          !(
            error.message.includes('exchange') ||
            error.name === 'Unreachable' ||
            error.name === 'Refused' ||
            error.name === 'StoreFailure'
          )
        ) {
          checker.fail('program error', error.stack ?? error.message);
        }
        note(() => `=== the program does not start: ${error.message}`);
        kill('all', 'all', 2_000);
      },
    );
  }

  function kill(requests: 'all' | 'none' | 'some', writes: 'all' | 'none' | 'some', downMs: number): void {
    if (!life?.alive) return;
    const dead = life;
    dead.alive = false;
    dead.connection.crash(requests, chance.next);
    dead.ledger.crash(writes, chance.next);
    life = null;
    checker.setUp(false);
    note(() => `=== crash (requests ${requests}, writes ${writes})`);
    scheduler.after(downMs, boot);
  }

  function onDeskEvent(from: Life, event: DeskEvent): void {
    note(() => `  desk: ${summary(event)}`);
    if (!from.alive) return;
    if (event.type === 'filled') {
      const { trade, order } = event;
      scheduler.after(80, () => {
        if (from.alive) void from.desk.announced(trade.id, order.clientId, order.executed);
      });
    }
    if (event.type === 'closed') {
      const { id, closedAt } = event.trade;
      scheduler.after(80, () => {
        if (from.alive && closedAt !== null) void from.desk.closingAnnounced(id, closedAt);
      });
    }
  }

  function idOf(item: SignalItem): string {
    const known = messageIds.get(item);
    if (known !== undefined) return known;
    messages += 1;
    const id = String(1_300_000_000_000_000_000n + BigInt(messages));
    messageIds.set(item, id);
    return id;
  }

  async function readSignal(item: SignalItem): Promise<void> {
    if (!life?.ready) {
      unread.push(item);
      return;
    }
    const { desk } = life;
    const messageId = idOf(item);
    const source: Source = {
      guildId: '100000000000000001',
      channelId: CHANNEL_ID,
      channel: 'alpha',
      messageId,
      authorId: '600000000000000001',
      index: 0,
      postedAt: START_MS + item.atMs,
    };
    const result = await desk.open(signalOf(item, messageId), source, channel);
    if (result.kind === 'opened') opened += 1;
    note(
      () =>
        `  signal ${messageId.slice(-2)} ${item.symbol} ${item.side}: ${result.kind} ${result.kind === 'denied' ? `${result.denial.code} ${JSON.stringify(result.denial.numbers)}` : ''}`,
    );
  }

  const signals = new Map<string, Signal>();
  function signalOf(item: SignalItem, messageId: string): Signal {
    const known = signals.get(messageId);
    if (known) return known;
    const { last, instrument } = venue.exchange.market(item.symbol);
    const up = item.side === 'long' ? 1 : -1;
    const at = (bps: number): Decimal =>
      last.times(new Decimal(10_000 + bps * up).div(10_000)).toNearest(instrument.tickSize);
    const prices = item.entryBps.map((bps) => at(item.trigger ? bps : -bps));
    const signal: Signal = {
      symbol: item.symbol,
      side: item.side,
      entry: prices.length === 0 ? { type: 'market' } : { type: 'limit', prices },
      trigger: item.trigger ? (item.side === 'long' ? 'above' : 'below') : null,
      stopLoss: { price: at(-item.stopBps) },
      takeProfits: item.targetBps.map((bps) => ({ price: at(bps) })),
      leverage: 5,
      marginMode: null,
    };
    signals.set(messageId, signal);
    return signal;
  }

  const channel: ChannelSettings = {
    channelId: CHANNEL_ID,
    name: 'alpha',
    market: 'usdm',
    mode: 'auto',
    maxAgeMs: 60_000,
    authors: ['600000000000000001'],
    risk: mergeRisk({ maxOpenTrades: 10, maxTradesPerSymbol: setting.maxTradesPerSymbol }),
    ownRiskKeys: [],
    trading: mergeTrading({
      stopTrigger: setting.stopTrigger,
      breakEvenAfter: setting.breakEvenAfter,
      entryTimeout: setting.entryTimeoutMs,
      ...(setting.trailing ? { trailingStop: { activateAfter: 1, callbackPct: new Decimal('0.3') } } : {}),
    }),
    accountRisk: mergeRisk(),
  };

  async function ask(item: Extract<Item, { do: 'request' }>): Promise<void> {
    const trades = life?.ready ? life.desk.trades() : [];
    const trade = trades[item.trade % Math.max(trades.length, 1)];
    if (!trade || !life) return;
    const price = venue.exchange
      .market(trade.plan.symbol)
      .last.times(1 + item.bps / 10_000)
      .toDecimalPlaces(4);
    const result = await life.desk.request(trade.id, requestOf(item.what, price), 'user');
    note(() => `  request ${item.what} ${trade.id}: ${JSON.stringify(result)}`);
  }

  async function pause(item: Extract<Item, { do: 'pause' }>): Promise<void> {
    if (!life?.ready) return;
    const { desk } = life;
    const wall = (): number => Math.floor(scheduler.now() + clockAheadMs);
    await desk.pause({
      reason: 'user',
      channelId: null,
      since: wall(),
      until: null,
      by: 'user',
      detail: '',
    });
    note(() => '  paused');
    checker.setPaused(true);
    scheduler.after(item.forMs, () => resume());
  }

  function resume(): void {
    if (!life?.ready) return void scheduler.after(500, resume);
    checker.setPaused(false);
    note(() => '  resumed');
    life.desk.resume(['user'], null).catch(() => undefined);
  }

  function act(item: Item): void {
    if (!storm) return;
    if (item.do !== 'price') note(() => `*** ${JSON.stringify(item)}`);
    switch (item.do) {
      case 'signal':
        void readSignal(item);
        if (item.againMs !== null) scheduler.after(item.againMs, () => void readSignal(item));
        return;
      case 'price': {
        const last = venue.priceAt(item.symbol, item.bps);
        const mark = item.markBps === null ? last : venue.priceAt(item.symbol, item.bps + item.markBps);
        note(() => `*** ${item.symbol} ${last} (mark ${mark})`);
        return venue.exchange.setPrice(item.symbol, { last, mark });
      }
      case 'part':
        return venue.exchange.setPartialFill(item.symbol, { fraction: new Decimal(item.fraction) });
      case 'request':
        return void ask(item);
      case 'manual':
        return actByHand(venue, checker, item);
      case 'pause':
        return void pause(item).catch(() => undefined);
      case 'panic':
        // It counts once it is acknowledged, that is durable.
        if (life?.ready) void life.desk.panic('user').then(() => checker.setPaused(true), ignore);
        return;
      case 'funding':
        return venue.exchange.fund(item.symbol, new Decimal(item.bps).div(10_000));
      case 'outage':
        network.outage(item.how);
        checker.setUp(false);
        return void scheduler.after(item.forMs, () => {
          if (!storm) return;
          network.outage(null);
          checker.setUp(life !== null);
        });
      case 'stream':
        streams.cut(item.noticed);
        checker.onTrouble('event', null);
        return void scheduler.after(item.forMs, () => {
          if (!storm) return;
          checker.onTrouble('event', null);
          streams.mend();
        });
      case 'store':
        storeFailure = { applied: item.applied };
        checker.setStoreFailing(true);
        return void scheduler.after(item.forMs, () => {
          storeFailure = null;
          checker.setStoreFailing(false);
        });
      case 'clock':
        clockAheadMs += item.byMs;
        return;
      case 'crash':
      case 'fault':
      case 'event':
        return;
    }
  }

  async function until(ms: number, isDone: () => Promise<boolean> | boolean): Promise<boolean> {
    const end = scheduler.now() + ms;
    let look = scheduler.now() + 1_000;
    while (checker.violation() === null && scheduler.now() < end) {
      if (scheduler.steps() > MOST_STEPS) {
        checker.fail('program error', `no end after ${MOST_STEPS} steps`);
        break;
      }
      if (!(await scheduler.step())) break;
      checker.afterStep();
      const crash = storm ? crashes.get(scheduler.steps()) : undefined;
      if (crash) kill(crash.requests, crash.writes, crash.downMs);
      if (scheduler.now() >= look) {
        look = scheduler.now() + 2_000;
        if (await isDone()) return true;
      }
    }
    return false;
  }

  function calm(): void {
    note(() => '*** calm');
    storm = false;
    network.calm();
    streams.calm();
    streams.mend();
    storeFailure = null;
    checker.setStoreFailing(false);
    checker.setUp(life !== null);
  }

  async function run(): Promise<void> {
    boot();
    for (const item of items) if ('atMs' in item) scheduler.after(item.atMs, () => act(item));
    await until(setting.stormMs, () => false);
    if (checker.violation()) return;
    calm();
    const desk = (): RunningDesk | null => (life?.ready ? life.desk : null);
    const settled = (): string[] => differences(desk(), venue, checker);
    if (!(await until(SETTLE_MS, () => settled().length === 0))) {
      return checker.fail('ledger and exchange differ', settled().join('; '));
    }
    note(() => '*** everything is closed');
    checker.setPaused(true);
    void desk()
      ?.panic('user')
      .catch(() => undefined);
    const open = () =>
      desk()
        ?.trades()
        .filter((trade) => !checker.isMixed(trade.plan.symbol));
    const flat = (): boolean => open()?.length === 0 && settled().length === 0;
    if (!(await until(SETTLE_MS, flat))) {
      return checker.fail('not flat', [...settled(), `${open()?.length} trades open`].join('; '));
    }
    const profit = (): Promise<string[]> => profitDifferences(desk(), venue, checker);
    if (!(await until(SETTLE_MS, async () => (await profit()).length === 0))) {
      checker.fail('profit and loss differ', (await profit()).join('; '));
    }
  }

  return {
    run,
    onUnhandled(reason) {
      const error = reason instanceof Error ? reason : new Error(String(reason));
      checker.fail('program error', `unhandled: ${error.stack ?? error.message}`);
    },
    outcome: () => ({
      violation: checker.violation(),
      steps: scheduler.steps(),
      trace,
      opened,
      executions: venue.exchange.trades.length,
    }),
  };
}

const ignore = (): void => undefined;

function requestOf(what: Extract<Item, { do: 'request' }>['what'], price: Decimal): TradeRequest {
  switch (what) {
    case 'close':
      return { type: 'close', fraction: new Decimal(1), reason: 'user' };
    case 'close_half':
      return { type: 'close', fraction: new Decimal('0.5'), reason: 'user' };
    case 'break_even':
      return { type: 'break_even' };
    case 'move_stop':
      return { type: 'move_stop', price, confirmed: true };
    case 'cancel_entries':
      return { type: 'cancel_entries' };
    case 'set_targets':
      return { type: 'set_targets', prices: [price] };
  }
}

function summary(event: DeskEvent): string {
  switch (event.type) {
    case 'changed':
      return `changed ${event.trade.id} ${event.trade.phase}: ${event.trade.orders
        .map(
          (order) =>
            `${order.clientId.split('-').slice(3).join('-')} ${order.status} ${order.executed}/${order.quantity}`,
        )
        .join(', ')}`;
    case 'alert':
      return `alert ${event.code} ${JSON.stringify(event.numbers)}`;
    case 'recovered':
      return `recovered (${event.cause}) ${event.lines.map((line) => `${line.code} ${JSON.stringify(line.numbers)}`).join(', ')}`;
    case 'elsewhere':
      return `elsewhere ${event.trade.id} ${event.quantity} ${event.cause}`;
    case 'filled':
    case 'rejected':
      return `${event.type} ${event.order.clientId} ${event.order.executed}`;
    case 'closed':
    case 'opened':
      return `${event.type} ${event.trade.id} ${event.trade.closeReason ?? ''}`;
    case 'paused':
      return `paused ${event.pause.reason} ${event.pause.detail}`;
    case 'resumed':
      return `resumed ${event.reasons.join()}`;
  }
}
