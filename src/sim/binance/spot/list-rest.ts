import { page } from '../paging.ts';
import { optionalInteger, type Params } from '../params.ts';
import type { Route } from '../routes.ts';
import { spotError } from './errors.ts';
import type { SpotExchange } from './exchange.ts';
import { findList, type ListKind, listFields } from './lists.ts';
import { cancelledListView, listView, newOrderView, responseType } from './order-views.ts';
import { checkKnown } from './requests.ts';
import { checkRange, named } from './trade-rest.ts';

/** The routes of order lists, with the number of orders that each kind counts as. */

const KINDS: Readonly<Record<ListKind, number>> = { oco: 2, oto: 2, otoco: 3, opo: 2, opoco: 3 };

export function listRoutes(exchange: SpotExchange): Route[] {
  const get = (path: string, weight: number, handle: (params: Params) => unknown): Route => ({
    method: 'GET',
    path,
    security: 'signed',
    weight,
    handle: ({ params }) => handle(params),
  });
  return [
    ...Object.entries(KINDS).map(
      ([kind, orders]): Route => ({
        method: 'POST',
        path: `/api/v3/orderList/${kind}`,
        security: 'signed',
        weight: 1,
        orders,
        handle: ({ params }) => place(exchange, kind as ListKind, params),
      }),
    ),
    {
      method: 'DELETE',
      path: '/api/v3/orderList',
      security: 'signed',
      weight: 1,
      handle: ({ params: sent }) => {
        checkKnown(sent, ['symbol', 'orderListId', 'listClientOrderId', 'newClientOrderId']);
        const [params, cancelId] = named(exchange, sent, 'newClientOrderId');
        return cancelledListView(exchange, exchange.cancelList(params), cancelId);
      },
    },
    get('/api/v3/orderList', 4, (params) =>
      listView(exchange, findList(exchange, params, -2013, 'origClientOrderId')),
    ),
    get('/api/v3/allOrderList', 20, (params) => allLists(exchange, params)),
    get('/api/v3/openOrderList', 6, () =>
      [...exchange.openLists.values()].map((list) => listView(exchange, list)),
    ),
  ];
}

function place(exchange: SpotExchange, kind: ListKind, params: Params): unknown {
  checkKnown(params, listFields(kind));
  const { list, orders } = exchange.placeList(kind, params);
  // As it was placed: an answer never shows what the next phase has brought.
  const view = { ...listView(exchange, list), listStatusType: 'EXEC_STARTED', listOrderStatus: 'EXECUTING' };
  return {
    ...view,
    orderReports: orders.map((order) => newOrderView(exchange, order, responseType(params, order))),
  };
}

function allLists(exchange: SpotExchange, params: Params): unknown {
  checkRange(params);
  const from = optionalInteger(params, 'fromId');
  if (from !== undefined && (params.has('startTime') || params.has('endTime'))) throw spotError(-1128);
  const lists = [...exchange.lists.values()].filter((list) => list.orderListId >= (from ?? 0));
  return page(lists, params, 500, (list) => list.transactionTime, from !== undefined).map((list) =>
    listView(exchange, list),
  );
}
