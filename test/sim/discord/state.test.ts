import { fork } from 'node:child_process';
import { once as onceEmitted } from 'node:events';
import { join } from 'node:path';
import { Events } from 'discord.js';
import { expect, test } from 'vitest';
import { createDiscordControl } from '../../../src/sim/discord/control-client.ts';
import { startDiscordSim } from '../../../src/sim/discord/server.ts';
import { createBot, ids, login, once, startSim, temporaryDirectory } from './harness.ts';

test('messages, direct messages, commands, files and ids outlive a restart', async () => {
  const state = join(await temporaryDirectory(), 'state.json');
  const first = await startDiscordSim({ state });
  const posted = first.post({
    channel: ids.alphaSignals,
    author: ids.analyst,
    content: 'LONG',
    attachments: [{ filename: 'a.txt', content: 'file' }],
  });
  first.post({ channel: 'dm', author: ids.operator, content: 'hi' });
  await first.close();

  const second = await startSim({ state });
  expect(second.messages(ids.alphaSignals)[0]).toMatchObject({ id: posted.id, content: 'LONG' });
  expect(second.dms(ids.operator)[0]?.content).toBe('hi');
  const url = second.messages(ids.alphaSignals)[0]?.attachments[0]?.url ?? '';
  expect(await (await fetch(url)).text()).toBe('file');
  const next = second.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'x' });
  expect(BigInt(next.id)).toBeGreaterThan(BigInt(posted.id));
});

test('a session outlives a restart on the same port: the client resumes', async () => {
  const state = join(await temporaryDirectory(), 'state.json');
  const first = await startDiscordSim({ state });
  const client = createBot(first);
  const ready = once(client, Events.ClientReady);
  await client.login(first.token);
  await ready;
  const resumed = once(client, Events.ShardResume);
  const { port } = first;
  await first.close();
  const second = await startSim({ state, port });
  second.post({ channel: ids.alphaSignals, author: ids.analyst, content: 'meanwhile' });
  expect((await once(client, Events.MessageCreate)).content).toBe('meanwhile');
  await resumed;
  expect(second.gateway.identifies).toBe(0);
});

test('it runs as a process of its own, says where, and stops on SIGTERM', async () => {
  const child = fork('src/sim/discord/process.ts', ['{"guild":{"name":"Elsewhere"}}'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [address] = (await onceEmitted(child, 'message')) as [{ url: string; token: string }];
  const control = createDiscordControl(address.url);
  expect(await control.info()).toMatchObject({ url: address.url, token: address.token });
  await control.post({ channel: ids.trades, author: ids.analyst, content: 'x' });
  child.kill('SIGTERM');
  expect(await onceEmitted(child, 'exit')).toEqual([0, null]);
});

test('two bots can be told apart by their sessions', async () => {
  const sim = await startSim({ gateway: { identifyWindowMs: 0 } });
  await login(sim);
  await login(sim);
  expect(sim.gateway.connected).toBe(2);
});
