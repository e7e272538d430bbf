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
  noteEntryOrder(channelId: string, at: number): void;
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

export function createAccountBook(now: () => number): AccountBook {
  const recentSignals = new Map<string, RecentSignal>();
  let entryOrders: { channelId: string; at: number }[] = [];
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
    const ids = new Set([...tallies.channels.keys(), ...entryOrders.map((order) => order.channelId)]);
    for (const id of ids) {
      const known = tallies.channels.get(id) ?? { dayPnl: ZERO, dailyLossLiftedUntil: null, lossStreak: 0 };
      const entryOrderTimes = entryOrders.filter((order) => order.channelId === id).map((order) => order.at);
      result.set(id, { ...known, entryOrderTimes });
    }
    return result;
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
      return entryOrders.map((order) => order.at);
    },
    setPauses(next) {
      pauses = next;
    },
    setTallies(next) {
      tallies = next;
    },
    noteSignal(fingerprint, seen) {
      for (const [known, { at }] of recentSignals) {
        if (now() - at > SIGNAL_MEMORY_MS) recentSignals.delete(known);
      }
      if (!recentSignals.has(fingerprint)) recentSignals.set(fingerprint, seen);
    },
    forgetSignal(fingerprint, { messageId, index }) {
      const seen = recentSignals.get(fingerprint);
      const isThis = seen?.messageId === messageId && positionOf(seen.index) === positionOf(index);
      return isThis && recentSignals.delete(fingerprint);
    },
    noteEntryOrder(channelId, at) {
      entryOrders = [...entryOrders.filter((order) => at - order.at < 60_000), { channelId, at }];
    },
  };
}
