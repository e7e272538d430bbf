import { describe } from './discord-errors.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { AuditEntry } from './records.ts';

/** Every command, button and setting change, by whom and with which result. */
export class Audit {
  readonly #entries: Collection<AuditEntry>;
  readonly #now: Now;
  readonly #log: Log;
  #sequence = 0;

  constructor(entries: Collection<AuditEntry>, now: Now, log: Log) {
    this.#entries = entries;
    this.#now = now;
    this.#log = log;
  }

  /** Never rejects: a trade is not to be stopped from closing because its audit line could not be written. */
  async write(userId: string, kind: AuditEntry['kind'], what: string, result: string): Promise<void> {
    const at = this.#now();
    this.#sequence = (this.#sequence + 1) % 10_000;
    const key = `${String(at).padStart(15, '0')}-${String(this.#sequence).padStart(4, '0')}`;
    try {
      await this.#entries.set(key, { at, userId, kind, what, result: result.slice(0, 500) });
    } catch (error) {
      this.#log.error({ userId, kind, what, error: describe(error) }, 'audit entry not durable');
    }
  }
}
