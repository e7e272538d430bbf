import { DiscordAPIError, HTTPError } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channel, dm, Outbox, type Undeliverable } from '../../src/bot/outbox.ts';
import { outboxEntry, postedMessage } from '../../src/bot/records.ts';
import { FakeMessenger, memoryCollection, silentLog } from './fakes.ts';

let messenger: FakeMessenger;
let entries: ReturnType<typeof memoryCollection<never>>;
let posted: ReturnType<typeof memoryCollection<never>>;
let failures: Undeliverable[];
let outbox: Outbox;

function anOutbox(): Outbox {
  return new Outbox({
    messenger,
    entries,
    posted,
    now: Date.now,
    log: silentLog,
    onUndeliverable: (message) => failures.push(message),
  });
}

/** An answer of Discord's API. */
function refusal(status: number, code: number, message = 'refused'): DiscordAPIError {
  return new DiscordAPIError({ code, message }, code, status, 'POST', 'https://discord.example', {});
}

const A = channel('a');
const contents = () => messenger.in('a');

beforeEach(async () => {
  vi.useFakeTimers();
  messenger = new FakeMessenger();
  entries = memoryCollection(outboxEntry as never);
  posted = memoryCollection(postedMessage as never);
  failures = [];
  outbox = anOutbox();
  await outbox.start();
});

afterEach(async () => {
  await outbox.close();
  vi.useRealTimers();
});

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

describe('posting', () => {
  it('keeps the order of a channel', async () => {
    for (const text of ['1', '2', '3']) await outbox.post(A, text, { content: text });
    await settle();
    expect(contents()).toEqual(['1', '2', '3']);
    expect(entries.rows.size).toBe(0);
  });

  it('is durable before it is posted', async () => {
    messenger.refuse = () => new HTTPError(503, 'unavailable', 'POST', 'https://discord.example', {});
    await outbox.post(A, 'slot', { content: 'text' });
    expect([...entries.rows.values()].join()).toContain('text');
  });

  it('sends nothing that is still on its way to the disk, even while another message goes out', async () => {
    const disk = Promise.withResolvers<void>();
    const { set } = entries;
    entries.set = async (...row) => {
      await disk.promise;
      return set(...row);
    };
    const late = outbox.post(A, 'late', { content: 'late' });
    entries.set = set;
    await outbox.post(A, 'now', { content: 'now' });
    await settle();
    expect(contents()).toEqual(['now']);
    disk.resolve();
    await late;
    await settle();
    expect(contents()).toEqual(['now', 'late']);
  });

  it('edits the message of a slot in place', async () => {
    await outbox.post(A, 'card', { content: 'old' });
    await settle();
    await outbox.post(A, 'card', { content: 'new' });
    await settle(2_000);
    expect(contents()).toEqual(['new']);
    expect(messenger.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it('sends only the last of many states, and never faster than every 1.5 s', async () => {
    await outbox.post(A, 'card', { content: '0' });
    await settle();
    for (let state = 1; state <= 50; state += 1) {
      await outbox.post(A, 'card', { content: String(state) });
      await settle(100);
    }
    await settle(2_000);
    expect(contents()).toEqual(['50']);
    expect(messenger.posted[0]?.edits).toBeLessThanOrEqual(6);
  });

  it('does not let a card that waits hold up a new message', async () => {
    await outbox.post(A, 'card', { content: '0' });
    await outbox.post(A, 'card', { content: '1' });
    await outbox.post(A, 'card', { content: '2' });
    await outbox.post(A, 'fill', { content: 'Filled' });
    await settle();
    expect(contents()).toContain('Filled');
  });

  it('opens the direct messages of a user', async () => {
    await outbox.post(dm('7'), 'alert', { content: 'hello' });
    await settle();
    expect(messenger.in('dm-7')).toEqual(['hello']);
  });
});

describe('when Discord does not take it', () => {
  it.each([
    { given: 'a 503', error: () => new HTTPError(503, 'unavailable', 'POST', 'https://discord.example', {}) },
    { given: 'a 429', error: () => refusal(429, 0) },
    { given: 'a broken connection', error: () => new TypeError('fetch failed') },
  ])('tries again after $given, in order', async ({ error }) => {
    messenger.refuse = error;
    await outbox.post(A, '1', { content: '1' });
    await outbox.post(A, '2', { content: '2' });
    await settle();
    expect(contents()).toEqual([]);
    messenger.refuse = () => null;
    await settle(5_000);
    expect(contents()).toEqual(['1', '2']);
  });

  it.each([
    { given: 'no permission', error: refusal(403, 50_013) },
    { given: 'a channel that is gone', error: refusal(404, 10_003) },
    { given: 'closed direct messages', error: refusal(403, 50_007) },
  ])('gives up on $given and says so', async ({ error }) => {
    messenger.refuse = (id) => (id === 'a' ? error : null);
    await outbox.post(A, '1', { content: '1' });
    await outbox.post(channel('b'), '2', { content: '2' });
    await settle();
    expect(failures).toMatchObject([{ to: A, body: { content: '1' }, closed: true }]);
    expect(messenger.in('b')).toEqual(['2']);
    expect(entries.rows.size).toBe(0);
  });

  it('gives up on a body that Discord will never take, and goes on with the next', async () => {
    let first = true;
    messenger.refuse = () => {
      if (!first) return null;
      first = false;
      return refusal(400, 50_035);
    };
    await outbox.post(A, '1', { content: '1' });
    await outbox.post(A, '2', { content: '2' });
    await settle();
    expect(failures).toMatchObject([{ closed: false }]);
    expect(contents()).toEqual(['2']);
  });

  it('posts a message anew whose place somebody has deleted', async () => {
    await outbox.post(A, 'card', { content: 'old' });
    await settle();
    let gone = true;
    messenger.refuse = () => {
      if (!gone) return null;
      gone = false;
      return refusal(404, 10_008);
    };
    await outbox.post(A, 'card', { content: 'new' });
    await settle(2_000);
    expect(contents()).toEqual(['old', 'new']);
  });
});

describe('over a restart', () => {
  it('posts what was left, in its order', async () => {
    messenger.refuse = () => new TypeError('fetch failed');
    for (const text of ['1', '2', '3']) await outbox.post(A, text, { content: text });
    await outbox.close();
    await settle(1);
    messenger.refuse = () => null;
    outbox = anOutbox();
    await outbox.post(A, '4', { content: '4' });
    await outbox.start();
    await settle(100);
    expect(contents()).toEqual(['1', '2', '3', '4']);
  });

  it('does not post twice what Discord took before the crash', async () => {
    await outbox.post(A, '1', { content: '1' });
    const left = [...entries.rows];
    await settle();
    await outbox.close();
    for (const [key, row] of left) entries.rows.set(key, row);
    posted.rows.clear();
    outbox = anOutbox();
    await outbox.start();
    await settle();
    expect(contents()).toEqual(['1']);
  });

  it('edits where the message stands', async () => {
    await outbox.post(A, 'card', { content: 'old' });
    await settle();
    await outbox.close();
    outbox = anOutbox();
    await outbox.start();
    await outbox.post(A, 'card', { content: 'new' });
    await settle(2_000);
    expect(contents()).toEqual(['new']);
  });
});

describe('with a store that fails', () => {
  it('posts all the same', async () => {
    const fails = () => Promise.reject(new Error('disk full'));
    entries.set = fails;
    entries.delete = fails;
    posted.set = fails;
    posted.get = fails;
    await outbox.post(A, 'alert', { content: 'store_failed' });
    await settle();
    expect(contents()).toEqual(['store_failed']);
  });
});
