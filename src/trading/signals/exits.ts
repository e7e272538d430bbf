import { Decimal } from '../decimal.ts';
import type { Entry, Level, Side, Target } from '../model.ts';
import type { Block } from './blocks.ts';
import { pricesFacts } from './entry.ts';
import type { PricesFact } from './facts.ts';
import type { Value } from './value-list.ts';

const HUNDRED = new Decimal(100);

/** The price that stop and targets are compared with: the only price, or the middle of several; null at market. */
export function entryPrices(entry: Entry): readonly Decimal[] {
  switch (entry.type) {
    case 'market':
      return entry.reference === undefined ? [] : [entry.reference];
    case 'limit':
      return entry.prices;
    case 'zone':
      return [entry.low, entry.high];
  }
}

/** The stop as written; of a range the nearer bound. Null where none is given, or only a distance in points. */
export function resolveStop(block: Block, side: Side | null, entry: Entry | null): Level | null {
  const facts = pricesFacts(block);
  const fact =
    facts.find((each) => each.field === 'stop' && each.list.values.length > 0) ??
    exitStop(facts, side, entry);
  if (fact === undefined) return null;
  const values = fact.list.values;
  const percents = values.filter((value) => value.kind === 'percent');
  const last = values[values.length - 1];
  if (
    values[0]?.kind === 'percent' ||
    (values.length === 2 && last?.kind === 'percent' && last.join === 'dash')
  ) {
    const all = (values[0]?.kind === 'percent' ? percents : values).map((value) => value.amount);
    const smallest = all.reduce((a, b) => (b.lt(a) ? b : a));
    return smallest.gt(0) ? { percent: smallest } : null;
  }
  const prices = values.filter((value) => value.kind === 'price');
  const first = prices[0];
  if (first === undefined) return null;
  const second = prices[1];
  if (second === undefined || (second.join !== 'dash' && second.join !== 'to'))
    return { price: first.amount };
  const nearer =
    side === 'short' ? Decimal.min(first.amount, second.amount) : Decimal.max(first.amount, second.amount);
  return { price: nearer };
}

/** 離場 with a price on the losing side is the stop. */
function exitStop(
  facts: readonly PricesFact[],
  side: Side | null,
  entry: Entry | null,
): PricesFact | undefined {
  const price = entry === null ? undefined : entryPrices(entry)[0];
  return facts.find((fact) => {
    const value = fact.field === 'exitAt' ? fact.list.values[0] : undefined;
    if (value?.kind !== 'price') return false;
    return (
      price === undefined ||
      side === null ||
      (side === 'long' ? value.amount.lt(price) : value.amount.gt(price))
    );
  });
}

/** Values of every target list in the order written; lists that repeat an earlier one count once. */
export function targetValues(block: Block, side: Side | null, hasEntry: boolean): readonly Value[] {
  const facts = pricesFacts(block);
  const labelled = facts.filter((fact) => fact.field === 'target' && fact.list.values.length > 0);
  const opposite = side === 'long' ? 'sellAt' : 'buyAt';
  const traded =
    side === null || !hasEntry
      ? []
      : facts.filter(
          (fact) =>
            fact.field === opposite &&
            labelled.length === 0 &&
            facts.some(
              (other) => other !== fact && ['entry', 'bare', 'buyAt', 'sellAt'].includes(other.field),
            ),
        );
  const closing = facts.filter((fact) => fact.field === 'closeAt' && fact.list.values[0]?.kind === 'price');
  const chosen = labelled.length > 0 ? labelled : [...closing, ...traded];
  const seen = new Set<string>();
  return chosen.flatMap((fact) => {
    const key = fact.list.values.map((value) => `${value.kind}${value.amount}`).join();
    if (seen.has(key) && fact.list.values.length > 1) return [];
    seen.add(key);
    return fact.list.values;
  });
}

/** Turns values into targets; multiples of the risk need a single entry and a price as stop. */
export function resolveTargets(
  values: readonly Value[],
  side: Side,
  entry: Entry,
  stop: Level | null,
): Target[] {
  const shares = sharesOf(values, entry);
  return values.flatMap((value, index): Target[] => {
    if (value.kind === 'points') return [];
    const share = shares?.[index];
    const withShare = share === undefined ? {} : { share };
    if (value.kind === 'percent') return [{ percent: value.amount, ...withShare }];
    const price = value.kind === 'price' ? value.amount : ofRisk(value.amount, side, entry, stop);
    return price === null ? [] : [{ price, ...withShare }];
  });
}

function ofRisk(multiple: Decimal, side: Side, entry: Entry, stop: Level | null): Decimal | null {
  const price = entry.type === 'limit' && entry.prices.length === 1 ? entry.prices[0] : undefined;
  if (price === undefined || stop === null || !('price' in stop)) return null;
  const distance = price.minus(stop.price).abs().times(multiple);
  return side === 'long' ? price.plus(distance) : price.minus(distance);
}

/**
 * Percentages behind targets that are shares of the position. Words that close something say so; otherwise gains must be
 * ruled out: they grow with the price, or equal the move from the entry.
 */
export function sharesOf(values: readonly Value[], entry: Entry): readonly Decimal[] | null {
  const shares = values.map((value) => value.share);
  if (shares.length === 0 || shares.some((share) => share === null || share.style === 'profit')) return null;
  const stated = shares.flatMap((share) => (share === null ? [] : [share]));
  const rest = stated.findIndex((share) => share.style === 'rest');
  if (rest !== -1) {
    const others = stated
      .filter((share) => share.style !== 'rest')
      .reduce((sum, share) => sum.plus(share.percent), new Decimal(0));
    return others.lt(HUNDRED) && rest === stated.length - 1
      ? stated.map((share) => (share.style === 'rest' ? HUNDRED.minus(others) : share.percent))
      : null;
  }
  const percents = stated.map((share) => share.percent);
  if (stated.every((share) => share.style === 'close')) return percents;
  const total = percents.reduce((sum, percent) => sum.plus(percent), new Decimal(0));
  if (total.eq(HUNDRED)) return percents;
  if (isGain(values, percents, entry)) return null;
  if (total.gt(HUNDRED)) return percents;
  return stated.every((share) => share.style === 'dash') ? percents : null;
}

function isGain(values: readonly Value[], percents: readonly Decimal[], entry: Entry): boolean {
  const rising = percents.every(
    (percent, index) => index === 0 || percent.gt(percents[index - 1] ?? percent),
  );
  if (rising && percents.length > 1) return true;
  const prices = entryPrices(entry);
  return prices.some((price) =>
    values.every((value, index) => {
      const percent = percents[index];
      if (value.kind !== 'price' || percent === undefined || price.isZero()) return false;
      const move = value.amount.minus(price).abs().div(price).times(HUNDRED);
      return move
        .minus(percent)
        .abs()
        .lte(Decimal.max(percent.times('0.2'), new Decimal('0.3')));
    }),
  );
}
