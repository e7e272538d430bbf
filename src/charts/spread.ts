/**
 * Where labels go that belong at `wanted` but must lie `gap` apart between `top` and `bottom` (all of centres): in the
 * order of what they want, as near to it as the sum of squares allows. Bounds that cannot hold them all are exceeded
 * at the bottom. The answer is in the order of `wanted`.
 */
export function spread(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  // Without the gaps it is the question for the nearest rising sequence, which pooling neighbours answers.
  const pools: { sum: number; count: number }[] = [];
  order.forEach((index, rank) => {
    let pool = { sum: (wanted[index] ?? 0) - rank * gap, count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.count > pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
    }
    pools.push(pool);
  });
  const flat = pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  const highest = Math.max(top, bottom - (wanted.length - 1) * gap);
  const placed = new Array<number>(wanted.length).fill(0);
  order.forEach((index, rank) => {
    placed[index] = Math.min(Math.max(flat[rank] ?? 0, top), highest) + rank * gap;
  });
  return placed;
}
