import { InteractionType, type InteractionTypeValue } from '../constants.ts';
import type { Core } from '../core.ts';
import { type JsonObject, toJson, toJsonObject } from '../json.ts';
import { channelPermissions } from '../permissions.ts';
import type { Snowflake } from '../snowflake.ts';
import { messageForBot } from '../view.ts';
import type { Channel, InteractionMetadata, Message, User } from '../wire.ts';
import { userOf, type World } from '../world.ts';

/** What a person did, before it has an id and a token. */
export interface InteractionSeed {
  type: InteractionTypeValue;
  userId: Snowflake;
  channel: Channel;
  data: JsonObject;
  /** What was used, for the feed: the command's full name or the component's custom id. */
  name: string;
  /** The message whose component was used, also for a modal that one opened. */
  message?: Message;
  /** The language of the person's client; their own by default. */
  locale?: string;
  /** Of a modal: the interaction that opened it. */
  triggeredBy?: InteractionMetadata;
}

export interface Identity {
  id: Snowflake;
  token: string;
}

const ATTACHMENT_LIMIT_BYTES = 10 * 1024 * 1024;

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object */
export function interactionPayload(core: Core, seed: InteractionSeed, { id, token }: Identity): JsonObject {
  const { world } = core;
  const { channel } = seed;
  const inGuild = channel.guild_id !== undefined;
  const payload: JsonObject = {
    id,
    token,
    version: 1,
    type: seed.type,
    application_id: world.application.id,
    data: seed.data,
    channel_id: channel.id,
    channel: channelPayload(world, seed.userId, channel),
    app_permissions: channelPermissions(world, world.botId, channel).toString(),
    locale: seed.locale ?? world.people.get(seed.userId)?.locale ?? 'en-US',
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: toJson(integrationOwners(world, channel)),
    context: inGuild ? 0 : 1,
    attachment_size_limit: ATTACHMENT_LIMIT_BYTES,
  };
  if (seed.message !== undefined) {
    // The message that it in turn refers to is not sent along. https://github.com/discord-net/Discord.Net/issues/2567
    const { referenced_message: _referenced, ...message } = messageForBot(world, seed.message, true);
    payload.message = message;
  }
  if (!inGuild) return { ...payload, user: toJson(userOf(world, seed.userId)) };
  return {
    ...payload,
    guild_id: world.guild.id,
    guild: { id: world.guild.id, locale: world.guild.preferred_locale, features: [] },
    guild_locale: world.guild.preferred_locale,
    member: {
      ...toJsonObject(world.members.get(seed.userId)),
      permissions: channelPermissions(world, seed.userId, channel).toString(),
    },
  };
}

/** https://docs.discord.com/developers/resources/message#message-interaction-metadata-object */
export function interactionMetadata(
  world: World,
  seed: InteractionSeed,
  id: Snowflake,
  user: User,
): InteractionMetadata {
  const metadata: InteractionMetadata = {
    id,
    type: seed.type,
    user,
    authorizing_integration_owners: integrationOwners(world, seed.channel),
  };
  if (seed.type === InteractionType.MessageComponent && seed.message !== undefined) {
    metadata.interacted_message_id = seed.message.id;
  }
  if (seed.triggeredBy !== undefined) metadata.triggering_interaction_metadata = seed.triggeredBy;
  return metadata;
}

/** A channel as it stands in interactions: a few fields, and the permissions of the one who acted. */
export function channelPayload(world: World, userId: Snowflake, channel: Channel): JsonObject {
  const { permission_overwrites: _overwrites, ...rest } = channel;
  const view = toJsonObject(rest);
  if (channel.guild_id !== undefined)
    view.permissions = channelPermissions(world, userId, channel).toString();
  return view;
}

function integrationOwners(world: World, channel: Channel): Record<string, Snowflake> {
  return { '0': channel.guild_id === undefined ? '0' : world.guild.id };
}
