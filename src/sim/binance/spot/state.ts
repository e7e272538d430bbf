import { Decimal } from '../../../trading/decimal.ts';
import { HISTORY_KEPT, kept, revive } from '../saved-rows.ts';
import type { Holding } from './account.ts';
import type { SpotExchange } from './exchange.ts';
import { isOpen, type Order, type OrderList, type Trade } from './model.ts';

/** What a restart keeps of the spot account. */
export interface SavedSpot {
  ids: SpotExchange['ids'];
  paysInBnb: boolean;
  holdings: [string, Holding][];
  orders: Order[];
  lists: OrderList[];
  trades: Trade[];
  prices: [string, string][];
}

export function savedSpot(exchange: SpotExchange): SavedSpot {
  return {
    ids: exchange.ids,
    paysInBnb: exchange.account.paysInBnb,
    holdings: [...exchange.account.holdings],
    orders: kept([...exchange.orders.values()], isOpen),
    lists: kept([...exchange.lists.values()], (list) => !list.done),
    trades: exchange.trades.slice(-HISTORY_KEPT),
    prices: [...exchange.markets].map(([symbol, market]) => [symbol, market.last.toFixed()]),
  };
}

/** Puts the saved account into a fresh exchange. */
export function restoreSpot(exchange: SpotExchange, state: SavedSpot): void {
  const { account } = exchange;
  Object.assign(exchange.ids, state.ids);
  account.paysInBnb = state.paysInBnb;
  account.holdings.clear();
  for (const [asset, holding] of state.holdings)
    account.holdings.set(asset, revive(holding, ['total', 'external']));
  for (const raw of state.orders) {
    const order = revive(raw, ORDER_AMOUNTS);
    exchange.orders.set(order.orderId, order);
    exchange.orderIds.set(order.clientOrderId, order.orderId);
    if (isOpen(order)) exchange.openOrders.set(order.orderId, order);
  }
  for (const raw of state.lists) {
    const list = revive(raw, ['received']);
    exchange.lists.set(list.orderListId, list);
    exchange.listIds.set(list.listClientOrderId, list.orderListId);
    if (!list.done) exchange.openLists.set(list.orderListId, list);
  }
  exchange.trades.push(...state.trades.map((trade) => revive(trade, ['price', 'quantity', 'commission'])));
  for (const [symbol, price] of state.prices) {
    const market = exchange.markets.get(symbol);
    if (market === undefined) continue;
    market.last = new Decimal(price);
    market.anchor = { time: exchange.now(), price: market.last };
  }
}

const ORDER_AMOUNTS = [
  'price',
  'quantity',
  'quoteQuantity',
  'stopPrice',
  'extreme',
  'icebergQuantity',
  'lockPrice',
  'executed',
  'cumQuote',
] as const;
