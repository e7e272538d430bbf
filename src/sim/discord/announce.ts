import { Intent, MessageFlag, Permission } from './constants.ts';
import type { Core } from './core.ts';
import { can } from './permissions.ts';
import { messageForGateway, sessionReadsContent } from './view.ts';
import type { Channel, Message } from './wire.ts';
import type { World } from './world.ts';

type MessageEvent = 'MESSAGE_CREATE' | 'MESSAGE_UPDATE';

/** Sends the message to the sessions that may see it, and to the scripts. */
export function announce(core: Core, message: Message, event: MessageEvent): void {
  const { world } = core;
  const ephemeralFor = world.memory.get(message.id)?.ephemeralFor ?? null;
  core.publish({
    type: event === 'MESSAGE_CREATE' ? 'message.created' : 'message.edited',
    message: structuredClone(message),
    ephemeralFor,
  });
  dispatchMessage(core, message, event);
}

/** Sends the message to the bot's sessions alone. */
export function dispatchMessage(core: Core, message: Message, event: MessageEvent): void {
  const { world } = core;
  const channel = channelOf(world, message);
  if (!botSees(world, channel)) return;
  core.dispatch({
    event,
    intent: messageIntent(channel, message),
    data: (session) => {
      const view = messageForGateway(world, message, sessionReadsContent(session));
      // The nonce is echoed only here and to the request itself, to let the sender recognise its message.
      return event === 'MESSAGE_CREATE' && message.nonce !== undefined
        ? { ...view, nonce: message.nonce }
        : view;
    },
  });
}

/**
 * Ephemeral messages come without a guild, hence under the intent for direct messages.
 * https://github.com/discord/discord-api-docs/issues/4557
 */
export function messageIntent(channel: Channel, message: Message): number {
  const direct = channel.guild_id === undefined || (message.flags & MessageFlag.Ephemeral) !== 0;
  return direct ? Intent.DirectMessages : Intent.GuildMessages;
}

/** Events of a channel reach the bot only while it may view it. */
export function botSees(world: World, channel: Channel): boolean {
  return can(world, world.botId, channel, Permission.ViewChannel);
}

export function channelOf(world: World, message: Message): Channel {
  const channel = world.channels.get(message.channel_id);
  if (channel === undefined) throw new Error(`channel ${message.channel_id} is not in the world`);
  return channel;
}
