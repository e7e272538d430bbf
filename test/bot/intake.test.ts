import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Signal, Trade } from '../../src/trading/model.ts';
import { aChannel, aConfig, aSignal, d, filledTrade, IDS, snowflake } from './fakes.ts';
import { aMessage, by, type Rig, startRig } from './rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
});

afterEach(() => rig.close());

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);

/** What is asked of the exchange takes the entries of this trade away. */
function cancels(trade: Trade): void {
  rig.desk.requestAnswer = () => {
    rig.desk.open_ = [];
    const closed: Trade = { ...trade, phase: 'closed', closeReason: 'entry_cancelled' };
    rig.desk.closed = [closed];
    void rig.tell({ type: 'closed', trade: closed });
    return { kind: 'done' };
  };
}

describe('hearing', () => {
  it.each([
    { given: 'a listed author in a listed channel', over: {}, opens: 1 },
    { given: 'another author', over: by(IDS.stranger), opens: 0 },
    { given: 'a channel that is not listed', over: { channel_id: IDS.trades }, opens: 0 },
  ])('of $given opens $opens', async ({ over, opens }) => {
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc', over));
    expect(rig.desk.opens).toHaveLength(opens);
  });

  it('reads forwarded messages and embeds as part of the text', async () => {
    rig.meanings.set('long btc\nforwarded', { kind: 'signal', signals: [aSignal()] });
    const snapshot = { content: 'forwarded', embeds: [], attachments: [] };
    await rig.parts.intake.created(
      aMessage(rig.clock, 'long btc', { message_snapshots: [{ message: snapshot }] } as never),
    );
    expect(rig.desk.opens).toHaveLength(1);
  });
});

describe('a question about a message', () => {
  it('waits for what is being decided about it', async () => {
    const message = aMessage(rig.clock, 'long btc');
    const done = rig.parts.intake.created(message);
    await rig.parts.intake.settled(message.id);
    expect(await rig.store.receipts.get(message.id)).toMatchObject({ kind: 'signal' });
    await done;
    await rig.parts.intake.settled(message.id);
    await rig.parts.intake.settled('1');
  });
});

describe('a signal in auto mode', () => {
  it('is opened with its source', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    expect(rig.desk.opens[0]?.source).toEqual({
      guildId: IDS.guild,
      channelId: IDS.alpha,
      channel: 'alpha',
      messageId: message.id,
      authorId: IDS.analyst,
      index: 0,
      postedAt: rig.clock.at,
    });
  });

  it('is opened once, however often the message comes', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await Promise.all([rig.parts.intake.created(message), rig.parts.intake.created(message)]);
    await rig.parts.intake.fromHistory(message as never);
    expect(rig.desk.opens).toHaveLength(1);
  });

  it('is not opened again by the next run of the program, not even after a denial', async () => {
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: {
        code: 'too_many_trades',
        setting: 'maxOpenTrades',
        numbers: { scope: 'account', open: '5', limit: '5' },
      },
      checks: [],
    });
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    await rig.close();
    rig = await startRig(aConfig(), rig);
    await rig.parts.intake.created(message);
    expect(rig.desk.opens).toHaveLength(1);
  });

  it('opens each of several signals under an id of its own', async () => {
    rig.meanings.set('two', { kind: 'signal', signals: [aSignal(), aSignal({ symbol: 'ETHUSDT' })] });
    const message = aMessage(rig.clock, 'two');
    await rig.parts.intake.created(message);
    expect(rig.desk.open_.map((trade) => trade.id)).toEqual([
      tradeIdOf(message.id, 0),
      tradeIdOf(message.id, 1),
    ]);
  });

  it('is traded at exactly maxAge and expired a second later', async () => {
    const message = aMessage(rig.clock, 'long btc');
    rig.clock.at += 60_000;
    await rig.parts.intake.created(message);
    expect(rig.desk.opens).toHaveLength(1);
    const late = aMessage(rig.clock, 'long btc');
    rig.clock.at += 61_000;
    await rig.parts.intake.created(late);
    expect(rig.desk.opens).toHaveLength(1);
    await says('Expired', 'BTCUSDT', '61s', '1m');
  });
});

describe('what is not traded is said', () => {
  it('denied: the code, its numbers and the setting', async () => {
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: {
        code: 'too_many_trades',
        setting: 'maxOpenTrades',
        numbers: { scope: 'account', open: '5', limit: '5' },
      },
      checks: [],
    });
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    await says('Denied', 'too_many_trades', '5 trades of the account', 'maxOpenTrades');
  });

  it('rejected: the code and text of the exchange', async () => {
    rig.desk.answer = () => ({ kind: 'rejected', code: -2019, message: 'Margin is insufficient.' });
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    await says('Rejected', '-2019', 'Margin is insufficient.');
  });

  it('failed: our own fault is no denial', async () => {
    rig.desk.answer = () => Promise.reject(new Error('disk full'));
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    await says('Failed', 'disk full');
  });

  it('invalid: which contradiction, and in which message', async () => {
    const text = '\n#LINK/USDT *LONG*\nSL: 15.13';
    rig.meanings.set(text, { kind: 'invalid', reason: 'sl_wrong_side' });
    await rig.parts.intake.created(aMessage(rig.clock, text));
    await says('Invalid', 'sl_wrong_side', '\n“\\#LINK/USDT \\*LONG\\*”\n');
  });

  it('observed: the plan, and nothing is opened', async () => {
    rig.setConfig(aConfig({ signals: [aChannel({ mode: 'observe' })] }));
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    await says('Observed', 'BTCUSDT', '100.00 USDT');
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('observed: why it would be denied', async () => {
    rig.setConfig(aConfig({ signals: [aChannel({ mode: 'observe' })] }));
    const numbers = { quantity: '0.0004', notional: '24', minQuantity: '0.001', minNotional: '50' };
    const denial = { code: 'size_too_small' as const, setting: 'riskPerTradePct', numbers };
    rig.desk.assessment = () => ({ kind: 'denied', denial, checks: [] });
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    await says('Denied', 'size_too_small', '0.0004', '50');
  });

  it.each([
    ['Denied', '已拒绝'],
    ['Setting', '设置'],
  ])('in Chinese where that is configured: %s is %s', async (_english, chinese) => {
    rig.setConfig(aConfig({ language: 'zh-CN' }));
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: { code: 'no_stop', setting: 'requireStopLoss', numbers: {} },
      checks: [],
    });
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    await says(chinese);
  });

  it.each([
    ['en', '1000PEPEUSDT LONG 0.0123,', 'prices are 1000 times those of PEPEUSDT'],
    ['zh-CN', '1000PEPEUSDT 做多 0.0123，', '价格是 PEPEUSDT 的 1000 倍'],
  ] as const)(
    'every price of a denial is in one scale, and the other is named (%s)',
    async (language, head, told) => {
      rig.setConfig(aConfig({ language }));
      const signal = aSignal({
        symbol: 'PEPEUSDT',
        entry: { type: 'limit', prices: [d('0.0000123')] },
        stopLoss: { price: d('0.0000061') },
        takeProfits: [],
      });
      rig.meanings.set('long pepe', { kind: 'signal', signals: [signal] });
      const numbers = { distancePct: '50.407', limitPct: '25', entry: '0.0123', stop: '0.0061' };
      const scaled = { from: 'PEPEUSDT', to: '1000PEPEUSDT', factor: 1_000 };
      rig.desk.answer = () => ({
        kind: 'denied',
        denial: { code: 'stop_too_far', setting: 'maxStopDistancePct', numbers, scaled },
        checks: [],
      });
      await rig.parts.intake.created(aMessage(rig.clock, 'long pepe'));
      await says(head, told, '0.0061');
      expect(rig.messenger.in(IDS.trades).join()).not.toContain('0.0000');
    },
  );

  it.each([
    { given: 'a link’s preview', type: 'article', read: 0 },
    { given: 'a preview of a video', type: 'video', read: 0 },
    { given: 'an embed of the author', type: 'rich', read: 1 },
  ])('GIVEN $given THEN the parser is given $read of it', async ({ type, read: count }) => {
    const seen: number[] = [];
    const read = rig.meanings.read;
    Object.assign(rig.meanings, {
      read: (text: { content: string; embeds: unknown[] }) => {
        seen.push(text.embeds.length);
        return read(text);
      },
    });
    await rig.close();
    rig = await startRig(aConfig(), rig);
    const embeds = [{ type: type as never, description: 'long btc' }];
    await rig.parts.intake.created(aMessage(rig.clock, 'look', { embeds }));
    expect(seen).toEqual([count]);
  });

  it('says nothing of chatter', async () => {
    await rig.parts.intake.created(aMessage(rig.clock, 'good morning'));
    expect(rig.messenger.posted).toHaveLength(0);
  });
});

describe('an edit', () => {
  it('that means the same changes nothing', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    rig.meanings.set('LONG BTC!', { kind: 'signal', signals: [aSignal()] });
    await rig.parts.intake.edited({ ...message, content: 'LONG BTC!' });
    expect(rig.desk.opens).toHaveLength(1);
    expect(rig.desk.requests).toHaveLength(0);
  });

  it('that makes a signal of chatter is traded while it is young', async () => {
    const message = aMessage(rig.clock, 'hello');
    await rig.parts.intake.created(message);
    await rig.parts.intake.edited({ ...message, content: 'long btc' });
    expect(rig.desk.opens).toHaveLength(1);
  });

  it('that makes a signal of old chatter is expired', async () => {
    const message = aMessage(rig.clock, 'hello');
    await rig.parts.intake.created(message);
    rig.clock.at += 120_000;
    await rig.parts.intake.edited({ ...message, content: 'long btc' });
    expect(rig.desk.opens).toHaveLength(0);
    await says('Expired');
  });

  it('of a message older than the bot is nobody’s business', async () => {
    const message = aMessage(rig.clock, 'long btc');
    rig.clock.at += 120_000;
    await rig.parts.intake.edited(message);
    expect(rig.desk.opens).toHaveLength(0);
    expect(rig.messenger.posted).toHaveLength(0);
  });

  it('that only unfurls, pins or flags is none, whatever the preview says', async () => {
    const preview = { title: 'long btc' };
    const message = { ...aMessage(rig.clock, 'long btc'), edited_timestamp: null };
    await rig.parts.intake.created(message);
    rig.meanings.set('long btc', { kind: 'none' });
    await rig.parts.intake.edited({ ...message, embeds: [preview], pinned: true, flags: 4 });
    expect(rig.desk.requests).toHaveLength(0);
    expect(await rig.store.receipts.get(message.id)).toMatchObject({ kind: 'signal', revision: 0 });
  });

  it('without its content is fetched', async () => {
    const message = aMessage(rig.clock, 'hello');
    await rig.parts.intake.created(message);
    rig.history.messages = [{ ...message, content: 'long btc' } as never];
    await rig.parts.intake.edited({ id: message.id, channel_id: message.channel_id });
    expect(rig.desk.opens).toHaveLength(1);
  });

  it('of another stop before the entry fills cancels the old entries and opens the new plan', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    const [trade] = rig.desk.open_;
    if (!trade) throw new Error('nothing was opened');
    rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_000) } })] });
    cancels(trade);
    await rig.parts.intake.edited({ ...message, content: 'tighter' });
    expect(rig.desk.requests.map(({ request }) => request.type)).toEqual(['cancel_entries']);
    expect(rig.desk.opens.map(({ source }) => source.index)).toEqual([0, 100]);
  });

  it.each([
    { given: 'soon', laterMs: 5_000, opens: [0, 100], says: [] },
    {
      given: 'too late for a signal',
      laterMs: 61_000,
      opens: [0],
      says: ['Expired', '59000', 'edited 61s ago'],
    },
  ])('of a resting signal while the bot was away cancels the old entries, read $given', async (given) => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    const [trade] = rig.desk.open_;
    if (!trade) throw new Error('nothing was opened');
    await rig.close();
    rig.clock.at += 3_600_000;
    const edited_timestamp = new Date(rig.clock.at).toISOString();
    rig.clock.at += given.laterMs;
    rig = await startRig(undefined, rig);
    rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_000) } })] });
    cancels(trade);
    rig.history.messages = [{ ...message, content: 'tighter', edited_timestamp } as never];
    await rig.parts.backfill.run();
    expect(rig.desk.requests.map(({ request }) => request.type)).toEqual(['cancel_entries']);
    expect(rig.desk.opens.map(({ source }) => source.index)).toEqual(given.opens);
    if (given.says.length > 0) await says(...given.says);
  });

  it.each([
    { given: 'soon', laterMs: 5_000, opens: [0, 100], says: [] },
    { given: 'when it is too old', laterMs: 3_600_000, opens: [0], says: ['Expired', '59000'] },
  ])(
    'that the end of the program has cut off between the old entries and the new ones is finished by the next run, $given',
    async ({ laterMs, opens, says: words }) => {
      const message = aMessage(rig.clock, 'long btc');
      await rig.parts.intake.created(message);
      const [trade] = rig.desk.open_;
      if (!trade) throw new Error('nothing was opened');
      rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_000) } })] });
      const edited = {
        ...message,
        content: 'tighter',
        edited_timestamp: new Date(rig.clock.at).toISOString(),
      };
      // The program ends before it hears that the old ones are gone.
      void rig.parts.intake.edited(edited);
      await vi.waitFor(() => expect(rig.desk.requests).toHaveLength(1));
      const closedAt = rig.clock.at;
      rig.desk.open_ = [];
      rig.desk.closed = [{ ...trade, phase: 'closed', closeReason: 'entry_cancelled', closedAt }];
      await rig.close();
      rig = await startRig(undefined, rig);
      rig.clock.at += laterMs;
      rig.history.messages = [edited as never];
      await rig.parts.backfill.run();
      expect(rig.desk.opens.map(({ source }) => source.index)).toEqual(opens);
      if (words.length > 0) await says(...words);
      expect(rig.store.changes.rows.size).toBe(0);
    },
  );

  it('of the targets alone before the entry fills only moves them', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    rig.meanings.set('targets', {
      kind: 'signal',
      signals: [aSignal({ takeProfits: [{ price: d(63_000) }] })],
    });
    await rig.parts.intake.edited({ ...message, content: 'targets' });
    expect(rig.desk.requests.map(({ request }) => request.type)).toEqual(['set_targets']);
    expect(rig.desk.opens).toHaveLength(1);
  });

  describe('of a coin that is listed by the thousand', () => {
    const price = (text: string) => ({ price: d(text) });
    const pepe = (over: Partial<Signal> = {}) =>
      aSignal({
        symbol: 'PEPEUSDT',
        entry: { type: 'limit', prices: [d('0.0000123')] },
        stopLoss: price('0.0000118'),
        takeProfits: [price('0.000013')],
        ...over,
      });

    async function opened(fill: (trade: Trade) => Trade) {
      rig.meanings.set('long pepe', { kind: 'signal', signals: [pepe()] });
      const message = aMessage(rig.clock, 'long pepe');
      await rig.parts.intake.created(message);
      rig.desk.open_ = rig.desk.open_.map((trade) => {
        const of = fill(trade);
        return {
          ...of,
          signal: pepe(),
          plan: { ...of.plan, symbol: '1000PEPEUSDT', entryPrice: d('0.0123') },
        };
      });
      return message;
    }

    it('moves the targets to the prices of the contract', async () => {
      const message = await opened((trade) => trade);
      rig.meanings.set('targets', { kind: 'signal', signals: [pepe({ takeProfits: [price('0.000014')] })] });
      await rig.parts.intake.edited({ ...message, content: 'targets' });
      expect(rig.desk.requests.map(({ request }) => request)).toEqual([
        { type: 'set_targets', prices: [d('0.014')] },
      ]);
    });

    it('asks with the prices of the contract once it has filled', async () => {
      const message = await opened(filledTrade);
      rig.meanings.set('wider', { kind: 'signal', signals: [pepe({ stopLoss: price('0.0000115') })] });
      await rig.parts.intake.edited({ ...message, content: 'wider' });
      await says('move the stop to 0.0115');
    });
  });

  it('after the fill is a question, and nothing happens until it is answered', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    rig.desk.open_ = rig.desk.open_.map((trade) => filledTrade(trade));
    rig.meanings.set('wider', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(57_000) } })] });
    await rig.parts.intake.edited({ ...message, content: 'wider' });
    await says('edited', 'move the stop to 57000');
    expect(rig.desk.requests).toHaveLength(0);
    const [id] = rig.store.questions.rows.keys();
    await rig.parts.questions.answer(id ?? '', 0, IDS.operator);
    expect(rig.desk.requests.map(({ request }) => request)).toEqual([
      { type: 'move_stop', price: d(57_000), confirmed: true },
    ]);
  });

  it('that repeats the levels of a trade that is over opens nothing', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    rig.desk.closed = rig.desk.open_.splice(0);
    rig.meanings.set('again', {
      kind: 'signal',
      signals: [aSignal({ takeProfits: [{ price: d(62_500) }] })],
    });
    await rig.parts.intake.edited({ ...message, content: 'again' });
    expect(rig.desk.opens).toHaveLength(1);
  });
});

describe('an edit that an open trade cannot follow', () => {
  const short = aSignal({ side: 'short' });

  async function edited(isResting: boolean): Promise<void> {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    const [trade] = rig.desk.open_;
    const [entry] = trade?.orders ?? [];
    if (!trade || !entry) throw new Error('nothing was opened');
    const filled = { ...entry, executed: entry.quantity, status: 'filled' as const };
    const resting = { ...entry, clientId: `${entry.clientId}r`, status: 'working' as const };
    rig.desk.open_ = [{ ...trade, phase: 'open', orders: isResting ? [filled, resting] : [filled] }];
    rig.meanings.set('short', { kind: 'signal', signals: [short] });
    await rig.parts.intake.edited({ ...message, content: 'short' });
  }

  it('asks whether the entries that still rest are to be cancelled', async () => {
    await edited(true);
    const asked = await says('cannot follow', 'Cancel its entries?');
    expect(asked.body.components?.[0]?.components.map((button) => 'label' in button && button.label)).toEqual(
      ['Confirm cancelling entries', 'Cancel, keep entries'],
    );
  });

  it('is only told where none rests', async () => {
    await edited(false);
    const told = await says('cannot follow');
    expect(told.body.components ?? []).toEqual([]);
    expect(rig.store.questions.rows.size).toBe(0);
  });
});

describe('a deletion', () => {
  it('asks once whether to cancel', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    await rig.parts.intake.deleted(IDS.alpha, [message.id]);
    await rig.parts.intake.deleted(IDS.alpha, [message.id]);
    const asked = await says('deleted', 'Cancel its entries');
    expect(asked.body.components?.[0]?.components.map((button) => 'label' in button && button.label)).toEqual(
      ['Confirm cancelling entries', 'Cancel, keep entries'],
    );
    expect(rig.store.questions.rows.size).toBe(1);
    expect(rig.desk.requests).toHaveLength(0);
  });

  it('shown only by a flag on a followed message counts too', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    await rig.parts.intake.edited({ ...message, flags: 8 });
    await says('deleted');
  });
});

describe('an edit that leaves no signal', () => {
  const openQuestions = async () =>
    (await rig.store.questions.all()).map(([, question]) => question).filter(({ state }) => state === 'open');

  it.each([
    [
      'en',
      'chatter',
      'The author edited the signal of BTCUSDT LONG: it is no signal any more. Cancel its entries?',
    ],
    ['en', 'unreadable', 'it is invalid now (no price can be read for certain from “SL: tbd”'],
    ['zh-CN', 'chatter', '作者修改了 BTCUSDT 做多 的信号，它已不再是信号。是否撤销入场单？'],
    ['zh-CN', 'unreadable', '现在的内容无效（无法从“SL: tbd”确定价格'],
  ] as const)(
    'is not called a deletion: it says what it is now (%s, %s)',
    async (language, content, told) => {
      rig.setConfig(aConfig({ language }));
      const numbers = { text: 'SL: tbd' };
      rig.meanings.set('unreadable', { kind: 'invalid', reason: 'number_unreadable', numbers });
      const message = aMessage(rig.clock, 'long btc');
      await rig.parts.intake.created(message);
      await rig.parts.intake.edited({ ...message, content });
      await says(told);
    },
  );

  it('asks in the place of what was asked before: one question is open, and the others say so', async () => {
    rig.meanings.set('unreadable', { kind: 'invalid', reason: 'number_unreadable' });
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    await rig.parts.intake.edited({ ...message, content: 'chatter' });
    await rig.parts.intake.edited({ ...message, content: 'unreadable' });
    await rig.parts.intake.deleted(IDS.alpha, [message.id]);
    expect((await openQuestions()).map(({ text }) => text)).toEqual([
      expect.stringContaining('deleted the signal'),
    ]);
    await rig.messenger.until(
      () => rig.messenger.in(IDS.trades).filter((text) => text.includes('asked anew below')).length === 2,
      'the earlier ones say so',
    );
    const standing = rig.messenger.posted.filter(({ body }) => (body.components ?? []).length > 0);
    expect(standing).toHaveLength(1);
  });

  it('leaves the questions about other trades open', async () => {
    rig.meanings.set('long eth', { kind: 'signal', signals: [aSignal({ symbol: 'ETHUSDT' })] });
    for (const text of ['long btc', 'long eth']) {
      const message = aMessage(rig.clock, text);
      await rig.parts.intake.created(message);
      await rig.parts.intake.edited({ ...message, content: 'chatter' });
    }
    expect(await openQuestions()).toHaveLength(2);
  });
});

describe('reading back', () => {
  const past = (rigNow: Rig, ms: number, text: string) => ({
    ...aMessage(rigNow.clock, text),
    id: snowflake(rigNow.clock.at - ms),
  });

  it('takes nothing at the very first start', async () => {
    rig.history.messages = [past(rig, 5_000, 'long btc') as never];
    await rig.parts.backfill.run();
    expect(rig.desk.opens).toHaveLength(0);
    await rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    expect(rig.desk.opens).toHaveLength(1);
  });

  it('trades what is young and tells of the rest in one summary', async () => {
    rig.history.messages = [past(rig, 300_000, 'hello') as never];
    await rig.parts.backfill.run();
    rig.meanings.set('short eth', {
      kind: 'signal',
      signals: [aSignal({ symbol: 'ETHUSDT', side: 'short' })],
    });
    rig.meanings.set('long sol', { kind: 'signal', signals: [aSignal({ symbol: 'SOLUSDT' })] });
    rig.history.messages.push(
      past(rig, 200_000, 'short eth') as never,
      past(rig, 150_000, 'long sol') as never,
      past(rig, 10_000, 'long btc') as never,
    );
    rig.parts.backfill.hold();
    await rig.parts.backfill.run();
    expect(rig.desk.opens.map(({ signal }) => signal.symbol)).toEqual(['BTCUSDT']);
    await says('Expired', 'ETHUSDT', 'SOLUSDT');
    expect(rig.messenger.in(IDS.trades)).toHaveLength(1);
  });

  it('is not fooled by a live message that comes before history is read', async () => {
    rig.history.messages = [past(rig, 40_000, 'hello') as never];
    await rig.parts.backfill.run();
    rig.parts.backfill.hold();
    rig.history.messages.push(past(rig, 20_000, 'long btc') as never);
    await rig.parts.intake.created(aMessage(rig.clock, 'chatter'));
    await rig.close();
    rig = await startRig(aConfig(), rig);
    await rig.parts.backfill.run();
    expect(rig.desk.opens).toHaveLength(1);
  });

  it('does not begin again at the chatter of strangers', async () => {
    rig.history.messages = [past(rig, 60_000, 'hello') as never];
    await rig.parts.backfill.run();
    const chatter = aMessage(rig.clock, 'to the moon', by(IDS.stranger));
    await rig.parts.intake.created(chatter);
    await rig.parts.progress.flush();
    expect(await rig.store.cursors.get(IDS.alpha)).toMatchObject({ messageId: chatter.id });
  });

  it('fetches unfilled signals again, as history by id shows no edits', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    rig.meanings.set('edited', {
      kind: 'signal',
      signals: [aSignal({ takeProfits: [{ price: d(65_000) }] })],
    });
    rig.history.messages = [{ ...message, content: 'edited' } as never];
    await rig.parts.backfill.run();
    expect(rig.desk.requests.map(({ request }) => request.type)).toEqual(['set_targets']);
  });

  it('asks about what was edited or deleted while it was away, also of a trade that has filled', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    const [trade] = rig.desk.open_;
    rig.desk.open_ = [
      { ...filledTrade(), id: trade?.id ?? '', source: trade?.source ?? filledTrade().source },
    ];
    rig.meanings.set('edited', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_500) } })] });
    rig.history.messages = [{ ...message, content: 'edited', edited_timestamp: '2026-01-01' } as never];
    await rig.parts.backfill.run();
    await says('edited the signal of BTCUSDT LONG', '59500');
    rig.history.messages = [];
    await rig.parts.backfill.run();
    await says('deleted the signal of BTCUSDT LONG', 'Close');
    await rig.parts.backfill.run();
    expect(rig.messenger.in(IDS.trades)).toHaveLength(2);
    expect(rig.desk.requests).toEqual([]);
  });
});
