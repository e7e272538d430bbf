import { describe } from './discord-errors.ts';
import type { Incoming } from './message.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { Cursor } from './records.ts';

interface Position {
  /** Being decided. */
  running: Set<bigint>;
  finished: bigint;
  written: bigint;
  /** While history is unread: the cursor stays here. */
  heldAt: bigint | null;
  /** Held or rewound since history was begun to be read, which may have been too early for it: read again from here. */
  againFrom: bigint | null;
}

const UNREAD = -1n;

/**
 * How far each channel has been read. A cursor never passes a message that is still being decided, nor a gap that
 * history has yet to fill, so that a crash leaves nothing behind it.
 */
export class Progress {
  readonly #cursors: Collection<Cursor>;
  readonly #now: Now;
  readonly #log: Log;
  readonly #channels = new Map<string, Position>();
  #hasEnded = false;

  constructor(cursors: Collection<Cursor>, now: Now, log: Log) {
    this.#cursors = cursors;
    this.#now = now;
    this.#log = log;
  }

  async start(): Promise<void> {
    for (const [channelId, { messageId }] of await this.#cursors.all()) {
      const position = this.#position(channelId);
      position.finished = BigInt(messageId);
      position.written = position.finished;
    }
  }

  /** Nothing as new has been read in the channel in any run: nothing is kept of the message. Before it is begun. */
  isNewest({ id, channelId }: Pick<Incoming, 'id' | 'channelId'>): boolean {
    const { running, finished, heldAt } = this.#position(channelId);
    const number = BigInt(id);
    // While history is unread, a cursor says less than receipts do.
    if (heldAt !== null || finished === UNREAD || number <= finished) return false;
    for (const other of running) if (other >= number) return false;
    return true;
  }

  /** Call the answer when the message has been dealt with. */
  begin(message: Pick<Incoming, 'id' | 'channelId'>): () => void {
    const position = this.#position(message.channelId);
    const id = BigInt(message.id);
    position.running.add(id);
    return () => {
      position.running.delete(id);
      if (id > position.finished) position.finished = id;
      void this.#advance(message.channelId);
    };
  }

  /** Of no interest to us: written with the next message that is, or at the end. */
  pass(channelId: string, messageId: string): void {
    const position = this.#position(channelId);
    const id = BigInt(messageId);
    // A channel that was never read begins where history says.
    if (position.finished !== UNREAD && id > position.finished) position.finished = id;
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#channels.keys()].map((channelId) => this.#advance(channelId)));
  }

  /** What is dealt with from here on is read again by the next start: the store is about to close. */
  async end(): Promise<void> {
    await this.flush();
    this.#hasEnded = true;
  }

  /** Messages may be missed from here on. Holding twice keeps the first place. */
  hold(channelId: string): void {
    const position = this.#position(channelId);
    position.heldAt ??= reached(position);
    position.againFrom = earlier(position.heldAt, position.againFrom);
  }

  /** Messages after this one are to be read, whatever has been read before. */
  rewind(channelId: string, messageId: string): void {
    const position = this.#position(channelId);
    const id = BigInt(messageId);
    const at = position.heldAt ?? reached(position);
    position.heldAt = at === UNREAD ? id : earlier(id, at);
    position.againFrom = earlier(id, position.againFrom);
  }

  /** History of it is still to be read. */
  isHeld(channelId: string): boolean {
    return this.#position(channelId).heldAt !== null;
  }

  /** It is listened to no longer: should it be again, what was said meanwhile was not for us. */
  async forget(channelId: string): Promise<void> {
    this.#channels.delete(channelId);
    try {
      await this.#cursors.delete(channelId);
    } catch (error) {
      this.#log.error({ channelId, error: describe(error) }, 'cursor not deleted');
    }
  }

  /** Every channel that has been read. */
  channels(): readonly string[] {
    return [...this.#channels.keys()];
  }

  /** Where history has to be read from; null when the channel has never been read. */
  from(channelId: string): string | null {
    const position = this.#position(channelId);
    const from = position.heldAt ?? reached(position);
    return from === UNREAD ? null : from.toString();
  }

  /** As `from`; history is read from there now. What is held or rewound from here on outlasts its release. */
  beginReading(channelId: string): string | null {
    this.#position(channelId).againFrom = null;
    return this.from(channelId);
  }

  /** History has been read; `newest` counts as dealt with. */
  async release(channelId: string, newest: string): Promise<void> {
    const position = this.#position(channelId);
    const id = BigInt(newest);
    // A channel that was read for the first time begins here.
    position.heldAt = position.againFrom === UNREAD ? id : position.againFrom;
    if (id > position.finished) position.finished = id;
    await this.#advance(channelId);
  }

  #position(channelId: string): Position {
    let position = this.#channels.get(channelId);
    if (!position) {
      position = { running: new Set(), finished: UNREAD, written: UNREAD, heldAt: null, againFrom: null };
      this.#channels.set(channelId, position);
    }
    return position;
  }

  async #advance(channelId: string): Promise<void> {
    const position = this.#position(channelId);
    if (this.#hasEnded || position.heldAt !== null) return;
    const at = reached(position);
    if (at <= position.written) return;
    position.written = at;
    try {
      await this.#cursors.set(channelId, { messageId: at.toString(), at: this.#now() });
    } catch (error) {
      // Read again after a restart; receipts keep that harmless.
      this.#log.error({ channelId, error: describe(error) }, 'cursor not durable');
    }
  }
}

function earlier(id: bigint, other: bigint | null): bigint {
  return other === null || id < other ? id : other;
}

function reached({ finished, running }: Position): bigint {
  let at = finished;
  for (const id of running) if (id <= at) at = id - 1n;
  return at;
}
