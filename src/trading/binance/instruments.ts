import { Decimal, ZERO } from '../decimal.ts';
import type { Instrument } from '../exchange.ts';

interface Filter {
  filterType: string;
  [field: string]: string | number | undefined;
}

export interface WireExchangeInfo {
  rateLimits?: { rateLimitType: string; interval: string; limit: number }[];
  symbols: WireSymbol[];
}

interface WireSymbol {
  symbol: string;
  contractType?: string;
  status: string;
  baseAsset: string;
  quoteAsset: string;
  filters: Filter[];
}

/** Dated contracts are settled under our feet; signals mean the perpetual ones. */
const PERPETUAL: ReadonlySet<string> = new Set(['PERPETUAL', 'TRADIFI_PERPETUAL']);

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information */
export function usdmInstruments(info: WireExchangeInfo): Map<string, Instrument> {
  const instruments = new Map<string, Instrument>();
  for (const wire of info.symbols) {
    if (wire.contractType !== undefined && !PERPETUAL.has(wire.contractType)) continue;
    instruments.set(wire.symbol, instrumentOf(wire));
  }
  return instruments;
}

/** Request weight allowed per minute. */
export function weightLimit(info: WireExchangeInfo): number | null {
  const limit = info.rateLimits?.find(
    (one) => one.rateLimitType === 'REQUEST_WEIGHT' && one.interval === 'MINUTE',
  );
  return limit?.limit ?? null;
}

function instrumentOf(wire: WireSymbol): Instrument {
  const filters = new Map(wire.filters.map((filter) => [filter.filterType, filter]));
  const number = (filter: string, field: string): Decimal | null => {
    const value = filters.get(filter)?.[field];
    return value === undefined ? null : new Decimal(value);
  };
  const required = (filter: string, field: string): Decimal => {
    const value = number(filter, field);
    if (value === null) throw new TypeError(`${wire.symbol} has no ${filter}.${field}`);
    return value;
  };
  const lot = {
    step: required('LOT_SIZE', 'stepSize'),
    min: required('LOT_SIZE', 'minQty'),
    max: required('LOT_SIZE', 'maxQty'),
  };
  return {
    symbol: wire.symbol,
    base: wire.baseAsset,
    quote: wire.quoteAsset,
    status: statusOf(wire.status),
    tickSize: required('PRICE_FILTER', 'tickSize'),
    minPrice: required('PRICE_FILTER', 'minPrice'),
    maxPrice: required('PRICE_FILTER', 'maxPrice'),
    stepSize: lot.step,
    minQuantity: lot.min,
    maxQuantity: lot.max,
    marketStepSize: number('MARKET_LOT_SIZE', 'stepSize') ?? lot.step,
    marketMinQuantity: number('MARKET_LOT_SIZE', 'minQty') ?? lot.min,
    marketMaxQuantity: number('MARKET_LOT_SIZE', 'maxQty') ?? lot.max,
    minNotional: number('MIN_NOTIONAL', 'notional') ?? ZERO,
    priceUp: number('PERCENT_PRICE', 'multiplierUp') ?? new Decimal(Number.MAX_SAFE_INTEGER),
    priceDown: number('PERCENT_PRICE', 'multiplierDown') ?? ZERO,
  };
}

function statusOf(status: string): Instrument['status'] {
  switch (status) {
    case 'TRADING':
      return 'trading';
    case 'CANCEL_ONLY':
      return 'cancel_only';
    default:
      return 'halted';
  }
}
