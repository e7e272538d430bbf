import { Decimal, ZERO } from '../../../trading/decimal.ts';
import { best, levels } from '../book.ts';
import { apiError } from '../errors.ts';
import { checkNotional, checkPercentPrice, checkPrice, checkQuantity } from '../filters.ts';
import type { Params } from '../params.ts';
import {
  choice,
  optional,
  optionalAmount,
  optionalBoolean,
  optionalClientId,
  optionalInteger,
  required,
  requiredAmount,
} from '../params.ts';
import { margins } from './account.ts';
import type { Core } from './core.ts';
import {
  closable,
  crosses,
  end,
  enter,
  liquidity,
  positionOf,
  reduces,
  reducingOrders,
  take,
} from './fills.ts';
import { notionalLimit } from './margin.ts';
import type { Market } from './markets.ts';
import type { Order, PositionSide, Side, TimeInForce } from './model.ts';
import { isOpen, opposite, remaining } from './model.ts';

/**
 * Accepting a new order: what is checked, in which order, and what happens at once.
 * Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api
 */

const CONDITIONAL = ['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'];
const GTD_MINIMUM_MS = 600_000;

/** The market of parameter `symbol`: -1102 without one, -1121 for one that is not listed. */
export function requestedMarket(core: Core, params: Params): Market {
  const market = core.markets.get(required(params, 'symbol'));
  if (market === undefined) throw apiError(-1121);
  return market;
}

export function requestedSide(params: Params): Side {
  return choice(required(params, 'side'), ['BUY', 'SELL'], -1117);
}

/** -4060 for an unknown side, -4061 where it does not fit the position mode. */
export function requestedPositionSide(core: Core, params: Params): PositionSide {
  const side = choice<PositionSide>(
    optional(params, 'positionSide') ?? 'BOTH',
    ['BOTH', 'LONG', 'SHORT'],
    -4060,
  );
  if (core.account.hedgeMode !== (side !== 'BOTH')) throw apiError(-4061);
  return side;
}

/** In hedge mode reduceOnly may not be sent at all. */
export function requestedReduceOnly(core: Core, params: Params): boolean {
  const reduceOnly = optionalBoolean(params, 'reduceOnly');
  if (core.account.hedgeMode && reduceOnly !== undefined) throw apiError(-1106, 'reduceonly');
  return reduceOnly ?? false;
}

/** -4141 for a closed contract, -4140 for one that is not trading now; closing a position is always possible. */
export function checkStatus(market: Market): void {
  const { status } = market.instrument;
  if (status !== 'TRADING') throw apiError(status === 'CLOSE' ? -4141 : -4140);
}

/** Places the order and runs it against the book. Refuses with the exchange's codes, in which case nothing has changed. */
export function placeOrder(core: Core, params: Params): Order {
  const order = testOrder(core, params);
  accept(core, order);
  return order;
}

/** All the checks of a new order, without placing it. */
export function testOrder(core: Core, params: Params): Order {
  if (!core.account.canTrade) throw apiError(-2010);
  const market = requestedMarket(core, params);
  const order = parseOrder(core, params, market);
  checkOrder(core, market, order);
  return order;
}

function parseOrder(core: Core, params: Params, market: Market): Order {
  const side = requestedSide(params);
  const type = required(params, 'type');
  if (CONDITIONAL.includes(type)) throw apiError(-4120);
  const kind = choice(type, ['LIMIT', 'MARKET'], -1116);
  const positionSide = requestedPositionSide(core, params);
  const reduceOnly = requestedReduceOnly(core, params);
  if (optionalBoolean(params, 'closePosition') === true) throw apiError(-4136, kind, 'true');
  const clientOrderId = optionalClientId(params, 'newClientOrderId');
  const priceMatch = optional(params, 'priceMatch') ?? 'NONE';
  const timeInForce = requestedTimeInForce(params, kind);
  const now = core.now();
  return {
    orderId: 0,
    clientOrderId: clientOrderId ?? core.clientId(),
    symbol: market.instrument.symbol,
    side,
    positionSide,
    type: kind,
    origType: kind,
    timeInForce,
    price: kind === 'LIMIT' ? requestedPrice(params, market, side, priceMatch) : marketPrice(params),
    quantity: requiredAmount(params, 'quantity'),
    executed: ZERO,
    cumQuote: ZERO,
    status: 'NEW',
    // In hedge mode an order that closes a side is reduce-only without saying so.
    reduceOnly: reduceOnly || reduces({ side, positionSide, reduceOnly, closePosition: false }),
    closePosition: false,
    stopPrice: ZERO,
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    priceMatch,
    selfTradePreventionMode: optional(params, 'selfTradePreventionMode') ?? 'EXPIRE_MAKER',
    goodTillDate: requestedGoodTillDate(params, timeInForce, now),
    algoId: null,
    time: now,
    updateTime: now,
  };
}

function requestedTimeInForce(params: Params, type: 'LIMIT' | 'MARKET'): TimeInForce {
  const value = optional(params, 'timeInForce');
  if (type === 'MARKET') {
    if (value !== undefined) throw apiError(-1106, 'timeinforce');
    return 'GTC';
  }
  if (value === undefined) throw apiError(-1102, 'timeinforce');
  return choice<TimeInForce>(value, ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'], -1115);
}

function requestedGoodTillDate(params: Params, timeInForce: TimeInForce, now: number): number {
  if (timeInForce !== 'GTD') return 0;
  const date = optionalInteger(params, 'goodTillDate');
  if (date === undefined) throw apiError(-1102, 'goodtilldate');
  if (date < now + GTD_MINIMUM_MS || date >= 253402300799000) throw apiError(-5040);
  return Math.floor(date / 1000) * 1000;
}

function marketPrice(params: Params): Decimal {
  if (optional(params, 'price') !== undefined) throw apiError(-1106, 'price');
  return ZERO;
}

/** The price sent, or the one of the book that priceMatch names (OPPONENT_5: the fifth level of the other side). */
function requestedPrice(params: Params, market: Market, side: Side, priceMatch: string): Decimal {
  const price = optionalAmount(params, 'price');
  if (priceMatch === 'NONE') {
    if (price === undefined) throw apiError(-1102, 'price');
    return price;
  }
  const match = /^(OPPONENT|QUEUE)(?:_(5|10|20))?$/.exec(priceMatch);
  if (match === null || price !== undefined) throw apiError(-5037);
  const taker = match[1] === 'OPPONENT' ? side : opposite(side);
  const found = levels(market, taker)[Number(match[2] ?? 1) - 1];
  if (found === undefined) throw apiError(-5041);
  return found.price;
}

function checkOrder(core: Core, market: Market, order: Order): void {
  const contract = market.instrument;
  const reducing = reduces(order);
  if (!reducing) checkStatus(market);
  if (order.type === 'LIMIT') checkPrice(contract, order.price);
  checkQuantity(contract, order.quantity, order.type === 'MARKET');
  const price = order.type === 'LIMIT' ? order.price : (best(market, order.side) ?? market.mark);
  if (!reducing) checkNotional(contract, order.quantity, order.type === 'LIMIT' ? price : market.mark);
  if (order.type === 'LIMIT') checkPercentPrice(contract, order.side, order.price, market.mark);
  for (const open of core.openOrders.values()) {
    if (open.clientOrderId === order.clientOrderId) throw apiError(-4116);
  }
  if (restingCount(core, order.symbol) >= contract.maxOrders) throw apiError(-2025);
  if (reducing) checkReducing(core, order);
  else checkExposure(core, market, order, price);
  if (order.timeInForce === 'FOK' && liquidity(core, order, order.price).lessThan(order.quantity)) {
    throw apiError(-5021);
  }
  const opponent = best(market, order.side);
  if (order.timeInForce === 'GTX' && opponent !== null && crosses(order.side, order.price, opponent)) {
    throw apiError(-5022);
  }
}

function restingCount(core: Core, symbol: string): number {
  let count = 0;
  for (const order of core.openOrders.values()) if (order.symbol === symbol) count += 1;
  return count;
}

function checkReducing(core: Core, order: Order): void {
  const held = closable(core, order);
  if (held.isZero()) throw apiError(-2022);
  if (order.positionSide !== 'BOTH' && order.quantity.greaterThan(held)) throw apiError(-2022);
  const resting = reducingOrders(core, order).reduce((total, open) => total.plus(remaining(open)), ZERO);
  if (resting.isZero() || resting.plus(order.quantity).lessThanOrEqualTo(held)) return;
  if (order.type === 'MARKET' && core.policy.reduceOnlyMarket === 'reject') throw apiError(-2022);
  if (order.type === 'LIMIT' && core.policy.reduceOnlyLimit === 'reject') throw apiError(-4118);
}

/** -2027 where the position would pass the bracket of the leverage, -2019 without the margin for it. */
export function checkExposure(
  core: Pick<Core, 'account' | 'markets' | 'openOrders'>,
  market: Market,
  order: Order,
  price: Decimal,
): void {
  const { leverage } = core.account.settingsOf(order.symbol);
  const held = positionOf(core, order).amount;
  const after = held.plus(order.side === 'BUY' ? order.quantity : order.quantity.negated());
  const opening = Decimal.max(
    order.quantity.minus(held.isPositive() === (order.side === 'BUY') ? ZERO : held.abs()),
    ZERO,
  );
  if (opening.isZero()) return;
  if (after.abs().times(price).greaterThan(notionalLimit(market.instrument, leverage))) throw apiError(-2027);
  const cost = opening.times(price).times(new Decimal(1).div(leverage).plus(core.account.rates.taker));
  const { available } = margins(core.account, core.markets, [...core.openOrders.values()]);
  if (cost.greaterThan(available)) throw apiError(-2019);
}

/** Gives the order its id, announces it and runs it against the book. */
export function accept(core: Core, order: Order): void {
  enter(core, order);
  take(core, order, order.type === 'LIMIT' ? order.price : null);
  const rests = order.type === 'LIMIT' && order.timeInForce !== 'IOC' && order.timeInForce !== 'FOK';
  if (isOpen(order) && !rests) end(core, order, 'EXPIRED', order.type === 'MARKET' ? '9' : '2');
}

/** The order that `orderId` or `origClientOrderId` names; `missing` is the refusal if there is none. */
export function findOrder(core: Core, params: Params, missing: -2011 | -2013): Order {
  const { symbol } = requestedMarket(core, params).instrument;
  const orderId = optionalInteger(params, 'orderId');
  const clientOrderId = optional(params, 'origClientOrderId');
  if (orderId === undefined && clientOrderId === undefined) throw apiError(-1102, 'orderid');
  // A client id may come back after its order has ended: the newest one is meant.
  const order = core.orders.get(orderId ?? core.orderIds.get(clientOrderId ?? '') ?? 0);
  if (order === undefined || order.symbol !== symbol) throw apiError(missing);
  return order;
}

/** -2011 for an order that is unknown or not open any more. */
export function cancelOrder(core: Core, params: Params): Order {
  const order = findOrder(core, params, -2011);
  if (!isOpen(order)) throw apiError(-2011);
  end(core, order, 'CANCELED');
  return order;
}
