import type { Failing, Incident, Incidents, Part } from './incidents.ts';
import type { Log } from './log.ts';
import type { Cancel, Clock } from './trading/clock.ts';

/** Ends the program for the service manager to start it anew. https://man7.org/linux/man-pages/man3/sysexits.h.3head.html: try again. */
export const EX_TEMPFAIL = 75;
/** The same: a fault of ours. */
export const EX_SOFTWARE = 70;

/** What brings a part back where what it does for itself does not. */
export interface Remedy {
  /** So long it is left to itself; then it is restarted, with pauses that double. */
  firstAfterMs: number;
  longestMs: number;
  /** Whether what the part depends on is there. Where it is not, neither a restart nor a new start would help. */
  mayHelp(): Promise<boolean>;
  /** Resolves when it has been tried; that it works again the part says itself. */
  restart(): Promise<void>;
  /** So many restarts have not helped: the whole program is to be started anew. Absent: never. */
  escalateAfter?: number;
}

export interface SupervisorDeps {
  incidents: Pick<Incidents, 'onChange' | 'list' | 'restarting' | 'escalated'>;
  remedies: Partial<Record<Part, Remedy>>;
  /** The program is to end, for the service manager to start it anew. */
  giveUp(part: Part): void;
  clock: Clock;
  /** 0 to 1. */
  random?: () => number;
  log: Log;
}

/** A new start that has not helped is not tried again at once: open trades would be left alone each time. */
export const ESCALATE_EVERY_MS = 6 * 3_600_000;
const ANSWER_WITHIN_MS = 30_000;

/** `attempt` counts from 0. Half of it is chance, so that many bots do not come back in one moment. */
export function pauseMs({ firstAfterMs, longestMs }: Remedy, attempt: number, chance: number): number {
  const full = Math.min(firstAfterMs * 2 ** Math.min(attempt, 20), longestMs);
  return Math.round(full * (0.75 + chance / 2));
}

/** Whether it is time to end the program over this incident. */
export function isHopeless(
  { restarts, part }: Incident,
  { escalateAfter }: Remedy,
  list: readonly Incident[],
  now: number,
): boolean {
  if (escalateAfter === undefined || restarts < escalateAfter) return false;
  return !list.some(
    (other) =>
      other.part === part && other.escalatedAt !== null && other.escalatedAt > now - ESCALATE_EVERY_MS,
  );
}

/** Restarts parts that have failed. Answers with what ends it. */
export function supervise(deps: SupervisorDeps): () => void {
  const { incidents, remedies, clock, random = Math.random, log } = deps;
  const timers = new Map<string, Cancel>();
  let stopped = false;

  const keyOf = ({ part, market }: Failing): string => `${part}:${market ?? ''}`;
  const current = (what: Failing): Incident | undefined =>
    incidents.list().find((one) => one.healedAt === null && keyOf(one) === keyOf(what));

  function arm(what: Failing, remedy: Remedy, attempt: number): void {
    if (stopped) return;
    timers.get(keyOf(what))?.();
    const run = (): void => void attend(what, remedy, attempt);
    timers.set(keyOf(what), clock.after(pauseMs(remedy, attempt, random()), run));
  }

  async function attend(what: Failing, remedy: Remedy, attempt: number): Promise<void> {
    try {
      if (await within(remedy.mayHelp())) await help(what, remedy);
    } catch (error) {
      log.warn({ err: error, part: what.part }, 'a part could not be restarted');
    }
    if (current(what)) arm(what, remedy, attempt + 1);
  }

  async function help(what: Failing, remedy: Remedy): Promise<void> {
    const known = current(what);
    if (!known || stopped) return;
    if (!isHopeless(known, remedy, incidents.list(), clock.now())) {
      incidents.restarting(what);
      return within(remedy.restart());
    }
    log.fatal({ part: what.part, restarts: known.restarts }, 'restarts of a part do not help: ending');
    await incidents.escalated(what);
    deps.giveUp(what.part);
  }

  /** A part that hangs while it is restarted must not hold up the next attempt. */
  function within<T>(work: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = clock.after(ANSWER_WITHIN_MS, () => reject(new Error('no answer')));
    return Promise.race([work, promise]).finally(cancel);
  }

  incidents.onChange((changed) => {
    const remedy = remedies[changed.part];
    timers.get(keyOf(changed))?.();
    timers.delete(keyOf(changed));
    if (changed.healedAt === null && remedy) arm(changed, remedy, 0);
  });

  return () => {
    stopped = true;
    for (const cancel of timers.values()) cancel();
  };
}
