import type { Log } from '../log.ts';
import { assess, fingerprint, instrumentOf } from '../risk/assess.ts';
import type { RecentSignal } from '../risk/book.ts';
import { pausesFor } from '../risk/guard.ts';
import type { ChannelSettings, RiskSettings } from '../risk/settings.ts';
import type { Cancel, Clock } from './clock.ts';
import { Decimal, ZERO } from './decimal.ts';
import { accountChanged, listenToExchange } from './desk/events.ts';
import { createFunding } from './desk/funding.ts';
import { createKeeper } from './desk/keeper.ts';
import { openTrade } from './desk/open.ts';
import { compare, proveAbsent, type ReconcileDeps } from './desk/reconcile.ts';
import { createRunner } from './desk/runner.ts';
import { tellSharing } from './desk/sharing.ts';
import { createWarden, type WardenStore } from './desk/warden.ts';
import type { Assessment, Desk, DeskEvent, DeskHealth, RequestResult, TradeRequest } from './desk-types.ts';
import type { Exchange } from './exchange.ts';
import { held } from './lifecycle/facts.ts';
import { judgeRequest } from './lifecycle/requests.ts';
import type { Market, Signal, Source, Trade } from './model.ts';

/** What the desk keeps over a restart. Every write is durable when its promise resolves. */
export interface DeskStore extends WardenStore {
  openTrades(): Promise<Trade[]>;
  saveTrade(trade: Trade): Promise<void>;
  dropTrade(tradeId: string): Promise<void>;
  archive(trade: Trade): Promise<void>;
  /** The way back: what was archived is open again. */
  reopen(trade: Trade): Promise<void>;
  findClosed(tradeId: string): Promise<Trade | null>;
  closedBetween(fromMs: number, toMs: number): Promise<Trade[]>;
  recentSignals(sinceMs: number): Promise<Map<string, RecentSignal>>;
  saveSignal(fingerprint: string, seen: RecentSignal): Promise<void>;
  dropSignal(fingerprint: string): Promise<void>;
}

export interface DeskOptions {
  market: Market;
  exchange: Exchange;
  store: DeskStore;
  /** The account's risk settings as they stand now. */
  accountRisk(): RiskSettings;
  /** Every signal channel's settings as they stand now. */
  channels(): readonly ChannelSettings[];
  timezone(): string;
  emit(event: DeskEvent): void;
  log: Log;
  clock: Clock;
}

export interface RunningDesk extends Desk {
  /** Connects, reconciles, and from then on keeps ledger and exchange equal. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const COMPARE_IDLE_MS = 60_000;
/** With positions open a silent stream must not go unnoticed for long. */
const COMPARE_OPEN_MS = 20_000;
const COMPARE_SOON_MS = 300;
const GUARD_EVERY_MS = 1_000;
const CLOSED_MEMORY_MS = 48 * 3_600_000;
const OPPOSITE_PATIENCE_MS = 10_000;
/** Marks the pause that a panic sets. */
const PANIC = 'panic';

export function createDesk(options: DeskOptions): RunningDesk {
  const { exchange, store, log, clock, emit } = options;
  const { now } = clock;
  /** Ids of trades closed lately, so that the way from signal to order needs no look into the archive. */
  const closedIds = new Set<string>();
  let lastComparedAt: number | null = null;
  let lastCompareMs: number | null = null;
  let comparing: Promise<void> | null = null;
  let compareTimer: Cancel | null = null;
  let guardTimer: Cancel | null = null;
  let stopped = false;
  let failing = false;
  const attributed = new Set<string>();
  const closedWaiters = new Map<string, () => void>();

  const runner = createRunner({
    exchange,
    journal: store.saveTrade,
    archive: store.archive,
    emit(event) {
      emit(event);
      if (event.type === 'changed') tellSharing(runner, keeper);
    },
    onFault: (detail) => warden.fault(detail),
    onClosed,
    isPaused: ({ source }) => pausesFor(keeper.book.pauses, source.channelId, now()).length > 0,
    compareSoon: () => scheduleCompare(COMPARE_SOON_MS),
    onUnwritten: () =>
      emit({ type: 'alert', level: 'critical', code: 'store_failed', tradeId: null, numbers: {} }),
    proveAbsent: (trade, order) => proveAbsent(reconcileDeps, trade, order),
    log,
    clock,
  });
  const keeper = createKeeper({
    market: options.market,
    exchange,
    trades: runner.all,
    isUnwritten: runner.isUnwritten,
    now,
  });
  const warden = createWarden({
    store,
    keeper,
    runner,
    accountRisk: options.accountRisk,
    channels: options.channels,
    timezone: options.timezone,
    emit,
    log,
    now,
  });
  const reconcileDeps: ReconcileDeps = {
    exchange,
    runner,
    keeper,
    findClosed: store.findClosed,
    closedBetween: store.closedBetween,
    attributed,
    reopen: store.reopen,
    onModeChange: (change, value) => accountChanged({ warden, emit, log, clock }, `${change}: ${value}`),
    log,
    clock,
  };

  const funding = createFunding({
    exchange,
    runner,
    closedBetween: store.closedBetween,
    archive: store.archive,
    onAmended: warden.onAmended,
    clock,
    log,
  });

  function onClosed(trade: Trade): void {
    closedIds.add(trade.id);
    warden.onClosed(trade);
    closedWaiters.get(trade.id)?.();
    closedWaiters.delete(trade.id);
    updateWatch();
  }

  function updateWatch(): void {
    exchange.watch([...new Set(runner.all().map((trade) => trade.plan.symbol))]);
  }

  function scheduleCompare(delayMs: number): void {
    if (stopped) return;
    compareTimer?.();
    compareTimer = clock.after(delayMs, () => void reconcile('comparison'));
  }

  function reconcile(cause: 'start' | 'reconnect' | 'comparison'): Promise<void> {
    // One at a time: a second request is served by one more run after the first.
    comparing = (comparing ?? Promise.resolve()).then(() => runComparison(cause));
    return comparing;
  }

  async function runComparison(cause: 'start' | 'reconnect' | 'comparison'): Promise<void> {
    if (stopped) return;
    const startedAt = now();
    try {
      const { lines } = await compare(reconcileDeps);
      tellSharing(runner, keeper);
      await funding.look(cause !== 'comparison');
      lastComparedAt = now();
      lastCompareMs = lastComparedAt - startedAt;
      if (failing) {
        failing = false;
        keeper.setUnreachable(null);
        emit({ type: 'alert', level: 'warning', code: 'exchange_back', tradeId: null, numbers: {} });
      }
      if (lines.length > 0 || cause !== 'comparison') {
        emit({ type: 'recovered', cause, tookMs: lastCompareMs, lines });
      }
    } catch (error) {
      log.warn({ err: error, cause }, 'ledger and exchange could not be compared');
      if (!failing) {
        failing = true;
        keeper.setUnreachable(startedAt);
        emit({ type: 'alert', level: 'warning', code: 'exchange_unreachable', tradeId: null, numbers: {} });
      }
    }
    const hasOpen = runner.all().some((trade) => trade.phase !== 'closed');
    scheduleCompare(failing ? 2_000 : hasOpen ? COMPARE_OPEN_MS : COMPARE_IDLE_MS);
  }

  function guard(): void {
    warden.check();
    guardTimer = clock.after(GUARD_EVERY_MS, guard);
  }

  async function closeOpposite(signal: Signal): Promise<void> {
    if (keeper.book.hedgeMode) return;
    const symbol = instrumentOf(signal.symbol, exchange.instruments())?.instrument.symbol;
    const opposite = runner
      .all()
      .filter(
        (trade) =>
          trade.phase !== 'closed' && trade.plan.symbol === symbol && trade.plan.side !== signal.side,
      );
    await Promise.all(
      opposite.map(async (trade) => {
        const closed = new Promise<void>((done) => {
          closedWaiters.set(trade.id, done);
          clock.after(OPPOSITE_PATIENCE_MS, done);
        });
        const request: TradeRequest = { type: 'close', fraction: new Decimal(1), reason: 'opposite' };
        await runner.feed(trade.id, { type: 'request', request });
        await closed;
      }),
    );
  }

  /** What a panic found open, in this run or, when the program ended in the middle of it, in the one before. */
  async function closeForPanic(open: readonly Trade[]): Promise<void> {
    const close: TradeRequest = { type: 'close', fraction: new Decimal(1), reason: 'panic' };
    await Promise.all(open.map((trade) => runner.feed(trade.id, { type: 'request', request: close })));
  }

  /** The pause of a panic is stored first: while it stands, what was open before it is still to be closed. */
  async function goOnWithPanic(): Promise<void> {
    const panic = keeper.book.pauses.find(({ detail }) => detail === PANIC);
    if (!panic) return;
    const untouched = runner.all().filter(({ phase }) => phase === 'entering' || phase === 'open');
    await closeForPanic(untouched.filter(({ createdAt }) => createdAt <= panic.since));
  }

  function assessNow(signal: Signal, source: Source, channel: ChannelSettings): Assessment {
    return assess(signal, source, channel, keeper.book, now());
  }

  async function request(tradeId: string, wanted: TradeRequest, by: string): Promise<RequestResult> {
    const trade = runner.get(tradeId);
    if (!trade) return { kind: 'refused', reason: 'no_such_trade' };
    const { symbol } = trade.plan;
    let judged = judgeRequest(trade, wanted, keeper.book.prices.get(symbol) ?? null);
    if (judged.kind === 'refused' && judged.reason === 'wrong_side') {
      // The stream's price may be a second old: nobody is told "too late" by a price that has moved on.
      const fresh = await exchange.prices(symbol).catch(() => null);
      if (fresh) keeper.setPrices(symbol, fresh, now());
      judged = judgeRequest(runner.get(tradeId) ?? trade, wanted, keeper.book.prices.get(symbol) ?? null);
    }
    if (judged.kind === 'refused') return judged;
    log.info({ tradeId, request: wanted.type, by }, 'a trade is changed by request');
    await runner.feed(tradeId, { type: 'request', request: wanted });
    return judged;
  }

  const opener = openTrade({
    exchange,
    runner,
    keeper,
    store,
    closedIds,
    closedMemoryMs: CLOSED_MEMORY_MS,
    assess: assessNow,
    closeOpposite,
    fingerprint,
    onOpened(trade) {
      updateWatch();
      emit({ type: 'opened', trade });
      scheduleCompare(COMPARE_OPEN_MS);
    },
    log,
    clock,
  });

  return {
    book: keeper.book,
    preview: opener.preview,
    async proposed(signal, source) {
      const seen = { at: now(), messageId: source.messageId, index: source.index };
      const print = fingerprint(signal, source.authorId);
      keeper.noteSignal(print, seen);
      await store.saveSignal(print, seen);
    },
    open: opener.open,
    trades: () => runner.all().filter((trade) => trade.phase !== 'closed'),
    async find(tradeId) {
      return runner.get(tradeId) ?? (await store.findClosed(tradeId));
    },
    async closedBetween(fromMs, toMs) {
      const stored = await store.closedBetween(fromMs, toMs);
      const known = new Set(stored.map((trade) => trade.id));
      const waiting = runner.all().filter((trade) => {
        const closedAt = trade.closedAt;
        return closedAt !== null && closedAt >= fromMs && closedAt < toMs && !known.has(trade.id);
      });
      return [...stored, ...waiting];
    },
    request,
    pause: warden.pause,
    resume: warden.resume,
    async panic(by) {
      await warden.pause({ reason: 'user', channelId: null, since: now(), until: null, by, detail: PANIC });
      const open = runner.all().filter((trade) => trade.phase !== 'closed');
      await closeForPanic(open);
      return { trades: open.length };
    },
    async announced(tradeId, clientId, executed) {
      await runner.feed(tradeId, { type: 'announced', clientId, executed });
    },
    async closingAnnounced(tradeId, closedAt) {
      await runner.feed(tradeId, { type: 'closing_announced', closedAt });
    },
    health(): DeskHealth {
      return {
        ready: keeper.book.notReady === null,
        reason: keeper.book.notReady,
        queued: runner.queued(),
        lastReconciledAt: lastComparedAt,
        lastReconcileMs: lastCompareMs,
      };
    },
    async start() {
      const since = now() - CLOSED_MEMORY_MS;
      const [unarchived, signals, archived] = await Promise.all([
        store.openTrades(),
        store.recentSignals(now() - 10 * 60_000),
        store.closedBetween(since, now() + 1),
      ]);
      // Some are closed already, and stay until that has been told.
      const closed = [...archived, ...unarchived.filter(({ phase }) => phase === 'closed')];
      for (const trade of unarchived) runner.add(trade);
      for (const [print, seen] of signals) keeper.noteSignal(print, seen);
      for (const trade of closed) closedIds.add(trade.id);
      await warden.load(closed);
      const events = listenToExchange({
        runner,
        keeper,
        warden,
        log,
        clock,
        emit,
        charge: funding.charge,
        attributed,
        reconcile,
        scheduleCompare,
      });
      await exchange.connect(events);
      updateWatch();
      await Promise.all(runner.all().map((trade) => runner.feed(trade.id, { type: 'restart' })));
      await goOnWithPanic();
      const symbols = new Set(runner.all().map((trade) => trade.plan.symbol));
      // Prices for whoever asks before the stream has said its first; without them nothing is lost.
      const prices = Promise.allSettled([...symbols].map((symbol) => keeper.ensureSymbol(symbol)));
      await reconcile('start');
      await prices;
      if (failing) throw new Error('the exchange does not answer');
      keeper.setNotReady(null);
      guard();
      const exposed = runner.all().filter((trade) => held(trade).gt(ZERO));
      log.info({ open: runner.all().length, exposed: exposed.length }, 'the desk is ready');
    },
    async stop() {
      keeper.setNotReady('stopping');
      guardTimer?.();
      compareTimer?.();
      stopped = true;
      await runner.stop();
      await exchange.close();
    },
  };
}
