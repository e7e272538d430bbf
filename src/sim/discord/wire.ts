import type { APIEmbed } from 'discord-api-types/v10';
import type { Snowflake } from './snowflake.ts';

/** The objects of the API as they go over the wire, cut to the fields the simulator knows. */

export interface User {
  id: Snowflake;
  username: string;
  discriminator: string;
  global_name: string | null;
  avatar: string | null;
  bot?: boolean;
  public_flags: number;
}

export interface Role {
  id: Snowflake;
  name: string;
  color: number;
  colors: { primary_color: number; secondary_color: null; tertiary_color: null };
  hoist: boolean;
  icon: null;
  unicode_emoji: null;
  position: number;
  /** A permission bit set as a decimal string. */
  permissions: string;
  managed: boolean;
  mentionable: boolean;
  flags: number;
  tags?: { bot_id: Snowflake };
}

export interface Member {
  user: User;
  nick: string | null;
  avatar: null;
  banner: null;
  roles: Snowflake[];
  joined_at: string;
  premium_since: null;
  deaf: boolean;
  mute: boolean;
  flags: number;
  pending: boolean;
  communication_disabled_until: null;
}

export interface Overwrite {
  id: Snowflake;
  /** 0 a role, 1 a member. */
  type: 0 | 1;
  allow: string;
  deny: string;
}

export interface ThreadMetadata {
  archived: boolean;
  auto_archive_duration: number;
  archive_timestamp: string;
  locked: boolean;
  invitable?: boolean;
  create_timestamp: string;
}

export interface Channel {
  id: Snowflake;
  type: number;
  last_message_id: Snowflake | null;
  flags: number;
  guild_id?: Snowflake;
  name?: string;
  position?: number;
  topic?: string | null;
  nsfw?: boolean;
  parent_id?: Snowflake | null;
  permission_overwrites?: Overwrite[];
  rate_limit_per_user?: number;
  last_pin_timestamp?: string | null;
  recipients?: User[];
  owner_id?: Snowflake;
  thread_metadata?: ThreadMetadata;
  message_count?: number;
  member_count?: number;
  total_message_sent?: number;
}

export interface Guild {
  id: Snowflake;
  name: string;
  owner_id: Snowflake;
  preferred_locale: string;
}

export type Embed = APIEmbed;

export interface Emoji {
  id: Snowflake | null;
  name: string | null;
  animated?: boolean;
}

/** Media as a request names it (`url`) and as an answer describes it. */
export interface Media {
  url: string;
  proxy_url?: string;
  content_type?: string;
  width?: number;
  height?: number;
  /** Of what was uploaded with the message. */
  attachment_id?: Snowflake;
}

export interface MediaItem {
  media: Media;
  description?: string | null;
  spoiler?: boolean;
}

export interface SelectOption {
  label: string;
  value: string;
  description?: string;
  emoji?: Emoji;
  default?: boolean;
}

/** Any component, of messages and of modals: which fields are there depends on `type`. */
export interface Component {
  type: number;
  id?: number;
  custom_id?: string;
  label?: string;
  description?: string;
  style?: number;
  emoji?: Emoji;
  url?: string;
  disabled?: boolean;
  content?: string;
  placeholder?: string;
  value?: string;
  required?: boolean;
  min_length?: number;
  max_length?: number;
  min_values?: number;
  max_values?: number;
  options?: SelectOption[];
  default_values?: { id: Snowflake; type: 'user' | 'role' | 'channel' }[];
  channel_types?: number[];
  /** Of a checkbox. */
  default?: boolean;
  sku_id?: Snowflake;
  accent_color?: number | null;
  spoiler?: boolean;
  divider?: boolean;
  spacing?: number;
  media?: Media;
  items?: MediaItem[];
  file?: Media;
  components?: Component[];
  component?: Component;
  accessory?: Component;
}

export interface Attachment {
  id: Snowflake;
  filename: string;
  description?: string;
  content_type?: string;
  /** Pixels, of a picture. */
  width?: number;
  height?: number;
  size: number;
  url: string;
  proxy_url: string;
  ephemeral?: boolean;
}

export interface MessageReference {
  /** 0 a reply, pin, crosspost or thread start; 1 a forward. */
  type: 0 | 1;
  channel_id: Snowflake;
  guild_id?: Snowflake;
  message_id?: Snowflake;
}

/** What a forward keeps of the original; the author is left out on purpose. */
export interface MessageSnapshot {
  message: Pick<
    Message,
    | 'type'
    | 'content'
    | 'embeds'
    | 'attachments'
    | 'timestamp'
    | 'edited_timestamp'
    | 'flags'
    | 'mentions'
    | 'mention_roles'
    | 'components'
  >;
}

export interface Reaction {
  emoji: Emoji;
  userIds: Snowflake[];
}

export interface InteractionMetadata {
  id: Snowflake;
  type: number;
  user: User;
  authorizing_integration_owners: Record<string, Snowflake>;
  original_response_message_id?: Snowflake;
  interacted_message_id?: Snowflake;
  triggering_interaction_metadata?: InteractionMetadata;
}

/**
 * A message as the world keeps it and as people see it: nothing is hidden here.
 * `intents` and whose eyes they are decide later what the bot gets to read.
 */
export interface Message {
  id: Snowflake;
  channel_id: Snowflake;
  author: User;
  content: string;
  timestamp: string;
  edited_timestamp: string | null;
  tts: boolean;
  mention_everyone: boolean;
  mentions: User[];
  mention_roles: Snowflake[];
  attachments: Attachment[];
  embeds: Embed[];
  components: Component[];
  pinned: boolean;
  type: number;
  flags: number;
  nonce?: string | number;
  webhook_id?: Snowflake;
  application_id?: Snowflake;
  message_reference?: MessageReference;
  message_snapshots?: MessageSnapshot[];
  interaction_metadata?: InteractionMetadata;
  /** The deprecated twin of `interaction_metadata`, still sent for commands. */
  interaction?: { id: Snowflake; type: number; name: string; user: User };
  position?: number;
}

export interface Webhook {
  id: Snowflake;
  /** 1 incoming, 2 channel follower. */
  type: 1 | 2;
  guild_id: Snowflake;
  channel_id: Snowflake;
  name: string;
  avatar: string | null;
  token?: string;
  application_id: Snowflake | null;
  user: User;
}

export interface CommandChoice {
  name: string;
  name_localizations?: Record<string, string> | null;
  value: string | number;
}

export interface CommandOption {
  type: number;
  name: string;
  name_localizations?: Record<string, string> | null;
  description: string;
  description_localizations?: Record<string, string> | null;
  required?: boolean;
  choices?: CommandChoice[];
  options?: CommandOption[];
  channel_types?: number[];
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
  autocomplete?: boolean;
}

export interface Command {
  id: Snowflake;
  type: number;
  application_id: Snowflake;
  guild_id?: Snowflake;
  name: string;
  name_localizations: Record<string, string> | null;
  description: string;
  description_localizations: Record<string, string> | null;
  options: CommandOption[];
  default_member_permissions: string | null;
  nsfw: boolean;
  version: Snowflake;
  contexts: number[] | null;
  integration_types: number[];
  dm_permission: boolean;
}

export interface Modal {
  custom_id: string;
  title: string;
  components: Component[];
}

export interface Choice {
  name: string;
  value: string | number;
}

/** https://docs.discord.com/developers/events/gateway-events#update-presence */
export interface Presence {
  status: string;
  activities: { name: string; type: number; state?: string | null; url?: string | null }[];
  since: number | null;
  afk: boolean;
}
