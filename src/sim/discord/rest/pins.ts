import { announce } from '../announce.ts';
import { Intent, MessageType, Permission } from '../constants.ts';
import { type Core, isoTime } from '../core.ts';
import { refusal } from '../errors.ts';
import { createMessage, EMPTY_DRAFT, history, requireMessage, type Sender } from '../messages.ts';
import { can, requireBot } from '../permissions.ts';
import { messageForBot, restReadsContent } from '../view.ts';
import type { Channel, Message } from '../wire.ts';
import { botUser, memoryOf, type World } from '../world.ts';
import {
  type Call,
  channelParam,
  NO_CONTENT,
  ok,
  param,
  queryInteger,
  type Reply,
  type Route,
  route,
} from './route.ts';

const MAX_PINS = 250;

/** https://docs.discord.com/developers/resources/message#get-channel-pins; the older paths still work. */
export const pinRoutes: Route[] = [
  route('GET /channels/:channel/messages/pins', 'other', list),
  route('PUT /channels/:channel/messages/pins/:message', 'other', pin),
  route('DELETE /channels/:channel/messages/pins/:message', 'other', unpin),
  route('GET /channels/:channel/pins', 'other', listOld),
  route('PUT /channels/:channel/pins/:message', 'other', pin),
  route('DELETE /channels/:channel/pins/:message', 'other', unpin),
];

/** Pins or unpins; a system message says so in the channel when `announcer` pins. */
export function setPinned(
  core: Core,
  channel: Channel,
  message: Message,
  pinned: boolean,
  announcer?: Sender,
): void {
  if (message.pinned === pinned) return;
  const memory = memoryOf(core.world, message);
  message.pinned = pinned;
  const now = isoTime(core.clock.now());
  if (pinned) memory.pinnedAt = now;
  else delete memory.pinnedAt;
  channel.last_pin_timestamp = pinnedMessages(core.world, channel)[0] === undefined ? null : now;
  core.dispatch({
    event: 'CHANNEL_PINS_UPDATE',
    intent: channel.guild_id === undefined ? Intent.DirectMessages : Intent.Guilds,
    data: () => ({
      channel_id: channel.id,
      last_pin_timestamp: channel.last_pin_timestamp ?? null,
      ...(channel.guild_id === undefined ? {} : { guild_id: channel.guild_id }),
    }),
  });
  announce(core, message, 'MESSAGE_UPDATE');
  if (!pinned || announcer === undefined) return;
  createMessage(core, {
    channel,
    sender: announcer,
    draft: EMPTY_DRAFT,
    type: MessageType.ChannelPinnedMessage,
    mayBeEmpty: true,
    reference: {
      type: 0,
      channel_id: channel.id,
      message_id: message.id,
      ...(channel.guild_id === undefined ? {} : { guild_id: channel.guild_id }),
    },
  });
}

/** The newest pin first. */
function pinnedMessages(world: World, channel: Channel): Message[] {
  const pinnedAt = (message: Message): string => memoryOf(world, message).pinnedAt ?? '';
  return history(world, channel.id)
    .filter((message) => message.pinned)
    .sort((a, b) => pinnedAt(b).localeCompare(pinnedAt(a)));
}

function readable(call: Call): Message[] {
  const { world } = call.core;
  const channel = channelParam(call);
  requireBot(world, channel);
  return can(world, world.botId, channel, Permission.ReadMessageHistory)
    ? pinnedMessages(world, channel)
    : [];
}

function list(call: Call): Reply {
  const { world } = call.core;
  const limit = queryInteger(call, 'limit', { min: 1, max: 50 }, 50);
  const before = call.query.get('before');
  const pins = readable(call).filter(
    (message) => before === null || Date.parse(memoryOf(world, message).pinnedAt ?? '') < Date.parse(before),
  );
  return ok({
    items: pins.slice(0, limit).map((message) => ({
      pinned_at: memoryOf(world, message).pinnedAt,
      message: messageForBot(world, message, restReadsContent(world)),
    })),
    has_more: pins.length > limit,
  });
}

function listOld(call: Call): Reply {
  const { world } = call.core;
  return ok(
    readable(call)
      .slice(0, 50)
      .map((message) => messageForBot(world, message, restReadsContent(world))),
  );
}

function pin(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  requireBot(core.world, channel, channel.guild_id === undefined ? 0n : Permission.PinMessages);
  const message = requireMessage(core.world, channel.id, param(call, 'message'));
  if (pinnedMessages(core.world, channel).length >= MAX_PINS) throw refusal(30003);
  setPinned(core, channel, message, true, { user: botUser(core.world), createdBy: 'bot' });
  return NO_CONTENT;
}

function unpin(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  requireBot(core.world, channel, channel.guild_id === undefined ? 0n : Permission.PinMessages);
  setPinned(core, channel, requireMessage(core.world, channel.id, param(call, 'message')), false);
  return NO_CONTENT;
}
