import type { Incident, Part } from '../incidents.ts';
import { kindOfIncident } from './alert-levels.ts';
import { incidentText } from './alert-view.ts';
import { describe } from './discord-errors.ts';
import type { Log, Now } from './ports.ts';
import type { Posts } from './posts.ts';

/**
 * Discord asks for a new connection several times a day: only one that takes longer is news. That the program has
 * ended is told with what its next start has found.
 */
const ROUTINE_MS: Partial<Record<Part, number>> = { gateway: 10_000, program: Number.POSITIVE_INFINITY };

/** What comes again so soon after its end, and is over as soon, is one more in the message of the first. */
const AGAIN_WITHIN_MS = 600_000;
const BRIEF_MS = 30_000;

/** An incident that was told, and how often it has come again briefly. */
interface Chain {
  slot: string;
  first: Incident;
  times: number;
  endedAt: number;
}

/** Tells each incident once: a message when it begins, the same message edited when it is over. */
export class IncidentPosts {
  readonly #posts: Pick<Posts, 'texts' | 'alert'>;
  readonly #now: Now;
  readonly #log: Log;
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #chains = new Map<string, Chain>();

  constructor(posts: Pick<Posts, 'texts' | 'alert'>, now: Now, log: Log) {
    this.#posts = posts;
    this.#now = now;
    this.#log = log;
  }

  /** At the beginning and at the end of each. */
  heard(incident: Incident): void {
    const { part, market, since, healedAt } = incident;
    const slot = `incident:${since}:${part}:${market ?? ''}`;
    clearTimeout(this.#waiting.get(slot));
    this.#waiting.delete(slot);
    const chain = this.#chain(incident);
    const newsAfterMs = Math.max(ROUTINE_MS[part] ?? 0, chain ? BRIEF_MS : 0);
    const untilNewsMs = newsAfterMs - ((healedAt ?? this.#now()) - since);
    if (untilNewsMs <= 0) {
      if (healedAt !== null)
        this.#chains.set(keyOf(incident), { slot, first: incident, times: 0, endedAt: healedAt });
      return void this.#tell(slot, incident);
    }
    if (healedAt !== null && chain) {
      chain.times += 1;
      chain.endedAt = healedAt;
      return void this.#tell(chain.slot, chain.first, { times: chain.times, lastAt: since });
    }
    if (healedAt !== null || untilNewsMs === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(slot);
      void this.#tell(slot, incident);
    }, untilNewsMs);
    timer.unref();
    this.#waiting.set(slot, timer);
  }

  close(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
  }

  #chain(incident: Incident): Chain | null {
    const chain = this.#chains.get(keyOf(incident));
    return chain && incident.since - chain.endedAt < AGAIN_WITHIN_MS ? chain : null;
  }

  async #tell(slot: string, incident: Incident, again?: { times: number; lastAt: number }): Promise<void> {
    try {
      const text = incidentText(incident, this.#posts.texts(), again);
      await this.#posts.alert(kindOfIncident(incident), slot, text);
    } catch (error) {
      this.#log.error({ slot, error: describe(error) }, 'an incident could not be told');
    }
  }
}

function keyOf({ part, market }: Incident): string {
  return `${part}:${market ?? ''}`;
}
