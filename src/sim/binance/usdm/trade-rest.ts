import { ApiError, apiError } from '../errors.ts';
import { page, withoutSymbol } from '../paging.ts';
import type { Params } from '../params.ts';
import { optional, optionalInteger, required } from '../params.ts';
import type { Route } from '../routes.ts';
import type { UsdmExchange } from './exchange.ts';
import type { Order } from './model.ts';
import { isOpen } from './model.ts';
import { cancelView, newOrderView, orderView, tradeView } from './order-views.ts';
import { knownSymbol } from './paging.ts';
import { findOrder, requestedMarket } from './placement.ts';

/** The order routes of USDⓈ-M futures. Weights are those of the documentation. */

export function tradingRoutes(exchange: UsdmExchange): Route[] {
  const contractOf = (symbol: string) => exchange.market(symbol).instrument;
  const view = (order: Order) => orderView(contractOf(order.symbol), order);

  const place = (params: Params) => {
    const order = exchange.placeOrder(params);
    const wanted = optional(params, 'newOrderRespType') === 'RESULT' ? 'RESULT' : 'ACK';
    return newOrderView(contractOf(order.symbol), order, wanted);
  };
  const cancel = (params: Params) => {
    const order = exchange.cancelOrder(params);
    return cancelView(contractOf(order.symbol), order);
  };

  return [
    {
      method: 'POST',
      path: '/fapi/v1/order',
      security: 'signed',
      weight: 0,
      orders: 1,
      handle: ({ params }) => place(params),
    },
    {
      method: 'POST',
      path: '/fapi/v1/order/test',
      security: 'signed',
      weight: 0,
      handle: ({ params }) => {
        const order = exchange.testOrder(params);
        return newOrderView(contractOf(order.symbol), order, 'RESULT');
      },
    },
    {
      method: 'GET',
      path: '/fapi/v1/order',
      security: 'signed',
      weight: 1,
      handle: ({ params }) => view(findOrder(exchange, params, -2013)),
    },
    {
      method: 'DELETE',
      path: '/fapi/v1/order',
      security: 'signed',
      weight: 1,
      handle: ({ params }) => cancel(params),
    },
    {
      method: 'PUT',
      path: '/fapi/v1/order',
      security: 'signed',
      weight: 0,
      orders: 1,
      handle: ({ params }) => {
        const order = exchange.amendOrder(params);
        return cancelView(contractOf(order.symbol), order);
      },
    },
    {
      method: 'POST',
      path: '/fapi/v1/batchOrders',
      security: 'signed',
      weight: 5,
      orders: 1,
      handle: ({ params }) => batch(params).map((one) => attempt(() => place(one))),
    },
    {
      method: 'DELETE',
      path: '/fapi/v1/allOpenOrders',
      security: 'signed',
      weight: 1,
      handle: ({ params }) => {
        exchange.cancelAllOrders(requestedMarket(exchange, params).instrument.symbol);
        return { code: 200, msg: 'The operation of cancel all open order is done.' };
      },
    },
    {
      method: 'GET',
      path: '/fapi/v1/openOrder',
      security: 'signed',
      weight: 1,
      handle: ({ params }) => {
        const order = findOrder(exchange, params, -2013);
        if (!isOpen(order)) throw apiError(-2013);
        return view(order);
      },
    },
    {
      method: 'GET',
      path: '/fapi/v1/openOrders',
      security: 'signed',
      weight: withoutSymbol(1, 40),
      handle: ({ params }) => {
        const symbol = knownSymbol(exchange, params);
        return [...exchange.openOrders.values()]
          .filter((order) => symbol === undefined || order.symbol === symbol)
          .map(view);
      },
    },
    {
      method: 'GET',
      path: '/fapi/v1/allOrders',
      security: 'signed',
      weight: 5,
      handle: ({ params }) => {
        const { symbol } = requestedMarket(exchange, params).instrument;
        const from = optionalInteger(params, 'orderId') ?? 0;
        const list = [...exchange.orders.values()].filter(
          (order) => order.symbol === symbol && order.orderId >= from,
        );
        return page(list, params, 500, (order) => order.time, from > 0).map(view);
      },
    },
    {
      method: 'GET',
      path: '/fapi/v1/userTrades',
      security: 'signed',
      weight: 5,
      handle: ({ params }) => {
        const contract = requestedMarket(exchange, params).instrument;
        const orderId = optionalInteger(params, 'orderId');
        const from = optionalInteger(params, 'fromId') ?? 0;
        const list = exchange.trades.filter(
          (trade) =>
            trade.symbol === contract.symbol &&
            trade.id >= from &&
            (orderId === undefined || trade.orderId === orderId),
        );
        return page(list, params, 500, (trade) => trade.time, from > 0).map((trade) =>
          tradeView(contract, trade),
        );
      },
    },
  ];
}

function batch(params: Params): Params[] {
  const parsed: unknown = parseJson(required(params, 'batchOrders'));
  if (!Array.isArray(parsed) || parsed.length === 0 || parsed.length > 5)
    throw apiError(-1130, 'batchOrders');
  return parsed.map(
    (one: Record<string, unknown>) =>
      new Map(Object.entries(one).map(([key, value]) => [key, String(value)])),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw apiError(-1130, 'batchOrders');
  }
}

function attempt(place: () => unknown): unknown {
  try {
    return place();
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, msg: error.message };
    throw error;
  }
}
