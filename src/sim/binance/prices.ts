import { WebSocket } from 'ws';
import { Decimal } from '../../trading/decimal.ts';
import { Random } from './random.ts';
import type { UsdmExchange } from './usdm/exchange.ts';

/** Where the market's prices come from while nobody sets them. */

export interface RecordedPrice {
  /** Milliseconds from the start of the recording. */
  at: number;
  symbol: string;
  last: string;
  mark?: string;
}

export type MarketSource =
  | { kind: 'still' }
  /** A random walk: `volatility` is the standard deviation of one tick's relative change. */
  | { kind: 'synthetic'; seed?: number; tickMs?: number; volatility?: number; symbols?: readonly string[] }
  /** A recorded series, `speed` times as fast as it was recorded. */
  | { kind: 'recorded'; series: readonly RecordedPrice[]; speed?: number }
  /** Binance's public streams (or those of another origin). */
  | { kind: 'live'; url?: string };

export interface PriceFeed {
  /** Moves a synthetic market by `ticks`, or a recorded one by as many rows; nothing else moves by itself. */
  step(ticks: number): void;
  /** How much faster a synthetic market lives; 0 stands still, 1 is what it began with. Others go at their own pace. */
  setSpeed(factor: number): void;
  readonly speed: number;
  stop(): void;
}

const TICK_MS = 1_000;
const VOLATILITY = 0.0005;
const LIVE_URL = 'wss://fstream.binance.com';
const RETRY_MS = 5_000;
const AT_ITS_OWN_PACE = { setSpeed: () => {}, speed: 1 };

export function startPrices(exchange: UsdmExchange, source: MarketSource): PriceFeed {
  switch (source.kind) {
    case 'still':
      return { ...AT_ITS_OWN_PACE, step: () => {}, stop: () => {} };
    case 'synthetic':
      return synthetic(exchange, source);
    case 'recorded':
      return recorded(exchange, source.series, source.speed ?? 1);
    case 'live':
      return live(exchange, source.url ?? LIVE_URL);
  }
}

function synthetic(exchange: UsdmExchange, source: Extract<MarketSource, { kind: 'synthetic' }>): PriceFeed {
  const random = new Random(source.seed ?? 1);
  const volatility = source.volatility ?? VOLATILITY;
  const symbols = source.symbols ?? [...exchange.markets.keys()];
  let speed = 1;
  const step = (ticks: number) => {
    // A walk of n steps strays by the root of n: a faster market takes longer steps, not more of them.
    const size = volatility * Math.sqrt(speed > 0 ? speed : 1);
    for (let tick = 0; tick < ticks; tick += 1)
      for (const symbol of symbols) walk(exchange, symbol, random, { size, volatility });
  };
  const timer = setInterval(() => {
    if (speed > 0) step(1);
  }, source.tickMs ?? TICK_MS).unref();
  return {
    step,
    setSpeed: (factor) => {
      speed = Math.max(factor, 0);
    },
    get speed() {
      return speed;
    },
    stop: () => clearInterval(timer),
  };
}

// The mark price follows the last one at a small premium, as an index of several exchanges does.
function walk(
  exchange: UsdmExchange,
  symbol: string,
  random: Random,
  { size, volatility }: { size: number; volatility: number },
): void {
  const market = exchange.market(symbol);
  const change = new Decimal(Math.exp(size * random.gaussian()));
  const { tickSize, minPrice, maxPrice, pricePrecision } = market.instrument;
  const last = Decimal.min(Decimal.max(market.last.times(change), minPrice), maxPrice).toNearest(tickSize);
  const premium = 1 + volatility * 0.2 * random.gaussian();
  exchange.setPrice(symbol, { last, mark: last.times(premium).toDecimalPlaces(pricePrecision + 2) });
}

function recorded(exchange: UsdmExchange, series: readonly RecordedPrice[], speed: number): PriceFeed {
  const rows = [...series].sort((a, b) => a.at - b.at);
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  const play = () => {
    const row = rows[next];
    if (row === undefined) return;
    next += 1;
    if (!exchange.markets.has(row.symbol)) return;
    exchange.setPrice(row.symbol, { last: new Decimal(row.last), mark: new Decimal(row.mark ?? row.last) });
  };
  const schedule = () => {
    const row = rows[next];
    if (row === undefined) return;
    const waitMs = (row.at - (rows[next - 1]?.at ?? 0)) / speed;
    timer = setTimeout(() => {
      play();
      schedule();
    }, waitMs).unref();
  };
  schedule();
  return {
    ...AT_ITS_OWN_PACE,
    step: (ticks) => {
      for (let tick = 0; tick < ticks; tick += 1) play();
    },
    stop: () => clearTimeout(timer),
  };
}

/** Follows the public streams; without a connection prices stand still and it is tried again. */
function live(exchange: UsdmExchange, url: string): PriceFeed {
  let stopped = false;
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  const connect = () => {
    socket = new WebSocket(`${url}/market/stream?streams=!miniTicker@arr/!markPrice@arr@1s`);
    socket.on('message', (data) => follow(exchange, String(data)));
    // The close that follows an error is where it is tried again.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!stopped) timer = setTimeout(connect, RETRY_MS).unref();
    });
  };
  connect();
  return {
    ...AT_ITS_OWN_PACE,
    step: () => {},
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      socket?.terminate();
    },
  };
}

function follow(exchange: UsdmExchange, text: string): void {
  const message: { data?: unknown } = JSON.parse(text);
  if (!Array.isArray(message.data)) return;
  for (const row of message.data as { e?: string; s?: string; c?: string; p?: string }[]) {
    if (row.s === undefined || !exchange.markets.has(row.s)) continue;
    if (row.e === '24hrMiniTicker' && row.c !== undefined) {
      const { mark } = exchange.market(row.s);
      exchange.setPrice(row.s, { last: new Decimal(row.c), mark });
    }
    if (row.e === 'markPriceUpdate' && row.p !== undefined)
      exchange.setPrice(row.s, { mark: new Decimal(row.p) });
  }
}
