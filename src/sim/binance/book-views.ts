import { Decimal } from '../../trading/decimal.ts';
import { type Book, historicPrice, levels, type Print } from './book.ts';
import { apiError } from './errors.ts';

/** Public data of a book as the REST APIs of both markets write it. */

type Json = Record<string, unknown>;

export const INTERVALS_MS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '6h': 21_600_000,
  '8h': 28_800_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
  '3d': 259_200_000,
  '1w': 604_800_000,
  '1M': 2_592_000_000,
};
const DAY_MS = 86_400_000;

const price = (book: Book, value: Decimal) => value.toFixed(book.instrument.pricePrecision);
const amount = (book: Book, value: Decimal) => value.toFixed(book.instrument.quantityPrecision);

/** Best bid and ask. */
export function bestPrices(book: Book): Json {
  const [bid] = levels(book, 'SELL', 1);
  const [ask] = levels(book, 'BUY', 1);
  const none = new Decimal(0);
  return {
    symbol: book.instrument.symbol,
    bidPrice: price(book, bid?.price ?? none),
    bidQty: amount(book, bid?.quantity ?? none),
    askPrice: price(book, ask?.price ?? none),
    askQty: amount(book, ask?.quantity ?? none),
  };
}

export function bookSides(book: Book, limit: number): { bids: string[][]; asks: string[][] } {
  const rows = (side: 'BUY' | 'SELL') =>
    levels(book, side, limit).map((level) => [price(book, level.price), amount(book, level.quantity)]);
  return { bids: rows('SELL'), asks: rows('BUY') };
}

export interface DayFigures {
  open: Decimal;
  high: Decimal;
  low: Decimal;
  volume: Decimal;
  quoteVolume: Decimal;
  count: number;
}

function dayFigures(book: Book, nowMs: number): DayFigures {
  const since = nowMs - DAY_MS;
  return figures(
    book.prints.filter((print) => print.time >= since),
    book.last,
  );
}

function figures(prints: readonly Print[], otherwise: Decimal): DayFigures {
  let high = prints[0]?.price ?? otherwise;
  let low = high;
  let volume = new Decimal(0);
  let quoteVolume = new Decimal(0);
  for (const print of prints) {
    high = Decimal.max(high, print.price);
    low = Decimal.min(low, print.price);
    volume = volume.plus(print.quantity);
    quoteVolume = quoteVolume.plus(print.quantity.times(print.price));
  }
  return { open: prints[0]?.price ?? otherwise, high, low, volume, quoteVolume, count: prints.length };
}

export function dayTicker(book: Book, nowMs: number): Json {
  const day = dayFigures(book, nowMs);
  const change = book.last.minus(day.open);
  return {
    symbol: book.instrument.symbol,
    priceChange: price(book, change),
    priceChangePercent: change.div(day.open).times(100).toFixed(3),
    weightedAvgPrice: price(book, day.volume.isZero() ? book.last : day.quoteVolume.div(day.volume)),
    lastPrice: price(book, book.last),
    lastQty: amount(book, book.prints[book.prints.length - 1]?.quantity ?? book.instrument.minQuantity),
    openPrice: price(book, day.open),
    highPrice: price(book, day.high),
    lowPrice: price(book, day.low),
    volume: amount(book, day.volume),
    quoteVolume: day.quoteVolume.toFixed(2),
    openTime: nowMs - DAY_MS,
    closeTime: nowMs,
    firstId: 1,
    lastId: book.updateId,
    count: day.count,
  };
}

/** One candle: open time, OHLC, volume, close time, quote volume, trades, taker buy volumes, unused. */
export type Candle = readonly [
  number,
  string,
  string,
  string,
  string,
  string,
  number,
  string,
  number,
  string,
  string,
  string,
];

export interface CandleRange {
  startTime?: number | undefined;
  endTime?: number | undefined;
  limit: number;
}

/** The newest `limit` candles of the range, oldest first; -1120 for an unknown interval. */
export function candles(book: Book, interval: string, range: CandleRange, nowMs: number): Candle[] {
  const length = INTERVALS_MS[interval];
  if (length === undefined) throw apiError(-1120);
  const end = Math.min(range.endTime ?? nowMs, nowMs);
  const lastOpen = Math.floor(end / length) * length;
  const firstOpen =
    range.startTime === undefined
      ? lastOpen - (range.limit - 1) * length
      : Math.ceil(range.startTime / length) * length;
  const count = Math.min(range.limit, Math.max(Math.floor((lastOpen - firstOpen) / length) + 1, 0));
  return Array.from({ length: count }, (_, index) => candle(book, firstOpen + index * length, length));
}

const PAST_SAMPLES = 8;

/** Prints of the time before the first real one, so that charts have a past. */
function madeUp(book: Book, from: number, until: number): Print[] {
  const end = Math.min(until, book.anchor.time);
  const quantity = book.instrument.minQuantity.times(100);
  return Array.from({ length: PAST_SAMPLES + 1 }, (_, index) => {
    const time = from + Math.floor(((end - from) * index) / PAST_SAMPLES);
    return { time, price: historicPrice(book, time), quantity };
  });
}

export function candle(book: Book, openTime: number, length: number): Candle {
  const nextOpen = openTime + length;
  const past = openTime < book.anchor.time ? madeUp(book, openTime, nextOpen) : [];
  const prints = book.prints.filter((print) => print.time >= openTime && print.time < nextOpen);
  const own = figures([...past, ...prints], lastBefore(book, openTime));
  const open = past[0]?.price ?? lastBefore(book, openTime);
  const close = prints[prints.length - 1]?.price ?? past[past.length - 1]?.price ?? open;
  const half = own.volume.div(2);
  return [
    openTime,
    price(book, open),
    price(book, Decimal.max(own.high, open)),
    price(book, Decimal.min(own.low, open)),
    price(book, close),
    amount(book, own.volume),
    nextOpen - 1,
    own.quoteVolume.toFixed(5),
    own.count,
    amount(book, half),
    own.quoteVolume.div(2).toFixed(5),
    '0',
  ];
}

/** Where the market stood at `time`: the last print before it, the anchor's price before the first one. */
function lastBefore(book: Book, time: number): Decimal {
  for (let index = book.prints.length - 1; index >= 0; index -= 1) {
    const print = book.prints[index];
    if (print !== undefined && print.time < time) return print.price;
  }
  return book.anchor.price;
}
