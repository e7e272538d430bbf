import { best } from '../book.ts';
import { ApiError } from '../errors.ts';
import { freeOf } from './account.ts';
import type { Core } from './core.ts';
import { listStatus } from './events.ts';
import { announce, crosses, end, marketOf, work } from './fills.ts';
import { checkFilters, fittingQuantity, wouldTrigger } from './filters.ts';
import { type ExpiryReason, isContingent, isOpen, type Order, type OrderList } from './model.ts';

/**
 * What the orders of a list do to each other. An OCO's legs exclude one another as soon as one of them triggers or
 * trades; the pending orders of an OTO come to the book once its working order has filled whole.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#order-lists
 */

/** A leg of a pair begins: the other one expires, and the list has done its work. */
export function legStarts(core: Core, order: Order): void {
  const list = core.openLists.get(order.orderListId);
  if (list === undefined || !list.pair?.includes(order.orderId)) return;
  finish(core, list, () => endOpen(core, list, order, 'OCO_TRIGGER'));
}

/** An order of a list is over: so are the others, or the next phase begins. */
export function listAfter(core: Core, order: Order, cancelId?: string): void {
  const list = core.openLists.get(order.orderListId);
  if (list === undefined) return;
  if (order.status === 'CANCELED') {
    finish(core, list, () => {
      for (const other of openOf(core, list))
        end(core, other, 'CANCELED', cancelId === undefined ? {} : { cancelId });
    });
    return;
  }
  if (order.orderId === list.workingId) {
    if (order.status === 'FILLED') core.later(() => secondPhase(core, list));
    else finish(core, list, () => endOpen(core, list, order, 'OTO_PHASE_ONE_EXPIRED'));
    return;
  }
  finish(core, list, () => endOpen(core, list, order, 'OCO_TRIGGER'));
}

function openOf(core: Core, list: OrderList): Order[] {
  return list.orderIds
    .map((orderId) => core.orders.get(orderId))
    .filter((order) => order !== undefined && isOpen(order)) as Order[];
}

function endOpen(core: Core, list: OrderList, except: Order | null, reason: ExpiryReason): void {
  for (const other of openOf(core, list)) if (other !== except) end(core, other, 'EXPIRED', { reason });
}

/** The list is no longer open while `rest` ends its orders, so that none of them ends the others again. */
function finish(core: Core, list: OrderList, rest: () => void): void {
  list.done = true;
  list.transactionTime = core.now();
  core.openLists.delete(list.orderListId);
  rest();
  core.publish(listStatus(core, list));
}

function secondPhase(core: Core, list: OrderList): void {
  if (!core.openLists.has(list.orderListId)) return;
  const market = marketOf(core, list.symbol);
  const pending = openOf(core, list);
  for (const order of pending) if (list.opo) order.quantity = fittingQuantity(market, list.received);
  if (!placeable(core, list, pending)) {
    finish(core, list, () => endOpen(core, list, null, 'REJECTED'));
    return;
  }
  for (const order of pending) order.status = 'NEW';
  list.transactionTime = core.now();
  for (const order of pending) announce(core, order, !isContingent(order.type));
  core.publish(listStatus(core, list));
  for (const order of pending) {
    if (order.trailingDelta !== null && order.stopPrice.isZero()) order.extreme = market.last;
    if (order.working && isOpen(order)) work(core, order);
  }
}

/** Whether the matching engine takes all the pending orders now. */
function placeable(core: Core, list: OrderList, pending: readonly Order[]): boolean {
  const market = marketOf(core, list.symbol);
  const { baseAsset, quoteAsset, status } = market.instrument;
  if (status !== 'TRADING') return false;
  return pending.every((order) => {
    try {
      checkFilters(core, market, order);
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
    const opponent = best(market, order.side);
    const takes = opponent !== null && crosses(order.side, order.price, opponent);
    if (order.quantity.isZero() || wouldTrigger(market, order)) return false;
    if (order.type === 'LIMIT_MAKER' && takes) return false;
    return order.side === 'SELL'
      ? freeOf(core, baseAsset).gte(order.quantity)
      : freeOf(core, quoteAsset).gte(order.quantity.times(order.lockPrice));
  });
}
