import { z } from 'zod';
import { messageOf } from './incidents.ts';
import type { Log } from './log.ts';
import type { DeskEvent } from './trading/desk-types.ts';
import type { Ledger } from './trading/ledger.ts';

export const run = z.object({
  startedAt: z.number(),
  aliveAt: z.number(),
  /** It came to its end: stopped, not killed or crashed. */
  ended: z.boolean(),
});

export const recovery = z.object({
  cause: z.enum(['start', 'reconnect']),
  at: z.number(),
  /** From the beginning of the program, or from the loss of the stream, until ledger and exchange were compared. */
  tookMs: z.number(),
  /** How many differences there were. */
  found: z.number().int().nonnegative(),
});
export type Recovery = z.infer<typeof recovery>;

/** What is kept of runs and recoveries: whether the one before has crashed, and how long each recovery took. */
export interface RunRecord {
  /** The last sign of life of a run before this one that ended unexpectedly. */
  readonly crashedAt: number | null;
  /** The last sign of life of the run before this one, however it ended; null at the first start. */
  readonly aliveBefore: number | null;
  hear(event: DeskEvent): void;
  /** Of the last 30 days, oldest first. */
  recoveries(): readonly Recovery[];
  /** This run has come to its end. */
  end(): Promise<void>;
}

const ALIVE_EVERY_MS = 20_000;
/** A store that has failed is tried more often: that it works again is to be known soon. */
const FAILING_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;
const KEPT_MS = 30 * 86_400_000;
/** A stream that comes and goes all day must not fill the store: the oldest make room. */
const MOST_KEPT = 500;

/** `onWriting` hears whether the store takes each sign of life. */
export async function openRunRecord(
  ledger: Pick<Ledger, 'document' | 'collection'>,
  log: Log,
  onWriting: (works: boolean, reason: string) => void = () => undefined,
): Promise<RunRecord> {
  const runs = ledger.document('run', run);
  const kept = ledger.collection('recoveries', recovery);
  const startedAt = Date.now();
  const before = await runs.get();
  await kept.prune('at', startedAt - KEPT_MS);
  const rows = (await kept.all()).sort(([, a], [, b]) => a.at - b.at);
  const known = rows.map(([, value]) => value);
  let writing: Promise<void> = Promise.resolve();
  let slot = Number(rows.at(-1)?.[0] ?? -1);
  const note = (ended: boolean) => runs.set({ startedAt, aliveAt: Date.now(), ended });
  await note(false);
  let alive = setTimeout(() => void live(), ALIVE_EVERY_MS).unref();
  let isOver = false;
  async function live(): Promise<void> {
    const slow = new Promise<string>((done) => void setTimeout(done, ANSWER_WITHIN_MS, 'no answer').unref());
    const failure = await Promise.race([note(false).then(() => null, messageOf), slow]);
    if (isOver) return;
    onWriting(failure === null, failure ?? '');
    alive = setTimeout(() => void live(), failure === null ? ALIVE_EVERY_MS : FAILING_EVERY_MS).unref();
  }
  return {
    crashedAt: before && !before.ended ? before.aliveAt : null,
    aliveBefore: before?.aliveAt ?? null,
    hear(event) {
      if (event.type !== 'recovered' || event.cause === 'comparison') return;
      const made = { cause: event.cause, at: Date.now(), tookMs: event.tookMs, found: event.lines.length };
      known.push(made);
      if (known.length > MOST_KEPT) known.shift();
      slot = (slot + 1) % MOST_KEPT;
      const written = kept.set(String(slot), made);
      writing = Promise.all([writing, written]).then(
        () => undefined,
        (error) => log.warn({ err: error }, 'a recovery could not be kept'),
      );
    },
    recoveries: () => known.filter(({ at }) => at >= Date.now() - KEPT_MS),
    async end() {
      isOver = true;
      clearTimeout(alive);
      await writing;
      await note(true).catch((error) => log.warn({ err: error }, 'the end of the run could not be kept'));
    },
  };
}
