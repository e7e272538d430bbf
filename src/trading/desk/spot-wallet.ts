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

/** A balance, and how much of what has happened it shows. */
export interface View {
  total: Decimal;
  free: Decimal;
  /** Whether it shows what was executed then, by the exchange's time. */
  shows(at: number): boolean;
}

/** The account's coins, as last told. */
export interface Wallet {
  readonly balances: Balances;
  /**
   * What an asset may be reckoned with: its balance; and where different ones were told of the same millisecond, of
   * which none says whether it is the later one, also the one from before it, until the account has been read. What
   * others have executed shows in one of those alone, so each of them counts.
   * @param isOurs something of ours was executed in that millisecond, and says by itself what it moved
   */
  views(asset: string, isOurs: (at: number) => boolean): readonly View[];
  /**
   * These assets, the others unchanged.
   * @param at of which time; where that is not known, they are taken as they are
   * @param isRead asked for, and not told by an event
   */
  set(some: Balances, at: number | undefined, isRead: boolean): void;
  /** Every asset: what is not among them is gone. */
  setAll(all: Balances, at: number | undefined): void;
}

interface Told {
  balance: Balance;
  at: number;
  /** Its sum is that of the one before: something was locked, nothing executed. */
  isUnmoved: boolean;
}

const NOTHING: Balance = { free: ZERO, locked: ZERO };

/** Whichever way balances come: one of an earlier time takes nothing back. */
export function createWallet(): Wallet {
  const balances = new Map<string, Balance>();
  const last = new Map<string, Told>();
  /** The last one of an earlier millisecond. */
  const before = new Map<string, Told>();
  /** The others of the last one's millisecond, where they are different ones. */
  const doubtful = new Map<string, readonly Told[]>();
  /** Of this time the account was read, after different ones had been told: what is told of it is nothing new. */
  const settledAt = new Map<string, number>();
  let readAt = 0;
  const asOf = (asset: string): number => Math.max(last.get(asset)?.at ?? 0, readAt);

  function setOne(asset: string, balance: Balance, at: number | undefined, isRead: boolean): void {
    const since = asOf(asset);
    if (at !== undefined && (at < since || (!isRead && at === settledAt.get(asset)))) return;
    const isLater = at !== undefined && at > since;
    const isMoved = !balance.free.plus(balance.locked).eq(totalOf(balances, asset));
    const known = last.get(asset);
    if (isRead && at === since && doubtful.has(asset)) settledAt.set(asset, at);
    if (isRead || isLater || at === undefined) doubtful.delete(asset);
    else if (isMoved && known && before.has(asset))
      doubtful.set(asset, [...(doubtful.get(asset) ?? []), known]);
    if (known && isLater) before.set(asset, { ...known, at: since });
    const isUnmoved = !isMoved && (isLater || known?.isUnmoved === true);
    balances.set(asset, balance);
    last.set(asset, { balance, at: at ?? since, isUnmoved });
  }

  function set(some: Balances, at: number | undefined, isRead: boolean): void {
    for (const [asset, balance] of some) setOne(asset, balance, at, isRead);
  }

  return {
    balances,
    views(asset, isOurs) {
      const known = last.get(asset) ?? { balance: NOTHING, at: 0, isUnmoved: false };
      const now = viewOf({ ...known, at: asOf(asset) });
      const others = doubtful.get(asset);
      const earlier = others ? before.get(asset) : undefined;
      if (!others || !earlier) return [now];
      return [now, viewOf(earlier), ...(isOurs(known.at) ? [] : others.map(viewOf))];
    },
    set,
    setAll(all, at) {
      for (const asset of balances.keys()) {
        if (all.has(asset) || (at !== undefined && at < asOf(asset))) continue;
        setOne(asset, NOTHING, at, true);
        balances.delete(asset);
      }
      set(all, at, true);
      readAt = Math.max(readAt, at ?? 0);
    },
  };
}

function viewOf({ balance, at, isUnmoved }: Told): View {
  const total = balance.free.plus(balance.locked);
  // An order is taken and executed in the same millisecond, with a balance after either.
  return { total, free: balance.free, shows: (then) => then < at || (then === at && !isUnmoved) };
}

/** The free and locked quote asset, and our open trades in it at market; other coins are none of our business. */
export function spotEquity(
  wallet: Wallet,
  quote: string,
  trades: readonly Trade[],
  prices: ReadonlyMap<string, Prices>,
): Decimal {
  const money = leastOf(wallet.views(quote, executedAt(trades, quote)), (view) => {
    const { spent, earned } = unseen(view, quote, trades);
    return view.total.minus(spent).plus(earned);
  });
  return openIn(trades, quote).reduce((sum, trade) => {
    const price = prices.get(trade.plan.symbol)?.last ?? trade.plan.entryPrice;
    return sum.plus(held(trade).times(price));
  }, money);
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
  const unsent = sum(entries.filter(({ order }) => order.status === 'pending' || order.status === 'unknown'));
  const all = sum(entries);
  const available = leastOf(wallet.views(quote, executedAt(trades, quote)), (view) => {
    const { spent, spentUnlocked } = unseen(view, quote, trades);
    return Decimal.min(view.free.minus(unsent).minus(spentUnlocked), view.total.minus(all).minus(spent));
  });
  return Decimal.max(available, ZERO);
}

function leastOf(views: readonly View[], worth: (view: View) => Decimal): Decimal {
  return Decimal.min(...views.map(worth));
}

function executedAt(trades: readonly Trade[], quote: string): (at: number) => boolean {
  return (then) =>
    trades.some(
      ({ plan, fills }) =>
        plan.market === 'spot' && plan.quote === quote && fills.some(({ at }) => at === then),
    );
}

/**
 * Money that executions have moved and the balance does not show yet: an execution is told ahead of the balance that it
 * leaves, and between the two the coins would count beside their price. `spentUnlocked`: by market orders, which lock
 * nothing before they execute.
 */
function unseen(
  view: View,
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
      if (view.shows(at)) continue;
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
