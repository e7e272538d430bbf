import { moment, percentOf, quoteAmount } from '../../trading/planning/format.ts';
import type { Pause, TroubleClass } from '../book.ts';
import { dailyLimit, isDailyLossReached, isStreakReached, pausesFor } from '../guard.ts';
import { check, type Rule, type Situation, share, tighter } from './rule.ts';

/** Rules on the state of the program and the account, whatever the signal says. */

/** A user's pause, a fault, a changed account. The loss limits speak for themselves below. */
export const paused: Rule = (situation) => {
  const pause = activePause(situation, ['user', 'fault', 'account_changed']);
  return check('paused', null, pause === null, () => ({
    reason: pause?.reason ?? '',
    until: moment(pause?.until),
    detail: pause?.detail ?? '',
  }));
};

export const notReady: Rule = ({ book }) => {
  const reason = book.notReady;
  return check('not_ready', null, reason === null, () => ({ reason: reason ?? '' }));
};

/** Also where the price or the leverage brackets could not be fetched, or orders go unanswered or meet its limits. */
export const exchangeUnreachable: Rule = ({ book, now, instrument, prices, brackets }) => {
  const trouble = book.troubles.find(({ class: kind }) => !isRefusal(kind));
  const missing = instrument === null ? '' : prices === null ? 'price' : brackets === null ? 'brackets' : '';
  const since = book.unreachableSince;
  const seconds = since === null ? 0 : Math.max(0, Math.round((now - since) / 1000));
  const numbers = () => ({
    seconds: String(seconds),
    missing,
    ...(trouble
      ? { trouble: trouble.class, failures: String(trouble.failures), until: moment(trouble.until) }
      : {}),
  });
  return check('exchange_unreachable', null, since === null && missing === '' && !trouble, numbers);
};

/** The exchange has said no to the last entries, each time for the same kind of reason. */
export const refusedLately: Rule = ({ book, instrument }) => {
  const trouble = book.troubles.find(
    ({ class: kind, symbol }) => isRefusal(kind) && (symbol === null || symbol === instrument?.symbol),
  );
  return check('refused_lately', null, trouble === undefined, () => ({
    trouble: trouble?.class ?? '',
    code: trouble?.code ?? '',
    failures: String(trouble?.failures ?? 0),
    until: moment(trouble?.until),
  }));
};

function isRefusal(kind: TroubleClass): boolean {
  return kind === 'margin' || kind === 'filters';
}

/** `until`: the end of the pause, once it has begun. */
export const dailyLoss: Rule = (situation) => {
  const { book, channel, accountTally, tally, now } = situation;
  return tighter(situation, 'daily_loss', 'maxDailyLossPct', (scope) => {
    const settings = scope === 'account' ? channel.accountRisk : channel.risk;
    const day = scope === 'account' ? accountTally : tally;
    const pause = lossPause(situation, 'daily_loss', scope);
    const loss = day.dayPnl.negated();
    const { dayStartEquity } = book;
    return {
      passed: pause === null && !isDailyLossReached(day, dayStartEquity, settings, now),
      numbers: () => ({
        lossPct: percentOf(loss, dayStartEquity),
        limitPct: settings.maxDailyLossPct.toString(),
        loss: quoteAmount(loss),
        until: moment(pause?.until),
      }),
      closeness: () => share(loss, dailyLimit(dayStartEquity, settings)),
    };
  });
};

export const lossStreak: Rule = (situation) => {
  const { channel, accountTally, tally } = situation;
  return tighter(situation, 'loss_streak', 'maxConsecutiveLosses', (scope) => {
    const settings = scope === 'account' ? channel.accountRisk : channel.risk;
    const losses = (scope === 'account' ? accountTally : tally).lossStreak;
    const limit = settings.maxConsecutiveLosses;
    return {
      passed: lossPause(situation, 'loss_streak', scope) === null && !isStreakReached(losses, settings),
      numbers: () => ({ losses: String(losses), limit: String(limit) }),
      closeness: () => (limit === 0 ? null : share(losses, limit)),
    };
  });
};

function activePause(situation: Situation, reasons: readonly Pause['reason'][]): Pause | null {
  const { book, channel, now } = situation;
  const active = pausesFor(book.pauses, channel.channelId, now);
  return active.find((pause) => reasons.includes(pause.reason)) ?? null;
}

/** The pause that this scope's own limit has set. */
function lossPause(
  { book, channel, now }: Situation,
  reason: 'daily_loss' | 'loss_streak',
  scope: 'account' | 'channel',
): Pause | null {
  const channelId = scope === 'account' ? null : channel.channelId;
  const active = pausesFor(book.pauses, channel.channelId, now);
  return active.find((pause) => pause.reason === reason && pause.channelId === channelId) ?? null;
}
