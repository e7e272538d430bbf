import { totalAt } from '../bot/card-view.ts';
import type { Services } from '../commands/command.ts';
import type { Book, Pause } from '../risk/book.ts';
import { activePauses } from '../risk/guard.ts';
import { STAGES, type Summary } from '../telemetry/timings.ts';
import { type Decimal, ZERO } from '../trading/decimal.ts';
import type { DeskHealth } from '../trading/desk-types.ts';
import { averageEntry, entered, held, resultOf, unrealisedAt } from '../trading/lifecycle/facts.ts';
import { protectionOf } from '../trading/lifecycle/protection.ts';
import type { Trade } from '../trading/model.ts';
import { performanceOf } from '../trading/performance.ts';
import { dayStart } from '../trading/timezone.ts';

/** What the panel shows, as JSON: amounts are decimal strings, times milliseconds since the epoch. */

export type TradeView = ReturnType<typeof tradeView>;
export type Overview = ReturnType<typeof overviewOf>;
export type Results = ReturnType<typeof resultsOf>;

export function overviewOf({ desk, settings, status, now }: Services) {
  const { latency, exchange, ...running } = status();
  const health: DeskHealth = desk.health();
  return {
    at: now(),
    ready: health.ready,
    reason: health.reason,
    accounts: desk.books().map(accountView),
    dayPnl: desk.book.dayPnl.toFixed(2),
    pauses: activePauses(desk.book.pauses, now()).map((pause) =>
      pauseView(pause, (id) => settings.channel(id)?.name ?? id),
    ),
    troubles: desk.book.troubles.map(({ class: kind, symbol, failures, until }) => ({
      kind,
      symbol,
      failures,
      until,
    })),
    foreign: desk.books().flatMap((book) => [...book.foreignSymbols]),
    unrealised: [...unrealisedByQuote(desk)].map(([quote, sum]) => ({ quote, amount: sum.toFixed(2) })),
    trades: desk.trades().map((trade) => tradeView(trade, desk.priceOf(trade)?.mark ?? null)),
    health: {
      ...running,
      exchange,
      queued: health.queued,
      lastReconciledAt: health.lastReconciledAt,
      lastReconcileMs: health.lastReconcileMs,
    },
    latency: {
      decision: stageView(latency.order),
      protection: stageView(latency.protected),
      answer: stageView(latency.answer),
      stages: STAGES.map((stage) => ({ stage, ...stageView(latency[stage]) })),
    },
  };
}

/** What is held now, at the mark price, by quote asset: money of two is never summed. */
export function unrealisedByQuote(desk: Services['desk']): ReadonlyMap<string, Decimal> {
  const sums = new Map<string, Decimal>();
  for (const trade of desk.trades()) {
    const mark = desk.priceOf(trade)?.mark;
    if (!mark || held(trade).isZero()) continue;
    const { quote } = trade.plan;
    sums.set(quote, (sums.get(quote) ?? ZERO).plus(unrealisedAt(trade, mark)));
  }
  return sums;
}

function accountView({ market, equity, available }: Book) {
  return { market, equity: equity.toFixed(2), available: available.toFixed(2) };
}

function pauseView({ reason, channelId, until, since }: Pause, nameOf: (id: string) => string) {
  return { reason, channel: channelId === null ? null : nameOf(channelId), until, since };
}

export function tradeView(trade: Trade, mark: Decimal | null) {
  const { plan, source } = trade;
  const quantity = held(trade);
  const total = entered(trade).isZero() ? null : totalAt(trade, mark);
  const { riskAmount } = plan;
  return {
    id: trade.id,
    symbol: plan.symbol,
    side: plan.side,
    market: plan.market,
    quote: plan.quote,
    leverage: plan.leverage,
    phase: trade.phase,
    channel: source.channel,
    createdAt: trade.createdAt,
    quantity: quantity.toFixed(),
    planned: plan.quantity.toFixed(),
    entry: averageEntry(trade).toSignificantDigits(8).toFixed(),
    mark: mark?.toSignificantDigits(8).toFixed() ?? null,
    stop: trade.stopPrice.toFixed(),
    targets: trade.targets.map(({ price }, index) => ({
      price: price.toFixed(),
      hit: index < trade.targetsHit,
    })),
    protection: protectionOf(trade),
    unrealised: mark && quantity.gt(0) ? unrealisedAt(trade, mark).toFixed(2) : null,
    total: total?.toFixed(2) ?? null,
    r: total && riskAmount.gt(0) ? total.div(riskAmount).toFixed(2) : null,
    risk: riskAmount.toFixed(2),
  };
}

function stageView({ p50, ...summary }: Summary) {
  return { median: p50, ...summary };
}

/** Closed trades, oldest first, in the quote asset that most of them are in: money of two assets is never summed. */
export function resultsOf(trades: readonly Trade[], timezone: string) {
  const byQuote = Map.groupBy(
    trades.filter((trade) => !entered(trade).isZero()),
    ({ plan }) => plan.quote,
  );
  const [quote, most] = [...byQuote].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? ['USDT', []];
  const results = most.map((trade) => ({ trade, at: trade.closedAt ?? trade.createdAt, ...resultOf(trade) }));
  const { count, wins, losses, net, winRate, expectancyR, profitFactor, maxDrawdown } = performanceOf(
    results.map((result) => ({ net: result.net, r: result.rMultiple })),
  );
  let sum = ZERO;
  const curve = results.map((result) => {
    sum = sum.plus(result.net);
    return { at: result.at, sum: sum.toFixed(2) };
  });
  const days = Map.groupBy(results, ({ at }) => dayStart(at, timezone));
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
    days: [...days].map(([at, of]) => ({
      at,
      net: of.reduce((total, result) => total.plus(result.net), ZERO).toFixed(2),
    })),
  };
}
