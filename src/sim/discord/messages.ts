import { ChannelType, Intent, MessageFlag, MessageType, Permission } from './constants.ts';
import { type Core, isoTime } from './core.ts';
import { ApiError, refusal } from './errors.ts';
import { linkEmbedFiles, storeUploads, type Upload } from './files.ts';
import { toJsonObject } from './json.ts';
import type { MessageDraft, ReferenceRequest } from './limits/message.ts';
import { ALLOW_ALL, ALLOW_USERS, findMentions } from './mentions.ts';
import { can } from './permissions.ts';
import { compareSnowflakes, type Snowflake } from './snowflake.ts';
import { messageForGateway, sessionReadsContent } from './view.ts';
import type { Attachment, Channel, InteractionMetadata, Message, MessageSnapshot, User } from './wire.ts';
import { findMessage, isThread, memoryOf, type World } from './world.ts';

const HOUR_MS = 3_600_000;
/** "Past few minutes" in the documentation of `enforce_nonce`. */
const NONCE_MEMORY_MS = 5 * 60_000;
/** Not documented; users report three edits in twenty seconds per channel. https://github.com/circuitsacul/starboard-4/issues/118 */
const OLD_EDITS = { limit: 3, windowMs: 20_000 } as const;

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
  const repeated = findRepeated(core, sender, draft);
  if (repeated !== undefined) return repeated;
  const reference = resolveReference(core, channel, draft.reference);
  refuseEmpty(request, reference.snapshots !== undefined);
  const attachments = storeUploads(core, channel.id, request.uploads ?? [], draft.attachments ?? []);
  const embeds = structuredClone(draft.embeds ?? []);
  const embedded = linkEmbedFiles(embeds, attachments);
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
  Object.assign(message, after, { embeds });
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

/**
 * Counts an edit of a message older than an hour and refuses it with 30046 when there were too many.
 * https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
 */
export function limitOldEdits(core: Core, message: Message): void {
  const now = core.clock.now();
  if (now - Date.parse(message.timestamp) < HOUR_MS) return;
  const recent = (core.oldEdits.get(message.channel_id) ?? []).filter((at) => at > now - OLD_EDITS.windowMs);
  core.oldEdits.set(message.channel_id, recent);
  const first = recent[0];
  if (first === undefined || recent.length < OLD_EDITS.limit) {
    recent.push(now);
    return;
  }
  const retryAfterS = (first + OLD_EDITS.windowMs - now) / 1000;
  throw new ApiError(
    429,
    30046,
    'Maximum number of edits to messages older than 1 hour reached. Try again later.',
    { retry_after: retryAfterS, global: false },
    { 'retry-after': String(Math.ceil(retryAfterS)), 'x-ratelimit-scope': 'shared' },
  );
}

/** Sends the message to the sessions that may see it, and to the scripts. */
export function announce(core: Core, message: Message, event: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE'): void {
  const { world } = core;
  const channel = channelOf(world, message);
  const ephemeralFor = world.memory.get(message.id)?.ephemeralFor ?? null;
  core.publish({
    type: event === 'MESSAGE_CREATE' ? 'message.created' : 'message.edited',
    message: structuredClone(message),
    ephemeralFor,
  });
  if (!can(world, world.botId, channel, Permission.ViewChannel)) return;
  core.dispatch({
    event,
    intent: messageIntent(channel, message),
    data: (session) => {
      const view = messageForGateway(world, message, sessionReadsContent(session));
      // The nonce is echoed once, to let the sender recognise its message.
      if (event === 'MESSAGE_UPDATE') delete view.nonce;
      return view;
    },
  });
}

/** Ephemeral messages come without a guild, hence under the intent for direct messages. */
function messageIntent(channel: Channel, message: Message): number {
  const direct = channel.guild_id === undefined || (message.flags & MessageFlag.Ephemeral) !== 0;
  return direct ? Intent.DirectMessages : Intent.GuildMessages;
}

function assemble(core: Core, request: NewMessage, reference: ResolvedReference): Message {
  const { sender, draft, interaction } = request;
  const id = core.ids.next();
  const source = request.reference ?? reference.reference;
  const message: Message = {
    id,
    channel_id: request.channel.id,
    author: sender.user,
    content: draft.content ?? '',
    timestamp: isoTime(core.clock.now()),
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

interface ResolvedReference {
  reference?: NonNullable<Message['message_reference']>;
  repliedTo?: User;
  snapshots?: MessageSnapshot[];
}

/** https://docs.discord.com/developers/resources/message#message-reference-content-attribution */
function resolveReference(
  core: Core,
  channel: Channel,
  request: ReferenceRequest | undefined,
): ResolvedReference {
  if (request === undefined) return {};
  const sourceId = request.channelId ?? channel.id;
  const target = findMessage(core.world, sourceId, request.messageId);
  const source = core.world.channels.get(sourceId);
  if (target === undefined || (request.type === 0 && sourceId !== channel.id)) {
    if (request.type === 0 && !request.failIfNotExists) return {};
    throw new ApiError(400, 50035, 'Invalid Form Body', {
      errors: {
        message_reference: {
          _errors: [{ code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', message: 'Unknown message' }],
        },
      },
    });
  }
  const reference: NonNullable<Message['message_reference']> = {
    type: request.type,
    channel_id: sourceId,
    message_id: target.id,
    ...(source?.guild_id === undefined ? {} : { guild_id: source.guild_id }),
  };
  return request.type === 0
    ? { reference, repliedTo: target.author }
    : { reference, snapshots: [snapshot(target)] };
}

function snapshot(message: Message): MessageSnapshot {
  const {
    type,
    content,
    embeds,
    attachments,
    timestamp,
    edited_timestamp,
    flags,
    mentions,
    mention_roles,
    components,
  } = message;
  return {
    message: structuredClone({
      type,
      content,
      embeds,
      attachments,
      timestamp,
      edited_timestamp,
      flags,
      mentions,
      mention_roles,
      components,
    }),
  };
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

/** https://docs.discord.com/developers/resources/message#create-message: `enforce_nonce`. */
function findRepeated(core: Core, sender: Sender, draft: MessageDraft): Message | undefined {
  if (draft.nonce === undefined || !draft.enforceNonce) return undefined;
  const known = core.nonces.get(nonceKey(sender, draft.nonce));
  if (known === undefined || core.clock.now() - known.at > NONCE_MEMORY_MS) return undefined;
  return findMessage(core.world, known.channelId, known.messageId);
}

function nonceKey(sender: Sender, nonce: string | number): string {
  return `${sender.createdBy}:${nonce}`;
}

function remember(core: Core, request: NewMessage, message: Message): void {
  const { world } = core;
  const { channel, sender } = request;
  const list = world.messages.get(channel.id) ?? [];
  list.push(message);
  world.messages.set(channel.id, list);
  world.memory.set(message.id, {
    createdBy: sender.createdBy,
    reactions: [],
    createdAt: core.clock.now(),
    ...(request.ephemeralFor === undefined ? {} : { ephemeralFor: request.ephemeralFor }),
  });
  if (request.ephemeralFor === undefined) countInChannel(core, channel, message);
  if (message.nonce !== undefined) {
    core.nonces.set(nonceKey(sender, message.nonce), {
      messageId: message.id,
      channelId: channel.id,
      at: core.clock.now(),
    });
  }
}

function countInChannel(core: Core, channel: Channel, message: Message): void {
  channel.last_message_id = message.id;
  if (!isThread(channel)) return;
  channel.message_count = (channel.message_count ?? 0) + 1;
  channel.total_message_sent = (channel.total_message_sent ?? 0) + 1;
  if (channel.thread_metadata?.archived && channel.type !== ChannelType.PrivateThread) {
    channel.thread_metadata.archived = false;
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
  for (const attachment of message.attachments) core.world.files.delete(attachment.id);
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

function channelOf(world: World, message: Message): Channel {
  const channel = world.channels.get(message.channel_id);
  if (channel === undefined) throw new Error(`channel ${message.channel_id} is not in the world`);
  return channel;
}

/** Messages of the channel that stand in its history, oldest first. */
export function history(world: World, channelId: Snowflake): Message[] {
  return (world.messages.get(channelId) ?? [])
    .filter((message) => world.memory.get(message.id)?.ephemeralFor === undefined)
    .sort((a, b) => compareSnowflakes(a.id, b.id));
}

/** The message must be in the channel's history, else 10008. */
export function requireMessage(world: World, channelId: Snowflake, messageId: Snowflake): Message {
  const message = findMessage(world, channelId, messageId);
  if (message === undefined || memoryOf(world, message).ephemeralFor !== undefined) throw refusal(10008);
  return message;
}
