import type { Exchange } from '../exchange.ts';
import type { Fill, Trade } from '../model.ts';

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
