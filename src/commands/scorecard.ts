import type { Receipt } from '../bot/records.ts';
import { Decimal, ZERO } from '../trading/decimal.ts';
import { averageEntry, direction, entered, resultOf } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { type Performance, performanceOf } from '../trading/performance.ts';

/** What one author's signals in one channel came to. */
export interface Scorecard {
  channelId: string;
  authorId: string;
  signals: number;
  /** Signals that our rules denied, or that came too late. */
  denied: number;
  /** Trades that were entered, closed or not. */
  traded: number;
  /** Of the closed ones, R over all assets; `net` of its numbers is of no use where those differ. */
  performance: Performance;
  /** By quote asset. */
  net: ReadonlyMap<string, Decimal>;
  /** How much worse than the price at the decision entries at market were filled, % on average; null without one. */
  slippagePct: Decimal | null;
}

/** What is counted of a message that was read as a signal. */
export interface Heard {
  by: string;
  signals: number;
  denied: number;
}

/** What is counted of a trade that was entered. */
export interface Traded {
  by: string;
  /** Null while it is open. */
  result: { quote: string; net: Decimal; r: Decimal | null } | null;
  slippagePct: Decimal | null;
}

export function heardOf({ channelId, authorId, outcomes }: Receipt): Heard {
  return {
    by: `${channelId} ${authorId}`,
    // An edit that changed the plan is decided again under an index of its own.
    signals: outcomes.filter(({ index }) => index < 100).length,
    denied: outcomes.filter(({ result }) => result === 'denied' || result === 'expired').length,
  };
}

/** Null for a trade that never held anything. */
export function tradedOf(trade: Trade): Traded | null {
  if (entered(trade).isZero()) return null;
  const { source, phase, plan } = trade;
  const { net, rMultiple } = resultOf(trade);
  return {
    by: `${source.channelId} ${source.authorId}`,
    result: phase === 'closed' ? { quote: plan.quote, net, r: rMultiple } : null,
    slippagePct: slippageOf(trade),
  };
}

/** Those with most signals first. Closed trades are in the order of their end. */
export function scorecards(heard: readonly Heard[], traded: readonly Traded[]): Scorecard[] {
  const heardBy = Map.groupBy(heard, ({ by }) => by);
  const tradedBy = Map.groupBy(traded, ({ by }) => by);
  return [...new Set([...heardBy.keys(), ...tradedBy.keys()])]
    .map((by) => scorecard(by, heardBy.get(by) ?? [], tradedBy.get(by) ?? []))
    .filter(({ signals, traded: count }) => signals > 0 || count > 0)
    .toSorted((a, b) => b.signals - a.signals || b.traded - a.traded);
}

function scorecard(by: string, heard: readonly Heard[], traded: readonly Traded[]): Scorecard {
  const [channelId = '', authorId = ''] = by.split(' ');
  const results = traded.flatMap(({ result }) => result ?? []);
  const net = new Map<string, Decimal>();
  for (const result of results) net.set(result.quote, (net.get(result.quote) ?? ZERO).plus(result.net));
  return {
    channelId,
    authorId,
    signals: heard.reduce((sum, { signals }) => sum + signals, 0),
    denied: heard.reduce((sum, { denied }) => sum + denied, 0),
    traded: traded.length,
    performance: performanceOf(results),
    net,
    slippagePct: mean(traded.flatMap(({ slippagePct }) => slippagePct ?? [])),
  };
}

/** In percent of the price at the decision, positive for the worse; null for limit orders, which choose their price. */
function slippageOf(trade: Trade): Decimal | null {
  const { entries, entryPrice } = trade.plan;
  if (entries.some(({ type }) => type !== 'market') || entryPrice.isZero()) return null;
  const paid = averageEntry(trade).minus(entryPrice).times(direction(trade));
  return paid.div(entryPrice).times(new Decimal(100));
}

function mean(values: readonly Decimal[]): Decimal | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum.plus(value), ZERO).div(values.length);
}
