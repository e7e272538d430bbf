import { TRADING_RIGHTS } from '../auth.ts';
import type { Limiter } from '../limits.ts';
import { optional, type Params } from '../params.ts';
import type { Route } from '../routes.ts';
import { balanceOf } from './account.ts';
import type { SpotExchange } from './exchange.ts';
import { exchangeFilters, filterList } from './instruments.ts';
import { requestedMarket } from './requests.ts';
import { discountView } from './trade-rest.ts';

/** What the spot account and its wallet tell about themselves. */

export function accountRoutes(exchange: SpotExchange, limiter: Pick<Limiter, 'orderCounts'>): Route[] {
  const get = (path: string, weight: number, handle: (params: Params) => unknown): Route => ({
    method: 'GET',
    path,
    security: 'signed',
    weight,
    handle: ({ params }) => handle(params),
  });
  return [
    get('/api/v3/account', 20, (params) => accountView(exchange, params)),
    get('/api/v3/account/commission', 20, (params) => commissionView(exchange, params)),
    get('/api/v3/rateLimit/order', 40, () => limiter.orderCounts()),
    get('/api/v3/myFilters', 40, (params) => ({
      exchangeFilters: exchangeFilters(exchange.limits),
      symbolFilters: filterList(requestedMarket(exchange, params).instrument),
      assetFilters: [],
    })),
    // https://developers.binance.com/docs/wallet/account/api-key-permission
    get('/sapi/v1/account/apiRestrictions', 1, () => ({
      createTime: 1_698_645_219_000,
      ...TRADING_RIGHTS,
      ...exchange.keys.rights,
    })),
    // https://developers.binance.com/docs/wallet/asset/trade-fee
    get('/sapi/v1/asset/tradeFee', 1, (params) => tradeFees(exchange, params)),
    // https://developers.binance.com/docs/wallet/capital/all-coins-info
    get('/sapi/v1/capital/config/getall', 10, () => assets(exchange).map((coin) => coinView(exchange, coin))),
    // Margin trading has no pairs here; clients ask for the lists together with the coins.
    get('/sapi/v1/margin/isolated/allPairs', 1, () => []),
    { method: 'GET', path: '/sapi/v1/margin/allPairs', security: 'key', weight: 1, handle: () => [] },
  ];
}

/** What there is a market for, and what is held. */
export function assets(exchange: SpotExchange): string[] {
  const bases = [...exchange.markets.values()].map((market) => market.instrument.baseAsset);
  return [...new Set(['USDT', 'USDC', 'BNB', ...bases, ...exchange.account.holdings.keys()])];
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#account-information-user_data */
function accountView(exchange: SpotExchange, params: Params): Record<string, unknown> {
  const { account } = exchange;
  const rates = { maker: account.rates.maker.toFixed(8), taker: account.rates.taker.toFixed(8) };
  const balances = assets(exchange).map((asset) => balanceOf(exchange, asset));
  const onlyHeld = optional(params, 'omitZeroBalances') === 'true';
  return {
    makerCommission: account.rates.maker.times(10_000).toNumber(),
    takerCommission: account.rates.taker.times(10_000).toNumber(),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { ...rates, buyer: '0.00000000', seller: '0.00000000' },
    canTrade: account.canTrade,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: account.updateTime,
    accountType: 'SPOT',
    balances: balances
      .filter(({ free, locked }) => !onlyHeld || !free.plus(locked).isZero())
      .map(({ asset, free, locked }) => ({ asset, free: free.toFixed(8), locked: locked.toFixed(8) })),
    permissions: ['SPOT'],
    uid: account.uid,
  };
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#query-commission-rates-user_data */
function commissionView(exchange: SpotExchange, params: Params): Record<string, unknown> {
  const { maker, taker } = exchange.account.rates;
  const none = { maker: '0.00000000', taker: '0.00000000', buyer: '0.00000000', seller: '0.00000000' };
  return {
    symbol: requestedMarket(exchange, params).instrument.symbol,
    standardCommission: { ...none, maker: maker.toFixed(8), taker: taker.toFixed(8) },
    specialCommission: none,
    taxCommission: none,
    discount: discountView(exchange),
  };
}

function tradeFees(exchange: SpotExchange, params: Params): Record<string, unknown>[] {
  const { maker, taker } = exchange.account.rates;
  const symbols = params.has('symbol')
    ? [requestedMarket(exchange, params).instrument.symbol]
    : [...exchange.markets.keys()];
  const rates = { makerCommission: maker.toFixed(), takerCommission: taker.toFixed() };
  return symbols.map((symbol) => ({ symbol, ...rates }));
}

function coinView(exchange: SpotExchange, coin: string): Record<string, unknown> {
  const { free, locked } = balanceOf(exchange, coin);
  return {
    coin,
    name: coin,
    depositAllEnable: true,
    withdrawAllEnable: true,
    free: free.toFixed(),
    locked: locked.toFixed(),
    freeze: '0',
    withdrawing: '0',
    ipoing: '0',
    ipoable: '0',
    storage: '0',
    isLegalMoney: false,
    trading: true,
    networkList: [],
  };
}
