export type Cancel = () => void;

/** Time as the desk sees it: the wall clock and timers. Injected, so that hours can be played in milliseconds. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs once after this long, unless cancelled. A timer never keeps the process alive. */
  after(ms: number, run: () => void): Cancel;
}

/** The longest delay that `setTimeout` can take. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
