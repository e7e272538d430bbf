import { ChannelType } from './constants.ts';
import type { Snowflake } from './snowflake.ts';
import type {
  Channel,
  Command,
  Guild,
  Member,
  Message,
  Presence,
  Reaction,
  Role,
  User,
  Webhook,
} from './wire.ts';

/** What a person is, beyond what others see of them. */
export interface Person {
  user: User;
  /** The language of their client. https://docs.discord.com/developers/reference#locales */
  locale: string;
  /** False: the bot's direct messages are refused with 50007. */
  acceptsDms: boolean;
}

export interface StoredFile {
  filename: string;
  contentType: string;
  bytes: Buffer;
}

/** Messages carry what the world must remember of them beside what anyone gets to see. */
export interface MessageMemory {
  /** Ephemeral: the only person who sees it. */
  ephemeralFor?: Snowflake;
  /** Who created it over the API: `bot`, or the id of a webhook. Decides who may edit. */
  createdBy: Snowflake;
  reactions: Reaction[];
  pinnedAt?: string;
  /** The thread that was started from it. */
  threadId?: Snowflake;
}

export interface Application {
  id: Snowflake;
  name: string;
  ownerId: Snowflake;
  /** Which privileged intents the developer portal has switched on. */
  privileged: { messageContent: PrivilegedIntent; members: PrivilegedIntent; presences: PrivilegedIntent };
}

/** `limited` is what apps under 100 servers have, `full` what Discord has approved. */
export type PrivilegedIntent = 'off' | 'limited' | 'full';

/** The whole state of the simulated Discord: one guild, its people, and the direct messages with the bot. */
export interface World {
  application: Application;
  /** The bot's user; it shares its id with the application. */
  botId: Snowflake;
  token: string;
  guild: Guild;
  people: Map<Snowflake, Person>;
  members: Map<Snowflake, Member>;
  roles: Map<Snowflake, Role>;
  channels: Map<Snowflake, Channel>;
  /** By channel, oldest first. */
  messages: Map<Snowflake, Message[]>;
  memory: Map<Snowflake, MessageMemory>;
  webhooks: Map<Snowflake, Webhook>;
  /** Guild commands of the application, and its global ones (without `guild_id`). */
  commands: Map<Snowflake, Command>;
  files: Map<Snowflake, StoredFile>;
  /** Members of each thread. */
  threadMembers: Map<Snowflake, Set<Snowflake>>;
  /** The last presence that the bot has set. */
  presence: Presence | null;
}

function messagesOf(world: World, channelId: Snowflake): readonly Message[] {
  return world.messages.get(channelId) ?? [];
}

export function findMessage(world: World, channelId: Snowflake, messageId: Snowflake): Message | undefined {
  return messagesOf(world, channelId).find((message) => message.id === messageId);
}

/** Wherever it is; people in scripts know a message by its id alone. */
export function findMessageAnywhere(world: World, messageId: Snowflake): Message | undefined {
  for (const messages of world.messages.values()) {
    const found = messages.find((message) => message.id === messageId);
    if (found) return found;
  }
  return undefined;
}

export function memoryOf(world: World, message: Message): MessageMemory {
  const memory = world.memory.get(message.id);
  if (memory === undefined) throw new Error(`message ${message.id} is not in the world`);
  return memory;
}

/** The direct-message channel between the bot and a person, if one was opened. */
export function findDm(world: World, userId: Snowflake): Channel | undefined {
  return [...world.channels.values()].find(
    (channel) => channel.type === ChannelType.Dm && channel.recipients?.some((user) => user.id === userId),
  );
}

export function isThread(channel: Channel): boolean {
  return (
    channel.type === ChannelType.PublicThread ||
    channel.type === ChannelType.PrivateThread ||
    channel.type === ChannelType.AnnouncementThread
  );
}

export function userOf(world: World, userId: Snowflake): User {
  const person = world.people.get(userId);
  if (person === undefined) throw new Error(`there is no user ${userId}`);
  return person.user;
}

export function botUser(world: World): User {
  return userOf(world, world.botId);
}
