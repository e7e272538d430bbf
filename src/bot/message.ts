import {
  type APIAttachment,
  type APIEmbed,
  type APIMessage,
  EmbedType,
  MessageFlags,
  MessageReferenceType,
} from 'discord.js';
import type { Log, MessageText } from './ports.ts';

/** A message of a signal channel, from the gateway or from history: both bring the same JSON. */
export interface Incoming {
  id: string;
  /** The signal channel, also of a message in one of its threads. */
  channelId: string;
  threadId?: string;
  /** User, bot or webhook. */
  authorId: string;
  text: MessageText;
  /** The message it answers. */
  replyTo: string | null;
  /** Text files whose content may be the signal. */
  files: readonly APIAttachment[];
  /** Followed channels show the deletion of the original only by this flag. */
  deleted: boolean;
  /** When its author changed it last, by Discord's clock; absent where nobody has, or Discord does not say. */
  editedAt?: number;
  /** When the gateway brought it, on the clock of `Journeys`; absent from history. */
  heardAt?: number;
}

/** What a gateway event may bring: an edit may leave out what did not change. */
export type MessageEvent = Pick<APIMessage, 'id' | 'channel_id'> &
  Partial<APIMessage> & {
    /** Where it stands, once `channel_id` is its thread's channel. */
    thread_id?: string;
  };

/** The same as a message of the channel that the thread belongs to. */
export function inChannel(message: MessageEvent, channelId: string): MessageEvent {
  const { channel_id, thread_id = channel_id } = message;
  return thread_id === channelId ? message : { ...message, channel_id: channelId, thread_id };
}

const MAX_FILE_BYTES = 64 * 1_024;
const MAX_FILES = 3;
const FILE_TIMEOUT_MS = 3_000;
const CDN_ORIGINS = ['https://cdn.discordapp.com', 'https://media.discordapp.net'];
/** The epoch of Discord's ids: https://discord.com/developers/docs/reference#snowflakes */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** A new message, or one that was fetched, is all there: what is not said of it, there is none of. */
export function asWhole(message: MessageEvent): MessageEvent {
  const { content, embeds } = message;
  if (content !== undefined && embeds !== undefined) return message;
  return { ...message, content: content ?? '', embeds: embeds ?? [] };
}

/** Null when the event does not bring the whole message; then it has to be fetched. */
export function incoming(message: MessageEvent): Incoming | null {
  const { author, content, embeds } = message;
  if (author === undefined || content === undefined || embeds === undefined) return null;
  const forwarded = (message.message_snapshots ?? []).map((snapshot) => snapshot.message);
  const contents = [content, ...forwarded.map((part) => part.content)].filter((part) => part !== '');
  const reference = message.message_reference;
  const isReply = reference !== undefined && reference.type !== MessageReferenceType.Forward;
  const files = [...(message.attachments ?? []), ...forwarded.flatMap((part) => part.attachments)];
  return {
    id: message.id,
    channelId: message.channel_id,
    ...(message.thread_id === undefined ? {} : { threadId: message.thread_id }),
    authorId: author.id,
    text: {
      content: contents.join('\n'),
      embeds: [...embeds, ...forwarded.flatMap((part) => part.embeds)].filter(isWritten),
    },
    replyTo: (isReply ? reference.message_id : null) ?? null,
    files: files.filter(isTextFile),
    deleted: ((message.flags ?? 0) & MessageFlags.SourceMessageDeleted) !== 0,
    ...editedAt(message),
  };
}

function editedAt({ edited_timestamp: edited }: MessageEvent): Pick<Incoming, 'editedAt'> {
  const at = edited ? Date.parse(edited) : Number.NaN;
  return Number.isNaN(at) ? {} : { editedAt: at };
}

/**
 * Whether nobody has changed the words since: unfurled links, pins and flags come as updates too, with the edit time
 * as it was. A followed channel's copy is changed by Discord itself, which need not set one.
 * https://discord.com/developers/docs/resources/message#message-object-message-structure
 */
export function isUnedited(message: MessageEvent): boolean {
  return message.edited_timestamp === null && message.webhook_id === undefined;
}

/** A link's preview is not what the author said. https://discord.com/developers/docs/resources/message#embed-object-embed-types */
function isWritten({ type }: APIEmbed): boolean {
  return type === undefined || type === EmbedType.Rich;
}

/** When Discord took the message, in milliseconds since the epoch. */
export function postedAt(messageId: string): number {
  return Number(BigInt(messageId) >> 22n) + DISCORD_EPOCH_MS;
}

/** The smallest id that a message of this time can have. */
export function snowflakeAt(ms: number): string {
  return (BigInt(Math.max(0, Math.floor(ms) - DISCORD_EPOCH_MS)) << 22n).toString();
}

/** Numeric order of ids, as they may differ in length. */
export function isAfter(a: string, b: string): boolean {
  return BigInt(a) > BigInt(b);
}

function isTextFile(file: APIAttachment): boolean {
  const isText = file.content_type?.startsWith('text/') ?? /\.(txt|md|csv)$/i.test(file.filename);
  return isText && file.size <= MAX_FILE_BYTES;
}

/** The text with its files' contents; files come from Discord's own servers (`apiUrl` is one) or not at all. */
export async function withFiles(message: Incoming, apiUrl: string, log: Log): Promise<MessageText> {
  const origins = [...CDN_ORIGINS, new URL(apiUrl).origin];
  const files = message.files.filter((file) => origins.includes(URL.parse(file.url)?.origin ?? ''));
  const texts = await Promise.all(files.slice(0, MAX_FILES).map((file) => readFile(file.url, log)));
  const content = [message.text.content, ...texts].filter((part) => part !== '').join('\n');
  return { content, embeds: message.text.embeds };
}

async function readFile(url: string, log: Log): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FILE_TIMEOUT_MS) });
    return response.ok && response.body ? await readLimited(response.body) : '';
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'text attachment not read');
    return '';
  }
}

/** Announced sizes are not to be trusted: reading ends at the limit. */
async function readLimited(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_FILE_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
