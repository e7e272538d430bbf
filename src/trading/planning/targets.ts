import { type Decimal, ZERO } from '../decimal.ts';
import { SHARE_SLACK } from '../lifecycle/targets.ts';
import type { PlanNote, PlannedTarget, Side } from '../model.ts';
import { floorTo, gain, moved, roundAgainst, roundAlong } from '../rounding.ts';
import { completeShares, isEvenSplit, sum, toHundred, weightsFor } from './shares.ts';
import { mergedNote } from './sketch.ts';
import { netOf, protectionFloor } from './spot.ts';
import type { PlanInput } from './types.ts';

/**
 * The targets that can be ordered, the nearest first. Prices round towards the entry. A target that is not ahead of
 * the entry, or whose part the exchange would refuse for being too small, gives its share to the next one, the last
 * to the one before. What the shares leave to 100 stays on the stop.
 */
export function targetsFor(
  input: PlanInput,
  { entryPrice, stopPrice, quantity }: { entryPrice: Decimal; stopPrice: Decimal; quantity: Decimal },
): { targets: PlannedTarget[]; notes: PlanNote[] } {
  const wanted = wantedTargets(input, entryPrice);
  const merged = mergeBehind(input, wanted, entryPrice);
  const targets =
    input.market === 'spot'
      ? atMost(input.maxLists ?? 1, mergeSmall(input, merged, spotPool(input, quantity, stopPrice)))
      : mergeSmall(input, merged, { quantity, floor: null });
  const notes =
    targets.length < wanted.length ? [mergedNote('targets_merged', wanted.length, targets.length)] : [];
  return { targets, notes };
}

/** Mean reward of the targets, weighted by their shares, over the stop's distance; null without targets. */
export function rewardRisk(
  side: Side,
  targets: readonly PlannedTarget[],
  entryPrice: Decimal,
  stopPrice: Decimal,
): Decimal | null {
  const shares = sum(targets.map((target) => target.sharePct));
  if (shares.isZero()) return null;
  const reward = targets.reduce(
    (total, target) => total.plus(gain(side, entryPrice, target.price).times(target.sharePct)),
    ZERO,
  );
  return reward.div(shares).div(gain(side, stopPrice, entryPrice));
}

function wantedTargets({ signal, trading, instrument }: PlanInput, entryPrice: Decimal): PlannedTarget[] {
  const { side, takeProfits } = signal;
  if (takeProfits.length === 0) return [];
  const given = completeShares(takeProfits.map((target) => target.share));
  const shares = given
    ? ofHundred(given)
    : toHundred(weightsFor(trading.takeProfitShares, takeProfits.length));
  return takeProfits
    .map((target, index) => {
      const exact = 'price' in target ? target.price : moved(side, entryPrice, target.percent);
      const nearer = roundAgainst(side, exact, instrument.tickSize);
      const ahead = gain(side, entryPrice, nearer).gt(0);
      const price = ahead ? nearer : roundAlong(side, exact, instrument.tickSize);
      return { price, sharePct: shares[index] ?? ZERO };
    })
    .filter((target) => target.sharePct.gt(0) && target.price.gt(0))
    .sort((a, b) => gain(side, b.price, a.price).comparedTo(ZERO));
}

function ofHundred(shares: readonly Decimal[]): readonly Decimal[] {
  return sum(shares).gt(100) || isEvenSplit(shares) ? toHundred(shares) : shares;
}

function mergeBehind(
  { signal }: PlanInput,
  targets: readonly PlannedTarget[],
  entryPrice: Decimal,
): PlannedTarget[] {
  const merged: PlannedTarget[] = [];
  let waiting = ZERO;
  for (const target of targets) {
    if (gain(signal.side, entryPrice, target.price).lte(0)) {
      waiting = waiting.plus(target.sharePct);
      continue;
    }
    const sharePct = target.sharePct.plus(waiting);
    waiting = ZERO;
    const last = merged.at(-1);
    if (last?.price.eq(target.price)) merged[merged.length - 1] = addShare(last, sharePct);
    else merged.push({ price: target.price, sharePct });
  }
  return merged;
}

/** What the targets share, and the price at which they are measured where that is not their own. */
interface Pool {
  quantity: Decimal;
  floor: Decimal | null;
}

/** On spot a target stands in a list with a stop, for what the commission leaves of the coins. */
function spotPool(input: PlanInput, quantity: Decimal, stopPrice: Decimal): Pool {
  return { quantity: netOf(quantity, input), floor: protectionFloor(input, stopPrice) };
}

/** One list for each target; what the shares leave needs a stop of its own. The farthest join the one before. */
function atMost(lists: number, targets: readonly PlannedTarget[]): PlannedTarget[] {
  const shares = sum(targets.map((target) => target.sharePct));
  const runner = shares.plus(SHARE_SLACK).lt(100) ? 1 : 0;
  const room = Math.max(lists - runner, 1);
  const kept = targets.slice(0, room);
  return targets.slice(room).reduce((joined, { sharePct }) => {
    const last = joined.at(-1);
    return last ? [...joined.slice(0, -1), addShare(last, sharePct)] : joined;
  }, kept);
}

function mergeSmall(input: PlanInput, targets: readonly PlannedTarget[], pool: Pool): PlannedTarget[] {
  const { instrument } = input;
  const { quantity, floor } = pool;
  const merged: PlannedTarget[] = [];
  let waiting = ZERO;
  for (const target of targets) {
    const sharePct = target.sharePct.plus(waiting);
    const part = floorTo(quantity.times(sharePct).div(100), instrument.stepSize);
    const stands =
      part.gt(0) &&
      part.gte(instrument.minQuantity) &&
      part.times(floor ?? target.price).gte(instrument.minNotional);
    waiting = stands ? ZERO : sharePct;
    if (stands) merged.push({ price: target.price, sharePct });
  }
  const last = merged.at(-1);
  if (waiting.isZero()) return merged;
  if (last) return [...merged.slice(0, -1), addShare(last, waiting)];
  // On spot they go with the stop.
  return floor === null ? loneTarget(input, targets, waiting, quantity) : [];
}

/** Small even together. Reduce-only orders may stay below the minimum notional, but not below a step. */
function loneTarget(
  { instrument }: PlanInput,
  targets: readonly PlannedTarget[],
  sharePct: Decimal,
  quantity: Decimal,
): PlannedTarget[] {
  const farthest = targets.at(-1);
  const part = floorTo(quantity.times(sharePct).div(100), instrument.stepSize);
  const stands = farthest && part.gt(0) && part.gte(instrument.minQuantity);
  return stands ? [{ price: farthest.price, sharePct }] : [];
}

function addShare(target: PlannedTarget, sharePct: Decimal): PlannedTarget {
  return { ...target, sharePct: target.sharePct.plus(sharePct) };
}
