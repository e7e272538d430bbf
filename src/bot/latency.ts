const KEPT = 200;

export interface Percentiles {
  median: number | null;
  p95: number | null;
  p99: number | null;
  /** What they are of, oldest first. */
  values: readonly number[];
}

/** The last durations of one kind of work, for `/status`. */
export class Latency {
  readonly #valuesMs: number[] = [];

  add(ms: number): void {
    this.#valuesMs.push(ms);
    if (this.#valuesMs.length > KEPT) this.#valuesMs.shift();
  }

  percentiles(): Percentiles {
    return {
      median: this.percentileMs(0.5),
      p95: this.percentileMs(0.95),
      p99: this.percentileMs(0.99),
      values: [...this.#valuesMs],
    };
  }

  /** The value that this share (0 to 1) of the durations does not exceed; null without any. */
  percentileMs(share: number): number | null {
    const sorted = this.#valuesMs.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  }
}
