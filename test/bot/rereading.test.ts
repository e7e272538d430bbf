import { DiscordAPIError } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aSignal, d, filledTrade, IDS } from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

let rig: Rig;
let message: ReturnType<typeof aMessage>;
let edited: ReturnType<typeof aMessage>;
/** Messages that were fetched, in order. */
let fetched: string[];
let failure: Error | null;

beforeEach(async () => {
  vi.useFakeTimers();
  rig = await startRig();
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
  rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_000) } })] });
  fetched = [];
  failure = null;
  const fetch = rig.history.message.bind(rig.history);
  rig.history.message = async (channelId, messageId) => {
    fetched.push(messageId);
    if (failure) throw failure;
    return fetch(channelId, messageId);
  };
  message = aMessage(rig.clock, 'long btc');
  edited = { ...message, content: 'tighter', edited_timestamp: new Date(rig.clock.at).toISOString() };
  await rig.parts.intake.created(message);
  rig.desk.open_ = rig.desk.open_.map((trade) => filledTrade(trade));
});

afterEach(async () => {
  await rig.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const said = () => rig.messenger.in(IDS.trades).join('\n');

describe('what an author has made of a message', () => {
  it('is followed once the store takes that, and is fetched no more then', async () => {
    rig.history.messages = [edited as never];
    const { set } = rig.store.changes;
    rig.store.changes.set = async () => {
      throw new Error('the disk is full');
    };
    await rig.parts.intake.edited(edited);
    await pass(60_000);
    expect(said()).not.toContain('59000');
    const tries = fetched.length;
    expect(tries).toBeGreaterThan(4);
    rig.store.changes.set = set;
    await pass(15_000);
    expect(said()).toContain('59000');
    await pass(60_000);
    expect(fetched).toHaveLength(tries + 1);
  });

  it('is a deletion that the store did not take', async () => {
    const { get } = rig.store.receipts;
    rig.store.receipts.get = async () => {
      throw new Error('cannot be read');
    };
    await rig.parts.intake.deleted(IDS.alpha, [message.id]);
    rig.store.receipts.get = get;
    await pass(2_000);
    expect(said()).toContain('deleted');
  });

  it('is asked for again where an edit came without its text, and Discord did not give it', async () => {
    rig.history.messages = [edited as never];
    failure = new TypeError('fetch failed');
    const { content: _, ...bare } = edited;
    await rig.parts.intake.edited(bare);
    failure = null;
    await pass(2_000);
    expect(said()).toContain('59000');
  });
});

describe('a signal of which something is open', () => {
  it('is fetched again soon where Discord does not answer after a connection', async () => {
    rig.history.messages = [edited as never];
    failure = new TypeError('fetch failed');
    await rig.parts.backfill.run();
    await pass(20_000);
    failure = null;
    await pass(15_000);
    expect(said()).toContain('59000');
  });

  it.each([
    { given: 'a channel that is gone', status: 404, code: 10_003 },
    { given: 'a channel that may not be read', status: 403, code: 50_001 },
  ])('in $given is left alone until the next connection', async ({ status, code }) => {
    failure = new DiscordAPIError({ code, message: '' }, code, status, 'GET', 'https://discord.com', {});
    await rig.parts.backfill.run();
    await pass(600_000);
    expect(fetched).toEqual([message.id]);
    expect(said()).not.toContain('deleted');
  });

  it('keeps none of the others from being read, where it can never be handled', async () => {
    rig.clock.at += 1_000;
    const other = aMessage(rig.clock, 'long eth');
    rig.meanings.set('long eth', { kind: 'signal', signals: [aSignal({ symbol: 'ETHUSDT' })] });
    await rig.parts.intake.created(other);
    rig.history.messages = [];
    const { get } = rig.store.receipts;
    rig.store.receipts.get = async (key) => {
      if (key === message.id) throw new Error('cannot be read');
      return get(key);
    };
    await rig.parts.backfill.run();
    await pass(15_000);
    const [question, ...more] = rig.messenger.in(IDS.trades).filter((text) => text.includes('deleted'));
    expect(question).toContain('ETHUSDT');
    expect(more).toEqual([]);
  });
});
