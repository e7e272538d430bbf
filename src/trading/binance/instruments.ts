import { Decimal, ZERO } from '../decimal.ts';
import type { Instrument } from '../exchange.ts';
import { decimalOf } from './wire.ts';

export interface WireFilter {
  filterType: string;
  [field: string]: string | number | boolean | undefined;
}

export interface WireExchangeInfo {
  rateLimits?: { rateLimitType: string; interval: string; limit: number }[];
  symbols: WireSymbol[];
}

interface WireSymbol {
  symbol: string;
  contractType?: string;
  status: string;
  deliveryDate?: number;
  baseAsset: string;
  quoteAsset: string;
  filters: WireFilter[];
}

/** Dated contracts are settled under our feet; signals mean the perpetual ones. */
const PERPETUAL: ReadonlySet<string> = new Set(['PERPETUAL', 'TRADIFI_PERPETUAL']);

/**
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information and
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition#symbol-filters: a bound of 0
 * is none.
 */
export function usdmInstruments(info: WireExchangeInfo): Map<string, Instrument> {
  const shared = sharedDecimals();
  const instruments = new Map<string, Instrument>();
  for (const wire of info.symbols) {
    if (wire.contractType !== undefined && !PERPETUAL.has(wire.contractType)) continue;
    instruments.set(wire.symbol, instrumentOf(wire, shared));
  }
  return instruments;
}

/** Request weight allowed per minute. */
export function weightLimit(info: Pick<WireExchangeInfo, 'rateLimits'>): number | null {
  const limit = info.rateLimits?.find(
    (one) => one.rateLimitType === 'REQUEST_WEIGHT' && one.interval === 'MINUTE',
  );
  return limit?.limit ?? null;
}

/**
 * A perpetual contract has a delivery date in the year 2100 (4133404800000 in the example of Exchange-Information)
 * until its delisting is announced; then it has the time of the delisting.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Delist-Schedule
 */
const NEVER_MS = Date.UTC(2100, 0, 1);

function isNear(deliveryDate: number | undefined): deliveryDate is number {
  return deliveryDate !== undefined && deliveryDate > 0 && deliveryDate < NEVER_MS;
}

export const NO_BOUND = new Decimal(Number.MAX_SAFE_INTEGER);

function instrumentOf(wire: WireSymbol, shared: (text: string | number) => Decimal): Instrument {
  const { number, bound, required } = createFilterReader(wire.symbol, wire.filters, shared);
  const lot = lotOf({ bound, required });
  return {
    symbol: wire.symbol,
    base: wire.baseAsset,
    quote: wire.quoteAsset,
    status: statusOf(wire.status),
    ...(isNear(wire.deliveryDate) ? { delistsAt: wire.deliveryDate } : {}),
    tickSize: required('PRICE_FILTER', 'tickSize'),
    minPrice: bound('PRICE_FILTER', 'minPrice') ?? ZERO,
    maxPrice: bound('PRICE_FILTER', 'maxPrice') ?? NO_BOUND,
    stepSize: lot.step,
    minQuantity: lot.min,
    maxQuantity: lot.max,
    marketStepSize: bound('MARKET_LOT_SIZE', 'stepSize') ?? lot.step,
    marketMinQuantity: bound('MARKET_LOT_SIZE', 'minQty') ?? lot.min,
    marketMaxQuantity: bound('MARKET_LOT_SIZE', 'maxQty') ?? lot.max,
    minNotional: number('MIN_NOTIONAL', 'notional') ?? ZERO,
    priceUp: bound('PERCENT_PRICE', 'multiplierUp') ?? NO_BOUND,
    priceDown: number('PERCENT_PRICE', 'multiplierDown') ?? ZERO,
  };
}

/** Amounts of a list of symbols: hundreds of them share a few dozen steps and bounds, and each of these is read once. */
export function sharedDecimals(): (text: string | number) => Decimal {
  const known = new Map<string, Decimal>();
  return (text) => {
    const name = String(text);
    let amount = known.get(name);
    if (amount === undefined) {
      amount = decimalOf(text);
      known.set(name, amount);
    }
    return amount;
  };
}

/** Of what a limit order may carry; an order of no step would be none. */
export function lotOf({ bound, required }: Pick<FilterReader, 'bound' | 'required'>) {
  const step = required('LOT_SIZE', 'stepSize');
  return {
    step,
    min: bound('LOT_SIZE', 'minQty') ?? step,
    max: bound('LOT_SIZE', 'maxQty') ?? NO_BOUND,
  };
}

export interface FilterReader {
  number(filter: string, field: string): Decimal | null;
  /** Null also for 0, where that means that there is none. */
  bound(filter: string, field: string): Decimal | null;
  /** @throws TypeError where it is missing. */
  required(filter: string, field: string): Decimal;
}

export function createFilterReader(
  symbol: string,
  list: readonly WireFilter[],
  decimal: (text: string | number) => Decimal = (text) => decimalOf(text),
): FilterReader {
  const filters = new Map(list.map((filter) => [filter.filterType, filter]));
  const number = (filter: string, field: string): Decimal | null => {
    const value = filters.get(filter)?.[field];
    return value === undefined || typeof value === 'boolean' ? null : decimal(value);
  };
  return {
    number,
    bound(filter, field) {
      const value = number(filter, field);
      return value?.isZero() ? null : value;
    },
    required(filter, field) {
      const value = number(filter, field);
      if (value === null) throw new TypeError(`${symbol} has no ${filter}.${field}`);
      return value;
    },
  };
}

export function statusOf(status: string): Instrument['status'] {
  switch (status) {
    case 'TRADING':
      return 'trading';
    case 'CANCEL_ONLY':
      return 'cancel_only';
    default:
      return 'halted';
  }
}
