import { Events, MessageFlags, MessageReferenceType, MessageType, type TextChannel } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { ids, login, once, raw, startSim } from './harness.ts';

async function trades(client: Awaited<ReturnType<typeof login>>): Promise<TextChannel> {
  return (await client.channels.fetch(ids.trades)) as TextChannel;
}

describe('a discord.js client reads what is posted', () => {
  test('by a person, with the author and the guild member', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const arrived = once(client, Events.MessageCreate);
    const posted = sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'LONG BTC 65000' });
    const message = await arrived;
    expect(message.id).toBe(posted.id);
    expect(message.content).toBe('LONG BTC 65000');
    expect(message.author.id).toBe(ids.analyst);
    expect(message.author.bot).toBe(false);
    expect(message.member?.displayName).toBe('Analyst');
    expect(message.guildId).toBe(ids.guild);
  });

  test('by a webhook with embeds alone: the author is the webhook', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const webhook = sim.addWebhook({ channel: ids.alphaSignals, name: 'Alpha feed' });
    const arrived = once(client, Events.MessageCreate);
    sim.post({
      channel: ids.alphaSignals,
      webhook: webhook.id,
      embeds: [{ title: 'BTCUSDT', fields: [{ name: 'Entry', value: '65000' }] }],
    });
    const message = await arrived;
    expect(message.content).toBe('');
    expect(message.author.id).toBe(webhook.id);
    expect(message.webhookId).toBe(webhook.id);
    expect(message.member).toBeNull();
    expect(message.embeds[0]?.fields[0]).toMatchObject({ name: 'Entry', value: '65000' });
  });

  test('by another bot', async () => {
    const sim = await startSim();
    sim.addUser({ id: '610000000000000001', username: 'feedbot', bot: true });
    const client = await login(sim);
    const arrived = once(client, Events.MessageCreate);
    sim.post({ channel: ids.alphaSignals, author: '610000000000000001', content: 'SHORT ETH' });
    expect((await arrived).author).toMatchObject({ id: '610000000000000001', bot: true });
  });

  test('as a reply, with the message it answers', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const first = sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'LONG BTC' });
    const arrived = once(client, Events.MessageCreate, (message) => message.type === MessageType.Reply);
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'close it', replyTo: first.id });
    const reply = await arrived;
    expect(reply.reference).toMatchObject({ messageId: first.id, channelId: ids.alphaSignals });
    expect((await reply.fetchReference()).content).toBe('LONG BTC');
  });

  test('as a forward, with a snapshot that later edits do not reach', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const original = sim.post({ channel: ids.trades, author: ids.analyst, content: 'before' });
    const arrived = once(client, Events.MessageCreate, (message) => message.channelId === ids.alphaSignals);
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, forwardOf: original.id });
    sim.edit({ message: original.id, content: 'after' });
    const forward = await arrived;
    expect(forward.content).toBe('');
    expect(forward.reference?.type).toBe(MessageReferenceType.Forward);
    expect(forward.flags.has(MessageFlags.HasSnapshot)).toBe(true);
    const fetched = await forward.fetch(true);
    expect(fetched.messageSnapshots.first()?.content).toBe('before');
  });

  test('from a followed channel, until its source is deleted', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const webhook = sim.addWebhook({ channel: ids.alphaSignals, name: 'News', follower: true });
    const arrived = once(client, Events.MessageCreate);
    const copy = sim.post({
      channel: ids.alphaSignals,
      webhook: webhook.id,
      content: 'LONG SOL',
      crosspostOf: { guild: '11', channel: '12', message: '13' },
    });
    const message = await arrived;
    expect(message.flags.has(MessageFlags.IsCrosspost)).toBe(true);
    expect(message.reference).toMatchObject({ guildId: '11', channelId: '12', messageId: '13' });
    const updated = once(client, Events.MessageUpdate);
    sim.deleteCrosspostSource(copy.id);
    await updated;
    expect(message.flags.has(MessageFlags.SourceMessageDeleted)).toBe(true);
  });

  test('and hears of edits, of unfurled links without an edit time, and of deletions', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const arrived = once(client, Events.MessageCreate);
    const posted = sim.post({
      channel: ids.alphaSignals,
      author: ids.analyst,
      content: 'https://example.com',
    });
    const message = await arrived;

    const unfurled = once(client, Events.MessageUpdate);
    sim.unfurl({ message: posted.id, embeds: [{ type: 'link' as never, title: 'Example' }] });
    await unfurled;
    expect(message.embeds[0]?.title).toBe('Example');
    expect(message.editedTimestamp).toBeNull();

    const edited = once(client, Events.MessageUpdate);
    sim.edit({ message: posted.id, content: 'SHORT' });
    await edited;
    expect(message.content).toBe('SHORT');
    expect(message.editedTimestamp).not.toBeNull();

    const deleted = once(client, Events.MessageDelete);
    sim.delete(posted.id);
    expect((await deleted).id).toBe(posted.id);
  });

  test('that was sent long ago and comes only now', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const arrived = once(client, Events.MessageCreate);
    const recent = sim.post({ channel: ids.trades, author: ids.analyst, content: 'recent' });
    await arrived;
    const late = once(client, Events.MessageCreate);
    sim.post({ channel: ids.trades, author: ids.analyst, content: 'old', agoMs: 3_600_000 });
    const message = await late;
    expect(Date.now() - message.createdTimestamp).toBeGreaterThanOrEqual(3_600_000);
    expect(sim.messages(ids.trades).map((seen) => seen.content)).toEqual(['old', 'recent']);
    expect(
      (await raw(sim, 'GET', `/channels/${ids.trades}/messages?after=${message.id}`)).body,
    ).toMatchObject([{ id: recent.id }]);
  });

  test('of edits and deletions of messages from before its start, as partials', async () => {
    const sim = await startSim();
    const posted = sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'old' });
    const client = await login(sim);
    const edited = new Promise<string | null>((resolve) => {
      client.once(Events.MessageUpdate, (_old, message) => resolve(message.content));
    });
    sim.edit({ message: posted.id, content: 'new' });
    expect(await edited).toBe('new');
  });
});

test('history is read with after, the oldest first to come, newest first in the page', async () => {
  const sim = await startSim();
  const posted = Array.from({ length: 5 }, (_, index) =>
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: `m${index}` }),
  );
  const client = await login(sim);
  const channel = (await client.channels.fetch(ids.alphaSignals)) as TextChannel;
  const page = await channel.messages.fetch({ after: posted[0]?.id ?? '', limit: 2 });
  expect([...page.values()].map((message) => message.content)).toEqual(['m2', 'm1']);
  const latest = await channel.messages.fetch({ limit: 2 });
  expect([...latest.values()].map((message) => message.content)).toEqual(['m4', 'm3']);
  const before = await channel.messages.fetch({ before: posted[2]?.id ?? '', limit: 100 });
  expect([...before.values()].map((message) => message.content)).toEqual(['m1', 'm0']);
});

describe('a discord.js client writes', () => {
  test('a message, an edit of it and a reply, seen by people and on the gateway', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = await trades(client);
    const sent = await channel.send({ content: 'Filled', embeds: [{ title: 'BTCUSDT' }] });
    await sent.edit('Filled 100 %');
    const signal = sim.post({ channel: ids.trades, author: ids.operator, content: '?' });
    await (await channel.messages.fetch(signal.id)).reply('!');
    const seen = sim.messages(ids.trades);
    expect(seen.map((message) => message.content)).toEqual(['Filled 100 %', '?', '!']);
    expect(seen[0]).toMatchObject({
      author: { id: ids.application, bot: true },
      embeds: [{ title: 'BTCUSDT' }],
    });
    expect(seen[0]?.edited_timestamp).not.toBeNull();
    expect(seen[2]).toMatchObject({ type: MessageType.Reply, mentions: [{ id: ids.operator }] });
  });

  test('direct messages, unless the person takes none (50007)', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const operator = await client.users.fetch(ids.operator);
    await operator.send('alert');
    expect(sim.dms(ids.operator).map((message) => message.content)).toEqual(['alert']);
    sim.setAcceptsDms({ user: ids.operator, accepts: false });
    await expect(operator.send('again')).rejects.toMatchObject({ code: 50007, status: 403 });
  });

  test('and hears the answer to its direct message', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const arrived = once(client, Events.MessageCreate);
    sim.post({ channel: 'dm', author: ids.operator, content: 'hello bot' });
    const message = await arrived;
    expect(message.guildId).toBeNull();
    expect(message.content).toBe('hello bot');
    expect(message.channel.isDMBased()).toBe(true);
  });

  test('once under one nonce: a repeat with enforce_nonce gives the same message back', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = await trades(client);
    const first = await channel.send({ content: 'Filled', nonce: 'fill-1', enforceNonce: true });
    const second = await channel.send({ content: 'Filled', nonce: 'fill-1', enforceNonce: true });
    expect(second.id).toBe(first.id);
    expect(first.nonce).toBe('fill-1');
    // It is echoed when the message is made, and never kept.
    expect((await raw(sim, 'GET', `/channels/${ids.trades}/messages/${first.id}`)).body).not.toHaveProperty(
      'nonce',
    );
    sim.advance(10 * 60_000);
    const later = await channel.send({ content: 'Filled', nonce: 'fill-1', enforceNonce: true });
    expect(later.id).not.toBe(first.id);
    expect(sim.messages(ids.trades)).toHaveLength(2);
  });

  test('files, whose address serves them, and an embed that shows one', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = await trades(client);
    const sent = await channel.send({
      files: [
        { attachment: Buffer.from('a;b\n1;2\n'), name: 'trades.csv', description: 'all trades' },
        { attachment: Buffer.from([137, 80, 78, 71]), name: 'chart.png' },
      ],
      embeds: [{ title: 'Chart', image: { url: 'attachment://chart.png' } }],
    });
    const file = sent.attachments.first();
    expect(sent.attachments.size).toBe(1);
    expect(file).toMatchObject({ name: 'trades.csv', description: 'all trades', size: 8 });
    expect(await (await fetch(file?.url ?? '')).text()).toBe('a;b\n1;2\n');
    const image = sent.embeds[0]?.image?.url ?? '';
    expect(Buffer.from(await (await fetch(image)).arrayBuffer())).toEqual(Buffer.from([137, 80, 78, 71]));
  });

  test('reactions, pins and bulk deletions', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = await trades(client);
    const signal = sim.post({ channel: ids.trades, author: ids.operator, content: 'x' });
    const message = await channel.messages.fetch(signal.id);
    await message.react('✅');
    const reacted = once(client, Events.MessageReactionAdd, (_reaction, user) => user.id === ids.operator);
    sim.react({ message: signal.id, user: ids.operator, emoji: '✅' });
    expect((await reacted).count).toBe(2);
    const pinned = once(client, Events.ChannelPinsUpdate);
    await message.pin();
    await pinned;
    expect((await channel.messages.fetchPins()).items.map((pin) => pin.message.id)).toEqual([signal.id]);
    const other = sim.post({ channel: ids.trades, author: ids.operator, content: 'y' });
    await channel.bulkDelete([signal.id, other.id]);
    expect(sim.messages(ids.trades).map((left) => left.type)).toEqual([MessageType.ChannelPinnedMessage]);
  });

  test('only the mentions that it allows', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = await trades(client);
    const text = `<@${ids.operator}> <@${ids.analyst}> @everyone`;
    await channel.send({ content: text, allowedMentions: { parse: [] } });
    await channel.send({ content: text, allowedMentions: { users: [ids.operator] } });
    await channel.send({ content: text });
    expect(
      sim
        .messages(ids.trades)
        .map((message) => [message.mentions.map((user) => user.id), message.mention_everyone]),
    ).toEqual([
      [[], false],
      [[ids.operator], false],
      [[ids.operator, ids.analyst], true],
    ]);
  });
});

test('edits of messages older than an hour are limited with 30046', async () => {
  const sim = await startSim({ rateLimits: 'off' });
  const sent = await raw(sim, 'POST', `/channels/${ids.trades}/messages`, { content: 'card' });
  const edit = () =>
    raw(sim, 'PATCH', `/channels/${ids.trades}/messages/${sent.body.id}`, { content: 'again' });
  for (let count = 0; count < 5; count += 1) expect((await edit()).status).toBe(200);
  sim.advance(61 * 60_000);
  const answers = [await edit(), await edit(), await edit(), await edit()];
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
  expect(answers[3]?.body).toMatchObject({ code: 30046, retry_after: expect.any(Number) });
});

test('pictures go with the edit that replaces them, and with the message', async () => {
  const sim = await startSim();
  const channel = await trades(await login(sim));
  const body = (name: string) => ({
    embeds: [{ title: name, image: { url: `attachment://${name}` } }],
    files: [{ attachment: Buffer.from(name), name }],
  });
  const card = await channel.send(body('a.png'));
  for (const name of ['b.png', 'c.png']) await card.edit(body(name));
  expect([...sim.world.files.values()].map(({ filename }) => filename)).toEqual(['c.png']);
  await card.edit({ content: 'the picture stays' });
  expect(sim.world.files.size).toBe(1);
  await card.delete();
  expect(sim.world.files.size).toBe(0);
});

test('only so many messages of a channel are kept as are wanted', async () => {
  const sim = await startSim({ keepMessages: 3 });
  const post = (content: string) =>
    sim.post({
      channel: ids.trades,
      author: ids.analyst,
      content,
      attachments: [{ filename: 'a.txt', content }],
    });
  for (const content of ['1', '2', '3', '4', '5']) post(content);
  expect(sim.messages(ids.trades).map(({ content }) => content)).toEqual(['3', '4', '5']);
  expect([sim.world.files.size, sim.world.memory.size]).toEqual([3, 3]);
});
