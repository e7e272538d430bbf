import type { Book } from './book.ts';
import { bookSides, candle, dayTicker, INTERVALS_MS } from './book-views.ts';

/** Names of market streams, and the messages that both markets write alike. */

type Json = Record<string, unknown>;

/** A stream name taken apart: `btcusdt@kline_1m`, `!markPrice@arr@1s`. */
export interface StreamName {
  /** Upper case; null for all symbols. */
  symbol: string | null;
  channel: string;
  /** What follows the channel: a kline interval, a depth, an update speed. */
  detail: string;
}

export function parseStream(name: string): StreamName | null {
  const all = /^!([A-Za-z]+)(?:@arr)?(?:@(\w+))?$/.exec(name);
  if (all !== null) return { symbol: null, channel: all[1] ?? '', detail: all[2] ?? '' };
  const one = /^([^@!]+)@([A-Za-z]+?)(\d+)?(?:_(\w+))?(?:@(\w+))?$/.exec(name);
  if (one === null) return null;
  return {
    symbol: (one[1] ?? '').toUpperCase(),
    channel: one[2] ?? '',
    detail: one[4] ?? one[3] ?? one[5] ?? '',
  };
}

export function lastPrint(book: Book): { price: string; quantity: string; time: number } {
  const print = book.prints[book.prints.length - 1];
  const { pricePrecision, quantityPrecision, minQuantity } = book.instrument;
  return {
    price: (print?.price ?? book.last).toFixed(pricePrecision),
    quantity: (print?.quantity ?? minQuantity).toFixed(quantityPrecision),
    time: print?.time ?? 0,
  };
}

/** Null for an unknown interval. */
export function klineMessage(book: Book, interval: string, nowMs: number): Json | null {
  const length = INTERVALS_MS[interval];
  if (length === undefined) return null;
  const row = candle(book, Math.floor(nowMs / length) * length, length);
  const { symbol } = book.instrument;
  return {
    e: 'kline',
    E: nowMs,
    s: symbol,
    k: {
      t: row[0],
      T: row[6],
      s: symbol,
      i: interval,
      f: book.updateId - row[8],
      L: book.updateId,
      o: row[1],
      c: row[4],
      h: row[2],
      l: row[3],
      v: row[5],
      n: row[8],
      x: false,
      q: row[7],
      V: row[9],
      Q: row[10],
      B: '0',
    },
  };
}

export function tickerMessage(book: Book, nowMs: number): Json {
  const day = dayTicker(book, nowMs);
  return {
    e: '24hrTicker',
    E: nowMs,
    s: day.symbol,
    p: day.priceChange,
    P: day.priceChangePercent,
    w: day.weightedAvgPrice,
    c: day.lastPrice,
    Q: day.lastQty,
    o: day.openPrice,
    h: day.highPrice,
    l: day.lowPrice,
    v: day.volume,
    q: day.quoteVolume,
    O: day.openTime,
    C: day.closeTime,
    F: day.firstId,
    L: day.lastId,
    n: day.count,
  };
}

export function miniTickerMessage(book: Book, nowMs: number): Json {
  const day = dayTicker(book, nowMs);
  return {
    e: '24hrMiniTicker',
    E: nowMs,
    s: day.symbol,
    c: day.lastPrice,
    o: day.openPrice,
    h: day.highPrice,
    l: day.lowPrice,
    v: day.volume,
    q: day.quoteVolume,
  };
}

/** The book as one diff stream has told it so far, to send only what changed since. */
export class DepthDiff {
  #updateId = 0;
  #bids = new Map<string, string>();
  #asks = new Map<string, string>();

  /** What changed between the book told last and the book now. */
  next(book: Book): { previous: number; updateId: number; bids: string[][]; asks: string[][] } {
    const sides = bookSides(book, 50);
    const bids = new Map(sides.bids.map(([price = '', quantity = '']) => [price, quantity]));
    const asks = new Map(sides.asks.map(([price = '', quantity = '']) => [price, quantity]));
    const difference = {
      previous: this.#updateId,
      updateId: book.updateId,
      bids: changes(this.#bids, bids),
      asks: changes(this.#asks, asks),
    };
    this.#updateId = book.updateId;
    this.#bids = bids;
    this.#asks = asks;
    return difference;
  }
}

function changes(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[][] {
  const gone = [...before.keys()].filter((price) => !now.has(price)).map((price) => [price, '0']);
  const set = [...now]
    .filter(([price, quantity]) => before.get(price) !== quantity)
    .map(([price, quantity]) => [price, quantity]);
  return [...gone, ...set];
}
