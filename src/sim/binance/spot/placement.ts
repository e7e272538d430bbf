import { Decimal, ZERO } from '../../../trading/decimal.ts';
import { best, levels } from '../book.ts';
import { optional, optionalInteger, type Params } from '../params.ts';
import { freeOf } from './account.ts';
import type { Core } from './core.ts';
import { cancelRejected, EngineRejection, invalid, spotError } from './errors.ts';
import { executionReport } from './events.ts';
import { announce, crosses, end, enter, work } from './fills.ts';
import { checkCounts, checkFilters, wouldTrigger } from './filters.ts';
import type { Market } from './markets.ts';
import { isContingent, isOpen, type Order } from './model.ts';
import { oneOf, readOrder, requestedMarket, requestedSide } from './requests.ts';

/**
 * Accepting and cancelling single orders: what is checked, in which order, and what happens at once.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#trading-endpoints
 */

/** Places the order and runs it against the book. Nothing has changed where it is refused. */
export function placeOrder(core: Core, params: Params): Order {
  const { market, order } = checkedOrder(core, params);
  admit(core, market, order);
  return order;
}

/** What is checked before an order reaches the matching engine. */
export function checkedOrder(core: Core, params: Params): { market: Market; order: Order } {
  const market = requestedMarket(core, params);
  const order = readOrder(core, market, params, { prefix: '', side: requestedSide(params, 'side') });
  checkTrading(market);
  checkFilters(core, market, order);
  checkCounts(core, market, [order]);
  return { market, order };
}

/** -1013 unless the symbol trades. */
export function checkTrading(market: Market): void {
  if (market.instrument.status !== 'TRADING') throw invalid('Market is closed.');
}

/** The matching engine's part: refuses with -2010 and an event, or takes the order. */
export function admit(core: Core, market: Market, order: Order): void {
  try {
    if (!order.quoteQuantity.isZero()) order.quantity = quantityFor(market, order);
    checkEngine(core, market, order);
    checkFunds(core, market, [order]);
  } catch (error) {
    if (error instanceof EngineRejection) reject(core, order, error);
    throw error;
  }
  enter(core, order);
  const working = !isContingent(order.type);
  if (!working && order.stopPrice.isZero()) order.extreme = market.last;
  announce(core, order, working);
  if (working) work(core, order);
}

/** A refused order is told by an event, and by nothing else afterwards. */
export function reject(core: Core, order: Order, error: EngineRejection): void {
  if (error.reason === 'NONE') return;
  const refused: Order = { ...order, orderId: core.ids.order++, status: 'REJECTED' };
  core.publish(executionReport(core, refused, 'REJECTED', { rejectReason: error.reason }));
}

/** -2010 for what the matching engine does not take, money apart. */
export function checkEngine(core: Core, market: Market, order: Order): void {
  if (!core.account.canTrade)
    throw new EngineRejection({ text: 'This account may not place or cancel orders.' });
  checkUnused(core, [order.clientOrderId]);
  if (wouldTrigger(market, order)) throw new EngineRejection('STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY');
  const opponent = best(market, order.side);
  const takes = opponent !== null && crosses(order.side, order.price, opponent);
  if (order.type === 'LIMIT_MAKER' && takes) throw new EngineRejection('WOULD_MATCH_IMMEDIATELY');
}

/** Client ids are unique among the open orders; one that has ended gives its id free. */
export function checkUnused(core: Core, clientIds: readonly string[]): void {
  const taken = new Set([...core.openOrders.values()].map((order) => order.clientOrderId));
  const repeated = new Set(clientIds).size < clientIds.length;
  if (repeated || clientIds.some((id) => taken.has(id)))
    throw new EngineRejection({ text: 'Duplicate order sent.' });
}

/** -2010 where the free balance does not cover the orders; of legs that exclude each other give the dearer one. */
export function checkFunds(core: Core, market: Market, orders: readonly Order[]): void {
  const { baseAsset, quoteAsset } = market.instrument;
  const needed = { BUY: ZERO, SELL: ZERO };
  for (const order of orders) needed[order.side] = needed[order.side].plus(costOf(market, order));
  if (needed.SELL.greaterThan(freeOf(core, baseAsset)) || needed.BUY.greaterThan(freeOf(core, quoteAsset)))
    throw new EngineRejection('INSUFFICIENT_BALANCES');
}

/** What an order takes from the balance it sells, at most; a market buy what the book asks for it. */
export function costOf(market: Market, order: Order): Decimal {
  if (order.side === 'SELL') return order.quantity;
  if (order.type !== 'MARKET') return order.quantity.times(order.lockPrice);
  let left = order.quantity;
  let cost = ZERO;
  for (const level of levels(market, 'BUY')) {
    const taken = Decimal.min(left, level.quantity);
    cost = cost.plus(taken.times(level.price));
    left = left.minus(taken);
  }
  return cost;
}

/** How much `quoteOrderQty` buys or sells for, in whole lots, as close as possible from below. */
function quantityFor(market: Market, order: Order): Decimal {
  let money = order.quoteQuantity;
  let quantity = ZERO;
  for (const level of levels(market, order.side)) {
    const taken = Decimal.min(money.div(level.price), level.quantity);
    quantity = quantity.plus(taken);
    money = money.minus(taken.times(level.price));
  }
  const { stepSize, minQuantity } = market.instrument;
  const lots = quantity.toNearest(stepSize, Decimal.ROUND_DOWN);
  if (lots.lessThan(minQuantity)) {
    const text = 'Order book liquidity is less than `LOT_SIZE` filter minimum quantity.';
    throw new EngineRejection({ text });
  }
  return lots;
}

/**
 * The order that an id or a client id names, the newest of that name; `missing` is the refusal if there is none.
 * Sent both, they must belong together.
 */
export function findOrder(
  core: Core,
  params: Params,
  missing: -2011 | -2013,
  names: { id: string; client: string } = { id: 'orderId', client: 'origClientOrderId' },
): Order {
  const { symbol } = requestedMarket(core, params).instrument;
  const orderId = optionalInteger(params, names.id);
  const clientId = optional(params, names.client);
  if (orderId === undefined && clientId === undefined) {
    const refusal = spotError(-1102, names.id);
    refusal.message = `Param '${names.client}' or '${names.id}' must be sent, but both were empty/null!`;
    throw refusal;
  }
  const order = core.orders.get(orderId ?? core.orderIds.get(clientId ?? '') ?? 0);
  if (order === undefined || order.symbol !== symbol)
    throw missing === -2011 ? cancelRejected() : spotError(-2013);
  if (clientId !== undefined && order.clientOrderId !== clientId) throw spotError(-2039);
  return order;
}

/** -2011 for an order that is unknown, not open any more, or not in the state that cancelRestrictions wants. */
export function cancelOrder(
  core: Core,
  params: Params,
  names?: { id: string; client: string },
  cancelName = 'newClientOrderId',
): Order {
  const restriction = optional(params, 'cancelRestrictions');
  const wanted =
    restriction === undefined ? null : oneOf(restriction, ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'], -1145);
  const order = findOrder(core, params, -2011, names);
  if (!isOpen(order)) throw cancelRejected();
  const state = order.status === 'PARTIALLY_FILLED' ? 'ONLY_PARTIALLY_FILLED' : 'ONLY_NEW';
  if (wanted !== null && wanted !== state)
    throw cancelRejected('Order was not canceled due to cancel restrictions.');
  end(core, order, 'CANCELED', { cancelId: optional(params, cancelName) ?? core.clientId() });
  return order;
}
