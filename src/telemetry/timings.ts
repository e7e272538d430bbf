import { Histogram } from './histogram.ts';

/** The way of a signal, each stage counted from the end of the one before. */
export const STAGES = [
  /** Discord's own time of the message → the gateway has brought it (two clocks: as right as both of them are). */
  'gateway',
  /** Its meaning is known. */
  'parsed',
  /** Planned and judged by the rules; where a human confirms, from the click. */
  'risk',
  /** The trade is on the disk. */
  'journalled',
  /** Its first order is on the socket. */
  'sent',
  /** The exchange has answered. */
  'acknowledged',
  /** An entry at market has filled, and that is on the disk. */
  'filled',
  /** Discord has taken the message that tells of it: the fill, the question, or why the signal is not traded. */
  'posted',
] as const;

export type Stage = (typeof STAGES)[number];

export const DURATIONS = [
  ...STAGES,
  /** From the gateway, or the click that confirms, to the first order on the socket. */
  'order',
  /** From our knowing of the first fill to the exchange's word that the stop stands. */
  'protected',
  /** From a command to its first answer as it leaves. */
  'answer',
  /** One transaction to the disk. */
  'stored',
  /** The longest delay of the event loop within a second. */
  'loop',
  /** One pause for collecting garbage. */
  'gc',
] as const;

export type Duration = (typeof DURATIONS)[number];

/** In milliseconds; null while there was none. */
export interface Summary {
  count: number;
  p50: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
  /** How many lie up to each edge and above the one before it; the last edge is none. */
  bins: readonly { upToMs: number | null; count: number }[];
}

const HOUR_MS = 3_600_000;
const HOURS = 24;
const EDGES_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** How long things take: over the last day, by the hour, and since the start. Recording costs less than a microsecond. */
export class Timings {
  readonly #now: () => number;
  readonly #kept = new Map<Duration, Kept>();

  /** `now` in milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  record(of: Duration, ms: number): void {
    let kept = this.#kept.get(of);
    if (!kept) {
      kept = { hours: [], total: new Histogram() };
      this.#kept.set(of, kept);
    }
    kept.total.record(ms);
    hourOf(kept, Math.floor(this.#now() / HOUR_MS)).record(ms);
  }

  /** Of the running hour and the 23 before it. */
  day(): Record<Duration, Summary> {
    const entries = DURATIONS.map((of) => [of, this.#dayOf(of)] as const);
    return Object.fromEntries(entries) as Record<Duration, Summary>;
  }

  #dayOf(of: Duration): Summary {
    const sum = new Histogram();
    const oldest = Math.floor(this.#now() / HOUR_MS) - HOURS;
    for (const hour of this.#kept.get(of)?.hours ?? []) {
      if (hour && hour.number > oldest) sum.add(hour.durations);
    }
    return summaryOf(sum);
  }

  /** Since the start; undefined before the first. */
  total(of: Duration): Histogram | undefined {
    return this.#kept.get(of)?.total;
  }
}

interface Kept {
  /** By the hour's number modulo 24. */
  hours: ({ number: number; durations: Histogram } | undefined)[];
  total: Histogram;
}

function hourOf({ hours }: Kept, number: number): Histogram {
  const place = number % HOURS;
  const there = hours[place];
  if (!there) {
    const durations = new Histogram();
    hours[place] = { number, durations };
    return durations;
  }
  if (there.number !== number) {
    there.number = number;
    there.durations.clear();
  }
  return there.durations;
}

function summaryOf(sum: Histogram): Summary {
  let before = 0;
  const bins = [...EDGES_MS, null].map((upToMs) => {
    const upTo = upToMs === null ? sum.count : sum.countUpTo(upToMs);
    const bin = { upToMs, count: upTo - before };
    before = upTo;
    return bin;
  });
  return {
    count: sum.count,
    p50: sum.percentileMs(0.5),
    p90: sum.percentileMs(0.9),
    p95: sum.percentileMs(0.95),
    p99: sum.percentileMs(0.99),
    max: sum.count === 0 ? null : sum.maxMs,
    bins,
  };
}
