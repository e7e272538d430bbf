import { Decimal, ZERO } from '../../trading/decimal.ts';

/** Prices and order book of one simulated market, apart from the account's own orders; the same for every kind of market. */

export type Level = { price: Decimal; quantity: Decimal };
export type Depth = { bids: Level[]; asks: Level[] };

/** A print of the market: what trade streams and klines are made of. */
export interface Print {
  time: number;
  price: Decimal;
  quantity: Decimal;
}

/** What a book has to know of what is traded in it. */
export interface Traded {
  symbol: string;
  tickSize: Decimal;
  /** Decimals with which prices and quantities are written. */
  pricePrecision: number;
  stepSize: Decimal;
  minQuantity: Decimal;
  maxQuantity: Decimal;
  quantityPrecision: number;
}

export interface Book {
  instrument: Traded;
  last: Decimal;
  /** A book set by a script; it is eaten by fills and gone at the next price set. */
  scripted: Depth | null;
  /** How much of a resting order the next crossing fills; null fills all of it. */
  partial: { fraction: Decimal } | { quantity: Decimal } | null;
  updateId: number;
  /** Newest last; old ones are dropped. */
  prints: Print[];
  /** Where the prints begin: what klines show before it is made up, and ends at this price. */
  anchor: { time: number; price: Decimal };
}

type Taker = 'BUY' | 'SELL';

const PRINTS_KEPT = 5_000;
const FIRST_LEVEL_NOTIONAL = 1_000_000;

/** A book without orders of anybody's, at `price`. */
export function newBook(price: Decimal, nowMs: number): Omit<Book, 'instrument'> {
  return {
    last: price,
    scripted: null,
    partial: null,
    updateId: 1_000_000,
    prints: [],
    anchor: { time: nowMs, price },
  };
}

/** Periods in milliseconds and amplitudes (relative) of the made-up past. */
const WAVES: readonly (readonly [number, number])[] = [
  [5.1e9, 0.06],
  [6.3e8, 0.025],
  [8.7e7, 0.012],
  [1.9e7, 0.005],
  [3.1e6, 0.002],
  [4.1e5, 0.0008],
];

/** The price at a time before the anchor: the same for the same contract and time, and steady up to the anchor. */
export function historicPrice(market: Book, time: number): Decimal {
  const { anchor, instrument } = market;
  const phase = [...instrument.symbol].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  const wave = (at: number) =>
    WAVES.reduce(
      (total, [period, size], index) =>
        total + size * Math.sin((2 * Math.PI * at) / period + phase * (index + 1)),
      0,
    );
  const change = (1 + wave(time)) / (1 + wave(anchor.time));
  return Decimal.max(anchor.price.times(change), instrument.tickSize).toNearest(instrument.tickSize);
}

/** The side of the book that a taker of `side` meets, best first: the scripted one, or one deep around the last price. */
export function levels(market: Book, taker: Taker, limit = 50): Level[] {
  if (market.scripted !== null) {
    const own = taker === 'BUY' ? market.scripted.asks : market.scripted.bids;
    return own.filter((level) => level.quantity.greaterThan(0)).slice(0, limit);
  }
  return Array.from({ length: limit }, (_, index) => syntheticLevel(market, taker, index)).filter((level) =>
    level.price.greaterThan(0),
  );
}

// Bids begin at the last price and asks one tick above it, so that a market order pays a spread and a limit
// order at the last price rests.
function syntheticLevel(market: Book, taker: Taker, index: number): Level {
  const { tickSize, stepSize, maxQuantity } = market.instrument;
  const away = tickSize.times(taker === 'BUY' ? index + 1 : -index);
  const price = market.last.plus(away);
  const wanted = new Decimal(FIRST_LEVEL_NOTIONAL).times(1 + index * 0.5).div(market.last);
  const quantity = Decimal.min(wanted, maxQuantity).toNearest(stepSize, Decimal.ROUND_UP);
  return { price, quantity };
}

export function best(market: Book, taker: Taker): Decimal | null {
  return levels(market, taker, 1)[0]?.price ?? null;
}

/** Takes `quantity` out of a scripted book at `price`; the synthetic book refills at once. */
export function consume(market: Book, taker: Taker, price: Decimal, quantity: Decimal): void {
  if (market.scripted === null) return;
  const own = taker === 'BUY' ? market.scripted.asks : market.scripted.bids;
  const level = own.find((candidate) => candidate.price.equals(price));
  if (level !== undefined) level.quantity = Decimal.max(level.quantity.minus(quantity), ZERO);
}

export function record(market: Book, print: Print): void {
  market.updateId += 1;
  market.prints.push(print);
  if (market.prints.length > PRINTS_KEPT) market.prints.splice(0, market.prints.length - PRINTS_KEPT);
}
