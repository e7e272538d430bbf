import { ZERO } from '../decimal.ts';
import type { CloseReason, Order, Trade } from '../model.ts';
import { byRole, held, isLive, leaving, marketStep } from './facts.ts';
import { closeAll } from './refusals.ts';
import { isAttached } from './spot/attached.ts';
import { standsAlone } from './spot/lots.ts';
import { SHARE_SLACK } from './targets.ts';
import { alert, patch, type Work } from './types.ts';

/**
 * Closes what nobody meant to keep: less than the exchange takes as one order, or a rest behind targets that were for
 * everything (an entry that filled after them). A runner, which the shares leave on purpose, stays on its stop.
 */
export function closeDust(work: Work): void {
  const { trade } = work;
  const isBusy = byRole(trade, 'entry', 'close').some(isLive) || !leaving(trade).isZero();
  if (trade.closing !== null || held(trade).isZero() || isBusy) return;
  const reason = isPassed(trade) ? 'targets' : isTooSmall(trade) ? dustReason(trade) : null;
  if (reason === null) return;
  patch(work, {
    closing: { until: null, reason, clearTargets: trade.shared === true },
    closeRetryAt: null,
    closeRefusals: 0,
  });
}

/**
 * Spot: the target that went with its entry has filled, maybe while nobody looked, and was for what the dearer commission
 * leaves. Where less was taken the rest is sold after it, or given up where no order takes so little.
 */
export function closeLeft(work: Work): void {
  const { trade } = work;
  const rest = held(trade);
  if (trade.closing !== null || rest.isZero() || byRole(trade, 'entry', 'close').some(isLive)) return;
  const target = byRole(trade, 'target').find(
    (order) => order.status === 'filled' && isAttached(trade, order),
  );
  if (!target?.price || !isPassed(trade)) return;
  if (standsAlone(trade, rest, target.price)) return closeAll(work, 'targets');
  if (trade.orders.some(isLive)) return;
  alert(work, 'warning', 'holding_too_small', { quantity: rest.toString() });
  patch(work, { elsewhere: trade.elsewhere.plus(rest), closeReason: 'targets', tooSmallTold: true });
}

/** All targets are done, and they were for all of it. */
function isPassed({ targets, targetsHit }: Trade): boolean {
  if (targets.length === 0 || targetsHit < targets.length) return false;
  const share = targets.reduce((sum, target) => sum.plus(target.sharePct), ZERO);
  return share.plus(SHARE_SLACK).gte(100);
}

function isTooSmall(trade: Trade): boolean {
  return held(trade).lt(trade.terms.minQuantity) || held(trade).lt(marketStep(trade));
}

function dustReason(trade: Trade): CloseReason {
  if (byRole(trade, 'target').some(hasExecuted)) return 'targets';
  if (byRole(trade, 'close').some(hasExecuted)) return 'user';
  return trade.elsewhere.isZero() ? (trade.entriesCancelled ?? 'entry_cancelled') : 'elsewhere';
}

function hasExecuted(order: Order): boolean {
  return !order.executed.isZero();
}
