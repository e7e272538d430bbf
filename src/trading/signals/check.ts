import { Decimal } from '../decimal.ts';
import type { Contradiction, InvalidReason, Signal } from '../model.ts';
import { entryPrices } from './exits.ts';

/**
 * A gap wider than this between neighbouring prices of one signal is a slip of the keyboard (a digit too many or too
 * few), not a plan.
 */
const MAX_GAP_FACTOR = 3;

/** Binance's highest leverage, https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Change-Initial-Leverage */
const MAX_LEVERAGE = 125;

/** The first contradiction in a signal, with its numbers, or null. */
export function contradictionOf(signal: Signal): Contradiction | null {
  const { leverage, takeProfits } = signal;
  if (leverage !== null && leverage > MAX_LEVERAGE)
    return contradiction('leverage_out_of_range', { leverage: `${leverage}`, max: `${MAX_LEVERAGE}` });
  const found = priceContradiction(signal);
  if (found !== null) return found;
  const total = takeProfits.reduce((sum, target) => sum.plus(target.share ?? 0), new Decimal(0));
  return total.gt(100) ? contradiction('tp_shares_exceed_100', { total: total.toFixed() }) : null;
}

export const contradiction = (
  reason: InvalidReason,
  numbers: Readonly<Record<string, string>>,
): Contradiction => ({ reason, numbers });

function priceContradiction(signal: Signal): Contradiction | null {
  const entries = entryPrices(signal.entry);
  const { stopLoss } = signal;
  // A stop at the whole price or beyond is a slip.
  if (stopLoss !== null && 'percent' in stopLoss && stopLoss.percent.gte(100))
    return contradiction('price_magnitude', { price: `${stopLoss.percent.toFixed()}%` });
  if (signal.takeProfits.some((target) => 'percent' in target && !target.percent.gt(0)))
    return contradiction('number_unreadable', { text: '0%' });
  const stop = stopLoss !== null && 'price' in stopLoss ? stopLoss.price : null;
  const targets = signal.takeProfits.flatMap((target) => ('price' in target ? [target.price] : []));
  const all = [...entries, ...targets, ...(stop === null ? [] : [stop])];
  const none = all.find((price) => !price.gt(0));
  if (none !== undefined) return contradiction('number_unreadable', { text: none.toFixed() });
  return (
    gapIn(all) ??
    stopContradiction(signal, entries, stop) ??
    targetContradiction(signal, entries, stop, targets) ??
    orderContradiction(signal, targets)
  );
}

/** The price with fewer others on its side of a gap is the one that is out of line. */
function gapIn(prices: readonly Decimal[]): Contradiction | null {
  const sorted = [...prices].sort((a, b) => a.cmp(b));
  const at = sorted.findIndex((price, index) => price.gt((sorted[index - 1] ?? price).times(MAX_GAP_FACTOR)));
  const [below, above] = [sorted[at - 1], sorted[at]];
  if (at === -1 || below === undefined || above === undefined) return null;
  const [price, other] = at < sorted.length - at ? [below, above] : [above, below];
  return contradiction('price_magnitude', { price: price.toFixed(), other: other.toFixed() });
}

function stopContradiction(
  { side, entry: { type } }: Signal,
  entries: readonly Decimal[],
  stop: Decimal | null,
): Contradiction | null {
  if (stop === null || type === 'market') return null;
  if (entries.length === 1 && entries[0]?.eq(stop))
    return contradiction('sl_equals_entry', { stop: stop.toFixed(), side });
  const wrong = entries.find((entry) => (side === 'long' ? stop.gte(entry) : stop.lte(entry)));
  return wrong === undefined
    ? null
    : contradiction('sl_wrong_side', { stop: stop.toFixed(), entry: wrong.toFixed(), side });
}

function targetContradiction(
  { side, entry: { type } }: Signal,
  entries: readonly Decimal[],
  stop: Decimal | null,
  targets: readonly Decimal[],
): Contradiction | null {
  const isBeyond = (target: Decimal, price: Decimal): boolean =>
    side === 'long' ? target.gt(price) : target.lt(price);
  if (type === 'market') {
    const wrong = stop === null ? undefined : targets.find((target) => !isBeyond(target, stop));
    if (stop === null || wrong === undefined) return null;
    return targets.some((target) => isBeyond(target, stop))
      ? contradiction('tp_wrong_side', { target: wrong.toFixed(), side })
      : contradiction('sl_wrong_side', { stop: stop.toFixed(), side });
  }
  for (const target of targets) {
    const entry = entries.find((price) => !isBeyond(target, price));
    if (entry !== undefined)
      return contradiction('tp_wrong_side', { target: target.toFixed(), entry: entry.toFixed(), side });
  }
  return null;
}

/** Each target lies further than the one before it; which of two that do not was meant first cannot be known. */
function orderContradiction({ side }: Signal, targets: readonly Decimal[]): Contradiction | null {
  const turnsBack = targets.some((target, index) => {
    const before = targets[index - 1];
    return before !== undefined && (side === 'long' ? target.lt(before) : target.gt(before));
  });
  return turnsBack
    ? contradiction('tp_not_in_order', { targets: targets.map((target) => target.toFixed()).join(' / ') })
    : null;
}
