import type { Log } from '../../log.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { DeskEvent } from '../desk-types.ts';
import type { Exchange, ExchangeEvent } from '../exchange.ts';
import type { Market, Order, Trade } from '../model.ts';
import type { AccountBook } from './account-book.ts';
import { accountChanged, listenToExchange } from './events.ts';
import { createFunding } from './funding.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { compare, proveAbsent, type ReconcileDeps } from './reconcile.ts';
import type { Runner } from './runner.ts';
import { tellSharing } from './sharing.ts';
import type { Warden } from './warden.ts';

export interface MarketDeskDeps {
  market: Market;
  exchange: Exchange;
  account: AccountBook;
  /** Of every market. */
  runner: Runner;
  warden: Warden;
  store: {
    findClosed(tradeId: string): Promise<Trade | null>;
    closedBetween(fromMs: number, toMs: number): Promise<Trade[]>;
    archive(trade: Trade): Promise<void>;
    reopen(trade: Trade): Promise<void>;
  };
  emit(event: DeskEvent): void;
  log: Log;
  clock: Clock;
}

/** One market of the desk: its exchange, its side of the book, and the comparison of both with the ledger. */
export interface MarketDesk {
  readonly market: Market;
  readonly exchange: Exchange;
  readonly keeper: Keeper;
  /** Opens the streams. */
  connect(): Promise<void>;
  /** Throws when the exchange does not answer. Afterwards entries may be assessed. */
  compareFirst(): Promise<void>;
  scheduleCompare(delayMs: number): void;
  /** Prices of exactly the symbols of our trades. */
  updateWatch(): void;
  /** A trade of this market has changed. */
  onChanged(): void;
  proveAbsent(trade: Trade, order: Order): Promise<boolean>;
  lastComparison(): { at: number; tookMs: number } | null;
  stop(): void;
}

const COMPARE_IDLE_MS = 60_000;
/** With positions open a silent stream must not go unnoticed for long. */
export const COMPARE_OPEN_MS = 20_000;

export function createMarketDesk(deps: MarketDeskDeps): MarketDesk {
  const { market, exchange, warden, store, emit, clock } = deps;
  const { now } = clock;
  const log = deps.log.child({ market });
  const runner = runnerOf(deps.runner, market);
  const attributed = new Set<string>();
  let last: { at: number; tookMs: number } | null = null;
  let comparing: Promise<void> | null = null;
  let timer: Cancel | null = null;
  let failing = false;
  let stopped = false;

  const keeper = createKeeper({
    market,
    exchange,
    account: deps.account,
    trades: deps.runner.all,
    isUnwritten: deps.runner.isUnwritten,
    now,
  });
  const closedBetween = async (fromMs: number, toMs: number): Promise<Trade[]> =>
    (await store.closedBetween(fromMs, toMs)).filter((trade) => trade.plan.market === market);
  const reconcileDeps: ReconcileDeps = {
    market,
    exchange,
    runner,
    keeper,
    findClosed: store.findClosed,
    closedBetween,
    attributed,
    reopen: store.reopen,
    onModeChange: (change, value) => accountChanged({ warden, emit, log, clock }, `${change}: ${value}`),
    log,
    clock,
  };
  const funding = createFunding({
    exchange,
    runner,
    closedBetween,
    archive: store.archive,
    onAmended: warden.onAmended,
    clock,
    log,
  });

  function scheduleCompare(delayMs: number): void {
    if (stopped) return;
    timer?.();
    timer = clock.after(delayMs, () => void reconcile('comparison'));
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
      last = { at: now(), tookMs: now() - startedAt };
      if (failing) {
        failing = false;
        keeper.setUnreachable(null);
        emit({ type: 'alert', level: 'warning', code: 'exchange_back', tradeId: null, numbers: {} });
      }
      if (lines.length > 0 || cause !== 'comparison') {
        emit({ type: 'recovered', cause, tookMs: last.tookMs, lines });
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

  function updateWatch(): void {
    exchange.watch([...new Set(runner.all().map((trade) => trade.plan.symbol))]);
  }

  return {
    market,
    exchange,
    keeper,
    async connect() {
      const events: (event: ExchangeEvent) => void = listenToExchange({
        market,
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
    },
    async compareFirst() {
      const symbols = new Set(runner.all().map((trade) => trade.plan.symbol));
      // Prices for whoever asks before the stream has said its first; without them nothing is lost.
      const prices = Promise.allSettled([...symbols].map((symbol) => keeper.ensureSymbol(symbol)));
      await reconcile('start');
      await prices;
      if (failing) throw new Error('the exchange does not answer');
      keeper.setNotReady(null);
    },
    scheduleCompare,
    updateWatch,
    onChanged: () => tellSharing(runner, keeper),
    proveAbsent: (trade, order) => proveAbsent(reconcileDeps, trade, order),
    lastComparison: () => last,
    stop() {
      keeper.setNotReady('stopping');
      timer?.();
      stopped = true;
    },
  };
}

/** The same runner, which shows one market's trades alone. */
function runnerOf(runner: Runner, market: Market): Runner {
  const isOurs = (trade: Trade): boolean => trade.plan.market === market;
  return {
    ...runner,
    get(tradeId) {
      const trade = runner.get(tradeId);
      return trade && isOurs(trade) ? trade : undefined;
    },
    all: () => runner.all().filter(isOurs),
  };
}
