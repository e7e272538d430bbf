import { Random } from '../../src/sim/binance/random.ts';

/** Seeded choices. */
export interface Chance {
  /** From 0 (included) to 1 (excluded). */
  next(): number;
  is(probability: number): boolean;
  /** Both bounds included. */
  int(low: number, high: number): number;
  pick<T>(choices: readonly T[]): T;
}

export function createChance(seed: number): Chance {
  const random = new Random(seed);
  const next = (): number => random.next();
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    is: (probability) => next() < probability,
    int,
    pick(choices) {
      const choice = choices[int(0, choices.length - 1)];
      if (choice === undefined) throw new Error('nothing to choose from');
      return choice;
    },
  };
}

/** A number from 0 to 1 that belongs to the n-th thing of a kind, whatever happened before. */
export function fixedChance(seed: number, kind: number, n: number): number {
  return new Random((seed ^ Math.imul(kind + 1, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0).next();
}
