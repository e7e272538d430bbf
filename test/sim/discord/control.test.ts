import { Events, MessageFlags, type TextChannel } from 'discord.js';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createDiscordControl } from '../../../src/sim/discord/control-client.ts';
import { ids, login, startSim } from './harness.ts';

async function setUp() {
  const sim = await startSim();
  const client = await login(sim);
  await client.application.commands.set([{ name: 'status', description: 'Status' }], ids.guild);
  client.on(Events.InteractionCreate, async (interaction) => {
    if (interaction.isChatInputCommand()) {
      await interaction.reply({ content: 'fine', flags: MessageFlags.Ephemeral });
    }
    if (interaction.isButton()) await interaction.update({ content: 'Confirmed', components: [] });
  });
  return { sim, client, control: createDiscordControl(sim.url) };
}

test('the control client tells what there is', async () => {
  const { sim, control } = await setUp();
  expect(await control.info()).toMatchObject({
    url: sim.url,
    token: sim.token,
    guildId: ids.guild,
    connected: 1,
    identifies: 1,
    commands: ['status'],
  });
});

test('a feed in which nothing happens says that it is still there', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const sim = await startSim();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const { body } = await fetch(`${new URL(sim.url).origin}/__sim/events`, { signal: stop.signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toMatchObject({ value: ': ready\n\n' });
  vi.advanceTimersByTime(60_000);
  expect((await reader?.read())?.value).toContain(': still here\n\n');
});

test('it posts with files, runs commands, presses buttons and waits for what the bot writes', async () => {
  const { client, control } = await setUp();
  client.on(Events.MessageCreate, async (message) => {
    if (message.author.bot) return;
    const text = await (await fetch(message.attachments.first()?.url ?? '')).text();
    const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
    await channel.send({
      content: `${message.content} ${text}`,
      components: [{ type: 1, components: [{ type: 2, style: 3, label: 'Confirm', custom_id: 'c' }] }],
    });
  });
  const waiting = control.waitForMessage((message) => message.content === 'LONG BTC file', {
    channel: ids.trades,
  });
  await control.post({
    channel: ids.alphaSignals,
    author: ids.analyst,
    content: 'LONG BTC',
    attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: 'file' }],
  });
  const question = await waiting;
  const pressed = await control.press({ user: ids.operator, message: question.id, label: 'Confirm' });
  expect(pressed).toMatchObject({ outcome: 'update', message: { content: 'Confirmed', components: [] } });
  const answered = await control.command({ user: ids.operator, channel: ids.trades, name: 'status' });
  expect(answered).toMatchObject({ ephemeral: true, message: { content: 'fine' } });
  expect((await control.messages(ids.trades)).map((message) => message.content)).toEqual(['Confirmed']);
  expect((await control.allMessages(ids.trades)).map((message) => message.content)).toEqual([
    'Confirmed',
    'fine',
  ]);
});

test('the feed tells everything from the moment of connecting on', async () => {
  const { control } = await setUp();
  const stop = new AbortController();
  const feed = await control.events(stop.signal);
  const posted = await control.post({ channel: ids.trades, author: ids.analyst, content: 'x' });
  await control.edit({ message: posted.id, content: 'y' });
  await control.delete(posted.id);
  const types: string[] = [];
  for await (const event of feed) {
    types.push(event.type);
    if (event.type === 'message.deleted') break;
  }
  stop.abort();
  expect(types).toEqual(['message.created', 'message.edited', 'message.deleted']);
});

test('errors say who refused: the script, a limit of Discord, or an app that did not answer', async () => {
  const { client, control } = await setUp();
  await expect(control.post({ channel: '1', author: ids.analyst, content: 'x' })).rejects.toMatchObject({
    name: 'ScriptError',
    message: 'there is no channel 1',
  });
  const long = control.post({ channel: ids.trades, author: ids.analyst, content: 'x'.repeat(2001) });
  await expect(long).rejects.toMatchObject({ name: 'ApiError', status: 400, body: { code: 50035 } });
  client.removeAllListeners(Events.InteractionCreate);
  const feed = await control.events();
  const silent = control.command({ user: ids.operator, channel: ids.trades, name: 'status' });
  const failed = expect(silent).rejects.toMatchObject({ name: 'InteractionFailedError', status: 504 });
  for await (const event of feed) if (event.type === 'interaction.created') break;
  await control.advance(3_001);
  await failed;
  await expect(control.waitForMessage(() => false, { timeoutMs: 20 })).rejects.toThrow(/20 ms/);
});

test('faults and requests can be scripted and read', async () => {
  const { client, control } = await setUp();
  const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
  await control.addFault({ kind: 'status', status: 500, body: { message: 'no', code: 0 } });
  await expect(channel.send('x')).rejects.toMatchObject({ status: 500 });
  await control.clearFaults();
  const requests = await control.requests();
  expect(requests.at(-1)).toMatchObject({ route: 'POST /channels/:channel/messages', status: 500 });
});

test('the gateway is dropped and heals', async () => {
  const { client, control } = await setUp();
  const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
  await control.dropGateway();
  await resumed;
  expect((await control.info()).connected).toBe(1);
});
