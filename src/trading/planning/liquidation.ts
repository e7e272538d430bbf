import { Decimal } from '../decimal.ts';
import type { LeverageBracket } from '../exchange.ts';
import type { Side } from '../model.ts';
import { gain } from '../rounding.ts';

/** A position as liquidation sees it: `margin` is all that it may lose. */
export interface Holding {
  side: Side;
  quantity: Decimal;
  entryPrice: Decimal;
  margin: Decimal;
}

/**
 * Where the margin that is left equals the maintenance margin; null when no positive price gets there. Binance's
 * formula for one isolated position, https://www.binance.com/en/support/faq/b3c689c1f50a44cabb3a84e663b81d93:
 * (margin + maintenance amount − side × quantity × entry) / (quantity × (rate − side)). Which bracket's rate and
 * amount count depends on the result; maintenance is the highest of the brackets' lines, so the price that is
 * reached first is the true one.
 */
export function liquidationPrice(holding: Holding, brackets: readonly LeverageBracket[]): Decimal | null {
  const { side, quantity, entryPrice, margin } = holding;
  const notional = quantity.times(entryPrice);
  let first: Decimal | null = null;
  for (const { maintenanceRate, maintenanceAmount } of brackets) {
    const price =
      side === 'long'
        ? notional
            .minus(margin)
            .minus(maintenanceAmount)
            .div(quantity.times(new Decimal(1).minus(maintenanceRate)))
        : notional
            .plus(margin)
            .plus(maintenanceAmount)
            .div(quantity.times(maintenanceRate.plus(1)));
    if (first === null || gain(side, first, price).gt(0)) first = price;
  }
  return first?.gt(0) ? first : null;
}

/** The margin with which the liquidation price lies exactly at `price`. */
export function marginToReach(
  price: Decimal,
  { side, quantity, entryPrice }: Omit<Holding, 'margin'>,
  brackets: readonly LeverageBracket[],
): Decimal {
  const reached = Decimal.max(price, 0);
  const loss = gain(side, reached, entryPrice).times(quantity);
  const notional = reached.times(quantity);
  const maintenance = brackets.map((bracket) =>
    notional.times(bracket.maintenanceRate).minus(bracket.maintenanceAmount),
  );
  return loss.plus(Decimal.max(0, ...maintenance));
}

/** Where liquidation may be at the earliest: beyond the stop by a percentage of the stop's distance. */
export function bufferedPrice(entryPrice: Decimal, stopPrice: Decimal, bufferPct: Decimal): Decimal {
  const distance = stopPrice.minus(entryPrice);
  return entryPrice.plus(distance.times(bufferPct.div(100).plus(1)));
}

/** The highest leverage that the brackets allow for this notional; 0 beyond the last. */
export function bracketLeverage(notional: Decimal, brackets: readonly LeverageBracket[]): number {
  return brackets.find((bracket) => bracket.notionalCap.gte(notional))?.maxLeverage ?? 0;
}

/** The largest notional that the brackets allow at this leverage. */
export function bracketCap(leverage: number, brackets: readonly LeverageBracket[]): Decimal {
  const caps = brackets
    .filter((bracket) => bracket.maxLeverage >= leverage)
    .map((bracket) => bracket.notionalCap);
  return caps.length === 0 ? new Decimal(0) : Decimal.max(...caps);
}
