import { type Decimal, ZERO } from './decimal.ts';

/** What one closed trade brought. */
export interface ClosedResult {
  /** Net of commissions and funding, in quote currency. */
  net: Decimal;
  /** The same as a multiple of what the plan risked; null where it risked nothing that is known. */
  r: Decimal | null;
}

export interface Streak {
  kind: 'wins' | 'losses';
  length: number;
}

export interface Performance {
  count: number;
  wins: number;
  losses: number;
  net: Decimal;
  /** Share of the trades that won, 0 to 1. Null without a trade. */
  winRate: Decimal | null;
  /** The mean R of the trades whose R is known. Null where none is. */
  expectancyR: Decimal | null;
  /** What was won for each unit that was lost. Null while nothing was lost. */
  profitFactor: Decimal | null;
  /** The deepest fall of the sum below its highest before, which begins at nothing. Never negative. */
  maxDrawdown: Decimal;
  longestWins: number;
  longestLosses: number;
  /** The one that the last trade belongs to. Null without a trade, and after one that neither won nor lost. */
  streak: Streak | null;
}

/** In the order in which the trades were closed, all in one quote currency. */
export function performanceOf(results: readonly ClosedResult[]): Performance {
  const won = results.filter(({ net }) => net.gt(0)).map(({ net }) => net);
  const lost = results.filter(({ net }) => net.lt(0)).map(({ net }) => net);
  const multiples = results.flatMap(({ r }) => (r === null ? [] : [r]));
  const runs = runsOf(results);
  const longest = (kind: Streak['kind']) =>
    Math.max(0, ...runs.flatMap((run) => (run?.kind === kind ? [run.length] : [])));
  return {
    count: results.length,
    wins: won.length,
    losses: lost.length,
    net: sum(results.map(({ net }) => net)),
    winRate: results.length === 0 ? null : ZERO.plus(won.length).div(results.length),
    expectancyR: multiples.length === 0 ? null : sum(multiples).div(multiples.length),
    profitFactor: lost.length === 0 ? null : sum(won).div(sum(lost).abs()),
    maxDrawdown: deepestFall(results),
    longestWins: longest('wins'),
    longestLosses: longest('losses'),
    streak: runs.at(-1) ?? null,
  };
}

/** One after the other; null for what neither won nor lost, which ends a streak. */
function runsOf(results: readonly ClosedResult[]): (Streak | null)[] {
  const runs: (Streak | null)[] = [];
  for (const { net } of results) {
    const kind = net.gt(0) ? 'wins' : net.lt(0) ? 'losses' : null;
    const last = runs.at(-1);
    if (kind === null) runs.push(null);
    else if (last?.kind === kind) last.length += 1;
    else runs.push({ kind, length: 1 });
  }
  return runs;
}

function deepestFall(results: readonly ClosedResult[]): Decimal {
  let equity = ZERO;
  let peak = ZERO;
  let deepest = ZERO;
  for (const { net } of results) {
    equity = equity.plus(net);
    if (equity.gt(peak)) peak = equity;
    const fall = peak.minus(equity);
    if (fall.gt(deepest)) deepest = fall;
  }
  return deepest;
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), ZERO);
}
