import { type Decimal, ZERO } from '../trading/decimal.ts';
import { averagePrice, fillsOf, held, isLive } from '../trading/lifecycle/facts.ts';
import type { Order, Trade } from '../trading/model.ts';
import { gain } from '../trading/rounding.ts';
import { createRunningSum, type RunningSum } from '../trading/running-sum.ts';

/** What a trade binds of the limits: what it holds, plus what its working entries may still add. Quote currency. */
export interface Exposure {
  notional: Decimal;
  risk: Decimal;
  margin: Decimal;
}

export const NO_EXPOSURE: Exposure = { notional: ZERO, risk: ZERO, margin: ZERO };

/** A trade never changes in place, so what was computed for one stays true. */
const known = new WeakMap<Trade, Exposure>();

export function exposureOf(trade: Trade): Exposure {
  const cached = known.get(trade);
  if (cached) return cached;
  const exposure = measure(trade);
  known.set(trade, exposure);
  return exposure;
}

export function totalExposure(trades: readonly Trade[]): Exposure {
  let { notional, risk, margin } = NO_EXPOSURE;
  for (const trade of trades) {
    const one = exposureOf(trade);
    notional = notional.plus(one.notional);
    risk = risk.plus(one.risk);
    margin = margin.plus(one.margin);
  }
  return { notional, risk, margin };
}

/** By whose list it is: the trades of one change a few at a time. */
const sums = new WeakMap<object, RunningSum<Trade>>();

/** The same sum for a list that is asked for with every signal. `of`: what the list belongs to. */
export function totalExposureOf(of: object, trades: readonly Trade[]): Exposure {
  const known = sums.get(of);
  const sum = known ?? createRunningSum(3, termsOf);
  if (!known) sums.set(of, sum);
  const [notional = ZERO, risk = ZERO, margin = ZERO] = sum(trades);
  return { notional, risk, margin };
}

function termsOf(trade: Trade): Decimal[] {
  const { notional, risk, margin } = exposureOf(trade);
  return [notional, risk, margin];
}

/** Held and still working quantity at their entry prices. */
export function reservedNotional(trade: Trade): Decimal {
  return exposureOf(trade).notional;
}

/**
 * What the trade would lose at its stop, entries that still work included; a part whose stop lies in profit counts
 * nothing. While a stop is being moved, the worse of the old and the new one counts.
 */
export function riskAtStop(trade: Trade): Decimal {
  return exposureOf(trade).risk;
}

function measure(trade: Trade): Exposure {
  const { side, leverage } = trade.plan;
  const stop = worseStop(trade);
  let notional = ZERO;
  let risk = ZERO;
  for (const { quantity, price } of parts(trade)) {
    if (quantity.isZero()) continue;
    const loss = gain(side, stop, price).times(quantity);
    notional = notional.plus(quantity.times(price));
    if (loss.gt(0)) risk = risk.plus(loss);
  }
  return { notional, risk, margin: notional.div(leverage) };
}

export interface Part {
  quantity: Decimal;
  price: Decimal;
}

/** What a trade holds and what its working entries may add, each at its mean price. */
export function parts(trade: Trade): Part[] {
  const entries = trade.orders.filter((order) => order.role === 'entry');
  if (entries.length === 0) return [{ quantity: trade.plan.quantity, price: trade.plan.entryPrice }];
  return [{ quantity: held(trade), price: heldPrice(trade, entries) }, ...entering(trade)];
}

/** What entries that still work may add. */
export function entering(trade: Trade): Part[] {
  return trade.orders
    .filter((order) => order.role === 'entry' && isLive(order))
    .map((order) => ({
      quantity: order.quantity.minus(order.executed),
      price: orderPrice(trade, order),
    }));
}

function orderPrice(trade: Trade, order: Order): Decimal {
  return order.price ?? order.triggerPrice ?? trade.plan.entryPrice;
}

/** Mean price of what was entered: by fills where they are known, else by what was ordered. */
function heldPrice(trade: Trade, entries: readonly Order[]): Decimal {
  let quantity = ZERO;
  let cost = ZERO;
  for (const order of entries) {
    if (order.executed.isZero()) continue;
    const price = averagePrice(fillsOf(trade, order.clientId)) ?? orderPrice(trade, order);
    quantity = quantity.plus(order.executed);
    cost = cost.plus(price.times(order.executed));
  }
  return quantity.isZero() ? trade.plan.entryPrice : cost.div(quantity);
}

/** While it is being moved, the looser of the old and the new one. */
export function worseStop(trade: Trade): Decimal {
  const held = trade.stopHeldPrice ?? trade.stopPrice;
  return gain(trade.plan.side, held, trade.stopPrice).gt(0) ? held : trade.stopPrice;
}
