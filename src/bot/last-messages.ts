import { isAfter } from './message.ts';
import { isMessageId } from './message-event.ts';

/**
 * The id of the last message in each channel of a server and in its threads, `0` where there is none, as the gateway
 * tells of it when a session begins (GUILD_CREATE: `channels`, and in `threads` all that are not archived). That message
 * may be deleted, and nothing says how old the picture is:
 * https://discord.com/developers/docs/resources/channel#channel-object. So it tells where to look first, not where
 * nothing is to be found. Whatever comes in another form counts as not told.
 */
export function lastMessages(server: unknown): Map<string, string> {
  const newest = new Map<string, string>();
  const { channels, threads } = objectOf(server);
  for (const channel of listOf(channels)) note(channel.id, channel.last_message_id ?? '0');
  // Of channels alone: whoever did not tell of the channel knows too little about it.
  for (const thread of listOf(threads))
    if (newest.has(String(thread.parent_id))) note(thread.parent_id, thread.last_message_id ?? '0');
  return newest;

  function note(channelId: unknown, messageId: unknown): void {
    if (!isMessageId(channelId) || !isMessageId(messageId)) return;
    if (isAfter(messageId, newest.get(channelId) ?? '-1')) newest.set(channelId, messageId);
  }
}

function listOf(parts: unknown): Record<string, unknown>[] {
  return Array.isArray(parts) ? parts.map(objectOf) : [];
}

function objectOf(part: unknown): Record<string, unknown> {
  return typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : {};
}
