import { Decimal } from '../../../trading/decimal.ts';
import type { Traded } from '../book.ts';
import { instruments as contracts } from '../instruments.ts';
import type { ExchangeLimits } from './core.ts';

/**
 * The symbols that the spot market lists, with filters like those of the real list.
 * Source of the fields: https://github.com/binance/binance-spot-api-docs/blob/master/filters.md and
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#exchange-information
 */

/**
 * Only `TRADING` takes orders; orders can be cancelled in every one of them.
 * https://github.com/binance/binance-spot-api-docs/blob/master/CHANGELOG.md#2020-04-25 and
 * https://dev.binance.vision/t/explanation-on-symbol-status/118
 */
export type SymbolStatus = 'TRADING' | 'END_OF_DAY' | 'HALT' | 'BREAK' | 'CANCEL_ONLY';

/** Of `GET /api/v3/executionRules`; multiples of the reference price. */
export interface PriceRange {
  bidUp: Decimal;
  bidDown: Decimal;
  askUp: Decimal;
  askDown: Decimal;
}

export interface Instrument extends Traded {
  baseAsset: string;
  quoteAsset: string;
  status: SymbolStatus;
  minPrice: Decimal;
  maxPrice: Decimal;
  /** A step of 0: the lot size's holds for market orders too. */
  marketStepSize: Decimal;
  minMarketQuantity: Decimal;
  maxMarketQuantity: Decimal;
  /** Which of the two filters the symbol has; the older one knows no largest value. */
  notionalFilter: 'NOTIONAL' | 'MIN_NOTIONAL';
  minNotional: Decimal;
  maxNotional: Decimal;
  /** `applyMinToMarket` and `applyMaxToMarket`. */
  minToMarket: boolean;
  maxToMarket: boolean;
  /** The older one takes the bounds for buying for both sides. */
  percentFilter: 'PERCENT_PRICE_BY_SIDE' | 'PERCENT_PRICE';
  bidUp: Decimal;
  bidDown: Decimal;
  askUp: Decimal;
  askDown: Decimal;
  /** `avgPriceMins`, over which filters average where there is no reference price; 0: they go by the last price. */
  averageMinutes: number;
  maxOrders: number;
  maxAlgoOrders: number;
  maxOrderLists: number;
  /** No filter of that name where it is null. */
  maxPosition: Decimal | null;
  minTrailingDelta: number;
  maxTrailingDelta: number;
  priceRange: PriceRange | null;
  /** Whether `/orderList/opo` and `/opoco` take it. */
  opoAllowed: boolean;
  startPrice: Decimal;
}

const PRECISION = 8;

/** symbol, tick, step. What is traded as 1000 of it on futures is traded singly here. */
const LISTED: Readonly<Record<string, readonly [string, string]>> = {
  BTCUSDT: ['0.01', '0.00001'],
  ETHUSDT: ['0.01', '0.0001'],
  SOLUSDT: ['0.01', '0.001'],
  BNBUSDT: ['0.01', '0.001'],
  XRPUSDT: ['0.0001', '0.1'],
  DOGEUSDT: ['0.00001', '1'],
  ADAUSDT: ['0.0001', '0.1'],
  PEPEUSDT: ['0.00000001', '1'],
  BONKUSDT: ['0.00000001', '1'],
  AVAXUSDT: ['0.01', '0.01'],
  LINKUSDT: ['0.01', '0.01'],
  DOTUSDT: ['0.001', '0.01'],
  LTCUSDT: ['0.01', '0.001'],
  BCHUSDT: ['0.1', '0.001'],
  SHIBUSDT: ['0.00000001', '1'],
  FLOKIUSDT: ['0.00000001', '1'],
  HBARUSDT: ['0.00001', '1'],
  XLMUSDT: ['0.0001', '1'],
  AAVEUSDT: ['0.01', '0.001'],
};
/** Of the others, by the number of digits before the point of what one costs. */
const OTHERS: readonly (readonly [atLeast: string, tick: string, step: string])[] = [
  ['10', '0.01', '0.01'],
  ['1', '0.001', '0.1'],
  ['0.1', '0.0001', '0.1'],
  ['0', '0.00001', '1'],
];

/** Coins that are also traded against USDC, at the price in USDT. */
const IN_USDC: ReadonlySet<string> = new Set(['BTC', 'ETH', 'SOL', 'BNB', 'XRP']);

function stepsOf(base: string, price: Decimal): readonly [string, string] {
  const own = LISTED[`${base}USDT`];
  if (own !== undefined) return own;
  const [, tick = '0.00001', step = '1'] = OTHERS.find(([atLeast]) => price.gte(atLeast)) ?? [];
  return [tick, step];
}

function instrument(base: string, quote: string, price: Decimal): Instrument {
  const [tick, step] = stepsOf(base, price);
  const tickSize = new Decimal(tick);
  const stepSize = new Decimal(step);
  const lots = (worth: number) => new Decimal(worth).div(price).toNearest(stepSize, Decimal.ROUND_UP);
  return {
    symbol: `${base}${quote}`,
    baseAsset: base,
    quoteAsset: quote,
    status: 'TRADING',
    tickSize,
    pricePrecision: PRECISION,
    minPrice: tickSize,
    maxPrice: Decimal.max(price.times(50).toSignificantDigits(1), 1),
    stepSize,
    minQuantity: stepSize,
    maxQuantity: lots(500_000_000),
    quantityPrecision: PRECISION,
    marketStepSize: new Decimal(0),
    minMarketQuantity: new Decimal(0),
    maxMarketQuantity: lots(5_000_000),
    notionalFilter: 'NOTIONAL',
    minNotional: new Decimal(5),
    maxNotional: new Decimal(9_000_000),
    minToMarket: true,
    maxToMarket: false,
    percentFilter: 'PERCENT_PRICE_BY_SIDE',
    bidUp: new Decimal(5),
    bidDown: new Decimal('0.2'),
    askUp: new Decimal(5),
    askDown: new Decimal('0.2'),
    averageMinutes: 5,
    maxOrders: 200,
    maxAlgoOrders: 5,
    maxOrderLists: 20,
    maxPosition: null,
    minTrailingDelta: 10,
    maxTrailingDelta: 2_000,
    priceRange: null,
    opoAllowed: true,
    startPrice: price.toNearest(tickSize),
  };
}

/** Where a futures contract's coin is traded here, and how many of it the contract counts as one. */
export function spotSymbols(contract: string): { base: string; quotes: string[]; multiple: number } {
  const thousand = contract.startsWith('1000');
  const base = contract.slice(thousand ? '1000'.length : 0, -'USDT'.length);
  const quotes = IN_USDC.has(base) ? ['USDT', 'USDC'] : ['USDT'];
  return { base, quotes, multiple: thousand ? 1000 : 1 };
}

/** The coins of the first `count` contracts, some of them against two quote assets. */
export function instruments(count?: number): Map<string, Instrument> {
  const listed = [...contracts(count).values()].flatMap((contract) => {
    const { base, quotes, multiple } = spotSymbols(contract.symbol);
    return quotes.map((quote) => instrument(base, quote, contract.startPrice.div(multiple)));
  });
  return new Map(listed.map((own) => [own.symbol, own]));
}

const ORDER_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];

/** The entry of one symbol in `GET /api/v3/exchangeInfo`. */
export function symbolInfo(own: Instrument, withPermissions = true): Record<string, unknown> {
  return {
    symbol: own.symbol,
    status: own.status,
    baseAsset: own.baseAsset,
    baseAssetPrecision: PRECISION,
    quoteAsset: own.quoteAsset,
    quotePrecision: PRECISION,
    quoteAssetPrecision: PRECISION,
    baseCommissionPrecision: PRECISION,
    quoteCommissionPrecision: PRECISION,
    orderTypes: ORDER_TYPES,
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    opoAllowed: own.opoAllowed,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: false,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filterList(own),
    permissions: [],
    permissionSets: withPermissions ? [['SPOT']] : [],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'],
  };
}

export function filterList(own: Instrument): Record<string, unknown>[] {
  const text = (value: Decimal) => value.toFixed(PRECISION);
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: text(own.minPrice),
      maxPrice: text(own.maxPrice),
      tickSize: text(own.tickSize),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: text(own.minQuantity),
      maxQty: text(own.maxQuantity),
      stepSize: text(own.stepSize),
    },
    { filterType: 'ICEBERG_PARTS', limit: 10 },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: text(own.minMarketQuantity),
      maxQty: text(own.maxMarketQuantity),
      stepSize: text(own.marketStepSize),
    },
    {
      filterType: 'TRAILING_DELTA',
      minTrailingAboveDelta: own.minTrailingDelta,
      maxTrailingAboveDelta: own.maxTrailingDelta,
      minTrailingBelowDelta: own.minTrailingDelta,
      maxTrailingBelowDelta: own.maxTrailingDelta,
    },
    percentFilter(own),
    notionalFilter(own),
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: own.maxOrders },
    { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: own.maxOrderLists },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: own.maxAlgoOrders },
    ...(own.maxPosition === null ? [] : [{ filterType: 'MAX_POSITION', maxPosition: text(own.maxPosition) }]),
  ];
}

function percentFilter(own: Instrument): Record<string, unknown> {
  const minutes = { avgPriceMins: own.averageMinutes };
  const [up, down] = [own.bidUp.toFixed(), own.bidDown.toFixed()];
  if (own.percentFilter === 'PERCENT_PRICE')
    return { filterType: own.percentFilter, multiplierUp: up, multiplierDown: down, ...minutes };
  return {
    filterType: own.percentFilter,
    bidMultiplierUp: up,
    bidMultiplierDown: down,
    askMultiplierUp: own.askUp.toFixed(),
    askMultiplierDown: own.askDown.toFixed(),
    ...minutes,
  };
}

function notionalFilter(own: Instrument): Record<string, unknown> {
  const least = { minNotional: own.minNotional.toFixed(PRECISION), avgPriceMins: own.averageMinutes };
  if (own.notionalFilter === 'MIN_NOTIONAL')
    return { filterType: own.notionalFilter, applyToMarket: own.minToMarket, ...least };
  return {
    filterType: own.notionalFilter,
    applyMinToMarket: own.minToMarket,
    maxNotional: own.maxNotional.toFixed(PRECISION),
    applyMaxToMarket: own.maxToMarket,
    ...least,
  };
}

/** Of `GET /api/v3/exchangeInfo`. https://github.com/binance/binance-spot-api-docs/blob/master/filters.md#exchange-filters */
export function exchangeFilters(limits: ExchangeLimits): Record<string, unknown>[] {
  const filters = [
    { filterType: 'EXCHANGE_MAX_NUM_ORDERS', maxNumOrders: limits.maxOrders },
    { filterType: 'EXCHANGE_MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: limits.maxAlgoOrders },
    { filterType: 'EXCHANGE_MAX_NUM_ORDER_LISTS', maxNumOrderLists: limits.maxOrderLists },
  ];
  return filters.filter((filter) => !Object.values(filter).includes(null));
}
