import type { Log } from '../../log.ts';
import type { Pause } from '../../risk/book.ts';
import {
  activePauses,
  addPause,
  dayOf,
  liftPauses,
  lossPauses,
  nextDayStart,
  pausesSince,
} from '../../risk/guard.ts';
import type { ChannelSettings, RiskSettings } from '../../risk/settings.ts';
import type { Clock } from '../clock.ts';
import { ZERO } from '../decimal.ts';
import type { DeskEvent } from '../desk-types.ts';
import type { ClosedTrade, Trade } from '../model.ts';
import type { AccountBook } from './account-book.ts';
import {
  ACCOUNT,
  closedDayTrade,
  countLoss,
  countMissed,
  type DayMark,
  type DayTrade,
  dayResult,
  dayTrade,
  type GuardState,
  liftLosses,
  lossesSince,
  type MarkOf,
  markDay,
  NO_LOSSES,
  type Wallet,
  withWallets,
} from './day.ts';
import { createKept } from './kept.ts';
import type { Runner } from './runner.ts';

/** What the warden keeps over a restart. */
export interface WardenStore {
  pauses(): Promise<Pause[]>;
  savePauses(pauses: readonly Pause[]): Promise<void>;
  dayMark(): Promise<DayMark | null>;
  saveDayMark(mark: DayMark): Promise<void>;
  guardState(): Promise<GuardState | null>;
  saveGuardState(state: GuardState): Promise<void>;
}

export interface WardenDeps {
  store: WardenStore;
  account: AccountBook;
  /** The start is over: account and prices are known, by which a day begins. */
  isStarted(): boolean;
  /** Of every market whose account is known: what is traded with, or may be. */
  wallets(): readonly Wallet[];
  markOf: MarkOf;
  runner: Runner;
  accountRisk(): RiskSettings;
  channels(): readonly ChannelSettings[];
  timezone(): string;
  emit(event: DeskEvent): void;
  /** Something of its own could not be written, and is tried again until it can; or all of it is written. */
  onWriting(works: boolean, reason: string): void;
  log: Log;
  clock: Clock;
}

/** Watches over pauses, the daily loss and losing streaks. Nothing here ever opens anything. */
export interface Warden {
  /** `closed`: trades closed lately, today's among them. */
  load(closed: readonly ClosedTrade[]): Promise<void>;
  /** Holds from this moment. Resolves with whether it is on the disk; if not, it is written again until it is. */
  pause(pause: Pause): Promise<boolean>;
  /** Resolves once the pauses that hold are on the disk. */
  pausesStored(): Promise<void>;
  fault(detail: string): void;
  /** Lifts those that stand now, once that is on the disk. False where it could not be written: they stand. */
  resume(reasons: readonly Pause['reason'][], channelId: string | null): Promise<boolean>;
  onClosed(trade: Trade): void;
  /** The result of a trade that is closed has changed. */
  onAmended(trade: Trade): void;
  /** Brings the day's result up to date, ends pauses whose time has come, sets those that are due. */
  check(): void;
  /** The disk may have something else than what holds. */
  isUnwritten(): boolean;
  stop(): void;
}

export function createWarden(deps: WardenDeps): Warden {
  const { store, account, markOf, runner, emit, log, clock } = deps;
  const { now } = clock;
  let pauses: readonly Pause[] = [];
  let state: GuardState = NO_LOSSES;
  let mark: DayMark | null = null;
  /** Today's, by the trade's id. */
  let closed = new Map<string, DayTrade>();
  /** For each `/resume` that is being written: what closes meanwhile counts whether it succeeds or not. */
  const closedSince = new Set<Trade[]>();

  const keeping = { onChange: onKept, log, clock };
  const kept = {
    pauses: createKept<readonly Pause[]>({
      what: 'pauses',
      save: (now) => store.savePauses(now),
      ...keeping,
    }),
    state: createKept<GuardState>({ what: 'losses', save: (now) => store.saveGuardState(now), ...keeping }),
    mark: createKept<DayMark>({ what: 'the day', save: (now) => store.saveDayMark(now), ...keeping }),
  };

  function isUnwritten(): boolean {
    return Object.values(kept).some((one) => one.isBehind());
  }

  function onKept(isBehind: boolean, reason: string): void {
    if (isBehind || !isUnwritten()) deps.onWriting(!isBehind, reason);
  }

  function hold(next: readonly Pause[]): void {
    pauses = next;
    account.setPauses(pauses);
  }

  function setPauses(next: readonly Pause[]): Promise<boolean> {
    hold(next);
    return kept.pauses.write(pauses);
  }

  function pause(added: Pause): Promise<boolean> {
    const stored = setPauses(addPause(pauses, added, now()));
    emit({ type: 'paused', pause: added });
    return stored;
  }

  async function lift(lifted: ReadonlySet<Pause>): Promise<boolean> {
    const before = pauses;
    const without = (all: readonly Pause[]): Pause[] => all.filter((one) => !lifted.has(one));
    if (!(await kept.pauses.write(without(before), before))) return false;
    if (pauses === before) hold(without(before));
    // Others have come or gone meanwhile, and were written after it.
    else void setPauses(without(pauses));
    return true;
  }

  function today(): string {
    return dayOf(now(), deps.timezone());
  }

  function tally(current: DayMark): void {
    const open = openTrades().map((trade) => dayTrade(trade, markOf));
    const profit = dayResult(current, [...open, ...closed.values()]);
    const channels = new Map(
      [...profit.channels.keys(), ...Object.keys(state.channelStreaks)].map((id) => [
        id,
        {
          dayPnl: profit.channels.get(id) ?? ZERO,
          dailyLossLiftedUntil: state.liftedUntil[id] ?? null,
          lossStreak: state.channelStreaks[id] ?? 0,
        },
      ]),
    );
    account.setTallies({
      dayPnl: profit.all,
      dayStartEquity: current.equity,
      dailyLossLiftedUntil: state.liftedUntil[ACCOUNT] ?? null,
      lossStreak: state.streak,
      lastLossAt: new Map(Object.entries(state.lastLossAt)),
      channels,
    });
  }

  function openTrades(): Trade[] {
    return runner.all().filter((trade) => trade.phase !== 'closed');
  }

  function closedOn<One extends { closedAt: number | null }>(day: string, trades: Iterable<One>): One[] {
    return [...trades].filter(({ closedAt }) => dayOf(closedAt ?? 0, deps.timezone()) === day);
  }

  function byId(trades: readonly DayTrade[]): Map<string, DayTrade> {
    return new Map(trades.map((trade) => [trade.id, trade]));
  }

  function check(): void {
    const known = mark?.day === today() ? mark : null;
    const current = known
      ? withWallets(known, deps.wallets())
      : markDay(today(), deps.wallets(), openTrades(), markOf);
    if (!known) closed = byId(closedOn(current.day, closed.values()));
    if (current !== mark) void kept.mark.write(current);
    mark = current;
    tally(mark);
    const live = activePauses(pauses, now());
    if (live.length < pauses.length) {
      const ended = pauses.filter((known) => !live.includes(known)).map((known) => known.reason);
      void setPauses(live);
      emit({ type: 'resumed', reasons: ended });
    }
    for (const due of lossPauses(account, deps.accountRisk(), now(), deps.timezone(), deps.channels())) {
      void pause(due);
      const code = due.reason === 'daily_loss' ? 'daily_loss' : 'loss_streak';
      emit({ type: 'alert', level: 'warning', code, tradeId: null, numbers: { detail: due.detail } });
    }
  }

  return {
    async load(closedLately) {
      const [storedPauses, storedMark, storedState] = await Promise.all([
        store.pauses(),
        store.dayMark(),
        store.guardState(),
      ]);
      pauses = storedPauses;
      account.setPauses(pauses);
      const inTime = pausesSince(storedPauses, now());
      if (inTime !== storedPauses) void setPauses(inTime);
      mark = storedMark;
      const known = storedState ?? NO_LOSSES;
      state = lossesSince(countMissed(known, closedLately), now());
      if (state !== known) void kept.state.write(state);
      closed = byId(closedOn(today(), closedLately).map(closedDayTrade));
    },
    pause,
    pausesStored: kept.pauses.caughtUp,
    fault(detail) {
      void pause({ reason: 'fault', channelId: null, since: now(), until: null, by: null, detail });
    },
    async resume(reasons, channelId) {
      const stay = liftPauses(pauses, reasons, channelId, now());
      const lifted = new Set(pauses.filter((one) => !stay.includes(one)));
      const before = state;
      const next = liftLosses(before, reasons, channelId, nextDayStart(now(), deps.timezone()));
      const closings: Trade[] = [];
      closedSince.add(closings);
      try {
        if (!(await kept.state.write(next, before))) return false;
        state = closings.reduce(countLoss, next);
        if (!(await lift(lifted))) {
          state = closings.reduce(countLoss, before);
          void kept.state.write(state);
          return false;
        }
        if (closings.length > 0) void kept.state.write(state);
      } finally {
        closedSince.delete(closings);
      }
      if (mark) tally(mark);
      emit({ type: 'resumed', reasons });
      return true;
    },
    onClosed(trade) {
      closed.set(trade.id, dayTrade(trade, markOf));
      state = countLoss(state, trade);
      for (const closings of closedSince) closings.push(trade);
      void kept.state.write(state);
      // What a start finds is counted when it is over.
      if (deps.isStarted()) check();
    },
    onAmended(trade) {
      if (closed.has(trade.id)) closed.set(trade.id, dayTrade(trade, markOf));
    },
    check,
    isUnwritten,
    stop() {
      for (const one of Object.values(kept)) one.stop();
    },
  };
}
