import type { Decimal } from '../trading/decimal.ts';
import { percentOf } from '../trading/planning/format.ts';
import { nextDayStart } from '../trading/timezone.ts';
import type { Book, ChannelTally, Pause } from './book.ts';
import type { ChannelSettings, RiskSettings } from './settings.ts';

export { dayOf, dayStart, nextDayStart } from '../trading/timezone.ts';

/** When entries pause, and until when. Pauses are values; who keeps them asks here what should stand. */

/** Pauses that have not run out. */
export function activePauses(pauses: readonly Pause[], now: number): Pause[] {
  return pauses.filter((pause) => pause.until === null || pause.until > now);
}

/** Those that hold in a channel: its own and those for everywhere. */
export function pausesFor(pauses: readonly Pause[], channelId: string, now: number): Pause[] {
  return activePauses(pauses, now).filter(
    (pause) => pause.channelId === null || pause.channelId === channelId,
  );
}

/** As a start finds them. The clock may have been set back since they were set: none lasts longer for that. */
export function pausesSince(pauses: readonly Pause[], now: number): readonly Pause[] {
  if (pauses.every(({ since }) => since <= now)) return pauses;
  return pauses.map((pause) => {
    const { since, until } = pause;
    if (since <= now) return pause;
    return { ...pause, since: now, until: until === null ? null : now + until - since };
  });
}

/** Adds a pause; one of the same reason and place is replaced, so that the newest end counts. */
export function addPause(pauses: readonly Pause[], pause: Pause, now: number): Pause[] {
  const others = activePauses(pauses, now).filter((known) => !isSamePause(known, pause));
  return [...others, pause];
}

/** Lifts the pauses of these reasons: of one channel, or (null) wherever they stand. */
export function liftPauses(
  pauses: readonly Pause[],
  reasons: readonly Pause['reason'][],
  channelId: string | null,
  now: number,
): Pause[] {
  return activePauses(pauses, now).filter(
    (pause) => !reasons.includes(pause.reason) || (channelId !== null && pause.channelId !== channelId),
  );
}

function isSamePause(a: Pause, b: Pause): boolean {
  return a.reason === b.reason && a.channelId === b.channelId;
}

/** The loss in quote currency at which the day is over. */
export function dailyLimit(dayStartEquity: Decimal, settings: RiskSettings): Decimal {
  return dayStartEquity.times(settings.maxDailyLossPct).div(100);
}

/** Reached, and not lifted by hand for the rest of the day. */
export function isDailyLossReached(
  day: Pick<ChannelTally, 'dayPnl' | 'dailyLossLiftedUntil'>,
  dayStartEquity: Decimal,
  settings: RiskSettings,
  now: number,
): boolean {
  if (day.dailyLossLiftedUntil !== null && day.dailyLossLiftedUntil > now) return false;
  return day.dayPnl.lt(0) && day.dayPnl.negated().gte(dailyLimit(dayStartEquity, settings));
}

export function isStreakReached(losses: number, settings: RiskSettings): boolean {
  return settings.maxConsecutiveLosses > 0 && losses >= settings.maxConsecutiveLosses;
}

/** What a guard reads of the book. */
export type GuardedBook = Pick<
  Book,
  'pauses' | 'dayPnl' | 'dayStartEquity' | 'dailyLossLiftedUntil' | 'lossStreak' | 'channels'
>;

/**
 * The pauses that the losses call for and that do not stand yet: for everywhere by the account's settings, for a
 * channel by what its own block sets. A daily loss pauses until the next 00:00 in the timezone, a streak until
 * `/resume`.
 */
export function lossPauses(
  book: GuardedBook,
  accountRisk: RiskSettings,
  now: number,
  timezone: string,
  channels: readonly Pick<ChannelSettings, 'channelId' | 'risk' | 'ownRiskKeys'>[] = [],
): Pause[] {
  const account = [
    dailyPause(null, book, book.dayStartEquity, accountRisk, timezone, now),
    streakPause(null, book.lossStreak, accountRisk, now),
  ];
  const own = channels.flatMap(({ channelId, risk, ownRiskKeys }) => {
    const tally = book.channels.get(channelId);
    if (!tally) return [];
    const daily = ownRiskKeys.includes('maxDailyLossPct');
    const streak = ownRiskKeys.includes('maxConsecutiveLosses');
    return [
      daily ? dailyPause(channelId, tally, book.dayStartEquity, risk, timezone, now) : null,
      streak ? streakPause(channelId, tally.lossStreak, risk, now) : null,
    ];
  });
  const standing = activePauses(book.pauses, now);
  return [...account, ...own].filter(
    (pause): pause is Pause => pause !== null && !standing.some((known) => isSamePause(known, pause)),
  );
}

function dailyPause(
  channelId: string | null,
  day: Pick<ChannelTally, 'dayPnl' | 'dailyLossLiftedUntil'>,
  dayStartEquity: Decimal,
  settings: RiskSettings,
  timezone: string,
  now: number,
): Pause | null {
  if (!isDailyLossReached(day, dayStartEquity, settings, now)) return null;
  const lossPct = percentOf(day.dayPnl.negated(), dayStartEquity);
  const detail = `${lossPct}% of ${settings.maxDailyLossPct}%`;
  return {
    reason: 'daily_loss',
    channelId,
    since: now,
    until: nextDayStart(now, timezone),
    by: null,
    detail,
  };
}

function streakPause(
  channelId: string | null,
  losses: number,
  settings: RiskSettings,
  now: number,
): Pause | null {
  if (!isStreakReached(losses, settings)) return null;
  const detail = `${losses} of ${settings.maxConsecutiveLosses}`;
  return { reason: 'loss_streak', channelId, since: now, until: null, by: null, detail };
}
