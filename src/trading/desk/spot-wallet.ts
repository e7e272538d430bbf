import { Decimal, ZERO } from '../decimal.ts';
import type { Balance, Prices } from '../exchange.ts';
import { byRole, held, isLive } from '../lifecycle/facts.ts';
import type { Order, Trade } from '../model.ts';

/** What the account's coins are worth to us, and what they allow. */

export type Balances = ReadonlyMap<string, Balance>;

/** US dollar coins count for one another where results of several quote assets are summed. */
export const DOLLARS: ReadonlySet<string> = new Set(['USDT', 'USDC', 'FDUSD', 'TUSD', 'USD1']);

export function totalOf(balances: Balances, asset: string): Decimal {
  const balance = balances.get(asset);
  return balance ? balance.free.plus(balance.locked) : ZERO;
}

/** The account's coins, and how much of what has happened they show. */
export interface Wallet {
  readonly balances: Balances;
  /** Whether the asset's balance shows what was executed then, by the exchange's time. */
  shows(asset: string, at: number): boolean;
  /** These assets, the others unchanged. `at`: of which time; where that is not known, they are taken as they are. */
  set(some: Balances, at: number | undefined): void;
  /** Every asset: what is not among them is gone. */
  setAll(all: Balances, at: number | undefined): void;
}

/** Whichever way balances come: one of an earlier time takes nothing back. */
export function createWallet(): Wallet {
  const balances = new Map<string, Balance>();
  const times = new Map<string, number>();
  /** When the newest balance is of, where its sum is that of the one before: something was locked, nothing executed. */
  const unmoved = new Map<string, number>();
  let readAt = 0;
  const asOf = (asset: string): number => Math.max(times.get(asset) ?? 0, readAt);

  function isMoved(asset: string, { free, locked }: Balance): boolean {
    return !free.plus(locked).eq(totalOf(balances, asset));
  }

  function set(some: Balances, at: number | undefined): void {
    for (const [asset, balance] of some) {
      if (at !== undefined && at < asOf(asset)) continue;
      if (isMoved(asset, balance)) unmoved.delete(asset);
      else if (at !== undefined && at > asOf(asset)) unmoved.set(asset, at);
      balances.set(asset, balance);
      if (at !== undefined) times.set(asset, at);
    }
  }

  return {
    balances,
    // An order is taken and executed in the same millisecond, with a balance after either.
    shows: (asset, at) => at < asOf(asset) || (at === asOf(asset) && unmoved.get(asset) !== at),
    set,
    setAll(all, at) {
      for (const asset of balances.keys()) {
        if (!all.has(asset) && (at === undefined || at >= asOf(asset))) balances.delete(asset);
      }
      set(all, at);
      readAt = Math.max(readAt, at ?? 0);
    },
  };
}

/** The free and locked quote asset, and our open trades in it at market; other coins are none of our business. */
export function spotEquity(
  wallet: Wallet,
  quote: string,
  trades: readonly Trade[],
  prices: ReadonlyMap<string, Prices>,
): Decimal {
  const { spent, earned } = unseen(wallet, quote, trades);
  return openIn(trades, quote).reduce((sum, trade) => {
    const price = prices.get(trade.plan.symbol)?.last ?? trade.plan.entryPrice;
    return sum.plus(held(trade).times(price));
  }, totalOf(wallet.balances, quote).minus(spent).plus(earned));
}

/**
 * What new orders may bind: never more than what is free, less entries that the exchange may not have seen yet, and
 * never more than what all of our entries leave of the whole.
 */
export function spotAvailable(wallet: Wallet, quote: string, trades: readonly Trade[]): Decimal {
  const entries = openIn(trades, quote).flatMap((trade) =>
    byRole(trade, 'entry')
      .filter(isLive)
      .map((order) => ({ order, cost: costOf(trade, order) })),
  );
  const sum = (of: typeof entries): Decimal => of.reduce((total, { cost }) => total.plus(cost), ZERO);
  const unsent = entries.filter(({ order }) => order.status === 'pending' || order.status === 'unknown');
  const free = wallet.balances.get(quote)?.free ?? ZERO;
  const { spent, spentUnlocked } = unseen(wallet, quote, trades);
  return Decimal.max(
    Decimal.min(
      free.minus(sum(unsent)).minus(spentUnlocked),
      totalOf(wallet.balances, quote).minus(sum(entries)).minus(spent),
    ),
    ZERO,
  );
}

/**
 * Money that executions have moved and the balance does not show yet: an execution is told ahead of the balance that it
 * leaves, and between the two the coins would count beside their price. `spentUnlocked`: by market orders, which lock
 * nothing before they execute.
 */
function unseen(
  wallet: Wallet,
  quote: string,
  trades: readonly Trade[],
): { spent: Decimal; spentUnlocked: Decimal; earned: Decimal } {
  let spent = ZERO;
  let spentUnlocked = ZERO;
  let earned = ZERO;
  for (const trade of trades) {
    if (trade.plan.market !== 'spot' || trade.plan.quote !== quote) continue;
    const entries = new Map(byRole(trade, 'entry').map((order) => [order.clientId, order]));
    for (const { clientId, at, price, quantity } of trade.fills) {
      if (wallet.shows(quote, at)) continue;
      const value = price.times(quantity);
      const entry = entries.get(clientId);
      if (!entry) earned = earned.plus(value);
      else spent = spent.plus(value);
      if (entry?.type === 'market') spentUnlocked = spentUnlocked.plus(value);
    }
  }
  return { spent, spentUnlocked, earned };
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
