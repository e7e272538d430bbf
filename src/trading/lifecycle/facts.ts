import { Decimal, ZERO } from '../decimal.ts';
import type {
  Action,
  AttachedStop,
  ClosedTrade,
  Fill,
  Order,
  OrderRole,
  OrderStatus,
  Side,
  Trade,
} from '../model.ts';
import { floorTo } from '../rounding.ts';
import { parseClientId } from './ids.ts';
import { coinFees } from './spot/coins.ts';

/** What can be read off a trade: quantities, averages, results. Pure and derived, never stored. */

const FINAL: ReadonlySet<OrderStatus> = new Set(['filled', 'cancelled', 'expired', 'rejected', 'failed']);

/** It may still execute, as far as we know. */
export function isLive(order: Order): boolean {
  return !FINAL.has(order.status);
}

/** The exchange has said that it stands there. */
export function isActive(order: Order): boolean {
  return order.status === 'working' || order.status === 'triggered';
}

export function isConditional(order: Pick<Order, 'type'>): boolean {
  return order.type !== 'market' && order.type !== 'limit' && order.type !== 'limit_maker';
}

export function byRole<Part extends Pick<Order, 'role'>>(
  trade: { orders: readonly Part[] },
  ...roles: OrderRole[]
): Part[] {
  return trade.orders.filter((order) => roles.includes(order.role));
}

export function executedOf(orders: readonly Pick<Order, 'executed'>[]): Decimal {
  return orders.reduce((sum, order) => (order.executed.isZero() ? sum : sum.plus(order.executed)), ZERO);
}

export function entered(trade: Pick<ClosedTrade, 'orders'>): Decimal {
  return executedOf(byRole(trade, 'entry'));
}

/** What its own orders have taken out. */
export function exited(trade: Pick<ClosedTrade, 'orders'>): Decimal {
  return executedOf(byRole(trade, 'stop', 'trail', 'target', 'close'));
}

/** Trades are never changed in place, so what was added up for one stays true of it. */
const heldOf = new WeakMap<Trade, Decimal>();

/** What the trade holds now, unsigned; on spot what can be sold of it, commissions in coins taken off. */
export function held(trade: Trade): Decimal {
  const known = heldOf.get(trade);
  if (known) return known;
  let quantity = trade.elsewhere.negated();
  for (const order of trade.orders) {
    if (order.executed.isZero()) continue;
    quantity = order.role === 'entry' ? quantity.plus(order.executed) : quantity.minus(order.executed);
  }
  const { spot, stepSize } = trade.terms;
  // Coins below a step can be neither covered nor sold.
  if (spot) quantity = floorTo(quantity.minus(coinFees(trade, spot)), stepSize);
  const result = Decimal.max(quantity, ZERO);
  heldOf.set(trade, result);
  return result;
}

/** What its orders have closed beyond what they had opened: of a position that other trades share, theirs. */
export function overrunOf(trade: Pick<ClosedTrade, 'orders'>): Decimal {
  return Decimal.max(exited(trade).minus(entered(trade)), ZERO);
}

/** What is left over on spot: bought, and too little for an order. */
export function dustOf(trade: Trade): Decimal {
  const { spot } = trade.terms;
  if (!spot) return ZERO;
  const left = exited(trade).plus(trade.elsewhere);
  return Decimal.max(entered(trade).minus(coinFees(trade, spot)).minus(left).minus(held(trade)), ZERO);
}

export function entryAction(trade: Pick<ClosedTrade, 'plan'>): Action {
  return trade.plan.side === 'long' ? 'BUY' : 'SELL';
}

export function exitAction(trade: Pick<Trade, 'plan'>): Action {
  return trade.plan.side === 'long' ? 'SELL' : 'BUY';
}

/** +1 long, -1 short. */
export function direction(trade: Pick<ClosedTrade, 'plan'>): 1 | -1 {
  return trade.plan.side === 'long' ? 1 : -1;
}

/** Is price `a` further in the trade's favour than `b`? */
export function better(trade: Pick<Trade, 'plan'>, a: Decimal, b: Decimal): boolean {
  return isBetter(trade.plan.side, a, b);
}

/** The same, where there is a side and no trade yet. */
export function isBetter(side: Side, a: Decimal, b: Decimal): boolean {
  return side === 'long' ? a.gt(b) : a.lt(b);
}

/** How much the active stops hold that nobody has asked to go, with a trigger no further away than `price`. */
export function covered(trade: Trade, price?: Decimal): Decimal {
  let quantity = ZERO;
  for (const order of trade.orders) {
    const { triggerPrice } = order;
    if (order.role !== 'stop' || !isActive(order) || order.cancelAskedAt !== null) continue;
    if (price && (triggerPrice === null || better(trade, price, triggerPrice))) continue;
    quantity = quantity.plus(order.quantity).minus(order.executed);
  }
  return quantity;
}

/** What stops that have triggered are closing: market orders under way, which a second one would double. */
export function leaving(trade: Trade): Decimal {
  const triggered = byRole(trade, 'stop', 'trail').filter((order) => order.status === 'triggered');
  return triggered.reduce((sum, order) => sum.plus(order.quantity).minus(order.executed), ZERO);
}

export function fillsOf(trade: Trade, clientId: string): Fill[] {
  return trade.fills.filter((fill) => fill.clientId === clientId);
}

export function quantityOf(fills: readonly Pick<Fill, 'quantity'>[]): Decimal {
  return fills.reduce((sum, fill) => sum.plus(fill.quantity), ZERO);
}

/** Quantity-weighted mean price; null without fills. */
export function averagePrice(fills: readonly Pick<Fill, 'price' | 'quantity'>[]): Decimal | null {
  const quantity = quantityOf(fills);
  if (quantity.isZero()) return null;
  return fills.reduce((sum, fill) => sum.plus(fill.price.times(fill.quantity)), ZERO).div(quantity);
}

export function entryFills<Part extends Pick<Fill, 'clientId'>>(
  trade: Pick<ClosedTrade, 'orders'> & { fills: readonly Part[] },
): Part[] {
  const ids = new Set(byRole(trade, 'entry').map((order) => order.clientId));
  return trade.fills.filter((fill) => ids.has(fill.clientId));
}

/** Average entry price; the planned one until fills are known. */
export function averageEntry(trade: Pick<ClosedTrade, 'plan' | 'orders' | 'fills'>): Decimal {
  return averagePrice(entryFills(trade)) ?? trade.plan.entryPrice;
}

/** Executions that the exchange reported by quantity but that we have not seen as fills. */
export function missingFills(trade: Trade): Order[] {
  return trade.orders.filter(
    (order) => !order.executed.isZero() && quantityOf(fillsOf(trade, order.clientId)).lt(order.executed),
  );
}

/** What a result follows from. */
type ResultParts = Omit<ClosedTrade, 'id' | 'source' | 'createdAt' | 'closedAt'>;

/**
 * What an execution realised before costs, in quote currency: by the trade's own average. Spot reports none, and on futures
 * the exchange reckons by the mean price of the whole position, which other trades may have a part of.
 * @param average `averageEntry(trade)`
 */
export function realisedBy(
  trade: ResultParts,
  { action, price, quantity }: ClosedTrade['fills'][number],
  average: Decimal = averageEntry(trade),
): Decimal {
  if (action === entryAction(trade)) return ZERO;
  return price.minus(average).times(direction(trade)).times(quantity);
}

/** A commission in quote currency; one in coins at the price they were bought for. Null where its value is unknown. */
function feeInQuote({ plan, terms }: ResultParts, fill: ClosedTrade['fills'][number]): Decimal | null {
  if (fill.commissionAsset === plan.quote) return fill.commission;
  if (fill.commissionAsset === terms.spot?.base) return fill.commission.times(fill.price);
  return fill.commissionValue ?? null;
}

export interface Result {
  /** Before costs, in quote currency. */
  realised: Decimal;
  /** Commissions whose value in the quote asset is known; the others are listed by asset. */
  fees: Decimal;
  otherFees: Record<string, Decimal>;
  funding: Decimal;
  /** What the exchange charged for liquidating it, negative. */
  liquidation: Decimal;
  /** realised − fees + funding + liquidation. */
  net: Decimal;
  /** Net as a multiple of what the plan risked. */
  rMultiple: Decimal | null;
}

/** To so much the exchange rounds what an execution realises. */
const ROUNDING = new Decimal('0.00000001');

/**
 * By the trade's own average where the exchange reckons by another one; else as the exchange says it, to its last digit,
 * and so where executions of its entries are not known.
 */
function realisedOf(trade: ResultParts): Decimal {
  const { fills, terms } = trade;
  if (fills.length === 0) return ZERO;
  const average = averageEntry(trade);
  let own = ZERO;
  let reported = ZERO;
  for (const fill of fills) {
    own = own.plus(realisedBy(trade, fill, average));
    reported = reported.plus(fill.realisedPnl);
  }
  if (terms.spot) return own;
  const isKnown = quantityOf(entryFills(trade)).gte(entered(trade));
  return isKnown && own.minus(reported).abs().gt(ROUNDING.times(fills.length)) ? own : reported;
}

export function resultOf(trade: ResultParts): Result {
  let fees = ZERO;
  const otherFees: Record<string, Decimal> = {};
  for (const fill of trade.fills) {
    const fee = feeInQuote(trade, fill);
    if (fee !== null) fees = fees.plus(fee);
    else otherFees[fill.commissionAsset] = (otherFees[fill.commissionAsset] ?? ZERO).plus(fill.commission);
  }
  const liquidation = Object.values(trade.liquidationShares ?? {}).reduce(
    (sum, share) => sum.plus(share),
    ZERO,
  );
  const realised = realisedOf(trade);
  const net = realised.minus(fees).plus(trade.funding).plus(liquidation);
  const rMultiple = trade.plan.riskAmount.gt(0) ? net.div(trade.plan.riskAmount) : null;
  return { realised, fees, otherFees, funding: trade.funding, liquidation, net, rMultiple };
}

/** Profit on what is held at this price, before fees. */
export function unrealisedAt(trade: Trade, price: Decimal): Decimal {
  const quantity = held(trade);
  // Most trades hold nothing yet, and all are summed up with every one that closes.
  if (quantity.isZero()) return ZERO;
  return price.minus(averageEntry(trade)).times(direction(trade)).times(quantity);
}

/** Rounds a price to the tick in the trade's favour (`up` for a long). */
export function roundInFavour(trade: Trade, price: Decimal): Decimal {
  const rounding = direction(trade) === 1 ? Decimal.ROUND_UP : Decimal.ROUND_DOWN;
  return price.div(trade.terms.tickSize).toDecimalPlaces(0, rounding).times(trade.terms.tickSize);
}

/** The fee rate paid to enter: maker and taker parts weighted by what they traded; taker until fills are known. */
function entryFeeRate(trade: Trade): Decimal {
  let traded = ZERO;
  let fees = ZERO;
  for (const fill of entryFills(trade)) {
    const notional = fill.price.times(fill.quantity);
    traded = traded.plus(notional);
    fees = fees.plus(notional.times(fill.maker ? trade.terms.makerFee : trade.terms.takerFee));
  }
  return traded.isZero() ? trade.terms.takerFee : fees.div(traded);
}

/**
 * Where closing at market leaves nothing lost: the average entry with the fee paid to enter and the taker fee to
 * leave, rounded towards profit.
 */
export function breakEvenPrice(trade: Trade): Decimal {
  const entryFee = entryFeeRate(trade);
  const exitFee = trade.terms.takerFee;
  const average = averageEntry(trade);
  const price =
    direction(trade) === 1
      ? average.times(entryFee.plus(1)).div(new Decimal(1).minus(exitFee))
      : average.times(new Decimal(1).minus(entryFee)).div(exitFee.plus(1));
  return roundInFavour(trade, price);
}

/** The user has heard of the end of this trade, not only of an earlier one after which it opened again. */
export function isClosingTold(trade: Trade): boolean {
  return trade.closedAt !== null && trade.closingAnnounced === trade.closedAt;
}

/** Of what goes with an entry. */
export function attachedIds({ clientId, target }: AttachedStop): string[] {
  return target ? [clientId, target.clientId] : [clientId];
}

/** One that no order of that role and slot has had, not even one that was sent while nothing could be journalled. */
export function nextGeneration(trade: Trade, role: OrderRole, slot: number): number {
  const taken = trade.orders
    .filter((order) => order.role === role && order.slot === slot)
    .map((order) => parseClientId(order.clientId)?.generation ?? 0);
  // Those that go with an entry are no orders before that has filled.
  for (const id of trade.orders.flatMap(({ attached }) => (attached ? attachedIds(attached) : []))) {
    const name = parseClientId(id);
    if (name?.role === role && name.slot === slot) taken.push(name.generation);
  }
  return Math.max(
    role === 'entry' ? 0 : (trade.generationFloor ?? 0),
    ...taken.map((generation) => generation + 1),
  );
}

/** The symbol's lot size for market orders; some markets publish none and use the general one. */
export function marketStep(trade: Trade): Decimal {
  return trade.terms.marketStepSize.gt(0) ? trade.terms.marketStepSize : trade.terms.stepSize;
}

/** As much of it as orders of the symbol can carry: a larger step than before may leave a rest. */
export function onStep({ terms }: Pick<Trade, 'terms'>, quantity: Decimal): Decimal {
  const whole = floorTo(quantity, terms.stepSize);
  return whole.gt(0) ? whole : quantity;
}

/** How many market orders carry it. */
export function marketOrders(quantity: Decimal, most: Decimal): number {
  return most.gt(0) ? Math.max(quantity.div(most).ceil().toNumber(), 1) : 1;
}

/** As much of `quantity` as one market order may carry. */
export function marketLot(trade: Trade, quantity: Decimal): Decimal {
  const max = trade.terms.marketMaxQuantity;
  const capped = max.gt(0) ? Decimal.min(quantity, max) : quantity;
  const step = marketStep(trade);
  const whole = capped.div(step).toDecimalPlaces(0, Decimal.ROUND_DOWN).times(step);
  // A rest below one lot is left to the exchange to judge.
  return whole.gt(0) ? whole : capped;
}
