import { Decimal } from './decimal.ts';

/** Adds up what the items of a list say, one number each, or several side by side. */
export type RunningSum<Item> = (items: readonly Item[]) => readonly Decimal[];

/** No sum of ours comes near to so many digits: nothing is ever rounded, so that what leaves it leaves nothing behind. */
const Exact = Decimal.clone({ precision: 10_000 });

/**
 * A sum over a list that is asked for again and again and changes little: only what has come and gone since is looked
 * at. It is exact, and rounded as any number of ours once it is made.
 * @param terms what an item says, always the same; as many numbers as `width`
 * @returns for a list in which no item stands twice
 */
export function createRunningSum<Item extends object>(
  width: number,
  terms: (item: Item) => readonly Decimal[],
): RunningSum<Item> {
  /** What is in the sum, with the last round in which it was met. */
  const counted = new Map<Item, number>();
  const exact = Array.from({ length: width }, () => new Exact(0));
  let sums: readonly Decimal[] = exact.map((sum) => new Decimal(sum));
  let round = 0;

  function add(item: Item, sign: 1 | -1): void {
    terms(item).forEach((term, at) => {
      const sum = exact[at];
      if (sum) exact[at] = sign === 1 ? sum.plus(term) : sum.minus(term);
    });
  }

  return (items) => {
    round += 1;
    let isChanged = false;
    // Without iterators, whose every step is an object: what this saves is memory above all.
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index] as Item;
      if (!counted.has(item)) {
        add(item, 1);
        isChanged = true;
      }
      counted.set(item, round);
    }
    if (counted.size > items.length) {
      counted.forEach((met, item) => {
        if (met === round) return;
        counted.delete(item);
        add(item, -1);
      });
      isChanged = true;
    }
    if (isChanged) sums = exact.map((sum) => new Decimal(sum.toSignificantDigits(Decimal.precision)));
    return sums;
  };
}
