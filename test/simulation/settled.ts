import { type Decimal, ZERO } from '../../src/trading/decimal.ts';
import type { RunningDesk } from '../../src/trading/desk.ts';
import { attachedIds, direction, held, isLive } from '../../src/trading/lifecycle/facts.ts';
import type { Trade } from '../../src/trading/model.ts';
import { floorTo } from '../../src/trading/rounding.ts';
import { heldBy, tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import type { Disk } from './disk.ts';
import type { Venue } from './venue.ts';

/** Where the ledger and the exchange's books do not say the same of orders and positions; empty once they do. */
export function differences(
  desk: RunningDesk | null,
  disk: Disk,
  venue: Venue,
  checkers: readonly Checker[],
): string[] {
  if (!desk) return ['the program is not ready'];
  const found = checkers.flatMap((checker) => {
    const trades = desk.trades().filter(({ plan }) => plan.market === checker.market);
    const held =
      checker.market === 'spot'
        ? coinDifferences(trades, checker)
        : positionDifferences(trades, venue, checker);
    return [...orderDifferences(trades, disk, checker), ...held, ...checker.forgottenMoves()];
  });
  const isKept =
    JSON.stringify(disk.tables.get('meta')?.get('pauses') ?? []) === JSON.stringify(desk.book.pauses);
  return isKept ? found : [...found, 'pauses are others on the disk'];
}

function orderDifferences(trades: readonly Trade[], disk: Disk, checker: Checker): string[] {
  const found: string[] = [];
  const standing = checker.books.standing();
  for (const trade of trades) {
    for (const order of trade.orders.filter(isLive)) {
      const there = standing.get(order.clientId);
      // The user's own executions there could be the order's: nothing proves that it was never placed.
      if (!there && order.status === 'unknown' && checker.isMixed(order.symbol)) continue;
      if (!there) found.push(`${order.clientId} is ${order.status} in the ledger and not on the exchange`);
      else if (!there.quantity.eq(order.quantity) || !there.executed.eq(order.executed)) {
        found.push(
          `${order.clientId}: ${order.executed}/${order.quantity}, exchange ${there.executed}/${there.quantity}`,
        );
      }
      standing.delete(order.clientId);
      for (const clientId of order.attached ? attachedIds(order.attached) : []) standing.delete(clientId);
    }
    // What a restart would find is what the program goes by.
    if (JSON.stringify(disk.tables.get('trades')?.get(trade.id)) !== JSON.stringify(trade)) {
      found.push(`${trade.id} is another one on the disk`);
    }
  }
  for (const clientId of standing.keys()) {
    if (tagOf(clientId)) found.push(`${clientId} stands on the exchange and not in the ledger`);
  }
  return found;
}

function positionDifferences(trades: readonly Trade[], { exchange }: Venue, checker: Checker): string[] {
  const found: string[] = [];
  const expected = new Map<string, Decimal>();
  for (const trade of trades) {
    const key = `${trade.plan.symbol}:${trade.plan.positionSide}`;
    expected.set(key, (expected.get(key) ?? ZERO).plus(held(trade).times(direction(trade))));
  }
  for (const position of exchange.account.openPositions()) {
    const key = `${position.symbol}:${position.positionSide}`;
    if (!expected.has(key)) expected.set(key, ZERO);
  }
  for (const [key, quantity] of expected) {
    if (checker.isMixed(key.split(':')[0] ?? '')) continue;
    const amount = exchange.account.positions.get(key)?.amount ?? ZERO;
    if (!amount.eq(quantity)) found.push(`${key}: ledger ${quantity}, exchange ${amount}`);
  }
  return found;
}

/** Trade by trade: what each has bought and not sold, but for less than a step. */
function coinDifferences(trades: readonly Trade[], checker: Checker): string[] {
  const books = new Map([...checker.books.trades()].map((trade) => [trade.tradeId, trade]));
  return trades.flatMap((trade) => {
    const there = books.get(trade.id);
    const coins = floorTo(there ? heldBy(there) : ZERO, trade.terms.stepSize);
    if (checker.isMixed(trade.plan.symbol) || coins.eq(held(trade))) return [];
    return [`${trade.id}: ledger ${held(trade)} coins, exchange ${coins}`];
  });
}
