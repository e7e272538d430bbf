import { page, withoutSymbol } from '../paging.ts';
import { optionalInteger } from '../params.ts';
import type { Route } from '../routes.ts';
import { findAlgo } from './algo.ts';
import type { UsdmExchange } from './exchange.ts';
import { algoView, newAlgoView } from './order-views.ts';
import { knownSymbol } from './paging.ts';
import { requestedMarket } from './placement.ts';

/** The routes of conditional orders. */

export function algoRoutes(exchange: UsdmExchange): Route[] {
  const contractOf = (symbol: string) => exchange.market(symbol).instrument;
  return [
    {
      method: 'POST',
      path: '/fapi/v1/algoOrder',
      security: 'signed',
      weight: 0,
      orders: 1,
      handle: ({ params }) => {
        const algo = exchange.placeAlgo(params);
        return newAlgoView(contractOf(algo.symbol), algo);
      },
    },
    {
      method: 'GET',
      path: '/fapi/v1/algoOrder',
      security: 'signed',
      weight: 1,
      handle: ({ params }) => {
        const algo = findAlgo(exchange, params, -2013);
        return algoView(contractOf(algo.symbol), algo);
      },
    },
    {
      method: 'DELETE',
      path: '/fapi/v1/algoOrder',
      security: 'signed',
      weight: 1,
      handle: ({ params }) => {
        const algo = exchange.cancelAlgo(params);
        return { algoId: algo.algoId, clientAlgoId: algo.clientAlgoId, code: '200', msg: 'success' };
      },
    },
    {
      method: 'DELETE',
      path: '/fapi/v1/algoOpenOrders',
      security: 'signed',
      weight: 1,
      handle: ({ params }) => {
        exchange.cancelAllAlgos(requestedMarket(exchange, params).instrument.symbol);
        return { code: 200, msg: 'The operation of cancel all open order is done.' };
      },
    },
    {
      method: 'GET',
      path: '/fapi/v1/openAlgoOrders',
      security: 'signed',
      weight: withoutSymbol(1, 40),
      handle: ({ params }) => {
        const symbol = knownSymbol(exchange, params);
        const algoId = optionalInteger(params, 'algoId');
        return [...exchange.openAlgos.values()]
          .filter((algo) => symbol === undefined || algo.symbol === symbol)
          .filter((algo) => algoId === undefined || algo.algoId === algoId)
          .map((algo) => algoView(contractOf(algo.symbol), algo));
      },
    },
    {
      method: 'GET',
      path: '/fapi/v1/allAlgoOrders',
      security: 'signed',
      weight: 5,
      handle: ({ params }) => {
        const contract = requestedMarket(exchange, params).instrument;
        const from = optionalInteger(params, 'algoId') ?? 0;
        const list = [...exchange.algos.values()].filter(
          (algo) => algo.symbol === contract.symbol && algo.algoId >= from,
        );
        return page(list, params, 500, (algo) => algo.createTime, from > 0).map((algo) =>
          algoView(contract, algo),
        );
      },
    },
  ];
}
