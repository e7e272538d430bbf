import { DiscordAPIError, type REST, Routes } from 'discord.js';
import type { History } from './backfill.ts';
import * as answers from './discord-answers.ts';
import { refusalOf } from './discord-errors.ts';
import { inChannel, isAfter, type MessageEvent } from './message.ts';
import { messageEventOf } from './message-event.ts';

/** The most that Discord gives at once. */
const PAGE = 100;
/** The channels that are read in one go share the list of threads. */
const THREADS_FOR_MS = 2_000;

/** All that the list is asked for: it is kept until the next one comes. */
interface Thread {
  id: string;
  parentId: string | null;
  lastMessageId: string | null;
}

/** Reads messages over discord.js's REST client, which keeps the rate limits. */
export function restHistory(rest: REST, guildId: () => string, ownId: () => string | undefined): History {
  let listed: { at: number; threads: Promise<Thread[]> } | null = null;

  /** Those whose parent is not the asked channel are somebody else's. */
  async function threadsOf(channelId: string): Promise<Thread[]> {
    const now = performance.now();
    if (listed === null || now - listed.at > THREADS_FOR_MS) listed = { at: now, threads: activeThreads() };
    return (await listed.threads).filter(({ parentId }) => parentId === channelId);
  }

  async function activeThreads(): Promise<Thread[]> {
    const list = await possibly(() => rest.get(Routes.guildActiveThreads(guildId())));
    if (list === null) return [];
    return answers.read(answers.threads, list).threads.map(({ id, parent_id, last_message_id }) => ({
      id,
      parentId: parent_id ?? null,
      lastMessageId: last_message_id ?? null,
    }));
  }

  /** A forum has no messages of its own. */
  async function messagesIn(channelId: string, query: URLSearchParams): Promise<MessageEvent[]> {
    try {
      return answers.read(answers.messages, await rest.get(Routes.channelMessages(channelId), { query }));
    } catch (error) {
      if (error instanceof DiscordAPIError && error.status === 400) return [];
      throw error;
    }
  }

  return {
    async after(channelId, messageId) {
      const query = page(messageId);
      const threads = (await threadsOf(channelId)).filter(
        ({ lastMessageId }) => lastMessageId !== null && isAfter(lastMessageId, messageId),
      );
      const places = [channelId, ...threads.map(({ id }) => id)];
      const found: MessageEvent[] = [];
      for (const place of places)
        for (const message of await messagesIn(place, query)) found.push(inChannel(message, channelId));
      // Each place gave its first ones: so the first ones of all are among them.
      return found.sort((a, b) => (isAfter(a.id, b.id) ? 1 : -1)).slice(0, PAGE);
    },
    async own(channelId, messageId) {
      const own = ownId();
      const found = (await messagesIn(channelId, page(messageId))).map(messageEventOf);
      return found.flatMap((message) =>
        own !== undefined && message?.author?.id === own && message.content ? [message.content] : [],
      );
    },
    async lastId(channelId) {
      const [last] = await messagesIn(channelId, new URLSearchParams({ limit: '1' }));
      const ids = (await threadsOf(channelId)).map(({ lastMessageId }) => lastMessageId);
      return [last?.id, ...ids].reduce<string | null>(
        (newest, id) => (id && (newest === null || isAfter(id, newest)) ? id : newest),
        null,
      );
    },
    async message(channelId, messageId) {
      try {
        return answers.read(answers.message, await rest.get(Routes.channelMessage(channelId, messageId)));
      } catch (error) {
        // Of a channel that is gone nothing says that an author has deleted anything.
        if (refusalOf(error).kind === 'message_gone') return null;
        throw error;
      }
    },
  };
}

function page(after: string): URLSearchParams {
  return new URLSearchParams({ after, limit: String(PAGE) });
}

/** Null where Discord does not give it: the channel itself is to be read all the same. */
async function possibly<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (refusalOf(error).kind === 'retry') throw error;
    return null;
  }
}
