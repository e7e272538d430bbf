import type { Decimal } from '../trading/decimal.ts';
import {
  better,
  byRole,
  covered,
  entered,
  executedOf,
  held,
  isActive,
  isLive,
  onStep,
} from '../trading/lifecycle/facts.ts';
import { protectionOf } from '../trading/lifecycle/protection.ts';
import { standsAlone, stopFloor } from '../trading/lifecycle/spot/lots.ts';
import { ordersOfTarget, targetQuantities } from '../trading/lifecycle/targets.ts';
import type { Trade } from '../trading/model.ts';
import type { PlannedRequest } from './records.ts';

/** What has come so far of something that a trade was asked for. */

/** Where the trade is to come to. */
export type Aim =
  | { type: 'stop'; price: Decimal }
  /** `until`: what all closes together are to have executed then; null for everything. */
  | { type: 'close'; until: Decimal | null }
  | { type: 'no_entries' }
  | { type: 'targets'; round: number };

/**
 * `waiting`: the exchange has not confirmed it; `refused`: it was given up, with the stop that stands; `overtaken`: by
 * something else that was asked for since; `ended`: the trade was over first.
 */
export type Standing =
  | { kind: 'waiting' }
  | { kind: 'done'; left: Decimal }
  | { kind: 'refused'; stop: Decimal | null }
  | { kind: 'overtaken' }
  | { kind: 'ended' };

/** What an accepted request has set: the trade right before, and right after it. */
export function aimOf(request: PlannedRequest, before: Trade, after: Trade): Aim {
  switch (request.type) {
    case 'close': {
      if (request.fraction.gte(1) || after.closing?.until === null) return { type: 'close', until: null };
      // It may have been carried out already, and is no longer under way.
      const least = closedBy(before).plus(before.terms.stepSize);
      return { type: 'close', until: after.closing?.until ?? least };
    }
    case 'move_stop':
    case 'break_even':
      return { type: 'stop', price: after.stopPrice };
    case 'cancel_entries':
      return { type: 'no_entries' };
    case 'set_targets':
      return { type: 'targets', round: after.targetRound };
  }
}

export function standingOf(aim: Aim, trade: Trade): Standing {
  switch (aim.type) {
    case 'close':
      return aim.until === null ? closing(trade) : closingPart(trade, aim.until);
    case 'no_entries':
      return byRole(trade, 'entry').some(isLive) ? WAITING : done(trade);
    case 'stop':
      return moving(trade, aim.price);
    case 'targets':
      return retargeting(trade, aim.round);
  }
}

const WAITING: Standing = { kind: 'waiting' };
const ENDED: Standing = { kind: 'ended' };
const OVERTAKEN: Standing = { kind: 'overtaken' };

function done(trade: Trade): Standing {
  return { kind: 'done', left: held(trade) };
}

function closedBy(trade: Trade): Decimal {
  return executedOf(byRole(trade, 'close'));
}

function closing(trade: Trade): Standing {
  return trade.phase === 'closed' ? done(trade) : WAITING;
}

function closingPart(trade: Trade, until: Decimal): Standing {
  if (closedBy(trade).gte(until)) return done(trade);
  if (trade.phase === 'closed') return ENDED;
  if (trade.closing === null) return { kind: 'refused', stop: null };
  return trade.closing.until === null ? OVERTAKEN : WAITING;
}

function moving(trade: Trade, price: Decimal): Standing {
  if (trade.phase === 'closed') return ENDED;
  if (!trade.stopPrice.eq(price)) {
    const wentBack = trade.stopHeldPrice?.eq(trade.stopPrice) && better(trade, price, trade.stopPrice);
    return wentBack ? { kind: 'refused', stop: trade.stopPrice } : OVERTAKEN;
  }
  const holds = held(trade);
  if (holds.isZero()) return entered(trade).isZero() ? done(trade) : ENDED;
  if (covered(trade, price).gte(onStep(trade, holds))) return done(trade);
  // One of the user's own protects it, or it is too little for an order and the bot itself watches the price.
  const isWatched = trade.terms.spot !== undefined && !standsAlone(trade, holds, stopFloor(trade));
  return isWatched || protectionOf(trade) === 'own_stop' ? done(trade) : WAITING;
}

function retargeting(trade: Trade, round: number): Standing {
  if (trade.phase === 'closed') return ENDED;
  if (trade.targetRound !== round) return OVERTAKEN;
  if (held(trade).isZero()) return entered(trade).isZero() ? done(trade) : ENDED;
  const missing = targetQuantities(trade).some(
    (quantity, index) =>
      index >= trade.targetsHit &&
      quantity.gt(0) &&
      !ordersOfTarget(trade, index).some((order) => isActive(order) || order.status === 'filled'),
  );
  return missing ? WAITING : done(trade);
}
