import { history } from './messages.ts';
import type { Snowflake } from './snowflake.ts';
import type { Channel, Command, Guild, Message, Presence, Reaction, Role, User } from './wire.ts';
import type { World } from './world.ts';

/** Everything that a page needs to draw the simulated Discord; what follows comes with the event feed. */
export interface Scene {
  guild: Guild;
  botId: Snowflake;
  /** Text channels, threads and direct messages. */
  channels: Channel[];
  users: { user: User; locale: string; roles: Snowflake[] }[];
  roles: Role[];
  /** Without their tokens. */
  webhooks: { id: Snowflake; name: string; channelId: Snowflake }[];
  commands: Command[];
  /** The newest of each channel, oldest first. */
  messages: SeenMessage[];
  presence: Presence | null;
}

export interface SeenMessage {
  message: Message;
  /** The only person who sees it, null: everyone. */
  ephemeralFor: Snowflake | null;
  reactions: Reaction[];
}

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
