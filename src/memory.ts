import { flushCompileCache } from 'node:module';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 1_000;
/** Busier than this, the collection would be in somebody's way. */
const IDLE_SHARE = 0.2;
/** What has come since the last collection is worth another one. */
const GROWN_BYTES = 8 * 1_048_576;
/** So many times as long as one took nothing is collected after it: on a busy machine it can take a second. */
const REST = 300;

export interface SettleOptions {
  /** Nothing that matters to the millisecond is under way, or likely to be in a moment. */
  isCalm?: (() => boolean) | undefined;
  collect?: () => void;
  /** In bytes. */
  residentBytes?: () => number;
}

/**
 * Gives back what the start has left, and later what bursts of work have: garbage and half-empty pages, in one
 * collection that moves everything together. Nothing else runs for its 50 to 100 ms, so it waits for a second in which
 * next to nothing did, and a later one also until there is something to gain. The figures are in docs/performance.md.
 */
export function settleMemory({
  isCalm = () => true,
  collect = compact,
  residentBytes = process.memoryUsage.rss,
}: SettleOptions = {}): { stop(): void } {
  let before = performance.eventLoopUtilization();
  /** What the last collection has left; null where none was yet, or where that is still to be seen. */
  let left: number | null = null;
  let collections = 0;
  let mayAgainAt = 0;

  function isWanted(): boolean {
    if (collections === 0) return true;
    const bytes = residentBytes();
    left = Math.min(left ?? bytes, bytes);
    return bytes - left > GROWN_BYTES && performance.now() >= mayAgainAt && isCalm();
  }

  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > IDLE_SHARE || !isWanted()) return;
    const began = performance.now();
    collect();
    const ended = performance.now();
    // Its pages go back to the system a little later.
    left = null;
    // What the start has left says nothing of what comes soon after it.
    if (collections > 0) mayAgainAt = ended + REST * (ended - began);
    collections += 1;
  }, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function compact(): void {
  // Of what has come since, the panel's among it; see `load.ts`.
  flushCompileCache();
  setFlagsFromString('--expose-gc');
  // Else compiled code that has not run yet is thrown away, and the first signal waits for it: 54 instead of 36 ms.
  setFlagsFromString('--no-flush-bytecode');
  const collect: NodeJS.GCFunction = runInNewContext('gc');
  collect({ type: 'major', flavor: 'last-resort' });
  setFlagsFromString('--flush-bytecode');
  setFlagsFromString('--no-expose-gc');
}
