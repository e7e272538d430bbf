import type { Decimal } from '../decimal.ts';
import type { Entry, Side } from '../model.ts';
import type { Block } from './blocks.ts';
import type { Fact, PricesFact, TriggerWord } from './facts.ts';
import type { Value } from './value-list.ts';

export interface ResolvedEntry {
  readonly entry: Entry;
  readonly trigger: 'above' | 'below' | null;
  readonly fact: Fact;
  /** Stop and targets of the compact form `entry/stop/target`. */
  readonly positional: { readonly stop: Value; readonly targets: readonly Value[] } | null;
}

export const pricesFacts = (block: Block): readonly PricesFact[] =>
  block.filter((fact): fact is PricesFact => fact.kind === 'prices');

export const priceValues = (fact: PricesFact): readonly Value[] =>
  fact.list.values.filter((value) => value.kind === 'price');

const isExit = (fact: Fact): boolean =>
  fact.kind === 'prices' && (fact.field === 'stop' || fact.field === 'target');

/** Where and how the trade is entered, or null if the message does not say. */
export function resolveEntry(block: Block, side: Side | null): ResolvedEntry | null {
  const labelled = labelledEntries(block, side);
  const market = block.find((fact) => fact.kind === 'market');
  const first = labelled[0];
  const ticker = block.some((fact) => fact.kind === 'alert' && fact.ticker);
  if (ticker && first !== undefined && first.field !== 'entry') return marketEntry(first, labelled);
  if (first !== undefined) {
    if (labelled.some((fact) => fact.list.market && !fact.list.between)) return marketEntry(first, labelled);
    if (market !== undefined && market.end === first.at) return marketEntry(market, labelled);
    if (market !== undefined && overridesLabel(market, block, first)) return marketEntry(market, labelled);
    return limitEntry(labelled, block, side);
  }
  const bare = bareEntry(block);
  if (bare !== null && ticker) return marketEntry(bare, [bare]);
  const exit = block.find(isExit);
  if (market !== undefined && (exit === undefined || market.at < exit.at || bare === null))
    return marketEntry(market, bare === null ? [] : [bare]);
  const here = block.find((fact) => fact.kind === 'here');
  if (
    here !== undefined &&
    (bare === null || (bare.clause === here.clause && bare.at > here.at && isNextTo(block, here, bare)))
  )
    return marketEntry(here, bare === null ? [] : [bare]);
  if (bare === null) {
    const spread = averaging(block).find((fact) => priceValues(fact).length > 1);
    return spread === undefined ? unlabelledPrice(block, side) : limitEntry([spread], block, side);
  }
  if (bare.list.market && !bare.list.between) return marketEntry(bare, [bare]);
  return limitEntry([bare, ...averaging(block)], block, side);
}

/** `6.80/6.65/6.50 dca` alone are the entries; one price alone adds to a position that is there. */
const averaging = (block: Block): readonly PricesFact[] =>
  pricesFacts(block).filter((fact) => fact.field === 'dca' && priceValues(fact).length > 0);

/** "Price: 27.45": where an alert saw the market, or where a person wants to get in. */
function unlabelledPrice(block: Block, side: Side | null): ResolvedEntry | null {
  const fact = pricesFacts(block).find((each) => each.field === 'priceAt' && priceValues(each).length > 0);
  if (fact === undefined) return null;
  if (fact.list.market) return marketEntry(fact, [fact]);
  const isLimit = block.some((other) => other.kind === 'limit');
  return !isLimit && block.some((other) => other.kind === 'alert')
    ? marketEntry(fact, [fact])
    : limitEntry([fact], block, side);
}

const isNextTo = (block: Block, a: Fact, b: Fact): boolean =>
  Math.abs(block.indexOf(a) - block.indexOf(b)) === 1;

/** "市價空 … 進場: 5.436": the order to buy at market stands with the side; a price noted beside a label is only for orientation. */
function overridesLabel(market: Fact, block: Block, label: PricesFact): boolean {
  const next = block[block.indexOf(market) + 1];
  if (next?.kind === 'prices' && next.field === 'bare' && next.line === market.line && next !== label)
    return false;
  const withSide = block.some(
    (fact) => fact.kind === 'side' && fact.strength !== 'emoji' && fact.line === market.line,
  );
  return withSide && market.at < label.at && priceValues(label).length <= 1;
}

function labelledEntries(block: Block, side: Side | null): readonly PricesFact[] {
  const facts = pricesFacts(block).filter((fact) => priceValues(fact).length > 0 || fact.list.market);
  const entries = facts.filter((fact) => fact.field === 'entry');
  if (entries.length > 0) return [...entries, ...averaging(block)];
  const own = side === 'short' && !sellsBelow(facts) ? 'sellAt' : 'buyAt';
  const trade = facts.filter((fact) => fact.field === own);
  if (trade.length > 0) return [...trade, ...averaging(block)];
  const other = facts.filter((fact) => fact.field === 'buyAt' || fact.field === 'sellAt');
  const first = other[0];
  return first !== undefined && !facts.some((fact) => fact.field === 'bare' && fact.adjacent) ? [first] : [];
}

/** In a short with `Buy price: 0.0512` and `Sell price: 0.0499 / 0.0484` the words only number the steps: it goes down from the first. */
export function sellsBelow(facts: readonly PricesFact[]): boolean {
  const bought = facts.filter((fact) => fact.field === 'buyAt').flatMap(priceValues);
  const sold = facts.filter((fact) => fact.field === 'sellAt').flatMap(priceValues);
  return (
    bought.length > 0 &&
    sold.length > 0 &&
    sold.every((lower) => bought.every((upper) => lower.amount.lt(upper.amount)))
  );
}

/** The price list next to the coin or the side, before the first stop or target. */
function bareEntry(block: Block): PricesFact | null {
  const exit = block.find(isExit);
  const candidates = pricesFacts(block).filter(
    (fact) => fact.field === 'bare' && fact.adjacent && priceValues(fact).length > 0,
  );
  return (
    candidates.find(
      (fact) => (exit === undefined || fact.at < exit.at) && fact.line <= headLine(block, fact) + 2,
    ) ??
    candidates.find((fact) => fact.clause === sideClause(block)) ??
    null
  );
}

/** The line of the last side or coin before a price, or of the first one behind it. */
function headLine(block: Block, price: PricesFact): number {
  const heads = block.filter(
    (fact) => (fact.kind === 'side' && fact.strength !== 'emoji') || fact.kind === 'symbol',
  );
  return heads.findLast((fact) => fact.at < price.at)?.line ?? heads[0]?.line ?? 0;
}

const sideClause = (block: Block): number => block.find((fact) => fact.kind === 'side')?.clause ?? -1;

function marketEntry(fact: Fact, prices: readonly PricesFact[]): ResolvedEntry {
  const reference = prices.flatMap(priceValues)[0]?.amount;
  return {
    entry: reference === undefined ? { type: 'market' } : { type: 'market', reference },
    trigger: null,
    fact,
    positional: null,
  };
}

function limitEntry(facts: readonly PricesFact[], block: Block, side: Side | null): ResolvedEntry | null {
  const distinct = facts.filter(
    (fact, index) => !facts.slice(0, index).some((earlier) => samePrices(earlier, fact)),
  );
  const first = distinct[0];
  if (first === undefined) return null;
  const word =
    distinct.find((fact) => fact.list.trigger !== null)?.list.trigger ?? triggerBefore(block, first);
  const trigger = word === 'break' ? breakDirection(side) : word;
  const values = distinct.flatMap(priceValues);
  const dcaOnly = distinct.slice(1).every((fact) => fact.field === 'dca');
  const own = priceValues(first);
  if (isZone(first, own) && (distinct.length === 1 || dcaOnly))
    return { entry: zoneOf(own), trigger, fact: first, positional: null };
  if (first.field === 'bare' && distinct.length === 1) {
    const positional = positionalPrices(block, own, side);
    const price = own[0];
    if (positional !== null && price !== undefined)
      return { entry: { type: 'limit', prices: [price.amount] }, trigger, fact: first, positional };
  }
  return { entry: ladder(values), trigger, fact: first, positional: null };
}

const samePrices = (a: PricesFact, b: PricesFact): boolean => {
  const [left, right] = [priceValues(a), priceValues(b)];
  return left.length === right.length && left.every((value, index) => right[index]?.amount.eq(value.amount));
};

function isZone(fact: PricesFact, values: readonly Value[]): boolean {
  if (values.length !== 2) return false;
  const join = values[1]?.join;
  return fact.list.zone || fact.list.between || join === 'dash' || join === 'to';
}

function zoneOf(values: readonly Value[]): Entry {
  const sorted = values.map((value) => value.amount).sort((a, b) => a.cmp(b));
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  if (low === undefined || high === undefined) throw new Error('a zone needs two prices');
  return low.eq(high) ? { type: 'limit', prices: [low] } : { type: 'zone', low, high };
}

function ladder(values: readonly Value[]): Entry {
  const prices = values.map((value) => value.amount);
  const shares = values.flatMap((value) => (value.share === null ? [] : [value.share.percent]));
  const total = shares.reduce<Decimal | null>((sum, share) => (sum === null ? share : sum.plus(share)), null);
  return shares.length === prices.length && prices.length > 1 && total?.eq(100) === true
    ? { type: 'limit', prices, shares }
    : { type: 'limit', prices };
}

/** "Sell the break of 8.42" waits for a lower price, a buyer for a higher one. */
const breakDirection = (side: Side | null): 'above' | 'below' => (side === 'short' ? 'below' : 'above');

function triggerBefore(block: Block, entry: PricesFact): TriggerWord | null {
  const fact = block.find(
    (other) =>
      other.kind === 'trigger' &&
      other.line === entry.line &&
      other.at <= entry.at + 3 &&
      entry.at - other.at < 4,
  );
  return fact?.kind === 'trigger' ? fact.direction : null;
}

/** `SHORT ETHUSDT 3400/3520/3150`: entry, stop and targets by position, if they lie as the side asks. */
function positionalPrices(
  block: Block,
  values: readonly Value[],
  side: Side | null,
): ResolvedEntry['positional'] {
  const [entry, stop, ...targets] = values;
  if (entry === undefined || stop === undefined || targets.length === 0 || side === null) return null;
  if (block.some((fact) => isExit(fact)) || !values.slice(1).every((value) => value.join === 'slash'))
    return null;
  const sign = side === 'long' ? 1 : -1;
  const fits =
    stop.amount.cmp(entry.amount) === -sign &&
    targets.every((target) => target.amount.cmp(entry.amount) === sign);
  return fits ? { stop, targets } : null;
}
