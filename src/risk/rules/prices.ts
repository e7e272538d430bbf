import { Decimal } from '../../trading/decimal.ts';
import type { Prices } from '../../trading/exchange.ts';
import { noStopNumbers } from '../../trading/plan.ts';
import { percent, price } from '../../trading/planning/format.ts';
import { gain, moved } from '../../trading/rounding.ts';
import { check, type Rule, type Situation, share } from './rule.ts';

/** Rules on the signal's prices against each other and against the market. */

/** The default is named where the signal has no stop of its own. */
export const noStop: Rule = ({ sketch, channel, signal }) =>
  sketch &&
  check('no_stop', 'requireStopLoss', sketch.stopPrice !== null, () =>
    signal.stopLoss === null ? noStopNumbers(signal, channel.risk.defaultStopPct) : {},
  );

export const stopTooFar: Rule = ({ sketch, channel, signal }) => {
  if (!sketch?.stopPrice) return null;
  const { entryPrice, stopPrice } = sketch;
  const distancePct = gain(signal.side, stopPrice, entryPrice).div(entryPrice).times(100);
  const limit = channel.risk.maxStopDistancePct;
  return check(
    'stop_too_far',
    'maxStopDistancePct',
    distancePct.lte(limit),
    () => ({
      distancePct: percent(distancePct),
      limitPct: limit.toString(),
      entry: price(entryPrice),
      stop: price(stopPrice),
    }),
    () => share(distancePct, limit),
  );
};

/**
 * The planned entry nearest to the mark price. A market order's price is where its author saw the market, if the
 * message says so: by then the move may be over; or where the contract trades, if that is farther away: it is sized by
 * the mark price, and would be filled there.
 */
export const entryTooFar: Rule = (situation) => {
  const { sketch, prices, channel } = situation;
  if (!sketch || !prices) return null;
  const { mark } = prices;
  const entry = nearestEntry(situation, prices);
  const deviationPct = entry.minus(mark).abs().div(mark).times(100);
  const limit = channel.risk.maxEntryDeviationPct;
  return check(
    'entry_too_far',
    'maxEntryDeviationPct',
    deviationPct.lte(limit),
    () => ({
      deviationPct: percent(deviationPct),
      limitPct: limit.toString(),
      entry: price(entry),
      ...compared(situation, mark),
    }),
    () => share(deviationPct, limit),
  );
};

/** Between the planned prices of a ladder or a zone the market is at the entry. */
function nearestEntry({ sketch, signal }: Situation, { mark, last }: Prices): Decimal {
  const { entry } = signal;
  const slots = sketch?.slots ?? [];
  if (entry.type === 'market') {
    const seen = entry.reference ?? mark;
    const isFarther = last.minus(mark).abs().gt(seen.minus(mark).abs());
    return isFarther && slots.some(({ type }) => type === 'market') ? last : seen;
  }
  const levels = slots.map((slot) => slot.price);
  const low = Decimal.min(...levels);
  const high = Decimal.max(...levels);
  return Decimal.max(low, Decimal.min(high, mark));
}

/**
 * The first target or the stop has already traded at the decision. Of a signal at market that names no price that is the
 * stop's side being wrong, whether it was reached or mistyped: nothing tells where its author saw the market.
 */
export const targetPassed: Rule = (situation) => {
  const { sketch, prices, signal } = situation;
  if (!sketch || !prices) return null;
  const { mark } = prices;
  const { side, takeProfits } = signal;
  const targets = takeProfits.map((target) =>
    'price' in target ? target.price : moved(side, sketch.entryPrice, target.percent),
  );
  const first = targets.reduce<Decimal | null>(
    (nearest, target) => (nearest && gain(side, nearest, target).gte(0) ? nearest : target),
    null,
  );
  const stop = sketch.stopPrice;
  const pastTarget = first !== null && gain(side, first, mark).gte(0);
  const pastStop = stop !== null && gain(side, stop, mark).lte(0);
  const passed = pastTarget ? 'target' : pastStop ? 'stop' : '';
  const level = pastTarget ? first : pastStop ? stop : null;
  const { entry } = signal;
  const isOfMarket = entry.type === 'market' && entry.reference === undefined;
  return check('target_passed', null, passed === '', () => ({
    passed,
    side: passed === 'stop' && isOfMarket ? side : '',
    price: level ? price(level) : '',
    ...compared(situation, mark),
  }));
};

/** The signal waits for the price to go above or below something, but names no price to wait for. */
export const triggerNotReached: Rule = (situation) => {
  const { sketch, prices, signal } = situation;
  if (!prices) return null;
  const { mark } = prices;
  return check('trigger_not_reached', null, sketch !== null, () => ({
    trigger: signal.trigger ?? '',
    ...compared(situation, mark),
  }));
};

/** The market's price that something is compared with. Spot has no mark price: there it is the last one. */
function compared({ channel }: Situation, mark: Decimal): { mark: string; by?: 'last' } {
  return { mark: price(mark), ...(channel.market === 'spot' && { by: 'last' }) };
}
