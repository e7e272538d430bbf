import { Decimal } from '../../../trading/decimal.ts';
import { levels, record } from '../book.ts';
import { between, type Crossing, nearest, reached } from '../crossings.ts';
import type { Core } from './core.ts';
import { announce, crosses, fill, marketOf, work } from './fills.ts';
import type { Market } from './markets.ts';
import { isContingent, isOpen, type Order, remaining, triggersUpwards } from './model.ts';

/**
 * A price that moves crosses everything on its way, in the order in which it meets it: resting orders fill at their
 * price, stops trigger, trailing stops follow. A symbol that does not trade moves without meeting anything.
 */

const BASIS_POINTS = 10_000;

/** Moves the last price in a straight line to `to`. */
export function movePrice(core: Core, symbol: string, to: Decimal, settle: () => void): void {
  const market = marketOf(core, symbol);
  market.scripted = null;
  if (market.instrument.status === 'TRADING') cross(core, market, to, settle);
  arrive(core, market, to);
}

/**
 * A jump: nothing trades between here and there. Stops that it leaves behind trigger at the new price, and a stop limit
 * may stay behind unfilled.
 */
export function jumpPrice(core: Core, symbol: string, to: Decimal, settle: () => void): void {
  marketOf(core, symbol).last = to;
  movePrice(core, symbol, to, settle);
}

function arrive(core: Core, market: Market, to: Decimal): void {
  market.last = to;
  for (const order of core.openOrders.values())
    if (order.symbol === market.instrument.symbol) trail(market, order);
  record(market, { time: core.now(), price: to, quantity: market.instrument.minQuantity });
}

function cross(core: Core, market: Market, to: Decimal, settle: () => void): void {
  const done = new Set<Order>();
  let met = false;
  for (;;) {
    const next = nearest(crossings(core, market, to, done));
    if (next === null) break;
    market.last = between(market.last, to, next.at).toNearest(market.instrument.tickSize);
    met = met || next.resting;
    next.run();
    settle();
  }
  if (met) market.partial = null;
}

function crossings(core: Core, market: Market, to: Decimal, done: Set<Order>): Crossing[] {
  const list: Crossing[] = [];
  const add = (order: Order, level: Decimal, upwards: boolean, run: () => void) => {
    const at = reached(market.last, to, level, upwards);
    if (at !== null) list.push({ at, resting: order.working, run });
  };
  for (const order of core.openOrders.values()) {
    if (order.symbol !== market.instrument.symbol || order.status === 'PENDING_NEW' || done.has(order))
      continue;
    if (order.working) {
      add(order, order.price, order.side === 'SELL', () => {
        done.add(order);
        fill(core, order, order.price, partOf(market, order), true);
      });
      continue;
    }
    const level = stopLevel(order);
    if (level !== null) {
      add(order, level, triggersAbove(order), () => {
        done.add(order);
        trigger(core, order);
      });
    } else add(order, order.stopPrice, triggersUpwards(order), () => follow(order));
  }
  return list;
}

/** What a script lets a crossing fill of the order. */
function partOf(market: Market, order: Order): Decimal {
  const { partial, instrument } = market;
  if (partial === null) return remaining(order);
  const wanted = 'fraction' in partial ? order.quantity.times(partial.fraction) : partial.quantity;
  return Decimal.min(wanted.toNearest(instrument.stepSize, Decimal.ROUND_DOWN), remaining(order));
}

/** Where a contingent order triggers; null for a trailing stop that does not follow the price yet. */
function stopLevel(order: Order): Decimal | null {
  if (order.trailingDelta === null) return order.stopPrice;
  if (order.extreme === null) return null;
  const part = new Decimal(order.trailingDelta).div(BASIS_POINTS);
  return order.extreme.times(order.side === 'SELL' ? new Decimal(1).minus(part) : part.plus(1));
}

/** A trailing stop triggers against the way it followed: a sell below its high, a buy above its low. */
function triggersAbove(order: Order): boolean {
  return order.trailingDelta === null ? triggersUpwards(order) : order.side === 'BUY';
}

function follow(order: Order): void {
  order.extreme = order.stopPrice;
}

function trail(market: Market, order: Order): void {
  if (order.extreme === null || !isContingent(order.type) || order.working) return;
  order.extreme =
    order.side === 'SELL' ? Decimal.max(order.extreme, market.last) : Decimal.min(order.extreme, market.last);
}

/** The stop price is reached: the other leg of its list goes, the order goes to the book. */
function trigger(core: Core, order: Order): void {
  core.orderStarts(order);
  announce(core, order, true);
  work(core, order);
}

/** Resting orders that a scripted book crosses fill with what it offers, at their own price. */
export function matchScripted(core: Core, market: Market): void {
  for (const order of [...core.openOrders.values()]) {
    if (order.symbol !== market.instrument.symbol || !order.working) continue;
    for (const level of levels(market, order.side)) {
      if (!isOpen(order) || !crosses(order.side, order.price, level.price)) break;
      const filled = fill(core, order, order.price, level.quantity, true);
      level.quantity = level.quantity.minus(filled);
    }
  }
}
