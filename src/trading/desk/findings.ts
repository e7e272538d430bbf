import type { Decimal } from '../decimal.ts';
import type { RecoveryLine } from '../desk-types.ts';
import { entered, executedOf, held, isLive, resultOf } from '../lifecycle/facts.ts';
import { isAttached } from '../lifecycle/spot/attached.ts';
import type { Order, OrderRole, Trade } from '../model.ts';

/**
 * What has become of a trade while nobody looked, a line for each thing: read off the trade as it was and as it is,
 * so that nothing depends on which answer or event brought it to light. `answersToCome`: orders of it had just been sent
 * as it was, so that one which had no answer yet is nothing to tell.
 */
export function findings(before: Trade, after: Trade, answersToCome = false): RecoveryLine[] {
  const { symbol } = after.plan;
  const lines: RecoveryLine[] = [];
  const say = (code: RecoveryLine['code'], numbers: Record<string, string>) =>
    lines.push({ code, symbol, numbers });
  const known = new Map(before.orders.map((order) => [order.clientId, order]));

  for (const order of after.orders) {
    const was = known.get(order.clientId);
    if (!was || !isLive(was)) continue;
    const quantity = order.quantity.toString();
    const isOpen = was.status === 'unknown' || (was.status === 'pending' && !answersToCome);
    if (order.role === 'entry' && isOpen && order.status === 'working') say('entry_adopted', { quantity });
    if (order.role === 'entry' && order.status === 'failed') say('entry_failed', { quantity });
    if (isGone(was, order)) say('order_gone', { role: order.role, quantity });
  }
  const filled = entered(after).minus(entered(before));
  if (filled.gt(0)) say('fill_found', { quantity: filled.toString() });
  for (const role of EXITS) {
    const left = executedBy(after, role).minus(executedBy(before, role));
    if (left.gt(0)) say('exit_found', { role, quantity: left.toString() });
  }
  if (held(after).gt(0)) {
    const stops = after.orders.filter(({ role, clientId }) => role === 'stop' && !known.has(clientId));
    const came = stops.find((stop) => isAttached(after, stop) && hasStood(stop));
    const target = after.orders.find(({ role, listId }) => role === 'target' && listId === came?.listId);
    if (came?.listId && target) say('exits_with_entry', { ...stopNumbers(came), target: `${target.price}` });
    else if (came) say('stop_with_entry', stopNumbers(came));
    else if (stops.some((stop) => isLive(stop) && !isAttached(after, stop)))
      say('stop_restored', { price: after.stopPrice.toString(), quantity: held(after).toString() });
  }
  const funding = after.funding.minus(before.funding);
  if (!funding.isZero()) say('funding_found', { amount: funding.toString() });
  const liquidation = resultOf(after).liquidation.minus(resultOf(before).liquidation);
  if (!liquidation.isZero()) say('liquidation_fee_found', { amount: liquidation.toString() });
  if (before.phase !== 'closed' && after.phase === 'closed') {
    say('trade_over', after.closeReason === null ? {} : { reason: after.closeReason });
  }
  return lines;
}

const EXITS: readonly OrderRole[] = ['stop', 'trail', 'target', 'close'];
const ENDED: ReadonlySet<Order['status']> = new Set(['cancelled', 'expired', 'rejected']);

/** Taken off the book by somebody else. */
function isGone(was: Order, order: Order): boolean {
  return ENDED.has(order.status) && was.cancelAskedAt === null && order.cancelAskedAt === null;
}

function executedBy(trade: Trade, role: OrderRole): Decimal {
  return executedOf(trade.orders.filter((order) => order.role === role));
}

/** It stands, or did until we replaced it. */
function hasStood({ status, cancelAskedAt }: Order): boolean {
  return status === 'working' || status === 'triggered' || (status === 'cancelled' && cancelAskedAt !== null);
}

function stopNumbers({ triggerPrice, quantity }: Order): Record<string, string> {
  return { price: triggerPrice?.toString() ?? '', quantity: quantity.toString() };
}
