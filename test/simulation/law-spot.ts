import type { SpotExchange } from '../../src/sim/binance/spot/exchange.ts';
import { type Trade as Execution, isOpen, type Order, remaining } from '../../src/sim/binance/spot/model.ts';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { type Books, createBooks, heldBy, type Standing, tagOf } from './books.ts';
import { symbolOf } from './coverage.ts';
import type { Law } from './law.ts';

/**
 * Spot: coins are not marked, so each trade has a key of its own, and what its buys have brought is covered by its own
 * orders. Everything beyond that is the user's.
 */
export function spotLaw(exchange: SpotExchange): Law {
  const clientIdOf = (orderId: number): string | undefined => exchange.orders.get(orderId)?.clientOrderId;
  const baseOf = (symbol: string): string => exchange.market(symbol).instrument.baseAsset;
  const totalOf = (asset: string): Decimal => exchange.account.holdings.get(asset)?.total ?? ZERO;
  const keyOf = (symbol: string, tradeId: string | undefined): string => `${symbol}:${tradeId ?? ''}`;

  function coverage(key: string): Decimal {
    // What is less than a step cannot be in an order.
    let sum = exchange.market(symbolOf(key)).instrument.stepSize;
    for (const order of exchange.openOrders.values()) {
      const tag = tagOf(order.clientOrderId);
      const isStop = order.side === 'SELL' && order.type.startsWith('STOP_LOSS') && isPlaced(order);
      if (isStop && keyOf(order.symbol, tag?.tradeId) === key) sum = sum.plus(remaining(order));
    }
    return sum;
  }

  function* standing(): Generator<Standing> {
    for (const { clientOrderId, quantity, executed } of exchange.openOrders.values()) {
      yield { clientId: clientOrderId, quantity, executed };
    }
  }

  const books: Books = createBooks<Execution>({
    executions: exchange.trades,
    clientIdOf,
    keyOf: ({ symbol }, tag) => keyOf(symbol, tag?.tradeId),
    feeOf: ({ symbol, commission, commissionAsset }) =>
      commissionAsset === baseOf(symbol) ? commission : ZERO,
    position: (key) => totalOf(baseOf(symbolOf(key))),
    coverage,
    coverageOf: (tradeId) =>
      coverage([...books.trades()].find((trade) => trade.tradeId === tradeId)?.key ?? ''),
    standing,
  });

  /** What is left for our trades once the user's own orders have what they lock. */
  function reachable(symbol: string): Decimal {
    let theirs = ZERO;
    for (const order of exchange.openOrders.values()) {
      const isTheirs = order.symbol === symbol && order.side === 'SELL' && !tagOf(order.clientOrderId);
      if (isTheirs) theirs = theirs.plus(remaining(order));
    }
    return totalOf(baseOf(symbol)).minus(theirs);
  }

  return {
    market: 'spot',
    books,
    clientIdOf,
    stopOf(clientId) {
      const order = exchange.orders.get(exchange.orderIds.get(clientId) ?? 0);
      if (!order) return null;
      const { symbol, stopPrice: trigger, quantity } = order;
      const key = keyOf(symbol, tagOf(clientId)?.tradeId);
      return { clientId, symbol, key, trigger, quantity, isCancelled: !isOpen(order) };
    },
    *stops() {
      for (const order of exchange.openOrders.values()) {
        if (order.type.startsWith('STOP_LOSS') && isPlaced(order)) yield order.clientOrderId;
      }
    },
    opener(clientId, { role }) {
      const order = exchange.openOrders.get(exchange.orderIds.get(clientId) ?? 0);
      return order !== undefined && (role === 'entry') !== (order.side === 'BUY');
    },
    equity: () =>
      [...books.trades()].reduce(
        (sum, trade) => sum.plus(heldBy(trade).times(exchange.market(symbolOf(trade.key)).last)),
        totalOf('USDT'),
      ),
    breach() {
      for (const asset of exchange.account.holdings.keys()) {
        const { free, locked } = exchange.balance(asset);
        if (free.lt(0) || locked.lt(0)) return `${asset}: ${free} free, ${locked} locked`;
      }
      return null;
    },
    isPosition: false,
    isTiny(key, held) {
      const { last, instrument } = exchange.market(symbolOf(key));
      const { minNotional, minQuantity, stepSize } = instrument;
      // An order takes whole steps.
      const sold = held.minus(held.mod(stepSize));
      return sold.lt(minQuantity) || sold.times(last).times('0.9').lt(minNotional);
    },
    isClosed: (symbol) => exchange.market(symbol).instrument.status !== 'TRADING',
    isMixed(symbol) {
      let held = ZERO;
      for (const trade of books.trades()) if (symbolOf(trade.key) === symbol) held = held.plus(heldBy(trade));
      return Decimal.max(reachable(symbol), ZERO).lt(held);
    },
  };
}

/** One that is to be placed once its entry has filled protects nothing yet. */
function isPlaced({ status }: Pick<Order, 'status'>): boolean {
  return status !== 'PENDING_NEW';
}
