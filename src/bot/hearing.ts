import { type Incoming, inChannel, incoming, type MessageEvent } from './message.ts';
import { messageEventOf } from './message-event.ts';
import type { Log } from './ports.ts';
import type { Settings } from './settings.ts';

/** Whose messages are heard, and of which channel they are. */
export interface Hearing {
  /** From here on an event is what its type says, in the signal channel that it belongs to; null for one that is none. */
  event(raw: MessageEvent): MessageEvent | null;
  /** Threads and the posts of a forum belong to their channel, unless they are listed by themselves. */
  signalChannel(where: string): string | null;
  /** Null where nobody listens to its channel, or to its author there. */
  message(event: MessageEvent): Incoming | null;
}

export interface HearingDeps {
  settings: Settings;
  /** The channel that a thread belongs to; null for what is no thread. */
  parentOf(channelId: string): string | null;
  log: Log;
}

export function createHearing({ settings, parentOf, log }: HearingDeps): Hearing {
  function signalChannel(where: string): string | null {
    if (settings.channel(where)) return where;
    const parent = parentOf(where);
    return parent !== null && settings.channel(parent) ? parent : null;
  }

  return {
    event(raw) {
      const event = messageEventOf(raw);
      if (!event) log.warn({}, 'an event about a message is none');
      const channelId = event && signalChannel(event.channel_id);
      return event && channelId ? inChannel(event, channelId) : event;
    },
    signalChannel,
    message(event) {
      const channel = settings.channel(event.channel_id);
      const message = channel && incoming(event);
      return message && channel.authors.includes(message.authorId) ? message : null;
    },
  };
}
