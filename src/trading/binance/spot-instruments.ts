import { Decimal, ZERO } from '../decimal.ts';
import type { Instrument, SpotFilters, WholeAccount } from '../exchange.ts';
import {
  createFilterReader,
  type FilterReader,
  lotOf,
  NO_BOUND,
  sharedDecimals,
  statusOf,
  type WireFilter,
} from './instruments.ts';

export interface WireSpotInfo {
  exchangeFilters?: WireFilter[];
  rateLimits?: { rateLimitType: string; interval: string; limit: number }[];
  symbols: WireSpotSymbol[];
}

interface WireSpotSymbol {
  symbol: string;
  status: string;
  baseAsset: string;
  quoteAsset: string;
  orderTypes?: string[];
  ocoAllowed?: boolean;
  otoAllowed?: boolean;
  isSpotTradingAllowed?: boolean;
  filters: WireFilter[];
}

/** Where the exchange does not say it. */
const MAX_ALGO_ORDERS = 5;
const MAX_LISTS = 20;
const AVERAGE_MINUTES = 5;

/**
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#exchange-information and
 * https://github.com/binance/binance-spot-api-docs/blob/master/filters.md: a bound of 0 is none.
 */
export function spotInstruments(info: WireSpotInfo): Map<string, Instrument> {
  const shared = sharedDecimals();
  const whole = wholeAccount(info.exchangeFilters ?? []);
  const instruments = new Map<string, Instrument>();
  for (const wire of info.symbols) {
    if (wire.isSpotTradingAllowed === false) continue;
    instruments.set(wire.symbol, instrumentOf(wire, whole, shared));
  }
  return instruments;
}

function instrumentOf(
  wire: WireSpotSymbol,
  whole: WholeAccount | null,
  shared: (text: string | number) => Decimal,
): Instrument {
  const read = createFilterReader(wire.symbol, wire.filters, shared);
  const { bound } = read;
  const lot = lotOf(read);
  // A market order obeys both lot sizes, and whatever is bought may have to be sold by one: its stop, once that triggers.
  const step = Decimal.max(bound('MARKET_LOT_SIZE', 'stepSize') ?? lot.step, lot.step);
  const least = Decimal.max(bound('MARKET_LOT_SIZE', 'minQty') ?? lot.min, lot.min);
  const maxOrders = read.number('MAX_NUM_ORDERS', 'maxNumOrders')?.toNumber();
  const [buyUp, buyDown, sellUp, sellDown] = priceBounds(bound);
  return {
    symbol: wire.symbol,
    base: wire.baseAsset,
    quote: wire.quoteAsset,
    status: statusOf(wire.status),
    tickSize: read.required('PRICE_FILTER', 'tickSize'),
    minPrice: bound('PRICE_FILTER', 'minPrice') ?? ZERO,
    maxPrice: bound('PRICE_FILTER', 'maxPrice') ?? NO_BOUND,
    stepSize: step,
    minQuantity: least,
    maxQuantity: lot.max,
    marketStepSize: step,
    marketMinQuantity: least,
    marketMaxQuantity: Decimal.min(bound('MARKET_LOT_SIZE', 'maxQty') ?? lot.max, lot.max),
    minNotional: bound('NOTIONAL', 'minNotional') ?? bound('MIN_NOTIONAL', 'minNotional') ?? ZERO,
    priceUp: buyUp,
    priceDown: buyDown,
    spot: {
      stopMarket: wire.orderTypes?.includes('STOP_LOSS') ?? false,
      averageMinutes: averageMinutes(read),
      lists: wire.ocoAllowed ?? true,
      attaches: wire.otoAllowed ?? false,
      maxAlgoOrders: read.number('MAX_NUM_ALGO_ORDERS', 'maxNumAlgoOrders')?.toNumber() ?? MAX_ALGO_ORDERS,
      maxLists: read.number('MAX_NUM_ORDER_LISTS', 'maxNumOrderLists')?.toNumber() ?? MAX_LISTS,
      ...(maxOrders === undefined ? {} : { maxOrders }),
      ...(whole === null ? {} : { wholeAccount: whole }),
      ...largest(wire.filters, bound),
      sellUp,
      sellDown,
    },
  };
}

/** Null where the exchange has none of them; one object for all symbols. */
function wholeAccount(filters: readonly WireFilter[]): WholeAccount | null {
  const { number } = createFilterReader('the exchange', filters);
  const maxAlgoOrders = number('EXCHANGE_MAX_NUM_ALGO_ORDERS', 'maxNumAlgoOrders')?.toNumber();
  const maxLists = number('EXCHANGE_MAX_NUM_ORDER_LISTS', 'maxNumOrderLists')?.toNumber();
  const maxOrders = number('EXCHANGE_MAX_NUM_ORDERS', 'maxNumOrders')?.toNumber();
  const found = {
    ...(maxAlgoOrders === undefined ? {} : { maxAlgoOrders }),
    ...(maxLists === undefined ? {} : { maxLists }),
    ...(maxOrders === undefined ? {} : { maxOrders }),
  };
  return Object.keys(found).length === 0 ? null : found;
}

/** NOTIONAL's largest value and MAX_POSITION, where the symbol has them. */
function largest(
  filters: readonly WireFilter[],
  bound: (filter: string, field: string) => Decimal | null,
): Pick<SpotFilters, 'maxNotional' | 'maxNotionalAtMarket' | 'maxPosition'> {
  const maxNotional = bound('NOTIONAL', 'maxNotional');
  const maxPosition = bound('MAX_POSITION', 'maxPosition');
  const notional = filters.find(({ filterType }) => filterType === 'NOTIONAL');
  return {
    ...(maxNotional ? { maxNotional, maxNotionalAtMarket: notional?.applyMaxToMarket === true } : {}),
    ...(maxPosition ? { maxPosition } : {}),
  };
}

function averageMinutes({ number }: FilterReader): number {
  const minutes = number('PERCENT_PRICE_BY_SIDE', 'avgPriceMins') ?? number('PERCENT_PRICE', 'avgPriceMins');
  return minutes?.toNumber() ?? AVERAGE_MINUTES;
}

/** PERCENT_PRICE_BY_SIDE, where there is none PERCENT_PRICE: up and down for buying, then for selling. */
function priceBounds(
  bound: (filter: string, field: string) => Decimal | null,
): [buyUp: Decimal, buyDown: Decimal, sellUp: Decimal, sellDown: Decimal] {
  const [up, down] = [bound('PERCENT_PRICE', 'multiplierUp'), bound('PERCENT_PRICE', 'multiplierDown')];
  const side = (field: string, otherwise: Decimal | null) =>
    bound('PERCENT_PRICE_BY_SIDE', field) ?? otherwise;
  return [
    side('bidMultiplierUp', up) ?? NO_BOUND,
    side('bidMultiplierDown', down) ?? ZERO,
    side('askMultiplierUp', up) ?? NO_BOUND,
    side('askMultiplierDown', down) ?? ZERO,
  ];
}
