import type { Core } from './core.ts';
import { bookSides, bookTicker, candle, dayTicker, INTERVALS_MS, premiumIndex } from './market-data.ts';
import type { Market } from './markets.ts';

/**
 * Market streams: which address serves which, and what they send.
 * Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */

export type Category = 'public' | 'market' | 'private';

/** A stream name taken apart: `btcusdt@kline_1m`, `!markPrice@arr@1s`. */
export interface StreamName {
  /** Upper case; null for all contracts. */
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

const PUBLIC_CHANNELS = ['depth', 'rpiDepth', 'bookTicker', 'trade'];

/** Order book data is served under /public, everything else under /market. */
export function categoryOf(stream: StreamName): Category {
  return PUBLIC_CHANNELS.includes(stream.channel) ? 'public' : 'market';
}

/** Whether the stream is sent with every change of the market, or (mark price) also once a second. */
export function isTimed(stream: StreamName): boolean {
  return stream.channel === 'markPrice';
}

type Json = Record<string, unknown>;

/** The stream's message for that contract now; null for a channel the simulator does not have. */
export function payload(core: Core, market: Market, stream: StreamName): Json | null {
  switch (stream.channel) {
    case 'markPrice':
      return markPrice(core, market);
    case 'bookTicker':
      return tickerOfBook(core, market);
    case 'aggTrade':
      return aggregateTrade(core, market);
    case 'trade':
      return singleTrade(core, market);
    case 'kline':
      return kline(core, market, stream.detail);
    case 'ticker':
      return ticker(core, market);
    case 'miniTicker':
      return miniTicker(core, market);
    case 'depth':
      return partialDepth(core, market, Number(stream.detail));
    default:
      return null;
  }
}

function markPrice(core: Core, market: Market): Json {
  const index = premiumIndex(core, market);
  return {
    e: 'markPriceUpdate',
    E: core.now(),
    s: index.symbol,
    p: index.markPrice,
    ap: index.markPrice,
    i: index.indexPrice,
    P: index.estimatedSettlePrice,
    r: index.lastFundingRate,
    T: index.nextFundingTime,
  };
}

function tickerOfBook(core: Core, market: Market): Json {
  const book = bookTicker(core, market);
  return {
    e: 'bookTicker',
    u: market.updateId,
    E: core.now(),
    T: core.now(),
    s: book.symbol,
    b: book.bidPrice,
    B: book.bidQty,
    a: book.askPrice,
    A: book.askQty,
  };
}

function lastPrint(market: Market): { price: string; quantity: string; time: number } {
  const print = market.prints[market.prints.length - 1];
  const { pricePrecision, quantityPrecision, minQuantity } = market.instrument;
  return {
    price: (print?.price ?? market.last).toFixed(pricePrecision),
    quantity: (print?.quantity ?? minQuantity).toFixed(quantityPrecision),
    time: print?.time ?? 0,
  };
}

function aggregateTrade(core: Core, market: Market): Json {
  const print = lastPrint(market);
  return {
    e: 'aggTrade',
    E: core.now(),
    a: market.updateId,
    s: market.instrument.symbol,
    p: print.price,
    q: print.quantity,
    nq: print.quantity,
    f: market.updateId,
    l: market.updateId,
    T: print.time,
    m: false,
  };
}

function singleTrade(core: Core, market: Market): Json {
  const print = lastPrint(market);
  return {
    e: 'trade',
    E: core.now(),
    T: print.time,
    s: market.instrument.symbol,
    t: market.updateId,
    p: print.price,
    q: print.quantity,
    X: 'MARKET',
    m: false,
  };
}

function kline(core: Core, market: Market, interval: string): Json | null {
  const length = INTERVALS_MS[interval];
  if (length === undefined) return null;
  const row = candle(market, Math.floor(core.now() / length) * length, length);
  const { symbol } = market.instrument;
  return {
    e: 'kline',
    E: core.now(),
    s: symbol,
    k: {
      t: row[0],
      T: row[6],
      s: symbol,
      i: interval,
      f: market.updateId - row[8],
      L: market.updateId,
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

function ticker(core: Core, market: Market): Json {
  const day = dayTicker(core, market);
  return {
    e: '24hrTicker',
    E: core.now(),
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

function miniTicker(core: Core, market: Market): Json {
  const day = dayTicker(core, market);
  return {
    e: '24hrMiniTicker',
    E: core.now(),
    s: day.symbol,
    c: day.lastPrice,
    o: day.openPrice,
    h: day.highPrice,
    l: day.lowPrice,
    v: day.volume,
    q: day.quoteVolume,
  };
}

function partialDepth(core: Core, market: Market, limit: number): Json | null {
  if (![5, 10, 20].includes(limit)) return null;
  const sides = bookSides(market, limit);
  return {
    e: 'depthUpdate',
    E: core.now(),
    T: core.now(),
    s: market.instrument.symbol,
    U: market.updateId,
    u: market.updateId,
    pu: market.updateId - 1,
    b: sides.bids,
    a: sides.asks,
  };
}

/** The book as one diff stream has told it so far, to send only what changed since. */
export class DepthDiff {
  #updateId = 0;
  #bids = new Map<string, string>();
  #asks = new Map<string, string>();

  /** The message from the book told last to the book now. */
  next(core: Core, market: Market): Json {
    const sides = bookSides(market, 50);
    const bids = new Map(sides.bids.map(([price = '', quantity = '']) => [price, quantity]));
    const asks = new Map(sides.asks.map(([price = '', quantity = '']) => [price, quantity]));
    const previous = this.#updateId;
    const message = {
      e: 'depthUpdate',
      E: core.now(),
      T: core.now(),
      s: market.instrument.symbol,
      U: previous + 1,
      u: market.updateId,
      pu: previous,
      b: changes(this.#bids, bids),
      a: changes(this.#asks, asks),
    };
    this.#updateId = market.updateId;
    this.#bids = bids;
    this.#asks = asks;
    return message;
  }
}

function changes(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[][] {
  const gone = [...before.keys()].filter((price) => !now.has(price)).map((price) => [price, '0']);
  const set = [...now]
    .filter(([price, quantity]) => before.get(price) !== quantity)
    .map(([price, quantity]) => [price, quantity]);
  return [...gone, ...set];
}
