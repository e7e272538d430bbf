import { setTimeout as delay } from 'node:timers/promises';
import { isSameCoin } from '../risk/listing.ts';
import { describe } from './discord-errors.ts';
import type { Log } from './ports.ts';

/** What one message brings is handled one after the other; messages go side by side. */
export interface MessageTurns {
  /** Undefined where the task has failed, which is logged. */
  take<T>(messageId: string, channelId: string, task: () => Promise<T>): Promise<T | undefined>;
  /** Something that it brings is being handled, or waits to be. */
  isTaken(messageId: string): boolean;
  /** Resolves when nothing is being decided about this message any more, or when that takes longer than is worth waiting for. */
  settled(messageId: string): Promise<void>;
  /** It has been read as signals on these symbols, and is still being decided. */
  about(messageId: string, symbols: readonly string[]): void;
  /**
   * Resolves when nothing is being decided any more about what was posted in the channel before this message. With
   * `symbols` it is only about those: signals on others may wait for the exchange for as long as they like.
   */
  earlierIn(message: { id: string; channelId: string }, symbols: ReadonlySet<string> | null): Promise<void>;
  /** Resolves when nothing is being decided any more. */
  idle(): Promise<void>;
}

interface Running {
  channelId: string;
  done: Promise<unknown>;
  /** Null until it is known to be signals. */
  symbols: readonly string[] | null;
}

/** Whoever asks about a message that is being decided would rather wait than hear that it was not read. */
const SETTLE_PATIENCE_MS = 5_000;

export function createMessageTurns(log: Log): MessageTurns {
  const running = new Map<string, Running>();

  return {
    async take<T>(messageId: string, channelId: string, task: () => Promise<T>): Promise<T | undefined> {
      const before = running.get(messageId)?.done;
      const run = async (): Promise<T> => {
        await before;
        return task();
      };
      const done = (before ? run() : task()).catch((error: unknown) => {
        log.error({ messageId, error: describe(error) }, 'a message could not be handled');
        return undefined;
      });
      const own: Running = { channelId, done, symbols: null };
      running.set(messageId, own);
      try {
        return await done;
      } finally {
        if (running.get(messageId) === own) running.delete(messageId);
      }
    },
    isTaken: (messageId) => running.has(messageId),
    async settled(messageId) {
      const one = running.get(messageId);
      if (one) await Promise.race([one.done, delay(SETTLE_PATIENCE_MS, undefined, { ref: false })]);
    },
    about(messageId, symbols) {
      const own = running.get(messageId);
      if (own) own.symbols = symbols;
    },
    async earlierIn(message, symbols) {
      const wanted = symbols && [...symbols];
      const mayMatter = ({ symbols: those }: Running): boolean =>
        wanted === null ||
        those === null ||
        those.some((symbol) => wanted.some((other) => isSameCoin(symbol, other)));
      const earlier = [...running].filter(
        ([id, one]) =>
          one.channelId === message.channelId && BigInt(id) < BigInt(message.id) && mayMatter(one),
      );
      await Promise.allSettled(earlier.map(([, { done }]) => done));
    },
    async idle() {
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}
