import { Decimal, ZERO } from './decimal.ts';
import type { OrderReport, Position } from './exchange.ts';
import { averagePrice, executedOf, isBetter, isLive } from './lifecycle/facts.ts';
import { clientIdOf } from './lifecycle/ids.ts';
import { coinFees } from './lifecycle/spot/coins.ts';
import type { Fill, Order, Side, Trade } from './model.ts';
import { termsFor } from './plan.ts';
import type { Evidence } from './rebuild-evidence.ts';
import { orderOf, ordersOf } from './rebuild-orders.ts';
import { assumedStop, planOf, stopOf, targetsOf } from './rebuild-plan.ts';
import { floorTo } from './rounding.ts';
import { newTrade } from './trade.ts';

export type Gap =
  /** No stop of the trade stands: one at the assumed distance will be placed. */
  | 'stop_assumed'
  /** No target stands or has filled: the whole position is left to the stop. */
  | 'targets_unknown'
  /** The exchange has no order or execution of the entry any more: taken from the position. */
  | 'entry_assumed'
  /** Somebody else has closed its position; orders that it left behind are removed. */
  | 'over'
  /** Spot: not all of its coins are bound by orders of its own. The others may be the user's by now, and are left alone. */
  | 'coins_left';

export interface Rebuilt {
  trade: Trade;
  gaps: Gap[];
}

/**
 * A trade made again from what the exchange knows of it, for a ledger that has lost it: its orders carry the trade's
 * id, role and slot in their client ids, its executions the prices. What no order tells (the signal's words, a stop
 * that does not stand) is not known, and `gaps` names it.
 * On spot a trade holds what its own orders bind: whose the other coins of the account are is in no book.
 * Null where nothing is held and nothing but an entry is left, whose stop nobody knows any more, or an exit alone.
 */
export function rebuildTrade(evidence: Evidence): Rebuilt | null {
  const { tradeId, market, position, now } = evidence;
  const known = ordersOf(evidence);
  const side = sideOf(known);
  if (side === null) return null;
  const { entries, isAssumed } = entriesOf(evidence, known, side);
  if (entries.length === 0) return null;
  const exits = known.filter(({ role }) => role !== 'entry');
  const left = executedOf(entries).minus(executedOf(exits));
  const orders = [...entries, ...exits];
  const fills = fillsOf(evidence, orders);
  const holds = market === 'spot' ? boundBy(exits) : left;
  const isGone = market === 'usdm' && isOver(evidence, entries, side);
  if ((isGone || holds.lte(0)) && !exits.some(isLive)) return null;
  const entryPrice = averageEntry(entries, fills) ?? position?.entryPrice ?? evidence.price;
  const standing = stopOf(exits, side);
  const stopPrice = standing ?? assumedStop(evidence, side, entryPrice);
  const { targets, hit, round } = targetsOf(exits, isGone ? ZERO : holds);
  const plan = planOf(evidence, { side, entries, entryPrice, stopPrice, targets });
  const terms = termsFor(plan, evidence.trading, evidence.instrument, evidence.fees);
  const elsewhere = isGone ? Decimal.max(left, ZERO) : beyond(holds, { orders, fills, terms });
  const held = isGone ? ZERO : holds;
  const bare = newTrade({
    plan,
    signal: {
      symbol: evidence.instrument.symbol,
      side,
      entry: { type: 'limit', prices: entries.map(({ price }) => price ?? entryPrice) },
      trigger: null,
      stopLoss: { price: stopPrice },
      takeProfits: targets.map(({ price }) => ({ price })),
      leverage: null,
      marginMode: null,
    },
    source: evidence.source,
    terms,
    now: Math.min(now, ...orders.map((order) => order.createdAt)),
    sendUntil: now,
  });
  const times = fills.map(({ at }) => at);
  // It has begun to trail, whatever is known of the targets that made it; with the setting off the order is left as it is.
  const trails =
    evidence.trading.trailingStop !== null && exits.some((order) => order.role === 'trail' && isLive(order));
  const isMoved = !isBetter(side, entryPrice, stopPrice);
  return {
    trade: {
      ...bare,
      id: tradeId,
      phase: left.gt(0) ? 'open' : 'entering',
      elsewhere,
      orders,
      fills,
      stopKind: isMoved ? 'moved' : 'initial',
      stopHeldPrice: standing,
      targetsHit: hit,
      targetRound: round,
      ...(trails ? { trail: { clientId: null, best: null, refusals: 0, retryAt: null } } : {}),
      breakEvenDone: isMoved,
      filledAt: times.length > 0 ? Math.min(...times) : null,
      lastFillAt: times.length > 0 ? Math.max(...times) : null,
      // What has executed was told at its time, as far as anybody knows.
      announced: Object.fromEntries(
        orders.filter((order) => order.executed.gt(0)).map((order) => [order.clientId, order.executed]),
      ),
    },
    gaps: isGone
      ? ['over']
      : [
          ...(elsewhere.gt(0) ? ['coins_left' as const] : []),
          ...(standing === null && held.gt(0) ? ['stop_assumed' as const] : []),
          ...(targets.length === 0 ? ['targets_unknown' as const] : []),
          ...(isAssumed ? ['entry_assumed' as const] : []),
        ],
  };
}

/**
 * Whether the position has been flat, or on the other side, since the trade's last entry: told by walking back from
 * what is held through the executions of the symbol. The exchange keeps no order of ours for a close by hand or a
 * liquidation, and what is held now is another trade's.
 */
function isOver({ fills, position }: Evidence, entries: readonly Order[], side: Side): boolean {
  const own = new Set(entries.map(({ orderId }) => orderId));
  const newestFirst = fills
    .filter(({ positionSide }) => positionSide === entries[0]?.positionSide)
    .sort((a, b) => b.at - a.at || b.tradeId.localeCompare(a.tradeId, 'en', { numeric: true }));
  if (!newestFirst.some(({ orderId }) => own.has(orderId))) return false;
  let quantity = position?.quantity ?? ZERO;
  for (const fill of newestFirst) {
    if (side === 'long' ? quantity.lte(0) : quantity.gte(0)) return true;
    if (own.has(fill.orderId)) return false;
    quantity = fill.action === 'BUY' ? quantity.minus(fill.quantity) : quantity.plus(fill.quantity);
  }
  return false;
}

/** What the stops that stand lock; targets of lists lock the same coins. */
function boundBy(exits: readonly Order[]): Decimal {
  return exits
    .filter((order) => (order.role === 'stop' || order.role === 'trail') && isLive(order))
    .reduce((sum, order) => sum.plus(order.quantity).minus(order.executed), ZERO);
}

/** Coins that were bought, and are neither held nor sold by the trade's own orders; what is below a step is dust. */
function beyond(holds: Decimal, trade: Pick<Trade, 'orders' | 'fills' | 'terms'>): Decimal {
  const { spot, stepSize } = trade.terms;
  if (!spot) return ZERO;
  const [entries, exits] = [true, false].map((isEntry) =>
    executedOf(trade.orders.filter(({ role }) => (role === 'entry') === isEntry)),
  );
  const bought = (entries ?? ZERO).minus(exits ?? ZERO).minus(coinFees(trade, spot));
  return Decimal.max(floorTo(bought, stepSize).minus(holds), ZERO);
}

/** As the entries say, else the other way round than what leaves. */
function sideOf(orders: readonly Order[]): Side | null {
  const [first] = [...orders].sort((a, b) => Number(b.role === 'entry') - Number(a.role === 'entry'));
  if (!first) return null;
  return (first.action === 'BUY') === (first.role === 'entry') ? 'long' : 'short';
}

/** Where the exchange has forgotten the entry, what its position and the trade's stops tell of it. */
function entriesOf(
  evidence: Evidence,
  known: readonly Order[],
  side: Side,
): { entries: Order[]; isAssumed: boolean } {
  const { tradeId, position, price, instrument, now } = evidence;
  const entries = known.filter(({ role }) => role === 'entry').sort((a, b) => a.slot - b.slot);
  const holds = position === null ? boundBy(known) : heldOf(position, known);
  if (entries.length > 0 || holds.lte(0)) return { entries, isAssumed: false };
  const quantity = holds.plus(executedOf(known));
  const report: OrderReport = {
    clientId: clientIdOf(tradeId, 'entry', 0, 0),
    symbol: instrument.symbol,
    conditional: false,
    orderId: null,
    status: 'filled',
    action: side === 'long' ? 'BUY' : 'SELL',
    positionSide: position?.positionSide ?? 'BOTH',
    reduceOnly: false,
    quantity,
    executed: quantity,
    avgPrice: position?.entryPrice ?? price,
    price: null,
    triggerPrice: null,
    reason: null,
    at: Math.min(now, ...known.map(({ createdAt }) => createdAt)),
  };
  return { entries: [orderOf(report, evidence)], isAssumed: true };
}

/** As much of the position as the largest of the trade's stops covers; without one all of it. */
function heldOf(position: Position, known: readonly Order[]): Decimal {
  const stops = known.filter((order) => order.role === 'stop' && isLive(order));
  const covered = stops.reduce((most, { quantity }) => Decimal.max(most, quantity), ZERO);
  const all = position.quantity.abs();
  return covered.gt(0) ? Decimal.min(all, covered) : all;
}

/** By order id; an entry that is only assumed has one execution, without a fee. */
function fillsOf({ fills, position, price, instrument }: Evidence, orders: readonly Order[]): Fill[] {
  const owner = new Map(orders.map((order) => [order.orderId, order]));
  const own = fills.flatMap((fill) => {
    const order = owner.get(fill.orderId);
    return order ? [{ ...fill, clientId: order.clientId }] : [];
  });
  const assumed = orders
    .filter((order) => order.role === 'entry' && order.orderId === null)
    .map((order) => ({
      tradeId: `assumed-${order.clientId}`,
      orderId: '',
      clientId: order.clientId,
      symbol: order.symbol,
      action: order.action,
      positionSide: order.positionSide,
      price: position?.entryPrice ?? price,
      quantity: order.executed,
      commission: ZERO,
      commissionAsset: instrument.quote,
      realisedPnl: ZERO,
      maker: false,
      at: order.createdAt,
    }));
  return [...own, ...assumed];
}

function averageEntry(entries: readonly Order[], fills: readonly Fill[]): Decimal | null {
  const ids = new Set(entries.map(({ clientId }) => clientId));
  const filled = averagePrice(fills.filter(({ clientId }) => ids.has(clientId)));
  if (filled !== null) return filled;
  return entries.find(({ price, triggerPrice }) => price ?? triggerPrice)?.price ?? null;
}
