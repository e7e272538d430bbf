import { MessageFlag, MessageType, Permission } from '../constants.ts';
import type { Core } from '../core.ts';
import type { Upload } from '../files.ts';
import { type JsonObject, toJson } from '../json.ts';
import { CREATE_FLAGS, readMessage } from '../limits/message.ts';
import { createMessage, deleteMessage, EMPTY_DRAFT, editMessage, type Sender } from '../messages.ts';
import { can } from '../permissions.ts';
import { setPinned } from '../rest/pins.ts';
import { setReaction } from '../rest/reactions.ts';
import { announceThread, openThread } from '../rest/threads.ts';
import { openDm } from '../rest/users.ts';
import { webhookSender } from '../rest/webhooks.ts';
import { addWebhook as seedWebhook } from '../seed.ts';
import type { Snowflake } from '../snowflake.ts';
import type { Channel, Component, Embed, Message, Webhook } from '../wire.ts';
import { findMessageAnywhere, memoryOf, userOf } from '../world.ts';
import { ScriptError } from './error.ts';

export interface FileSpec {
  filename: string;
  contentType?: string;
  /** The bytes, or text; over HTTP `base64`. */
  content?: Uint8Array | string;
  base64?: string;
}

export interface PostSpec {
  /** A channel or thread; `dm` is the direct-message channel between `author` and the bot. */
  channel: Snowflake | 'dm';
  /** A person's id (the bot's too: then the bot posts). Not needed with `webhook`. */
  author?: Snowflake;
  /** Posts as this webhook, optionally under another name. */
  webhook?: Snowflake;
  username?: string;
  content?: string;
  embeds?: Embed[];
  components?: Component[];
  attachments?: FileSpec[];
  replyTo?: Snowflake;
  forwardOf?: Snowflake;
  /** Published from a followed channel of another server: flag IS_CROSSPOST and a reference to the source. */
  crosspostOf?: { guild: Snowflake; channel: Snowflake; message: Snowflake };
  /** Message flags such as SUPPRESS_NOTIFICATIONS or IS_COMPONENTS_V2. */
  flags?: number;
  mentions?: 'all' | 'none';
  /** Sent so long ago (milliseconds), and delivered only now. */
  agoMs?: number;
}

export interface EditSpec {
  message: Snowflake;
  content?: string;
  embeds?: Embed[];
  components?: Component[];
}

/** Posts as a person, a webhook or the bot. Discord's limits hold here too (an `ApiError` says which). */
export function post(core: Core, spec: PostSpec): Message {
  const { world } = core;
  const channel = findChannel(core, spec.channel, spec.author);
  const sender = findSender(core, spec);
  if (spec.webhook === undefined && !can(world, sender.user.id, channel, Permission.SendMessages)) {
    throw new ScriptError(`${sender.user.username} may not write in ${channel.name ?? channel.id}`);
  }
  const draft = readMessage(requestBody(core, spec, channel), {
    settableFlags: CREATE_FLAGS | MessageFlag.IsCrosspost,
  });
  const source = spec.crosspostOf;
  return createMessage(core, {
    channel,
    sender,
    draft,
    uploads: (spec.attachments ?? []).map(toUpload),
    ...(spec.agoMs === undefined ? {} : { sentAt: core.clock.now() - spec.agoMs }),
    ...(source === undefined
      ? {}
      : {
          systemFlags: MessageFlag.IsCrosspost,
          reference: {
            type: 0 as const,
            guild_id: source.guild,
            channel_id: source.channel,
            message_id: source.message,
          },
        }),
  });
}

/** Edits as the author of the message does. */
export function edit(core: Core, spec: EditSpec): Message {
  const message = findPosted(core, spec.message);
  const { message: _id, ...fields } = spec;
  const draft = readMessage(toJson(fields) as JsonObject, { settableFlags: 0, presentFlags: message.flags });
  return editMessage(core, message, draft);
}

export function remove(core: Core, messageId: Snowflake): void {
  deleteMessage(core, findPosted(core, messageId));
}

/** Discord fills in the preview of a link: MESSAGE_UPDATE with the edit time unchanged. */
export function unfurl(core: Core, messageId: Snowflake, embeds: Embed[]): Message {
  return editMessage(core, findPosted(core, messageId), { ...EMPTY_DRAFT, embeds }, { silent: true });
}

/** The source of a followed message is gone: the copy here is emptied and marked. */
export function deleteCrosspostSource(core: Core, messageId: Snowflake): Message {
  const message = findPosted(core, messageId);
  message.embeds = [];
  message.attachments = [];
  return editMessage(
    core,
    message,
    { ...EMPTY_DRAFT, content: '[Original Message Deleted]' },
    { silent: true, systemFlags: { set: MessageFlag.SourceMessageDeleted } },
  );
}

export function pin(core: Core, messageId: Snowflake, userId: Snowflake | undefined, pinned: boolean): void {
  const message = findPosted(core, messageId);
  const announcer = userId === undefined ? undefined : personSender(core, userId);
  setPinned(core, findChannel(core, message.channel_id), message, pinned, announcer);
}

export function react(
  core: Core,
  messageId: Snowflake,
  userId: Snowflake,
  emoji: string,
  present: boolean,
): void {
  setReaction(core, findPosted(core, messageId), userId, { id: null, name: emoji }, present);
}

/** A person opens a thread, from a message or on its own. */
export function thread(
  core: Core,
  spec: { channel: Snowflake; author: Snowflake; name: string; message?: Snowflake },
): Channel {
  const parent = findChannel(core, spec.channel);
  const sender = personSender(core, spec.author);
  const from = spec.message === undefined ? undefined : findPosted(core, spec.message);
  const opened = openThread(core, {
    parent,
    name: spec.name,
    type: 11,
    owner: sender.user,
    ...(from === undefined ? {} : { from }),
  });
  announceThread(core, opened, parent, sender, from);
  return opened;
}

export function addWebhook(
  core: Core,
  spec: { channel: Snowflake; name: string; id?: Snowflake; follower?: boolean },
): Webhook {
  const webhook = {
    id: spec.id ?? core.ids.next(),
    channel: findChannel(core, spec.channel).id,
    name: spec.name,
  };
  return seedWebhook(core.world, webhook, spec.follower);
}

export function findChannel(core: Core, id: Snowflake | 'dm', userId?: Snowflake): Channel {
  if (id === 'dm') {
    if (userId === undefined) throw new ScriptError('whose direct messages? name the person');
    return openDm(core, userId);
  }
  const channel = core.world.channels.get(id);
  if (channel === undefined) throw new ScriptError(`there is no channel ${id}`);
  return channel;
}

export function findPosted(core: Core, messageId: Snowflake): Message {
  const message = findMessageAnywhere(core.world, messageId);
  if (message === undefined) throw new ScriptError(`there is no message ${messageId}`);
  return message;
}

export function toUpload(file: FileSpec, index: number): Upload {
  const bytes =
    file.base64 === undefined ? Buffer.from(file.content ?? '') : Buffer.from(file.base64, 'base64');
  return {
    index,
    filename: file.filename,
    contentType: file.contentType ?? 'application/octet-stream',
    bytes,
  };
}

function findSender(core: Core, spec: PostSpec): Sender {
  if (spec.webhook !== undefined) {
    const webhook = core.world.webhooks.get(spec.webhook);
    if (webhook === undefined) throw new ScriptError(`there is no webhook ${spec.webhook}`);
    return webhookSender(webhook, spec.username);
  }
  if (spec.author === undefined) throw new ScriptError('a message needs an author or a webhook');
  return personSender(core, spec.author);
}

function personSender(core: Core, userId: Snowflake): Sender {
  if (!core.world.people.has(userId)) throw new ScriptError(`there is no user ${userId}`);
  return { user: userOf(core.world, userId), createdBy: userId === core.world.botId ? 'bot' : userId };
}

function requestBody(core: Core, spec: PostSpec, channel: Channel): JsonObject {
  const body = toJson({
    content: spec.content,
    embeds: spec.embeds,
    components: spec.components,
    flags: spec.flags,
  }) as JsonObject;
  if (spec.mentions === 'none') body.allowed_mentions = { parse: [] };
  const referenced = spec.replyTo ?? spec.forwardOf;
  if (referenced === undefined) return body;
  const source = findPosted(core, referenced);
  const system =
    memoryOf(core.world, source).ephemeralFor !== undefined || source.type === MessageType.ThreadCreated;
  if (system || (spec.replyTo !== undefined && source.channel_id !== channel.id)) {
    throw new ScriptError(`message ${referenced} cannot be answered or forwarded here`);
  }
  body.message_reference = {
    type: spec.replyTo === undefined ? 1 : 0,
    message_id: source.id,
    channel_id: source.channel_id,
  };
  return body;
}
