import { type Decimal, ZERO } from '../../src/trading/decimal.ts';
import { resultOf } from '../../src/trading/lifecycle/facts.ts';
import type { Trade } from '../../src/trading/model.ts';
import { heldBy, tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import { symbolOf } from './coverage.ts';
import type { Venue } from './venue.ts';

/** Money once all is flat: the ledger's against the exchange's, to the last digit. */

/** Where realised profit, commissions and funding differ, by symbol and asset and by trade. */
export function profitDifferences(trades: readonly Trade[], venue: Venue, checker: Checker): string[] {
  // Whose order it was is told by the exchange's books. Where something went wrong, an execution that nobody could tell
  // of may have been shared out among the trades of a position; its money is in one of them.
  const ownerOf = (orderId: string | number): string | undefined =>
    tagOf(venue.exchange.orders.get(Number(orderId))?.clientOrderId ?? '')?.tradeId;
  const sharing = Map.groupBy(checker.books.trades(), ({ key }) => key);
  const shared = new Set(
    [...sharing.values()]
      .filter(({ length }) => length > 1)
      .flat()
      .map(({ tradeId }) => tradeId),
  );
  const isByTrade = (tradeId: string): boolean => !checker.hasHadTrouble() || !shared.has(tradeId);
  const sums = new Map<string, { ledger: Decimal; exchange: Decimal }>();
  const add = (key: string, side: 'ledger' | 'exchange', value: Decimal): void => {
    const known = sums.get(key) ?? { ledger: ZERO, exchange: ZERO };
    sums.set(key, { ...known, [side]: known[side].plus(value) });
  };
  for (const trade of trades) {
    const { symbol } = trade.plan;
    for (const fill of trade.fills) {
      add(`${symbol} REALIZED_PNL USDT`, 'ledger', fill.realisedPnl);
      add(`${symbol} COMMISSION ${fill.commissionAsset}`, 'ledger', fill.commission.negated());
      const owner = ownerOf(fill.orderId);
      // A part of somebody else's belongs to whoever held it.
      if (owner !== trade.id || !isByTrade(owner)) continue;
      add(`${symbol} ${owner} realised`, 'ledger', fill.realisedPnl);
      add(`${symbol} ${owner} commission`, 'ledger', fill.commission);
    }
    add(`${symbol} FUNDING_FEE USDT`, 'ledger', trade.funding);
    add(`${symbol} INSURANCE_CLEAR USDT`, 'ledger', resultOf(trade).liquidation);
  }
  for (const income of venue.exchange.account.incomes) {
    const { symbol, incomeType, asset = 'USDT' } = income;
    if (incomeType !== 'TRANSFER') add(`${symbol} ${incomeType} ${asset}`, 'exchange', income.income);
  }
  for (const execution of venue.exchange.trades) {
    const owner = ownerOf(execution.orderId);
    if (owner === undefined || !isByTrade(owner)) continue;
    add(`${execution.symbol} ${owner} realised`, 'exchange', execution.realized);
    add(`${execution.symbol} ${owner} commission`, 'exchange', execution.commission);
  }
  const found: string[] = [];
  for (const [key, { ledger, exchange }] of sums) {
    if (checker.isMixed(key.split(' ')[0] ?? '') || ledger.eq(exchange)) continue;
    found.push(`${key}: ledger ${ledger}, exchange ${exchange}`);
  }
  return found;
}

/**
 * Where a trade's funding is not its share by quantity, with the largest taking what rounding leaves. Reckoned anew
 * from the exchange's executions; where the user took part of a position out, whose part it was is not in the books.
 */
export function fundingDifferences(trades: readonly Trade[], venue: Venue, checker: Checker): string[] {
  const { account } = venue.exchange;
  const expected = new Map<string, Decimal>();
  const doubtful = new Set<string>();
  for (const fee of account.incomes.filter(({ incomeType }) => incomeType === 'FUNDING_FEE')) {
    const holders = [...checker.books.trades()]
      .filter((trade) => trade.key.startsWith(`${fee.symbol}:`))
      .map((trade) => ({ ...trade, quantity: heldAt(trade.changes, fee.time) }))
      .filter(({ quantity }) => quantity.gt(0))
      .sort((a, b) => b.quantity.cmp(a.quantity));
    const [largest, second] = holders;
    const sides = new Set(holders.map(({ key }) => key));
    if (!largest) continue;
    // Equal ones may share the rest either way; a fee of hedge mode does not say whose side it is.
    const isDoubtful = sides.size > 1 || second?.quantity.eq(largest.quantity) === true;
    const total = holders.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
    let rest = fee.income;
    for (const { tradeId, quantity } of holders) {
      if (isDoubtful) doubtful.add(tradeId);
      if (tradeId === largest.tradeId) continue;
      const part = fee.income.times(quantity).div(total).toDecimalPlaces(8);
      rest = rest.minus(part);
      expected.set(tradeId, (expected.get(tradeId) ?? ZERO).plus(part));
    }
    expected.set(largest.tradeId, (expected.get(largest.tradeId) ?? ZERO).plus(rest));
  }
  return trades
    .filter(({ id, plan }) => !doubtful.has(id) && !checker.isTouched(plan.symbol))
    .filter((trade) => !trade.funding.eq(expected.get(trade.id) ?? ZERO))
    .map((trade) => `${trade.id}: ledger ${trade.funding}, by quantity ${expected.get(trade.id) ?? ZERO}`);
}

/** Entries of the very instant are in, exits of it are not yet out. */
function heldAt(changes: readonly { at: number; change: Decimal }[], at: number): Decimal {
  return changes
    .filter(({ at: time, change }) => (change.isPositive() ? time <= at : time < at))
    .reduce((sum, { change }) => sum.plus(change), ZERO);
}

/** Where what a trade bought and sold on spot, and what that cost, is not what the exchange's executions say. */
export function coinDifferences(trades: readonly Trade[], venue: Venue, checker: Checker): string[] {
  const { spot } = venue;
  if (!spot) return [];
  const sums = new Map<string, { ledger: Decimal; exchange: Decimal }>();
  const add = (key: string, side: 'ledger' | 'exchange', value: Decimal): void => {
    const known = sums.get(key) ?? { ledger: ZERO, exchange: ZERO };
    sums.set(key, { ...known, [side]: known[side].plus(value) });
  };
  const ownerOf = (orderId: string | number): string | undefined =>
    tagOf(spot.orders.get(Number(orderId))?.clientOrderId ?? '')?.tradeId;
  for (const trade of trades) {
    for (const fill of trade.fills) {
      // What somebody else sold of it has an order of theirs.
      if (ownerOf(fill.orderId) !== trade.id) continue;
      add(`${trade.id} ${fill.action} quantity`, 'ledger', fill.quantity);
      add(`${trade.id} ${fill.action} value`, 'ledger', fill.quantity.times(fill.price));
      add(`${trade.id} commission ${fill.commissionAsset}`, 'ledger', fill.commission);
    }
  }
  for (const { orderId, side, quantity, price, commission, commissionAsset } of spot.trades) {
    const owner = ownerOf(orderId);
    if (owner === undefined) continue;
    add(`${owner} ${side} quantity`, 'exchange', quantity);
    add(`${owner} ${side} value`, 'exchange', quantity.times(price));
    add(`${owner} commission ${commissionAsset}`, 'exchange', commission);
  }
  const mixed = new Set(
    [...checker.books.trades()]
      .filter(({ key }) => checker.isMixed(symbolOf(key)))
      .map(({ tradeId }) => tradeId),
  );
  return [...sums]
    .filter(([key, { ledger, exchange }]) => !mixed.has(key.split(' ')[0] ?? '') && !ledger.eq(exchange))
    .map(([key, { ledger, exchange }]) => `${key}: ledger ${ledger}, exchange ${exchange}`);
}

/** What our trades have left of coins once all is closed: never as much as an order could sell. */
export function leftOver(checker: Checker): string[] {
  return [...checker.books.trades()].flatMap((trade) => {
    const symbol = symbolOf(trade.key);
    const held = heldBy(trade);
    if (checker.isMixed(symbol) || checker.isTiny(trade.key, held)) return [];
    return [`${trade.tradeId} has ${held} of ${symbol} left`];
  });
}
