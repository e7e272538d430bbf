import { TRADING_RIGHTS } from '../auth.ts';
import { ApiError, apiError } from '../errors.ts';
import type { Params } from '../params.ts';
import { optional, optionalInteger, required } from '../params.ts';
import type { Route } from '../routes.ts';
import {
  accountView,
  balanceView,
  bracketsView,
  positionRiskView,
  symbolConfigView,
} from './account-views.ts';
import { findAlgo } from './algo.ts';
import type { UsdmExchange } from './exchange.ts';
import type { ListenKeys } from './listen-keys.ts';
import type { Income, Order } from './model.ts';
import { isOpen } from './model.ts';
import {
  algoView,
  cancelView,
  incomeView,
  newAlgoView,
  newOrderView,
  orderView,
  tradeView,
} from './order-views.ts';
import { findOrder, requestedMarket } from './placement.ts';

/** The signed routes of USDⓈ-M futures. Weights are those of the documentation. */

const WEEK_MS = 7 * 86_400_000;
const OK = { code: 200, msg: 'success' };

const withoutSymbol = (one: number, all: number) => (params: Params) =>
  optional(params, 'symbol') === undefined ? all : one;

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
    ...algoRoutes(exchange),
  ];
}

function algoRoutes(exchange: UsdmExchange): Route[] {
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

/** What the wallet side of the API tells about the key and the account: rights, and the uid. */
export function walletRoutes(exchange: UsdmExchange): Route[] {
  return [
    {
      // https://developers.binance.com/docs/wallet/account/api-key-permission
      method: 'GET',
      path: '/sapi/v1/account/apiRestrictions',
      security: 'signed',
      weight: 1,
      handle: () => ({ createTime: 1_698_645_219_000, ...TRADING_RIGHTS, ...exchange.keys.rights }),
    },
    {
      // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#account-information-user_data
      method: 'GET',
      path: '/api/v3/account',
      security: 'signed',
      weight: 20,
      handle: () => ({
        makerCommission: 10,
        takerCommission: 10,
        buyerCommission: 0,
        sellerCommission: 0,
        commissionRates: {
          maker: '0.00100000',
          taker: '0.00100000',
          buyer: '0.00000000',
          seller: '0.00000000',
        },
        canTrade: true,
        canWithdraw: true,
        canDeposit: true,
        brokered: false,
        requireSelfTradePrevention: false,
        preventSor: false,
        updateTime: exchange.account.updateTime,
        accountType: 'SPOT',
        balances: [],
        permissions: ['SPOT'],
        uid: exchange.account.uid,
      }),
    },
  ];
}

function knownSymbol(exchange: UsdmExchange, params: Params): string | undefined {
  if (optional(params, 'symbol') === undefined) return undefined;
  return requestedMarket(exchange, params).instrument.symbol;
}

/** The part of a list that startTime, endTime and limit ask for: from the start with one, else the newest. */
function page<T>(
  list: readonly T[],
  params: Params,
  limitByDefault: number,
  timeOf: (row: T) => number,
  forward = false,
): T[] {
  const limit = Math.min(optionalInteger(params, 'limit') ?? limitByDefault, 1000);
  const startTime = optionalInteger(params, 'startTime');
  const endTime = optionalInteger(params, 'endTime');
  const within = list.filter(
    (row) => timeOf(row) >= (startTime ?? 0) && timeOf(row) <= (endTime ?? Number.POSITIVE_INFINITY),
  );
  return startTime !== undefined || forward ? within.slice(0, limit) : within.slice(-limit);
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
