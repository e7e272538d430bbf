import { DiscordAPIError } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aChannel, aConfig, aSignal, aSource, aTrade, d, filledTrade, IDS, snowflake } from './fakes.ts';
import { aMessage, aWorld, type Rig, startRig } from './rig.ts';

/** More than are begun at once. */
const CHANNELS = Array.from({ length: 14 }, (_, index) => String(500n + BigInt(index)));
/** Where all of them have been read to. */
const READ = snowflake(Date.UTC(2026, 0, 1));
const SAID = snowflake(Date.UTC(2026, 0, 2));

let rig: Rig;
/** The channels that history was asked for, in order. */
let asked: string[];

beforeEach(async () => {
  const world = aWorld();
  asked = [];
  for (const channelId of CHANNELS) await world.store.cursors.set(channelId, { messageId: READ, at: 0 });
  const signals = CHANNELS.map((channel) => aChannel({ channel, name: `c${channel}` }));
  rig = await startRig(aConfig({ signals }), world);
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
  const after = rig.history.after.bind(rig.history);
  rig.history.after = (channelId, messageId) => {
    asked.push(channelId);
    return after(channelId, messageId);
  };
  rig.parts.backfill.hold();
});

afterEach(async () => {
  vi.useRealTimers();
  await rig.close();
});

const told = (messageIds: Record<string, string>) =>
  rig.parts.backfill.told(
    new Map(CHANNELS.flatMap((id) => (messageIds[id] === '' ? [] : [[id, messageIds[id] ?? READ]]))),
  );

describe('reading many channels back', () => {
  it('asks for all of them, a few at once', async () => {
    const reading = rig.parts.backfill.run();
    expect(asked.length).toBeLessThan(CHANNELS.length);
    await reading;
    expect(asked).toEqual(CHANNELS);
  });

  it('begins where the last was said, then where nothing is new: there it looks as well', async () => {
    told({
      [CHANNELS[9] ?? '']: snowflake(Date.UTC(2026, 0, 2)),
      [CHANNELS[4] ?? '']: snowflake(Date.UTC(2026, 0, 3)),
    });
    await rig.parts.backfill.run();
    expect(asked.slice(0, 2)).toEqual([CHANNELS[4], CHANNELS[9]]);
    expect(asked.toSorted()).toEqual(CHANNELS);
  });

  it('counts a channel that it was not told of as one where something is new', async () => {
    told({ [CHANNELS[7] ?? '']: '' });
    await rig.parts.backfill.run();
    expect(asked[0]).toBe(CHANNELS[7]);
  });

  it('trades a signal that nothing was told of', async () => {
    told({});
    const [channel_id = ''] = CHANNELS.slice(-1);
    rig.history.messages = [aMessage(rig.clock, 'long btc', { channel_id }) as never];
    await rig.parts.backfill.run();
    expect(rig.desk.opens.map(({ source }) => source.channelId)).toEqual([channel_id]);
  });

  it('tells what came too late before it counts as read', async () => {
    const [channel_id = ''] = CHANNELS;
    rig.history.messages = [aMessage(rig.clock, 'long btc', { channel_id }) as never];
    rig.clock.at += 3_600_000;
    const written: string[] = [];
    for (const table of ['outbox', 'receipts', 'cursors'] as const) {
      const { set } = rig.store[table];
      rig.store[table].set = (async (key: string, row: never) => {
        if (table !== 'cursors' || key === channel_id) written.push(table);
        await set(key, row);
      }) as typeof set;
    }
    await rig.parts.backfill.run();
    expect(written).toEqual(['outbox', 'receipts', 'cursors']);
  });

  it('reads again what could not be handled, once the store can be read, and the others at once', async () => {
    const [channel_id = ''] = CHANNELS;
    const { get } = rig.store.receipts;
    const message = aMessage(rig.clock, 'long btc', { channel_id });
    rig.clock.at += 1_000;
    const next = aMessage(rig.clock, 'long btc', { channel_id });
    rig.history.messages = [message as never, next as never];
    rig.store.receipts.get = async (key) => {
      if (key === message.id) throw new Error('cannot be read');
      return get(key);
    };
    vi.useFakeTimers();
    const reading = rig.parts.backfill.run();
    await vi.advanceTimersByTimeAsync(25_000);
    await reading;
    vi.useRealTimers();
    expect(rig.desk.opens.map(({ source }) => source.messageId)).toEqual([next.id]);
    expect(await rig.store.cursors.get(channel_id)).toMatchObject({ messageId: READ });
    rig.store.receipts.get = get;
    await rig.parts.backfill.retry();
    expect(rig.desk.opens.map(({ source }) => source.messageId)).toEqual([next.id, message.id]);
    expect(await rig.store.cursors.get(channel_id)).toMatchObject({ messageId: next.id });
  });

  it('reads again a minute later where Discord did not answer, and says so', async () => {
    const [channel_id = ''] = CHANNELS;
    rig.history.messages = [aMessage(rig.clock, 'long btc', { channel_id }) as never];
    const { after } = rig.history;
    rig.history.after = async (channelId, messageId) => {
      if (channelId === channel_id) throw new TypeError('fetch failed');
      return after(channelId, messageId);
    };
    vi.useFakeTimers();
    const reading = rig.parts.backfill.run();
    await vi.advanceTimersByTimeAsync(21_000);
    await reading;
    await rig.messenger.says(`dm-${IDS.operator}`, `c${channel_id}`, 'every minute');
    rig.history.after = after;
    await vi.advanceTimersByTimeAsync(59_000);
    expect(rig.desk.opens).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(rig.desk.opens.map(({ source }) => source.channelId)).toEqual([channel_id]);
  });

  it('waits for the next connection where it may not read', async () => {
    const [channel_id = ''] = CHANNELS;
    let refused = 0;
    rig.history.after = async (channelId) => {
      if (channelId !== channel_id) return [];
      refused += 1;
      throw missingAccess();
    };
    vi.useFakeTimers();
    const reading = rig.parts.backfill.run();
    await vi.advanceTimersByTimeAsync(600_000);
    await reading;
    expect(refused).toBe(1);
  });

  it('lets what a new connection may have lost go before where nothing is new', async () => {
    told({});
    const reading = rig.parts.backfill.run();
    const late = CHANNELS.at(-1) ?? '';
    told({ [late]: SAID });
    await Promise.all([reading, rig.parts.backfill.run()]);
    const begun = asked.indexOf(late);
    expect(begun).toBeLessThan(CHANNELS.length - 1);
    expect(asked.slice(begun).toSorted()).toEqual(CHANNELS);
  });

  it('believes what was told for one run', async () => {
    told({});
    await rig.parts.backfill.run();
    rig.parts.backfill.hold();
    told({ [CHANNELS[3] ?? '']: SAID });
    await rig.parts.backfill.run();
    rig.parts.backfill.hold();
    asked.length = 0;
    await rig.parts.backfill.run();
    expect(asked).toEqual(CHANNELS);
  });

  it('keeps the place of a channel whose turn has not come, whatever is said in it meanwhile', async () => {
    told({});
    const [channel_id = ''] = CHANNELS.slice(-1);
    rig.history.messages = [aMessage(rig.clock, 'long btc', { channel_id }) as never];
    const reading = rig.parts.backfill.run();
    rig.clock.at += 1_000;
    await rig.parts.intake.created(aMessage(rig.clock, 'chatter', { channel_id }));
    await rig.parts.backfill.close();
    await reading;
    expect(rig.desk.opens).toHaveLength(0);
    expect(await rig.store.cursors.get(channel_id)).toMatchObject({ messageId: READ });
  });
});

describe('the end of the program', () => {
  it('leaves the rest of what it was reading to the next start', async () => {
    const [channel_id = ''] = CHANNELS;
    for (let count = 0; count < 3; count += 1) {
      rig.history.messages.push(aMessage(rig.clock, 'long btc', { channel_id }) as never);
      rig.clock.at += 1_000;
    }
    const ended = Promise.withResolvers<void>();
    rig.desk.answer = () => {
      ended.resolve(rig.parts.backfill.close());
      return null;
    };
    await rig.parts.backfill.run();
    await ended.promise;
    rig.desk.answer = () => null;
    expect(rig.desk.opens).toHaveLength(1);
    expect(await rig.store.cursors.get(channel_id)).toMatchObject({ messageId: READ });
    await rig.close();
    rig = await startRig(aConfig({ signals: [aChannel({ channel: channel_id })] }), rig);
    await rig.parts.backfill.run();
    expect(rig.desk.opens).toHaveLength(3);
  });

  it('does not wait until history would have been asked for once more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ended = Promise.withResolvers<void>();
    rig.history.after = () => {
      ended.resolve(rig.parts.backfill.close());
      return Promise.reject(new TypeError('fetch failed'));
    };
    await rig.parts.backfill.run();
    await ended.promise;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what was heard and could not be handled', () => {
  let channel_id: string;
  /** The store takes something again. */
  let mend: () => void;

  beforeEach(async () => {
    [channel_id = ''] = CHANNELS;
    await rig.parts.backfill.run();
    vi.useFakeTimers();
    asked.length = 0;
    rig.meanings.set('half', {
      kind: 'update',
      updates: [{ action: 'close_partial', symbol: null, fraction: d('0.5') }],
    });
    rig.desk.open_ = [filledTrade(aTrade({ source: aSource({ channelId: channel_id }) }))];
    const { set } = rig.store.receipts;
    rig.store.receipts.set = () => Promise.reject(new Error('disk full'));
    mend = () => {
      rig.store.receipts.set = set;
    };
  });

  /** And then something else, which is handled. */
  async function says(content: string): Promise<string> {
    const message = aMessage(rig.clock, content, { channel_id });
    rig.clock.at += 1_000;
    const next = aMessage(rig.clock, 'chatter', { channel_id });
    rig.history.messages.push(message as never, next as never);
    await rig.parts.intake.created(message);
    await rig.parts.intake.created(next);
    return message.id;
  }

  const handled = () => rig.desk.requests.map(({ by }) => by.replace('message:', ''));
  const cursor = async () => (await rig.store.cursors.get(channel_id))?.messageId;

  it('is read again after two seconds, there and nowhere else, and counts as read only then', async () => {
    const before = await cursor();
    const id = await says('half');
    mend();
    await vi.advanceTimersByTimeAsync(1_900);
    expect([handled(), asked, await cursor()]).toEqual([[], [], before]);
    await vi.advanceTimersByTimeAsync(200);
    expect([handled(), asked]).toEqual([[id], [channel_id]]);
    expect(await cursor()).toBe(rig.history.messages.at(-1)?.id);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(asked).toEqual([channel_id]);
  });

  it('is tried again for as long as it cannot be', async () => {
    const id = await says('half');
    await vi.advanceTimersByTimeAsync(25_000);
    expect(asked).toHaveLength(4);
    mend();
    await vi.advanceTimersByTimeAsync(57_000);
    expect(handled()).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(handled()).toEqual([id]);
  });

  it('is read at once where the store works again', async () => {
    const id = await says('half');
    mend();
    await rig.parts.backfill.retry();
    expect(handled()).toEqual([id]);
  });

  it('is handled once, also where more of it comes and the gateway sends it again', async () => {
    const ids = [await says('half'), await says('half')];
    mend();
    await rig.parts.intake.created(rig.history.messages[0] as never);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(handled()).toEqual(ids);
  });

  it('is told and not done once it is too old', async () => {
    await says('half');
    await vi.advanceTimersByTimeAsync(25_000);
    rig.clock.at += 61_000;
    mend();
    await rig.parts.backfill.retry();
    vi.useRealTimers();
    await rig.messenger.says(IDS.trades, 'Expired', 'close a part');
    expect(handled()).toEqual([]);
  });

  it('is left to the next start where the program ends', async () => {
    const id = await says('half');
    await rig.parts.backfill.close();
    await rig.parts.progress.flush();
    expect(vi.getTimerCount()).toBe(0);
    mend();
    vi.useRealTimers();
    await rig.close();
    rig = await startRig(aConfig({ signals: [aChannel({ channel: channel_id })] }), rig);
    await rig.parts.backfill.run();
    expect(handled()).toEqual([id]);
  });

  it('is read after what is being read, of which it may be no part', async () => {
    const given = Promise.withResolvers<void>();
    const { after } = rig.history;
    rig.history.after = async (...place) => {
      const page = await after(...place);
      await given.promise;
      return page;
    };
    const reading = rig.parts.backfill.run();
    const id = await says('half');
    mend();
    given.resolve();
    await vi.advanceTimersByTimeAsync(1_000);
    await reading;
    expect(handled()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(handled()).toEqual([id]);
  });
});

function missingAccess(): DiscordAPIError {
  const rawError = { code: 50_001, message: 'Missing Access' };
  return new DiscordAPIError(rawError, 50_001, 403, 'GET', 'https://discord.com', { files: [], body: {} });
}
