import { type Decimal, ZERO } from '../../../trading/decimal.ts';
import type { Bracket, Instrument } from '../instruments.ts';
import type { Position } from './model.ts';

/**
 * The margin arithmetic of USDⓈ-M futures, pure.
 * Sources: https://www.binance.com/en/support/faq/b3c689c1f50a44cabb3a84e663b81d93 (liquidation price),
 * https://www.binance.com/en/support/faq/360033162192 (brackets, maintenance amount).
 */

function bracketOf(contract: Instrument, notional: Decimal): Bracket {
  const found = contract.brackets.find((row) => notional.lessThanOrEqualTo(row.notionalCap));
  const last = contract.brackets[contract.brackets.length - 1];
  const bracket = found ?? last;
  if (bracket === undefined) throw new Error(`${contract.symbol} has no leverage brackets`);
  return bracket;
}

/** The largest position, in quote currency, that `leverage` allows. */
export function notionalLimit(contract: Instrument, leverage: number): number {
  const allowing = contract.brackets.filter((row) => row.initialLeverage >= leverage);
  return allowing[allowing.length - 1]?.notionalCap ?? 0;
}

export function maxLeverage(contract: Instrument): number {
  return contract.brackets[0]?.initialLeverage ?? 1;
}

export function unrealized(position: Position, mark: Decimal): Decimal {
  return mark.minus(position.entryPrice).times(position.amount);
}

export function notional(position: Position, mark: Decimal): Decimal {
  return position.amount.times(mark);
}

export function maintenance(contract: Instrument, position: Position, mark: Decimal): Decimal {
  const size = notional(position, mark).abs();
  const bracket = bracketOf(contract, size);
  return size.times(bracket.maintMarginRatio).minus(bracket.cum);
}

/**
 * The mark price at which the position's margin no longer covers its maintenance margin, 0 if there is none.
 * `wallet` is the isolated wallet, or for a cross position the cross wallet plus what the other cross
 * positions have gained, less their maintenance margin.
 */
export function liquidationPrice(
  contract: Instrument,
  position: Position,
  mark: Decimal,
  wallet: Decimal,
): Decimal {
  if (position.amount.isZero()) return ZERO;
  const size = position.amount.abs();
  const direction = position.amount.isPositive() ? 1 : -1;
  const bracket = bracketOf(contract, notional(position, mark).abs());
  const top = wallet.plus(bracket.cum).minus(position.entryPrice.times(size).times(direction));
  const bottom = size.times(bracket.maintMarginRatio).minus(size.times(direction));
  const price = top.div(bottom);
  return price.greaterThan(0) ? price : ZERO;
}

/** The price at which closing would give back exactly what was paid, fees so far included. */
export function breakEvenPrice(position: Position): Decimal {
  if (position.amount.isZero()) return ZERO;
  return position.entryPrice.plus(position.fees.minus(position.realized).div(position.amount));
}
