import type {
  APIActionRowComponent,
  APIComponentInMessageActionRow,
  APIEmbed,
  APIMessageTopLevelComponent,
} from 'discord.js';
import type { ChannelBlock, RiskOverrides } from '../risk/settings.ts';
import type { Decimal } from '../trading/decimal.ts';
import type { TradingOverrides } from '../trading/settings.ts';
import type { Parsed } from '../trading/signals/parse.ts';

/** What Discord's side needs from the rest of the program, no wider than it needs it. */

export type Language = 'en' | 'zh-CN';

/** The part of the config file that the bot reads; durations in milliseconds. */
export interface BotConfig {
  guild: string;
  language: Language;
  timezone: string;
  operators: {
    users: readonly string[];
    roles: readonly string[];
    viewers: { users: readonly string[]; roles: readonly string[] };
  };
  channels: { trades: string; alerts: string | null };
  alerts: {
    dm: readonly string[];
    /** % of the stop's distance. */
    nearStopPct: Decimal | null;
    /** A time of day: `21:00`. */
    summaryAt: string | null;
    heartbeatUrl: string | null;
  };
  confirm: { timeout: number };
  signals: readonly ChannelBlock[];
  risk: RiskOverrides;
  trading: TradingOverrides;
}

/** The config as it is now, and a call after each change that took effect. Returns the way to stop listening. */
export interface ConfigSource {
  current(): BotConfig;
  onChange(listener: (config: BotConfig) => void): () => void;
}

/** One durable table. Writes resolve once they are durable and reject when they could not be made. */
export interface Collection<T> {
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T): Promise<void>;
  delete(key: string): Promise<unknown>;
  all(): Promise<readonly (readonly [string, T])[]>;
}

export interface Log {
  info(fields: Record<string, unknown>, text: string): void;
  warn(fields: Record<string, unknown>, text: string): void;
  error(fields: Record<string, unknown>, text: string): void;
}

/** Milliseconds since the epoch. */
export type Now = () => number;

/** A message as Discord takes it; nothing in it ever mentions anybody. */
export interface MessageBody {
  /** Plain text. Of a message that is laid out it is what stands in where only text goes. */
  content: string;
  embeds?: APIEmbed[];
  components?: APIActionRowComponent<APIComponentInMessageActionRow>[];
  /**
   * Components V2 in place of content, embeds and rows; a phone's notification of such a message is empty.
   * https://docs.discord.com/developers/components/reference
   */
  layout?: APIMessageTopLevelComponent[];
  /** The picture (see `Pictures`) that the layout or an embed shows as `attachment://<its name>`. */
  picture?: string;
  /** Without a notification. */
  silent?: boolean;
}

/** A file that goes with a message. */
export interface MessageFile {
  name: string;
  bytes: Buffer;
}

/** The calls of Discord's REST API that post. Rejects with discord.js's own errors. */
export interface Messenger {
  /** Two calls with the same nonce within minutes make one message. Answers with its id. */
  create(channelId: string, body: MessageBody, nonce: string, file: MessageFile | null): Promise<string>;
  /** The file takes the place of those that are there; null takes them away, `keep` leaves them. */
  edit(
    channelId: string,
    messageId: string,
    body: MessageBody,
    file: MessageFile | 'keep' | null,
  ): Promise<void>;
  /** The channel of direct messages with a user. */
  openDm(userId: string): Promise<string>;
  /** Opens the thread of a message and answers with its id; the one that it has already is as good. */
  openThread(channelId: string, messageId: string, name: string): Promise<string>;
}

/** The text of a message, ready for the parser. */
export interface MessageText {
  content: string;
  embeds: readonly APIEmbed[];
}

/** Text → meaning, with the words that gave it. Pure but for the list of coins that are known to exist. */
export type Read = (text: MessageText) => Parsed;
