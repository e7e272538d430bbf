import { ApplicationFlags, PermissionFlagsBits } from 'discord.js';

/** What the bot must be allowed to do, by what a channel is used for, under the names that Discord's own pages give. */

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

/** `cards`: where the trades' cards and their threads are. */
export const PERMISSIONS = {
  reading: READ,
  writing: WRITE,
  cards: {
    ...WRITE,
    'Create Public Threads': PermissionFlagsBits.CreatePublicThreads,
    'Send Messages in Threads': PermissionFlagsBits.SendMessagesInThreads,
  },
};

export type ChannelUse = keyof typeof PERMISSIONS;

/** Either of the two means that the switch is on: the limited one is that of bots in fewer than 100 servers. */
const MESSAGE_CONTENT =
  ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

/**
 * Whether the message content intent is on by an application's flags. Those are optional: without any it is left to the
 * gateway, which closes for an intent that is off (4014).
 * https://discord.com/developers/docs/resources/application#application-object
 */
export function mayReadContent(flags: number | undefined): boolean {
  return flags === undefined || (flags & MESSAGE_CONTENT) !== 0;
}

/**
 * The page on which a server's owner lets the bot in, with the permissions it needs and no other.
 * https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
 */
export function inviteLink(applicationId: string): string {
  const wanted = Object.values(PERMISSIONS).flatMap((each) => Object.values(each));
  const link = new URL('https://discord.com/oauth2/authorize');
  link.searchParams.set('client_id', applicationId);
  link.searchParams.set('scope', 'bot applications.commands');
  link.searchParams.set('permissions', String(wanted.reduce((all, bit) => all | bit, 0n)));
  return link.href;
}

/** Where a bot's token is made and its intents are switched. */
export function botPage(applicationId: string): string {
  return `https://discord.com/developers/applications/${applicationId}/bot`;
}
