import { type Decimal, ZERO } from '../../../trading/decimal.ts';
import { type Book, newBook } from '../book.ts';
import type { Instrument } from './instruments.ts';

export interface Market extends Book {
  instrument: Instrument;
  /**
   * What filters and the price range rule go by where it is a price; null: the symbol has none now, undefined: it
   * never had one. https://github.com/binance/binance-spot-api-docs/blob/master/faqs/price_range_execution_rules.md
   */
  reference: { price: Decimal | null; time: number } | undefined;
}

export function newMarket(instrument: Instrument, nowMs: number): Market {
  return { ...newBook(instrument.startPrice, nowMs), instrument, reference: undefined };
}

/** The volume weighted average of the symbol's last minutes; the last price where nothing traded in them. */
export function averagePrice(market: Market, nowMs: number): Decimal {
  const since = nowMs - market.instrument.averageMinutes * 60_000;
  let volume = ZERO;
  let value = ZERO;
  for (let index = market.prints.length - 1; index >= 0; index -= 1) {
    const print = market.prints[index];
    if (print === undefined || print.time < since) break;
    volume = volume.plus(print.quantity);
    value = value.plus(print.quantity.times(print.price));
  }
  return volume.isZero() ? market.last : value.div(volume).toDecimalPlaces(8);
}

/** The price by which filters judge: the reference price, else the average, over no minutes at all the last. */
export function filterPrice(market: Market, nowMs: number): Decimal {
  const { reference, instrument, last } = market;
  return reference?.price ?? (instrument.averageMinutes === 0 ? last : averagePrice(market, nowMs));
}

/** The prices at which a taker may trade now. */
export function allowedRange(market: Market, side: 'BUY' | 'SELL'): { low: Decimal; high: Decimal } | null {
  const { priceRange } = market.instrument;
  const reference = market.reference?.price;
  if (priceRange === null || reference === null || reference === undefined) return null;
  const [up, down] =
    side === 'BUY' ? [priceRange.bidUp, priceRange.bidDown] : [priceRange.askUp, priceRange.askDown];
  return { low: reference.times(down), high: reference.times(up) };
}
