import type { Figure } from './figures.ts';

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

/** A line for each figure that has become worse than noise explains. */
export function worse(now: Ratios, committed: Ratios): string[] {
  return Object.entries(now).flatMap(([name, ratio]) => {
    const before = committed[name];
    const times = NOISE.find(({ of }) => of.test(name))?.times ?? 1;
    if (before === undefined || ratio <= before * times) return [];
    return [`${name}: ${ratio} times the floor, ${before} before; up to ${times} times as much is noise`];
  });
}
