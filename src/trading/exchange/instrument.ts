import type { Decimal } from '../decimal.ts';

/** What is traded: its filters, its prices, and how much of it one may owe. */

export interface Instrument {
  symbol: string;
  base: string;
  quote: string;
  status: 'trading' | 'halted' | 'cancel_only';
  /** Its delisting is announced: whatever is held then is settled. Absent where it is not. */
  delistsAt?: number;
  tickSize: Decimal;
  minPrice: Decimal;
  maxPrice: Decimal;
  stepSize: Decimal;
  minQuantity: Decimal;
  maxQuantity: Decimal;
  marketStepSize: Decimal;
  marketMinQuantity: Decimal;
  marketMaxQuantity: Decimal;
  minNotional: Decimal;
  /** Limit prices must lie within mark × down … mark × up. */
  priceUp: Decimal;
  priceDown: Decimal;
  spot?: SpotFilters;
}

/** Where the exchange has such filters: https://github.com/binance/binance-spot-api-docs/blob/master/filters.md#exchange-filters */
export interface WholeAccount {
  maxAlgoOrders?: number;
  maxLists?: number;
  maxOrders?: number;
}

/** What only spot has. `priceUp` and `priceDown` of its instruments are those for buying (PERCENT_PRICE_BY_SIDE). */
export interface SpotFilters {
  /** In `orderTypes`: STOP_LOSS, a market order once it triggers. */
  stopMarket: boolean;
  /** `avgPriceMins` of the price filter; 0: it goes by the last price. */
  averageMinutes: number;
  /** `ocoAllowed`. */
  lists: boolean;
  /** `otoAllowed`: a stop can be attached to an entry, with `lists` a target beside it. */
  attaches: boolean;
  /** MAX_NUM_ALGO_ORDERS, MAX_NUM_ORDER_LISTS and MAX_NUM_ORDERS: of the account, on the symbol. */
  maxAlgoOrders: number;
  maxLists: number;
  maxOrders?: number;
  /** The exchange's own: of the account, over all symbols. */
  wholeAccount?: WholeAccount;
  /** NOTIONAL: what one order may be worth at most, and whether that is asked of market orders, too. */
  maxNotional?: Decimal;
  maxNotionalAtMarket?: boolean;
  /** MAX_POSITION: how many coins the account may have, those of open orders to buy among them. */
  maxPosition?: Decimal;
  /** Limit prices to sell must lie within filter price × down … filter price × up. */
  sellUp: Decimal;
  sellDown: Decimal;
}

/** Spot has one price: `mark` is the last one. */
export interface Prices {
  mark: Decimal;
  last: Decimal;
}

/**
 * The reference price where the symbol has one, else the average of the filter's minutes, the last price where these
 * are none. https://github.com/binance/binance-spot-api-docs/blob/master/filters.md#percent_price_by_side
 */
export interface FilterPrice {
  price: Decimal;
  by: 'reference' | 'average' | 'last';
}

export interface LeverageBracket {
  notionalCap: Decimal;
  maxLeverage: number;
  maintenanceRate: Decimal;
  maintenanceAmount: Decimal;
}

export interface Candle {
  openedAt: number;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
}
