/** A bucket's upper edge has two significant digits: 1 µs … 100 µs, 110 µs … 1 ms, 1.1 ms … and so on. */
const PER_DECADE = 90;
/** What takes longer counts as this: 2 h 46 min. */
const MOST_US = 1e10;
const BUCKETS = 820;
/** The upper edge of each. */
const UPPER_US = Float64Array.from({ length: BUCKETS }, (_, bucket) => {
  const decade = Math.max(0, Math.floor((bucket - 10) / PER_DECADE));
  return (bucket - decade * PER_DECADE + 1) * 10 ** decade;
});

/**
 * Durations by their size, in buckets as HDR histograms and OpenHistogram keep them: 3 kB whatever is recorded, and what
 * is read is never too small and too large by less than a tenth. Node's own histogram does not give its counts, which
 * whoever collects figures over time wants.
 */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  count = 0;
  sumMs = 0;
  maxMs = 0;

  record(ms: number): void {
    const positive = ms > 0 ? ms : 0;
    const bucket = bucketOf(positive);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.count += 1;
    this.sumMs += positive;
    if (positive > this.maxMs) this.maxMs = positive;
  }

  /** What this share (0 to 1) of the durations does not exceed; null without any. */
  percentileMs(share: number): number | null {
    if (this.count === 0) return null;
    const rank = Math.max(1, Math.ceil(this.count * share));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(upperUs(bucket) / 1_000, this.maxMs);
    }
    return this.maxMs;
  }

  /** How many were at most this long; exact where that has at most two significant digits. */
  countUpTo(ms: number): number {
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS && upperUs(bucket) <= ms * 1_000; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
    }
    return seen;
  }

  add(other: Histogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0);
    }
    this.count += other.count;
    this.sumMs += other.sumMs;
    this.maxMs = Math.max(this.maxMs, other.maxMs);
  }

  clear(): void {
    this.#counts.fill(0);
    this.count = 0;
    this.sumMs = 0;
    this.maxMs = 0;
  }
}

/** A duration that is exactly a bucket's upper edge belongs to it. */
function bucketOf(ms: number): number {
  const below = Math.min(Math.max(Math.ceil(ms * 1_000), 1), MOST_US) - 1;
  let unit = 1;
  let first = 0;
  while (below >= unit * 100) {
    unit *= 10;
    first += PER_DECADE;
  }
  return first + Math.floor(below / unit);
}

function upperUs(bucket: number): number {
  return UPPER_US[bucket] ?? MOST_US;
}
