import { type Decimal, ZERO } from '../decimal.ts';
import { direction, held } from '../lifecycle/facts.ts';
import type { Trade } from '../model.ts';

/** What our trades should make of the exchange's positions: signed quantity by `symbol:positionSide`. */
export function expectedPositions(trades: readonly Trade[]): Map<string, Decimal> {
  const expected = new Map<string, Decimal>();
  for (const trade of trades) {
    const quantity = held(trade);
    if (quantity.isZero()) continue;
    const key = `${trade.plan.symbol}:${trade.plan.positionSide}`;
    expected.set(key, (expected.get(key) ?? ZERO).plus(quantity.times(direction(trade))));
  }
  return expected;
}
