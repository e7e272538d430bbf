import { Decimal, ZERO } from '../decimal.ts';
import type { Balance, Instrument, OrderReport, Prices } from '../exchange.ts';
import { byRole, held, isConditional, isLive } from '../lifecycle/facts.ts';
import { parseClientId } from '../lifecycle/ids.ts';
import type { Order, Trade } from '../model.ts';

/** What the account's coins are worth to us, and what they allow. */

export type Balances = ReadonlyMap<string, Balance>;

/** US dollar coins count for one another where results of several quote assets are summed. */
export const DOLLARS: ReadonlySet<string> = new Set(['USDT', 'USDC', 'FDUSD', 'TUSD', 'USD1']);

export function totalOf(balances: Balances, asset: string): Decimal {
  const balance = balances.get(asset);
  return balance ? balance.free.plus(balance.locked) : ZERO;
}

/** The free and locked quote asset, and our open trades in it at market; other coins are none of our business. */
export function spotEquity(
  balances: Balances,
  quote: string,
  trades: readonly Trade[],
  prices: ReadonlyMap<string, Prices>,
): Decimal {
  return openIn(trades, quote).reduce(
    (sum, trade) => {
      const price = prices.get(trade.plan.symbol)?.last ?? trade.plan.entryPrice;
      return sum.plus(held(trade).times(price));
    },
    totalOf(balances, quote),
  );
}

/**
 * What new orders may bind: never more than what is free, less entries that the exchange may not have seen yet, and
 * never more than what all of our entries leave of the whole.
 */
export function spotAvailable(balances: Balances, quote: string, trades: readonly Trade[]): Decimal {
  const entries = openIn(trades, quote).flatMap((trade) =>
    byRole(trade, 'entry')
      .filter(isLive)
      .map((order) => ({ order, cost: costOf(trade, order) })),
  );
  const sum = (of: typeof entries): Decimal => of.reduce((total, { cost }) => total.plus(cost), ZERO);
  const unseen = entries.filter(({ order }) => order.status === 'pending' || order.status === 'unknown');
  const free = balances.get(quote)?.free ?? ZERO;
  return Decimal.max(
    Decimal.min(free.minus(sum(unseen)), totalOf(balances, quote).minus(sum(entries))),
    ZERO,
  );
}

function openIn(trades: readonly Trade[], quote: string): Trade[] {
  return trades.filter(
    ({ phase, plan }) => phase !== 'closed' && plan.market === 'spot' && plan.quote === quote,
  );
}

function costOf(trade: Trade, order: Order): Decimal {
  const price = order.price ?? order.triggerPrice ?? trade.plan.entryPrice;
  return order.quantity.minus(order.executed).times(price);
}

/** How many order lists a symbol takes, and how many are spoken for: by our trades, and by orders of the user's. */
export function listsOn(
  { symbol, spot }: Instrument,
  trades: readonly Trade[],
  open: readonly OrderReport[],
): { used: number; limit: number } {
  const limit = Math.min(spot?.maxAlgoOrders ?? 0, spot?.maxLists ?? 0);
  const ours = trades.filter(
    ({ phase, plan }) => phase !== 'closed' && plan.market === 'spot' && plan.symbol === symbol,
  );
  const reserved = ours.reduce((sum, trade) => sum + (trade.terms.spot?.maxLists ?? 0), 0);
  const breakouts = ours
    .flatMap((trade) => byRole(trade, 'entry'))
    .filter((order) => isLive(order) && isConditional(order));
  const foreign = open.filter(
    (report) => report.symbol === symbol && report.conditional && !parseClientId(report.clientId),
  );
  return { used: reserved + breakouts.length + foreign.length, limit };
}
