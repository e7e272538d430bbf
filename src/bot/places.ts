import { describe } from './discord-errors.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { PostedMessage } from './records.ts';

const IN_MEMORY = 2_000;

/** Where messages of ours stand, by slot. Those of this run are known even when the store does not answer. */
export class Places {
  readonly #rows: Collection<PostedMessage>;
  readonly #now: Now;
  readonly #log: Log;
  readonly #known = new Map<string, PostedMessage>();

  constructor(rows: Collection<PostedMessage>, now: Now, log: Log) {
    this.#rows = rows;
    this.#now = now;
    this.#log = log;
  }

  /** Seen in this run. */
  has(slot: string): boolean {
    return this.#known.has(slot);
  }

  async get(slot: string): Promise<PostedMessage | null> {
    const known = this.#known.get(slot);
    if (known) return known;
    try {
      return (await this.#rows.get(slot)) ?? null;
    } catch (error) {
      this.#log.error({ slot, error: describe(error) }, 'outbox: places cannot be read');
      return null;
    }
  }

  async set(slot: string, place: Omit<PostedMessage, 'at'>): Promise<void> {
    const row = { ...place, at: this.#now() };
    this.#known.delete(slot);
    this.#known.set(slot, row);
    if (this.#known.size > IN_MEMORY) this.#known.delete(this.#known.keys().next().value ?? slot);
    try {
      await this.#rows.set(slot, row);
    } catch (error) {
      this.#log.error({ slot, error: describe(error) }, 'outbox: place not durable');
    }
  }

  async forget(slot: string): Promise<void> {
    this.#known.delete(slot);
    await this.#rows.delete(slot);
  }

  /** The slot whose message this is; null when it is none of ours. Reads every place that is known. */
  async slotOf(messageId: string): Promise<string | null> {
    for (const [slot, place] of this.#known) if (place.messageId === messageId) return slot;
    const stored = await this.#rows.all();
    return stored.find(([, place]) => place.messageId === messageId)?.[0] ?? null;
  }
}
