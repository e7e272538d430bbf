import type { Log } from '../../log.ts';
import type { Pause } from '../../risk/book.ts';
import { activePauses, addPause, dayOf, liftPauses, lossPauses, nextDayStart } from '../../risk/guard.ts';
import type { ChannelSettings, RiskSettings } from '../../risk/settings.ts';
import { type Decimal, ZERO } from '../decimal.ts';
import type { DeskEvent } from '../desk-types.ts';
import type { Market, Trade } from '../model.ts';
import type { AccountBook } from './account-book.ts';
import {
  ACCOUNT,
  countLoss,
  type DayMark,
  type DayTrade,
  dayResult,
  dayTrade,
  type GuardState,
  type MarkOf,
  markDay,
  NO_LOSSES,
} from './day.ts';
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
  /** Of every market together. */
  equity(): Decimal;
  markets(): readonly Market[];
  markOf: MarkOf;
  runner: Runner;
  accountRisk(): RiskSettings;
  channels(): readonly ChannelSettings[];
  timezone(): string;
  emit(event: DeskEvent): void;
  log: Log;
  now(): number;
}

/** Watches over pauses, the daily loss and losing streaks. Nothing here ever opens anything. */
export interface Warden {
  /** `closed`: trades closed lately, today's among them. */
  load(closed: readonly Trade[]): Promise<void>;
  pause(pause: Pause): Promise<void>;
  fault(detail: string): void;
  resume(reasons: readonly Pause['reason'][], channelId: string | null): Promise<void>;
  onClosed(trade: Trade): void;
  /** The result of a trade that is closed has changed. */
  onAmended(trade: Trade): void;
  /** Its equity belongs to what the day is measured by, unless it was there when the day began. */
  onMarketReady(market: Market, equity: Decimal): void;
  /** Brings the day's result up to date, ends pauses whose time has come, sets those that are due. */
  check(): void;
}

export function createWarden(deps: WardenDeps): Warden {
  const { store, account, markOf, runner, emit, log, now } = deps;
  let pauses: readonly Pause[] = [];
  let state: GuardState = NO_LOSSES;
  let mark: DayMark | null = null;
  /** Today's, by the trade's id. */
  let closed = new Map<string, DayTrade>();

  function keep(write: Promise<void>, what: string): void {
    write.catch((error) => log.error({ err: error }, `${what} could not be stored`));
  }

  async function setPauses(next: readonly Pause[]): Promise<void> {
    pauses = next;
    account.setPauses(pauses);
    await store.savePauses(pauses);
  }

  async function pause(added: Pause): Promise<void> {
    // It holds from this moment even if the store fails; the caller hears of that.
    const stored = setPauses(addPause(pauses, added, now()));
    emit({ type: 'paused', pause: added });
    await stored;
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

  function closedOn(day: string, trades: Iterable<DayTrade>): Map<string, DayTrade> {
    const found = [...trades].filter(({ closedAt }) => dayOf(closedAt ?? 0, deps.timezone()) === day);
    return new Map(found.map((trade) => [trade.id, trade]));
  }

  function check(): void {
    if (mark?.day !== today()) {
      const day = { day: today(), equity: deps.equity(), markets: [...deps.markets()] };
      mark = markDay(day, openTrades(), markOf);
      closed = closedOn(mark.day, closed.values());
      keep(store.saveDayMark(mark), 'the day');
    }
    tally(mark);
    const live = activePauses(pauses, now());
    if (live.length < pauses.length) {
      const ended = pauses.filter((known) => !live.includes(known)).map((known) => known.reason);
      keep(setPauses(live), 'pauses');
      emit({ type: 'resumed', reasons: ended });
    }
    for (const due of lossPauses(account, deps.accountRisk(), now(), deps.timezone(), deps.channels())) {
      keep(pause(due), 'a pause');
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
      mark = storedMark;
      state = storedState ?? NO_LOSSES;
      closed = closedOn(
        today(),
        closedLately.map((trade) => dayTrade(trade, markOf)),
      );
    },
    pause,
    fault(detail) {
      keep(
        pause({ reason: 'fault', channelId: null, since: now(), until: null, by: null, detail }),
        'a pause',
      );
    },
    async resume(reasons, channelId) {
      const stay = liftPauses(pauses, reasons, channelId, now());
      const scope = channelId ?? ACCOUNT;
      if (reasons.includes('daily_loss')) {
        const until = nextDayStart(now(), deps.timezone());
        state = { ...state, liftedUntil: { ...state.liftedUntil, [scope]: until } };
      }
      if (reasons.includes('loss_streak')) {
        state =
          channelId === null
            ? { ...state, streak: 0, channelStreaks: {} }
            : { ...state, channelStreaks: { ...state.channelStreaks, [channelId]: 0 } };
      }
      await store.saveGuardState(state);
      await setPauses(stay);
      if (mark) tally(mark);
      emit({ type: 'resumed', reasons });
    },
    onClosed(trade) {
      closed.set(trade.id, dayTrade(trade, markOf));
      state = countLoss(state, trade);
      keep(store.saveGuardState(state), 'losses');
      check();
    },
    onAmended(trade) {
      if (closed.has(trade.id)) closed.set(trade.id, dayTrade(trade, markOf));
    },
    onMarketReady(market, equity) {
      const counted = mark?.markets ?? ['usdm'];
      if (mark?.day !== today() || counted.includes(market)) return;
      mark = { ...mark, equity: mark.equity.plus(equity), markets: [...counted, market] };
      keep(store.saveDayMark(mark), 'the day');
    },
    check,
  };
}
