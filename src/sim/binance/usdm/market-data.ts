import { Decimal } from '../../../trading/decimal.ts';
import { apiError } from '../errors.ts';
import { symbolInfo } from '../instruments.ts';
import type { Core } from './core.ts';
import { historicPrice, levels, type Market, nextFundingTime, type Print } from './markets.ts';

/** Public market data as the REST API writes it. */

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

/** The limits of `exchangeInfo`: weight a minute, orders a minute and in ten seconds, per IP. */
export interface RateLimits {
  weightPerMinute: number;
  ordersPerMinute: number;
  ordersPer10s: number;
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information */
export function exchangeInfo(core: Core, limits: RateLimits): Json {
  return {
    timezone: 'UTC',
    serverTime: core.now(),
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: limits.weightPerMinute },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: limits.ordersPerMinute },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: limits.ordersPer10s },
    ],
    exchangeFilters: [],
    assets: ['USDT', 'BNB', 'USDC'].map((asset) => ({
      asset,
      marginAvailable: true,
      autoAssetExchange: '-10000',
    })),
    symbols: [...core.markets.values()].map((market) => symbolInfo(market.instrument)),
  };
}

const price = (market: Market, value: Decimal) => value.toFixed(market.instrument.pricePrecision);
const amount = (market: Market, value: Decimal) => value.toFixed(market.instrument.quantityPrecision);

export function premiumIndex(core: Core, market: Market): Json {
  return {
    symbol: market.instrument.symbol,
    markPrice: market.mark.toFixed(8),
    indexPrice: market.mark.toFixed(8),
    estimatedSettlePrice: market.mark.toFixed(8),
    lastFundingRate: market.fundingRate.toFixed(8),
    interestRate: '0.00010000',
    nextFundingTime: nextFundingTime(core.now()),
    time: core.now(),
  };
}

export function priceTicker(core: Core, market: Market): Json {
  return { symbol: market.instrument.symbol, price: price(market, market.last), time: core.now() };
}

export function bookTicker(core: Core, market: Market): Json {
  const [bid] = levels(market, 'SELL', 1);
  const [ask] = levels(market, 'BUY', 1);
  const none = new Decimal(0);
  return {
    symbol: market.instrument.symbol,
    bidPrice: price(market, bid?.price ?? none),
    bidQty: amount(market, bid?.quantity ?? none),
    askPrice: price(market, ask?.price ?? none),
    askQty: amount(market, ask?.quantity ?? none),
    time: core.now(),
    lastUpdateId: market.updateId,
  };
}

const DEPTH_LIMITS = [5, 10, 20, 50, 100, 500, 1000];

/** -4021 for a limit that the exchange does not offer. */
export function depth(core: Core, market: Market, limit: number): Json {
  if (!DEPTH_LIMITS.includes(limit)) throw apiError(-4021, limit);
  return { lastUpdateId: market.updateId, E: core.now(), T: core.now(), ...bookSides(market, limit) };
}

export function bookSides(market: Market, limit: number): { bids: string[][]; asks: string[][] } {
  const rows = (side: 'BUY' | 'SELL') =>
    levels(market, side, limit).map((level) => [price(market, level.price), amount(market, level.quantity)]);
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

function dayFigures(core: Core, market: Market): DayFigures {
  const since = core.now() - DAY_MS;
  return figures(
    market.prints.filter((print) => print.time >= since),
    market.last,
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

export function dayTicker(core: Core, market: Market): Json {
  const day = dayFigures(core, market);
  const change = market.last.minus(day.open);
  return {
    symbol: market.instrument.symbol,
    priceChange: price(market, change),
    priceChangePercent: change.div(day.open).times(100).toFixed(3),
    weightedAvgPrice: price(market, day.volume.isZero() ? market.last : day.quoteVolume.div(day.volume)),
    lastPrice: price(market, market.last),
    lastQty: amount(
      market,
      market.prints[market.prints.length - 1]?.quantity ?? market.instrument.minQuantity,
    ),
    openPrice: price(market, day.open),
    highPrice: price(market, day.high),
    lowPrice: price(market, day.low),
    volume: amount(market, day.volume),
    quoteVolume: day.quoteVolume.toFixed(2),
    openTime: core.now() - DAY_MS,
    closeTime: core.now(),
    firstId: 1,
    lastId: market.updateId,
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
export function candles(core: Core, market: Market, interval: string, range: CandleRange): Candle[] {
  const length = INTERVALS_MS[interval];
  if (length === undefined) throw apiError(-1120);
  const end = Math.min(range.endTime ?? core.now(), core.now());
  const lastOpen = Math.floor(end / length) * length;
  const firstOpen =
    range.startTime === undefined
      ? lastOpen - (range.limit - 1) * length
      : Math.ceil(range.startTime / length) * length;
  const count = Math.min(range.limit, Math.max(Math.floor((lastOpen - firstOpen) / length) + 1, 0));
  return Array.from({ length: count }, (_, index) => candle(market, firstOpen + index * length, length));
}

const PAST_SAMPLES = 8;

/** Prints of the time before the first real one, so that charts have a past. */
function madeUp(market: Market, from: number, until: number): Print[] {
  const end = Math.min(until, market.anchor.time);
  const quantity = market.instrument.minQuantity.times(100);
  return Array.from({ length: PAST_SAMPLES + 1 }, (_, index) => {
    const time = from + Math.floor(((end - from) * index) / PAST_SAMPLES);
    return { time, price: historicPrice(market, time), quantity };
  });
}

export function candle(market: Market, openTime: number, length: number): Candle {
  const nextOpen = openTime + length;
  const past = openTime < market.anchor.time ? madeUp(market, openTime, nextOpen) : [];
  const prints = market.prints.filter((print) => print.time >= openTime && print.time < nextOpen);
  const own = figures([...past, ...prints], lastBefore(market, openTime));
  const open = past[0]?.price ?? lastBefore(market, openTime);
  const close = prints[prints.length - 1]?.price ?? past[past.length - 1]?.price ?? open;
  const half = own.volume.div(2);
  return [
    openTime,
    price(market, open),
    price(market, Decimal.max(own.high, open)),
    price(market, Decimal.min(own.low, open)),
    price(market, close),
    amount(market, own.volume),
    nextOpen - 1,
    own.quoteVolume.toFixed(5),
    own.count,
    amount(market, half),
    own.quoteVolume.div(2).toFixed(5),
    '0',
  ];
}

/** Where the market stood at `time`: the last print before it, the anchor's price before the first one. */
function lastBefore(market: Market, time: number): Decimal {
  for (let index = market.prints.length - 1; index >= 0; index -= 1) {
    const print = market.prints[index];
    if (print !== undefined && print.time < time) return print.price;
  }
  return market.anchor.price;
}

export function fundingHistory(core: Core, market: Market, limit: number): Json[] {
  const next = nextFundingTime(core.now());
  const step = 8 * 3_600_000;
  return Array.from({ length: limit }, (_, index) => ({
    symbol: market.instrument.symbol,
    fundingTime: next - (limit - index) * step,
    fundingRate: market.fundingRate.toFixed(8),
    markPrice: market.mark.toFixed(8),
  }));
}
