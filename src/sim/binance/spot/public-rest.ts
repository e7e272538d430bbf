import { bestPrices, bookSides, candles, dayTicker } from '../book-views.ts';
import type { Limiter } from '../limits.ts';
import { optional, optionalInteger, type Params } from '../params.ts';
import type { Route } from '../routes.ts';
import { spotError } from './errors.ts';
import type { SpotExchange } from './exchange.ts';
import { exchangeFilters, symbolInfo } from './instruments.ts';
import { averagePrice, type Market } from './markets.ts';
import { requestedMarket, required } from './requests.ts';

/** The public routes of the spot market. */

type Json = Record<string, unknown>;

export function publicRoutes(exchange: SpotExchange, limiter: Pick<Limiter, 'list'>): Route[] {
  const get = (path: string, weight: Route['weight'], handle: (params: Params) => unknown): Route => ({
    method: 'GET',
    path,
    security: 'none',
    weight,
    handle: ({ params }) => handle(params),
  });
  const one = (params: Params) => requestedMarket(exchange, params);
  /** One object for `symbol`, a list for `symbols` or without either. */
  const each = (view: (market: Market) => unknown) => (params: Params) =>
    params.has('symbol') ? view(one(params)) : requestedMarkets(exchange, params).map(view);
  const weighed = (single: number, all: number) => (params: Params) => (params.has('symbol') ? single : all);
  return [
    get('/api/v3/ping', 1, () => ({})),
    get('/api/v3/time', 1, () => ({ serverTime: exchange.now() })),
    get('/api/v3/exchangeInfo', 20, (params) => exchangeInfo(exchange, limiter, params)),
    get('/api/v3/executionRules', weighed(2, 40), (params) => ({
      symbolRules: requestedMarkets(exchange, params).flatMap(rulesView),
    })),
    get('/api/v3/depth', depthWeight, (params) => ({
      lastUpdateId: one(params).updateId,
      ...bookSides(one(params), Math.min(optionalInteger(params, 'limit') ?? 100, 5000)),
    })),
    get('/api/v3/trades', 25, (params) => recentTrades(one(params), params)),
    get('/api/v3/historicalTrades', 25, (params) => recentTrades(one(params), params)),
    get('/api/v3/aggTrades', 4, (params) => recentTrades(one(params), params).map(aggregate)),
    get('/api/v3/klines', 2, (params) => candleList(exchange, params)),
    get('/api/v3/uiKlines', 2, (params) => candleList(exchange, params)),
    get('/api/v3/avgPrice', 2, (params) => ({
      mins: one(params).instrument.averageMinutes,
      price: averagePrice(one(params), exchange.now()).toFixed(8),
      closeTime: one(params).prints.at(-1)?.time ?? exchange.now(),
    })),
    get(
      '/api/v3/ticker/24hr',
      weighed(2, 80),
      each((market) => ticker(exchange, market)),
    ),
    get(
      '/api/v3/ticker/price',
      weighed(2, 4),
      each((market) => ({ symbol: market.instrument.symbol, price: market.last.toFixed(8) })),
    ),
    get('/api/v3/ticker/bookTicker', weighed(2, 4), each(bestPrices)),
    get('/api/v3/referencePrice', 2, (params) => referenceView(one(params))),
    get('/api/v3/referencePrice/calculation', 2, (params) => calculationView(one(params))),
  ];
}

/** -1121 for one of `symbols` that is not listed. */
function requestedMarkets(exchange: SpotExchange, params: Params): Market[] {
  if (params.has('symbol')) return [requestedMarket(exchange, params)];
  const names = optional(params, 'symbols');
  if (names === undefined) return [...exchange.markets.values()];
  return listOf(names).map((symbol) => requestedMarket(exchange, new Map([['symbol', symbol]])));
}

/** -1135 for what is no JSON list. */
function listOf(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // Said below.
  }
  throw spotError(-1135, "JSON sent for parameter 'symbols' is not valid");
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#exchange-information */
function exchangeInfo(exchange: SpotExchange, limiter: Pick<Limiter, 'list'>, params: Params): Json {
  const status = optional(params, 'symbolStatus');
  return {
    timezone: 'UTC',
    serverTime: exchange.now(),
    rateLimits: limiter.list(),
    exchangeFilters: exchangeFilters(exchange.limits),
    symbols: requestedMarkets(exchange, params)
      .filter(({ instrument }) => status === undefined || instrument.status === status)
      .map(({ instrument }) => symbolInfo(instrument, optional(params, 'showPermissionSets') !== 'false')),
  };
}

function rulesView({ instrument }: Market): Json[] {
  const range = instrument.priceRange;
  if (range === null) return [];
  const rule = {
    ruleType: 'PRICE_RANGE',
    bidLimitMultUp: range.bidUp.toFixed(4),
    bidLimitMultDown: range.bidDown.toFixed(4),
    askLimitMultUp: range.askUp.toFixed(4),
    askLimitMultDown: range.askDown.toFixed(4),
  };
  return [{ symbol: instrument.symbol, rules: [rule] }];
}

/** -2043 where there never was one. */
function referenceView({ instrument, reference }: Market): Json {
  if (reference === undefined) throw spotError(-2043);
  return {
    symbol: instrument.symbol,
    referencePrice: reference.price?.toFixed(8) ?? null,
    timestamp: reference.time,
  };
}

/** Only ever set by hand here (method 0 of the page on the price range rule); -2043 where there never was one. */
function calculationView({ instrument, reference }: Market): Json {
  if (reference === undefined) throw spotError(-2043);
  return { symbol: instrument.symbol, calculationType: 'EXTERNAL', externalCalculationId: 0 };
}

function recentTrades(market: Market, params: Params): Json[] {
  const limit = Math.min(optionalInteger(params, 'limit') ?? 500, 1000);
  const first = market.updateId - market.prints.length + 1;
  const rows = market.prints.map((print, index) => ({
    id: first + index,
    price: print.price.toFixed(8),
    qty: print.quantity.toFixed(8),
    quoteQty: print.price.times(print.quantity).toFixed(8),
    time: print.time,
    isBuyerMaker: false,
    isBestMatch: true,
  }));
  return rows.slice(-limit);
}

function aggregate(row: Json): Json {
  return { a: row.id, p: row.price, q: row.qty, f: row.id, l: row.id, T: row.time, m: false, M: true };
}

function candleList(exchange: SpotExchange, params: Params): unknown {
  const range = {
    startTime: optionalInteger(params, 'startTime'),
    endTime: optionalInteger(params, 'endTime'),
    limit: Math.min(optionalInteger(params, 'limit') ?? 500, 1000),
  };
  return candles(requestedMarket(exchange, params), required(params, 'interval'), range, exchange.now());
}

function ticker(exchange: SpotExchange, market: Market): Json {
  const { bidPrice, bidQty, askPrice, askQty } = bestPrices(market);
  const before = market.prints[0]?.price ?? market.last;
  const prices = { prevClosePrice: before.toFixed(8), bidPrice, bidQty, askPrice, askQty };
  return { ...dayTicker(market, exchange.now()), ...prices };
}

function depthWeight(params: Params): number {
  const limit = optionalInteger(params, 'limit') ?? 100;
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}
