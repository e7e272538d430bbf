import { Decimal } from '../decimal.ts';
import type { Contradiction, Entry, Level, Side, Target } from '../model.ts';
import type { Block } from './blocks.ts';
import { pricesFacts, sellsBelow } from './entry.ts';
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

/**
 * Percentages whose sign contradicts the side: the stop of a long lies at -4%, its targets at +3%. Of a short both are
 * written from the trade (a loss of -4%) as well as from the price (+4%).
 */
export function signContradiction(block: Block, side: Side, targets: readonly Value[]): Contradiction | null {
  if (side === 'short') return null;
  const stops = pricesFacts(block).flatMap((fact) => (fact.field === 'stop' ? fact.list.values : []));
  const isSigned = (value: Value, sign: '+' | '-'): boolean =>
    value.kind === 'percent' && value.token.number?.sign === sign;
  const stop = stops.find((value) => isSigned(value, '+'));
  if (stop !== undefined) return { reason: 'sl_wrong_side', numbers: { stop: `+${stop.amount}%`, side } };
  const target = targets.find((value) => isSigned(value, '-'));
  return target === undefined
    ? null
    : { reason: 'tp_wrong_side', numbers: { target: `-${target.amount}%`, side } };
}

/** Where a price lies as seen from the entry; null inside a zone, `unknown` where the entry has no price. */
function placeOf(
  value: Value | undefined,
  side: Side | null,
  entry: Entry | null,
): 'front' | 'behind' | 'unknown' | null {
  if (value?.kind !== 'price') return null;
  const prices = entry === null ? [] : entryPrices(entry);
  if (prices.length === 0 || side === null) return 'unknown';
  const sign = side === 'long' ? 1 : -1;
  if (prices.every((price) => value.amount.cmp(price) === sign)) return 'front';
  return prices.every((price) => value.amount.cmp(price) === -sign) ? 'behind' : null;
}

/** Words that leave a trade name the stop if their price lies behind the entry: 離場 98, "out at 98", "exit 98". */
function exitStop(
  facts: readonly PricesFact[],
  side: Side | null,
  entry: Entry | null,
): PricesFact | undefined {
  return facts.find((fact) => {
    if (fact.field !== 'exitAt' && fact.field !== 'closeAt') return false;
    const place = placeOf(fact.list.values[0], side, entry);
    return place === 'behind' || (place === 'unknown' && fact.field === 'exitAt');
  });
}

/** Values of every target list in the order written; lists that repeat an earlier one count once. */
export function targetValues(block: Block, side: Side | null, entry: Entry | null): readonly Value[] {
  const facts = pricesFacts(block);
  const labelled = facts.filter((fact) => fact.field === 'target' && fact.list.values.length > 0);
  const lastLabelled = labelled[labelled.length - 1]?.at ?? -1;
  const implied = facts.filter((fact) => {
    const place = placeOf(fact.list.values[0], side, entry);
    if (fact.field === 'aimAt') return fact.at > lastLabelled && (place === 'front' || place === 'unknown');
    if (labelled.length > 0) return place === 'front' && fact.at > lastLabelled && closesRest(fact);
    if (fact.field === 'exitAt') return place === 'front';
    return fact.field === 'closeAt' && (place === 'front' || place === 'unknown');
  });
  const named = labelled.length > 0 || implied.length > 0 ? [...labelled, ...implied] : soldAt(facts, side);
  const chosen = named.length > 0 ? named : behindStop(facts, side, entry);
  const seen = new Set<string>();
  return chosen.flatMap((fact) => {
    const key = fact.list.values.map((value) => `${value.kind}${value.amount}`).join();
    if (seen.has(key) && fact.list.values.length > 1) return [];
    seen.add(key);
    return fact.list.values;
  });
}

/** 1095 止盈一半，1060 全出. */
const closesRest = (fact: PricesFact): boolean =>
  fact.field === 'closeAt' && fact.list.values[0]?.share?.style === 'rest';

/** `stop 5.55 | 6.2, 6.5, 7 | 5x`: prices in a cell of their own behind the stop, all of them in front of the entry. */
function behindStop(
  facts: readonly PricesFact[],
  side: Side | null,
  entry: Entry | null,
): readonly PricesFact[] {
  const stop = facts.find((fact) => fact.field === 'stop');
  if (stop === undefined) return [];
  return facts.filter(
    (fact) =>
      fact.field === 'bare' &&
      fact.opensCell &&
      fact.at > stop.at &&
      fact.list.values.every((value) => placeOf(value, side, entry) === 'front'),
  );
}

/** Where a long is sold or a short bought back, beside the price that it is entered at. */
function soldAt(facts: readonly PricesFact[], side: Side | null): readonly PricesFact[] {
  if (side === null) return [];
  const opposite = side === 'long' || sellsBelow(facts) ? 'sellAt' : 'buyAt';
  return facts.filter(
    (fact) =>
      fact.field === opposite &&
      facts.some((other) => other !== fact && ['entry', 'bare', 'buyAt', 'sellAt'].includes(other.field)),
  );
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
