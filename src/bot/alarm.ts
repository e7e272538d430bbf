import type { Now } from './ports.ts';

/** The longest delay that a timer takes: https://developer.mozilla.org/docs/Web/API/Window/setTimeout#maximum_delay_value */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Of what was begun before this start, and lasts so long. The clock may have been set back since: it does not last longer for that. */
export function latestEnd(expiresAt: number, lastsMs: number, now: number): number {
  return Math.min(expiresAt, now + lastsMs);
}

/** Wakes once, at the earliest of the times it was last given. */
export class Alarm {
  readonly #now: Now;
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(now: Now, wake: () => void) {
    this.#now = now;
    this.#wake = wake;
  }

  /** In place of what was set before. It may wake too early, never too late. */
  set(times: readonly number[]): void {
    this.clear();
    if (times.length === 0) return;
    const delayMs = Math.max(0, Math.min(...times) - this.#now());
    this.#timer = setTimeout(this.#wake, Math.min(delayMs, LONGEST_TIMER_MS));
  }

  clear(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
