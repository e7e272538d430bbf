import { ApplicationFlags, ChannelType, DiscordAPIError, REST, Routes } from 'discord.js';
import type { z } from 'zod';
import * as answers from './discord-answers.ts';
import { describe } from './discord-errors.ts';
import { botPage, inviteLink, mayReadContent } from './permissions.ts';

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
    schema: z.ZodType<T>,
    path: `/${string}`,
    no: readonly number[],
    query?: URLSearchParams,
  ): Promise<T | null> {
    try {
      return answers.read(schema, await rest.get(path, query ? { query } : {}));
    } catch (error) {
      if (error instanceof DiscordAPIError && no.includes(error.status)) return null;
      throw new DiscordSilent(describe(error));
    }
  }

  return {
    async application() {
      const found = await get(answers.application, Routes.currentApplication(), [401]);
      if (!found) return null;
      const { id, name, flags } = found;
      return {
        id,
        name,
        flags: flags ?? 0,
        contentIntent: mayReadContent(flags),
        owner: found.owner && !found.team ? named(found.owner) : null,
        inviteLink: inviteLink(id),
        botPage: botPage(id),
      };
    },
    async switchIntentOn({ flags }) {
      try {
        const body = { flags: flags | ApplicationFlags.GatewayMessageContentLimited };
        const now = answers.read(
          answers.application,
          await rest.patch(Routes.currentApplication(), { body }),
        );
        return mayReadContent(now.flags);
      } catch (error) {
        if (error instanceof DiscordAPIError) return false;
        throw new DiscordSilent(describe(error));
      }
    },
    async guilds() {
      return (await get(answers.guilds, Routes.userGuilds(), [])) ?? [];
    },
    async channels(guildId) {
      return ordered((await get(answers.channels, Routes.guildChannels(guildId), [])) ?? []);
    },
    async recentAuthors(channelId) {
      const query = new URLSearchParams({ limit: String(RECENT) });
      return authorsOf(
        (await get(answers.writings, Routes.channelMessages(channelId), [403, 404], query)) ?? [],
      );
    },
    async user(id) {
      const found = await get(answers.user, Routes.user(id), [404, 400]);
      return found && named(found);
    },
  };
}

function named({ id, username, global_name }: z.infer<typeof answers.user>): Named {
  return { id, name: global_name ?? username };
}

/** https://discord.com/developers/docs/resources/channel#channel-object-channel-types */
function ordered(channels: z.infer<typeof answers.channels>): FoundChannel[] {
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
      name: each.name,
      category: category?.name ?? null,
    }));
}

/** @param messages newest first, as Discord lists them */
function authorsOf(messages: z.infer<typeof answers.writings>): FoundAuthor[] {
  const found = new Map<string, FoundAuthor>();
  for (const { author, webhook_id, content, embeds } of messages) {
    const known = found.get(author.id);
    if (known) known.messages += 1;
    else {
      const text = content || embeds[0]?.title || embeds[0]?.description || '';
      const kind = webhook_id === author.id ? 'webhook' : author.bot ? 'bot' : 'user';
      found.set(author.id, { ...named(author), kind, messages: 1, newest: text.slice(0, SNIPPET) });
    }
  }
  return [...found.values()];
}
