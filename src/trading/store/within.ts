import { setTimeout as delay } from 'node:timers/promises';
import type { RowWrite } from './groups.ts';
import type { Hold } from './hold.ts';

/** A stop that waits for the journal must not wait long: for a server that is silent, and for one that refuses. */
export const WRITE_WITHIN_MS = 1_000;
export const TRY_AGAIN_MS = 400;
const AWAY_WITHIN_MS = 200;
const CHARACTERS_A_MS = 1_000;

/**
 * How long these may take to be written: what is large is given the time that it needs on a busy disk. A server that is
 * known to be away is not waited for so long, write after write.
 */
export function patienceMs(rows: readonly RowWrite[], hold: Pick<Hold, 'awayMs'> | null): number {
  const large = rows.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) / CHARACTERS_A_MS;
  return isAway(hold) ? AWAY_WITHIN_MS : WRITE_WITHIN_MS + large;
}

/** The lock is lost, and did not come back at once as after a connection that was cut. */
export function isAway(hold: Pick<Hold, 'awayMs'> | null): boolean {
  return hold !== null && hold.awayMs() > TRY_AGAIN_MS;
}

/** Not in time. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
}

/** Rejects with `NoAnswer` where the work has not come to its end by then; it is not ended by that. */
export async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new NoAnswer(`no answer within ${Math.ceil(ms)} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const AGAIN_AFTER_MS = 20;

/** Tries again what fails at once, for a moment: a connection that was cut is mostly there again. */
export async function again<Value>(
  work: () => Promise<Value>,
  isFinal: (error: unknown) => boolean,
): Promise<Value> {
  const until = performance.now() + TRY_AGAIN_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isFinal(error) || performance.now() + AGAIN_AFTER_MS > until) throw error;
    }
    await delay(AGAIN_AFTER_MS);
  }
}
