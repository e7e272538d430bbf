import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Cancel } from '../../src/trading/clock.ts';

/** Who sets a timer now, and on which clock; null while nobody lives whose timer it could be. */
export type After = () => ((ms: number, run: () => void) => Cancel) | null;

/**
 * What talks to people sets its timers itself: while a run is played these are the scheduler's, and end with the program
 * that has set them. Returns the way back.
 */
export function takeTimers(after: After): () => void {
  const own = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    delay: timers.setTimeout,
    nextTurn: timers.setImmediate,
  };
  const set = (ms: number, run: () => void) => {
    const cancel = after()?.(Number.isFinite(ms) ? ms : 0, run) ?? (() => undefined);
    const timer = { cancel, ref: () => timer, unref: () => timer, hasRef: () => false };
    return timer;
  };
  const wait = <T>(ms: number, value: T): Promise<T> => new Promise((done) => set(ms, () => done(value)));
  const taken = {
    setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      set(ms, () => run(...args)),
    clearTimeout: (timer: { cancel?: Cancel } | null | undefined) => timer?.cancel?.(),
    delay: <T>(ms: number, value: T) => wait(ms, value),
    nextTurn: <T>(value: T) => wait(0, value),
  };
  use(taken);
  return () => use(own);
}

function use({ setTimeout, clearTimeout, delay, nextTurn }: Record<string, unknown>): void {
  Object.assign(globalThis, { setTimeout, clearTimeout });
  Object.assign(timers, { setTimeout: delay, setImmediate: nextTurn });
  syncBuiltinESMExports();
}
