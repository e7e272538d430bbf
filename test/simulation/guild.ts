import type { MessageEvent } from '../../src/bot/message.ts';
import { snowflakeAt } from '../../src/bot/message.ts';
import type { MessageBody } from '../../src/bot/ports.ts';

/** A Discord server as it is kept there: what authors have said, and what the program has posted. */

export interface Message {
  id: string;
  channelId: string;
  authorId: string;
  content: string;
  /** Everything that stands in it, as text. */
  shown: string;
  postedAt: number;
  editedAt: number | null;
  deletedAt: number | null;
  /** Custom ids, as they are shown now. */
  buttons: readonly string[];
  /** The last ones that it had. */
  hadButtons: readonly string[];
}

export interface Guild {
  post(channelId: string, authorId: string, body: MessageBody, nonce?: string): Message;
  edit(id: string, body: MessageBody): Message | null;
  remove(id: string): Message | null;
  find(id: string): Message | null;
  /** Oldest first; deleted ones are not there any more. */
  messages(channelId?: string): Message[];
  /** Also those that are gone. */
  everything(): readonly Message[];
}

/** Who posts under one nonce twice within this makes one message: `enforce_nonce`, "past few minutes". */
const NONCE_MS = 5 * 60_000;

export function createGuild(now: () => number): Guild {
  const all: Message[] = [];
  const nonces = new Map<string, { id: string; at: number }>();
  let last = 0n;

  const find = (id: string): Message | null =>
    all.find((one) => one.id === id && one.deletedAt === null) ?? null;

  function nextId(): string {
    const byTime = BigInt(snowflakeAt(now()));
    last = byTime > last ? byTime : last + 1n;
    return last.toString();
  }

  function show(message: Message, body: MessageBody): void {
    const { content, embeds = [], components = [], layout = [] } = body;
    message.content = layout.length > 0 ? '' : content;
    message.shown = JSON.stringify([content, embeds, layout]);
    message.buttons = customIds([components, layout]);
    if (message.buttons.length > 0) message.hadButtons = message.buttons;
  }

  return {
    find,
    post(channelId, authorId, body, nonce) {
      const known = nonce === undefined ? undefined : nonces.get(nonce);
      const there = known && now() - known.at <= NONCE_MS ? find(known.id) : null;
      if (there) return there;
      const id = nextId();
      const message: Message = {
        id,
        channelId,
        authorId,
        content: '',
        shown: '',
        postedAt: now(),
        editedAt: null,
        deletedAt: null,
        buttons: [],
        hadButtons: [],
      };
      show(message, body);
      all.push(message);
      if (nonce !== undefined) nonces.set(nonce, { id, at: now() });
      return message;
    },
    edit(id, body) {
      const message = find(id);
      if (message) {
        show(message, body);
        message.editedAt = now();
      }
      return message;
    },
    remove(id) {
      const message = find(id);
      if (message) message.deletedAt = now();
      return message;
    },
    messages: (channelId) =>
      all.filter((one) => one.deletedAt === null && (channelId === undefined || one.channelId === channelId)),
    everything: () => all,
  };
}

/** As the gateway and history bring it. */
export function eventOf({ id, channelId, authorId, content, editedAt }: Message): MessageEvent {
  return {
    id,
    channel_id: channelId,
    content,
    embeds: [],
    attachments: [],
    author: { id: authorId, username: 'x', discriminator: '0', global_name: null, avatar: null },
    edited_timestamp: editedAt === null ? null : new Date(editedAt).toISOString(),
  };
}

function customIds(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(customIds);
  if (typeof part !== 'object' || part === null) return [];
  const { custom_id, disabled, ...rest } = part as { custom_id?: unknown; disabled?: unknown };
  return typeof custom_id === 'string' && disabled !== true
    ? [custom_id]
    : Object.values(rest).flatMap(customIds);
}
