import { bookSides } from '../book-views.ts';
import {
  type DepthDiff,
  klineMessage,
  lastPrint,
  miniTickerMessage,
  type StreamName,
  tickerMessage,
} from '../stream-messages.ts';
import type { Core } from './core.ts';
import { bookTicker, premiumIndex } from './market-data.ts';
import type { Market } from './markets.ts';

/**
 * Market streams: which address serves which, and what they send.
 * Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */

export type Category = 'public' | 'market' | 'private';

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
      return klineMessage(market, stream.detail, core.now());
    case 'ticker':
      return tickerMessage(market, core.now());
    case 'miniTicker':
      return miniTickerMessage(market, core.now());
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

/** What changed in the book since the stream was told last. */
export function depthUpdate(core: Core, market: Market, diff: DepthDiff): Json {
  const { previous, updateId, bids, asks } = diff.next(market);
  return {
    e: 'depthUpdate',
    E: core.now(),
    T: core.now(),
    s: market.instrument.symbol,
    U: previous + 1,
    u: updateId,
    pu: previous,
    b: bids,
    a: asks,
  };
}
