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

/** Those with most signals first. `trades` are closed ones in the order of their end, then open ones. */
export function scorecards(receipts: readonly Receipt[], trades: readonly Trade[]): Scorecard[] {
  const heard = Map.groupBy(receipts, ({ channelId, authorId }) => `${channelId} ${authorId}`);
  const traded = Map.groupBy(
    trades.filter((trade) => !entered(trade).isZero()),
    ({ source }) => `${source.channelId} ${source.authorId}`,
  );
  const keys = [...new Set([...heard.keys(), ...traded.keys()])];
  return keys
    .map((key) => scorecard(key, heard.get(key) ?? [], traded.get(key) ?? []))
    .filter(({ signals, traded: count }) => signals > 0 || count > 0)
    .toSorted((a, b) => b.signals - a.signals || b.traded - a.traded);
}

function scorecard(key: string, receipts: readonly Receipt[], trades: readonly Trade[]): Scorecard {
  const [channelId = '', authorId = ''] = key.split(' ');
  const outcomes = receipts.flatMap((receipt) => receipt.outcomes);
  const results = trades
    .filter(({ phase }) => phase === 'closed')
    .map((trade) => ({ quote: trade.plan.quote, result: resultOf(trade) }));
  const net = new Map<string, Decimal>();
  for (const { quote, result } of results) net.set(quote, (net.get(quote) ?? ZERO).plus(result.net));
  return {
    channelId,
    authorId,
    // An edit that changed the plan is decided again under an index of its own.
    signals: outcomes.filter(({ index }) => index < 100).length,
    denied: outcomes.filter(({ result }) => result === 'denied' || result === 'expired').length,
    traded: trades.length,
    performance: performanceOf(results.map(({ result }) => ({ net: result.net, r: result.rMultiple }))),
    net,
    slippagePct: mean(trades.flatMap(slippageOf)),
  };
}

/** In percent of the price at the decision, positive for the worse; none for limit orders, which choose their price. */
function slippageOf(trade: Trade): Decimal[] {
  const { entries, entryPrice } = trade.plan;
  if (entries.some(({ type }) => type !== 'market') || entryPrice.isZero()) return [];
  const paid = averageEntry(trade).minus(entryPrice).times(direction(trade));
  return [paid.div(entryPrice).times(new Decimal(100))];
}

function mean(values: readonly Decimal[]): Decimal | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum.plus(value), ZERO).div(values.length);
}
