import { bestPrices, bookSides } from '../book-views.ts';
import {
  type DepthDiff,
  klineMessage,
  lastPrint,
  miniTickerMessage,
  type StreamName,
  tickerMessage,
} from '../stream-messages.ts';
import type { SpotExchange } from './exchange.ts';
import { averagePrice, type Market } from './markets.ts';

/** What the market streams send. https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md */

type Json = Record<string, unknown>;

/** Streams that are sent once a second, whatever the market does. */
export function isTimed(stream: StreamName): boolean {
  return stream.channel === 'referencePrice' || stream.channel === 'avgPrice';
}

/** The stream's message for that symbol now; null for a channel the simulator does not have. */
export function payload(exchange: SpotExchange, market: Market, stream: StreamName): Json | null {
  const nowMs = exchange.now();
  switch (stream.channel) {
    case 'trade':
      return trade(market, nowMs);
    case 'aggTrade':
      return aggregateTrade(market, nowMs);
    case 'bookTicker':
      return bookTicker(market);
    case 'miniTicker':
      return miniTickerMessage(market, nowMs);
    case 'ticker':
      return ticker(market, nowMs);
    case 'kline':
      return klineMessage(market, stream.detail, nowMs);
    case 'depth':
      return partialDepth(market, Number(stream.detail));
    case 'avgPrice':
      return average(market, nowMs);
    case 'referencePrice':
      return reference(market, nowMs);
    default:
      return null;
  }
}

function trade(market: Market, nowMs: number): Json {
  const { price, quantity, time } = lastPrint(market);
  const { symbol } = market.instrument;
  return {
    e: 'trade',
    E: nowMs,
    s: symbol,
    t: market.updateId,
    p: price,
    q: quantity,
    T: time,
    m: false,
    M: true,
  };
}

function aggregateTrade(market: Market, nowMs: number): Json {
  const { t: id, ...rest } = trade(market, nowMs);
  return { ...rest, e: 'aggTrade', a: id, f: id, l: id };
}

/** Alone among the messages it does not say what it is. */
function bookTicker(market: Market): Json {
  const { symbol, bidPrice, bidQty, askPrice, askQty } = bestPrices(market);
  return { u: market.updateId, s: symbol, b: bidPrice, B: bidQty, a: askPrice, A: askQty };
}

function ticker(market: Market, nowMs: number): Json {
  const { bidPrice, bidQty, askPrice, askQty } = bestPrices(market);
  const before = (market.prints[0]?.price ?? market.last).toFixed(8);
  return { ...tickerMessage(market, nowMs), x: before, b: bidPrice, B: bidQty, a: askPrice, A: askQty };
}

function partialDepth(market: Market, limit: number): Json | null {
  if (![5, 10, 20].includes(limit)) return null;
  return { lastUpdateId: market.updateId, ...bookSides(market, limit) };
}

/** What changed in the book since the stream was told last. */
export function depthUpdate(market: Market, diff: DepthDiff, nowMs: number): Json {
  const { previous, updateId, bids, asks } = diff.next(market);
  const { symbol } = market.instrument;
  return { e: 'depthUpdate', E: nowMs, s: symbol, U: previous + 1, u: updateId, b: bids, a: asks };
}

function average(market: Market, nowMs: number): Json {
  return {
    e: 'avgPrice',
    E: nowMs,
    s: market.instrument.symbol,
    i: `${market.instrument.averageMinutes}m`,
    w: averagePrice(market, nowMs).toFixed(8),
    T: market.prints.at(-1)?.time ?? nowMs,
  };
}

function reference(market: Market, nowMs: number): Json {
  return {
    e: 'referencePrice',
    s: market.instrument.symbol,
    r: market.reference?.price?.toFixed(8) ?? null,
    t: market.reference?.time ?? nowMs,
  };
}
