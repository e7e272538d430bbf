import {
  type APIApplication,
  type APIChannel,
  type APIMessage,
  type APIUser,
  ApplicationFlags,
  ChannelType,
  DiscordAPIError,
  REST,
  type RESTGetAPICurrentUserGuildsResult,
  Routes,
} from 'discord.js';
import { describe } from './discord-errors.ts';
import { botPage, inviteLink, MESSAGE_CONTENT } from './permissions.ts';

/** What a set-up asks Discord: who the bot is, where it was let in, and what there is to choose from. */
export interface Whereabouts {
  /** Null: Discord does not know the token. Throws `DiscordSilent` when it does not answer. */
  application(): Promise<FoundApplication | null>;
  /** Switches the message content intent on, which the interface allows in its limited form. False: it stays off. */
  switchIntentOn(application: FoundApplication): Promise<boolean>;
  guilds(): Promise<Named[]>;
  /** Those that hold messages, in the order in which Discord shows them. */
  channels(guildId: string): Promise<FoundChannel[]>;
  /** Who wrote the newest messages of a channel, the most recent first; empty where the bot may not read them. */
  recentAuthors(channelId: string): Promise<FoundAuthor[]>;
  /** Null: there is no such user. */
  user(id: string): Promise<Named | null>;
}

export interface Named {
  id: string;
  name: string;
}

export interface FoundApplication extends Named {
  contentIntent: boolean;
  flags: number;
  /** Who made it; null for one that belongs to a team. */
  owner: Named | null;
  inviteLink: string;
  botPage: string;
}

export interface FoundChannel extends Named {
  /** The category above it. */
  category: string | null;
}

export interface FoundAuthor extends Named {
  kind: 'user' | 'bot' | 'webhook';
  messages: number;
  /** The beginning of the newest message, one line. */
  newest: string;
}

/** No answer of Discord's that helps; the message says what came instead. */
export class DiscordSilent extends Error {
  override name = 'DiscordSilent';
}

const RECENT = 100;
const SNIPPET = 60;

export function createWhereabouts(apiUrl: string, token: string): Whereabouts {
  const rest = new REST({ api: apiUrl, version: '10', retries: 1 }).setToken(token);

  /** Null for the statuses that mean no here. */
  async function get<T>(
    path: `/${string}`,
    no: readonly number[],
    query?: URLSearchParams,
  ): Promise<T | null> {
    try {
      return (await rest.get(path, query ? { query } : {})) as T;
    } catch (error) {
      if (error instanceof DiscordAPIError && no.includes(error.status)) return null;
      throw new DiscordSilent(describe(error));
    }
  }

  return {
    async application() {
      const found = await get<APIApplication>(Routes.currentApplication(), [401]);
      if (!found) return null;
      const flags = found.flags ?? 0;
      return {
        id: found.id,
        name: found.name,
        flags,
        contentIntent: (flags & MESSAGE_CONTENT) !== 0,
        owner: found.owner && !found.team ? named(found.owner) : null,
        inviteLink: inviteLink(found.id),
        botPage: botPage(found.id),
      };
    },
    async switchIntentOn({ flags }) {
      try {
        const body = { flags: flags | ApplicationFlags.GatewayMessageContentLimited };
        const now = (await rest.patch(Routes.currentApplication(), { body })) as APIApplication;
        return ((now.flags ?? 0) & MESSAGE_CONTENT) !== 0;
      } catch (error) {
        if (error instanceof DiscordAPIError) return false;
        throw new DiscordSilent(describe(error));
      }
    },
    async guilds() {
      const found = await get<RESTGetAPICurrentUserGuildsResult>(Routes.userGuilds(), []);
      return (found ?? []).map(({ id, name }) => ({ id, name: oneLine(name) }));
    },
    async channels(guildId) {
      const found = (await get<APIChannel[]>(Routes.guildChannels(guildId), [])) ?? [];
      return ordered(found);
    },
    async recentAuthors(channelId) {
      const query = new URLSearchParams({ limit: String(RECENT) });
      const found = await get<APIMessage[]>(Routes.channelMessages(channelId), [403, 404], query);
      return authorsOf(found ?? []);
    },
    async user(id) {
      const found = await get<APIUser>(Routes.user(id), [404, 400]);
      return found && named(found);
    },
  };
}

function named(user: Pick<APIUser, 'id' | 'username'> & { global_name?: string | null }): Named {
  return { id: user.id, name: oneLine(user.global_name ?? user.username) };
}

/** https://discord.com/developers/docs/resources/channel#channel-object-channel-types */
function ordered(channels: readonly APIChannel[]): FoundChannel[] {
  const categories = new Map(
    channels.flatMap((each) => (each.type === ChannelType.GuildCategory ? [[each.id, each] as const] : [])),
  );
  return channels
    .flatMap((each) =>
      each.type === ChannelType.GuildText || each.type === ChannelType.GuildAnnouncement ? [each] : [],
    )
    .map((each) => ({ each, category: categories.get(each.parent_id ?? '') ?? null }))
    .sort(
      (a, b) =>
        (a.category?.position ?? -1) - (b.category?.position ?? -1) || a.each.position - b.each.position,
    )
    .map(({ each, category }) => ({
      id: each.id,
      name: oneLine(each.name),
      category: category && oneLine(category.name),
    }));
}

/** @param messages newest first, as Discord lists them */
function authorsOf(messages: readonly APIMessage[]): FoundAuthor[] {
  const found = new Map<string, FoundAuthor>();
  for (const { author, webhook_id, content, embeds } of messages) {
    const known = found.get(author.id);
    if (known) known.messages += 1;
    else {
      const text = content || embeds[0]?.title || embeds[0]?.description || '';
      const kind = webhook_id === author.id ? 'webhook' : author.bot ? 'bot' : 'user';
      found.set(author.id, { ...named(author), kind, messages: 1, newest: oneLine(text).slice(0, SNIPPET) });
    }
  }
  return [...found.values()];
}

/** Names and messages are others' words: what would steer the terminal is taken out. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}
