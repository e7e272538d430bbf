import type { Log } from '../../log.ts';
import { instrumentOf } from '../../risk/assess.ts';
import { FREED_BY_CLOSING } from '../../risk/reach.ts';
import type { ChannelSettings } from '../../risk/settings.ts';
import type { Journeys } from '../../telemetry/journeys.ts';
import type { Clock } from '../clock.ts';
import type { Decimal } from '../decimal.ts';
import type { Assessment, Desk, Opened } from '../desk-types.ts';
import { Unreachable } from '../exchange.ts';
import { tradeIdOf } from '../lifecycle/ids.ts';
import type { Market, Signal, Source, Trade } from '../model.ts';
import { termsFor } from '../plan.ts';
import { newTrade } from '../trade.ts';
import type { AccountBook } from './account-book.ts';
import { createLines, type Turn } from './lines.ts';
import type { MarketDesk } from './market-desk.ts';
import type { Runner } from './runner.ts';
import type { DeskStore } from './store.ts';
import { isSetUp, OUT_OF_REACH, prepare, type Unprepared } from './symbol-settings.ts';
import { untilWithdrawn } from './until-withdrawn.ts';

export interface OpenDeps {
  /** The desk of the channel's market; absent while the program does not trade there. */
  marketDesk(market: Market): MarketDesk | undefined;
  account: AccountBook;
  runner: Runner;
  store: DeskStore;
  closedIds: ReadonlySet<string>;
  closedMemoryMs: number;
  /** @param closedForIt when trades were closed that the signal has had closed */
  assess(
    signal: Signal,
    source: Source,
    channel: ChannelSettings,
    closedForIt?: readonly number[],
  ): Assessment;
  /** Answers with when each was closed. */
  closeOpposite(signal: Signal, on: MarketDesk): Promise<number[]>;
  fingerprint(signal: Signal, authorId: string, market: Market): string;
  onOpened(trade: Trade): void;
  journeys?: Journeys;
  log: Log;
  clock: Clock;
}

export interface Opener {
  /** What `open` would do, without reserving anything. */
  preview: Desk['preview'];
  open: Desk['open'];
}

/** A signal that is to be opened, unless it is withdrawn before its first order leaves. */
interface Asked {
  signal: Signal;
  source: Source;
  /** When it was; it waits for no longer than `maxAge` from here on. */
  begun: number;
  withdrawn: AbortSignal | undefined;
  /** When trades were closed that it has had closed. */
  closedForIt: readonly number[];
}

/**
 * Between two attempts while the exchange is busy or away, doubled each time: what waits, on several symbols at once, is
 * not to ask an exchange down.
 */
const TRY_AGAIN_MS = { first: 500, most: 2_000 };

/** Prices of a symbol that are read for the first time may take so long, however short `maxAge` is. */
const READING_MS = 5_000;

/** From a signal to orders on their way: assess and reserve in one turn, journal, prepare the symbol, send. */
export function openTrade(deps: OpenDeps): Opener {
  const { runner, account, store, clock } = deps;
  const { now } = clock;
  const opening = new Set<string>();
  /** Signals on one symbol are decided, and their orders go, in the order in which they came. */
  const lineUp = createLines(clock);

  /** Makes prices, brackets and fees of the signal's symbol known. */
  async function ensure(signal: Signal, { exchange, keeper }: MarketDesk): Promise<void> {
    const instrument = instrumentOf(signal.symbol, exchange.instruments())?.instrument;
    if (!instrument) return;
    try {
      await keeper.ensureSymbol(instrument.symbol);
      const filterPrice = keeper.ensureFilterPrice(instrument.symbol, levelsOf(signal));
      if (filterPrice) await filterPrice;
    } catch (error) {
      // The rules then deny it for want of a price, with their own code.
      if (!(error instanceof Unreachable)) throw error;
      deps.log.warn({ err: error, symbol: instrument.symbol }, 'prices could not be read');
    }
  }

  async function exists(tradeId: string, postedAt: number): Promise<boolean> {
    if (runner.get(tradeId) || deps.closedIds.has(tradeId)) return true;
    // Only an old message can belong to a trade that is no longer in memory.
    if (now() - postedAt < deps.closedMemoryMs) return false;
    return (await store.findClosed(tradeId)) !== null;
  }

  async function open(
    signal: Signal,
    source: Source,
    channel: ChannelSettings,
    withdrawn?: AbortSignal,
  ): Promise<Opened> {
    const tradeId = tradeIdOf(source.messageId, source.index);
    // Taken before anything is waited for: the same message may be read twice in one turn.
    if (opening.has(tradeId)) return { kind: 'exists', tradeId };
    opening.add(tradeId);
    const begun = now();
    const on = deps.marketDesk(channel.market);
    const listing = on ? instrumentOf(signal.symbol, on.exchange.instruments()) : null;
    const turn = lineUp(`${channel.market} ${listing?.instrument.symbol ?? signal.symbol}`);
    try {
      if (await exists(tradeId, source.postedAt)) return { kind: 'exists', tradeId };
      if (!on) return notTradedHere(channel);
      await untilWithdrawn(comeUp(signal, on, turn), withdrawn);
      const asked = { signal, source, begun, withdrawn, closedForIt: [] };
      const isLate = isStale(begun, channel);
      const opened = withdrawn?.aborted
        ? WITHDRAWN
        : isLate
          ? OUT_OF_REACH
          : await decide(asked, channel, on, turn);
      if (opened.kind !== 'opened') await forget(signal, source, channel.market);
      return opened;
    } finally {
      // Two requests under way may overtake each other: on connections of their own, or where one has yet to be made.
      void runner.answered(tradeId).then(turn.leave, turn.leave);
      opening.delete(tradeId);
    }
  }

  /** Prices are known, and the signal before is in the book: also which trade stands in the way is decided after it. */
  async function comeUp(signal: Signal, on: MarketDesk, turn: Turn): Promise<void> {
    await ensure(signal, on);
    if (!turn.isBehind()) return;
    await turn.behind('reserved');
    // The price that was read before may be old by now.
    await ensure(signal, on);
  }

  /** An exchange that did not answer has kept it waiting for longer than it was to wait. */
  function isStale(begun: number, { maxAgeMs }: ChannelSettings): boolean {
    return now() - begun > Math.max(maxAgeMs, READING_MS);
  }

  async function decide(asked: Asked, channel: ChannelSettings, on: MarketDesk, turn: Turn): Promise<Opened> {
    const { signal, source } = asked;
    const attempt = (one: Asked, settings: ChannelSettings): Promise<Opened> =>
      whileFresh(one, channel, on, (until) => reserveAndSend(one, settings, on, until, turn));
    if (!channel.trading.closeOnOpposite) return attempt(asked, channel);
    const judged = await whileFresh<Assessment>(asked, channel, on, () =>
      asked.withdrawn?.aborted ? GIVEN_UP : deps.assess(signal, source, channel),
    );
    if (asked.withdrawn?.aborted) return WITHDRAWN;
    if (judged.kind === 'denied' && !FREED_BY_CLOSING.has(judged.denial.code)) return judged;
    const closedForIt = await deps.closeOpposite(signal, on);
    await ensure(signal, on);
    // What could not be closed in time still stands in the way: the exchange would net the two.
    return attempt(
      { ...asked, closedForIt },
      { ...channel, trading: { ...channel.trading, closeOnOpposite: false } },
    );
  }

  /** What came to nothing may be posted again: that is no duplicate. */
  async function forget(signal: Signal, source: Source, market: Market): Promise<void> {
    const print = deps.fingerprint(signal, source.authorId, market);
    if (!account.forgetSignal(print, source)) return;
    await store.dropSignal(print).catch((error: unknown) => {
      deps.log.error({ err: error, messageId: source.messageId }, 'a signal could not be forgotten');
    });
  }

  /** None of them has left. */
  function forgetOrders({ source, orders, createdAt }: Trade): void {
    account.forgetEntryOrders(source.channelId, orders.length, createdAt);
  }

  async function preview(
    signal: Signal,
    source: Source,
    channel: ChannelSettings,
    withdrawn?: AbortSignal,
  ): Promise<Assessment> {
    const on = deps.marketDesk(channel.market);
    if (!on) return notTradedHere(channel);
    const begun = now();
    await untilWithdrawn(ensure(signal, on), withdrawn);
    return whileFresh<Assessment>({ signal, begun, withdrawn }, channel, on, () =>
      withdrawn?.aborted ? GIVEN_UP : deps.assess(signal, source, channel),
    );
  }

  async function again(pauseMs: number, signal: Signal, on: MarketDesk): Promise<void> {
    await new Promise<void>((done) => clock.after(pauseMs, done));
    await ensure(signal, on);
  }

  /** While the exchange is busy or away a signal waits, as long as it is fresh. */
  async function whileFresh<Answer extends Assessment | Opened>(
    { signal, begun, withdrawn }: Pick<Asked, 'signal' | 'begun' | 'withdrawn'>,
    channel: ChannelSettings,
    on: MarketDesk,
    attempt: (until: number) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const until = Math.max(begun + channel.maxAgeMs, now());
    for (let pauseMs = TRY_AGAIN_MS.first; ; pauseMs = Math.min(pauseMs * 2, TRY_AGAIN_MS.most)) {
      const answer = await attempt(until);
      const waits = answer.kind === 'denied' && answer.denial.code === 'exchange_unreachable';
      if (!waits || answer === GIVEN_UP || now() + pauseMs > until) return answer;
      await untilWithdrawn(again(pauseMs, signal, on), withdrawn);
      // The exchange may have kept the question for seconds.
      if (now() > until && !withdrawn?.aborted) return answer;
    }
  }

  async function reserveAndSend(
    { signal, source, withdrawn, closedForIt }: Asked,
    channel: ChannelSettings,
    on: MarketDesk,
    sendUntil: number,
    turn: Turn,
  ): Promise<Opened> {
    if (withdrawn?.aborted) return WITHDRAWN;
    // From here to `runner.add` nothing awaits: what was assessed is what is reserved.
    const assessment = deps.assess(signal, source, channel, closedForIt);
    deps.journeys?.reach(tradeIdOf(source.messageId, source.index), 'risk');
    if (assessment.kind === 'denied') return assessment;
    const { plan } = assessment;
    const instrument = on.exchange.instruments().get(plan.symbol);
    if (!instrument) return { kind: 'failed', message: `${plan.symbol} has no filters` };
    const terms = termsFor(plan, channel.trading, instrument, on.keeper.book.feesOf(plan.symbol));
    const trade = newTrade({ plan, signal, source, terms, now: now(), sendUntil });
    const print = deps.fingerprint(signal, source.authorId, channel.market);
    runner.add(trade);
    account.noteEntryOrders(source.channelId, trade.orders.length, trade.createdAt);
    turn.reach('reserved');
    account.noteSignal(print, { at: now(), messageId: source.messageId, index: source.index });

    // One row is one wait for the disk. It also tells the next start of its signal.
    const written = store.saveTrade(trade).then(
      () => {
        deps.journeys?.reach(trade.id, 'journalled');
        if (withdrawn?.aborted) runner.drop(trade.id);
        return !withdrawn?.aborted;
      },
      (error: unknown) => {
        deps.log.error(
          { err: error, tradeId: trade.id },
          'a new trade could not be journalled: nothing was sent',
        );
        runner.drop(trade.id);
        return false;
      },
    );
    // Its orders are made ready meanwhile, where nothing else has to come before them.
    const begun =
      turn.isBehind() || !isSetUp(plan, on) ? null : runner.feed(trade.id, { type: 'begin' }, written);
    if (!(await written)) {
      forgetOrders(trade);
      // It may be there all the same, and what has been begun writes it, too.
      await begun;
      await store.dropTrade(trade.id).catch((left: unknown) => {
        deps.log.error({ err: left, tradeId: trade.id }, 'a trade that was not sent may stay in the journal');
      });
      return withdrawn?.aborted ? WITHDRAWN : { kind: 'failed', message: 'the journal could not be written' };
    }
    const refused = begun ? null : await comeFirst(trade, on, turn, withdrawn);
    if (refused) return refused;
    await (begun ?? runner.feed(trade.id, { type: 'begin' }));
    deps.onOpened(trade);
    return { kind: 'opened', trade, checks: assessment.checks };
  }

  /** What has to come before the orders: those of the signal before, the symbol's settings. */
  async function comeFirst(
    trade: Trade,
    on: MarketDesk,
    turn: Turn,
    withdrawn: AbortSignal | undefined,
  ): Promise<Unprepared | typeof WITHDRAWN | null> {
    const { id, plan } = trade;
    await turn.behind('answered');
    const unprepared = withdrawn?.aborted ? null : await prepare(plan, on, deps.log);
    const refused = withdrawn?.aborted ? WITHDRAWN : unprepared;
    if (!refused) return null;
    forgetOrders(trade);
    const isChanged = !isAsTaken(trade, runner.get(id));
    runner.drop(id);
    await store.dropTrade(id).catch((error: unknown) => {
      // Nothing of it was sent: should it come back at the next start, that is what it will find.
      deps.log.error({ err: error, tradeId: id }, 'a trade that was given up is still in the journal');
    });
    return isChanged && refused.kind === 'denied' ? GIVEN_UP : refused;
  }

  return { preview, open };
}

const WITHDRAWN = { kind: 'withdrawn' } as const satisfies Opened;

/** The same, for good: another attempt would make a trade by the signal alone, and what was asked for would be forgotten. */
const GIVEN_UP: typeof OUT_OF_REACH = { ...OUT_OF_REACH };

/** Nobody has moved its stop, set other targets, cancelled its entries or closed it, and been told that this is done. */
function isAsTaken(taken: Trade, left: Trade | undefined): boolean {
  const asked = ['stopPrice', 'stopKind', 'targets', 'entriesCancelled', 'closing', 'phase'] as const;
  return left !== undefined && asked.every((key) => left[key] === taken[key]);
}

/** The prices at which it may order. */
function levelsOf({ entry, stopLoss }: Signal): Decimal[] {
  const stop = stopLoss && 'price' in stopLoss ? [stopLoss.price] : [];
  if (entry.type === 'market') return stop;
  return [...(entry.type === 'limit' ? entry.prices : [entry.low, entry.high]), ...stop];
}

function notTradedHere({ market }: ChannelSettings): Extract<Assessment, { kind: 'denied' }> {
  return {
    kind: 'denied',
    denial: { code: 'not_ready', setting: null, numbers: { reason: market } },
    checks: [],
  };
}
