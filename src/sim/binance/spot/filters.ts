import { Decimal } from '../../../trading/decimal.ts';
import { balanceOf } from './account.ts';
import type { Core } from './core.ts';
import { countFailure, filterFailure, invalid, spotError } from './errors.ts';
import { filterPrice, type Market } from './markets.ts';
import { isContingent, isLimit, type Order, remaining, triggersUpwards } from './model.ts';

/** The filters of a symbol. https://github.com/binance/binance-spot-api-docs/blob/master/filters.md */

const MAX_DECIMALS = 8;

/** -1111 for more decimals than the assets have, -1013 for nothing. */
export function checkAmount(name: string, value: Decimal): void {
  if (value.decimalPlaces() > MAX_DECIMALS) throw spotError(-1111, name);
  if (!value.greaterThan(0)) throw invalid(`Invalid ${name}.`);
}

function fits(value: Decimal, low: Decimal, high: Decimal, step: Decimal): boolean {
  if (!low.isZero() && value.lessThan(low)) return false;
  if (!high.isZero() && value.greaterThan(high)) return false;
  return step.isZero() || value.mod(step).isZero();
}

/** All of an order's filters but those that count orders. A pending OPO order has no quantity to judge yet. */
export function checkFilters(core: Core, market: Market, order: Order): void {
  const own = market.instrument;
  const price = (value: Decimal) => fits(value, own.minPrice, own.maxPrice, own.tickSize);
  if (!order.price.isZero() && !price(order.price)) throw filterFailure('PRICE_FILTER');
  if (!order.stopPrice.isZero() && !price(order.stopPrice)) throw filterFailure('PRICE_FILTER');
  if (isLimit(order.type)) checkPercentPrice(core, market, order);
  checkTrailing(market, order);
  if (!order.quantity.isZero()) checkQuantity(market, order);
  checkNotional(core, market, order);
  checkPosition(core, market, order);
}

function checkPercentPrice(core: Core, market: Market, order: Order): void {
  const own = market.instrument;
  const basis = filterPrice(market, core.now());
  const bySide = own.percentFilter === 'PERCENT_PRICE_BY_SIDE' && order.side === 'SELL';
  const [up, down] = bySide ? [own.askUp, own.askDown] : [own.bidUp, own.bidDown];
  if (order.price.greaterThan(basis.times(up)) || order.price.lessThan(basis.times(down)))
    throw filterFailure(own.percentFilter);
}

function checkTrailing(market: Market, order: Order): void {
  if (order.trailingDelta === null) return;
  const { minTrailingDelta, maxTrailingDelta } = market.instrument;
  if (order.trailingDelta < minTrailingDelta || order.trailingDelta > maxTrailingDelta)
    throw filterFailure('TRAILING_DELTA');
}

/** The lot sizes of the order's type: a stop that becomes a market order obeys both. */
function checkQuantity(market: Market, order: Order): void {
  const own = market.instrument;
  if (!fits(order.quantity, own.minQuantity, own.maxQuantity, own.stepSize)) throw filterFailure('LOT_SIZE');
  if (isLimit(order.type)) return;
  if (!fits(order.quantity, own.minMarketQuantity, own.maxMarketQuantity, own.marketStepSize))
    throw filterFailure('MARKET_LOT_SIZE');
}

function checkNotional(core: Core, market: Market, order: Order): void {
  const { minNotional, maxNotional, notionalFilter, minToMarket, maxToMarket } = market.instrument;
  const isMarket = order.type === 'MARKET';
  const bounded = notionalFilter === 'NOTIONAL' && (!isMarket || maxToMarket);
  const price = isLimit(order.type)
    ? order.price
    : order.stopPrice.isZero()
      ? filterPrice(market, core.now())
      : order.stopPrice;
  const value = order.quoteQuantity.isZero() ? order.quantity.times(price) : order.quoteQuantity;
  if (value.isZero()) return;
  if (value.lessThan(minNotional) && (!isMarket || minToMarket)) throw filterFailure(notionalFilter);
  if (bounded && value.greaterThan(maxNotional)) throw filterFailure(notionalFilter);
}

function checkPosition(core: Core, market: Market, order: Order): void {
  const { maxPosition, baseAsset } = market.instrument;
  if (maxPosition === null || order.side === 'SELL') return;
  const held = balanceOf(core, baseAsset);
  let position = held.free.plus(held.locked).plus(order.quantity);
  for (const open of core.openOrders.values()) {
    if (open.side === 'BUY' && core.markets.get(open.symbol)?.instrument.baseAsset === baseAsset)
      position = position.plus(remaining(open));
  }
  if (position.greaterThan(maxPosition)) throw filterFailure('MAX_POSITION');
}

/** The counts of orders, the symbol's and the exchange's, for orders that are to be added together. */
export function checkCounts(core: Core, market: Market, added: readonly Pick<Order, 'type'>[]): void {
  const { symbol, maxOrders, maxAlgoOrders } = market.instrument;
  const all = [...core.openOrders.values()];
  const open = all.filter((order) => order.symbol === symbol);
  if (open.length + added.length > maxOrders) throw countFailure('MAX_NUM_ORDERS');
  const algosOf = (orders: readonly Pick<Order, 'type'>[]) =>
    [...orders, ...added].filter((order) => isContingent(order.type)).length;
  const adds = added.some((order) => isContingent(order.type));
  if (adds && algosOf(open) > maxAlgoOrders) throw countFailure('MAX_NUM_ALGO_ORDERS');
  const { limits } = core;
  if (limits.maxOrders !== null && all.length + added.length > limits.maxOrders)
    throw countFailure('EXCHANGE_MAX_NUM_ORDERS');
  if (adds && limits.maxAlgoOrders !== null && algosOf(all) > limits.maxAlgoOrders)
    throw countFailure('EXCHANGE_MAX_NUM_ALGO_ORDERS');
}

/** MAX_NUM_ORDER_LISTS and EXCHANGE_MAX_NUM_ORDER_LISTS for one more list. */
export function checkListCount(core: Core, market: Market): void {
  const { symbol, maxOrderLists } = market.instrument;
  const open = [...core.openLists.values()].filter((list) => list.symbol === symbol).length;
  if (open >= maxOrderLists) throw countFailure('MAX_NUM_ORDER_LISTS');
  const most = core.limits.maxOrderLists;
  if (most !== null && core.openLists.size >= most) throw countFailure('EXCHANGE_MAX_NUM_ORDER_LISTS');
}

/** The largest quantity up to `quantity` that both lot sizes take; 0 where there is none. */
export function fittingQuantity(market: Market, quantity: Decimal): Decimal {
  const own = market.instrument;
  const step = Decimal.max(own.stepSize, own.marketStepSize);
  const cut = Decimal.min(quantity, own.maxQuantity).toNearest(step, Decimal.ROUND_DOWN);
  return cut.lessThan(own.minQuantity) ? new Decimal(0) : cut;
}

/** Whether a contingent order's stop lies where the last price already is. */
export function wouldTrigger(market: Market, order: Order): boolean {
  if (!isContingent(order.type) || order.stopPrice.isZero() || order.trailingDelta !== null) return false;
  return triggersUpwards(order)
    ? market.last.greaterThanOrEqualTo(order.stopPrice)
    : market.last.lessThanOrEqualTo(order.stopPrice);
}
