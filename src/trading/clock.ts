export type Cancel = () => void;

/** Time as the desk sees it: a clock and timers. Injected, so that hours can be played in milliseconds. */
export interface Clock {
  /** Whole milliseconds since the epoch; never less than what it said before. */
  now(): number;
  /** Runs once after this long, unless cancelled. A timer never keeps the process alive. */
  after(ms: number, run: () => void): Cancel;
}

export interface TimeSource extends Pick<Clock, 'after'> {
  /** The computer's time of day, which somebody may set at any moment. */
  wallMs(): number;
  /** Runs evenly from an arbitrary start; may stand still while the computer sleeps. */
  steadyMs(): number;
}

/**
 * The time of day without its steps backwards: after one it goes on evenly until the time of day has caught up.
 * Otherwise whatever was to happen at a certain time, a stop to be tried again for one, would wait for the difference.
 */
export function createClock(source: TimeSource): Clock {
  let anchorWallMs = source.wallMs();
  let anchorSteadyMs = source.steadyMs();
  return {
    now() {
      const wallMs = source.wallMs();
      const steadyMs = source.steadyMs();
      const evenMs = anchorWallMs + steadyMs - anchorSteadyMs;
      if (wallMs < evenMs) return Math.floor(evenMs);
      anchorWallMs = wallMs;
      anchorSteadyMs = steadyMs;
      return Math.floor(wallMs);
    },
    after: source.after,
  };
}

/** The longest delay that `setTimeout` can take. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = createClock({
  wallMs: Date.now,
  steadyMs: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
});
