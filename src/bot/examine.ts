import { DiscordAPIError, PermissionFlagsBits, REST, Routes } from 'discord.js';
import type { z } from 'zod';
import * as answers from './discord-answers.ts';
import { describe } from './discord-errors.ts';
import { botPage, type ChannelUse, inviteLink, mayReadContent, PERMISSIONS } from './permissions.ts';

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
  let application: z.infer<typeof answers.application>;
  try {
    application = answers.read(answers.application, await rest.get(Routes.currentApplication()));
  } catch (error) {
    const refused = error instanceof DiscordAPIError && error.status === 401;
    const detail = refused ? words.tokenRefused : describe(error);
    const fix = refused ? words.tokenFix : words.networkFix;
    return [{ name: words.token, ok: false, detail, fix }];
  }
  const intent = mayReadContent(application.flags);
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
  let place: Place | null;
  try {
    place = await readPlace(rest, wanted.guildId);
  } catch (error) {
    return [...findings, { name: words.guild, ok: false, detail: describe(error), fix: words.networkFix }];
  }
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
  guild: z.infer<typeof answers.guild>;
  member: z.infer<typeof answers.member>;
  userId: string;
}

async function readPlace(rest: REST, guildId: string): Promise<Place | null> {
  try {
    const user = answers.read(answers.user, await rest.get(Routes.user()));
    const [guild, member] = await Promise.all([
      rest.get(Routes.guild(guildId)),
      rest.get(Routes.guildMember(guildId, user.id)),
    ]);
    return {
      guild: answers.read(answers.guild, guild),
      member: answers.read(answers.member, member),
      userId: user.id,
    };
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
  let channel: z.infer<typeof answers.channel>;
  try {
    channel = answers.read(answers.channel, await rest.get(Routes.channel(wanted.id)));
  } catch (error) {
    return { name, ok: false, detail: `${wanted.id}: ${describe(error)}`, fix: words.idFix(invite) };
  }
  const granted = permissionsIn(place, channel.permission_overwrites ?? []);
  const lacking = Object.entries(PERMISSIONS[wanted.for])
    .filter(([, bit]) => (granted & bit) === 0n)
    .map(([label]) => label);
  const title = channel.name ? `#${channel.name}` : wanted.id;
  if (lacking.length === 0) return { name, ok: true, detail: title };
  return { name, ok: false, detail: words.lacks(title, lacking.join(', ')), fix: words.channelFix(invite) };
}

/** https://discord.com/developers/docs/topics/permissions#permission-overwrites */
function permissionsIn({ guild, member, userId }: Place, overwrites: readonly answers.Overwrite[]): bigint {
  const mine = new Set([guild.id, ...member.roles]);
  let granted = 0n;
  for (const role of guild.roles) if (mine.has(role.id)) granted |= BigInt(role.permissions);
  if ((granted & PermissionFlagsBits.Administrator) !== 0n || guild.owner_id === userId) return ~0n;
  const apply = (chosen: readonly answers.Overwrite[]): void => {
    for (const overwrite of chosen) granted &= ~BigInt(overwrite.deny);
    for (const overwrite of chosen) granted |= BigInt(overwrite.allow);
  };
  apply(overwrites.filter((overwrite) => overwrite.id === guild.id));
  apply(overwrites.filter((overwrite) => overwrite.id !== guild.id && mine.has(overwrite.id)));
  apply(overwrites.filter((overwrite) => overwrite.id === userId));
  return granted;
}
