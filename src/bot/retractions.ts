import type { Reading, Signal } from '../trading/model.ts';
import { signalMeaning } from './meaning.ts';
import type { Incoming } from './message.ts';
import type { Where } from './rereading.ts';

/** What its author has done to the message of a signal that is not what it says any more. */
export type Retraction = 'deleted' | 'edited';

/** A signal while it is being decided, or what somebody has clicked is being carried out. */
export interface Watched {
  /** Aborted once its message does not say it any more. */
  retracted: AbortSignal;
  /** How it was; of any use only once it is. */
  how(): Retraction;
  /** It is decided. */
  end(): void;
}

/**
 * What authors make of signals that are still being decided. An edit or a deletion is carried out once that is over, which
 * may be as long as an exchange does not answer; what it takes back must not be opened meanwhile.
 */
export interface Retractions {
  /** `signal`: as its author said it, in whatever place of the message; null where that is not known. */
  watch(message: Pick<Incoming, 'id' | 'channelId' | 'threadId'>, signal: Signal | null): Watched;
  /** Where the messages stand whose signals are being decided, by their ids. */
  watched(): ReadonlyMap<string, Where>;
  deleted(messageId: string): void;
  /** Says so now. Of several that are still being read the last one counts. Never rejects. */
  edited(messageId: string, reading: Promise<Reading>): Promise<void>;
  /** Nothing of the message is being decided, nor waits to be. */
  forget(messageId: string): void;
  /** It was heard of lately that it has been deleted. */
  isDeleted(messageId: string): boolean;
}

interface Deciding {
  messageId: string;
  where: Where;
  /** Null where only a deletion takes it back. */
  meaning: string | null;
  abort: AbortController;
}

/** Of deletions that are remembered. */
const MOST = 1_000;

export function createRetractions(): Retractions {
  const deciding = new Set<Deciding>();
  /** What was heard last of messages that are being handled: the meanings of their signals. */
  const latest = new Map<string, readonly string[]>();
  const reading = new Map<string, symbol>();
  const gone = new Set<string>();

  function compare({ messageId, meaning, abort }: Deciding): void {
    const now = latest.get(messageId);
    const isChanged = now !== undefined && meaning !== null && !now.includes(meaning);
    if (isChanged || gone.has(messageId)) abort.abort();
  }

  function compareAll(messageId: string): void {
    for (const one of deciding) if (one.messageId === messageId) compare(one);
  }

  return {
    watch({ id, channelId, threadId }, signal) {
      const where = threadId === undefined ? { channelId } : { channelId, threadId };
      const abort = new AbortController();
      const meaning = signal === null ? null : signalMeaning(signal);
      const own = { messageId: id, where, meaning, abort };
      deciding.add(own);
      compare(own);
      return {
        retracted: abort.signal,
        how: () => (gone.has(id) ? 'deleted' : 'edited'),
        end: () => void deciding.delete(own),
      };
    },
    watched: () => new Map(Array.from(deciding, ({ messageId, where }) => [messageId, where])),
    deleted(messageId) {
      gone.add(messageId);
      const [oldest] = gone;
      if (gone.size > MOST && oldest !== undefined) gone.delete(oldest);
      compareAll(messageId);
    },
    async edited(messageId, read) {
      const own = Symbol(messageId);
      reading.set(messageId, own);
      const now = await read.catch(() => null);
      if (now === null || reading.get(messageId) !== own) return;
      latest.set(messageId, now.kind === 'signal' ? now.signals.map(signalMeaning) : []);
      compareAll(messageId);
    },
    forget(messageId) {
      reading.delete(messageId);
      latest.delete(messageId);
    },
    isDeleted: (messageId) => gone.has(messageId),
  };
}
