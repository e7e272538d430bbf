import { tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import type { Disk } from './disk.ts';
import type { Verdict } from './verdict.ts';

/**
 * What is to end some time after it began, by the store's rows and the exchange's books: whatever the computer's clock was
 * set to while the program was away, it waits no longer than it was to, counted from the start at most.
 */
export interface Ends {
  onStart(): void;
  /** Once a step is over. */
  look(): void;
}

export interface EndsOptions {
  disk: Disk;
  checkers: readonly Checker[];
  entryTimeoutMs: number;
  now(): number;
  /** By the clock of the program that runs; null where none does, or it has not started yet. */
  programNow(): number | null;
  /** Since when nothing has been out of order. */
  calmSince(): number;
  fail: Verdict['fail'];
}

interface PauseRow {
  reason: string;
  since: number;
  until: number | null;
}

/** What is due is done, and written, within this. */
const DONE_MS = 15_000;
const LOOK_MS = 1_000;

export function createEnds(options: EndsOptions): Ends {
  const { disk, checkers, now, programNow, fail } = options;
  const lasts = new Map<string, number>();
  /** By client id: when an entry was first seen to rest. */
  const restsSince = new Map<string, number>();
  let startedAt = now();
  let lookAt = 0;

  const meta = (key: string): unknown => disk.tables.get('meta')?.get(key);

  function checkPauses(at: number): void {
    for (const { reason, since, until } of (meta('pauses') as PauseRow[] | undefined) ?? []) {
      if (until === null) continue;
      const lastsMs = lasts.get(`${reason} ${until}`) ?? until - since;
      lasts.set(`${reason} ${until}`, lastsMs);
      if (until - at > lastsMs + DONE_MS)
        fail('waits for too long', `a pause (${reason}) for ${until - at} ms more`);
    }
  }

  function checkLosses(at: number): void {
    const { lastLossAt = {} } = (meta('guard') as { lastLossAt?: Record<string, number> } | undefined) ?? {};
    for (const [key, lostAt] of Object.entries(lastLossAt)) {
      if (lostAt - at > DONE_MS)
        fail('waits for too long', `a cooldown (${key}) begins in ${lostAt - at} ms`);
    }
  }

  function checkEntries(isDue: boolean): void {
    const standing = new Set<string>();
    for (const { books, refusedUntil } of checkers) {
      const isAllowed = now() - refusedUntil() > DONE_MS;
      for (const { clientId, executed } of books.standing().values()) {
        if (tagOf(clientId)?.role !== 'entry' || executed.gt(0)) continue;
        standing.add(clientId);
        if (!restsSince.has(clientId)) restsSince.set(clientId, now());
        const since = Math.max(restsSince.get(clientId) ?? 0, startedAt);
        const restsMs = now() - since;
        if (isDue && isAllowed && restsMs > options.entryTimeoutMs + DONE_MS)
          fail('waits for too long', `${clientId} for ${restsMs} ms`);
      }
    }
    for (const clientId of restsSince.keys()) if (!standing.has(clientId)) restsSince.delete(clientId);
  }

  return {
    onStart() {
      startedAt = now();
    },
    look() {
      if (now() < lookAt) return;
      lookAt = now() + LOOK_MS;
      const at = programNow();
      const isDue = at !== null && now() - Math.max(options.calmSince(), startedAt) > DONE_MS;
      checkEntries(isDue);
      if (at === null || !isDue) return;
      checkPauses(at);
      checkLosses(at);
    },
  };
}
