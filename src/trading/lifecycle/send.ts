import type { Decimal } from '../decimal.ts';
import type { AttachedStop, Order, OrderRole, OrderType, Trade } from '../model.ts';
import { entryAction, exitAction, isActive, isConditional, isLive, nextGeneration } from './facts.ts';
import { attachedSlot, clientIdOf, listIdOf, targetSlot } from './ids.ts';
import { longerWindowMs, validUntil } from './patience.ts';
import type { Cover } from './spot/covers.ts';
import { stopLimit } from './spot/lots.ts';
import { due, patch, patchOrder, type Work } from './types.ts';

/** How long an unanswered cancel is waited for before it is asked again. */
const CANCEL_PATIENCE_MS = 2_000;
const CANCEL_PATIENCE_MAX_MS = 30_000;
/** What has just been sent stands, or does not, after this. */
const ANSWER_MS = 500;

export interface NewOrder {
  role: OrderRole;
  slot: number;
  type: OrderType;
  quantity: Decimal;
  price?: Decimal;
  triggerPrice?: Decimal;
  callbackPct?: Decimal;
  /** Of a leg: its list, and the generation that both legs share. */
  list?: { id: string; generation: number };
  /** Of an entry: the cover that the exchange is to place once it has filled. */
  attached?: Cover | null;
}

/** Builds an order of this trade: deterministic id, right side, reduce-only wherever it leaves the position. */
export function buildOrder(work: Work, wanted: NewOrder): Order {
  const { trade, now } = work;
  const isEntry = wanted.role === 'entry';
  const generation = wanted.list?.generation ?? nextGeneration(trade, wanted.role, wanted.slot);
  const order: Order = {
    clientId: clientIdOf(trade.id, wanted.role, wanted.slot, generation),
    symbol: trade.plan.symbol,
    action: isEntry ? entryAction(trade) : exitAction(trade),
    positionSide: trade.plan.positionSide,
    type: wanted.type,
    quantity: wanted.quantity,
    price: wanted.price ?? null,
    triggerPrice: wanted.triggerPrice ?? null,
    workingType: trade.terms.stopTrigger,
    reduceOnly: !isEntry,
    callbackPct: wanted.callbackPct ?? null,
    ...(wanted.list ? { listId: wanted.list.id } : {}),
    ...(wanted.attached ? { attached: attachedStop(trade, wanted.slot, generation, wanted.attached) } : {}),
    role: wanted.role,
    slot: wanted.slot,
    status: 'pending',
    orderId: null,
    executed: trade.elsewhere.times(0),
    createdAt: now,
    sendAt: null,
    since: now,
    filledAt: null,
    queries: 0,
    queryAt: null,
    cancelAskedAt: null,
    code: null,
    reason: null,
  };
  const windowMs = longerWindowMs(trade, order);
  const timed = windowMs === null ? order : { ...order, windowMs };
  const until = validUntil(trade, timed, work.serverTime);
  return until === null ? timed : { ...timed, validUntil: until };
}

/**
 * The stop that goes with an entry: its ids follow from the entry's. With a target they are those of that target's list,
 * which the two are from the fill on.
 */
function attachedStop(
  trade: Pick<Trade, 'id' | 'terms' | 'stopPrice' | 'targetRound'>,
  entrySlot: number,
  generation: number,
  { quantity, target }: Cover,
): AttachedStop {
  const slot = target === null ? attachedSlot(entrySlot) : targetSlot(trade, target.index);
  const price = stopLimit(trade);
  return {
    clientId: clientIdOf(trade.id, 'stop', slot, generation),
    listId: listIdOf(trade.id, slot, generation),
    type: price === null ? 'stop_market' : 'stop_limit',
    quantity,
    price,
    triggerPrice: trade.stopPrice,
    ...(target === null
      ? {}
      : { target: { clientId: clientIdOf(trade.id, 'target', slot, generation), price: target.price } }),
  };
}

export function place(work: Work, wanted: NewOrder): void {
  const order = buildOrder(work, wanted);
  patch(work, { orders: [...work.trade.orders, order] });
  work.effects.push({ type: 'place', order });
}

/** An order that may not even exist is asked to go ever more rarely: half as long again as it has been unknown. */
export function patienceMs(order: Order, askedAt: number): number {
  if (isActive(order)) return CANCEL_PATIENCE_MS;
  return Math.min(Math.max((askedAt - order.since) / 2, CANCEL_PATIENCE_MS), CANCEL_PATIENCE_MAX_MS);
}

/** Its removal could overtake it, and it would stand all the same: the answer is milliseconds away. */
export function isOnItsWay(work: Work, { status, createdAt }: Order): boolean {
  return status === 'pending' && !due(work, createdAt + ANSWER_MS);
}

/** Asks for the order's removal, again where that goes unanswered; one that was never sent is simply dropped. */
export function cancel(work: Work, order: Order): void {
  if (!isLive(order)) return;
  if (order.status === 'pending' && order.sendAt !== null) {
    patchOrder(work, order.clientId, { status: 'cancelled', sendAt: null });
    return;
  }
  if (order.role === 'target' && isOnItsWay(work, order)) return;
  // A triggered conditional order is a market order under way: there is nothing left to cancel. On spot one with a limit
  // rests on the book, and the price may have left it behind.
  const isResting = work.trade.terms.spot !== undefined && order.type === 'stop_limit';
  if (order.status === 'triggered' && isConditional(order) && !isResting) return;
  if (
    order.cancelAskedAt !== null &&
    !due(work, order.cancelAskedAt + patienceMs(order, order.cancelAskedAt))
  )
    return;
  patchOrder(work, order.clientId, { cancelAskedAt: work.now });
  due(work, work.now + patienceMs(order, work.now));
  work.effects.push({ type: 'cancel', order });
}
