import { totalAt } from '../bot/card-view.ts';
import type { Status } from '../bot/status.ts';
import type { Services } from '../commands/command.ts';
import type { Pause } from '../risk/book.ts';
import { activePauses } from '../risk/guard.ts';
import { type Duration, STAGES } from '../telemetry/timings.ts';
import { type Decimal, ZERO } from '../trading/decimal.ts';
import type { DeskHealth } from '../trading/desk-types.ts';
import type { WalletAsset } from '../trading/holding.ts';
import { averageEntry, entered, held, unrealisedAt } from '../trading/lifecycle/facts.ts';
import { protectionOf } from '../trading/lifecycle/protection.ts';
import type { Trade } from '../trading/model.ts';

/** What the panel shows, as JSON: amounts are decimal strings, times milliseconds since the epoch. */

export type TradeView = ReturnType<typeof tradeView>;
/** How long what takes, the whole ways first, then stage by stage. */
export type Latency = ReturnType<typeof latencyOf>;
export type Overview = ReturnType<typeof overviewOf>;

export function overviewOf({ desk, settings, status, now }: Services) {
  // Latencies are summed up less often.
  const { latency: _, exchange, ...running } = status();
  const health: DeskHealth = desk.health();
  return {
    at: now(),
    ready: health.ready,
    reason: health.reason,
    accounts: desk.holdings().map(accountView),
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

function accountView({ market, asset, equity, available, sizes }: WalletAsset) {
  // A coin's piece may be worth much.
  const text = (amount: Decimal): string => (sizes ? amount.toFixed(2) : amount.toDecimalPlaces(6).toFixed());
  return { market, asset, sizes, equity: text(equity), available: text(available) };
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

const WAYS = ['order', 'protected', 'answer'] as const satisfies Duration[];

export function latencyOf(status: Status) {
  const latency = status.latency();
  return [...WAYS, ...STAGES].map((of) => ({ of, ...latency[of] }));
}
