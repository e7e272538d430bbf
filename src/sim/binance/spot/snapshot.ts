import { balanceOf } from './account.ts';
import { assets } from './account-rest.ts';
import type { SpotExchange } from './exchange.ts';
import { listView, orderView, tradeView } from './order-views.ts';

/** Newest trades that the overview tells. */
const RECENT_TRADES = 50;

/** What a page shows of the spot account: as long as it stands, however long the history is. */
export function spotOverview(exchange: SpotExchange): Record<string, unknown> {
  return { ...standing(exchange), trades: exchange.trades.slice(-RECENT_TRADES).map(tradeView) };
}

function standing(exchange: SpotExchange): Record<string, unknown> {
  return {
    balances: assets(exchange)
      .map((asset) => balanceOf(exchange, asset))
      .filter(({ free, locked }) => !free.plus(locked).isZero())
      .map(({ asset, free, locked }) => ({ asset, free: free.toFixed(8), locked: locked.toFixed(8) })),
    prices: Object.fromEntries(
      [...exchange.markets].map(([symbol, market]) => [symbol, market.last.toFixed()]),
    ),
    openOrders: [...exchange.openOrders.values()].map(orderView),
    openLists: [...exchange.openLists.values()].map((list) => listView(exchange, list)),
  };
}

/** Everything of the spot account that an outside test may want to compare with its own books. */
export function spotSnapshot(exchange: SpotExchange): Record<string, unknown> {
  const { account } = exchange;
  return {
    account: { uid: account.uid, canTrade: account.canTrade, paysInBnb: account.paysInBnb },
    ...standing(exchange),
    orders: [...exchange.orders.values()].map(orderView),
    lists: [...exchange.lists.values()].map((list) => listView(exchange, list)),
    trades: exchange.trades.map(tradeView),
  };
}
