import { Decimal, ZERO } from '../decimal.ts';
import { executedOf, overrunOf } from '../lifecycle/facts.ts';
import type { Trade } from '../model.ts';

/**
 * Of trades that share a position one may close what is another's: where a gap executes its old stop and its new one in
 * the moment in which both stand, so that none is ever missing, the position has enough for both.
 */

/** What orders of these trades have closed beyond their own, and no other trade has been told to have lost. */
export function overrunUntold(trades: readonly Trade[], key: string): Decimal {
  const sharing = new Map(
    trades
      .filter(({ plan }) => `${plan.symbol}:${plan.positionSide}` === key)
      .map((trade) => [trade.id, trade]),
  );
  let untold = ZERO;
  for (const trade of sharing.values()) untold = untold.plus(overrunOf(trade)).minus(leftUnexplained(trade));
  return Decimal.max(untold, ZERO);
}

/** What has left it without an order of its own, and without an execution that is known. */
function leftUnexplained({ elsewhere, fills, orders }: Trade): Decimal {
  if (elsewhere.isZero()) return ZERO;
  const own = new Set(orders.map(({ clientId }) => clientId));
  const others = fills.filter(({ clientId }) => !own.has(clientId));
  const explained = executedOf(others.map(({ quantity }) => ({ executed: quantity })));
  return Decimal.max(elsewhere.minus(explained), ZERO);
}
