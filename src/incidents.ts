import { z } from 'zod';
import type { Log } from './log.ts';

/**
 * What can fail while the rest goes on. `stream` and `exchange` are a market's: its private events, and its answers.
 * `program` is the whole of it, healed by a new start alone.
 */
export const parts = [
  'gateway',
  'stream',
  'exchange',
  'store',
  'panel',
  'paper_exchange',
  'program',
] as const;
export type Part = (typeof parts)[number];

export const incident = z.object({
  part: z.enum(parts),
  market: z.enum(['usdm', 'spot']).nullable(),
  /** In the part's own words; for the log and for whoever looks closer. */
  reason: z.string(),
  /** When it was noticed. */
  since: z.number(),
  healedAt: z.number().nullable(),
  /** `itself`: what the part does for itself was enough; `restart`: the part was restarted; `new_start`: the program was. */
  healedBy: z.enum(['itself', 'restart', 'new_start']).nullable(),
  /** How often the part was restarted so far. */
  restarts: z.number().int().nonnegative(),
  /** The program has ended itself over it, for the service manager to start it anew. */
  escalatedAt: z.number().nullable(),
});
export type Incident = z.infer<typeof incident>;

/** The part that has failed, and of which market where there are several. */
export interface Failing {
  part: Part;
  market?: Incident['market'];
}

/** The one register of what has failed and how it was healed, whoever noticed and whoever healed it. */
export interface Incidents {
  /** Of the last 30 days, oldest first; those that go on have no `healedAt`. */
  list(): readonly Incident[];
  /** Nothing where it is known to fail already. */
  failed(what: Failing, reason: string): void;
  /** Nothing where it is not known to fail. */
  works(what: Failing): void;
  /** The part is restarted now. */
  restarting(what: Failing): void;
  /** Resolves once it is durable, or cannot be made so. */
  escalated(what: Failing): Promise<void>;
  /** The program is ready: what an earlier run left open is over, and so is that run's own end at `crashedAt`. */
  ready(crashed: { at: number; reason: string } | null): void;
  /** Called at the beginning and at the end of each. */
  onChange(listener: (incident: Incident) => void): void;
  /** Resolves once everything is written, or cannot be. */
  idle(): Promise<void>;
}

/** Where incidents are kept; a key each. */
export interface IncidentRows {
  all(): Promise<readonly (readonly [string, Incident])[]>;
  set(key: string, row: Incident): Promise<void>;
  delete(key: string): Promise<unknown>;
}

/** What an error says, as the reason of an incident. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const KEPT_MS = 30 * 86_400_000;
/** A part that comes and goes all day must not fill the store: the oldest make room. */
const MOST_KEPT = 500;

export async function openIncidents(rows: IncidentRows, log: Log, now = Date.now): Promise<Incidents> {
  const kept = new Map<string, Incident>();
  const earlier = new Set<string>();
  const listeners: ((incident: Incident) => void)[] = [];
  let writing: Promise<unknown> = Promise.resolve();
  const stored = await rows.all();
  for (const [key, row] of stored.toSorted(([, a], [, b]) => a.since - b.since)) {
    kept.set(key, row);
    if (row.healedAt === null) earlier.add(key);
  }

  /** What cannot be written now is written with the next change of it: the store itself may be what fails. */
  function write(work: Promise<unknown>): void {
    const written = work.catch((error) => log.debug({ err: error }, 'an incident was not kept'));
    writing = Promise.all([writing, written]);
  }

  function put(key: string, row: Incident): void {
    kept.set(key, row);
    write(rows.set(key, row));
    for (const [old, { since }] of kept) {
      if (kept.size <= MOST_KEPT && since >= now() - KEPT_MS) break;
      kept.delete(old);
      write(rows.delete(old));
    }
  }

  function open({ part, market = null }: Failing): [key: string, row: Incident] | null {
    for (const [key, row] of kept) {
      if (row.healedAt === null && row.part === part && row.market === market) return [key, row];
    }
    return null;
  }

  function tell(row: Incident): void {
    for (const listener of listeners) listener(row);
  }

  function heal(key: string, row: Incident, healedBy: NonNullable<Incident['healedBy']>): void {
    const healed = { ...row, healedAt: Math.max(now(), row.since), healedBy };
    earlier.delete(key);
    put(key, healed);
    const { part, market, since, restarts, healedAt } = healed;
    log.info({ part, market, since, tookMs: healedAt - since, healedBy, restarts }, 'incident: healed');
    tell(healed);
  }

  function begin({ part, market = null }: Failing, reason: string, since: number): string {
    const key = `${since}-${part}${market === null ? '' : `-${market}`}`;
    const row = {
      part,
      market,
      reason: reason.slice(0, 300),
      since,
      healedAt: null,
      healedBy: null,
      restarts: 0,
      escalatedAt: null,
    };
    put(key, row);
    log.warn({ part, market, since, reason: row.reason }, 'incident: noticed');
    return key;
  }

  return {
    list: () => [...kept.values()],
    failed(what, reason) {
      const known = open(what);
      if (known) return void earlier.delete(known[0]);
      const row = kept.get(begin(what, reason, now()));
      if (row) tell(row);
    },
    works(what) {
      const known = open(what);
      if (!known) return;
      const [key, row] = known;
      heal(key, row, earlier.has(key) ? 'new_start' : row.restarts > 0 ? 'restart' : 'itself');
    },
    restarting(what) {
      const known = open(what);
      if (!known) return;
      const [key, row] = known;
      put(key, { ...row, restarts: row.restarts + 1 });
      log.warn({ part: row.part, market: row.market, attempt: row.restarts + 1 }, 'incident: part restarted');
    },
    async escalated(what) {
      const known = open(what);
      if (!known) return;
      put(known[0], { ...known[1], escalatedAt: now() });
      await writing;
    },
    ready(crashed) {
      if (crashed) earlier.add(begin({ part: 'program' }, crashed.reason, crashed.at));
      for (const key of earlier) {
        const row = kept.get(key);
        if (row) heal(key, row, 'new_start');
      }
    },
    onChange: (listener) => void listeners.push(listener),
    idle: () => writing.then(() => undefined),
  };
}
