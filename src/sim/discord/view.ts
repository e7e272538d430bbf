import { CommandType, Intent, MessageFlag } from './constants.ts';
import type { SessionView } from './events.ts';
import { type JsonObject, toJson, toJsonObject } from './json.ts';
import { walkComponents } from './limits/components.ts';
import type { Snowflake } from './snowflake.ts';
import type { Channel, Command, CommandOption, Message, Webhook } from './wire.ts';
import { findMessage, isThread, type World } from './world.ts';

/** A gateway session reads content only with the intent; REST asks the application's own switch. */
export function sessionReadsContent(session: SessionView): boolean {
  return (session.intents & Intent.MessageContent) !== 0;
}

export function restReadsContent(world: World): boolean {
  return world.application.privileged.messageContent !== 'off';
}

/**
 * The message as the bot may read it over REST. Without message content its `content`, `embeds`, `attachments` and
 * `components` are empty, except in its own messages, direct messages and where it is mentioned.
 * https://docs.discord.com/developers/events/gateway#message-content-intent
 */
export function messageForBot(world: World, message: Message, readsContent: boolean): JsonObject {
  return { ...plainMessage(world, message, readsContent), ...referenced(world, message, readsContent) };
}

/** The same with the fields that only gateway events carry. */
export function messageForGateway(world: World, message: Message, readsContent: boolean): JsonObject {
  const channel = world.channels.get(message.channel_id);
  const view = messageForBot(world, message, readsContent);
  view.channel_type = channel?.type;
  const ephemeral = (message.flags & MessageFlag.Ephemeral) !== 0;
  if (channel?.guild_id === undefined || ephemeral) return view;
  view.guild_id = channel.guild_id;
  const member = message.webhook_id === undefined ? world.members.get(message.author.id) : undefined;
  if (member !== undefined) view.member = partialMember(world, message.author.id);
  view.mentions = message.mentions.map((user) => ({
    ...toJsonObject(user),
    ...(world.members.has(user.id) ? { member: partialMember(world, user.id) } : {}),
  }));
  return view;
}

/** A member without the user, as it stands beside one. */
export function partialMember(world: World, userId: Snowflake): JsonObject | undefined {
  const member = world.members.get(userId);
  if (member === undefined) return undefined;
  const { user: _user, ...rest } = member;
  return toJsonObject(rest);
}

export function channelForBot(world: World, channel: Channel): JsonObject {
  const view = toJsonObject(channel);
  if (isThread(channel) && world.threadMembers.get(channel.id)?.has(world.botId)) {
    view.member = {
      id: channel.id,
      user_id: world.botId,
      join_timestamp: channel.thread_metadata?.create_timestamp ?? '',
      flags: 0,
    };
  }
  return view;
}

export function webhookForBot(webhook: Webhook, withUser: boolean): JsonObject {
  const view = toJsonObject(webhook);
  if (!withUser) delete view.user;
  return view;
}

/** https://docs.discord.com/developers/interactions/application-commands#retrieving-localized-commands */
export function commandForBot(command: Command, withLocalizations: boolean): JsonObject {
  const view = toJsonObject(command);
  if (command.type !== CommandType.ChatInput) delete view.options;
  if (!withLocalizations) {
    delete view.name_localizations;
    delete view.description_localizations;
    view.options = toJson(command.options.map(withoutLocalizations));
  }
  return view;
}

function withoutLocalizations(option: CommandOption): CommandOption {
  const { name_localizations: _names, description_localizations: _descriptions, ...rest } = option;
  if (rest.choices !== undefined) {
    rest.choices = rest.choices.map(({ name_localizations: _choiceNames, ...choice }) => choice);
  }
  if (rest.options !== undefined) rest.options = rest.options.map(withoutLocalizations);
  return rest;
}

function plainMessage(world: World, message: Message, readsContent: boolean): JsonObject {
  const view = toJsonObject(message);
  delete view.nonce;
  const memory = world.memory.get(message.id);
  if (memory !== undefined && memory.reactions.length > 0) {
    view.reactions = memory.reactions.map(({ emoji, userIds }) => ({
      emoji: toJson(emoji),
      count: userIds.length,
      count_details: { burst: 0, normal: userIds.length },
      burst_colors: [],
      me: userIds.includes(world.botId),
      me_burst: false,
    }));
  }
  const thread = memory?.threadId === undefined ? undefined : world.channels.get(memory.threadId);
  if (thread !== undefined) view.thread = channelForBot(world, thread);
  if ((message.flags & MessageFlag.SuppressEmbeds) !== 0) view.embeds = [];
  const shown = shownFiles(message);
  if (shown.size > 0) view.attachments = toJson(message.attachments.filter(({ id }) => !shown.has(id)));
  if (!readsContent && !isExempt(world, message)) {
    view.content = '';
    view.embeds = [];
    view.attachments = [];
    view.components = [];
    delete view.message_snapshots;
  }
  return view;
}

/** Files that components show are not among the attachments. https://github.com/discord/discord-api-docs/pull/8279 */
function shownFiles({ components }: Message): Set<Snowflake> {
  const media = [...walkComponents(components)].flatMap(({ media, file, items = [] }) => [
    media,
    file,
    ...items.map((item) => item.media),
  ]);
  return new Set(media.flatMap((item) => item?.attachment_id ?? []));
}

function isExempt(world: World, message: Message): boolean {
  const own = message.author.id === world.botId || message.application_id === world.application.id;
  const direct = world.channels.get(message.channel_id)?.guild_id === undefined;
  return own || direct || message.mentions.some((user) => user.id === world.botId);
}

/** `null` says that the message which was replied to is gone. */
function referenced(world: World, message: Message, readsContent: boolean): JsonObject {
  const reference = message.message_reference;
  if (reference?.type !== 0 || reference.message_id === undefined) return {};
  if ((message.flags & MessageFlag.IsCrosspost) !== 0) return {};
  const target = findMessage(world, reference.channel_id, reference.message_id);
  return { referenced_message: target === undefined ? null : plainMessage(world, target, readsContent) };
}
