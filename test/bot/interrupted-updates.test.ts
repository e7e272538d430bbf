import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collection } from '../../src/bot/ports.ts';
import type { RequestResult } from '../../src/trading/desk-types.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Update } from '../../src/trading/model.ts';
import {
  aChannel,
  aConfig,
  anOrder,
  aPlan,
  aSignal,
  aSource,
  aTrade,
  d,
  filledTrade,
  IDS,
  snowflake,
} from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

/** The program ends while it carries out what an author has said about a trade. */

let rig: Rig;
let message: ReturnType<typeof aMessage>;
let isCrashed: boolean;

beforeEach(async () => {
  rig = await startRig();
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
  said('close', [{ action: 'close', symbol: null }]);
  said('be', [{ action: 'break_even', symbol: null }]);
  said('half', [{ action: 'close_partial', symbol: null, fraction: d('0.5') }]);
  said('half, be', [
    { action: 'close_partial', symbol: null, fraction: d('0.5') },
    { action: 'break_even', symbol: null },
  ]);
  said('targets', [{ action: 'set_targets', symbol: null, takeProfits: [d(63_000)] }]);
  isCrashed = false;
});
afterEach(() => rig.close());

const said = (content: string, updates: Update[]) => rig.meanings.set(content, { kind: 'update', updates });
const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
const requested = () => rig.desk.requests.map(({ tradeId, request }) => [tradeId, request.type]);
const questions = () => [...rig.store.questions.rows.keys()];
const id = () => tradeIdOf(message.id, 0);
const never = () => new Promise<never>(() => {});

/** From here on the store takes nothing of this run any more, and the desk does not answer it. */
function crash(): void {
  isCrashed = true;
}

/** Rows of a run that has ended are not written. */
function mortal(): void {
  const end = <T>(table: Collection<T>): void => {
    const { set, delete: drop } = table;
    vi.spyOn(table, 'set').mockImplementation((key, row) => (isCrashed ? never() : set(key, row)));
    vi.spyOn(table, 'delete').mockImplementation((key) => (isCrashed ? never() : drop(key)));
  };
  end(rig.store.receipts);
  end(rig.store.changes);
}

async function posted(content = 'long btc'): Promise<void> {
  message = aMessage(rig.clock, content);
  await rig.parts.intake.created(message);
}

/** The program ends in the middle of this, `before` the desk has been asked, or after that. */
async function dies(when: 'before' | 'after', middle: () => Promise<unknown>): Promise<void> {
  mortal();
  const { request } = rig.desk;
  rig.desk.request = async (...asked): Promise<RequestResult> => {
    crash();
    if (when === 'after') await request.apply(rig.desk, asked);
    return never();
  };
  void middle();
  await vi.waitFor(() => expect(isCrashed).toBe(true));
  rig.desk.request = request;
  vi.restoreAllMocks();
}

/** It is edited, and the program ends `before` the desk has been asked, or after that and before the receipt. */
async function cutOff(content: string, when: 'before' | 'after'): Promise<void> {
  const edited = { ...message, content, edited_timestamp: new Date(rig.clock.at).toISOString() };
  await dies(when, () => rig.parts.intake.edited(edited));
  rig.history.messages = [edited as never];
  message = edited;
}

async function restart(laterMs = 0): Promise<void> {
  await rig.close();
  rig.clock.at += laterMs;
  rig = await startRig(undefined, rig);
  await rig.parts.backfill.run();
}

describe('what a signal was edited into, where the program ended meanwhile', () => {
  it.each([
    ['close', 'close', 'before'],
    ['close', 'close', 'after'],
    ['be', 'break_even', 'before'],
    ['be', 'break_even', 'after'],
  ] as const)('“%s” is carried out by the next run (%s, %s)', async (content, type, when) => {
    await posted();
    await cutOff(content, when);
    const before = rig.desk.requests.length;
    await restart();
    expect(requested().slice(before)).toEqual([[id(), type]]);
    expect(await rig.store.receipts.get(message.id)).toMatchObject({
      kind: 'update',
      revision: 1,
      tradeIds: [id()],
      effects: [{ result: 'done' }],
    });
    expect((await rig.store.receipts.get(message.id))?.inHand).toBeUndefined();
    expect(rig.store.changes.rows.size).toBe(0);
    expect(questions()).toEqual([]);
    // And by none after that.
    await restart();
    expect(requested()).toHaveLength(before + 1);
  });

  it.each([
    ['half', 'close 50%', 'before'],
    ['half', 'close 50%', 'after'],
    ['targets', 'new targets 63000', 'after'],
  ] as const)('“%s” is asked about, once', async (content, words, when) => {
    await posted();
    await cutOff(content, when);
    const before = rig.desk.requests.length;
    await restart();
    await says('The bot ended while', 'BTCUSDT LONG', words);
    expect(requested()).toHaveLength(before);
    expect(questions()).toEqual([`r${message.id}-${id()}-0`]);
    await restart();
    expect(questions()).toHaveLength(1);
  });

  it('and so is all that is found too late', async () => {
    await posted();
    await cutOff('close', 'before');
    await restart(600_000);
    await says('The bot ended while', 'close');
    expect(requested()).toEqual([]);
  });

  it('means no trade that was opened since', async () => {
    await posted('be');
    await rig.store.receipts.set(message.id, { ...(await receipt()), revision: 1 });
    await rig.store.receipts.set(message.id, {
      ...(await receipt()),
      inHand: { before: '', at: rig.clock.at },
    });
    await rig.store.changes.set(message.id, { channelId: IDS.alpha, at: rig.clock.at });
    const edited_timestamp = new Date(rig.clock.at).toISOString();
    rig.history.messages = [{ ...message, edited_timestamp } as never];
    const messageId = snowflake(rig.clock.at + 1_000);
    const source = aSource({ messageId, postedAt: rig.clock.at + 1_000 });
    rig.desk.open_.push(filledTrade(aTrade({ source, id: tradeIdOf(messageId, 0) })));
    await restart(2_000);
    expect(requested()).toEqual([]);
    expect(rig.store.changes.rows.size).toBe(0);
  });
});

const receipt = async () => {
  const row = await rig.store.receipts.get(message.id);
  if (!row) throw new Error('no receipt');
  return row;
};

describe('a message that closes a part, where the program ended meanwhile', () => {
  it.each(['before', 'after'] as const)(
    'is asked about by the next run (%s), and what may be done twice is done',
    async (when) => {
      await posted();
      const signal = { ...message, edited_timestamp: null };
      const [trade] = rig.desk.open_.map(filledTrade);
      if (!trade) throw new Error('nothing was opened');
      rig.desk.open_ = [trade];
      rig.clock.at += 1_000;
      message = aMessage(rig.clock, 'half, be', { edited_timestamp: null });
      await dies(when, () => rig.parts.intake.created(message));
      rig.history.messages = [signal as never, message as never];
      const before = rig.desk.requests.length;
      await restart();
      expect(questions()).toEqual([`r${message.id}-${trade.id}-0`]);
      expect(requested().slice(before)).toEqual([[trade.id, 'break_even']]);
      await restart();
      expect(requested().slice(before)).toHaveLength(1);
      expect(questions()).toHaveLength(1);
    },
  );
});

it('a signal’s own message that says “close” once its trade is over closes no other', async () => {
  await posted();
  rig.desk.open_ = [filledTrade(aTrade({ source: aSource(), plan: aPlan({ symbol: 'ETHUSDT' }) }))];
  await rig.parts.intake.edited({ ...message, content: 'close' });
  expect(requested()).toEqual([]);
});

describe('a signal of which the exchange has taken no order yet, and that waits to be sent again', () => {
  async function waiting(over = {}): Promise<void> {
    rig.setConfig(aConfig({ signals: [aChannel()] }));
    await posted();
    const [trade] = rig.desk.open_;
    if (!trade) throw new Error('nothing was opened');
    const sendAt = rig.clock.at + 1_000;
    rig.desk.open_ = [{ ...trade, orders: [anOrder({ status: 'pending', sendAt, ...over })] }];
  }

  it.each(['deleted', 'changed'])('is not sent again once its message is %s', async (how) => {
    await waiting();
    if (how === 'deleted') await rig.parts.intake.deleted(IDS.alpha, [message.id]);
    else await rig.parts.intake.edited({ ...message, content: 'never mind' });
    expect(requested()).toEqual([[id(), 'cancel_entries']]);
    await says('BTCUSDT LONG', 'took the signal back', 'none is sent again');
    expect(questions()).toEqual([]);
  });

  it.each([
    { given: 'one may be there', over: { status: 'unknown', sendAt: null } },
    { given: 'one is there', over: { status: 'working', sendAt: null } },
    { given: 'it is on its way', over: { sendAt: null } },
  ])('is asked about where $given', async ({ over }) => {
    await waiting(over);
    await rig.parts.intake.deleted(IDS.alpha, [message.id]);
    expect(requested()).toEqual([]);
    expect(questions()).toEqual([`d${id()}`]);
  });
});
