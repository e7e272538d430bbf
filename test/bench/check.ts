import type { Figure } from './figures.ts';

/** What is committed: each figure of the bot as a multiple of the same run's floor with a row, or else of the floor. */
export type Ratios = Record<string, number>;

export const COMMITTED = 'test/bench/ratios.json';

/** Beyond what the same build differs by between two runs on a busy machine. */
const NOISE = 1.5;

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
    if (before === undefined || ratio <= before * NOISE) return [];
    return [`${name}: ${ratio} times the floor, ${before} before`];
  });
}
