import type { UsdmExchange } from '../../src/sim/binance/usdm/exchange.ts';
import { reduces } from '../../src/sim/binance/usdm/fills.ts';
import {
  type AlgoOrder,
  type Trade as Execution,
  type Order,
  remaining,
} from '../../src/sim/binance/usdm/model.ts';
import { type Decimal, ZERO } from '../../src/trading/decimal.ts';
import { createBooks, type Standing, tagOf } from './books.ts';
import type { Law } from './law.ts';

/** USDⓈ-M: positions by symbol and side, stops beside one another. */
export function usdmLaw(exchange: UsdmExchange): Law {
  const position = (key: string): Decimal => exchange.account.positions.get(key)?.amount ?? ZERO;
  const clientIdOf = (orderId: number): string | undefined => exchange.orders.get(orderId)?.clientOrderId;

  function protects(order: Order | AlgoOrder, key: string, held: Decimal): boolean {
    if (`${order.symbol}:${order.positionSide}` !== key || !reduces(order)) return false;
    return order.side === (held.isPositive() ? 'SELL' : 'BUY');
  }

  function coverage(key: string): Decimal {
    const held = position(key);
    let sum = ZERO;
    for (const algo of exchange.openAlgos.values()) {
      const isStop = algo.type === 'STOP_MARKET' || algo.type === 'TRAILING_STOP_MARKET';
      if (!isStop || !protects(algo, key, held)) continue;
      sum = sum.plus(algo.closePosition ? held.abs() : algo.quantity);
    }
    for (const order of exchange.openOrders.values()) {
      if (order.algoId !== null && protects(order, key, held)) sum = sum.plus(remaining(order));
    }
    return sum;
  }

  function coverageOf(tradeId: string): Decimal {
    let sum = ZERO;
    for (const { clientAlgoId, quantity } of exchange.openAlgos.values()) {
      const tag = tagOf(clientAlgoId);
      const isStop = tag?.role === 'stop' || tag?.role === 'trail';
      if (isStop && tag.tradeId === tradeId) sum = sum.plus(quantity);
    }
    for (const order of exchange.openOrders.values()) {
      const isOwn = order.algoId !== null && tagOf(order.clientOrderId)?.tradeId === tradeId;
      if (isOwn && reduces(order)) sum = sum.plus(remaining(order));
    }
    return sum;
  }

  function* standing(): Generator<Standing> {
    for (const { clientOrderId, quantity, executed } of exchange.openOrders.values()) {
      yield { clientId: clientOrderId, quantity, executed };
    }
    for (const { clientAlgoId, quantity } of exchange.openAlgos.values()) {
      yield { clientId: clientAlgoId, quantity, executed: ZERO };
    }
  }

  return {
    market: 'usdm',
    books: createBooks<Execution>({
      executions: exchange.trades,
      clientIdOf,
      keyOf: ({ symbol, positionSide }) => `${symbol}:${positionSide}`,
      feeOf: () => ZERO,
      position: (key) => position(key).abs(),
      coverage,
      coverageOf,
      standing,
    }),
    clientIdOf,
    stopOf(clientId) {
      const algo = exchange.algos.get(exchange.algoIds.get(clientId) ?? 0);
      if (!algo) return null;
      const { symbol, positionSide, triggerPrice: trigger, quantity } = algo;
      const isCancelled = algo.status === 'CANCELED';
      return { clientId, symbol, key: `${symbol}:${positionSide}`, trigger, quantity, isCancelled };
    },
    *stops() {
      for (const { clientAlgoId } of exchange.openAlgos.values()) yield clientAlgoId;
    },
    opener(clientId, { role }) {
      if (role === 'entry') return false;
      const order = exchange.openOrders.get(exchange.orderIds.get(clientId) ?? 0);
      return order !== undefined && !reduces(order);
    },
    equity: () =>
      exchange.account
        .openPositions()
        .map(({ symbol, amount, entryPrice }) => exchange.market(symbol).mark.minus(entryPrice).times(amount))
        .reduce((sum, gain) => sum.plus(gain), exchange.account.wallet),
    breach: () => null,
    isPosition: true,
    isTiny: () => false,
    isClosed: () => false,
    isMixed: () => false,
  };
}
