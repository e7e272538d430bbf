import { Alarm } from './alarm.ts';
import type { History } from './backfill.ts';
import { describe, refusalOf } from './discord-errors.ts';
import type { Intake } from './intake.ts';
import { inChannel } from './message.ts';
import type { Log, Now } from './ports.ts';
import type { Change } from './records.ts';

/** The channel that a message belongs to, and the thread that it stands in. */
export type Where = Pick<Change, 'channelId' | 'threadId'>;

export interface RereadingDeps {
  history: Pick<History, 'message'>;
  intake: Pick<Intake, 'edited' | 'deleted'>;
  now: Now;
  log: Log;
}

const FIRST_PAUSE_MS = 2_000;
const LAST_PAUSE_MS = 15_000;
/** Of messages that wait; what is open is read with the next connection, too. */
const MOST = 1_000;

/**
 * Messages that are fetched once more as they stand now, since what their authors have made of them may have come to
 * nothing: it was not heard, Discord did not give the message, or the store did not take what follows from it. They are
 * tried again until that is done.
 */
export class Rereading {
  readonly #deps: RereadingDeps;
  readonly #owed = new Map<string, Where>();
  readonly #alarm: Alarm;
  #running: Promise<void> | null = null;
  #failures = 0;
  #isClosed = false;

  constructor(deps: RereadingDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.now, () => void this.#run());
  }

  /** What came of this message could not be carried out. */
  owe(messageId: string, where: Where): void {
    const isFirst = this.#owed.size === 0;
    this.#owed.delete(messageId);
    this.#owed.set(messageId, where);
    const [oldest] = this.#owed.keys();
    if (this.#owed.size > MOST && oldest !== undefined) this.#owed.delete(oldest);
    // It is set already where others wait: they are not put off for this one.
    if (isFirst && this.#running === null) this.#arm();
  }

  /** Resolves when each has been read, or one could not be: what is left is tried again soon. */
  async all(messages: ReadonlyMap<string, Where>): Promise<void> {
    for (const [messageId, where] of messages) this.#owed.set(messageId, where);
    await this.#running;
    await this.#run();
  }

  /** The same of signals that are still being decided: nobody waits for that here. */
  aside(messages: ReadonlyMap<string, Where>): void {
    for (const [messageId, where] of messages)
      void this.#read(messageId, where).then((isRead) => isRead || this.owe(messageId, where));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#alarm.clear();
    await this.#running;
  }

  #run(): Promise<void> {
    this.#running ??= this.#round().finally(() => {
      this.#running = null;
      this.#arm();
    });
    return this.#running;
  }

  async #round(): Promise<void> {
    for (const [messageId, where] of this.#owed) {
      if (this.#isClosed) return;
      this.#owed.delete(messageId);
      if (await this.#read(messageId, where)) continue;
      // The next one would most likely meet the same. This one comes last then.
      this.owe(messageId, where);
      this.#failures += 1;
      return;
    }
    this.#failures = 0;
  }

  /** False where it is to be tried again. What Discord refuses waits for the next connection. */
  async #read(messageId: string, { channelId, threadId }: Where): Promise<boolean> {
    const { history, intake, log } = this.#deps;
    try {
      const message = await history.message(threadId ?? channelId, messageId);
      if (message) await intake.edited(inChannel(message, channelId));
      else await intake.deleted(channelId, [messageId]);
    } catch (error) {
      log.warn({ messageId, error: describe(error) }, 'signal not read again');
      return refusalOf(error).kind !== 'retry';
    }
    return !this.#owed.has(messageId);
  }

  #arm(): void {
    if (this.#isClosed || this.#owed.size === 0) return;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(this.#failures - 1, 0), LAST_PAUSE_MS);
    this.#alarm.set([this.#deps.now() + pauseMs]);
  }
}
