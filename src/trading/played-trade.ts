import { ZERO } from './decimal.ts';
import type { OrderReport } from './exchange.ts';
import { isConditional, isLive } from './lifecycle/facts.ts';
import type { Effect, TradeEvent } from './lifecycle/types.ts';
import type { Order, Trade } from './model.ts';
import { step } from './trade.ts';

/** More than the longest plan needs. */
const MOST_STEPS = 500;

/**
 * A trade's life in a moment, with an exchange that confirms all it is asked for and fills entries and targets.
 * @param onStep the trade after each step, as it would be journalled
 */
export function playTrade(trade: Trade, now: number, onStep: (trade: Trade) => void): Trade {
  const events: TradeEvent[] = [{ type: 'begin' }];
  let played = trade;
  for (let count = 0; count < MOST_STEPS && played.phase !== 'closed'; count += 1) {
    const event = events.shift() ?? nextFill(played, now + count);
    const { trade: next, effects } = step(played, event, now + count);
    if (next !== played) onStep(next);
    played = next;
    events.push(...effects.flatMap((effect) => answersTo(effect, now + count)));
  }
  return played;
}

/** What stands first of entries, then of targets, is executed whole; where nothing does, time passes. */
function nextFill({ orders }: Trade, at: number): TradeEvent {
  const standing = orders.filter(({ status }) => status === 'working');
  const order =
    standing.find(({ role }) => role === 'entry') ?? standing.find(({ role }) => role === 'target');
  return order ? filled(order, at) : { type: 'tick' };
}

function answersTo(effect: Effect, at: number): TradeEvent[] {
  switch (effect.type) {
    case 'place':
      return [placed(effect.order, at)];
    case 'cancel':
      return [cancelled(effect.order, at)];
    case 'place_list':
      return [
        {
          type: 'list_placed',
          listId: effect.listId,
          outcome: { kind: 'confirmed', value: [effect.target, effect.stop].map((leg) => reportOf(leg, at)) },
        },
      ];
    case 'cancel_list':
      return [
        {
          type: 'list_cancelled',
          listId: effect.listId,
          outcome: { kind: 'confirmed', value: effect.orders.map((leg) => endOf(leg, at)) },
        },
      ];
    case 'replace':
      return [{ ...cancelled(effect.old, at), withNew: true }, placed(effect.order, at)];
    default:
      return [];
  }
}

function placed(order: Order, at: number): TradeEvent {
  return {
    type: 'placed',
    clientId: order.clientId,
    outcome: { kind: 'confirmed', value: reportOf(order, at) },
  };
}

function cancelled(order: Order, at: number): Extract<TradeEvent, { type: 'cancelled' }> {
  return {
    type: 'cancelled',
    clientId: order.clientId,
    outcome: { kind: 'confirmed', value: endOf(order, at) },
  };
}

function filled(order: Order, at: number): TradeEvent {
  const { clientId, symbol, action, positionSide, quantity } = order;
  const price = order.price ?? order.triggerPrice ?? ZERO;
  const orderId = clientId;
  return {
    type: 'report',
    report: { ...reportOf(order, at), status: 'filled', executed: quantity, avgPrice: price },
    fill: {
      tradeId: clientId,
      orderId,
      clientId,
      symbol,
      action,
      positionSide,
      price,
      quantity,
      commission: ZERO,
      commissionAsset: 'USDT',
      realisedPnl: ZERO,
      maker: true,
      at,
    },
  };
}

function endOf(order: Order, at: number): OrderReport {
  return { ...reportOf(order, at), status: isLive(order) ? 'cancelled' : 'filled' };
}

function reportOf(order: Order, at: number): OrderReport {
  const { clientId, symbol, action, positionSide, reduceOnly, quantity, executed, price, triggerPrice } =
    order;
  return {
    clientId,
    symbol,
    conditional: isConditional(order),
    orderId: clientId,
    status: 'working',
    action,
    positionSide,
    reduceOnly,
    quantity,
    executed,
    avgPrice: null,
    price,
    triggerPrice,
    reason: null,
    at,
    ...(order.listId === undefined ? {} : { listed: true }),
  };
}
