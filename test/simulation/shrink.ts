import type { Item, Script } from './script.ts';
import type { Invariant, Violation } from './verdict.ts';
import { play } from './world.ts';

export interface Shrunk {
  script: Script;
  violation: Violation;
  runs: number;
}

/**
 * The same failure with as few items as possible: halves, quarters and so on are left out as long as the same
 * invariant breaks (delta debugging, https://www.st.cs.uni-saarland.de/papers/tse2002/).
 */
export async function shrink(script: Script, first: Violation, mostRuns = 1_500): Promise<Shrunk> {
  let best: Shrunk = { script, violation: first, runs: 0 };
  let runs = 0;

  async function fails(items: readonly Item[], invariant: Invariant): Promise<Violation | null> {
    runs += 1;
    const { violation } = await play({ ...script, items });
    return violation?.invariant === invariant ? violation : null;
  }

  async function keepIf(items: readonly Item[]): Promise<boolean> {
    const violation = await fails(items, first.invariant);
    if (violation === null) return false;
    best = { script: { ...script, items }, violation, runs };
    return true;
  }

  await keepIf(script.items.filter((item) => !('atMs' in item) || item.atMs <= first.atMs));
  let size = Math.ceil(best.script.items.length / 2);
  while (size >= 1 && runs < mostRuns) {
    let removed = false;
    for (let start = 0; start < best.script.items.length && runs < mostRuns; ) {
      const { items } = best.script;
      const without = [...items.slice(0, start), ...items.slice(start + size)];
      if (await keepIf(without)) removed = true;
      else start += size;
    }
    if (size === 1 && !removed) break;
    size = removed && size === 1 ? 1 : Math.floor(size / 2);
    if (size === 0) break;
  }
  return { ...best, runs };
}
