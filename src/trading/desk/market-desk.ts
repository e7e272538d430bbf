import type { Log } from '../../log.ts';
import type { Clock } from '../clock.ts';
import type { DeskEvent, DeskHealth } from '../desk-types.ts';
import { type Exchange, type ExchangeEvent, type Prices, Unreachable } from '../exchange.ts';
import { isInCredits } from '../holding.ts';
import { entryOf } from '../lifecycle/spot/attached.ts';
import type { Market, Order, Trade } from '../model.ts';
import type { AccountBook } from './account-book.ts';
import { type Breakers, createBreakers, troubleNumbers } from './breaker.ts';
import { createComparer } from './comparer.ts';
import { accountChanged, listenToExchange } from './events.ts';
import { createFunding } from './funding.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { proveAbsent, type ReconcileDeps, readStanding } from './reconcile.ts';
import type { Runner } from './runner.ts';
import { shareReading } from './shared-reading.ts';
import { tellSharing } from './sharing.ts';
import { findLeft } from './unjournalled.ts';
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
    closedOn(symbols: ReadonlySet<string>, fromMs: number, toMs: number): Promise<Trade[]>;
    archive(trade: Trade): Promise<void>;
    reopen(trade: Trade): Promise<void>;
    /** It is on a server that is not there. */
    isAway?(): boolean;
  };
  emit(event: DeskEvent): void;
  /** Symbols to follow beside those of the trades. */
  followed(): readonly string[];
  onPrices(symbol: string, prices: Prices): void;
  /** Recovery at the start is measured from here. */
  startedAt: number;
  log: Log;
  clock: Clock;
}

/** One market of the desk: its exchange, its side of the book, and the comparison of both with the ledger. */
export interface MarketDesk {
  readonly market: Market;
  readonly exchange: Exchange;
  readonly keeper: Keeper;
  readonly breakers: Breakers;
  /** Opens the streams. */
  connect(): Promise<void>;
  /** Tells the trades that the program was away; throws where what has to be known first cannot be found out. */
  takeUp(): Promise<void>;
  /** Throws `Unreachable` when the exchange does not answer. Afterwards entries may be assessed. */
  compareFirst(): Promise<void>;
  scheduleCompare(delayMs: number): void;
  /** Prices of exactly the symbols of our trades. */
  updateWatch(): void;
  /** A trade of this market has changed. */
  onChanged(): void;
  proveAbsent(trade: Trade, order: Order): Promise<boolean>;
  /** With the ledger, since the start. */
  isCompared(): boolean;
  comparisons(): Pick<DeskHealth, 'lastReconciledAt' | 'lastReconcileMs' | 'recoveries'>;
  stop(): void;
}

export function createMarketDesk(deps: MarketDeskDeps): MarketDesk {
  const { market, exchange, warden, store, emit, clock } = deps;
  const { now } = clock;
  const log = deps.log.child({ market });
  const runner = runnerOf(deps.runner, market);
  const attributed = new Set<string>();
  const breakers = createBreakers(now, ({ state, trouble }) => {
    const code = state === 'open' ? 'breaker_open' : 'breaker_closed';
    emit({ type: 'alert', level: 'warning', code, tradeId: null, numbers: troubleNumbers(trouble, now()) });
  });

  const keeper = createKeeper({
    market,
    exchange,
    account: deps.account,
    trades: deps.runner.all,
    foreseen: deps.runner.foreseen,
    isUnwritten: () => deps.runner.isUnwritten() || deps.warden.isUnwritten() || store.isAway?.() === true,
    troubles: breakers.troubles,
    log,
    clock,
  });
  const isOurs = ({ plan }: Trade): boolean => plan.market === market;
  const closedBetween = async (fromMs: number, toMs: number): Promise<Trade[]> =>
    (await store.closedBetween(fromMs, toMs)).filter(isOurs);
  const isCompared = (): boolean => comparer.health().lastReconciledAt !== null;
  const reconcileDeps: ReconcileDeps = {
    market,
    exchange,
    runner,
    keeper,
    isCompared,
    findClosed: store.findClosed,
    closedBetween,
    attributed,
    reopen: store.reopen,
    onModeChange: (change, value) => accountChanged({ warden, emit, clock }, `${change}: ${value}`),
    log,
    clock,
  };
  // Many may be missing at once, after an outage: each asking for itself would be a ban, and the next one after that.
  const proofDeps = { ...reconcileDeps, readStanding: shareReading(() => readStanding(exchange)) };
  const funding = createFunding({
    exchange,
    runner,
    closedOn: async (...asked) => (await store.closedOn(...asked)).filter(isOurs),
    archive: store.archive,
    onAmended: warden.onAmended,
    clock,
    log,
  });

  const comparer = createComparer({
    exchange,
    reconcile: reconcileDeps,
    runner,
    keeper,
    funding,
    findClosed: store.findClosed,
    emit,
    log,
    clock,
  });

  let connected = false;
  function updateWatch(): void {
    if (!connected) return;
    exchange.watch([...new Set([...runner.all().map((trade) => trade.plan.symbol), ...deps.followed()])]);
  }

  return {
    market,
    exchange,
    keeper,
    async connect() {
      const events: (event: ExchangeEvent) => void = listenToExchange({
        market,
        exchange,
        runner,
        keeper,
        warden,
        log,
        clock,
        emit,
        charge: funding.charge,
        attributed,
        comparer,
        onPrices: deps.onPrices,
      });
      comparer.beginGap('start', deps.startedAt);
      await exchange.connect(events);
      connected = true;
      updateWatch();
    },
    async takeUp() {
      const trades = runner.all();
      const looked = trades.filter(({ phase }) => market === 'spot' && phase !== 'closed');
      const others = trades.filter((trade) => !looked.includes(trade));
      await Promise.all([
        ...others.map(({ id }) => runner.wake(id, [{ type: 'restart' }])),
        findLeft(exchange, looked, async (trade, found, fills) => {
          const { id } = trade;
          // What the exchange has placed for an entry that filled is in the journal, with its entry.
          const [placed, left] = partition(
            found,
            ({ report }) => entryOf(trade, report.clientId) !== undefined,
          );
          // A price that was told meanwhile decides nothing before it is known what has filled.
          await runner.wake(id, [
            { type: 'restart', found: left },
            ...placed.map(({ report }) => ({ type: 'report' as const, report, fill: null })),
            { type: 'fills', fills },
          ]);
        }),
      ]);
    },
    async compareFirst() {
      const symbols = new Set(runner.all().map((trade) => trade.plan.symbol));
      // Prices for whoever asks before the stream has said its first; without them nothing is lost.
      const prices = Promise.allSettled([...symbols].map((symbol) => keeper.ensureSymbol(symbol)));
      await comparer.run('start');
      await prices;
      if (comparer.isFailing())
        throw new Unreachable('ledger and exchange could not be compared', 'uncompared');
      const known = keeper.account();
      if (known && isInCredits(known))
        emit({ type: 'alert', level: 'warning', code: 'credits_mode', tradeId: null, numbers: {} });
      keeper.setNotReady(null);
    },
    breakers,
    scheduleCompare: comparer.schedule,
    updateWatch,
    onChanged: () => tellSharing(runner, keeper),
    proveAbsent: (trade, order) => proveAbsent(proofDeps, trade, order),
    isCompared,
    comparisons: comparer.health,
    stop() {
      keeper.setNotReady('stopping');
      comparer.stop();
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

function partition<Item>(all: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [all.filter(isFirst), all.filter((item) => !isFirst(item))];
}
