import { Decimal } from '../../decimal.ts';
import type { Trade } from '../../model.ts';

/** What the exchange takes an order for. */

/** The limit of a stop that is no market order: low enough that a falling price does not run past it. */
export function stopLimit({ terms, stopPrice }: Pick<Trade, 'terms' | 'stopPrice'>): Decimal | null {
  if (!terms.spot || terms.spot.stopMarket) return null;
  const exact = stopPrice.times(new Decimal(100).minus(terms.spot.stopLimitPct)).div(100);
  const onTick = exact.div(terms.tickSize).toDecimalPlaces(0, Decimal.ROUND_FLOOR).times(terms.tickSize);
  return Decimal.max(onTick, terms.tickSize);
}

/** The lowest price at which the exchange measures an order that protects. */
export function stopFloor(trade: Pick<Trade, 'terms' | 'stopPrice'>): Decimal {
  return stopLimit(trade) ?? trade.stopPrice;
}

/** LOT_SIZE and NOTIONAL let an order of this size stand at this price. */
export function standsAlone({ terms }: Pick<Trade, 'terms'>, quantity: Decimal, price: Decimal): boolean {
  return quantity.gt(0) && quantity.gte(terms.minQuantity) && quantity.times(price).gte(terms.minNotional);
}

/** The least that can be sold at any price above the stop. */
export function leastSale(trade: Pick<Trade, 'terms' | 'stopPrice'>): Decimal {
  const { stepSize, minQuantity, minNotional } = trade.terms;
  const byNotional = minNotional.div(stopFloor(trade)).div(stepSize).toDecimalPlaces(0, Decimal.ROUND_CEIL);
  return Decimal.max(byNotional.times(stepSize), minQuantity, stepSize);
}
