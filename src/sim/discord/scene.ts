import type { Scene, SeenMessage } from './events.ts';
import { history } from './messages.ts';
import type { Snowflake } from './snowflake.ts';
import type { World } from './world.ts';

/** `limit` is how many messages of each channel are told. */
export function sceneOf(world: World, limit: number): Scene {
  return structuredClone({
    guild: world.guild,
    botId: world.botId,
    channels: [...world.channels.values()],
    users: [...world.people.values()].map(({ user, locale }) => ({
      user,
      locale,
      roles: world.members.get(user.id)?.roles ?? [],
    })),
    roles: [...world.roles.values()],
    webhooks: [...world.webhooks.values()].map(({ id, name, channel_id }) => ({
      id,
      name,
      channelId: channel_id,
    })),
    commands: [...world.commands.values()],
    messages: [...world.channels.keys()].flatMap((id) => newest(world, id, limit)),
    presence: world.presence,
  });
}

/** Ephemeral messages are no part of the history: they go with the client that saw them. */
function newest(world: World, channelId: Snowflake, limit: number): SeenMessage[] {
  return history(world, channelId)
    .slice(-limit)
    .map((message) => ({
      message,
      ephemeralFor: null,
      reactions: world.memory.get(message.id)?.reactions ?? [],
    }));
}
