import { TRADING_RIGHTS } from './auth.ts';
import type { Route } from './routes.ts';
import type { UsdmExchange } from './usdm/exchange.ts';

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
    {
      // https://developers.binance.com/docs/wallet/capital/all-coins-info
      method: 'GET',
      path: '/sapi/v1/capital/config/getall',
      security: 'signed',
      weight: 10,
      handle: () => coins(exchange).map(coinView),
    },
    // Margin trading has no pairs here; clients ask for the list together with the coins.
    { method: 'GET', path: '/sapi/v1/margin/allPairs', security: 'key', weight: 1, handle: () => [] },
  ];
}

function coins(exchange: UsdmExchange): string[] {
  const bases = [...exchange.markets.values()].map((market) => market.instrument.baseAsset);
  return [...new Set(['USDT', 'USDC', 'BNB', ...bases])];
}

function coinView(coin: string): Record<string, unknown> {
  return {
    coin,
    name: coin,
    depositAllEnable: true,
    withdrawAllEnable: true,
    free: '0',
    locked: '0',
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
