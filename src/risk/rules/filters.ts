import { Decimal } from '../../trading/decimal.ts';
import { price } from '../../trading/planning/format.ts';
import { ceilTo, floorTo } from '../../trading/rounding.ts';
import { check, type PlannedSituation, type PlanRule } from './rule.ts';

/** Rules of the exchange itself that a plan on spot has to keep to. */

/** A price of the plan, and those that the exchange would take in its place. */
interface Level {
  of: 'entry' | 'stop';
  price: Decimal;
  lowest: Decimal;
  highest: Decimal;
}

/**
 * PRICE_FILTER and PERCENT_PRICE(_BY_SIDE): what an entry may cost at most and at least, and the limit of a stop that
 * cannot be a market order. Where it is not known what the exchange goes by, it is left to judge by itself.
 */
export const priceOutOfRange: PlanRule = (situation) => {
  const { signal, book } = situation;
  const basis = book.filterPrice?.(signal.symbol) ?? null;
  const levels = book.market === 'spot' ? levelsOf(situation, basis?.price ?? null) : [];
  const out = levels.find((level) => level.price.lt(level.lowest) || level.price.gt(level.highest));
  const told = out ?? (basis ? levels[0] : undefined);
  const numbers = () => ({
    symbol: signal.symbol,
    of: told?.of ?? '',
    price: told ? price(told.price) : '',
    lowest: told ? price(told.lowest) : '',
    highest: told ? price(told.highest) : '',
    by: basis?.by ?? '',
    basis: basis ? price(basis.price) : '',
  });
  return check('price_out_of_range', null, out === undefined, numbers);
};

function levelsOf({ plan, instrument }: PlannedSituation, basis: Decimal | null): Level[] {
  const { tickSize, minPrice, maxPrice, priceDown, priceUp, spot } = instrument;
  const within = (around: Decimal | null, down: Decimal, up: Decimal) => ({
    lowest: around ? Decimal.max(ceilTo(around.times(down), tickSize), minPrice) : minPrice,
    highest: around ? Decimal.min(floorTo(around.times(up), tickSize), maxPrice) : maxPrice,
  });
  const limits = plan.entries.flatMap(({ price: at, limitPrice }) => limitPrice ?? at ?? []);
  const entries = limits.map(
    (at): Level => ({ of: 'entry', price: at, ...within(basis, priceDown, priceUp) }),
  );
  if (!spot || spot.stopMarket) return entries;
  // The order is placed once the first entry has filled: by then the average may have come down to it.
  const first = Decimal.max(
    ...limits,
    plan.entries.some(({ type }) => type === 'market') ? plan.markPrice : 0,
  );
  const around = basis && Decimal.min(basis, first);
  return [...entries, { of: 'stop', price: plan.stopPrice, ...within(around, spot.sellDown, spot.sellUp) }];
}
