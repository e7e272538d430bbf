import { Decimal, ZERO } from '../../../trading/decimal.ts';
import type { Core } from './core.ts';
import { type Order, type OrderList, remaining } from './model.ts';

/** The spot wallet: what is there. What of it is locked follows from the open orders. */

export interface Holding {
  total: Decimal;
  /** Locked by another system, as margin collateral is. */
  external: Decimal;
}

export interface Balance {
  asset: string;
  free: Decimal;
  locked: Decimal;
}

export class Account {
  uid: number;
  /** Set by a script; false makes the exchange refuse every order. */
  canTrade = true;
  rates = { maker: new Decimal('0.001'), taker: new Decimal('0.001') };
  /** Commissions are paid in BNB while there are enough, at a discount. */
  paysInBnb = false;
  readonly holdings = new Map<string, Holding>();
  updateTime = 0;

  constructor(uid: number, balances: Readonly<Record<string, Decimal>>) {
    this.uid = uid;
    for (const [asset, total] of Object.entries(balances)) this.add(asset, total);
  }

  add(asset: string, amount: Decimal): void {
    const known = this.holdings.get(asset);
    if (known === undefined) this.holdings.set(asset, { total: amount, external: ZERO });
    else known.total = known.total.plus(amount);
  }

  lockOutside(asset: string, amount: Decimal): void {
    this.add(asset, ZERO);
    const holding = this.holdings.get(asset);
    if (holding !== undefined) holding.external = Decimal.max(holding.external.plus(amount), ZERO);
  }
}

/** What an order keeps locked by itself, in base currency for a sell, else in quote currency. */
function claim(order: Order): Decimal {
  if (order.status === 'PENDING_NEW') return ZERO;
  return order.side === 'SELL' ? remaining(order) : remaining(order).times(order.lockPrice);
}

/** The two legs of a list that cancel each other share one lock, the larger of theirs. */
function sharedClaim(core: Core, list: OrderList): Decimal {
  return (list.pair ?? []).reduce((largest, orderId) => {
    const leg = core.openOrders.get(orderId);
    return leg === undefined ? largest : Decimal.max(largest, claim(leg));
  }, ZERO);
}

/** What the open orders keep locked of an asset. */
export function lockedBy(core: Core, asset: string): Decimal {
  let locked = ZERO;
  for (const order of core.openOrders.values()) {
    const instrument = core.markets.get(order.symbol)?.instrument;
    const wanted = order.side === 'SELL' ? instrument?.baseAsset : instrument?.quoteAsset;
    if (wanted !== asset) continue;
    const pair = core.openLists.get(order.orderListId)?.pair;
    if (!pair?.includes(order.orderId)) locked = locked.plus(claim(order));
  }
  for (const list of core.openLists.values()) {
    const instrument = core.markets.get(list.symbol)?.instrument;
    const [legId] = list.pair ?? [];
    const side = legId === undefined ? undefined : core.orders.get(legId)?.side;
    if (side !== undefined && asset === (side === 'SELL' ? instrument?.baseAsset : instrument?.quoteAsset)) {
      locked = locked.plus(sharedClaim(core, list));
    }
    // What an OPO's working order has bought waits for the pending orders.
    const waits = list.opo && list.workingId !== null && core.openOrders.has(list.workingId);
    if (waits && asset === instrument?.baseAsset) locked = locked.plus(list.received);
  }
  return locked;
}

export function balanceOf(core: Core, asset: string): Balance {
  const holding = core.account.holdings.get(asset) ?? { total: ZERO, external: ZERO };
  const locked = lockedBy(core, asset).plus(Decimal.min(holding.external, holding.total));
  return { asset, free: holding.total.minus(locked), locked };
}

export function freeOf(core: Core, asset: string): Decimal {
  return balanceOf(core, asset).free;
}
