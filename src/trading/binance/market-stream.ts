import type { Decimal } from '../decimal.ts';
import type { Prices } from '../exchange.ts';
import { type KeptSocket, keepSocket, type SocketTiming } from './socket.ts';
import { decimalOf } from './wire.ts';

export interface MarketStreamTiming {
  socket: SocketTiming;
  /** Last prices of a symbol are handed on at most this often. */
  lastPriceMs: number;
}

/** Which streams of a symbol are listened to, and where. */
export interface MarketKind {
  path: string;
  /** @param name the symbol in lower case */
  topics(name: string): string[];
  /** There is no mark price: the last one stands for it. */
  markIsLast: boolean;
}

/**
 * Mark price once a second (`@markPrice@1s`); last price by `@aggTrade`, because tickers are snapshots and miss a
 * target or a stop that traded between two of them.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */
export const USDM_MARKET: MarketKind = {
  path: '/market/stream',
  topics: (name) => [`${name}@markPrice@1s`, `${name}@aggTrade`],
  markIsLast: false,
};

/** https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md */
export const SPOT_MARKET: MarketKind = {
  path: '/stream',
  topics: (name) => [`${name}@aggTrade`],
  markIsLast: true,
};

export interface MarketStreamOptions {
  origin: string;
  kind: MarketKind;
  onPrices(symbol: string, prices: Partial<Prices>, at: number): void;
  onTrouble(message: string): void;
  timing: MarketStreamTiming;
}

export interface MarketStream {
  watch(symbols: readonly string[]): void;
  close(): void;
}

/** Trades of a symbol that were not handed on yet. */
interface Gathered {
  low: Decimal;
  high: Decimal;
  last: Decimal;
  at: number;
}

/**
 * Mark and last price of the watched symbols over one connection, none while nothing is watched. Trades are gathered
 * and handed on as low, high and last of an interval, so that a busy symbol costs its parsing and no more.
 */
export function createMarketStream(options: MarketStreamOptions): MarketStream {
  const { timing, kind } = options;
  let watched: ReadonlySet<string> = new Set();
  /** What the address of the latest connection asked for. */
  let dialled: ReadonlySet<string> = new Set();
  let socket: KeptSocket | null = null;
  let requestId = 0;
  let isUnreadable = false;
  const gathered = new Map<string, Gathered>();
  const handedOnAt = new Map<string, number>();
  let flush: NodeJS.Timeout | undefined;

  function onMessage(message: unknown): void {
    try {
      take(message);
    } catch (error) {
      // One is worth a line; a thousand in a second are not.
      if (!isUnreadable) options.onTrouble(`a price could not be read: ${(error as Error).message}`);
      isUnreadable = true;
    }
  }

  function take(message: unknown): void {
    const event = unwrap(message);
    if (event === null || !watched.has(event.s)) return;
    if (event.e === 'markPriceUpdate') {
      options.onPrices(event.s, { mark: decimalOf(event.p) }, event.E);
    } else if (event.e === 'aggTrade') {
      gather(event.s, decimalOf(event.p), event.T ?? event.E);
    }
  }

  function gather(symbol: string, price: Decimal, at: number): void {
    const known = gathered.get(symbol);
    if (known === undefined) {
      gathered.set(symbol, { low: price, high: price, last: price, at });
      if (performance.now() - (handedOnAt.get(symbol) ?? -Infinity) >= timing.lastPriceMs) handOn(symbol);
      return;
    }
    known.last = price;
    known.at = at;
    if (price.lt(known.low)) known.low = price;
    if (price.gt(known.high)) known.high = price;
  }

  function handOn(symbol: string): void {
    const known = gathered.get(symbol);
    if (known === undefined) return;
    gathered.delete(symbol);
    handedOnAt.set(symbol, performance.now());
    if (known.low.lt(known.last)) tell(symbol, known.low, known.at);
    if (known.high.gt(known.last)) tell(symbol, known.high, known.at);
    tell(symbol, known.last, known.at);
  }

  function tell(symbol: string, last: Decimal, at: number): void {
    options.onPrices(symbol, kind.markIsLast ? { mark: last, last } : { last }, at);
  }

  function topics(symbols: Iterable<string>): string[] {
    return [...symbols].flatMap((symbol) => kind.topics(symbol.toLowerCase()));
  }

  function request(method: 'SUBSCRIBE' | 'UNSUBSCRIBE', symbols: Iterable<string>): void {
    const params = topics(symbols);
    if (params.length > 0) socket?.current()?.send({ method, params, id: ++requestId });
  }

  function start(): KeptSocket {
    const started = keepSocket({
      timing: timing.socket,
      // All topics in the address: what a new connection carries does not hang on a request of its own.
      async address() {
        dialled = watched;
        return `${options.origin}${kind.path}?streams=${topics(watched).join('/')}`;
      },
      onMessage,
      onUp() {
        request('SUBSCRIBE', without(watched, dialled));
        request('UNSUBSCRIBE', without(dialled, watched));
      },
      onDown: (reason) => options.onTrouble(`market stream ${reason}`),
      onDialFailed: (error) => options.onTrouble(`market stream: ${error.message}`),
    });
    started.keep();
    flush = setInterval(() => {
      for (const symbol of gathered.keys()) handOn(symbol);
    }, timing.lastPriceMs);
    return started;
  }

  function stop(): void {
    clearInterval(flush);
    socket?.close();
    socket = null;
  }

  return {
    watch(symbols) {
      const next = new Set(symbols);
      const added = without(next, watched);
      const removed = without(watched, next);
      watched = next;
      for (const symbol of removed) {
        gathered.delete(symbol);
        handedOnAt.delete(symbol);
      }
      if (next.size === 0) {
        stop();
      } else if (socket === null) {
        socket = start();
      } else {
        request('SUBSCRIBE', added);
        request('UNSUBSCRIBE', removed);
      }
    },
    close: stop,
  };
}

function without(symbols: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...symbols].filter((symbol) => !others.has(symbol));
}

interface MarketEvent {
  e: string;
  E: number;
  T?: number;
  s: string;
  p: string;
}

function unwrap(message: unknown): MarketEvent | null {
  if (typeof message !== 'object' || message === null) return null;
  const event = 'data' in message ? message.data : message;
  if (typeof event !== 'object' || event === null || !('s' in event) || !('p' in event)) return null;
  return event as MarketEvent;
}
