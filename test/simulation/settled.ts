import { type Decimal, ZERO } from '../../src/trading/decimal.ts';
import type { RunningDesk } from '../../src/trading/desk.ts';
import { direction, held, isLive } from '../../src/trading/lifecycle/facts.ts';
import { tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import type { Venue } from './venue.ts';

/** Where the ledger and the exchange's books do not say the same of orders and positions; empty once they do. */
export function differences(desk: RunningDesk | null, venue: Venue, checker: Checker): string[] {
  if (!desk) return ['the program is not ready'];
  const { exchange } = venue;
  const found: string[] = [];
  const standing = checker.books.standing();
  const expected = new Map<string, Decimal>();
  for (const trade of desk.trades()) {
    const key = `${trade.plan.symbol}:${trade.plan.positionSide}`;
    expected.set(key, (expected.get(key) ?? ZERO).plus(held(trade).times(direction(trade))));
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
    }
  }
  for (const clientId of standing.keys()) {
    if (tagOf(clientId)) found.push(`${clientId} stands on the exchange and not in the ledger`);
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

/** Where realised profit, commissions and funding differ by symbol, to the last digit. */
export async function profitDifferences(
  desk: RunningDesk | null,
  venue: Venue,
  checker: Checker,
): Promise<string[]> {
  if (!desk) return ['the program is not ready'];
  const sums = new Map<string, { ledger: Decimal; exchange: Decimal }>();
  const add = (key: string, side: 'ledger' | 'exchange', value: Decimal): void => {
    const known = sums.get(key) ?? { ledger: ZERO, exchange: ZERO };
    sums.set(key, { ...known, [side]: known[side].plus(value) });
  };
  for (const trade of await desk.closedBetween(0, Number.MAX_SAFE_INTEGER)) {
    const { symbol } = trade.plan;
    for (const fill of trade.fills) {
      add(`${symbol} REALIZED_PNL USDT`, 'ledger', fill.realisedPnl);
      add(`${symbol} COMMISSION ${fill.commissionAsset}`, 'ledger', fill.commission.negated());
    }
    add(`${symbol} FUNDING_FEE USDT`, 'ledger', trade.funding);
  }
  for (const { symbol, incomeType, income, asset = 'USDT' } of venue.exchange.account.incomes) {
    if (incomeType === 'REALIZED_PNL' || incomeType === 'COMMISSION' || incomeType === 'FUNDING_FEE') {
      add(`${symbol} ${incomeType} ${asset}`, 'exchange', income);
    }
  }
  const found: string[] = [];
  for (const [key, { ledger, exchange }] of sums) {
    if (checker.isMixed(key.split(' ')[0] ?? '') || ledger.eq(exchange)) continue;
    found.push(`${key}: ledger ${ledger}, exchange ${exchange}`);
  }
  return found;
}
