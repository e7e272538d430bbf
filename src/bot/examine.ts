import type { APIApplication, APIChannel, APIOverwrite } from 'discord.js';
import {
  type APIGuild,
  type APIGuildMember,
  type APIUser,
  ApplicationFlags,
  DiscordAPIError,
  PermissionFlagsBits,
  REST,
  Routes,
} from 'discord.js';
import { describe } from './discord-errors.ts';

/** What is needed of a bot's place in Discord, looked at by requests alone: nobody sees it come online. */
export interface Wanted {
  apiUrl: string;
  token: string;
  guildId: string;
  /** `cards`: where the trades' cards and their threads are. */
  channels: readonly { id: string; use: string; for: 'reading' | 'writing' | 'cards' }[];
}

export interface DiscordFinding {
  name: string;
  ok: boolean;
  detail: string;
  fix?: string;
}

const READ = {
  'View Channel': PermissionFlagsBits.ViewChannel,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
};
const WRITE = {
  ...READ,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Embed Links': PermissionFlagsBits.EmbedLinks,
  'Attach Files': PermissionFlagsBits.AttachFiles,
};
const PERMISSIONS = {
  reading: READ,
  writing: WRITE,
  cards: {
    ...WRITE,
    'Create Public Threads': PermissionFlagsBits.CreatePublicThreads,
    'Send Messages in Threads': PermissionFlagsBits.SendMessagesInThreads,
  },
};
const CONTENT = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

export async function examineDiscord(wanted: Wanted): Promise<DiscordFinding[]> {
  const rest = new REST({ api: wanted.apiUrl, version: '10' }).setToken(wanted.token);
  let application: APIApplication;
  try {
    application = (await rest.get(Routes.currentApplication())) as APIApplication;
  } catch (error) {
    const refused = error instanceof DiscordAPIError && error.status === 401;
    const detail = refused ? 'Discord does not accept it' : describe(error);
    const fix = refused
      ? 'Developer Portal → Bot → Reset Token, then put it into DISCORD_TOKEN'
      : 'check the network';
    return [{ name: 'token', ok: false, detail, fix }];
  }
  const intent = ((application.flags ?? 0) & CONTENT) !== 0;
  const findings: DiscordFinding[] = [
    { name: 'token', ok: true, detail: `of ${application.name}` },
    {
      name: 'message content intent',
      ok: intent,
      detail: intent ? 'on' : 'off: every message would arrive empty',
      fix: 'Developer Portal → Bot → Privileged Gateway Intents → Message Content Intent',
    },
  ];
  const place = await readPlace(rest, wanted.guildId);
  if (!place) {
    const fix =
      'invite the bot: Developer Portal → OAuth2 → URL Generator, scopes bot and applications.commands';
    return [...findings, { name: 'guild', ok: false, detail: `the bot is not in ${wanted.guildId}`, fix }];
  }
  findings.push({ name: 'guild', ok: true, detail: place.guild.name });
  for (const channel of wanted.channels) findings.push(await checkChannel(rest, place, channel));
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
): Promise<DiscordFinding> {
  const name = `channel for ${wanted.use}`;
  const fix = 'channel settings → Permissions → add the bot and allow them';
  let channel: APIChannel;
  try {
    channel = (await rest.get(Routes.channel(wanted.id))) as APIChannel;
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `${wanted.id}: ${describe(error)}`,
      fix: `check the id in the config; ${fix}`,
    };
  }
  const overwrites = 'permission_overwrites' in channel ? (channel.permission_overwrites ?? []) : [];
  const granted = permissionsIn(place, overwrites);
  const lacking = Object.entries(PERMISSIONS[wanted.for])
    .filter(([, bit]) => (granted & bit) === 0n)
    .map(([label]) => label);
  const title = 'name' in channel ? `#${channel.name}` : wanted.id;
  return lacking.length === 0
    ? { name, ok: true, detail: title }
    : { name, ok: false, detail: `${title} lacks ${lacking.join(', ')}`, fix };
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
