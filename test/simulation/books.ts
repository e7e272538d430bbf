import type { UsdmExchange } from '../../src/sim/binance/usdm/exchange.ts';
import { reduces } from '../../src/sim/binance/usdm/fills.ts';
import {
  type AlgoOrder,
  type Trade as Execution,
  type Order,
  remaining,
} from '../../src/sim/binance/usdm/model.ts';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';

/** What the exchange's own books say of the program's orders; nothing here has ever seen the ledger. */

export interface Tag {
  tradeId: string;
  role: 'entry' | 'stop' | 'target' | 'close' | 'trail';
  slot: number;
}

const ROLES = { e: 'entry', s: 'stop', t: 'target', c: 'close', r: 'trail' } as const;

/** Client ids are part of what the program promises: prefix, trade, role and slot, generation. */
export function tagOf(clientId: string): Tag | null {
  const found = /^sb-(\w+-\d+)-([estcr])(\d+)-\w+$/.exec(clientId);
  if (!found?.[1] || !found[2] || !found[3]) return null;
  return { tradeId: found[1], role: ROLES[found[2] as keyof typeof ROLES], slot: Number(found[3]) };
}

export interface TradeBooks {
  tradeId: string;
  key: string;
  /** Which way its entries go. */
  side: 'BUY' | 'SELL';
  entered: Decimal;
  exited: Decimal;
  /** What somebody else took out of it, the oldest trade's part first. */
  elsewhere: Decimal;
  /** Executions, oldest first: positive ones enter. */
  changes: { at: number; change: Decimal }[];
}

/** What the exchange's executions have left of it. */
export function heldBy({ entered, exited, elsewhere }: TradeBooks): Decimal {
  return Decimal.max(entered.minus(exited).minus(elsewhere), ZERO);
}

export interface Books {
  /** Takes in what was executed since the last call. */
  update(): void;
  trades(): IterableIterator<TradeBooks>;
  /** The least that a trade held at any moment since. */
  leastHeldSince(tradeId: string, sinceMs: number): Decimal;
  /** Unsigned: what our trades brought into the position and have not taken out, at most the position itself. */
  ours(key: string): Decimal;
  /** Quantity of the orders that would close the position of that key should the price go against it. */
  coverage(key: string): Decimal;
  /** The part of it that is that trade's own. */
  coverageOf(tradeId: string): Decimal;
  /** Client ids of our orders that stand on either book. */
  standing(): Map<string, { quantity: Decimal; executed: Decimal }>;
  /** Quantity that a trade's entries may still bring. */
  pendingEntries(tradeId: string): Decimal;
}

export function createBooks(exchange: UsdmExchange): Books {
  const trades = new Map<string, TradeBooks>();
  let read = 0;

  function update(): void {
    for (; read < exchange.trades.length; read += 1) {
      const execution = exchange.trades[read];
      const order = execution && exchange.orders.get(execution.orderId);
      const tag = order && tagOf(order.clientOrderId);
      if (!execution) continue;
      if (!tag) {
        takeElsewhere(execution);
        continue;
      }
      let known = trades.get(tag.tradeId);
      if (!known) {
        const key = `${execution.symbol}:${execution.positionSide}`;
        const side = tag.role === 'entry' ? execution.side : execution.side === 'BUY' ? 'SELL' : 'BUY';
        const { tradeId } = tag;
        known = { tradeId, key, side, entered: ZERO, exited: ZERO, elsewhere: ZERO, changes: [] };
        trades.set(tag.tradeId, known);
      }
      const { quantity, time } = execution;
      const change = tag.role === 'entry' ? quantity : quantity.negated();
      known.changes.push({ at: time, change });
      if (tag.role === 'entry') known.entered = known.entered.plus(execution.quantity);
      else known.exited = known.exited.plus(execution.quantity);
    }
  }

  function takeElsewhere({ symbol, positionSide, side, quantity, time }: Execution): void {
    let rest = quantity;
    for (const trade of trades.values()) {
      if (trade.key !== `${symbol}:${positionSide}` || trade.side === side) continue;
      const part = Decimal.min(rest, heldBy(trade));
      if (part.lte(0)) continue;
      trade.elsewhere = trade.elsewhere.plus(part);
      trade.changes.push({ at: time, change: part.negated() });
      rest = rest.minus(part);
    }
  }

  function position(key: string): Decimal {
    return exchange.account.positions.get(key)?.amount ?? ZERO;
  }

  function protects(order: Order | AlgoOrder, key: string, held: Decimal): boolean {
    if (`${order.symbol}:${order.positionSide}` !== key || !reduces(order)) return false;
    return order.side === (held.isPositive() ? 'SELL' : 'BUY');
  }

  return {
    update,
    trades: () => trades.values(),
    leastHeldSince(tradeId, sinceMs) {
      let held = ZERO;
      let least: Decimal | null = null;
      for (const { at, change } of trades.get(tradeId)?.changes ?? []) {
        if (at > sinceMs) least = Decimal.min(least ?? held, held);
        held = held.plus(change);
      }
      return Decimal.min(least ?? held, held);
    },
    ours(key) {
      let sum = ZERO;
      for (const trade of trades.values()) {
        if (trade.key === key) sum = sum.plus(heldBy(trade));
      }
      return Decimal.min(sum, position(key).abs());
    },
    coverage(key) {
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
    },
    coverageOf(tradeId) {
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
    },
    standing() {
      const found = new Map<string, { quantity: Decimal; executed: Decimal }>();
      for (const order of exchange.openOrders.values()) {
        if (tagOf(order.clientOrderId)) {
          found.set(order.clientOrderId, { quantity: order.quantity, executed: order.executed });
        }
      }
      for (const algo of exchange.openAlgos.values()) {
        if (tagOf(algo.clientAlgoId))
          found.set(algo.clientAlgoId, { quantity: algo.quantity, executed: ZERO });
      }
      return found;
    },
    pendingEntries(tradeId) {
      let sum = ZERO;
      for (const order of exchange.openOrders.values()) {
        const tag = tagOf(order.clientOrderId);
        if (tag?.tradeId === tradeId && tag.role === 'entry') sum = sum.plus(remaining(order));
      }
      for (const algo of exchange.openAlgos.values()) {
        const tag = tagOf(algo.clientAlgoId);
        if (tag?.tradeId === tradeId && tag.role === 'entry') sum = sum.plus(algo.quantity);
      }
      return sum;
    },
  };
}
