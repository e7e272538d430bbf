import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messageLink } from '../../src/bot/posts.ts';
import type { Signal } from '../../src/trading/model.ts';
import { aChannel, aConfig, aSignal, aSource, aTrade, d, filledTrade, IDS, snowflake } from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
});

afterEach(() => rig.close());

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);

describe('a message that was traded before its receipt could be written', () => {
  const AGO_MS = 20_000;
  const edited = (over: Partial<Signal> = {}) =>
    rig.meanings.set('edited', { kind: 'signal', signals: [aSignal(over)] });

  /** What the program finds at its start: the trade of `long btc`, no receipt, and this text in its place. */
  async function given(content: string, over: { agoMs?: number; filled?: boolean } = {}) {
    rig.history.messages = [
      { ...aMessage(rig.clock, 'hello'), id: snowflake(rig.clock.at - 900_000) } as never,
    ];
    await rig.parts.backfill.run();
    const id = snowflake(rig.clock.at - (over.agoMs ?? AGO_MS));
    const entering = aTrade({ source: aSource({ messageId: id }) });
    const trade = over.filled ? filledTrade(entering) : entering;
    rig.desk.open_ = [trade];
    rig.history.messages.push({ ...aMessage(rig.clock, content), id } as never);
    rig.desk.requestAnswer = (request) => {
      if (request.type !== 'cancel_entries') return { kind: 'done' };
      rig.desk.open_ = [];
      const closed = { ...trade, phase: 'closed' as const, closeReason: 'entry_cancelled' as const };
      rig.desk.closed = [closed];
      void rig.tell({ type: 'closed', trade: closed });
      return { kind: 'done' };
    };
    rig.parts.backfill.hold();
    await rig.parts.backfill.run();
    return { id, receipt: await rig.store.receipts.get(id) };
  }

  /** The same, and nothing has come of it. */
  async function untraded(content: string): Promise<string> {
    rig.history.messages = [
      { ...aMessage(rig.clock, 'hello'), id: snowflake(rig.clock.at - 900_000) } as never,
    ];
    await rig.parts.backfill.run();
    rig.parts.backfill.hold();
    const id = snowflake(rig.clock.at - AGO_MS);
    rig.history.messages.push({ ...aMessage(rig.clock, content), id } as never);
    return id;
  }

  it.each([
    { what: 'young', agoMs: AGO_MS },
    { what: 'older than maxAge', agoMs: 300_000 },
  ])(
    'GIVEN another stop, $what THEN the old entry is cancelled and the new plan opened',
    async ({ agoMs }) => {
      edited({ stopLoss: { price: d(59_000) } });
      const { receipt } = await given('edited', { agoMs });
      expect(rig.desk.requests.map(({ request }) => request.type)).toEqual(['cancel_entries']);
      expect(rig.desk.opens.map(({ source }) => source.index)).toEqual([100]);
      expect(receipt?.outcomes.map(({ index, result }) => [index, result])).toEqual([
        [0, 'opened'],
        [100, 'opened'],
      ]);
      expect(rig.messenger.in(IDS.trades).join()).not.toContain('Expired');
    },
  );

  it('GIVEN other targets THEN they are moved', async () => {
    edited({ takeProfits: [{ price: d(63_000) }] });
    await given('edited');
    expect(rig.desk.requests.map(({ request }) => request.type)).toEqual(['set_targets']);
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('GIVEN that the entry has filled meanwhile THEN it is a question', async () => {
    edited({ stopLoss: { price: d(59_000) } });
    await given('edited', { filled: true });
    await says('edited', 'move the stop to 59000');
    expect(rig.desk.requests).toHaveLength(0);
  });

  it('GIVEN that it says nothing any more THEN it is asked whether to cancel', async () => {
    await given('never mind');
    await says('Cancel its entries');
  });

  it.each([AGO_MS, 300_000])(
    'GIVEN the same meaning after %i ms THEN only the receipt is made up for',
    async (agoMs) => {
      const { receipt } = await given('long btc', { agoMs });
      expect(receipt?.outcomes).toMatchObject([{ index: 0, result: 'opened', symbol: 'BTCUSDT' }]);
      expect([rig.desk.requests, rig.desk.opens, rig.messenger.posted]).toEqual([[], [], []]);
    },
  );

  it('GIVEN that the edit itself comes before history is read THEN it is an edit as well', async () => {
    const message = aMessage(rig.clock, 'long btc');
    rig.desk.open_ = [aTrade({ source: aSource({ messageId: message.id }) })];
    edited({ takeProfits: [{ price: d(63_000) }] });
    await rig.parts.intake.edited({ ...message, content: 'edited' });
    expect(rig.desk.requests.map(({ request }) => request.type)).toEqual(['set_targets']);
  });

  it.each([
    { what: 'still young', agoMs: AGO_MS, result: 'opened' },
    { what: 'too old', agoMs: 300_000, result: 'expired' },
  ])('GIVEN a second signal that was not decided, $what THEN it is $result', async ({ agoMs, result }) => {
    rig.meanings.set('both', { kind: 'signal', signals: [aSignal(), aSignal({ symbol: 'ETHUSDT' })] });
    const { receipt } = await given('both', { agoMs });
    expect(receipt?.outcomes.map((one) => [one.symbol, one.result])).toEqual([
      ['BTCUSDT', 'opened'],
      ['ETHUSDT', result],
    ]);
    if (result === 'expired') await says('Expired', 'ETHUSDT');
  });

  const DENIED = `Denied · ETHUSDT LONG 60000, stop 58000, targets 62000 / 64000, 5x`;

  it.each([
    { what: 'it is denied', said: DENIED, opens: [] },
    // Under a place that no signal of the message had then: what was told of one stands under its own.
    { what: 'another one is', said: DENIED.replace('ETHUSDT', 'SOLUSDT'), opens: [2] },
  ])('GIVEN a second signal, and word from then that $what THEN opens $opens', async ({ said, opens }) => {
    rig.meanings.set('both', { kind: 'signal', signals: [aSignal(), aSignal({ symbol: 'ETHUSDT' })] });
    const word = async (id: string) => [`${said}\n[from alpha](${messageLink(aSource({ messageId: id }))})`];
    rig.history.own = (_, id) => word(id);
    await given('both');
    expect(rig.desk.opens.map(({ source }) => source.index)).toEqual(opens);
  });

  it('GIVEN a second signal THEN what is yet to be judged is noted ahead of what is known: the next end loses neither', async () => {
    rig.meanings.set('both', { kind: 'signal', signals: [aSignal(), aSignal({ symbol: 'ETHUSDT' })] });
    const expected = vi.spyOn(rig.store.changes, 'set');
    const noted = vi.spyOn(rig.store.receipts, 'set');
    const { id } = await given('both');
    const first = noted.mock.calls.findIndex(([key]) => key === id);
    expect(expected.mock.invocationCallOrder[0]).toBeLessThan(noted.mock.invocationCallOrder[first] ?? 0);
    expect(JSON.stringify(expected.mock.calls[0])).not.toContain('ETHUSDT');
  });

  it('GIVEN an edit that was begun, and Discord away THEN what was denied is not judged again', async () => {
    const eth = aSignal({ symbol: 'ETHUSDT' });
    rig.meanings.set('both', { kind: 'signal', signals: [aSignal(), eth] });
    const tight = aSignal({ stopLoss: { price: d(59_000) } });
    rig.meanings.set('tight', { kind: 'signal', signals: [tight, eth] });
    const denial = { code: 'no_stop' as const, setting: 'requireStopLoss', numbers: {} };
    rig.desk.answer = async () => ({ kind: 'denied', denial, checks: [] });
    const message = aMessage(rig.clock, 'both');
    await rig.parts.intake.created(message);
    const { meaning: judged } = (await rig.store.receipts.get(message.id)) ?? {};
    await rig.store.changes.set(message.id, { channelId: IDS.alpha, at: rig.clock.at, judged });
    rig.store.outbox.all = rig.history.own = async () => {
      throw new Error('away');
    };
    const before = rig.desk.opens.length;
    await rig.parts.intake.edited({ ...message, content: 'tight' });
    expect(rig.desk.opens.slice(before).map(({ signal }) => signal.symbol)).toEqual(['BTCUSDT']);
  });

  it('GIVEN word of one signal alone, and no trade THEN the other one is decided', async () => {
    rig.meanings.set('both', { kind: 'signal', signals: [aSignal(), aSignal({ symbol: 'ETHUSDT' })] });
    const id = await untraded('both');
    rig.history.own = async () => [`${DENIED}\n[from alpha](${messageLink(aSource({ messageId: id }))})`];
    await rig.parts.backfill.run();
    expect(rig.desk.opens.map(({ source }) => source.index)).toEqual([0]);
    const receipt = await rig.store.receipts.get(id);
    expect(receipt?.outcomes.map(({ result }) => result)).toEqual(['opened', 'denied']);
  });

  it.each([
    { what: 'the same meaning', content: 'long btc', stop: '58000' },
    { what: 'another stop', content: 'edited', stop: '59000' },
  ])('GIVEN a question that was never posted and $what THEN it is posted once', async ({ content, stop }) => {
    rig.setConfig(aConfig({ signals: [aChannel({ mode: 'confirm' })] }));
    const message = aMessage(rig.clock, 'long btc');
    rig.history.messages = [{ ...message, id: snowflake(rig.clock.at - 900_000) } as never];
    await rig.parts.backfill.run();
    await rig.parts.intake.created(message);
    rig.store.receipts.rows.clear();
    rig.store.outbox.rows.clear();
    rig.store.cards.rows.clear();
    await rig.close();
    rig.messenger.posted.length = 0;
    rig = await startRig(aConfig({ signals: [aChannel({ mode: 'confirm' })] }), rig);
    edited({ stopLoss: { price: d(59_000) } });
    rig.history.messages.push({ ...message, content } as never);
    await rig.parts.backfill.run();
    await says('trade this?');
    const [row] = [...rig.store.proposals.rows.values()].map((text) => JSON.parse(text));
    expect(row).toMatchObject({ state: 'open', signal: { stopLoss: { price: stop } } });
    expect(rig.messenger.posted).toHaveLength(1);
  });
});
