import { describe } from './discord-errors.ts';
import { createOwedRows, type OwedRows } from './owed-rows.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { PostedMessage } from './records.ts';

const IN_MEMORY = 2_000;

/**
 * Where messages of ours stand, by slot. What was posted or asked for in this run is known even when the store does not
 * answer: it would be posted a second time. Of one that has none yet, which is asked for until it is posted, the store
 * is asked once.
 */
export class Places {
  readonly #rows: OwedRows<PostedMessage>;
  readonly #now: Now;
  readonly #log: Log;
  readonly #known = new Map<string, PostedMessage>();
  /** The store has none of these slots: it has been asked, and nothing of them was written since. */
  readonly #none = new Set<string>();

  constructor(rows: Collection<PostedMessage>, now: Now, log: Log) {
    // A start that does not know where a message stands posts it a second time.
    this.#rows = createOwedRows(rows, { name: 'place', log });
    this.#now = now;
    this.#log = log;
  }

  /** Posted in this run, or asked for. */
  has(slot: string): boolean {
    return this.#known.has(slot);
  }

  async get(slot: string): Promise<PostedMessage | null> {
    const known = this.#known.get(slot);
    if (known) return known;
    if (this.#none.has(slot)) return null;
    try {
      const row = await this.#rows.get(slot);
      // It may have been posted while the store was asked.
      const posted = this.#known.get(slot);
      if (posted) return posted;
      bounded(row === undefined ? this.#none.add(slot) : this.#known.set(slot, row));
      return row ?? null;
    } catch (error) {
      this.#log.error({ slot, error: describe(error) }, 'outbox: places cannot be read');
      return null;
    }
  }

  async set(slot: string, place: Omit<PostedMessage, 'at'>): Promise<void> {
    const row = { ...place, at: this.#now() };
    this.#none.delete(slot);
    this.#known.delete(slot);
    bounded(this.#known.set(slot, row));
    await this.#rows.settle(slot, row);
  }

  /** The next start would not know where it stands. */
  isOwed(slot: string): boolean {
    return this.#rows.isOwed(slot);
  }

  /** Resolves once the next start would know it. */
  paid(slot: string): Promise<void> {
    return this.#rows.paid(slot);
  }

  /** Writes what the store has not taken yet. */
  close(): Promise<void> {
    return this.#rows.close();
  }

  /** Somebody has deleted it: it is posted anew, whatever the store still says. */
  async forget(slot: string): Promise<void> {
    this.#known.delete(slot);
    bounded(this.#none.add(slot));
    try {
      await this.#rows.delete(slot);
    } catch (error) {
      // The next run finds it gone once more.
      this.#log.warn({ slot, error: describe(error) }, 'outbox: place not deleted');
    }
  }

  /** The slot whose message this is; null when it is none of ours. Reads every place that is known. */
  async slotOf(messageId: string): Promise<string | null> {
    for (const [slot, place] of this.#known) if (place.messageId === messageId) return slot;
    const stored = await this.#rows.all();
    return stored.find(([, place]) => place.messageId === messageId)?.[0] ?? null;
  }
}

/** Gives up the oldest where there are too many. */
function bounded(kept: Pick<Map<string, unknown>, 'size' | 'keys' | 'delete'>): void {
  const [oldest] = kept.keys();
  if (kept.size > IN_MEMORY && oldest !== undefined) kept.delete(oldest);
}
