import { Decimal } from '../../../trading/decimal.ts';
import { levels, record } from '../book.ts';
import { between, type Crossing, nearest, reached } from '../crossings.ts';
import { liquidationOf, margins } from './account.ts';
import { changeStatus, trigger, triggerLevel, triggersUpwards, workingPrice } from './algo.ts';
import type { Core } from './core.ts';
import { crosses, fill, marketOf } from './fills.ts';
import { liquidate } from './forced.ts';
import type { Market } from './markets.ts';
import type { AlgoOrder, Order } from './model.ts';
import { isOpen, remaining } from './model.ts';

/**
 * A price that moves crosses everything on its way, in the order in which it meets it: resting limit orders
 * fill at their price, conditional orders trigger, positions are liquidated.
 */

export interface Prices {
  last: Decimal;
  mark: Decimal;
}

/** Moves last and mark together in a straight line to `to`. */
export function movePrice(core: Core, symbol: string, to: Prices): void {
  const market = marketOf(core, symbol);
  market.scripted = null;
  const done = new Set<Order | AlgoOrder>();
  let met = false;
  for (;;) {
    const next = nearest(crossings(core, market, to, done));
    if (next === null) break;
    const { tickSize } = market.instrument;
    market.last = between(market.last, to.last, next.at).toNearest(tickSize);
    market.mark = between(market.mark, to.mark, next.at);
    met = met || next.resting;
    next.run();
  }
  market.last = to.last;
  market.mark = to.mark;
  if (met) market.partial = null;
  for (const algo of core.openAlgos.values()) if (algo.symbol === symbol) trail(market, algo);
  record(market, { time: core.now(), price: market.last, quantity: market.instrument.minQuantity });
  liquidateCross(core);
}

/** A jump: nothing trades between here and there. Stops that it leaves behind trigger at the new price. */
export function jumpPrice(core: Core, symbol: string, to: Prices): void {
  const market = marketOf(core, symbol);
  Object.assign(market, to);
  movePrice(core, symbol, to);
}

function crossings(core: Core, market: Market, to: Prices, done: Set<Order | AlgoOrder>): Crossing[] {
  const { symbol } = market.instrument;
  const list: Crossing[] = [];
  for (const order of core.openOrders.values()) {
    if (order.symbol !== symbol || done.has(order)) continue;
    const at = reached(market.last, to.last, order.price, order.side === 'SELL');
    if (at !== null) list.push({ at, resting: true, run: () => fillResting(core, market, order, done) });
  }
  for (const algo of core.openAlgos.values()) {
    if (algo.symbol !== symbol || done.has(algo)) continue;
    const crossing = algoCrossing(core, market, algo, to, done);
    if (crossing !== null) list.push(crossing);
  }
  for (const position of core.account.openPositions(symbol)) {
    const price = liquidationOf(core.account, core.markets, position);
    if (price.isZero()) continue;
    const at = reached(market.mark, to.mark, price, position.amount.isNegative());
    if (at !== null) list.push({ at, resting: false, run: () => liquidate(core, position) });
  }
  return list;
}

function fillResting(core: Core, market: Market, order: Order, done: Set<Order | AlgoOrder>): void {
  done.add(order);
  fill(core, order, order.price, partOf(market, order), { maker: true });
}

/** What a script lets a crossing fill of the order. */
function partOf(market: Market, order: Order): Decimal {
  const { partial, instrument } = market;
  if (partial === null) return remaining(order);
  const wanted = 'fraction' in partial ? order.quantity.times(partial.fraction) : partial.quantity;
  return Decimal.min(wanted.toNearest(instrument.stepSize, Decimal.ROUND_DOWN), remaining(order));
}

function algoCrossing(
  core: Core,
  market: Market,
  algo: AlgoOrder,
  to: Prices,
  done: Set<Order | AlgoOrder>,
): Crossing | null {
  const from = workingPrice(market, algo.workingType);
  const target = algo.workingType === 'MARK_PRICE' ? to.mark : to.last;
  const level = triggerLevel(algo);
  if (level !== null) {
    const at = reached(from, target, level, triggersUpwards(algo));
    if (at === null) return null;
    return {
      at,
      resting: false,
      run: () => {
        done.add(algo);
        trigger(core, algo);
      },
    };
  }
  if (algo.activatePrice === null) return null;
  const activatePrice = algo.activatePrice;
  const at = reached(from, target, activatePrice, algo.side === 'SELL');
  return at === null ? null : { at, resting: false, run: () => activate(core, algo, activatePrice) };
}

// An activated trailing stop is announced by a second NEW.
function activate(core: Core, algo: AlgoOrder, price: Decimal): void {
  algo.extreme = price;
  changeStatus(core, algo, 'NEW');
}

function trail(market: Market, algo: AlgoOrder): void {
  if (algo.extreme === null) return;
  const price = workingPrice(market, algo.workingType);
  algo.extreme = algo.side === 'SELL' ? Decimal.max(algo.extreme, price) : Decimal.min(algo.extreme, price);
}

/** The other contracts of the cross wallet fall with this one. */
function liquidateCross(core: Core): void {
  const cross = core.account
    .openPositions()
    .filter((position) => core.account.marginTypeOf(position.symbol) === 'CROSSED');
  if (cross.length < 2) return;
  const totals = margins(core.account, core.markets, []);
  const equity = totals.crossWallet.plus(totals.crossUnrealized);
  if (equity.greaterThan(totals.maintenance)) return;
  for (const position of cross) liquidate(core, position);
}

/** Resting orders that a scripted book crosses fill with what it offers, at their own price. */
export function matchScripted(core: Core, market: Market): void {
  for (const order of [...core.openOrders.values()]) {
    if (order.symbol !== market.instrument.symbol) continue;
    for (const level of levels(market, order.side)) {
      if (!isOpen(order) || !crosses(order.side, order.price, level.price)) break;
      const filled = fill(core, order, order.price, level.quantity, { maker: true });
      level.quantity = level.quantity.minus(filled);
    }
  }
}
