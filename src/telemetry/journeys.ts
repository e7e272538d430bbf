import { STAGES, type Stage, type Timings } from './timings.ts';

interface Journey {
  /** When it was heard of, or confirmed by a click. */
  startedAt: number;
  /** When it reached the last stage. */
  lastAt: number;
  /** The number of that stage. */
  stage: number;
  isProtected: boolean;
  took: Took[];
  /** The event of a fill may overtake the answer to its order: what only that tells comes first all the same. */
  filledEarly?: Arrival;
}

/** When a stage was reached, and whether how long it took is to be recorded. */
interface Arrival {
  at: number;
  counts: boolean;
}

/** How long one stage took, in milliseconds. */
export interface Took {
  stage: Stage;
  ms: number;
}

/** Signals whose way is followed at once; the oldest is given up for one more. */
const MOST = 500;
const NUMBER = new Map<Stage, number>(STAGES.map((stage, number) => [stage, number]));

/**
 * Follows each signal on its way, named by the id that its trade has or would have, and records how long each stage took
 * on a clock that only runs forward. What is not followed (read from history, from before a restart) is not recorded.
 */
export class Journeys {
  readonly #timings: Timings;
  readonly #ways = new Map<string, Journey>();
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;

  constructor(timings: Timings, steadyMs: () => number) {
    this.#timings = timings;
    this.now = steadyMs;
  }

  /** A signal has been read: heard and understood at these times. */
  read(id: string, heardAt: number, readAt: number, gatewayMs: number): void {
    const took: Took[] = [
      { stage: 'gateway', ms: Math.max(0, gatewayMs) },
      { stage: 'parsed', ms: readAt - heardAt },
    ];
    for (const { stage, ms } of took) this.#timings.record(stage, ms);
    this.#begin(id, heardAt, readAt, took);
  }

  /** A click has confirmed it just now. */
  confirmed(id: string): void {
    const at = this.now();
    this.#begin(id, at, at, []);
  }

  /** The first time that it comes so far. */
  reach(id: string, stage: Stage, at = this.now()): void {
    this.#come(id, stage, { at, counts: true });
  }

  /** It has come so far when the market let it: that says nothing about us. */
  pass(id: string, stage: Stage): void {
    this.#come(id, stage, { at: this.now(), counts: false });
  }

  #come(id: string, stage: Stage, arrival: Arrival): void {
    const way = this.#before(id, stage);
    if (!way) return;
    if (stage === 'filled' && way.stage < numberOf('acknowledged')) {
      way.filledEarly ??= arrival;
      return;
    }
    const { at, counts } = arrival;
    const ms = Math.max(0, at - way.lastAt);
    if (counts) {
      way.took.push({ stage, ms });
      this.#timings.record(stage, ms);
      if (stage === 'sent') this.#timings.record('order', at - way.startedAt);
    }
    way.lastAt = Math.max(at, way.lastAt);
    way.stage = numberOf(stage);
    if (stage === 'acknowledged' && way.filledEarly) this.#come(id, 'filled', way.filledEarly);
  }

  /** The stages that it has reached, in their order; empty where its way was not followed. */
  took(id: string): readonly Took[] {
    return this.#ways.get(id)?.took ?? [];
  }

  /** A stop stands for a fill that was known at `filledAt`; the first one of a trade counts. */
  protect(id: string, filledAt: number): void {
    const way = this.#ways.get(id);
    if (!way || way.isProtected) return;
    way.isProtected = true;
    this.#timings.record('protected', this.now() - filledAt);
  }

  #before(id: string, stage: Stage): Journey | null {
    const way = this.#ways.get(id);
    return way && numberOf(stage) > way.stage ? way : null;
  }

  #begin(id: string, startedAt: number, lastAt: number, took: Took[]): void {
    this.#ways.delete(id);
    this.#ways.set(id, { startedAt, lastAt, stage: numberOf('parsed'), isProtected: false, took });
    if (this.#ways.size <= MOST) return;
    const [oldest] = this.#ways.keys();
    if (oldest !== undefined) this.#ways.delete(oldest);
  }
}

function numberOf(stage: Stage): number {
  return NUMBER.get(stage) ?? 0;
}
