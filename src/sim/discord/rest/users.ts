import { ChannelType } from '../constants.ts';
import type { Core } from '../core.ts';
import { ApiError, refusal } from '../errors.ts';
import { Form } from '../form.ts';
import { applicationFlags } from '../gateway/ready.ts';
import { type JsonObject, toJson, toJsonObject } from '../json.ts';
import type { Snowflake } from '../snowflake.ts';
import { channelForBot } from '../view.ts';
import type { Channel } from '../wire.ts';
import { botUser, findDm, userOf, type World } from '../world.ts';
import { type Call, ok, openRoute, param, type Reply, type Route, route } from './route.ts';

/**
 * https://docs.discord.com/developers/resources/user, https://docs.discord.com/developers/resources/application and
 * the way to the gateway.
 */
export const userRoutes: Route[] = [
  route('GET /users/@me', 'other', me),
  route('GET /users/@me/guilds', 'other', guilds),
  route('GET /users/:user', 'other', (call) => {
    const person = call.core.world.people.get(param(call, 'user'));
    if (person === undefined) throw refusal(10013);
    return ok(toJson(person.user));
  }),
  route('POST /users/@me/channels', 'dm-open', openDmChannel),
  route('GET /applications/@me', 'other', (call) => ok(applicationPayload(call.core.world))),
  route('PATCH /applications/@me', 'other', editApplication),
  route('GET /oauth2/applications/@me', 'other', (call) => ok(applicationPayload(call.core.world))),
  openRoute('GET /gateway', 'other', (call) => ok({ url: gatewayUrl(call.core) })),
  route('GET /gateway/bot', 'gateway-bot', (call) =>
    ok({ url: gatewayUrl(call.core), shards: 1, session_start_limit: call.gateway.startLimit() }),
  ),
];

function gatewayUrl(core: Core): string {
  return core.origin().replace(/^http/, 'ws');
}

function me(call: Call): Reply {
  return ok({
    ...toJsonObject(botUser(call.core.world)),
    verified: true,
    mfa_enabled: true,
    flags: 0,
    email: null,
  });
}

function guilds(call: Call): Reply {
  const { guild, members, botId } = call.core.world;
  if (!members.has(botId)) return ok([]);
  return ok([{ id: guild.id, name: guild.name, icon: null, owner: false, permissions: '0', features: [] }]);
}

function openDmChannel(call: Call): Reply {
  const { core } = call;
  const form = new Form();
  const recipientId = form.snowflake(['recipient_id'], call.body.json.recipient_id, true) ?? '';
  form.assert();
  if (!core.world.people.has(recipientId)) throw refusal(10013);
  if (recipientId === core.world.botId) throw new ApiError(400, 50033, 'Invalid Recipient(s)');
  return ok(channelForBot(core.world, openDm(core, recipientId)));
}

/** The direct-message channel with the person, made when it is first asked for. */
export function openDm(core: Core, userId: Snowflake): Channel {
  const present = findDm(core.world, userId);
  if (present !== undefined) return present;
  const channel: Channel = {
    id: core.ids.next(),
    type: ChannelType.Dm,
    flags: 0,
    last_message_id: null,
    recipients: [userOf(core.world, userId)],
  };
  core.world.channels.set(channel.id, channel);
  core.publish({ type: 'channel', channel: structuredClone(channel) });
  return channel;
}

/** Of an application's flags, its bot may change the limited intents alone. */
const EDITABLE_FLAGS = { presences: 1 << 13, members: 1 << 15, messageContent: 1 << 19 } as const;

/** https://docs.discord.com/developers/resources/application#edit-current-application, as far as flags go. */
function editApplication(call: Call): Reply {
  const { world } = call.core;
  const { privileged } = world.application;
  const form = new Form();
  const flags = form.integer(['flags'], call.body.json.flags, { min: 0, max: 2 ** 31 - 1 });
  form.assert();
  for (const intent of ['presences', 'members', 'messageContent'] as const) {
    if (flags === undefined || privileged[intent] === 'full') continue;
    privileged[intent] = (flags & EDITABLE_FLAGS[intent]) === 0 ? 'off' : 'limited';
  }
  return ok(applicationPayload(world));
}

/** https://docs.discord.com/developers/resources/application#application-object */
function applicationPayload(world: World): JsonObject {
  const { application } = world;
  const flags = applicationFlags(world);
  return {
    id: application.id,
    name: application.name,
    icon: null,
    description: '',
    bot_public: false,
    bot_require_code_grant: false,
    bot: toJson(botUser(world)),
    owner: toJson(userOf(world, application.ownerId)),
    team: null,
    summary: '',
    verify_key: '0'.repeat(64),
    flags,
    flags_new: String(flags),
    hook: true,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    integration_types_config: { '0': {} },
  };
}
