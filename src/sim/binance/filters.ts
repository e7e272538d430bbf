import type { Decimal } from '../../trading/decimal.ts';
import { apiError } from './errors.ts';
import type { Instrument } from './instruments.ts';

/** The filters of a contract and the code of each refusal. */

/** -1111, -1013, -4013, -4002, -4014. */
export function checkPrice(contract: Instrument, price: Decimal): void {
  if (price.decimalPlaces() > contract.pricePrecision) throw apiError(-1111);
  if (price.isZero()) throw apiError(-1013);
  if (price.lessThan(contract.minPrice)) throw apiError(-4013);
  if (price.greaterThan(contract.maxPrice)) throw apiError(-4002);
  if (!price.mod(contract.tickSize).isZero()) throw apiError(-4014);
}

/** -1111, -4006, -4007, -4014, for the trigger of a conditional order. */
export function checkTrigger(contract: Instrument, price: Decimal): void {
  if (price.decimalPlaces() > contract.pricePrecision) throw apiError(-1111);
  if (price.isZero()) throw apiError(-4006);
  if (price.greaterThan(contract.maxPrice)) throw apiError(-4007);
  if (!price.mod(contract.tickSize).isZero()) throw apiError(-4014);
}

/** -1111, -4003, -4004, -4005, -4023; `market` applies the market lot size. */
export function checkQuantity(contract: Instrument, quantity: Decimal, market: boolean): void {
  if (quantity.decimalPlaces() > contract.quantityPrecision) throw apiError(-1111);
  if (quantity.isZero()) throw apiError(-4003);
  if (quantity.lessThan(contract.minQuantity)) throw apiError(-4004);
  if (quantity.greaterThan(market ? contract.maxMarketQuantity : contract.maxQuantity)) throw apiError(-4005);
  if (!quantity.mod(contract.stepSize).isZero()) throw apiError(-4023);
}

/** -4164; reducing orders are exempt. */
export function checkNotional(contract: Instrument, quantity: Decimal, price: Decimal): void {
  if (quantity.times(price).lessThan(contract.minNotional))
    throw apiError(-4164, contract.minNotional.toFixed());
}

/** -4016 for a buy too far above the mark price, -4024 for a sell too far below it. */
export function checkPercentPrice(
  contract: Instrument,
  side: 'BUY' | 'SELL',
  price: Decimal,
  mark: Decimal,
): void {
  const cap = mark.times(contract.percentPriceUp).toDecimalPlaces(contract.pricePrecision);
  const floor = mark.times(contract.percentPriceDown).toDecimalPlaces(contract.pricePrecision);
  if (side === 'BUY' && price.greaterThan(cap)) throw apiError(-4016, cap.toFixed());
  if (side === 'SELL' && price.lessThan(floor)) throw apiError(-4024, floor.toFixed());
}
