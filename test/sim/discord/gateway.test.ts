import { constants, createInflate, inflateSync, zstdDecompressSync } from 'node:zlib';
import { ActivityType, ChannelType, Events, GatewayIntentBits } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { createBot, ids, login, once, raw, startSim } from './harness.ts';
import { connectRaw, identify } from './raw-gateway.ts';

const CLOSED_BY = (code: number) => (event: { type: string }) =>
  event.type === 'gateway' && 'code' in event && event.code === code;

describe('a discord.js client', () => {
  test('logs in and knows the guild, its channels and roles, its application and itself', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const guild = client.guilds.cache.get(ids.guild);
    expect(client.user.id).toBe(ids.application);
    expect(guild?.channels.cache.get(ids.trades)).toMatchObject({
      name: 'trades',
      type: ChannelType.GuildText,
    });
    expect(guild?.members.me?.permissionsIn(ids.trades).has('SendMessages')).toBe(true);
    expect((await guild?.members.fetch(ids.operator))?.displayName).toBe('Operator');
    await client.application.fetch();
    expect(client.application.flags.has('GatewayMessageContentLimited')).toBe(true);
    expect(sim.gateway.connected).toBe(1);
  });

  test('with a wrong token is refused for good', async () => {
    const sim = await startSim();
    const client = createBot(sim);
    await expect(client.login('wrong')).rejects.toMatchObject({ code: 'TokenInvalid' });
    const gateway = connectRaw(sim);
    gateway.send(2, identify(sim, { token: 'wrong' }));
    expect(await gateway.closed).toBe(4004);
  });

  test('without the message content switch is closed with 4014', async () => {
    const sim = await startSim({ messageContentIntent: false });
    const client = createBot(sim);
    await expect(client.login(sim.token)).rejects.toThrow(/disallowed intents/i);
  });

  test('that drops resumes and is sent what it missed', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const resumed = once(client, Events.ShardResume);
    const arrived = once(client, Events.MessageCreate);
    sim.dropGateway();
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'while away' });
    expect((await arrived).content).toBe('while away');
    await resumed;
    expect(sim.gateway.identifies).toBe(1);
  });

  test('that is asked to reconnect (opcode 7) resumes', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const resumed = once(client, Events.ShardResume);
    sim.askReconnect();
    await resumed;
    expect(sim.gateway.identifies).toBe(1);
  });

  test('whose session is invalid loses what was posted meanwhile, and finds it in the history', async () => {
    const sim = await startSim({ gateway: { identifyWindowMs: 0 } });
    const client = await login(sim);
    const seen: string[] = [];
    client.on(Events.MessageCreate, (message) => void seen.push(message.content));
    const ready = once(client, Events.ShardReady);
    sim.invalidateSession();
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'lost' });
    await ready;
    const arrived = once(client, Events.MessageCreate);
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'after' });
    await arrived;
    expect(seen).toEqual(['after']);
    const answer = await raw(sim, 'GET', `/channels/${ids.alphaSignals}/messages?limit=2`);
    expect((answer.body as unknown as { content: string }[]).map(({ content }) => content)).toEqual([
      'after',
      'lost',
    ]);
  });

  test('on a silent connection misses its acknowledgement and resumes with what was held back', async () => {
    const sim = await startSim({ gateway: { heartbeatIntervalMs: 300 } });
    const client = await login(sim);
    const resumed = once(client, Events.ShardResume);
    sim.stallGateway();
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'silence' });
    const arrived = once(client, Events.MessageCreate);
    expect((await arrived).content).toBe('silence');
    await resumed;
  });

  test('sets a presence that is recorded', async () => {
    const sim = await startSim();
    const client = await login(sim);
    const set = sim.waitForEvent((event) => event.type === 'presence');
    client.user.setPresence({
      status: 'idle',
      activities: [{ name: 'paused', type: ActivityType.Watching }],
    });
    await set;
    expect(sim.world.presence).toMatchObject({ status: 'idle', activities: [{ name: 'paused', type: 3 }] });
  });
});

describe('message content', () => {
  const WITHOUT_CONTENT = [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.DirectMessages,
  ];

  test('is empty without the intent, except where the bot is mentioned, written to or the author', async () => {
    const sim = await startSim({ messageContentIntent: false });
    const client = await login(sim, WITHOUT_CONTENT);
    const seen: [string, number][] = [];
    const all = new Promise<void>((resolve) => {
      client.on(Events.MessageCreate, (message) => {
        seen.push([message.content, message.embeds.length]);
        if (seen.length === 4) resolve();
      });
    });
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'secret', embeds: [{ title: 'x' }] });
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: `<@${ids.application}> hello` });
    sim.post({ channel: 'dm', author: ids.operator, content: 'direct' });
    await raw(sim, 'POST', `/channels/${ids.trades}/messages`, { content: 'own' });
    await all;
    expect(seen).toEqual([
      ['', 0],
      [`<@${ids.application}> hello`, 0],
      ['direct', 0],
      ['own', 0],
    ]);
    const history = await raw(sim, 'GET', `/channels/${ids.alphaSignals}/messages`);
    expect((history.body as unknown as { content: string }[]).at(-1)?.content).toBe('');
  });

  test('stays away from a session that did not ask for it, though the switch is on', async () => {
    const sim = await startSim();
    const client = await login(sim, WITHOUT_CONTENT);
    const arrived = once(client, Events.MessageCreate);
    const posted = sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'secret' });
    expect((await arrived).content).toBe('');
    const fetched = await raw(sim, 'GET', `/channels/${ids.alphaSignals}/messages/${posted.id}`);
    expect(fetched.body.content).toBe('secret');
  });
});

// https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
test.each([
  ['an unknown opcode', 4001, '{"op":99,"d":null}'],
  ['what is no JSON', 4002, 'nonsense'],
  ['more than 4096 bytes', 4002, JSON.stringify({ op: 1, d: 'x'.repeat(4100) })],
  ['a presence before identifying', 4003, '{"op":3,"d":{}}'],
  ['intents that do not exist', 4013, JSON.stringify({ op: 2, d: { intents: 1 << 30, token: 'TOKEN' } })],
  [
    'a shard that does not exist',
    4010,
    JSON.stringify({ op: 2, d: { intents: 1, token: 'TOKEN', shard: [1, 1] } }),
  ],
])('a client that sends %s is closed with %i', async (_what, code, text) => {
  const sim = await startSim();
  const gateway = connectRaw(sim);
  gateway.sendText(text.replace('TOKEN', sim.token));
  expect(await gateway.closed).toBe(code);
});

test('a second identify on one connection is closed with 4005', async () => {
  const sim = await startSim();
  const gateway = connectRaw(sim);
  gateway.send(2, identify(sim));
  await gateway.event('READY');
  gateway.send(2, identify(sim));
  expect(await gateway.closed).toBe(4005);
});

test('more than 120 events in a minute are closed with 4008', async () => {
  const sim = await startSim();
  const gateway = connectRaw(sim);
  for (let count = 0; count < 121; count += 1) gateway.send(1, null);
  expect(await gateway.closed).toBe(4008);
});

test('a client that stops sending heartbeats is cut off', async () => {
  const sim = await startSim({ gateway: { heartbeatIntervalMs: 50 } });
  const gateway = connectRaw(sim);
  gateway.send(2, identify(sim));
  await gateway.event('READY');
  expect(await gateway.closed).toBe(4009);
});

describe('identify', () => {
  test('is answered with opcode 9 within five seconds of the last one', async () => {
    const sim = await startSim();
    const first = connectRaw(sim);
    first.send(2, identify(sim));
    await first.event('READY');
    const second = connectRaw(sim);
    second.send(2, identify(sim));
    expect((await second.next((packet) => packet.op === 9)).d).toBe(false);
    sim.advance(5_001);
    second.send(2, identify(sim));
    await second.event('READY');
  });

  test('is counted down in GET /gateway/bot and ends every session beyond the day limit', async () => {
    const sim = await startSim({ gateway: { identifyLimit: 1, identifyWindowMs: 0 } });
    const first = connectRaw(sim);
    first.send(2, identify(sim));
    await first.event('READY');
    const { body } = await raw(sim, 'GET', '/gateway/bot');
    expect(body.session_start_limit).toMatchObject({ total: 1, remaining: 0, max_concurrency: 1 });
    const second = connectRaw(sim);
    second.send(2, identify(sim));
    expect(await Promise.all([first.closed, second.closed])).toEqual([4004, 4004]);
  });
});

describe('resume', () => {
  async function session(sim: Awaited<ReturnType<typeof startSim>>) {
    const gateway = connectRaw(sim);
    gateway.send(2, identify(sim));
    const ready = await gateway.event('READY');
    await gateway.event('GUILD_CREATE');
    return { gateway, resume: { token: sim.token, session_id: ready.d.session_id, seq: 2 } };
  }

  test('replays in order, each event under its number, and ends with RESUMED', async () => {
    const sim = await startSim();
    const { gateway, resume } = await session(sim);
    gateway.close(4200);
    await sim.waitForEvent(CLOSED_BY(4200));
    for (const content of ['a', 'b']) sim.post({ channel: ids.alphaSignals, author: ids.analyst, content });
    const again = connectRaw(sim);
    again.send(6, resume);
    await again.event('RESUMED');
    expect(again.packets.filter((packet) => packet.op === 0).map(({ s, t, d }) => [s, t, d.content])).toEqual(
      [
        [3, 'MESSAGE_CREATE', 'a'],
        [4, 'MESSAGE_CREATE', 'b'],
        [5, 'RESUMED', undefined],
      ],
    );
  });

  test('of a sequence that was never sent is closed with 4007', async () => {
    const sim = await startSim();
    const { gateway, resume } = await session(sim);
    gateway.close(4200);
    await sim.waitForEvent(CLOSED_BY(4200));
    const again = connectRaw(sim);
    again.send(6, { ...resume, seq: 999 });
    expect(await again.closed).toBe(4007);
  });

  test.each([
    ['the client closed with 1000', 1000, 0],
    ['a few minutes have passed', 4200, 181_000],
  ])('is refused with opcode 9 false after %s', async (_why, code, passedMs) => {
    const sim = await startSim();
    const { gateway, resume } = await session(sim);
    gateway.close(code);
    await sim.waitForEvent(CLOSED_BY(code));
    sim.advance(passedMs);
    const again = connectRaw(sim);
    again.send(6, resume);
    expect((await again.next((packet) => packet.op === 9)).d).toBe(false);
  });

  test('goes on over the same connection after opcode 9 true', async () => {
    const sim = await startSim();
    const { gateway, resume } = await session(sim);
    sim.invalidateSession({ resumable: true });
    await gateway.next((packet) => packet.op === 9 && (packet.d as unknown) === true);
    sim.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'between' });
    gateway.send(6, resume);
    await gateway.event('RESUMED');
    expect(gateway.packets.filter((packet) => packet.d?.content === 'between')).toHaveLength(1);
  });
});

// https://docs.discord.com/developers/events/gateway#encoding-and-compression
describe('compression', () => {
  test('zlib-stream: one context for the connection, each message flushed', async () => {
    const sim = await startSim();
    const inflate = createInflate({ flush: constants.Z_SYNC_FLUSH });
    let buffered = '';
    const gateway = connectRaw(sim, {
      query: '&compress=zlib-stream',
      decode: (data) => {
        expect(data.subarray(-4)).toEqual(Buffer.from([0, 0, 0xff, 0xff]));
        inflate.write(data);
        return undefined;
      },
    });
    const ready = new Promise<void>((resolve) => {
      inflate.on('data', (chunk: Buffer) => {
        buffered += chunk.toString();
        if (buffered.includes('"GUILD_CREATE"')) resolve();
      });
    });
    gateway.send(2, identify(sim));
    await ready;
    expect(buffered.startsWith('{"t":null,"s":null,"op":10')).toBe(true);
  });

  test('zstd-stream', async () => {
    const sim = await startSim();
    const chunks: Buffer[] = [];
    const gateway = connectRaw(sim, {
      query: '&compress=zstd-stream',
      decode: (data) => {
        chunks.push(data);
        const text = zstdDecompressSync(Buffer.concat(chunks), {
          finishFlush: constants.ZSTD_e_flush,
        }).toString();
        return chunks.length === 1 ? text : undefined;
      },
    });
    expect((await gateway.next((packet) => packet.op === 10)).d.heartbeat_interval).toBe(41_250);
  });

  test('of payloads, when identify asks for it', async () => {
    const sim = await startSim();
    const binary: boolean[] = [];
    const gateway = connectRaw(sim, {
      decode: (data, isBinary) => {
        binary.push(isBinary);
        return isBinary ? inflateSync(data).toString() : data.toString();
      },
    });
    gateway.send(2, identify(sim, { compress: true }));
    await gateway.event('GUILD_CREATE');
    expect(binary).toEqual([false, true, true]);
  });
});
