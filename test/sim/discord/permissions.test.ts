import { Events, GatewayIntentBits, type TextChannel } from 'discord.js';
import { expect, test } from 'vitest';
import type { PermissionName } from '../../../src/sim/discord/constants.ts';
import { ids, login, once, raw, startSim } from './harness.ts';

const MESSAGES = `/channels/${ids.trades}/messages`;

// https://docs.discord.com/developers/topics/permissions
test.each<[PermissionName, string, string, object | undefined, number, number]>([
  ['ViewChannel', 'GET', `/channels/${ids.trades}`, undefined, 403, 50001],
  ['ViewChannel', 'GET', MESSAGES, undefined, 403, 50001],
  ['ViewChannel', 'POST', MESSAGES, { content: 'x' }, 403, 50001],
  ['SendMessages', 'POST', MESSAGES, { content: 'x' }, 403, 50013],
  ['EmbedLinks', 'POST', MESSAGES, { embeds: [{ title: 'x' }] }, 403, 50013],
  [
    'ReadMessageHistory',
    'POST',
    MESSAGES,
    { content: 'x', message_reference: { message_id: '1' } },
    400,
    160002,
  ],
  ['CreatePublicThreads', 'POST', `/channels/${ids.trades}/threads`, { name: 'x', type: 11 }, 403, 50013],
  ['ManageWebhooks', 'POST', `/channels/${ids.trades}/webhooks`, { name: 'x' }, 403, 50013],
])('without %s %s %s is refused', async (permission, method, path, body, status, code) => {
  const sim = await startSim();
  sim.setPermissions({ channel: ids.trades, deny: [permission] });
  expect(await raw(sim, method, path, body)).toMatchObject({ status, body: { code } });
});

test('without AttachFiles no file is taken', async () => {
  const sim = await startSim();
  sim.setPermissions({ channel: ids.trades, deny: ['AttachFiles'] });
  const form = new FormData();
  form.set('payload_json', JSON.stringify({ content: 'x' }));
  form.set('files[0]', new Blob(['a']), 'a.txt');
  expect((await raw(sim, 'POST', MESSAGES, form)).body.code).toBe(50013);
});

test('without ReadMessageHistory the history is empty and a single message refused', async () => {
  const sim = await startSim();
  const posted = sim.post({ channel: ids.trades, author: ids.analyst, content: 'x' });
  sim.setPermissions({ channel: ids.trades, deny: ['ReadMessageHistory'] });
  expect(await raw(sim, 'GET', MESSAGES)).toMatchObject({ status: 200, body: [] });
  expect((await raw(sim, 'GET', `${MESSAGES}/${posted.id}`)).body.code).toBe(50013);
});

test('what the bot may not see does not come over the gateway', async () => {
  const sim = await startSim();
  sim.setPermissions({ channel: ids.alphaSignals, deny: ['ViewChannel'] });
  const client = await login(sim);
  const arrived = once(client, Events.MessageCreate);
  sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'hidden' });
  sim.post({ channel: ids.trades, author: ids.analyst, content: 'seen' });
  expect((await arrived).content).toBe('seen');
});

test('an overwrite of the member stands above one of @everyone, and the client computes the same', async () => {
  const sim = await startSim();
  const client = await login(sim);
  const changed = once(client, Events.ChannelUpdate);
  sim.setPermissions({ channel: ids.trades, target: ids.guild, deny: ['SendMessages'] });
  await changed;
  const channel = client.channels.cache.get(ids.trades) as TextChannel;
  const allowed = (): boolean => channel.permissionsFor(client.user)?.has('SendMessages') ?? false;
  expect(allowed()).toBe(false);
  expect((await raw(sim, 'POST', MESSAGES, { content: 'x' })).body.code).toBe(50013);
  const again = once(client, Events.ChannelUpdate);
  sim.setPermissions({ channel: ids.trades, allow: ['SendMessages'] });
  await again;
  expect(allowed()).toBe(true);
  expect((await raw(sim, 'POST', MESSAGES, { content: 'x' })).status).toBe(200);
});

test("others' messages can be deleted with ManageMessages, and never edited", async () => {
  const sim = await startSim();
  const posted = sim.post({ channel: ids.trades, author: ids.analyst, content: 'x' });
  const path = `${MESSAGES}/${posted.id}`;
  expect((await raw(sim, 'PATCH', path, { content: 'y' })).body.code).toBe(50005);
  sim.setPermissions({ channel: ids.trades, deny: ['ManageMessages'] });
  expect((await raw(sim, 'DELETE', path)).body.code).toBe(50013);
  sim.setPermissions({ channel: ids.trades });
  expect((await raw(sim, 'DELETE', path)).status).toBe(204);
});

test('a channel that is gone is unknown', async () => {
  const sim = await startSim();
  const client = await login(sim, [GatewayIntentBits.Guilds]);
  const gone = once(client, Events.ChannelDelete);
  sim.deleteChannel(ids.trades);
  await gone;
  expect((await raw(sim, 'POST', MESSAGES, { content: 'x' })).body.code).toBe(10003);
});
