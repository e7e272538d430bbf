import { botSees, channelOf } from '../announce.ts';
import { Intent, Permission } from '../constants.ts';
import type { Core } from '../core.ts';
import { refusal } from '../errors.ts';
import { toJson } from '../json.ts';
import { EMOJI } from '../limits/components.ts';
import { requireMessage } from '../messages.ts';
import { can, requireBot } from '../permissions.ts';
import type { Snowflake } from '../snowflake.ts';
import { partialMember } from '../view.ts';
import type { Emoji, Message } from '../wire.ts';
import { memoryOf } from '../world.ts';
import { type Call, channelParam, NO_CONTENT, ok, param, type Reply, type Route, route } from './route.ts';

const BASE = '/channels/:channel/messages/:message/reactions';

/** https://docs.discord.com/developers/resources/message#create-reaction */
export const reactionRoutes: Route[] = [
  route(`PUT ${BASE}/:emoji/@me`, 'reaction', add),
  route(`DELETE ${BASE}/:emoji/@me`, 'reaction', (call) => remove(call, call.core.world.botId)),
  route(`DELETE ${BASE}/:emoji/:user`, 'reaction', (call) => remove(call, param(call, 'user'))),
  route(`GET ${BASE}/:emoji`, 'other', list),
];

/** Adds or removes one person's reaction, and tells the bot. */
export function setReaction(
  core: Core,
  message: Message,
  userId: Snowflake,
  emoji: Emoji,
  present: boolean,
): void {
  const { world } = core;
  const memory = memoryOf(world, message);
  const entry = memory.reactions.find((reaction) => sameEmoji(reaction.emoji, emoji));
  if ((entry?.userIds.includes(userId) ?? false) === present) return;
  if (entry === undefined) memory.reactions.push({ emoji, userIds: [userId] });
  else entry.userIds = present ? [...entry.userIds, userId] : entry.userIds.filter((id) => id !== userId);
  memory.reactions = memory.reactions.filter((reaction) => reaction.userIds.length > 0);
  const inGuild = channelOf(world, message).guild_id !== undefined;
  core.publish({
    type: present ? 'reaction.added' : 'reaction.removed',
    messageId: message.id,
    userId,
    emoji: emoji.name ?? emoji.id ?? '',
  });
  if (!botSees(world, channelOf(world, message))) return;
  core.dispatch({
    event: present ? 'MESSAGE_REACTION_ADD' : 'MESSAGE_REACTION_REMOVE',
    intent: inGuild ? Intent.GuildMessageReactions : Intent.DirectMessageReactions,
    data: () => ({
      user_id: userId,
      channel_id: message.channel_id,
      message_id: message.id,
      emoji: toJson(emoji),
      burst: false,
      type: 0,
      ...(inGuild ? { guild_id: world.guild.id } : {}),
      ...(inGuild && present
        ? { member: { ...partialMember(world, userId), user: toJson(world.people.get(userId)?.user) } }
        : {}),
      ...(present ? { message_author_id: message.author.id } : {}),
    }),
  });
}

function sameEmoji(a: Emoji, b: Emoji): boolean {
  return a.id === b.id && (a.id !== null || a.name === b.name);
}

function emojiParam(call: Call): Emoji {
  const text = call.params.emoji ?? '';
  const custom = /^([^:]+):(\d+)$/.exec(text);
  if (custom) return { name: custom[1] ?? null, id: custom[2] ?? null };
  if (!EMOJI.test(text)) throw refusal(10014);
  return { name: text, id: null };
}

function add(call: Call): Reply {
  const { world } = call.core;
  const channel = channelParam(call);
  requireBot(world, channel, Permission.ReadMessageHistory);
  const message = requireMessage(world, channel.id, param(call, 'message'));
  const emoji = emojiParam(call);
  const known = memoryOf(world, message).reactions.some((reaction) => sameEmoji(reaction.emoji, emoji));
  if (!known && !can(world, world.botId, channel, Permission.AddReactions)) throw refusal(50013);
  setReaction(call.core, message, world.botId, emoji, true);
  return NO_CONTENT;
}

function remove(call: Call, userId: Snowflake): Reply {
  const { world } = call.core;
  const channel = channelParam(call);
  requireBot(world, channel, userId === world.botId ? 0n : Permission.ManageMessages);
  setReaction(
    call.core,
    requireMessage(world, channel.id, param(call, 'message')),
    userId,
    emojiParam(call),
    false,
  );
  return NO_CONTENT;
}

function list(call: Call): Reply {
  const { world } = call.core;
  const channel = channelParam(call);
  requireBot(world, channel);
  const emoji = emojiParam(call);
  const reactions = memoryOf(world, requireMessage(world, channel.id, param(call, 'message'))).reactions;
  const userIds = reactions.find((reaction) => sameEmoji(reaction.emoji, emoji))?.userIds ?? [];
  return ok(toJson(userIds.flatMap((id) => world.people.get(id)?.user ?? [])));
}
