import type { ChannelTally, Pause, RecentSignal } from '../../risk/book.ts';
import type { GuardedBook } from '../../risk/guard.ts';
import { type Decimal, ZERO } from '../decimal.ts';
import { positionOf } from '../lifecycle/ids.ts';

/** What the books of all markets have in common: pauses, results, signals seen, entry orders sent. In memory only. */
export interface AccountBook extends GuardedBook {
  readonly lastLossAt: ReadonlyMap<string, number>;
  readonly recentSignals: ReadonlyMap<string, RecentSignal>;
  readonly entryOrderTimes: readonly number[];
  setPauses(pauses: readonly Pause[]): void;
  /** Results of the day and losing streaks, of the account and by channel. */
  setTallies(tallies: Tallies): void;
  noteSignal(fingerprint: string, seen: RecentSignal): void;
  /** False where nothing was noted, or another message's signal. */
  forgetSignal(fingerprint: string, seen: Pick<RecentSignal, 'messageId' | 'index'>): boolean;
  /** Of one signal, from the moment in which it is reserved: those that come with it are to know of them. */
  noteEntryOrders(channelId: string, count: number, at: number): void;
  /** They have not been sent after all. */
  forgetEntryOrders(channelId: string, count: number, at: number): void;
}

export interface Tallies {
  dayPnl: Decimal;
  dayStartEquity: Decimal;
  dailyLossLiftedUntil: number | null;
  lossStreak: number;
  lastLossAt: ReadonlyMap<string, number>;
  channels: ReadonlyMap<string, Omit<ChannelTally, 'entryOrderTimes'>>;
}

/** How long a signal is remembered, to know the same one again. */
export const SIGNAL_MEMORY_MS = 10 * 60_000;
const MINUTE_MS = 60_000;

export function createAccountBook(now: () => number): AccountBook {
  const recentSignals = new Map<string, RecentSignal>();
  /** Of the last minute, oldest first. */
  const entryOrders: number[] = [];
  const entryOrdersOf = new Map<string, number[]>();
  let prunedAt = now();
  let pauses: readonly Pause[] = [];
  let tallies: Tallies = {
    dayPnl: ZERO,
    dayStartEquity: ZERO,
    dailyLossLiftedUntil: null,
    lossStreak: 0,
    lastLossAt: new Map(),
    channels: new Map(),
  };

  function channelTallies(): Map<string, ChannelTally> {
    const result = new Map<string, ChannelTally>();
    for (const id of new Set([...tallies.channels.keys(), ...entryOrdersOf.keys()])) {
      const known = tallies.channels.get(id) ?? { dayPnl: ZERO, dailyLossLiftedUntil: null, lossStreak: 0 };
      result.set(id, { ...known, entryOrderTimes: entryOrdersOf.get(id) ?? [] });
    }
    return result;
  }

  function noteTimes(times: number[], count: number, at: number): void {
    times.push(...Array<number>(count).fill(at));
    const young = times.findIndex((other) => at - other < MINUTE_MS);
    if (young > 0) times.splice(0, young);
  }

  function forgetTimes(times: number[], count: number, at: number): void {
    for (let left = count; left > 0; left -= 1) {
      // Another signal's of the same moment is as good.
      const last = times.lastIndexOf(at);
      if (last >= 0) times.splice(last, 1);
    }
  }

  /** What is too old decides nothing: it is only cleared away. */
  function pruneSignals(): void {
    if (now() - prunedAt < MINUTE_MS) return;
    prunedAt = now();
    for (const [known, { at }] of recentSignals) {
      if (prunedAt - at > SIGNAL_MEMORY_MS) recentSignals.delete(known);
    }
  }

  return {
    get pauses() {
      return pauses;
    },
    get dayPnl() {
      return tallies.dayPnl;
    },
    get dayStartEquity() {
      return tallies.dayStartEquity;
    },
    get dailyLossLiftedUntil() {
      return tallies.dailyLossLiftedUntil;
    },
    get channels() {
      return channelTallies();
    },
    get lossStreak() {
      return tallies.lossStreak;
    },
    get lastLossAt() {
      return tallies.lastLossAt;
    },
    recentSignals,
    get entryOrderTimes() {
      return entryOrders;
    },
    setPauses(next) {
      pauses = next;
    },
    setTallies(next) {
      tallies = next;
    },
    noteSignal(fingerprint, seen) {
      pruneSignals();
      const known = recentSignals.get(fingerprint);
      if (!known || now() - known.at > SIGNAL_MEMORY_MS) recentSignals.set(fingerprint, seen);
    },
    forgetSignal(fingerprint, { messageId, index }) {
      const seen = recentSignals.get(fingerprint);
      const isThis = seen?.messageId === messageId && positionOf(seen.index) === positionOf(index);
      return isThis && recentSignals.delete(fingerprint);
    },
    noteEntryOrders(channelId, count, at) {
      const own = entryOrdersOf.get(channelId) ?? [];
      entryOrdersOf.set(channelId, own);
      for (const times of [entryOrders, own]) noteTimes(times, count, at);
    },
    forgetEntryOrders(channelId, count, at) {
      for (const times of [entryOrders, entryOrdersOf.get(channelId) ?? []]) forgetTimes(times, count, at);
    },
  };
}
