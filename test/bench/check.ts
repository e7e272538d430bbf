import type { Figure } from './figures.ts';
import { judge } from './goals.ts';

/** What is committed: each figure of the bot as a multiple of the same run's floor with a row, or else of the floor. */
export type Ratios = Record<string, number>;

export const COMMITTED = 'test/bench/ratios.json';

/** By how many times the ratio of one and the same build grows from run to run, also from a long run to a short one. */
const NOISE: readonly { of: RegExp; times: number }[] = [
  { of: /RSS/, times: 1.15 },
  { of: /CPU/, times: 1.4 },
  { of: /p99/, times: 3 },
  // Medians, and starts.
  { of: /./, times: 1.6 },
];

export function ratiosOf(figures: readonly Figure[]): Ratios {
  const ratios: Ratios = {};
  for (const { figure, of } of figures) {
    const floor = of['floor with a row'] ?? of.floor;
    if (of.bot !== undefined && floor !== undefined && floor > 0)
      ratios[figure] = Number((of.bot / floor).toFixed(2));
  }
  return ratios;
}

/** Of these more is better. */
const RATE = /per second$/;

/** A line for each figure that has become worse than noise explains. */
export function worse(now: Ratios, committed: Ratios): string[] {
  return Object.entries(now).flatMap(([name, ratio]) => {
    const before = committed[name];
    const times = NOISE.find(({ of }) => of.test(name))?.times ?? 1;
    if (before === undefined) return [];
    const isRate = RATE.test(name);
    if (isRate ? ratio * times >= before : ratio <= before * times) return [];
    const noise = isRate ? `${times} times less` : `up to ${times} times as much`;
    return [`${name}: ${ratio} times the floor, ${before} before; ${noise} is noise`];
  });
}

/** A line for each figure of what may never be: a signal that is lost has no latency that a ratio could show. */
export function never(figures: readonly Figure[]): string[] {
  return figures.flatMap((each) => {
    const judged = judge(each);
    if (judged === null || judged.met || judged.bound.most !== 0) return [];
    return [`${each.figure}: ${each.of.bot}`];
  });
}
