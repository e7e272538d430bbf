import { expect } from 'vitest';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { held, isLive } from '../../src/trading/lifecycle/facts.ts';
import { parseClientId } from '../../src/trading/lifecycle/ids.ts';
import type { Trade } from '../../src/trading/model.ts';
import type { Rig } from '../e2e/rig.ts';

/** The spot half of the comparison: coins, orders and executions of the account against the bot's store. */

/** Coins of a trade that no order may be smaller than, and so none covers. */
const DUST = new Decimal('0.00002');

/** From the exchange's books alone: why spot is not at rest; null when it is. */
export function unsettledSpot({ binance: { spot } }: Rig): string | null {
  const selling = [...spot.exchange.openOrders.values()].filter(
    ({ side, clientOrderId }) => side === 'SELL' && parseClientId(clientOrderId) !== null,
  );
  const stops = selling.filter(({ type }) => type.startsWith('STOP_LOSS'));
  const targets = selling.filter(({ type }) => type === 'LIMIT_MAKER');
  return targets.length > stops.length ? 'a target stands without its stop' : null;
}

export function compareSpot({ binance: { spot } }: Rig, open: readonly Trade[], all: readonly Trade[]): void {
  const { exchange } = spot;
  const standing = [...exchange.openOrders.values()]
    .map(({ clientOrderId }) => clientOrderId)
    .filter((clientId) => parseClientId(clientId) !== null);
  const believed = open.flatMap((trade) => trade.orders.filter(isLive)).map(({ clientId }) => clientId);
  expect(believed.sort()).toEqual(standing.sort());

  const known = new Map(all.flatMap((trade) => trade.fills).map((fill) => [fill.tradeId, fill]));
  for (const execution of exchange.trades) {
    const order = exchange.orders.get(execution.orderId);
    if (!order || parseClientId(order.clientOrderId) === null) continue;
    const fill = known.get(String(execution.id));
    known.delete(String(execution.id));
    expect(fill && [fill.quantity.toFixed(8), fill.commission.toFixed(8), fill.commissionAsset]).toEqual([
      execution.quantity.toFixed(8),
      execution.commission.toFixed(8),
      execution.commissionAsset,
    ]);
  }
  expect([...known.keys()]).toEqual([]);

  for (const trade of open) {
    const covered = [...exchange.openOrders.values()]
      .filter(({ clientOrderId, type }) => {
        const owner = parseClientId(clientOrderId);
        return owner?.tradeId === trade.id && type.startsWith('STOP_LOSS') && !owner.entry;
      })
      .reduce((sum, order) => sum.plus(order.quantity).minus(order.executed), ZERO);
    const bare = held(trade).minus(covered);
    expect(bare.lt(DUST) && bare.gte(0), `${trade.id} holds ${held(trade)}, stops cover ${covered}`).toBe(
      true,
    );
  }
}
