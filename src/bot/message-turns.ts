import { setTimeout as delay } from 'node:timers/promises';
import { describe } from './discord-errors.ts';
import type { Log } from './ports.ts';

/** What one message brings is handled one after the other; messages go side by side. */
export interface MessageTurns {
  /** Undefined where the task has failed, which is logged. */
  take<T>(messageId: string, channelId: string, task: () => Promise<T>): Promise<T | undefined>;
  /** Resolves when nothing is being decided about this message any more, or when that takes longer than is worth waiting for. */
  settled(messageId: string): Promise<void>;
  /** Resolves when nothing is being decided any more about what was posted in the channel before this message. */
  earlierIn(message: { id: string; channelId: string }): Promise<void>;
  /** Resolves when nothing is being decided any more. */
  idle(): Promise<void>;
}

interface Running {
  channelId: string;
  done: Promise<unknown>;
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
      const own = { channelId, done };
      running.set(messageId, own);
      try {
        return await done;
      } finally {
        if (running.get(messageId) === own) running.delete(messageId);
      }
    },
    async settled(messageId) {
      const one = running.get(messageId);
      if (one) await Promise.race([one.done, delay(SETTLE_PATIENCE_MS, undefined, { ref: false })]);
    },
    async earlierIn(message) {
      const earlier = [...running].filter(
        ([id, { channelId }]) => channelId === message.channelId && BigInt(id) < BigInt(message.id),
      );
      await Promise.allSettled(earlier.map(([, { done }]) => done));
    },
    async idle() {
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}
