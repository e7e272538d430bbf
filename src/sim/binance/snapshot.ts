import { margins } from './usdm/account.ts';
import { positionRiskView } from './usdm/account-views.ts';
import type { UsdmExchange } from './usdm/exchange.ts';
import { algoView, incomeView, orderView, tradeView } from './usdm/order-views.ts';

/** Newest trades that `overview` tells. */
const RECENT_TRADES = 50;

/** What a page shows of the exchange: as long as it stands, however long the history is. */
export function overview(exchange: UsdmExchange): Record<string, unknown> {
  const contract = (symbol: string) => exchange.market(symbol).instrument;
  const totals = margins(exchange.account, exchange.markets, [...exchange.openOrders.values()]);
  return {
    time: exchange.now(),
    account: {
      wallet: totals.wallet.toFixed(8),
      unrealized: totals.unrealized.toFixed(8),
      marginBalance: totals.marginBalance.toFixed(8),
      available: totals.available.toFixed(8),
    },
    prices: prices(exchange),
    positions: positionRiskView(exchange, 3).filter((position) => Number(position.positionAmt) !== 0),
    openOrders: [...exchange.openOrders.values()].map((order) => orderView(contract(order.symbol), order)),
    openAlgoOrders: [...exchange.openAlgos.values()].map((algo) => algoView(contract(algo.symbol), algo)),
    trades: exchange.trades.slice(-RECENT_TRADES).map((trade) => tradeView(contract(trade.symbol), trade)),
  };
}

function prices(exchange: UsdmExchange): Record<string, { last: string; mark: string }> {
  return Object.fromEntries(
    [...exchange.markets].map(([symbol, market]) => [
      symbol,
      { last: market.last.toFixed(), mark: market.mark.toFixed() },
    ]),
  );
}

/** Everything an outside test may want to compare with its own books. */
export function snapshot(exchange: UsdmExchange): Record<string, unknown> {
  const contract = (symbol: string) => exchange.market(symbol).instrument;
  const totals = margins(exchange.account, exchange.markets, [...exchange.openOrders.values()]);
  return {
    time: exchange.now(),
    account: {
      uid: exchange.account.uid,
      wallet: totals.wallet.toFixed(8),
      unrealized: totals.unrealized.toFixed(8),
      marginBalance: totals.marginBalance.toFixed(8),
      available: totals.available.toFixed(8),
      hedgeMode: exchange.account.hedgeMode,
      multiAssets: exchange.account.multiAssets,
      canTrade: exchange.account.canTrade,
    },
    settings: Object.fromEntries(exchange.account.settings),
    prices: prices(exchange),
    positions: positionRiskView(exchange, 3).filter((position) => Number(position.positionAmt) !== 0),
    openOrders: [...exchange.openOrders.values()].map((order) => orderView(contract(order.symbol), order)),
    openAlgoOrders: [...exchange.openAlgos.values()].map((algo) => algoView(contract(algo.symbol), algo)),
    orders: [...exchange.orders.values()].map((order) => orderView(contract(order.symbol), order)),
    algoOrders: [...exchange.algos.values()].map((algo) => algoView(contract(algo.symbol), algo)),
    trades: exchange.trades.map((trade) => tradeView(contract(trade.symbol), trade)),
    income: exchange.account.incomes.map(incomeView),
  };
}
