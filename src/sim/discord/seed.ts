import { ChannelType, Permission } from './constants.ts';
import { DEFAULT_EVERYONE } from './permissions.ts';
import type { Snowflake } from './snowflake.ts';
import type { Channel, Member, Overwrite, Role, User, Webhook } from './wire.ts';
import { type PrivilegedIntent, userOf, type World } from './world.ts';

export interface PersonSpec {
  id: Snowflake;
  username: string;
  displayName?: string;
  locale?: string;
  roles?: Snowflake[];
  bot?: boolean;
  /** Default true. */
  acceptsDms?: boolean;
  /** Default true: they are in the guild. */
  member?: boolean;
}

export interface ChannelSpec {
  id: Snowflake;
  name: string;
  /** Default a text channel; see `ChannelType`. */
  type?: number;
  overwrites?: Overwrite[];
}

export interface RoleSpec {
  id: Snowflake;
  name: string;
  /** A bit set; see `Permission`. */
  permissions: bigint;
  mentionable?: boolean;
}

export interface WebhookSpec {
  id: Snowflake;
  channel: Snowflake;
  name: string;
}

export interface WorldOptions {
  token?: string;
  guild?: { id?: Snowflake; name?: string; preferredLocale?: string; ownerId?: Snowflake };
  channels?: ChannelSpec[];
  users?: PersonSpec[];
  roles?: RoleSpec[];
  /** Incoming webhooks of its channels. */
  webhooks?: WebhookSpec[];
  application?: { id?: Snowflake; name?: string };
  /** What the bot's own role allows beside what everyone may do. */
  botPermissions?: bigint;
  /** The switch in the developer portal; `true` (default) is `limited`. */
  messageContentIntent?: boolean | PrivilegedIntent;
  membersIntent?: boolean | PrivilegedIntent;
  presencesIntent?: boolean | PrivilegedIntent;
}

/** Ids of the world that a simulator has unless it is told otherwise. */
export const DEFAULT_IDS = {
  guild: '100000000000000001',
  trades: '400000000000000001',
  alphaSignals: '500000000000000001',
  operator: '200000000000000001',
  analyst: '600000000000000001',
  stranger: '700000000000000001',
  owner: '800000000000000001',
  application: '300000000000000001',
  botRole: '300000000000000002',
} as const;

const DEFAULT_USERS: readonly PersonSpec[] = [
  { id: DEFAULT_IDS.operator, username: 'operator', displayName: 'Operator' },
  { id: DEFAULT_IDS.analyst, username: 'analyst', displayName: 'Analyst' },
  { id: DEFAULT_IDS.stranger, username: 'stranger', displayName: 'Stranger' },
];

const DEFAULT_CHANNELS: readonly ChannelSpec[] = [
  { id: DEFAULT_IDS.trades, name: 'trades' },
  { id: DEFAULT_IDS.alphaSignals, name: 'alpha-signals' },
];

/** What the invitation of a bot like this one asks for. */
const DEFAULT_BOT_PERMISSIONS =
  DEFAULT_EVERYONE | Permission.ManageMessages | Permission.ManageWebhooks | Permission.PinMessages;

export function createWorld(options: WorldOptions, now: number): World {
  const joinedAt = new Date(now).toISOString();
  const guildId = options.guild?.id ?? DEFAULT_IDS.guild;
  const ownerId = options.guild?.ownerId ?? DEFAULT_IDS.owner;
  const applicationId = options.application?.id ?? DEFAULT_IDS.application;
  const name = options.application?.name ?? 'Signalbox';
  const world: World = {
    application: {
      id: applicationId,
      name,
      ownerId,
      privileged: {
        messageContent: privileged(options.messageContentIntent ?? true),
        members: privileged(options.membersIntent ?? false),
        presences: privileged(options.presencesIntent ?? false),
      },
    },
    botId: applicationId,
    token: options.token ?? botToken(applicationId),
    guild: {
      id: guildId,
      name: options.guild?.name ?? 'Trading',
      owner_id: ownerId,
      preferred_locale: options.guild?.preferredLocale ?? 'en-US',
    },
    people: new Map(),
    members: new Map(),
    roles: new Map(),
    channels: new Map(),
    messages: new Map(),
    memory: new Map(),
    webhooks: new Map(),
    commands: new Map(),
    files: new Map(),
    threadMembers: new Map(),
    presence: null,
  };
  addRole(world, { id: guildId, name: '@everyone', permissions: DEFAULT_EVERYONE }, 0);
  for (const [index, role] of (options.roles ?? []).entries()) addRole(world, role, index + 1);
  const botRole = addRole(
    world,
    { id: DEFAULT_IDS.botRole, name, permissions: options.botPermissions ?? DEFAULT_BOT_PERMISSIONS },
    (options.roles ?? []).length + 1,
  );
  botRole.managed = true;
  botRole.tags = { bot_id: applicationId };
  addPerson(world, { id: ownerId, username: 'owner' }, joinedAt);
  addPerson(
    world,
    { id: applicationId, username: name.toLowerCase(), bot: true, roles: [botRole.id] },
    joinedAt,
  );
  for (const person of options.users ?? DEFAULT_USERS) addPerson(world, person, joinedAt);
  for (const channel of options.channels ?? DEFAULT_CHANNELS) addChannel(world, channel);
  for (const webhook of options.webhooks ?? []) addWebhook(world, webhook);
  return world;
}

export function addPerson(world: World, spec: PersonSpec, joinedAt: string): User {
  const user: User = {
    id: spec.id,
    username: spec.username,
    discriminator: '0',
    global_name: spec.bot ? null : (spec.displayName ?? spec.username),
    avatar: null,
    public_flags: 0,
    ...(spec.bot ? { bot: true } : {}),
  };
  world.people.set(spec.id, {
    user,
    locale: spec.locale ?? 'en-US',
    acceptsDms: spec.acceptsDms ?? !spec.bot,
  });
  if (spec.member !== false) world.members.set(spec.id, memberOf(user, spec.roles ?? [], joinedAt));
  return user;
}

export function addChannel(world: World, spec: ChannelSpec): Channel {
  const channel: Channel = {
    id: spec.id,
    type: spec.type ?? ChannelType.GuildText,
    guild_id: world.guild.id,
    name: spec.name,
    position: world.channels.size,
    topic: null,
    nsfw: false,
    parent_id: null,
    permission_overwrites: spec.overwrites ?? [],
    rate_limit_per_user: 0,
    last_message_id: null,
    last_pin_timestamp: null,
    flags: 0,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** A webhook that the server's owner has made. */
export function addWebhook(world: World, { id, channel, name }: WebhookSpec, follower = false): Webhook {
  const webhook: Webhook = {
    id,
    type: follower ? 2 : 1,
    guild_id: world.guild.id,
    channel_id: channel,
    name,
    avatar: null,
    application_id: null,
    user: userOf(world, world.guild.owner_id),
    ...(follower ? {} : { token: `simulated-webhook-${id}` }),
  };
  world.webhooks.set(id, webhook);
  return webhook;
}

function addRole(world: World, spec: RoleSpec, position: number): Role {
  const role: Role = {
    id: spec.id,
    name: spec.name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: spec.permissions.toString(),
    managed: false,
    mentionable: spec.mentionable ?? false,
    flags: 0,
  };
  world.roles.set(role.id, role);
  return role;
}

function memberOf(user: User, roles: Snowflake[], joinedAt: string): Member {
  return {
    user,
    nick: null,
    avatar: null,
    banner: null,
    roles,
    joined_at: joinedAt,
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  };
}

function privileged(value: boolean | PrivilegedIntent): PrivilegedIntent {
  if (typeof value === 'string') return value;
  return value ? 'limited' : 'off';
}

/** In the three parts of a real one, and the same at every start. */
function botToken(applicationId: Snowflake): string {
  return `${Buffer.from(applicationId).toString('base64url')}.simulated.bot-token`;
}
