import type { Exchange } from '../exchange.ts';
import { isConditional, isLive } from '../lifecycle/facts.ts';
import type { Fill, Order, Trade } from '../model.ts';

/** How far our clock may have been ahead of the exchange's when a trade was made. */
export const CLOCK_DOUBT_MS = 24 * 3_600_000;

/** All executions on the symbol of these trades, ours and others', since the first of them was made. */
export async function executionsSince(
  exchange: Pick<Exchange, 'fillsSince'>,
  trades: readonly Trade[],
): Promise<Fill[]> {
  const [first] = trades;
  if (!first) return [];
  return await exchange.fillsSince(first.plan.symbol, madeAt(trades) - CLOCK_DOUBT_MS);
}

/** When the first of them was made. */
export function madeAt(trades: readonly Trade[]): number {
  return Math.min(...trades.map(({ createdAt }) => createdAt));
}

/** Of these, what no order explains that is known by an id of the exchange. */
export function strangers(trades: readonly Trade[], fills: readonly Fill[]): Fill[] {
  const booked = new Set(trades.flatMap((trade) => trade.fills.map(({ tradeId }) => tradeId)));
  const known = new Set(trades.flatMap((trade) => trade.orders.map(({ orderId }) => orderId)));
  return fills.filter(
    ({ tradeId, clientId, orderId }) => clientId === '' && !booked.has(tradeId) && !known.has(orderId),
  );
}

/**
 * Those of a symbol that were not among them when it was last read. The exchange numbers the executions of each symbol
 * by themselves.
 */
export function createNewcomers(): (symbol: string, fills: readonly Fill[]) => Fill[] {
  const seen = new Map<string, ReadonlySet<string>>();
  return (symbol, fills) => {
    const before = seen.get(symbol);
    seen.set(symbol, new Set(fills.map(({ tradeId }) => tradeId)));
    return fills.filter(({ tradeId }) => !before?.has(tradeId));
  };
}

/**
 * What may be behind them: on futures a conditional order that triggers executes under an id of its own, and the events
 * that tell of it may be lost.
 */
export function suspects(
  trades: readonly Trade[],
  strange: readonly Fill[],
): { trade: Trade; order: Order }[] {
  const isSuspect = ({ symbol, action, positionSide }: Order): boolean =>
    strange.some(
      (fill) => fill.symbol === symbol && fill.action === action && fill.positionSide === positionSide,
    );
  return trades.flatMap((trade) =>
    trade.orders
      .filter((order) => isLive(order) && isConditional(order) && isSuspect(order))
      .map((order) => ({ trade, order })),
  );
}
