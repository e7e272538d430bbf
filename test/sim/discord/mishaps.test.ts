import {
  ContainerBuilder,
  Events,
  GatewayIntentBits,
  MessageFlags,
  SectionBuilder,
  type TextChannel,
  TextDisplayBuilder,
  ThumbnailBuilder,
} from 'discord.js';
import { describe, expect, test } from 'vitest';
import { ids, login, once, raw, startSim } from './harness.ts';
import { connectRaw, identify } from './raw-gateway.ts';

const MESSAGES = `/channels/${ids.trades}/messages`;

describe('what goes wrong in the real world', () => {
  test('a message is delivered twice by the gateway, under numbers of their own', async () => {
    const sim = await startSim();
    const gateway = connectRaw(sim);
    gateway.send(2, identify(sim));
    await gateway.event('GUILD_CREATE');
    const posted = sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'LONG' });
    sim.redeliver(posted.id);
    await gateway.next((packet) => packet.s === 4);
    const created = gateway.packets.filter((packet) => packet.t === 'MESSAGE_CREATE');
    expect(created.map(({ s, d }) => [s, d.id])).toEqual([
      [3, posted.id],
      [4, posted.id],
    ]);
    expect(sim.messages(ids.alphaSignals)).toHaveLength(1);
  });

  test('the guild is gone in an outage and comes back', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const gone = once(client, Events.GuildUnavailable);
    sim.setGuildAvailable(false);
    await gone;
    expect(client.guilds.cache.get(ids.guild)?.available).toBe(false);
    const back = once(client, Events.GuildAvailable);
    sim.setGuildAvailable(true);
    await back;
    expect(client.guilds.cache.get(ids.guild)?.available).toBe(true);
  });

  test('an answer is three seconds on its way and comes too late', async () => {
    const sim = await startSim();
    const client = await login(sim);
    await client.application.commands.set([{ name: 'status', description: 'Status' }], ids.guild);
    const late = Promise.withResolvers<unknown>();
    client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isChatInputCommand()) interaction.reply('x').catch(late.resolve);
    });
    sim.faults.add({
      kind: 'slow',
      delayMs: 3_100,
      route: 'POST /interactions/:interaction/:token/callback',
    });
    const answer = sim.command({ user: ids.operator, channel: ids.trades, name: 'status' });
    await expect(answer).rejects.toThrow('did not respond');
    expect(await late.promise).toMatchObject({ code: 10062 });
  });

  test('too many refused requests in ten minutes block every other one', async () => {
    const sim = await startSim({ invalidRequestLimit: 3 });
    for (let count = 0; count < 3; count += 1) await raw(sim, 'GET', '/users/@me', undefined, 'wrong');
    expect(sim.invalidRequests).toBe(3);
    const blocked = await fetch(`${sim.url}/v10/users/@me`, {
      headers: { authorization: `Bot ${sim.token}` },
    });
    expect(blocked.status).toBe(429);
    expect(blocked.headers.get('content-type')).toBe('text/html');
    sim.advance(10 * 60_000 + 1);
    expect((await raw(sim, 'GET', '/users/@me')).status).toBe(200);
  });

  test('a person gets a role, which stands in the interaction; the bot hears of its own', async () => {
    const role = { id: '900000000000000001', name: 'Traders', permissions: 0n };
    const sim = await startSim({ roles: [role] });
    const client = await login(sim, [GatewayIntentBits.Guilds]);
    await client.application.commands.set([{ name: 'status', description: 'Status' }], ids.guild);
    sim.setRoles({ user: ids.operator, roles: [role.id] });
    const received = once(client, Events.InteractionCreate);
    const answer = sim.command({ user: ids.operator, channel: ids.trades, name: 'status' });
    const failed = expect(answer).rejects.toThrow();
    const interaction = await received;
    expect(interaction.inCachedGuild() && interaction.member.roles.cache.has(role.id)).toBe(true);
    const updated = once(client, Events.GuildMemberUpdate);
    sim.setRoles({ user: ids.application, roles: [ids.botRole, role.id] });
    expect((await updated).id).toBe(ids.application);
    sim.advance(3_001);
    await failed;
  });
});

describe('components', () => {
  test('of version 2 are sent by the builders of discord.js and numbered', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
    const card = new ContainerBuilder().addSectionComponents(
      new SectionBuilder()
        .addTextDisplayComponents(new TextDisplayBuilder().setContent('**BTCUSDT** long'))
        .setThumbnailAccessory(new ThumbnailBuilder().setURL('https://example.com/a.png')),
    );
    const sent = await channel.send({ components: [card], flags: MessageFlags.IsComponentsV2 });
    expect(sent.flags.has(MessageFlags.IsComponentsV2)).toBe(true);
    expect(sim.messages(ids.trades)[0]?.components).toMatchObject([
      { id: 1, type: 17, components: [{ id: 2, type: 9, components: [{ id: 3 }], accessory: { id: 4 } }] },
    ]);
    // The flag stays, so text can never be added.
    const edited = await raw(sim, 'PATCH', `${MESSAGES}/${sent.id}`, { content: 'x' });
    expect(edited.body.code).toBe(50035);
  });

  test('work in direct messages, where guild commands do not exist', async () => {
    const sim = await startSim();
    const client = await login(sim);
    await client.application.commands.set([{ name: 'status', description: 'Status' }], ids.guild);
    const operator = await client.users.fetch(ids.operator);
    const alert = await operator.send({
      content: 'alert',
      components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Seen', custom_id: 'seen' }] }],
    });
    client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isButton())
        void interaction.update({ content: `${interaction.guildId}`, components: [] });
    });
    const pressed = await sim.press({ user: ids.operator, message: alert.id, label: 'Seen' });
    expect(pressed.message?.content).toBe('null');
    const command = sim.command({ user: ids.operator, channel: 'dm', name: 'status' });
    await expect(command).rejects.toThrow(/guild command/);
  });

  test('and files go with the answer to an interaction', async () => {
    const sim = await startSim();
    const client = await login(sim);
    await client.application.commands.set([{ name: 'export', description: 'Export' }], ids.guild);
    client.on(Events.InteractionCreate, (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const files = [{ attachment: Buffer.from('a,b'), name: 'trades.csv' }];
      void interaction.reply({ content: 'All trades', files, flags: MessageFlags.Ephemeral });
    });
    const { message } = await sim.command({ user: ids.operator, channel: ids.trades, name: 'export' });
    expect(message?.attachments[0]).toMatchObject({ filename: 'trades.csv', ephemeral: true });
    expect(await (await fetch(message?.attachments[0]?.url ?? '')).text()).toBe('a,b');
  });
});

// https://docs.discord.com/developers/reference#uploading-files
describe('files are refused', () => {
  const form = (count: number, bytes: number): FormData => {
    const body = new FormData();
    body.set('payload_json', JSON.stringify({ content: 'x' }));
    for (let index = 0; index < count; index += 1)
      body.set(`files[${index}]`, new Blob([Buffer.alloc(bytes)]), `f${index}`);
    return body;
  };

  test.each([
    ['beyond ten in a message', 11, 1, 400, 30015],
    ['beyond 10 MiB each', 1, 10 * 1024 * 1024 + 1, 413, 40005],
    ['beyond 25 MiB in all', 3, 9 * 1024 * 1024, 413, 40005],
  ])('%s', async (_what, count, bytes, status, code) => {
    const sim = await startSim();
    expect(await raw(sim, 'POST', MESSAGES, form(count, bytes))).toMatchObject({ status, body: { code } });
    expect((await raw(sim, 'POST', MESSAGES, form(2, 10))).status).toBe(200);
  });
});

test('an edit keeps the files that it lists, and adds the new ones', async () => {
  const sim = await startSim();
  const client = await login(sim);
  const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
  const file = (name: string) => ({ attachment: Buffer.from(name), name });
  const sent = await channel.send({ files: [file('a'), file('b')] });
  const kept = sent.attachments.find((attachment) => attachment.name === 'b');
  await sent.edit({ attachments: kept === undefined ? [] : [kept], files: [file('c')] });
  expect(sim.messages(ids.trades)[0]?.attachments.map((attachment) => attachment.filename)).toEqual([
    'b',
    'c',
  ]);
});
