import { expect } from 'vitest';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { dustOf, held, isConditional, isLive } from '../../src/trading/lifecycle/facts.ts';
import { entryOf } from '../../src/trading/lifecycle/spot/attached.ts';
import { standsAlone, stopFloor } from '../../src/trading/lifecycle/spot/lots.ts';
import type { Trade } from '../../src/trading/model.ts';
import type { Rig } from '../e2e/rig.ts';

/** The spot half of "ledger = exchange": orders and lists, coins, executions with their commissions. */

const OURS = /^sb-\w+-\d+-[estcr]\d+-\w+$/;

export interface SpotCheck {
  /** Coins of the user's own, by asset; gone ones are negative. */
  coins?: Readonly<Record<string, string>>;
}

export function compareSpot(rig: Rig, trades: readonly Trade[], check: SpotCheck = {}): void {
  const open = trades.filter(({ phase }) => phase !== 'closed');
  compareOrders(rig, open);
  for (const trade of open) compareCover(trade);
  compareCoins(rig, trades, check);
  compareFills(rig, trades);
}

/** Every order that the ledger believes in stands as it believes, in its list, and no other one of ours does. */
function compareOrders({ binance: { spot } }: Rig, open: readonly Trade[]): void {
  const believed: Record<string, string> = {};
  for (const trade of open) {
    for (const order of trade.orders.filter(isLive)) {
      if (order.status === 'pending' && order.sendAt !== null) continue;
      const level = isConditional(order) ? order.triggerPrice : order.price;
      const { attached } = order;
      const listId = order.listId ?? (attached ?? entryOf(trade, order.clientId)?.attached)?.listId;
      const list = listId === undefined ? '' : ` in ${listId}`;
      believed[order.clientId] = `${order.quantity.minus(order.executed)} @ ${level ?? 'market'}${list}`;
      // They wait for their entry.
      if (attached) believed[attached.clientId] = `${attached.quantity} @ ${attached.triggerPrice}${list}`;
      const target = attached?.target;
      if (target) believed[target.clientId] = `${attached.quantity} @ ${target.price}${list}`;
    }
  }
  const standing: Record<string, string> = {};
  for (const order of spot.exchange.openOrders.values()) {
    if (!OURS.test(order.clientOrderId)) continue;
    const level = order.type.startsWith('STOP_LOSS') ? order.stopPrice : order.price;
    const list = spot.exchange.lists.get(order.orderListId);
    standing[order.clientOrderId] =
      `${order.quantity.minus(order.executed)} @ ${level}${list ? ` in ${list.listClientOrderId}` : ''}`;
  }
  expect(believed).toEqual(standing);
  const entered = [...spot.exchange.orders.values()]
    .map(({ clientOrderId }) => clientOrderId)
    .filter((id) => /^sb-\w+-\d+-e/.test(id));
  expect(entered).toEqual([...new Set(entered)]);
}

/** Stops cover all that is held, at the wanted price, unless it is too little for one. */
function compareCover(trade: Trade): void {
  const stops = trade.orders.filter((order) => order.role === 'stop' && isLive(order));
  const covered = stops.reduce((sum, order) => sum.plus(order.quantity).minus(order.executed), ZERO);
  if (trade.userStop || !standsAlone(trade, held(trade), stopFloor(trade))) return;
  expect(covered.toFixed()).toBe(held(trade).toFixed());
}

/** What is there beyond the user's own is what our trades hold, dust included. */
function compareCoins({ binance: { spot } }: Rig, trades: readonly Trade[], { coins = {} }: SpotCheck): void {
  const bases = new Set(trades.map((trade) => trade.terms.spot?.base ?? ''));
  for (const base of bases) {
    const { free, locked } = spot.exchange.balance(base);
    const ours = trades
      .filter((trade) => trade.terms.spot?.base === base)
      .reduce((sum, trade) => sum.plus(held(trade)).plus(dustOf(trade)), new Decimal(coins[base] ?? 0));
    expect(free.plus(locked).toFixed(8), base).toBe(ours.toFixed(8));
  }
}

/** Each execution of ours is in the ledger once, with the commission that the exchange took. */
function compareFills({ binance: { spot } }: Rig, trades: readonly Trade[]): void {
  const known = new Map(trades.flatMap(({ fills }) => fills).map((fill) => [fill.tradeId, fill]));
  for (const execution of spot.exchange.trades) {
    const order = spot.exchange.orders.get(execution.orderId);
    if (!OURS.test(order?.clientOrderId ?? '')) continue;
    const found = known.get(String(execution.id));
    expect(found && `${found.quantity} ${found.commission} ${found.commissionAsset}`).toBe(
      `${execution.quantity} ${execution.commission} ${execution.commissionAsset}`,
    );
  }
}

/** From the exchange's books alone: why spot is not at rest; null when it is. */
export function unsettledSpot({ binance: { spot } }: Rig): string | null {
  const selling = [...spot.exchange.openOrders.values()].filter(
    ({ side, clientOrderId }) => side === 'SELL' && OURS.test(clientOrderId),
  );
  const stops = selling.filter(({ type }) => type.startsWith('STOP_LOSS'));
  const targets = selling.filter(({ type }) => type === 'LIMIT_MAKER');
  return targets.length > stops.length ? 'a target stands without its stop' : null;
}
