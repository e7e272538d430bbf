import type { Decimal } from '../../../trading/decimal.ts';
import { bestPrices, bookSides } from '../book-views.ts';
import { apiError } from '../errors.ts';
import { symbolInfo } from '../instruments.ts';
import type { Core } from './core.ts';
import type { RateLimits } from './limits.ts';
import { type Market, nextFundingTime } from './markets.ts';

/** Public market data as the REST API writes it. */

type Json = Record<string, unknown>;

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
  return { ...bestPrices(market), time: core.now(), lastUpdateId: market.updateId };
}

const DEPTH_LIMITS = [5, 10, 20, 50, 100, 500, 1000];

/** -4021 for a limit that the exchange does not offer. */
export function depth(core: Core, market: Market, limit: number): Json {
  if (!DEPTH_LIMITS.includes(limit)) throw apiError(-4021, limit);
  return { lastUpdateId: market.updateId, E: core.now(), T: core.now(), ...bookSides(market, limit) };
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
