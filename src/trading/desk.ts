import type { Log } from '../log.ts';
import { assess, fingerprint, instrumentOf } from '../risk/assess.ts';
import { pausesFor } from '../risk/guard.ts';
import type { ChannelSettings, RiskSettings } from '../risk/settings.ts';
import type { Journeys } from '../telemetry/journeys.ts';
import type { Cancel, Clock } from './clock.ts';
import { ZERO } from './decimal.ts';
import { createAccountBook, SIGNAL_MEMORY_MS } from './desk/account-book.ts';
import { createCloses } from './desk/closes.ts';
import { COMPARE_OPEN_MS, latest } from './desk/comparer.ts';
import { createMarkets } from './desk/markets.ts';
import { openTrade } from './desk/open.ts';
import { createRunner } from './desk/runner.ts';
import type { DeskStore } from './desk/store.ts';
import { readStored } from './desk/stored.ts';
import { createWarden } from './desk/warden.ts';
import type { Assessment, Desk, DeskEvent, DeskHealth, RequestResult, TradeRequest } from './desk-types.ts';
import type { Exchange, Prices } from './exchange.ts';
import { held } from './lifecycle/facts.ts';
import { isTooLate, judgeRequest, narrowed } from './lifecycle/requests.ts';
import type { Market, Signal, Source, Trade } from './model.ts';

export interface DeskOptions {
  /** The markets that are traded from the start; more may be added later. */
  exchanges: Partial<Record<Market, Exchange>>;
  store: DeskStore;
  /** The account's risk settings as they stand now. */
  accountRisk(): RiskSettings;
  /** Every signal channel's settings as they stand now. */
  channels(): readonly ChannelSettings[];
  timezone(): string;
  emit(event: DeskEvent): void;
  /** Every price of a followed symbol. Must be quick. */
  onPrices?(market: Market, symbol: string, prices: Prices): void;
  /** When the program began, where that was before the desk was made; recovery is measured from there. */
  startedAt?: number;
  /** The last sign of life of a run before this one that ended unexpectedly. */
  crashedAt?: number | null;
  /** Where the way of each signal is timed. */
  journeys?: Journeys;
  log: Log;
  clock: Clock;
}

export interface RunningDesk extends Desk {
  /** Connects, reconciles, and from then on keeps ledger and exchange equal. */
  start(): Promise<void>;
  /** Trades on one more market from now on; throws when its exchange does not answer, and may then be asked again. */
  addMarket(market: Market, exchange: Exchange): Promise<void>;
  /** Cancels entries that rest: soon nothing may be sent that would protect what they fill. */
  withdrawEntries(): void;
  /**
   * Reads whole what the start has read in part. Rejects with `UnreadableRecord` where one of the trades that closed
   * lately cannot be read; the next start does so, too.
   */
  checkClosed(): Promise<void>;
  stop(): Promise<void>;
}

const COMPARE_SOON_MS = 300;
const GUARD_EVERY_MS = 1_000;
const CLOSED_MEMORY_MS = 48 * 3_600_000;
/** The exchange does not take a request that has been under way for longer than five seconds. */
const LATE_ORDER_MS = 6_000;

export function createDesk(options: DeskOptions): RunningDesk {
  const { store, log, clock, emit } = options;
  const { now } = clock;
  const journeys = options.journeys ? { journeys: options.journeys } : {};
  const account = createAccountBook(now);
  /** Ids of trades closed lately, so that the way from signal to order needs no look into the archive. */
  const closedIds = new Set<string>();
  let guardTimer: Cancel | null = null;
  let stage: 'new' | 'running' | 'stopped' = 'new';

  const runner = createRunner({
    exchangeOf: (trade) => markets.of(trade).exchange,
    breakersOf: (trade) => markets.of(trade).breakers,
    journal: store.saveTrade,
    archive: store.archive,
    reopen: store.reopen,
    emit(event) {
      emit(event);
      if (event.type === 'changed') markets.of(event.trade).onChanged();
    },
    onFault: (detail) => warden.fault(detail),
    onClosed,
    isPaused: ({ source }) => pausesFor(account.pauses, source.channelId, now()).length > 0,
    isCompared: (trade) => markets.of(trade).isCompared(),
    compareSoon: (trade) => markets.of(trade).scheduleCompare(COMPARE_SOON_MS),
    onWriting,
    proveAbsent: (trade, order) => markets.of(trade).proveAbsent(trade, order),
    ...journeys,
    log,
    clock,
  });
  const warden = createWarden({
    store,
    account,
    isStarted: () => stage !== 'new',
    wallets: () => markets.wallets(),
    markOf: (trade) => markets.priceOf(trade)?.mark,
    runner,
    accountRisk: options.accountRisk,
    channels: options.channels,
    timezone: options.timezone,
    emit,
    onWriting,
    log,
    clock,
  });
  const closes = createCloses({ runner, account, pause: warden.pause, clock });
  const markets = createMarkets({
    account,
    runner,
    warden,
    store,
    emit,
    onPrices: (market, symbol, prices) => options.onPrices?.(market, symbol, prices),
    isStarting: () => stage === 'new',
    startedAt: () => options.startedAt ?? now(),
    crashedAt: options.crashedAt ?? null,
    goOn: closes.goOnWithPanic,
    log,
    clock,
  });
  for (const [market, exchange] of Object.entries(options.exchanges)) markets.add(market as Market, exchange);

  function onWriting(works: boolean, reason: string): void {
    if (works && (runner.isUnwritten() || warden.isUnwritten())) return;
    emit({ type: 'part', part: 'store', market: null, works, reason });
  }

  function onClosed(trade: Trade): void {
    closedIds.add(trade.id);
    warden.onClosed(trade);
    closes.onClosed(trade);
    if (mayLeaveOrders(trade)) clock.after(LATE_ORDER_MS, () => markets.of(trade).scheduleCompare(0));
    markets.of(trade).updateWatch();
  }

  function guard(): void {
    warden.check();
    guardTimer = clock.after(GUARD_EVERY_MS, guard);
  }

  function assessNow(
    signal: Signal,
    source: Source,
    channel: ChannelSettings,
    closedForIt?: readonly number[],
  ): Assessment {
    const on = markets.get(channel.market);
    if (!on) throw new Error(`no exchange for ${channel.market}`);
    const { keeper, exchange } = on;
    const quote = instrumentOf(signal.symbol, exchange.instruments())?.instrument.quote ?? 'USDT';
    return assess(signal, source, channel, keeper.bookIn(quote), now(), closedForIt);
  }

  async function request(tradeId: string, wanted: TradeRequest, by: string): Promise<RequestResult> {
    const trade = runner.get(tradeId);
    if (!trade) return { kind: 'refused', reason: 'no_such_trade' };
    const { exchange, keeper } = markets.of(trade);
    const { symbol } = trade.plan;
    let judged = judgeRequest(trade, wanted, markets.priceOf(trade));
    if (isTooLate(judged)) {
      // The stream's price may be a second old: nobody is told "too late" by a price that has moved on.
      const fresh = await exchange.prices(symbol).catch(() => null);
      if (fresh) keeper.setPrices(symbol, fresh, now());
      judged = judgeRequest(runner.get(tradeId) ?? trade, wanted, markets.priceOf(trade));
    }
    if (judged.kind === 'refused') return judged;
    log.info({ tradeId, request: wanted.type, by }, 'a trade is changed by request');
    await runner.feed(tradeId, { type: 'request', request: narrowed(wanted, judged) });
    return judged;
  }

  const opener = openTrade({
    marketDesk: markets.get,
    account,
    runner,
    store,
    closedIds,
    closedMemoryMs: CLOSED_MEMORY_MS,
    assess: assessNow,
    closeOpposite: closes.opposite,
    fingerprint,
    onOpened(trade) {
      markets.of(trade).updateWatch();
      emit({ type: 'opened', trade });
      markets.of(trade).scheduleCompare(COMPARE_OPEN_MS);
    },
    ...journeys,
    log,
    clock,
  });

  /** Some are closed, and in the archive only once that has been told. */
  async function takeClosed<T>(fromMs: number, toMs: number, take: (trade: Trade) => T | null): Promise<T[]> {
    const known = new Set<string>();
    const stored = await store.takeClosed(fromMs, toMs, (trade) => {
      known.add(trade.id);
      return take(trade);
    });
    const waiting = runner.all().filter(({ id, closedAt }) => {
      return closedAt !== null && closedAt >= fromMs && closedAt < toMs && !known.has(id);
    });
    return [...stored, ...waiting.map(take).filter((taken) => taken !== null)];
  }

  return {
    get book() {
      const [first] = markets.books();
      if (!first) throw new Error('no market is traded');
      return first;
    },
    books: markets.books,
    holdings: markets.holdings,
    priceOf: markets.priceOf,
    follow: markets.follow,
    preview: opener.preview,
    async proposed(signal, source) {
      const seen = { at: now(), messageId: source.messageId, index: source.index };
      const channel = options.channels().find(({ channelId }) => channelId === source.channelId);
      const print = fingerprint(signal, source.authorId, channel?.market);
      account.noteSignal(print, seen);
      await store.saveSignal(print, seen);
    },
    open: opener.open,
    trades: () => runner.all().filter((trade) => trade.phase !== 'closed'),
    async find(tradeId) {
      return runner.get(tradeId) ?? (await store.findClosed(tradeId));
    },
    closedBetween: (fromMs, toMs) => takeClosed(fromMs, toMs, (trade) => trade),
    takeClosed,
    request,
    pause: warden.pause,
    pausesStored: warden.pausesStored,
    resume: warden.resume,
    panic: closes.panic,
    async announced(tradeId, clientId, executed) {
      await runner.feed(tradeId, { type: 'announced', clientId, executed });
    },
    async closingAnnounced(tradeId, closedAt) {
      await runner.feed(tradeId, { type: 'closing_announced', closedAt });
    },
    health(): DeskHealth {
      const reasons = markets.books().map((book) => book.notReady);
      const compared = markets.all().map((one) => one.comparisons());
      return {
        ready: reasons.every((reason) => reason === null),
        reason: reasons.find((reason) => reason !== null) ?? null,
        queued: runner.queued(),
        marginRatio: markets.get('usdm')?.keeper.marginRatio() ?? null,
        ...latest(compared),
      };
    },
    async start() {
      const { unarchived, closed, signals } = await readStored(
        store,
        now() - CLOSED_MEMORY_MS,
        now() - SIGNAL_MEMORY_MS,
      );
      for (const trade of unarchived) runner.addStored(trade);
      for (const [print, seen] of signals) account.noteSignal(print, seen);
      for (const trade of closed) closedIds.add(trade.id);
      await warden.load(closed);
      await markets.takeUp();
      stage = 'running';
      guard();
      const exposed = runner.all().filter((trade) => held(trade).gt(ZERO));
      log.info({ open: runner.all().length, exposed: exposed.length }, 'the desk is ready');
    },
    async addMarket(market, exchange) {
      if (!markets.get(market) && stage !== 'stopped') await markets.join(market, exchange);
    },
    withdrawEntries() {
      for (const { id } of runner.all()) void runner.feed(id, { type: 'unguarded' });
    },
    checkClosed: () => store.checkClosed(now() - CLOSED_MEMORY_MS),
    async stop() {
      guardTimer?.();
      warden.stop();
      stage = 'stopped';
      for (const one of markets.all()) one.stop();
      await runner.stop();
      await Promise.all(markets.all().map(({ exchange }) => exchange.close()));
    },
  };
}

/** An order that was given up may be carried out after all, and on spot it would sell coins that are not ours. */
function mayLeaveOrders({ orders, terms }: Trade): boolean {
  return (
    terms.spot !== undefined && orders.some(({ role, status }) => role !== 'entry' && status === 'failed')
  );
}
