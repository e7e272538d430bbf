/** Time as the simulator sees it. Injectable, so that 15 minutes need not be waited for. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back after `delayMs` of this clock's time; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface AdvanceableClock extends Clock {
  /** Jumps forward; everything that falls due on the way is called in order, each at its own time. */
  advance(byMs: number): void;
}

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
  handle: NodeJS.Timeout | undefined;
}

/**
 * The wall clock plus whatever it was advanced by. With `frozen` it stands still at that instant
 * (milliseconds since the Unix epoch) and moves by `advance` alone.
 */
export function createClock(options: { frozen?: number } = {}): AdvanceableClock {
  const timers = new Set<Timer>();
  const frozenAt = options.frozen;
  let offsetMs = 0;

  const now = (): number => (frozenAt ?? Date.now()) + offsetMs;

  const fire = (timer: Timer): void => {
    clearTimeout(timer.handle);
    timers.delete(timer);
    timer.callback();
  };

  const arm = (timer: Timer): void => {
    clearTimeout(timer.handle);
    if (frozenAt !== undefined) return;
    timer.handle = setTimeout(() => fire(timer), Math.max(0, timer.dueAt - now()));
    timer.handle.unref();
  };

  return {
    now,
    after(delayMs, callback) {
      const timer: Timer = { dueAt: now() + delayMs, callback, handle: undefined };
      timers.add(timer);
      arm(timer);
      return () => {
        clearTimeout(timer.handle);
        timers.delete(timer);
      };
    },
    advance(byMs) {
      const until = now() + byMs;
      for (;;) {
        const next = [...timers].filter((t) => t.dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0];
        if (next === undefined) break;
        offsetMs += Math.max(0, next.dueAt - now());
        fire(next);
      }
      offsetMs += Math.max(0, until - now());
      for (const timer of timers) arm(timer);
    },
  };
}
