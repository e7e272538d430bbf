import { ChannelType, Intent, Permission } from '../constants.ts';
import { refusal } from '../errors.ts';
import { Form } from '../form.ts';
import { requireBot } from '../permissions.ts';
import { channelForBot } from '../view.ts';
import type { Channel, Overwrite } from '../wire.ts';
import { isThread } from '../world.ts';
import { type Call, channelParam, NO_CONTENT, ok, param, type Reply, type Route, route } from './route.ts';
import { editThread } from './threads.ts';

/** https://docs.discord.com/developers/resources/channel */
export const channelRoutes: Route[] = [
  route('GET /channels/:channel', 'other', get),
  route('PATCH /channels/:channel', 'other', edit),
  route('DELETE /channels/:channel', 'other', remove),
  route('PUT /channels/:channel/permissions/:target', 'other', putOverwrite),
  route('DELETE /channels/:channel/permissions/:target', 'other', dropOverwrite),
];

function get(call: Call): Reply {
  const channel = channelParam(call);
  requireBot(call.core.world, channel);
  return ok(channelForBot(call.core.world, channel));
}

function edit(call: Call): Reply {
  const channel = channelParam(call);
  if (isThread(channel)) return editThread(call, channel);
  requireBot(call.core.world, channel, Permission.ManageChannels);
  const form = new Form();
  const { body } = call;
  const name = form.text(['name'], body.json.name, { min: 1, max: 100 });
  const topic = form.text(['topic'], body.json.topic, { max: 1024 });
  const slowmode = form.integer(['rate_limit_per_user'], body.json.rate_limit_per_user, {
    min: 0,
    max: 21_600,
  });
  form.assert();
  if (name !== undefined) channel.name = name;
  if (topic !== undefined) channel.topic = topic;
  if (slowmode !== undefined) channel.rate_limit_per_user = slowmode;
  tellChannel(call, channel, 'CHANNEL_UPDATE');
  return ok(channelForBot(call.core.world, channel));
}

function remove(call: Call): Reply {
  const { world } = call.core;
  const channel = channelParam(call);
  if (channel.type === ChannelType.Dm) return ok(channelForBot(world, channel));
  requireBot(world, channel, isThread(channel) ? Permission.ManageThreads : Permission.ManageChannels);
  deleteChannel(call.core, channel);
  return ok(channelForBot(world, channel));
}

/** Takes the channel and its messages out of the world and tells the bot. */
export function deleteChannel(core: Call['core'], channel: Channel): void {
  core.world.channels.delete(channel.id);
  core.world.messages.delete(channel.id);
  core.publish({ type: 'channel.deleted', channelId: channel.id });
  const { id, guild_id, parent_id, type } = channel;
  core.dispatch(
    isThread(channel)
      ? { event: 'THREAD_DELETE', intent: Intent.Guilds, data: () => ({ id, guild_id, parent_id, type }) }
      : { event: 'CHANNEL_DELETE', intent: Intent.Guilds, data: () => channelForBot(core.world, channel) },
  );
}

export function tellChannel(
  { core }: Pick<Call, 'core'>,
  channel: Channel,
  event: 'CHANNEL_CREATE' | 'CHANNEL_UPDATE',
): void {
  core.publish({ type: 'channel', channel: structuredClone(channel) });
  core.dispatch({ event, intent: Intent.Guilds, data: () => channelForBot(core.world, channel) });
}

function putOverwrite(call: Call): Reply {
  const channel = channelParam(call);
  requireBot(call.core.world, channel, Permission.ManageRoles);
  const form = new Form();
  const type = form.choice(['type'], call.body.json.type, [0, 1], true);
  form.assert();
  setOverwrite(channel, {
    id: param(call, 'target'),
    type: type === 1 ? 1 : 0,
    allow: String(call.body.json.allow ?? '0'),
    deny: String(call.body.json.deny ?? '0'),
  });
  tellChannel(call, channel, 'CHANNEL_UPDATE');
  return NO_CONTENT;
}

function dropOverwrite(call: Call): Reply {
  const channel = channelParam(call);
  requireBot(call.core.world, channel, Permission.ManageRoles);
  const target = param(call, 'target');
  if (!channel.permission_overwrites?.some((overwrite) => overwrite.id === target)) throw refusal(10011);
  channel.permission_overwrites = channel.permission_overwrites.filter(
    (overwrite) => overwrite.id !== target,
  );
  tellChannel(call, channel, 'CHANNEL_UPDATE');
  return NO_CONTENT;
}

export function setOverwrite(channel: Channel, overwrite: Overwrite): void {
  const others = (channel.permission_overwrites ?? []).filter((other) => other.id !== overwrite.id);
  channel.permission_overwrites = [...others, overwrite];
}
