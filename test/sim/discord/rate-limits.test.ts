import type { TextChannel } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { ids, login, raw, startSim } from './harness.ts';

const MESSAGES = `/channels/${ids.trades}/messages`;

// https://docs.discord.com/developers/topics/rate-limits
describe('rate limits', () => {
  test('are told in headers, by bucket and channel', async () => {
    const sim = await startSim();
    const first = await raw(sim, 'POST', MESSAGES, { content: 'x' });
    const second = await raw(sim, 'POST', MESSAGES, { content: 'x' });
    const elsewhere = await raw(sim, 'POST', `/channels/${ids.alphaSignals}/messages`, { content: 'x' });
    const remaining = [first, second, elsewhere].map((answer) => answer.headers.get('x-ratelimit-remaining'));
    expect(remaining).toEqual(['4', '3', '4']);
    expect(first.headers.get('x-ratelimit-limit')).toBe('5');
    expect(Number(first.headers.get('x-ratelimit-reset-after'))).toBeGreaterThan(4);
    expect(Number(first.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
    expect(elsewhere.headers.get('x-ratelimit-bucket')).toBe(first.headers.get('x-ratelimit-bucket'));
  });

  test('refuse the request too many, until the window is over', async () => {
    const sim = await startSim();
    for (let count = 0; count < 5; count += 1) await raw(sim, 'POST', MESSAGES, { content: 'x' });
    const refused = await raw(sim, 'POST', MESSAGES, { content: 'x' });
    expect(refused).toMatchObject({
      status: 429,
      body: { message: 'You are being rate limited.', global: false },
    });
    expect(refused.headers.get('x-ratelimit-scope')).toBe('user');
    expect(Number(refused.headers.get('retry-after'))).toBe(5);
    sim.advance(5_001);
    expect((await raw(sim, 'POST', MESSAGES, { content: 'x' })).status).toBe(200);
    expect(sim.messages(ids.trades)).toHaveLength(6);
  });

  test('hold for all routes together', async () => {
    const sim = await startSim({ rateLimits: { other: { limit: 1000, windowMs: 60_000 } } });
    const answers = await Promise.all(Array.from({ length: 60 }, () => raw(sim, 'GET', '/users/@me')));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('x-ratelimit-global')).toBe('true');
    expect(refused[0]?.body.global).toBe(true);
  });

  test('are waited for by discord.js without one refusal', async () => {
    const sim = await startSim({ rateLimits: { 'message-create': { limit: 2, windowMs: 300 } } });
    const client = await login(sim);
    const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((content) => channel.send(content)));
    expect(sim.messages(ids.trades).map((message) => message.content)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(sim.requests.filter((request) => request.status === 429)).toEqual([]);
  });
});

describe('faults', () => {
  async function setUp() {
    const sim = await startSim();
    const client = await login(sim);
    const channel = (await client.channels.fetch(ids.trades)) as TextChannel;
    const posts = () =>
      sim.requests.filter((request) => request.route === 'POST /channels/:channel/messages');
    return { sim, channel, posts };
  }

  test('a scripted 429 is retried by discord.js after Retry-After', async () => {
    const { sim, channel, posts } = await setUp();
    sim.faults.add({
      kind: 'rateLimit',
      retryAfterS: 0.4,
      route: 'POST /channels/:channel/messages',
      scope: 'shared',
    });
    await channel.send('x');
    expect(posts().map((request) => request.status)).toEqual([429, 200]);
    // The header counts whole seconds, as in the documentation's example.
    expect((posts()[1]?.at ?? 0) - (posts()[0]?.at ?? 0)).toBeGreaterThanOrEqual(990);
    expect(sim.faults.pending).toEqual([]);
  });

  test('a 503 has no effect and reaches the caller', async () => {
    const { sim, channel } = await setUp();
    sim.faults.add({ kind: 'status', status: 503 });
    await expect(channel.send('x')).rejects.toMatchObject({ status: 503 });
    expect(sim.messages(ids.trades)).toEqual([]);
  });

  test('a dropped answer leaves the message there; the nonce finds it again', async () => {
    const { sim, channel } = await setUp();
    sim.faults.add({ kind: 'dropAfter' });
    const body = { content: 'x', nonce: 'once', enforceNonce: true };
    await expect(channel.send(body)).rejects.toThrow();
    const again = await channel.send(body);
    expect(sim.messages(ids.trades).map((message) => message.id)).toEqual([again.id]);
  });

  test('a request dropped on the way has no effect', async () => {
    const { sim, channel } = await setUp();
    sim.faults.add({ kind: 'dropBefore' });
    await expect(channel.send('x')).rejects.toThrow();
    expect(sim.messages(ids.trades)).toEqual([]);
  });

  test('a hanging request is never answered, a late one is', async () => {
    const { sim } = await setUp();
    sim.faults.add({ kind: 'hang', route: `GET /channels/${ids.trades}` });
    const signal = AbortSignal.timeout(50);
    const headers = { authorization: `Bot ${sim.token}` };
    await expect(fetch(`${sim.url}/v10/channels/${ids.trades}`, { headers, signal })).rejects.toThrow();
    sim.faults.add({ kind: 'delay', delayMs: 30, route: 'GET *', times: 2 });
    const startedAt = performance.now();
    expect((await raw(sim, 'GET', '/users/@me')).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(25);
    sim.faults.clear();
    expect(sim.faults.pending).toEqual([]);
  });
});
