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

/** Tells each incident once: a message when it begins, the same message edited when it is over. */
export class IncidentPosts {
  readonly #posts: Pick<Posts, 'texts' | 'alert'>;
  readonly #now: Now;
  readonly #log: Log;
  readonly #waiting = new Map<string, NodeJS.Timeout>();

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
    const untilNewsMs = (ROUTINE_MS[part] ?? 0) - ((healedAt ?? this.#now()) - since);
    if (untilNewsMs <= 0) return void this.#tell(slot, incident);
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

  async #tell(slot: string, incident: Incident): Promise<void> {
    try {
      const text = incidentText(incident, this.#posts.texts());
      await this.#posts.alert(kindOfIncident(incident), slot, text);
    } catch (error) {
      this.#log.error({ slot, error: describe(error) }, 'an incident could not be told');
    }
  }
}
