import type { Decimal } from '../decimal.ts';
import type { InvalidReason, Signal } from '../model.ts';
import { entryPrices } from './exits.ts';

/**
 * A gap wider than this between neighbouring prices of one signal is a slip of the keyboard (a digit too many or too
 * few), not a plan.
 */
const MAX_GAP_FACTOR = 3;

/** The first contradiction between the prices of a signal, or null. */
export function checkPrices(signal: Signal): InvalidReason | null {
  const entries = entryPrices(signal.entry);
  const stop = signal.stopLoss !== null && 'price' in signal.stopLoss ? signal.stopLoss.price : null;
  const targets = signal.takeProfits.flatMap((target) => ('price' in target ? [target.price] : []));
  const all = [...entries, ...targets, ...(stop === null ? [] : [stop])];
  if (all.some((price) => !price.gt(0))) return 'number_unreadable';
  if (hasGap(all)) return 'price_magnitude';
  return (
    stopReason(signal, entries, stop) ??
    targetReason(signal, entries, stop, targets) ??
    orderReason(signal, targets)
  );
}

function hasGap(prices: readonly Decimal[]): boolean {
  const sorted = [...prices].sort((a, b) => a.cmp(b));
  return sorted.some((price, index) => {
    const below = sorted[index - 1];
    return below !== undefined && price.gt(below.times(MAX_GAP_FACTOR));
  });
}

function stopReason(signal: Signal, entries: readonly Decimal[], stop: Decimal | null): InvalidReason | null {
  if (stop === null || signal.entry.type === 'market') return null;
  if (entries.length === 1 && entries[0]?.eq(stop)) return 'sl_equals_entry';
  const wrong = entries.some((entry) => (signal.side === 'long' ? stop.gte(entry) : stop.lte(entry)));
  return wrong ? 'sl_wrong_side' : null;
}

function targetReason(
  signal: Signal,
  entries: readonly Decimal[],
  stop: Decimal | null,
  targets: readonly Decimal[],
): InvalidReason | null {
  const isBeyond = (target: Decimal, price: Decimal): boolean =>
    signal.side === 'long' ? target.gt(price) : target.lt(price);
  if (signal.entry.type === 'market') {
    if (stop === null || targets.every((target) => isBeyond(target, stop))) return null;
    return targets.some((target) => isBeyond(target, stop)) ? 'tp_wrong_side' : 'sl_wrong_side';
  }
  return targets.some((target) => entries.some((entry) => !isBeyond(target, entry))) ? 'tp_wrong_side' : null;
}

/** Each target lies further than the one before it; which of two that do not was meant first cannot be known. */
function orderReason(signal: Signal, targets: readonly Decimal[]): InvalidReason | null {
  const turnsBack = targets.some((target, index) => {
    const before = targets[index - 1];
    return before !== undefined && (signal.side === 'long' ? target.lt(before) : target.gt(before));
  });
  return turnsBack ? 'tp_not_in_order' : null;
}
