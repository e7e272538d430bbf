import { candles, dayTicker } from '../book-views.ts';
import type { Params } from '../params.ts';
import { optional, optionalInteger, required } from '../params.ts';
import type { Route } from '../routes.ts';
import type { UsdmExchange } from './exchange.ts';
import type { RateLimits } from './limits.ts';
import { bookTicker, depth, exchangeInfo, fundingHistory, premiumIndex, priceTicker } from './market-data.ts';
import type { Market } from './markets.ts';
import { requestedMarket } from './placement.ts';

/** The public routes of USDⓈ-M futures. */

type Handle = Route['handle'];

export function publicRoutes(exchange: UsdmExchange, limits: RateLimits): Route[] {
  const get = (path: string, weight: Route['weight'], handle: Handle): Route => ({
    method: 'GET',
    path,
    security: 'none',
    weight,
    handle,
  });
  /** One object for a symbol, a list without one. */
  const each =
    (view: (market: Market) => unknown): Handle =>
    ({ params }) =>
      optional(params, 'symbol') === undefined
        ? [...exchange.markets.values()].map(view)
        : view(requestedMarket(exchange, params));
  const weighed = (one: number, all: number) => (params: Params) =>
    optional(params, 'symbol') === undefined ? all : one;
  return [
    get('/fapi/v1/ping', 1, () => ({})),
    get('/fapi/v1/time', 1, () => ({ serverTime: exchange.now() })),
    get('/fapi/v1/exchangeInfo', 1, () => exchangeInfo(exchange, limits)),
    get(
      '/fapi/v1/premiumIndex',
      weighed(1, 10),
      each((market) => premiumIndex(exchange, market)),
    ),
    get(
      '/fapi/v1/ticker/price',
      weighed(1, 2),
      each((market) => priceTicker(exchange, market)),
    ),
    get(
      '/fapi/v2/ticker/price',
      weighed(1, 2),
      each((market) => priceTicker(exchange, market)),
    ),
    get(
      '/fapi/v1/ticker/bookTicker',
      weighed(2, 5),
      each((market) => bookTicker(exchange, market)),
    ),
    get(
      '/fapi/v1/ticker/24hr',
      weighed(1, 40),
      each((market) => dayTicker(market, exchange.now())),
    ),
    get('/fapi/v1/depth', depthWeight, ({ params }) =>
      depth(exchange, requestedMarket(exchange, params), optionalInteger(params, 'limit') ?? 500),
    ),
    get('/fapi/v1/klines', candleWeight, ({ params }) => candleList(exchange, params)),
    get('/fapi/v1/markPriceKlines', candleWeight, ({ params }) => candleList(exchange, params)),
    get('/fapi/v1/fundingRate', 1, ({ params }) =>
      fundingHistory(
        exchange,
        requestedMarket(exchange, params),
        Math.min(optionalInteger(params, 'limit') ?? 100, 1000),
      ),
    ),
    get('/fapi/v1/fundingInfo', 1, () => []),
  ];
}

function candleList(exchange: UsdmExchange, params: Params): unknown {
  const range = {
    startTime: optionalInteger(params, 'startTime'),
    endTime: optionalInteger(params, 'endTime'),
    limit: Math.min(optionalInteger(params, 'limit') ?? 500, 1500),
  };
  return candles(requestedMarket(exchange, params), required(params, 'interval'), range, exchange.now());
}

function depthWeight(params: Params): number {
  const limit = optionalInteger(params, 'limit') ?? 500;
  if (limit <= 50) return 2;
  if (limit <= 100) return 5;
  return limit <= 500 ? 10 : 20;
}

function candleWeight(params: Params): number {
  const limit = optionalInteger(params, 'limit') ?? 500;
  if (limit < 100) return 1;
  if (limit < 500) return 2;
  return limit <= 1000 ? 5 : 10;
}
