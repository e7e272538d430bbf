import { page, withoutSymbol } from '../paging.ts';
import { optional, optionalInteger, type Params } from '../params.ts';
import type { Route } from '../routes.ts';
import { cancelRejected, spotError } from './errors.ts';
import type { SpotExchange } from './exchange.ts';
import type { Order } from './model.ts';
import {
  cancelledListView,
  cancelView,
  newOrderView,
  orderView,
  responseType,
  tradeView,
} from './order-views.ts';
import { findOrder } from './placement.ts';
import { replacedView } from './replace.ts';
import { checkKnown, ORDER_FIELDS, requestedMarket } from './requests.ts';

/** The order routes of the spot market. Weights are those of the documentation. */

const CANCEL_FIELDS = ['symbol', 'orderId', 'origClientOrderId', 'newClientOrderId', 'cancelRestrictions'];
const REPLACE_FIELDS = [
  ...ORDER_FIELDS,
  'cancelReplaceMode',
  'cancelNewClientOrderId',
  'cancelOrigClientOrderId',
  'cancelOrderId',
  'cancelRestrictions',
  // Without effect: a request beyond the order limit is refused before it is looked at.
  'orderRateLimitExceededMode',
];

const signed = (
  method: Route['method'],
  path: string,
  weight: Route['weight'],
  handle: (params: Params) => unknown,
  orders = 0,
): Route => ({ method, path, security: 'signed', weight, orders, handle: ({ params }) => handle(params) });

export function tradingRoutes(exchange: SpotExchange): Route[] {
  const place = (params: Params) => {
    checkKnown(params, ORDER_FIELDS);
    const order = exchange.placeOrder(params);
    return newOrderView(exchange, order, responseType(params, order));
  };
  return [
    signed('POST', '/api/v3/order', 1, place, 1),
    signed('POST', '/api/v3/order/test', testWeight, (params) => test(exchange, params)),
    signed('GET', '/api/v3/order', 4, (params) => orderView(findOrder(exchange, params, -2013))),
    signed('DELETE', '/api/v3/order', 1, (params) => cancel(exchange, params)),
    signed('POST', '/api/v3/order/cancelReplace', 1, (params) => replace(exchange, params), 1),
    signed('GET', '/api/v3/openOrders', withoutSymbol(6, 80), (params) =>
      openOrders(exchange, params).map(orderView),
    ),
    signed('DELETE', '/api/v3/openOrders', 1, (params) => cancelAll(exchange, params)),
    signed('GET', '/api/v3/allOrders', 20, (params) => allOrders(exchange, params)),
    signed('GET', '/api/v3/myTrades', tradesWeight, (params) => myTrades(exchange, params)),
  ];
}

const testWeight = (params: Params) => (optional(params, 'computeCommissionRates') === 'true' ? 20 : 1);
const tradesWeight = (params: Params) => (optional(params, 'orderId') === undefined ? 20 : 5);

function test(exchange: SpotExchange, params: Params): unknown {
  checkKnown(params, [...ORDER_FIELDS, 'computeCommissionRates']);
  exchange.testOrder(params);
  if (optional(params, 'computeCommissionRates') !== 'true') return {};
  const { maker, taker } = exchange.account.rates;
  const none = { maker: '0.00000000', taker: '0.00000000' };
  return {
    standardCommissionForOrder: { maker: maker.toFixed(8), taker: taker.toFixed(8) },
    specialCommissionForOrder: none,
    taxCommissionForOrder: none,
    discount: discountView(exchange),
  };
}

export function discountView(exchange: SpotExchange): Record<string, unknown> {
  return {
    enabledForAccount: exchange.account.paysInBnb,
    enabledForSymbol: true,
    discountAsset: 'BNB',
    discount: '0.25000000',
  };
}

/** The parameters with the cancellation's client id, given or made up. */
export function named(exchange: SpotExchange, params: Params, name: string): [Params, string] {
  const cancelId = optional(params, name) ?? exchange.clientId();
  return [new Map(params).set(name, cancelId), cancelId];
}

/** The answer to the cancellation of an order that belonged to a list tells the whole list. */
function ended(exchange: SpotExchange, order: Order, cancelId: string): Record<string, unknown> {
  const list = exchange.lists.get(order.orderListId);
  return list === undefined ? cancelView(order, cancelId) : cancelledListView(exchange, list, cancelId);
}

function cancel(exchange: SpotExchange, sent: Params): unknown {
  checkKnown(sent, CANCEL_FIELDS);
  const [params, cancelId] = named(exchange, sent, 'newClientOrderId');
  return ended(exchange, exchange.cancelOrder(params), cancelId);
}

function replace(exchange: SpotExchange, sent: Params): unknown {
  checkKnown(sent, REPLACE_FIELDS);
  const [params, cancelId] = named(exchange, sent, 'cancelNewClientOrderId');
  return replacedView(exchange.cancelReplace(params), {
    cancelled: (order) => ended(exchange, order, cancelId),
    placed: (order) => newOrderView(exchange, order, responseType(params, order)),
  });
}

function openOrders(exchange: SpotExchange, params: Params): Order[] {
  const { symbol } =
    optional(params, 'symbol') === undefined ? {} : requestedMarket(exchange, params).instrument;
  return [...exchange.openOrders.values()].filter((order) => symbol === undefined || order.symbol === symbol);
}

/** -2011 where there is none. */
function cancelAll(exchange: SpotExchange, params: Params): unknown {
  const { symbol } = requestedMarket(exchange, params).instrument;
  const orders = openOrders(exchange, params);
  if (orders.length === 0) throw cancelRejected();
  return orders.flatMap((order) => {
    // The other legs of a list went with the first one.
    if (!exchange.openOrders.has(order.orderId)) return [];
    const cancelId = exchange.clientId();
    const by = new Map([
      ['symbol', symbol],
      ['orderId', String(order.orderId)],
      ['newClientOrderId', cancelId],
    ]);
    return [ended(exchange, exchange.cancelOrder(by), cancelId)];
  });
}

const DAY_MS = 86_400_000;

/** -1127 for more than a day between startTime and endTime. */
export function checkRange(params: Params): void {
  const [from, until] = [optionalInteger(params, 'startTime'), optionalInteger(params, 'endTime')];
  if (from !== undefined && until !== undefined && until - from > DAY_MS) throw spotError(-1127);
}

function allOrders(exchange: SpotExchange, params: Params): unknown {
  const { symbol } = requestedMarket(exchange, params).instrument;
  checkRange(params);
  const from = optionalInteger(params, 'orderId') ?? 0;
  const list = [...exchange.orders.values()].filter(
    (order) => order.symbol === symbol && order.orderId >= from,
  );
  return page(list, params, 500, (order) => order.time, from > 0).map(orderView);
}

function myTrades(exchange: SpotExchange, params: Params): unknown {
  const { symbol } = requestedMarket(exchange, params).instrument;
  checkRange(params);
  const orderId = optionalInteger(params, 'orderId');
  const from = optionalInteger(params, 'fromId') ?? 0;
  if (from > 0 && (params.has('startTime') || params.has('endTime'))) throw spotError(-1128);
  const list = exchange.trades.filter(
    (trade) =>
      trade.symbol === symbol && trade.id >= from && (orderId === undefined || trade.orderId === orderId),
  );
  return page(list, params, 500, (trade) => trade.time, from > 0).map(tradeView);
}
