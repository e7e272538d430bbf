import { page } from '../paging.ts';
import type { Params } from '../params.ts';
import { optional } from '../params.ts';
import type { Route } from '../routes.ts';
import {
  accountView,
  balanceView,
  bracketsView,
  positionRiskView,
  symbolConfigView,
} from './account-views.ts';
import type { UsdmExchange } from './exchange.ts';
import type { ListenKeys } from './listen-keys.ts';
import type { Income } from './model.ts';
import { incomeView } from './order-views.ts';
import { knownSymbol } from './paging.ts';
import { requestedMarket } from './placement.ts';

/** Account, settings and listen key routes of USDⓈ-M futures. */

const WEEK_MS = 7 * 86_400_000;
const OK = { code: 200, msg: 'success' };

export function accountRoutes(exchange: UsdmExchange): Route[] {
  const { account } = exchange;
  const get = (path: string, weight: Route['weight'], handle: Route['handle']): Route => ({
    method: 'GET',
    path,
    security: 'signed',
    weight,
    handle,
  });
  const post = (path: string, handle: Route['handle']): Route => ({
    method: 'POST',
    path,
    security: 'signed',
    weight: 1,
    handle,
  });
  return [
    get('/fapi/v2/account', 5, () => accountView(exchange, 2)),
    get('/fapi/v3/account', 5, () => accountView(exchange, 3)),
    get('/fapi/v2/balance', 5, () => balanceView(exchange)),
    get('/fapi/v3/balance', 5, () => balanceView(exchange)),
    get('/fapi/v2/positionRisk', 5, ({ params }) =>
      positionRiskView(exchange, 2, knownSymbol(exchange, params)),
    ),
    get('/fapi/v3/positionRisk', 5, ({ params }) =>
      positionRiskView(exchange, 3, knownSymbol(exchange, params)),
    ),
    get('/fapi/v1/leverageBracket', 1, ({ params }) => bracketsView(exchange, knownSymbol(exchange, params))),
    get('/fapi/v1/symbolConfig', 5, ({ params }) =>
      symbolConfigView(exchange, knownSymbol(exchange, params)),
    ),
    get('/fapi/v1/accountConfig', 5, () => ({
      feeTier: 0,
      canTrade: account.canTrade,
      canDeposit: true,
      canWithdraw: true,
      dualSidePosition: account.hedgeMode,
      updateTime: 0,
      multiAssetsMargin: account.multiAssets,
      tradeGroupId: -1,
    })),
    get('/fapi/v1/positionSide/dual', 30, () => ({ dualSidePosition: account.hedgeMode })),
    get('/fapi/v1/multiAssetsMargin', 30, () => ({ multiAssetsMargin: account.multiAssets })),
    get('/fapi/v1/commissionRate', 20, ({ params }) => ({
      symbol: requestedMarket(exchange, params).instrument.symbol,
      makerCommissionRate: account.rates.maker.toFixed(),
      takerCommissionRate: account.rates.taker.toFixed(),
      rpiCommissionRate: '0.00005',
    })),
    get('/fapi/v1/income', 30, ({ params }) => incomeList(exchange, params)),
    post('/fapi/v1/leverage', ({ params }) => {
      const result = exchange.setLeverage(params);
      return { ...result, maxNotionalValue: String(result.maxNotionalValue) };
    }),
    post('/fapi/v1/marginType', ({ params }) => {
      exchange.setMarginType(params);
      return OK;
    }),
    post('/fapi/v1/positionSide/dual', ({ params }) => {
      exchange.setPositionMode(params);
      return OK;
    }),
    post('/fapi/v1/multiAssetsMargin', ({ params }) => {
      exchange.setMultiAssets(params);
      return OK;
    }),
  ];
}

export function listenKeyRoutes(exchange: UsdmExchange, keys: ListenKeys): Route[] {
  const path = '/fapi/v1/listenKey';
  return [
    {
      method: 'POST',
      path,
      security: 'key',
      weight: 1,
      handle: () => ({ listenKey: keys.open(exchange.now()) }),
    },
    {
      method: 'PUT',
      path,
      security: 'key',
      weight: 1,
      handle: () => ({ listenKey: keys.extend(exchange.now()) }),
    },
    {
      method: 'DELETE',
      path,
      security: 'key',
      weight: 1,
      handle: () => {
        keys.close();
        return {};
      },
    },
  ];
}

/** Without a time range the last seven days. */
function incomeList(exchange: UsdmExchange, params: Params): unknown {
  const symbol = knownSymbol(exchange, params);
  const type = optional(params, 'incomeType');
  const ranged = params.has('startTime') || params.has('endTime');
  const since = ranged ? 0 : exchange.now() - WEEK_MS;
  const list: Income[] = exchange.account.incomes.filter(
    (income) =>
      income.time >= since &&
      (symbol === undefined || income.symbol === symbol) &&
      (type === undefined || income.incomeType === type),
  );
  return page(list, params, 100, (income) => income.time, ranged).map(incomeView);
}
