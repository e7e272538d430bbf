import { announce, botSees, channelOf, messageIntent } from './announce.ts';
import { ChannelType, Intent, MessageFlag, MessageType } from './constants.ts';
import { type Core, isoTime } from './core.ts';
import { refusal } from './errors.ts';
import { linkComponentFiles, linkEmbedFiles, shownFiles, storeUploads, type Upload } from './files.ts';
import { toJsonObject } from './json.ts';
import type { MessageDraft } from './limits/message.ts';
import { ALLOW_ALL, ALLOW_USERS, findMentions } from './mentions.ts';
import { findRepeated, rememberNonce } from './nonces.ts';
import { type ResolvedReference, resolveReference } from './references.ts';
import { compareSnowflakes, type Snowflake } from './snowflake.ts';
import type { Attachment, Channel, InteractionMetadata, Message, User } from './wire.ts';
import { findMessage, isThread, memoryOf, type World } from './world.ts';

/** Who sends, and by what right. */
export interface Sender {
  user: User;
  /** `bot`, a person's or a webhook's id: who may edit it later. */
  createdBy: Snowflake;
  webhookId?: Snowflake;
  applicationId?: Snowflake;
}

export interface NewMessage {
  channel: Channel;
  sender: Sender;
  draft: MessageDraft;
  uploads?: readonly Upload[];
  type?: number;
  /** Flags beyond those of the draft that only Discord sets. */
  systemFlags?: number;
  ephemeralFor?: Snowflake;
  /** When it was sent (milliseconds since the Unix epoch), if not now. */
  sentAt?: number;
  interaction?: { metadata: InteractionMetadata; commandName?: string };
  /** An answer that is still loading has no content yet. */
  mayBeEmpty?: boolean;
  reference?: Message['message_reference'];
}

export const EMPTY_DRAFT: MessageDraft = {
  content: undefined,
  embeds: undefined,
  components: undefined,
  flags: undefined,
  tts: false,
  nonce: undefined,
  enforceNonce: false,
  allowedMentions: undefined,
  reference: undefined,
  attachments: undefined,
};

/** Creates a message as the sender wants it, tells the gateway and the scripts, and returns it. */
export function createMessage(core: Core, request: NewMessage): Message {
  const { world } = core;
  const { channel, sender, draft } = request;
  // An interaction may outlive the channel that it came from.
  if (!world.channels.has(channel.id)) throw refusal(10003);
  const repeated = findRepeated(core, sender, draft);
  if (repeated !== undefined) return repeated;
  const reference = resolveReference(core, channel, draft.reference);
  refuseEmpty(request, reference.snapshots !== undefined);
  const attachments = storeUploads(core, channel.id, request.uploads ?? [], draft.attachments ?? []);
  const embeds = structuredClone(draft.embeds ?? []);
  const embedded = linkEmbedFiles(embeds, attachments);
  linkComponentFiles(draft.components ?? [], attachments);
  const message = assemble(core, request, reference);
  message.embeds = embeds;
  message.attachments = attachments
    .filter((attachment) => !embedded.has(attachment.id))
    .map((attachment) =>
      request.ephemeralFor === undefined ? attachment : { ...attachment, ephemeral: true },
    );
  applyMentions(world, message, channel, draft, reference.repliedTo);
  remember(core, request, message);
  announce(core, message, 'MESSAGE_CREATE');
  return message;
}

export interface EditOptions {
  uploads?: readonly Upload[];
  /** Unfurled links and flags that Discord sets leave `edited_timestamp` as it was. */
  silent?: boolean;
  /** Flags that Discord sets or clears along with the edit. */
  systemFlags?: { set?: number; clear?: number };
}

/** Applies the fields that were sent; `MESSAGE_UPDATE` follows. */
export function editMessage(
  core: Core,
  message: Message,
  draft: MessageDraft,
  options: EditOptions = {},
): Message {
  const channel = channelOf(core.world, message);
  const kept = keptAttachments(message, draft);
  const added = storeUploads(core, message.channel_id, options.uploads ?? [], draft.attachments ?? []);
  const embeds = draft.embeds === undefined ? message.embeds : structuredClone(draft.embeds);
  const embedded = linkEmbedFiles(embeds, [...kept, ...added]);
  linkComponentFiles(draft.components ?? [], [...kept, ...added]);
  const after = {
    content: draft.content ?? message.content,
    components: draft.components ?? message.components,
    attachments: [...kept, ...added].filter((attachment) => !embedded.has(attachment.id)),
  };
  if (
    after.content === '' &&
    [embeds, after.components, after.attachments].every((list) => list.length === 0)
  ) {
    if (embedded.size === 0 && message.message_snapshots === undefined) throw refusal(50006);
  }
  const shownBefore = shownFiles(message);
  Object.assign(message, after, { embeds });
  const shown = shownFiles(message);
  for (const id of shownBefore) if (!shown.has(id)) core.world.files.delete(id);
  if (draft.flags !== undefined) message.flags = editedFlags(message.flags, draft.flags);
  message.flags = (message.flags | (options.systemFlags?.set ?? 0)) & ~(options.systemFlags?.clear ?? 0);
  if (draft.content !== undefined || draft.components !== undefined) {
    applyMentions(core.world, message, channel, draft, undefined);
  }
  if (options.silent !== true) message.edited_timestamp = isoTime(core.clock.now());
  announce(core, message, 'MESSAGE_UPDATE');
  return message;
}

export function deleteMessage(core: Core, message: Message): void {
  removeFromWorld(core, message);
  const channel = channelOf(core.world, message);
  if (!botSees(core.world, channel)) return;
  core.dispatch({
    event: 'MESSAGE_DELETE',
    intent: messageIntent(channel, message),
    data: () => ({
      id: message.id,
      channel_id: channel.id,
      ...(channel.guild_id ? { guild_id: channel.guild_id } : {}),
    }),
  });
}

export function deleteMessages(core: Core, channel: Channel, messages: readonly Message[]): void {
  for (const message of messages) removeFromWorld(core, message);
  const ids = messages.map((message) => message.id);
  core.dispatch({
    event: 'MESSAGE_DELETE_BULK',
    intent: Intent.GuildMessages,
    data: () => ({ ids, channel_id: channel.id, guild_id: channel.guild_id }),
  });
}

function assemble(core: Core, request: NewMessage, reference: ResolvedReference): Message {
  const { sender, draft, interaction } = request;
  const id = request.sentAt === undefined ? core.ids.next() : core.ids.at(request.sentAt);
  const source = request.reference ?? reference.reference;
  const message: Message = {
    id,
    channel_id: request.channel.id,
    author: sender.user,
    content: draft.content ?? '',
    timestamp: isoTime(request.sentAt ?? core.clock.now()),
    edited_timestamp: null,
    tts: draft.tts,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: draft.components ?? [],
    pinned: false,
    type: request.type ?? (reference.repliedTo === undefined ? MessageType.Default : MessageType.Reply),
    flags:
      (draft.flags ?? 0) | (request.systemFlags ?? 0) | (request.ephemeralFor ? MessageFlag.Ephemeral : 0),
  };
  if (draft.nonce !== undefined) message.nonce = draft.nonce;
  if (sender.webhookId !== undefined) message.webhook_id = sender.webhookId;
  if (sender.applicationId !== undefined) message.application_id = sender.applicationId;
  if (source !== undefined) message.message_reference = source;
  if (reference.snapshots !== undefined) {
    message.message_snapshots = reference.snapshots;
    message.flags |= MessageFlag.HasSnapshot;
  }
  if (interaction !== undefined) {
    message.interaction_metadata = interaction.metadata;
    if (interaction.commandName !== undefined) {
      const { id: interactionId, type, user } = interaction.metadata;
      message.interaction = { id: interactionId, type, name: interaction.commandName, user };
    }
  }
  if (isThread(request.channel)) message.position = request.channel.total_message_sent ?? 0;
  return message;
}

function refuseEmpty(request: NewMessage, forward: boolean): void {
  const { draft, uploads } = request;
  const full =
    (draft.content ?? '') !== '' ||
    (draft.embeds ?? []).length > 0 ||
    (draft.components ?? []).length > 0 ||
    (uploads ?? []).length > 0;
  if (!full && !forward && request.mayBeEmpty !== true) throw refusal(50006);
}

function remember(core: Core, request: NewMessage, message: Message): void {
  const { world } = core;
  const { channel, sender } = request;
  const list = world.messages.get(channel.id) ?? [];
  // Nearly always the end; a message that was sent long ago takes its place in the past.
  const newer = list.findLastIndex((other) => compareSnowflakes(other.id, message.id) < 0) + 1;
  list.splice(newer, 0, message);
  world.messages.set(channel.id, list);
  world.memory.set(message.id, {
    createdBy: sender.createdBy,
    reactions: [],
    ...(request.ephemeralFor === undefined ? {} : { ephemeralFor: request.ephemeralFor }),
  });
  if (request.ephemeralFor === undefined) countInChannel(core, channel, list);
  for (const old of list.splice(0, list.length - core.keepMessages)) forget(core, old);
  rememberNonce(core, sender, message);
}

/** Without a word to anyone: no history goes back for ever. */
function forget({ world }: Core, message: Message): void {
  world.memory.delete(message.id);
  for (const id of shownFiles(message)) world.files.delete(id);
}

function countInChannel(core: Core, channel: Channel, messages: readonly Message[]): void {
  channel.last_message_id = messages.at(-1)?.id ?? null;
  if (!isThread(channel)) return;
  channel.message_count = (channel.message_count ?? 0) + 1;
  channel.total_message_sent = (channel.total_message_sent ?? 0) + 1;
  if (channel.thread_metadata?.archived && channel.type !== ChannelType.PrivateThread) {
    channel.thread_metadata.archived = false;
    core.publish({ type: 'channel', channel: structuredClone(channel) });
    core.dispatch({ event: 'THREAD_UPDATE', intent: Intent.Guilds, data: () => toJsonObject(channel) });
  }
}

function removeFromWorld(core: Core, message: Message): void {
  const list = core.world.messages.get(message.channel_id) ?? [];
  core.world.messages.set(
    message.channel_id,
    list.filter((other) => other.id !== message.id),
  );
  core.world.memory.delete(message.id);
  for (const id of shownFiles(message)) core.world.files.delete(id);
  core.publish({ type: 'message.deleted', messageId: message.id, channelId: message.channel_id });
}

function applyMentions(
  world: World,
  message: Message,
  channel: Channel,
  draft: MessageDraft,
  repliedTo: User | undefined,
): void {
  const quiet = message.webhook_id !== undefined || message.interaction_metadata !== undefined;
  const mentions = findMentions(
    world,
    { content: message.content, components: message.components, channel, authorId: message.author.id },
    draft.allowedMentions ?? (quiet ? ALLOW_USERS : ALLOW_ALL),
    repliedTo,
  );
  message.mention_everyone = mentions.everyone;
  message.mentions = mentions.users;
  message.mention_roles = mentions.roles;
}

/** `attachments` of an edit lists all that should be there afterwards. */
function keptAttachments(message: Message, draft: MessageDraft): Attachment[] {
  const wanted = draft.attachments;
  if (wanted === undefined) return message.attachments;
  return message.attachments.flatMap((attachment) => {
    const entry = wanted.find((candidate) => candidate.id === attachment.id);
    if (entry === undefined) return [];
    return [entry.description === undefined ? attachment : { ...attachment, description: entry.description }];
  });
}

/** SUPPRESS_EMBEDS can be set and unset, IS_COMPONENTS_V2 only set. */
function editedFlags(before: number, sent: number): number {
  const suppressed = (before & ~MessageFlag.SuppressEmbeds) | (sent & MessageFlag.SuppressEmbeds);
  return suppressed | (sent & MessageFlag.IsComponentsV2);
}

/** Messages of the channel that stand in its history, oldest first. */
export function history(world: World, channelId: Snowflake): Message[] {
  return (world.messages.get(channelId) ?? []).filter(
    (message) => world.memory.get(message.id)?.ephemeralFor === undefined,
  );
}

/** The message must be in the channel's history, else 10008. */
export function requireMessage(world: World, channelId: Snowflake, messageId: Snowflake): Message {
  const message = findMessage(world, channelId, messageId);
  if (message === undefined || memoryOf(world, message).ephemeralFor !== undefined) throw refusal(10008);
  return message;
}
