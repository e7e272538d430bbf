import type { OrderReport } from './exchange.ts';
import {
  attachedSlot,
  clientIdOf,
  isAttachedSlot,
  listIdOf,
  type OrderName,
  parseClientId,
  targetSlot,
} from './lifecycle/ids.ts';
import type { AttachedStop, Order, OrderRole, OrderType } from './model.ts';
import type { Evidence } from './rebuild-evidence.ts';

/** The orders of a trade as its ledger would have them, from what the exchange tells of them. */

/** The only target that goes with an entry is its trade's only one. */
const FIRST_TARGET = targetSlot({ targetRound: 0 }, 0);

/** Of two reports on one order the one that has seen more. */
export function ordersOf(evidence: Evidence): Order[] {
  const { tradeId, orders } = evidence;
  const reports = new Map<string, OrderReport>();
  for (const report of orders) {
    if (parseClientId(report.clientId)?.tradeId !== tradeId) continue;
    const before = reports.get(report.clientId);
    if (!before || report.executed.gt(before.executed) || report.conditional)
      reports.set(report.clientId, report);
  }
  const seen = [...reports.values()];
  return seen
    .filter(({ status }) => status !== 'waiting')
    .map((report) => withAttached(orderOf(report, evidence), seen));
}

/** With the stop, or stop and target, that the exchange is to place, or has placed, once it has filled. */
function withAttached(order: Order, seen: readonly OrderReport[]): Order {
  const name = parseClientId(order.clientId);
  const own = seen.find(({ clientId }) => clientId === order.clientId);
  if (order.role !== 'entry' || !name || !own?.listed) return order;
  const { tradeId, generation } = name;
  const legOf = (role: OrderRole, slot: number): OrderReport | undefined =>
    seen.find(({ clientId }) => clientId === clientIdOf(tradeId, role, slot, generation));
  const alone = legOf('stop', attachedSlot(order.slot));
  const slot = alone ? attachedSlot(order.slot) : FIRST_TARGET;
  const stop = alone ?? legOf('stop', FIRST_TARGET);
  const target = alone ? undefined : legOf('target', FIRST_TARGET);
  if (!stop?.triggerPrice) return order;
  const { clientId, quantity, price, triggerPrice } = stop;
  const attached: AttachedStop = {
    clientId,
    listId: listIdOf(tradeId, slot, generation),
    type: price === null ? 'stop_market' : 'stop_limit',
    quantity,
    price,
    triggerPrice,
    ...(target?.price ? { target: { clientId: target.clientId, price: target.price } } : {}),
  };
  return { ...order, attached };
}

/** As if it had been ours all the time. */
export function orderOf(report: OrderReport, { market, trading }: Evidence): Order {
  const name = parseClientId(report.clientId);
  const role = name?.role ?? 'close';
  const executedAll = report.executed.gte(report.quantity);
  return {
    clientId: report.clientId,
    symbol: report.symbol,
    action: report.action,
    positionSide: report.positionSide,
    type: market === 'spot' ? spotTypeOf(report, role) : typeOf(report, role),
    quantity: report.quantity,
    price: report.price,
    triggerPrice: report.triggerPrice,
    workingType: market === 'spot' ? 'last' : trading.stopTrigger,
    reduceOnly: role !== 'entry',
    callbackPct: role === 'trail' ? (trading.trailingStop?.callbackPct ?? null) : null,
    ...(report.listed && name && isOfPair(name)
      ? { listId: listIdOf(name.tradeId, name.slot, name.generation) }
      : {}),
    role,
    slot: name?.slot ?? 0,
    status: executedAll ? 'filled' : report.status === 'waiting' ? 'unknown' : report.status,
    orderId: report.orderId,
    executed: report.executed,
    createdAt: report.at,
    sendAt: null,
    since: report.at,
    filledAt: report.executed.gt(0) ? report.at : null,
    queries: 0,
    queryAt: null,
    cancelAskedAt: null,
    code: null,
    reason: report.reason,
  };
}

function typeOf(report: OrderReport, role: OrderRole): OrderType {
  if (role === 'trail') return 'trailing_stop_market';
  if (report.conditional || role === 'stop') return 'stop_market';
  return report.price ? 'limit' : 'market';
}

function spotTypeOf(report: OrderReport, role: OrderRole): OrderType {
  if (role === 'trail') return 'trailing_stop_market';
  if (report.conditional) return report.price ? 'stop_limit' : 'stop_market';
  if (report.price === null) return 'market';
  return report.listed && role !== 'entry' ? 'limit_maker' : 'limit';
}

/** A leg of a list that takes profit or stops; one with an entry is over once that has filled. */
function isOfPair({ role, slot }: OrderName): boolean {
  return role !== 'entry' && !isAttachedSlot(slot);
}
