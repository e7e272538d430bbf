import { Permission } from './constants.ts';
import { refusal } from './errors.ts';
import type { Snowflake } from './snowflake.ts';
import type { Channel, Overwrite } from './wire.ts';
import { isThread, type World } from './world.ts';

const ALL_PERMISSIONS = Object.values(Permission).reduce((all, bit) => all | bit, 0n);

/** What Discord gives @everyone of a new server, as far as the simulator knows these bits. */
export const DEFAULT_EVERYONE =
  Permission.CreateInstantInvite |
  Permission.AddReactions |
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.EmbedLinks |
  Permission.AttachFiles |
  Permission.ReadMessageHistory |
  Permission.MentionEveryone |
  Permission.UseExternalEmojis |
  Permission.UseExternalStickers |
  Permission.ChangeNickname |
  Permission.UseApplicationCommands |
  Permission.CreatePublicThreads |
  Permission.CreatePrivateThreads |
  Permission.SendMessagesInThreads;

/** In direct messages with the bot. https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object */
const DM_PERMISSIONS =
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.EmbedLinks |
  Permission.AttachFiles |
  Permission.ReadMessageHistory |
  Permission.MentionEveryone |
  Permission.UseExternalEmojis |
  Permission.AddReactions;

/** https://docs.discord.com/developers/topics/permissions#permission-overwrites */
function guildPermissions(world: World, userId: Snowflake): bigint {
  if (userId === world.guild.owner_id) return ALL_PERMISSIONS;
  const roleIds = [world.guild.id, ...(world.members.get(userId)?.roles ?? [])];
  let permissions = 0n;
  for (const id of roleIds) permissions |= BigInt(world.roles.get(id)?.permissions ?? '0');
  return (permissions & Permission.Administrator) === 0n ? permissions : ALL_PERMISSIONS;
}

/** What the user may do in the channel, overwrites and implicit denials included. */
export function channelPermissions(world: World, userId: Snowflake, channel: Channel): bigint {
  if (channel.guild_id === undefined) {
    const takesPart = userId === world.botId || channel.recipients?.some((user) => user.id === userId);
    return takesPart ? DM_PERMISSIONS : 0n;
  }
  const member = world.members.get(userId);
  if (member === undefined) return 0n;
  const base = guildPermissions(world, userId);
  if (base === ALL_PERMISSIONS) return base;
  const source = isThread(channel) ? world.channels.get(channel.parent_id ?? '') : channel;
  const overwrites = source?.permission_overwrites ?? [];
  return applyImplicit(
    applyOverwrites(base, overwrites, world.guild.id, member.roles, userId),
    isThread(channel),
  );
}

export function can(world: World, userId: Snowflake, channel: Channel, permission: bigint): boolean {
  return (channelPermissions(world, userId, channel) & permission) === permission;
}

/** Throws 50001 when the bot does not see the channel, 50013 when it lacks one of the permissions. */
export function requireBot(world: World, channel: Channel, permissions = 0n): void {
  if (!can(world, world.botId, channel, Permission.ViewChannel)) throw refusal(50001);
  if (!can(world, world.botId, channel, permissions)) throw refusal(50013);
}

function applyOverwrites(
  base: bigint,
  overwrites: readonly Overwrite[],
  everyoneId: Snowflake,
  roleIds: readonly Snowflake[],
  userId: Snowflake,
): bigint {
  const ofEveryone = overwrites.filter((overwrite) => overwrite.id === everyoneId);
  const ofRoles = overwrites.filter((overwrite) => overwrite.type === 0 && roleIds.includes(overwrite.id));
  const ofMember = overwrites.filter((overwrite) => overwrite.type === 1 && overwrite.id === userId);
  let permissions = base;
  for (const level of [ofEveryone, ofRoles, ofMember]) {
    const deny = level.reduce((bits, overwrite) => bits | BigInt(overwrite.deny), 0n);
    const allow = level.reduce((bits, overwrite) => bits | BigInt(overwrite.allow), 0n);
    permissions = (permissions & ~deny) | allow;
  }
  return permissions;
}

/** https://docs.discord.com/developers/topics/permissions#implicit-permissions, and threads below it. */
function applyImplicit(permissions: bigint, thread: boolean): bigint {
  if ((permissions & Permission.ViewChannel) === 0n) return 0n;
  let result = permissions;
  if (thread) {
    result &= ~Permission.SendMessages;
    if ((permissions & Permission.SendMessagesInThreads) !== 0n) result |= Permission.SendMessages;
  }
  if ((result & Permission.SendMessages) === 0n) {
    result &= ~(
      Permission.MentionEveryone |
      Permission.SendTtsMessages |
      Permission.AttachFiles |
      Permission.EmbedLinks
    );
  }
  return result;
}
