import { ChannelType, Intent, Permission } from '../constants.ts';
import { type JsonObject, toJson, toJsonObject } from '../json.ts';
import { can } from '../permissions.ts';
import { channelForBot } from '../view.ts';
import type { Guild } from '../wire.ts';
import { botUser, isThread, type PrivilegedIntent, type World } from '../world.ts';
import type { Session } from './session.ts';

/** https://docs.discord.com/developers/events/gateway-events#ready */
export function readyPayload(world: World, session: Session, resumeUrl: string): JsonObject {
  return {
    v: 10,
    user: { ...toJsonObject(botUser(world)), email: null, mfa_enabled: true, verified: true, flags: 0 },
    user_settings: {},
    guilds: [{ id: world.guild.id, unavailable: true }],
    private_channels: [],
    presences: [],
    relationships: [],
    session_id: session.id,
    session_type: 'normal',
    resume_gateway_url: resumeUrl,
    shard: [...session.shard],
    application: { id: world.application.id, flags: applicationFlags(world) },
    geo_ordered_rtc_regions: [],
    guild_join_requests: [],
    _trace: ['["gateway-sim",{"micros":0}]'],
  };
}

/** https://docs.discord.com/developers/events/gateway-events#guild-create */
export function guildCreatePayload(world: World, session: Session): JsonObject {
  const all = [...world.channels.values()].filter((channel) => channel.guild_id !== undefined);
  const threads = all.filter(
    (channel) =>
      isThread(channel) &&
      channel.thread_metadata?.archived !== true &&
      can(world, world.botId, channel, Permission.ViewChannel),
  );
  const everyone =
    (session.intents & Intent.GuildMembers) !== 0 || (session.intents & Intent.GuildPresences) !== 0;
  const members = [...world.members.values()].filter((member) => everyone || member.user.id === world.botId);
  return {
    ...guildPayload(world),
    joined_at: world.members.get(world.botId)?.joined_at,
    large: false,
    unavailable: false,
    member_count: world.members.size,
    voice_states: [],
    members: toJson(members),
    channels: all.filter((channel) => !isThread(channel)).map((channel) => channelForBot(world, channel)),
    threads: threads.map((channel) => channelForBot(world, channel)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** https://docs.discord.com/developers/resources/guild#guild-object */
export function guildPayload(world: World): JsonObject {
  const guild: Guild = world.guild;
  const firstText = [...world.channels.values()].find((channel) => channel.type === ChannelType.GuildText);
  return {
    ...toJsonObject(guild),
    icon: null,
    icon_hash: null,
    splash: null,
    discovery_splash: null,
    afk_channel_id: null,
    afk_timeout: 300,
    widget_enabled: false,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: toJson([...world.roles.values()]),
    emojis: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: firstText?.id ?? null,
    system_channel_flags: 0,
    rules_channel_id: null,
    max_presences: null,
    max_members: 500_000,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    public_updates_channel_id: null,
    nsfw_level: 0,
    stickers: [],
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    incidents_data: null,
  };
}

/** https://docs.discord.com/developers/resources/application#application-object-application-flags */
export function applicationFlags(world: World): number {
  const { messageContent, members, presences } = world.application.privileged;
  const bit = (intent: PrivilegedIntent, full: number): number =>
    intent === 'off' ? 0 : intent === 'full' ? full : full << 1;
  return bit(presences, 1 << 12) | bit(members, 1 << 14) | bit(messageContent, 1 << 18);
}
