import type { Instrument } from '../exchange.ts';
import type { TradeTerms } from '../model.ts';
import { roundAgainst, roundAlong } from '../rounding.ts';
import { averageEntry, better } from './facts.ts';
import { patch, type Work } from './types.ts';

/** The grid that orders of the symbol have to fit, as the trade keeps it. */
export type Grid = Pick<
  TradeTerms,
  'tickSize' | 'stepSize' | 'minQuantity' | 'minNotional' | 'marketStepSize' | 'marketMaxQuantity'
>;

export function gridOf(of: Grid): Grid {
  const { tickSize, stepSize, minQuantity, minNotional, marketStepSize, marketMaxQuantity } = of;
  return { tickSize, stepSize, minQuantity, minNotional, marketStepSize, marketMaxQuantity };
}

/** The terms by the filters as they are now; the same object where nothing of them has changed. */
export function termsBy(terms: TradeTerms, instrument: Instrument): TradeTerms {
  const grid = gridOf(instrument);
  const keys = Object.keys(grid) as (keyof Grid)[];
  const stopMarket = instrument.spot?.stopMarket;
  const isStopChanged =
    terms.spot !== undefined && stopMarket !== undefined && terms.spot.stopMarket !== stopMarket;
  if (keys.every((key) => grid[key].eq(terms[key])) && !isStopChanged) return terms;
  return {
    ...terms,
    ...grid,
    ...(terms.spot && isStopChanged ? { spot: { ...terms.spot, stopMarket } } : {}),
  };
}

/**
 * From now on orders are made by other filters. Prices that are not on the new tick move to it: the stop nearer, the
 * targets nearer too. What was refused by the old filters is tried again at once.
 */
export function takeFilters(work: Work, instrument: Instrument): void {
  const { trade } = work;
  const { side } = trade.plan;
  const terms = termsBy(trade.terms, instrument);
  if (terms === trade.terms) return;
  const { tickSize } = terms;
  const targets = trade.targets.map((target, index) => {
    if (index < trade.targetsHit) return target;
    const nearer = roundAgainst(side, target.price, tickSize);
    const isAhead = better(trade, nearer, averageEntry(trade));
    return { ...target, price: isAhead ? nearer : roundAlong(side, target.price, tickSize) };
  });
  patch(work, {
    terms,
    targets,
    stopPrice: roundAlong(side, trade.stopPrice, tickSize),
    stopRefusals: 0,
    stopRetryAt: null,
    targetRetryAt: null,
    closeRetryAt: null,
  });
}
