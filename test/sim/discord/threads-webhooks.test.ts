import {
  ChannelType,
  Events,
  MessageFlags,
  MessageType,
  type TextChannel,
  ThreadAutoArchiveDuration,
} from 'discord.js';
import { describe, expect, test } from 'vitest';
import { ids, login, once, raw, startSim } from './harness.ts';

// https://docs.discord.com/developers/topics/threads
describe('threads', () => {
  test('start from a message, take its id and mark it', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
    const message = await channel.send('BTCUSDT long');
    const thread = await message.startThread({
      name: 'BTCUSDT',
      autoArchiveDuration: ThreadAutoArchiveDuration.OneHour,
    });
    await thread.send('filled');
    expect(thread).toMatchObject({ id: message.id, parentId: ids.trades, type: ChannelType.PublicThread });
    expect(sim.messages(ids.trades)[0]?.flags).toBe(MessageFlags.HasThread);
    expect(sim.messages(thread.id).map(({ type, content }) => [type, content])).toEqual([
      [MessageType.ThreadStarterMessage, ''],
      [MessageType.Default, 'filled'],
    ]);
    expect(
      (await raw(sim, 'POST', `/channels/${ids.trades}/messages/${message.id}/threads`, { name: 'x' })).body
        .code,
    ).toBe(160004);
  });

  test('start without a message and say so in the channel', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
    const thread = await channel.threads.create({ name: 'log', type: ChannelType.PublicThread });
    expect(sim.messages(ids.trades)[0]).toMatchObject({
      type: MessageType.ThreadCreated,
      content: 'log',
      message_reference: { channel_id: thread.id },
    });
    expect((await channel.threads.fetchActive()).threads.has(thread.id)).toBe(true);
  });

  test('opened by a person reach the bot, with what is written in them', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const created = once(client, Events.ThreadCreate);
    const thread = sim.thread({ channel: ids.alphaSignals, author: ids.analyst, name: 'swing' });
    expect((await created).name).toBe('swing');
    const arrived = once(client, Events.MessageCreate, (message) => message.channelId === thread.id);
    sim.post({ channel: thread.id, author: ids.analyst, content: 'LONG SOL' });
    expect((await arrived).content).toBe('LONG SOL');
  });

  test('that are archived take no edits and open again with a message', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
    const thread = await channel.threads.create({ name: 'log', type: ChannelType.PublicThread });
    const message = await thread.send('one');
    await thread.setArchived(true);
    await expect(message.edit('two')).rejects.toMatchObject({ code: 50083 });
    await thread.send('three');
    expect(sim.world.channels.get(thread.id)?.thread_metadata?.archived).toBe(false);
  });

  test('need SendMessagesInThreads instead of SendMessages', async () => {
    const sim = await startSim();
    const thread = sim.thread({ channel: ids.trades, author: ids.analyst, name: 'x' });
    sim.setPermissions({ channel: ids.trades, deny: ['SendMessages'] });
    expect((await raw(sim, 'POST', `/channels/${thread.id}/messages`, { content: 'x' })).status).toBe(200);
    sim.setPermissions({ channel: ids.trades, deny: ['SendMessagesInThreads'] });
    expect((await raw(sim, 'POST', `/channels/${thread.id}/messages`, { content: 'x' })).body.code).toBe(
      50013,
    );
  });

  test('are the posts of a forum', async () => {
    const sim = await startSim();
    sim.addChannel({ id: '510000000000000001', name: 'ideas', type: ChannelType.GuildForum });
    const path = '/channels/510000000000000001';
    expect((await raw(sim, 'POST', `${path}/messages`, { content: 'x' })).body.code).toBe(40058);
    const post = await raw(sim, 'POST', `${path}/threads`, { name: 'BTC', message: { content: 'LONG' } });
    expect(post).toMatchObject({
      status: 201,
      body: { name: 'BTC', message: { content: 'LONG', channel_id: post.body.id } },
    });
  });
});

// https://docs.discord.com/developers/resources/webhook
describe('webhooks', () => {
  test('made by the bot post under their own name, edit and delete what they posted', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
    const webhook = await channel.createWebhook({ name: 'Cards' });
    const sent = await webhook.send({ content: 'one', username: 'Desk' });
    await webhook.editMessage(sent, 'two');
    expect(sim.messages(ids.trades)[0]).toMatchObject({
      content: 'two',
      webhook_id: webhook.id,
      author: { id: webhook.id, username: 'Desk', bot: true },
    });
    await webhook.deleteMessage(sent);
    expect(sim.messages(ids.trades)).toEqual([]);
  });

  test('answer 204 unless asked to wait, and 50027 to a wrong token', async () => {
    const sim = await startSim();
    const { id, token } = sim.addWebhook({ channel: ids.alphaSignals, name: 'feed' });
    const post = (secret: string, query = '') =>
      raw(sim, 'POST', `/webhooks/${id}/${secret}${query}`, { content: 'x' }, null);
    expect((await post(token ?? '')).status).toBe(204);
    expect(await post(token ?? '', '?wait=true')).toMatchObject({
      status: 200,
      body: { content: 'x', webhook_id: id },
    });
    expect((await post('wrong')).body.code).toBe(50027);
  });
});
