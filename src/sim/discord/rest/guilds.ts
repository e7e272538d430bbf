import { refusal } from '../errors.ts';
import { guildPayload } from '../gateway/ready.ts';
import { toJson } from '../json.ts';
import { channelForBot } from '../view.ts';
import { isThread } from '../world.ts';
import { type Call, ok, param, queryInteger, type Reply, type Route, requireGuild, route } from './route.ts';

/** https://docs.discord.com/developers/resources/guild */
export const guildRoutes: Route[] = [
  route('GET /guilds/:guild', 'other', get),
  route('GET /guilds/:guild/channels', 'other', channels),
  route('GET /guilds/:guild/roles', 'other', roles),
  route('GET /guilds/:guild/members', 'other', members),
  route('GET /guilds/:guild/members/:user', 'other', member),
];

function get(call: Call): Reply {
  requireGuild(call);
  const { world } = call.core;
  const counts = {
    approximate_member_count: world.members.size,
    approximate_presence_count: world.members.size,
  };
  return ok({ ...guildPayload(world), ...(call.query.get('with_counts') === 'true' ? counts : {}) });
}

function channels(call: Call): Reply {
  requireGuild(call);
  const { world } = call.core;
  const found = [...world.channels.values()].filter((channel) => channel.guild_id && !isThread(channel));
  return ok(found.map((channel) => channelForBot(world, channel)));
}

function roles(call: Call): Reply {
  requireGuild(call);
  return ok(toJson([...call.core.world.roles.values()]));
}

/** Needs the privileged members intent to be switched on. */
function members(call: Call): Reply {
  requireGuild(call);
  const { world } = call.core;
  if (world.application.privileged.members === 'off') throw refusal(50001);
  const limit = queryInteger(call, 'limit', { min: 1, max: 1000 }, 1);
  return ok(toJson([...world.members.values()].slice(0, limit)));
}

function member(call: Call): Reply {
  requireGuild(call);
  const { world } = call.core;
  const userId = call.params.user === '@me' ? world.botId : param(call, 'user');
  const found = world.members.get(userId);
  if (found === undefined) throw refusal(world.people.has(userId) ? 10007 : 10013);
  return ok(toJson(found));
}
