import { describe } from './discord-errors.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { AuditEntry } from './records.ts';

/** A table that can be read from its end. */
export interface AuditTable extends Collection<AuditEntry> {
  /** The greatest keys, smallest first. */
  last(count: number): Promise<readonly (readonly [string, AuditEntry])[]>;
}

export interface AuditPage {
  /** Newest first. */
  entries: readonly AuditEntry[];
  /** The newest entry that was there when the first page was asked for: later ones do not shift the pages. */
  anchor: string;
  /** From 0. */
  page: number;
  /** There are older ones. */
  more: boolean;
}

const PAGE_SIZE = 8;

/** Every command, button and setting change, by whom and with which result. Nothing is ever changed or dropped. */
export class Audit {
  readonly #entries: AuditTable;
  readonly #now: Now;
  readonly #log: Log;
  #sequence = 0;

  constructor(entries: AuditTable, now: Now, log: Log) {
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

  /** Null where nothing has been written yet. Without an anchor the newest is. */
  async page(anchor: string | null, page: number): Promise<AuditPage | null> {
    const wanted = (page + 1) * PAGE_SIZE + 1;
    for (let count = wanted; ; count *= 2) {
      const rows = await this.#entries.last(count);
      const until = anchor ?? rows.at(-1)?.[0];
      if (until === undefined) return null;
      const known = rows.filter(([key]) => key <= until).toReversed();
      if (known.length < wanted && rows.length === count) continue;
      const shown = known.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      return {
        entries: shown.map(([, entry]) => entry),
        anchor: until,
        page,
        more: known.length > (page + 1) * PAGE_SIZE,
      };
    }
  }
}
