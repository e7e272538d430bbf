import type { PriceLevel, TradeChart } from './trade-chart.ts';

/** Levels further away than so many times the height of the rest would flatten the candles: they stand at the edge. */
const FAR = { stop: 5, target: 2 } as const;

export interface Range {
  low: number;
  high: number;
}

/** Candles, fills and entries always fit; the stop and then the targets as far as they leave the candles legible. */
export function priceRange({ bars, levels, fills }: TradeChart): Range {
  const near = [
    ...bars.flatMap(({ low, high }) => [low, high]),
    ...fills.map(({ price }) => price),
    ...levels
      .filter(({ kind }) => bars.length === 0 || kind === 'entry' || kind === 'last')
      .map(({ price }) => price),
  ];
  const all = near.length > 0 ? near : [1];
  const core = widened({ low: Math.min(...all), high: Math.max(...all) });
  const priced = (kind: PriceLevel['kind']) =>
    levels.filter((level) => level.kind === kind).map(({ price }) => price);
  return within(within(core, priced('stop'), FAR.stop), priced('target'), FAR.target);
}

/** Of a range that is a single price a little is shown around it. */
function widened({ low, high }: Range): Range {
  if (high > low) return { low, high };
  const room = Math.abs(low) * 0.005 || 0.5;
  return { low: low - room, high: high + room };
}

/** The range with those prices in it that lie at most so many times its height beyond. */
function within({ low, high }: Range, prices: readonly number[], times: number): Range {
  const reach = (high - low) * times;
  const near = prices.filter((price) => price >= low - reach && price <= high + reach);
  return { low: Math.min(low, ...near), high: Math.max(high, ...near) };
}
