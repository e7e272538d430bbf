import { DiscordAPIError, HTTPError } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Delivery } from '../../src/bot/delivery.ts';
import { channel, dm, Outbox, thread, type Undeliverable } from '../../src/bot/outbox.ts';
import { Pictures } from '../../src/bot/pictures.ts';
import { Places } from '../../src/bot/places.ts';
import type { MessageBody } from '../../src/bot/ports.ts';
import { outboxEntry, postedMessage } from '../../src/bot/records.ts';
import { FakeMessenger, memoryCollection, silentLog } from './fakes.ts';

let messenger: FakeMessenger;
let entries: ReturnType<typeof memoryCollection<never>>;
let posted: ReturnType<typeof memoryCollection<never>>;
let failures: Undeliverable[];
/** What Discord does not allow, as it was reported. */
let lacks: string[];
let pictures: Pictures;
let outbox: Outbox;

function anOutbox(now: () => number = Date.now): Outbox {
  const places = new Places(posted, Date.now, silentLog);
  const delivery = new Delivery({
    messenger,
    places,
    pictures,
    now: Date.now,
    log: silentLog,
    onNoFiles: (channelId) => lacks.push(`files ${channelId}`),
    onNoThread: (slot) => lacks.push(`thread ${slot}`),
  });
  return new Outbox({
    delivery,
    places,
    entries,
    now,
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
  lacks = [];
  pictures = new Pictures();
  outbox = anOutbox();
  await outbox.start();
});

afterEach(async () => {
  await outbox.close();
  vi.useRealTimers();
});

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** Discord takes it, and its answer is lost. */
async function takenUnanswered(slot: string, body: MessageBody): Promise<void> {
  const { create } = messenger;
  messenger.create = async (...message) => {
    await create.apply(messenger, message);
    throw new TypeError('fetch failed');
  };
  await outbox.post(A, slot, body);
  await settle();
  messenger.create = create;
}

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

  it.each([false, true])(
    'shows what it says now where Discord had taken an earlier word of it unanswered, restarted: %s',
    async (isRestarted) => {
      await takenUnanswered('question', { content: 'trade this?' });
      if (isRestarted) {
        await outbox.close();
        outbox = anOutbox();
        await settle(100);
        await outbox.post(A, 'question', { content: 'expired' });
        await outbox.start();
      } else await outbox.post(A, 'question', { content: 'expired' });
      await settle(5_000);
      expect(contents()).toEqual(['expired']);
    },
  );

  it('shows what it says now also where the edit to it has to be tried again', async () => {
    await takenUnanswered('question', { content: 'trade this?' });
    const { edit } = messenger;
    messenger.edit = async () => {
      messenger.edit = edit;
      throw new TypeError('fetch failed');
    };
    await outbox.post(A, 'question', { content: 'expired' });
    await settle(10_000);
    expect(contents()).toEqual(['expired']);
  });

  it('sends nothing that is still on its way to the disk, nor anything new ahead of it', async () => {
    await outbox.post(A, 'card', { content: 'old' });
    await settle(2_000);
    const disk = Promise.withResolvers<void>();
    const { set } = entries;
    entries.set = async (...row) => {
      await disk.promise;
      return set(...row);
    };
    const first = outbox.post(A, 'first', { content: 'first' });
    entries.set = set;
    await outbox.post(A, 'next', { content: 'next' });
    await outbox.post(A, 'card', { content: 'new' });
    await settle();
    expect(contents()).toEqual(['new']);
    disk.resolve();
    await first;
    await settle();
    expect(contents()).toEqual(['new', 'first', 'next']);
  });

  it('waits two seconds at most for a disk that does not answer', async () => {
    const { set } = entries;
    entries.set = () => new Promise(() => undefined);
    void outbox.post(A, 'lost', { content: 'lost' });
    entries.set = set;
    await outbox.post(A, 'next', { content: 'next' });
    await settle(1_900);
    expect(contents()).toEqual([]);
    await settle(200);
    expect(contents()).toEqual(['next']);
  });

  it.each(range(12))(
    'leaves nothing behind whose time comes between two looks at the clock, the %i-th and the next',
    async (behind) => {
      await outbox.close();
      let looks = Number.POSITIVE_INFINITY;
      // Timers may fire a millisecond early: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
      outbox = anOutbox(() => Date.now() - (looks++ < behind ? 1 : 0));
      await outbox.start();
      for (const content of ['1', '2', '3']) {
        await outbox.post(A, 'card', { content });
        await settle(1);
      }
      expect(contents()).toEqual(['2']);
      looks = 0;
      await settle(10_000);
      expect(contents()).toEqual(['3']);
    },
  );

  it('writes a state that waits already only once', async () => {
    const texts = ['same', 'same', 'other', 'other'];
    const before = entries.writes;
    await Promise.all(texts.map((content) => outbox.post(A, 'card', { content })));
    expect(entries.writes - before).toBe(2);
    await settle();
    expect(contents()).toEqual(['other']);
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

  it('ends with the last state also where an earlier one failed while the next was waiting', async () => {
    await outbox.post(A, 'card', { content: '0' });
    await settle(2_000);
    const edit = messenger.edit.bind(messenger);
    const first = Promise.withResolvers<void>();
    messenger.edit = () => first.promise;
    await outbox.post(A, 'card', { content: '1' });
    await settle();
    await outbox.post(A, 'card', { content: '2' });
    messenger.edit = edit;
    first.reject(new TypeError('fetch failed'));
    await settle();
    await outbox.post(A, 'card', { content: '3' });
    await settle(10_000);
    expect(contents()).toEqual(['3']);
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

describe('alerts in a burst', () => {
  const told = () => messenger.in('dm-7');
  const alert = (text: string, over: Partial<MessageBody> = {}) =>
    outbox.post(dm('7'), `dm:7:alert:${text}`, { content: text, ...over });

  const burst = async (texts: readonly string[]) => {
    for (const text of texts) await alert(text);
    await settle();
  };
  const five = ['1', '2', '3', '4', '5'];
  /** As many as Discord takes have just gone. */
  const spent = () => burst(five);

  it('are messages of their own while Discord takes them', async () => {
    await spent();
    await burst(['6', '7']);
    expect(told()).toEqual(five);
    await settle(5_000);
    expect(told()).toEqual([...five, '6', '7']);
  });

  it('are one message where there are more, that tells all of them in order', async () => {
    await spent();
    const texts = Array.from({ length: 30 }, (_, index) => `alert ${index}`);
    await burst(texts);
    await settle(5_000);
    expect(told()).toEqual([...five, texts.join('\n')]);
    expect(entries.rows.size).toBe(0);
  });

  it('are never more than Discord takes, whatever happens, and none is lost', async () => {
    for (let count = 0; count < 100; count += 1) {
      await alert(`alert ${count}`);
      await settle(100);
    }
    await settle(5_000);
    expect(told().length).toBeLessThanOrEqual(15);
    expect(told().join('\n').split('\n')).toHaveLength(100);
  });

  it('go into more messages where one would be too long, and no word is lost', async () => {
    await spent();
    const texts = Array.from({ length: 8 }, (_, index) => `${index} ${'x'.repeat(900)}`);
    await burst(texts);
    await settle(10_000);
    expect(told().slice(5).join('\n').split('\n')).toEqual(texts);
    expect(told().length).toBeLessThan(5 + texts.length);
  });

  it('say once what is the same, and are heard when one of them is to be', async () => {
    await spent();
    for (const id of five) await alert(`again ${id}`, { content: 'same', silent: true });
    await outbox.post(dm('7'), 'dm:7:loud', { content: 'loud' });
    await settle(5_000);
    expect(messenger.posted.at(-1)?.body).toEqual({ content: 'same (×5)\nloud' });
    await settle(5_000);
    const quiet = ['a', 'b', 'c', 'd', 'e', 'f'];
    await outbox.close();
    for (const id of quiet) await alert(id, { silent: true });
    outbox = anOutbox();
    await outbox.start();
    await settle();
    expect(messenger.posted.at(-1)?.body).toEqual({ content: quiet.join('\n'), silent: true });
  });

  const six = ['6', '7', '8', '9', '10', '11'];

  it('that are told again are not; what has more to say says it by itself', async () => {
    await spent();
    await burst(six);
    await settle(5_000);
    await alert('6');
    await outbox.post(dm('7'), 'dm:7:alert:7', { content: '7, and more' });
    await settle(5_000);
    expect(told()).toEqual([...five, six.join('\n'), '7, and more']);
    expect(messenger.calls.filter((call) => call.startsWith('edit'))).toEqual([]);
  });

  it('survive a restart in the middle: what was posted is not posted again', async () => {
    await spent();
    entries.delete = async () => {
      throw new Error('the disk is full');
    };
    await burst(six);
    await settle(5_000);
    await outbox.close();
    outbox = anOutbox();
    await outbox.start();
    await alert('12');
    await settle(10_000);
    expect(told()).toEqual([...five, six.join('\n'), '12']);
  });

  /** The next message is taken, and its answer lost; then Discord cannot be reached. */
  function loseAnswer(): () => void {
    const { create } = messenger;
    let taken = false;
    messenger.create = async (...message) => {
      if (!taken) await create.apply(messenger, message);
      taken = true;
      throw new TypeError('fetch failed');
    };
    return () => {
      messenger.create = create;
    };
  }

  it.each([
    { given: 'one', texts: ['6'], stands: ['6, and more'] },
    { given: 'many', texts: six, stands: [...six, '6, and more'] },
  ])('of which Discord took $given unanswered are not told twice for what is new', async (given) => {
    const { texts, stands } = given;
    await spent();
    await settle(5_000);
    if (texts.length > 1) await burst(five.map((text) => `again ${text}`));
    const before = told();
    const mend = loseAnswer();
    await burst(texts);
    await settle(6_000);
    await burst(['new', 'newer', 'newest', 'a', 'b', 'c']);
    await outbox.post(dm('7'), 'dm:7:alert:6', { content: '6, and more' });
    mend();
    await settle(60_000);
    const lines = told().slice(before.length).join('\n').split('\n');
    expect(lines.toSorted()).toEqual([...stands, 'new', 'newer', 'newest', 'a', 'b', 'c'].toSorted());
  });

  it('of which Discord dislikes one are sent one by one', async () => {
    await spent();
    messenger.refuseBody = ({ content }) => (content.includes('10') ? refusal(400, 50_035) : null);
    await burst(six);
    await settle(5_000);
    expect(told()).toEqual([...five, ...six.filter((text) => text !== '10')]);
    expect(failures.map(({ body }) => body.content)).toEqual(['10']);
  });

  it('do not hold up other messages of the channel', async () => {
    for (const text of five) await outbox.post(A, `alert:${text}`, { content: text });
    await settle();
    for (const text of ['6', '7']) await outbox.post(A, `alert:${text}`, { content: text });
    await outbox.post(A, 'fill:1', { content: 'Filled' });
    await settle();
    expect(contents()).toEqual([...five, 'Filled']);
    await settle(5_000);
    expect(contents()).toEqual([...five, 'Filled', '6', '7']);
  });
});

describe('when Discord does not take it', () => {
  it.each([
    { given: 'a 503', error: () => new HTTPError(503, 'unavailable', 'POST', 'https://discord.example', {}) },
    { given: 'a 429', error: () => refusal(429, 0) },
    { given: 'a 401', error: () => refusal(401, 0) },
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

  it('waits no longer where an edit and a new message fail side by side', async () => {
    await outbox.post(A, 'card', { content: 'old' });
    await settle();
    messenger.refuse = () => new TypeError('fetch failed');
    await outbox.post(A, 'card', { content: 'new' });
    await outbox.post(A, 'fill:1', { content: 'Filled' });
    // Tried at once and after 1, 3 and 7 s.
    await settle(14_000);
    messenger.refuse = () => null;
    await settle(2_000);
    expect(contents()).toEqual(['new', 'Filled']);
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

  it.each([true, false])(
    'posts a message anew that somebody has deleted; the store notes it: %s',
    async (notes) => {
      if (!notes) posted.delete = () => Promise.reject(new Error('disk full'));
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
    },
  );
});

describe('pictures', () => {
  const png = Buffer.from('png');
  const card = (picture: string, content = 'card') => ({
    content,
    layout: [
      {
        type: 17 as const,
        components: [
          { type: 10 as const, content },
          { type: 12 as const, items: [{ media: { url: `attachment://${picture}` } }] },
        ],
      },
    ],
    picture,
  });
  const shown = () => JSON.stringify(messenger.posted[0]?.body.layout);

  it('go with the first message, stay through edits that do not concern them, and make room for the next', async () => {
    const first = pictures.put(png, 'chart');
    await outbox.post(A, 'card', card(first));
    await settle();
    expect(messenger.posted[0]?.file).toBe(first);
    await outbox.post(A, 'card', card(first, 'other words'));
    await settle(2_000);
    const second = pictures.put(png, 'chart');
    await outbox.post(A, 'card', card(second));
    await settle(2_000);
    await outbox.post(A, 'card', { content: 'none' });
    await settle(2_000);
    expect(messenger.calls).toEqual(['create a', 'edit 91 keeping', 'edit 91 with a file', 'edit 91']);
    expect(messenger.posted[0]?.file).toBeNull();
  });

  it('that stand are not kept, but for the newest, and stay through edits all the same', async () => {
    const waiting = pictures.put(png, 'chart');
    const names = Array.from({ length: 8 }, () => pictures.put(png, 'chart'));
    for (const [index, name] of names.entries()) await outbox.post(A, `card ${index}`, card(name));
    await settle(30_000);
    expect(names.filter((name) => pictures.get(name))).toEqual(names.slice(-5));
    expect(pictures.get(waiting)).toEqual(png);
    await outbox.post(A, 'card 0', card(names[0] ?? '', 'other words'));
    await settle(2_000);
    expect(messenger.calls.at(-1)).toBe('edit 91 keeping');
    expect(shown()).toContain(`attachment://${names[0]}`);
  });

  it('are sent again when Discord does not know them any more', async () => {
    const name = pictures.put(png, 'chart');
    await outbox.post(A, 'card', card(name));
    await settle();
    let refused = false;
    messenger.refuse = (_, call, file) => {
      if (call !== 'edit' || file !== null || refused) return null;
      refused = true;
      return refusal(400, 50_035);
    };
    await outbox.post(A, 'card', card(name, 'new'));
    await settle(2_000);
    await outbox.post(A, 'card', card(name, 'newer'));
    await settle(2_000);
    // It is asked once; from then on the file goes with every edit.
    expect(messenger.calls.slice(1)).toEqual([
      'edit 91 keeping',
      'edit 91 with a file',
      'edit 91 with a file',
    ]);
    expect(failures).toEqual([]);
  });

  it('are left out where files may not be posted, which is said, and are tried again later', async () => {
    messenger.refuse = (_, __, file) => (file ? refusal(403, 50_013) : null);
    await outbox.post(A, 'card', card(pictures.put(png, 'chart')));
    await settle();
    expect(contents()).toEqual(['card']);
    expect(shown()).not.toContain('attachment://');
    expect(lacks).toEqual(['files a']);
    await outbox.post(A, 'card', card(pictures.put(png, 'chart'), 'second'));
    await settle(2_000);
    expect(messenger.calls).toEqual(['create a', 'create a', 'edit 91']);
    messenger.refuse = () => null;
    await settle(600_000);
    await outbox.post(A, 'card', card(pictures.put(png, 'chart'), 'third'));
    await settle(2_000);
    expect(shown()).toContain('attachment://');
    expect(failures).toEqual([]);
  });

  it.each([
    {
      given: 'a 500 at every upload',
      error: () => new HTTPError(500, 'Internal', 'PATCH', 'https://discord.example', {}),
    },
    { given: 'an upload that never ends', error: () => new DOMException('timed out', 'AbortError') },
  ])('never hold up their message: $given', async ({ error }) => {
    messenger.refuse = (_, __, file) => (file ? error() : null);
    await outbox.post(A, 'card', card(pictures.put(png, 'chart')));
    await outbox.post(A, 'fill', { content: 'Filled' });
    await settle();
    expect(contents()).toEqual(['card', 'Filled']);
    expect([lacks, failures]).toEqual([[], []]);
    messenger.refuse = () => null;
    await settle(60_000);
    await outbox.post(A, 'card', card(pictures.put(png, 'chart'), 'again'));
    await settle();
    expect(shown()).toContain('attachment://');
  });

  it('of other messages stay when one is refused', async () => {
    const name = pictures.put(png, 'chart');
    await outbox.post(A, 'card', card(name));
    await settle();
    messenger.refuse = (_, __, file) => (file ? refusal(403, 50_013) : null);
    await outbox.post(A, 'another', card(pictures.put(png, 'chart'), 'another'));
    await settle();
    for (const words of ['new', 'newer']) {
      await outbox.post(A, 'card', card(name, words));
      await settle(2_000);
    }
    expect(messenger.posted.map(({ file }) => file)).toEqual([name, null]);
    expect(shown()).toContain(`attachment://${name}`);
  });

  it('wait with their message when nothing at all gets through', async () => {
    messenger.refuse = () => new TypeError('fetch failed');
    await outbox.post(A, 'card', card(pictures.put(png, 'chart')));
    await settle();
    expect(entries.rows.size).toBe(1);
    messenger.refuse = () => null;
    await settle(5_000);
    expect(shown()).toContain('attachment://');
  });

  it('that are forgotten after a restart are left out of what must be posted anew', async () => {
    const name = pictures.put(png, 'chart');
    messenger.refuse = () => new TypeError('fetch failed');
    await outbox.post(A, 'card', card(name));
    await outbox.close();
    pictures = new Pictures();
    messenger.refuse = () => null;
    outbox = anOutbox();
    await outbox.start();
    await settle();
    expect(contents()).toEqual(['card']);
    expect(shown()).not.toContain('attachment://');
  });
});

describe('an edit that would change nothing', () => {
  it('is not sent, not even after a restart', async () => {
    await outbox.post(A, 'card', { content: 'same' });
    await settle();
    await outbox.post(A, 'card', { content: 'same' });
    await settle(2_000);
    await outbox.close();
    outbox = anOutbox();
    await outbox.start();
    await outbox.post(A, 'card', { content: 'same' });
    await settle(2_000);
    expect(messenger.calls).toEqual(['create a']);
    expect(entries.rows.size).toBe(0);
  });
});

describe('threads', () => {
  const history = thread('card', 'BTCUSDT LONG');

  it('are opened on their message when there is something for them, and once', async () => {
    await outbox.post(history, 'history:1', { content: 'opened' });
    await settle();
    expect(messenger.calls).toEqual([]);
    await outbox.post(A, 'card', { content: 'card' });
    await settle();
    await outbox.post(history, 'history:2', { content: 'filled' });
    await settle();
    expect(messenger.threads).toEqual(new Map([['91', 'BTCUSDT LONG']]));
    expect(messenger.in('91')).toEqual(['opened', 'filled']);
    expect(messenger.calls.filter((call) => call.startsWith('thread'))).toHaveLength(1);
  });

  it('are found again after a restart, and an edit of their message leaves them', async () => {
    await outbox.post(A, 'card', { content: 'card' });
    await outbox.post(history, 'history:1', { content: 'opened' });
    await settle();
    await outbox.post(A, 'card', { content: 'new' });
    await settle(2_000);
    await outbox.close();
    outbox = anOutbox();
    await outbox.start();
    await outbox.post(history, 'history:2', { content: 'filled' });
    await settle();
    expect(messenger.in('91')).toEqual(['opened', 'filled']);
    expect(messenger.threads.size).toBe(1);
  });

  it('that may not be opened are reported, and their messages left', async () => {
    messenger.refuse = (_, call) => (call === 'thread' ? refusal(403, 50_013) : null);
    await outbox.post(A, 'card', { content: 'card' });
    for (const text of ['opened', 'filled']) await outbox.post(history, text, { content: text });
    await settle();
    expect(lacks).toEqual(['thread card']);
    expect(failures).toEqual([]);
    expect(entries.rows.size).toBe(0);
    expect(contents()).toEqual(['card']);
  });

  it('in which nothing may be written are reported, too', async () => {
    messenger.refuse = (channelId) => (channelId === '91' ? refusal(403, 50_013) : null);
    await outbox.post(A, 'card', { content: 'card' });
    for (const text of ['opened', 'filled']) await outbox.post(history, text, { content: text });
    await settle();
    expect(lacks).toEqual(['thread card']);
    expect(entries.rows.size).toBe(0);
  });

  it.each([
    { given: 'deleted', error: refusal(404, 10_003) },
    { given: 'locked', error: refusal(403, 160_005) },
  ])('that somebody has $given are not wanted: nothing is said, nothing opened anew', async ({ error }) => {
    await outbox.post(A, 'card', { content: 'card' });
    await outbox.post(history, 'history:1', { content: 'opened' });
    await settle();
    messenger.refuse = (channelId) => (channelId === '91' ? error : null);
    await outbox.post(history, 'history:2', { content: 'filled' });
    await settle();
    messenger.refuse = () => null;
    await outbox.post(history, 'history:3', { content: 'closed' });
    await settle();
    expect(messenger.in('91')).toEqual(['opened']);
    expect(messenger.threads.size).toBe(1);
    expect([failures, lacks]).toEqual([[], []]);
  });

  it('move to the new message when theirs was deleted', async () => {
    await outbox.post(A, 'card', { content: 'card' });
    await settle();
    let gone = true;
    messenger.refuse = (_, call) => (call === 'thread' && gone ? refusal(404, 10_008) : null);
    await outbox.post(history, 'history:1', { content: 'opened' });
    await settle();
    gone = false;
    await outbox.post(A, 'card', { content: 'card again' });
    await settle(2_000);
    expect(messenger.in('92')).toEqual(['opened']);
  });

  it('of a message that never comes are given up', async () => {
    await outbox.post(history, 'history:1', { content: 'opened' });
    await settle(2 * 3_600_000);
    expect(entries.rows.size).toBe(0);
    expect(failures).toEqual([]);
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

  it('keeps the order where the clock was set back, and posts what Discord took under the same nonce', async () => {
    await takenUnanswered('card', { content: 'opened' });
    await outbox.close();
    outbox = anOutbox(() => Date.now() - 3_600_000);
    await outbox.load();
    await outbox.post(A, 'card', { content: 'filled' });
    await outbox.post(A, 'other', { content: 'other' });
    await outbox.close();
    outbox = anOutbox();
    await outbox.start();
    await settle(5_000);
    expect(contents()).toEqual(['filled', 'other']);
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
  const fails = () => Promise.reject(new Error('disk full'));
  let set: typeof entries.set;
  /** What was noted as told. */
  let told: string[];

  beforeEach(() => {
    ({ set } = entries);
    told = [];
  });

  const note = (what: string) => outbox.onceDurable(async () => void told.push(what));
  const away = () => new TypeError('fetch failed');

  it('posts all the same', async () => {
    entries.set = fails;
    entries.delete = fails;
    posted.set = fails;
    posted.get = fails;
    await outbox.post(A, 'alert', { content: 'store_failed' });
    await settle();
    expect(contents()).toEqual(['store_failed']);
  });

  it('finds what it has posted, where the program ends before it is known where that stands', async () => {
    const { set } = posted;
    posted.set = () => Promise.reject(new Error('disk full'));
    await outbox.post(A, 'question', { content: 'yes?' });
    await settle(60_000);
    await outbox.close();
    posted.set = set;
    outbox = anOutbox();
    await outbox.post(A, 'question', { content: 'expired' });
    await outbox.start();
    await settle(2_000);
    expect(contents()).toEqual(['expired']);
    expect(entries.rows.size).toBe(0);
  });

  it('does not show an older state of a message over a newer one after that, where the store kept it', async () => {
    const { delete: drop } = entries;
    entries.delete = () => Promise.reject(new Error('disk full'));
    await outbox.post(A, 'question', { content: 'yes?' });
    await settle(1_000);
    entries.delete = drop;
    await outbox.post(A, 'question', { content: 'yes to that?' });
    await settle(1_000);
    expect(entries.rows.size).toBe(0);
    await outbox.close();
    outbox = anOutbox();
    await outbox.start();
    await settle(5_000);
    expect(contents()).toEqual(['yes to that?']);
  });

  it('deletes what it is done with as soon as the store takes that', async () => {
    const { delete: drop } = entries;
    entries.delete = () => Promise.reject(new Error('disk full'));
    for (const text of ['1', '2']) await outbox.post(A, text, { content: text });
    await settle(60_000);
    expect(entries.rows.size).toBe(2);
    entries.delete = drop;
    await settle(2_000);
    expect(entries.rows.size).toBe(0);
  });

  it('keeps nothing of a message once it is known where that stands', async () => {
    const { set } = posted;
    posted.set = () => Promise.reject(new Error('disk full'));
    await outbox.post(A, 'question', { content: 'yes?' });
    await settle(10_000);
    expect(entries.rows.size).toBe(1);
    posted.set = set;
    await settle(2_000);
    expect(entries.rows.size).toBe(0);
  });

  it('counts nothing as told while the next start would show an older state of its message over it', async () => {
    const place = posted.set;
    posted.set = fails;
    await outbox.post(A, 'signal', { content: 'waits' });
    await settle(1_000);
    entries.set = fails;
    await outbox.post(A, 'signal', { content: 'failed' });
    await note('it');
    await settle(20_000);
    expect([contents(), entries.rows.size, told, outbox.isDurable]).toEqual([['failed'], 1, [], false]);
    posted.set = place;
    entries.set = set;
    await settle(5_000);
    expect([entries.rows.size, told, outbox.isDurable]).toEqual([0, ['it'], true]);
  });

  it('counts nothing as told while what has been said cannot be dropped', async () => {
    const { delete: drop } = entries;
    entries.delete = fails;
    await outbox.post(A, 'signal', { content: 'waits' });
    await settle(1_000);
    await note('it');
    expect([told, outbox.isDurable]).toEqual([[], false]);
    entries.delete = drop;
    await settle(2_000);
    expect([told, outbox.isDurable]).toEqual([['it'], true]);
  });

  it('counts nothing as told that a crash would lose, and keeps it as soon as that can be done', async () => {
    entries.set = fails;
    messenger.refuse = away;
    await outbox.post(A, '1', { content: '1' });
    await outbox.post(A, '2', { content: '2' });
    await note('both');
    await settle(20_000);
    expect([told, outbox.isDurable]).toEqual([[], false]);
    entries.set = set;
    await settle(2_000);
    expect([told, outbox.isDurable]).toEqual([['both'], true]);
    expect([...entries.rows.values()].map((row) => JSON.parse(row).slot)).toEqual(['1', '2']);
    await note('at once');
    expect(told).toEqual(['both', 'at once']);
  });

  it('counts as told what Discord has taken meanwhile, and leaves nothing on the disk', async () => {
    entries.set = fails;
    messenger.refuse = away;
    await outbox.post(A, 'slot', { content: 'text' });
    await note('it');
    await settle(1_500);
    messenger.refuse = () => null;
    await settle(2_000);
    expect([contents(), told]).toEqual([['text'], ['it']]);
    entries.set = set;
    await settle(10_000);
    expect(entries.rows.size).toBe(0);
  });

  it('keeps in order what it could not keep, so that the next run posts it in order', async () => {
    entries.set = fails;
    messenger.refuse = away;
    await outbox.post(A, 'entry', { content: 'entry' });
    entries.set = set;
    await outbox.post(A, 'exit', { content: 'exit' });
    expect([...entries.rows.values()].map((row) => JSON.parse(row).slot)).toEqual(['entry', 'exit']);
    expect(outbox.isDurable).toBe(true);
  });

  it('keeps the others where one cannot be kept, whatever becomes of that', async () => {
    entries.set = async (...row) => {
      if (JSON.stringify(row).includes('poison')) return fails();
      return set(...row);
    };
    messenger.refuse = away;
    await outbox.post(A, 'poison', { content: 'poison' });
    await outbox.post(dm('7'), 'dm:7:alert', { content: 'alert' });
    expect([...entries.rows.values()].map((row) => JSON.parse(row).slot)).toEqual(['dm:7:alert']);
    messenger.refuse = () => null;
    await settle(5_000);
    expect(outbox.isDurable).toBe(true);
  });

  it('keeps what is to be said now, not what was before', async () => {
    messenger.refuse = away;
    await outbox.post(A, 'card', { content: 'old' });
    await settle();
    entries.set = fails;
    await outbox.post(A, 'card', { content: 'new' });
    await note('new');
    expect(told).toEqual([]);
    entries.set = set;
    await settle(2_000);
    expect([...entries.rows.values()].map((row) => JSON.parse(row).body)).toEqual(['{"content":"new"}']);
    expect(told).toEqual(['new']);
  });

  it('tries once more at the end', async () => {
    entries.set = fails;
    messenger.refuse = away;
    await outbox.post(A, 'slot', { content: 'text' });
    entries.set = set;
    await outbox.close();
    expect(entries.rows.size).toBe(1);
  });
});
