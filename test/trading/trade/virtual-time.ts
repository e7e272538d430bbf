/** Time and chance of a run. */

interface Item {
  at: number;
  order: number;
  work: () => void;
}

/** Events in virtual time, first come first served at the same time. */
export function createQueue(): { add(at: number, work: () => void): void; take(): Item | undefined } {
  const items: Item[] = [];
  let count = 0;
  const before = (a: Item, b: Item): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  return {
    add(at, work) {
      const item = { at, order: count++, work };
      let index = items.length;
      items.push(item);
      // Kept in reverse: the next one is at the end.
      while (index > 0) {
        const previous = items[index - 1];
        if (!previous || !before(previous, item)) break;
        items[index] = previous;
        index -= 1;
      }
      items[index] = item;
    },
    take: () => items.pop(),
  };
}

/** Chance that can be repeated. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
