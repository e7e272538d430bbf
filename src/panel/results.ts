import { type Decimal, ZERO } from '../trading/decimal.ts';
import { performanceOf } from '../trading/performance.ts';
import { dayStart } from '../trading/timezone.ts';
import type { ClosedResult } from './closed-results.ts';

const HOUR_MS = 3_600_000;

export type Results = ReturnType<typeof resultsOf>;

/** What the account was worth at one time. */
export interface EquityPoint {
  at: number;
  equity: Decimal;
}

/**
 * Closed trades, oldest first, in the quote asset that most of them are in: money of two assets is never summed. With
 * what the account was worth: `equity` as a curve, and at the end of each day.
 */
export function resultsOf(closed: readonly ClosedResult[], equity: readonly EquityPoint[], timezone: string) {
  const byQuote = Map.groupBy(closed, (result) => result.quote);
  const [quote, results] = [...byQuote].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? ['USDT', []];
  const { count, wins, losses, net, winRate, expectancyR, profitFactor, maxDrawdown } =
    performanceOf(results);
  let sum = ZERO;
  const curve = results.map((result) => {
    sum = sum.plus(result.net);
    return { at: result.at, value: sum.toFixed(2) };
  });
  return {
    quote,
    count,
    wins,
    losses,
    net: net.toFixed(2),
    winRatePct: winRate?.times(100).toFixed(0) ?? null,
    expectancyR: expectancyR?.toFixed(2) ?? null,
    profitFactor: profitFactor?.toFixed(2) ?? null,
    maxDrawdown: maxDrawdown.toFixed(2),
    curve,
    equity: equity.map((point) => ({ at: point.at, value: point.equity.toFixed(2) })),
    days: daysOf(results, equity, timezone),
  };
}

/** Of times in their order: no calendar is asked while a day surely goes on, and none is shorter than 23 hours. */
function dayFinder(timezone: string): (ms: number) => number {
  let start = Number.NaN;
  return (ms) => {
    if (!(ms >= start && ms < start + 23 * HOUR_MS)) start = dayStart(ms, timezone);
    return start;
  };
}

function daysOf(results: readonly ClosedResult[], equity: readonly EquityPoint[], timezone: string) {
  const dayOf = dayFinder(timezone);
  const nets = Map.groupBy(results, ({ at }) => dayOf(at));
  const ends = new Map(equity.map((point) => [dayOf(point.at), point.equity]));
  const days = [...new Set([...nets.keys(), ...ends.keys()])].sort((a, b) => a - b);
  return days.map((at) => ({
    at,
    net: (nets.get(at) ?? []).reduce((total, result) => total.plus(result.net), ZERO).toFixed(2),
    equity: ends.get(at)?.toFixed(2) ?? null,
  }));
}
