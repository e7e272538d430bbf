import { type Decimal, ZERO } from '../../decimal.ts';
import type { SpotTerms, Trade } from '../../model.ts';

/**
 * What the exchange kept of the bought coins as its commission. Executions that are not known as fills yet count as if
 * they had paid the taker's fee in coins: rather too little is covered for a moment than more sold than there is.
 */
export function coinFees(trade: Pick<Trade, 'orders' | 'fills' | 'terms'>, { base }: SpotTerms): Decimal {
  const entries = new Map(
    trade.orders
      .filter((order) => order.role === 'entry' && !order.executed.isZero())
      .map((order) => [order.clientId, order.executed]),
  );
  let unknown = [...entries.values()].reduce((sum, executed) => sum.plus(executed), ZERO);
  let fees = ZERO;
  for (const fill of trade.fills) {
    if (!entries.has(fill.clientId)) continue;
    unknown = unknown.minus(fill.quantity);
    if (fill.commissionAsset === base) fees = fees.plus(fill.commission);
  }
  return unknown.gt(0) ? fees.plus(unknown.times(trade.terms.takerFee)) : fees;
}
