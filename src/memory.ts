import { flushCompileCache } from 'node:module';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 1_000;
/** Busier than this, the collection would be in somebody's way. */
const IDLE_SHARE = 0.2;

/**
 * Gives back what the start has left: its garbage and half-empty pages, in one collection that moves everything
 * together. Nothing else runs for its 50 to 100 ms, so it waits for a second in which next to nothing did. The figures
 * are in docs/performance.md.
 */
export function settleMemory(collect: () => void = compact): { stop(): void } {
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > IDLE_SHARE) return;
    clearInterval(timer);
    collect();
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
