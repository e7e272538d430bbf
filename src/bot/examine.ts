import type { APIApplication, APIChannel, APIOverwrite } from 'discord.js';
import {
  type APIGuild,
  type APIGuildMember,
  type APIUser,
  DiscordAPIError,
  PermissionFlagsBits,
  REST,
  Routes,
} from 'discord.js';
import { describe } from './discord-errors.ts';
import { botPage, type ChannelUse, inviteLink, MESSAGE_CONTENT, PERMISSIONS } from './permissions.ts';

/** What is needed of a bot's place in Discord, looked at by requests alone: nobody sees it come online. */
export interface Wanted {
  apiUrl: string;
  token: string;
  guildId: string;
  /** `use` is told to the reader. */
  channels: readonly { id: string; use: string; for: ChannelUse }[];
}

export interface DiscordFinding {
  name: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

/** How what is found is told, in one language. A `fix` says where to click. */
export interface DiscordWords {
  token: string;
  tokenOf(application: string): string;
  tokenRefused: string;
  tokenFix: string;
  networkFix: string;
  intent: string;
  on: string;
  intentOff: string;
  /** @param page of the bot in the developer portal */
  intentFix(page: string): string;
  guild: string;
  notInGuild(id: string): string;
  inviteFix(link: string): string;
  channelFor(use: string): string;
  lacks(channel: string, permissions: string): string;
  channelFix(link: string): string;
  idFix(id: string): string;
}

export async function examineDiscord(wanted: Wanted, words: DiscordWords): Promise<DiscordFinding[]> {
  const rest = new REST({ api: wanted.apiUrl, version: '10' }).setToken(wanted.token);
  let application: APIApplication;
  try {
    application = (await rest.get(Routes.currentApplication())) as APIApplication;
  } catch (error) {
    const refused = error instanceof DiscordAPIError && error.status === 401;
    const detail = refused ? words.tokenRefused : describe(error);
    const fix = refused ? words.tokenFix : words.networkFix;
    return [{ name: words.token, ok: false, detail, fix }];
  }
  const intent = ((application.flags ?? 0) & MESSAGE_CONTENT) !== 0;
  const invite = inviteLink(application.id);
  const findings: DiscordFinding[] = [
    { name: words.token, ok: true, detail: words.tokenOf(application.name) },
    {
      name: words.intent,
      ok: intent,
      detail: intent ? words.on : words.intentOff,
      fix: words.intentFix(botPage(application.id)),
    },
  ];
  const place = await readPlace(rest, wanted.guildId);
  if (!place) {
    const detail = words.notInGuild(wanted.guildId);
    return [...findings, { name: words.guild, ok: false, detail, fix: words.inviteFix(invite) }];
  }
  findings.push({ name: words.guild, ok: true, detail: place.guild.name });
  for (const channel of wanted.channels)
    findings.push(await checkChannel(rest, place, channel, invite, words));
  return findings;
}

interface Place {
  guild: APIGuild;
  member: APIGuildMember;
  userId: string;
}

async function readPlace(rest: REST, guildId: string): Promise<Place | null> {
  try {
    const user = (await rest.get(Routes.user())) as APIUser;
    const [guild, member] = await Promise.all([
      rest.get(Routes.guild(guildId)) as Promise<APIGuild>,
      rest.get(Routes.guildMember(guildId, user.id)) as Promise<APIGuildMember>,
    ]);
    return { guild, member, userId: user.id };
  } catch (error) {
    if (error instanceof DiscordAPIError) return null;
    throw error;
  }
}

async function checkChannel(
  rest: REST,
  place: Place,
  wanted: Wanted['channels'][number],
  invite: string,
  words: DiscordWords,
): Promise<DiscordFinding> {
  const name = words.channelFor(wanted.use);
  let channel: APIChannel;
  try {
    channel = (await rest.get(Routes.channel(wanted.id))) as APIChannel;
  } catch (error) {
    return { name, ok: false, detail: `${wanted.id}: ${describe(error)}`, fix: words.idFix(invite) };
  }
  const overwrites = 'permission_overwrites' in channel ? (channel.permission_overwrites ?? []) : [];
  const granted = permissionsIn(place, overwrites);
  const lacking = Object.entries(PERMISSIONS[wanted.for])
    .filter(([, bit]) => (granted & bit) === 0n)
    .map(([label]) => label);
  const title = 'name' in channel ? `#${channel.name}` : wanted.id;
  if (lacking.length === 0) return { name, ok: true, detail: title };
  return { name, ok: false, detail: words.lacks(title, lacking.join(', ')), fix: words.channelFix(invite) };
}

/** https://discord.com/developers/docs/topics/permissions#permission-overwrites */
function permissionsIn({ guild, member, userId }: Place, overwrites: readonly APIOverwrite[]): bigint {
  const mine = new Set([guild.id, ...member.roles]);
  let granted = 0n;
  for (const role of guild.roles) if (mine.has(role.id)) granted |= BigInt(role.permissions);
  if ((granted & PermissionFlagsBits.Administrator) !== 0n || guild.owner_id === userId) return ~0n;
  const apply = (chosen: readonly APIOverwrite[]): void => {
    for (const overwrite of chosen) granted &= ~BigInt(overwrite.deny);
    for (const overwrite of chosen) granted |= BigInt(overwrite.allow);
  };
  apply(overwrites.filter((overwrite) => overwrite.id === guild.id));
  apply(overwrites.filter((overwrite) => overwrite.id !== guild.id && mine.has(overwrite.id)));
  apply(overwrites.filter((overwrite) => overwrite.id === userId));
  return granted;
}
