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
  for (const { maintenanceRate, maintenanceAmount } of firstReached(holding, brackets)) {
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
  const maintenance = highestAt(notional, brackets).map((bracket) =>
    notional.times(bracket.maintenanceRate).minus(bracket.maintenanceAmount),
  );
  return loss.plus(Decimal.max(0, ...maintenance));
}

/** The brackets among which the one is whose price is reached first. */
function firstReached(
  { side, quantity, entryPrice, margin }: Holding,
  brackets: readonly LeverageBracket[],
): readonly LeverageBracket[] {
  const [held, own] = [quantity.toNumber(), margin.toNumber()];
  const notional = held * entryPrice.toNumber();
  const sign = side === 'long' ? 1 : -1;
  // The higher, the sooner: for a short that is the lower price.
  return greatest(brackets, ({ rate, amount }) => {
    const left = 1 - sign * rate;
    const per = held * left;
    // What little a rate leaves is less certain by as much.
    const of = (notional + own + Math.abs(amount)) / (per * left);
    return { about: (notional * sign - own - amount) / per, of };
  });
}

/** The brackets among which the one is whose maintenance is the highest. */
function highestAt(notional: Decimal, brackets: readonly LeverageBracket[]): readonly LeverageBracket[] {
  const whole = notional.toNumber();
  return greatest(brackets, ({ rate, amount }) => ({
    about: whole * rate - amount,
    of: whole * rate + Math.abs(amount),
  }));
}

/** A bracket's rate and amount as numbers. */
interface Line {
  rate: number;
  amount: number;
}

const lines = new WeakMap<LeverageBracket, Line>();

function lineOf(bracket: LeverageBracket): Line {
  const known = lines.get(bracket);
  if (known) return known;
  const { maintenanceRate, maintenanceAmount } = bracket;
  const line = { rate: maintenanceRate.toNumber(), amount: maintenanceAmount.toNumber() };
  lines.set(bracket, line);
  return line;
}

/**
 * Leaves out the brackets that certainly do not give the greatest result, by floating-point numbers and what they can be
 * wrong by; of ten brackets one or two are left to be calculated with. All of them where such numbers do not say.
 * @param estimate about the result, and the sum of all amounts that went into it, which the error goes by
 */
function greatest(
  brackets: readonly LeverageBracket[],
  estimate: (line: Line) => { about: number; of: number },
): readonly LeverageBracket[] {
  if (brackets.length < 2) return brackets;
  const estimates = brackets.map((bracket) => estimate(lineOf(bracket)));
  if (!estimates.every(({ about, of }) => Number.isFinite(about) && of >= 0)) return brackets;
  const least = Math.max(...estimates.map(({ about, of }) => about - of * DOUBT));
  return brackets.filter((_, index) => {
    const one = estimates[index];
    return !one || one.about + one.of * DOUBT >= least;
  });
}

/** Some thousand times the error of such a calculation (2^-53 for each step). */
const DOUBT = 1e-12;

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
