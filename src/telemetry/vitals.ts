import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { Timings } from './timings.ts';

/** How the process itself is. */
export interface Vitals {
  /** The longest that the event loop kept anything waiting within the last whole second; null before the first. */
  lastLoopMs(): number | null;
  stop(): void;
}

const SAMPLE_MS = 20;
const EVERY_MS = 1_000;

/**
 * From now on: the longest delay of the event loop in each second, and every pause for garbage that takes the whole
 * process (https://nodejs.org/api/perf_hooks.html), into the timings.
 */
export function startVitals(timings: Timings): Vitals {
  let lastLoopMs: number | null = null;
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  const timer = setInterval(() => {
    // Nanoseconds between two samples; a reading without any is the very block that is looked for.
    lastLoopMs = delay.count > 0 ? Math.max(0, delay.max / 1e6 - SAMPLE_MS) : EVERY_MS;
    delay.reset();
    timings.record('loop', lastLoopMs);
  }, EVERY_MS).unref();
  const pauses = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) timings.record('gc', entry.duration);
  });
  pauses.observe({ entryTypes: ['gc'] });
  return {
    lastLoopMs: () => lastLoopMs,
    stop() {
      clearInterval(timer);
      delay.disable();
      pauses.disconnect();
    },
  };
}
