import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Receipt } from '../../src/bot/records.ts';
import type { RuleCheck } from '../../src/risk/assess.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import {
  aChannel,
  aConfig,
  aPlan,
  aSignal,
  aSource,
  aTrade,
  d,
  filledTrade,
  IDS,
  snowflake,
} from './fakes.ts';
import { aMessage, by, type Rig, startRig } from './rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
});

afterEach(() => rig.close());

const check: RuleCheck = {
  code: 'stop_too_far',
  setting: 'maxStopDistancePct',
  numbers: { distancePct: '3.333', limitPct: '25' },
  passed: true,
  closeness: 0.133,
};

async function receiptOf(content: string): Promise<Receipt | undefined> {
  const message = aMessage(rig.clock, content);
  await rig.parts.intake.created(message);
  return rig.store.receipts.get(message.id);
}

describe('every message leaves a receipt with its text and the words', () => {
  it.each([
    { content: 'good morning', kind: 'none' },
    { content: 'nonsense', kind: 'invalid' },
    { content: 'close it', kind: 'update' },
    { content: 'long btc', kind: 'signal' },
  ])('GIVEN $kind', async ({ content, kind }) => {
    rig.meanings.set('nonsense', { kind: 'invalid', reason: 'sl_wrong_side' });
    rig.meanings.set('close it', { kind: 'update', updates: [{ action: 'close', symbol: null }] });
    const left = await receiptOf(content);
    expect(left).toMatchObject({ kind, text: content, textLength: content.length });
    expect(left?.evidence).toHaveLength(1);
  });

  it('GIVEN a very long one THEN only its beginning is kept', async () => {
    const left = await receiptOf('x'.repeat(100_000));
    expect(left).toMatchObject({ textLength: 100_000 });
    expect(left?.text).toHaveLength(4_000);
  });

  it('GIVEN an edit THEN the receipt tells of the new text', async () => {
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    await rig.parts.intake.edited({ ...message, content: 'never mind' });
    const left = await rig.store.receipts.get(message.id);
    expect(left).toMatchObject({ kind: 'none', text: 'never mind', revision: 1 });
  });
});

describe('the rules that were asked are kept', () => {
  it.each(['auto', 'confirm', 'observe'] as const)('in mode %s', async (mode) => {
    rig.setConfig(aConfig({ signals: [aChannel({ mode })] }));
    rig.desk.assessment = () => ({ kind: 'planned', plan: aPlan(), checks: [check] });
    expect((await receiptOf('long btc'))?.outcomes[0]?.checks).toEqual([check]);
  });

  it('of a denial', async () => {
    const denial = { code: 'no_stop' as const, setting: 'requireStopLoss', numbers: {} };
    rig.desk.answer = () => ({ kind: 'denied', denial, checks: [check] });
    expect((await receiptOf('long btc'))?.outcomes[0]?.checks).toEqual([check]);
  });

  it('of the click, where they were asked once more', async () => {
    rig.setConfig(aConfig({ signals: [aChannel({ mode: 'confirm' })] }));
    const left = await receiptOf('long btc');
    rig.desk.assessment = () => ({ kind: 'planned', plan: aPlan(), checks: [check] });
    const id = left?.outcomes[0]?.tradeId ?? '';
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    expect((await rig.store.proposals.get(id))?.checks).toEqual([check]);
  });
});

describe('what an update did is kept', () => {
  const moved = { action: 'move_stop' as const, symbol: 'BTCUSDT', price: d(59_000) };

  it.each([
    { given: 'a trade', answer: { kind: 'done' } as const, result: 'done' },
    { given: 'a refusal', answer: { kind: 'refused', reason: 'wrong_side' } as const, result: 'wrong_side' },
    { given: 'a wider stop', answer: { kind: 'refused', reason: 'raises_risk' } as const, result: 'asked' },
  ])('GIVEN $given', async ({ answer, result }) => {
    const trade = filledTrade();
    rig.desk.open_ = [trade];
    rig.desk.requestAnswer = () => answer;
    rig.meanings.set('up', { kind: 'update', updates: [moved] });
    const left = await receiptOf('up');
    expect(left?.tradeIds).toEqual([trade.id]);
    expect(left?.effects).toMatchObject([
      { action: 'move_stop', tradeId: trade.id, symbol: 'BTCUSDT', side: 'long', result },
    ]);
  });

  it.each([
    { given: 'no trade', update: moved, result: 'no_trade' },
    { given: 'a report', update: { action: 'stop_hit' as const, symbol: null }, result: 'only_told' },
  ])('GIVEN $given', async ({ update, result }) => {
    rig.meanings.set('up', { kind: 'update', updates: [update] });
    expect((await receiptOf('up'))?.effects).toMatchObject([{ tradeId: null, result }]);
  });

  it('GIVEN two trades that could be meant THEN that it was asked', async () => {
    rig.desk.open_ = [1, 2].map((index) =>
      filledTrade(aTrade({ source: aSource({ index }), id: tradeIdOf('1400000000000000000', index) })),
    );
    rig.meanings.set('up', { kind: 'update', updates: [{ action: 'break_even', symbol: null }] });
    expect((await receiptOf('up'))?.effects).toMatchObject([{ tradeId: null, result: 'asked' }]);
  });

  it('GIVEN a signal that waits for a click THEN that it was taken back', async () => {
    rig.setConfig(aConfig({ signals: [aChannel({ mode: 'confirm' })] }));
    await receiptOf('long btc');
    rig.meanings.set('up', { kind: 'update', updates: [{ action: 'cancel_entry', symbol: 'BTCUSDT' }] });
    expect((await receiptOf('up'))?.effects).toMatchObject([{ symbol: 'BTCUSDT', result: 'withdrawn' }]);
  });
});

describe('a receipt that the store cannot take', () => {
  const away = () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const set = vi.spyOn(rig.store.receipts, 'set').mockRejectedValue(new Error('connect ECONNREFUSED'));
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: { code: 'not_ready', setting: null, numbers: {} },
      checks: [],
    });
    return () => {
      set.mockRestore();
      rig.desk.answer = () => null;
    };
  };

  it('is known all the same: what was denied is not decided again when history shows it, and it is written later', async () => {
    const comeBack = away();
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    expect(rig.messenger.says(IDS.trades, 'not_ready')).toBeDefined();
    comeBack();
    await rig.parts.intake.fromHistory(message);
    expect(rig.desk.opens).toHaveLength(1);
    expect(await rig.store.receipts.get(message.id)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await rig.store.receipts.get(message.id)).toMatchObject({ outcomes: [{ result: 'denied' }] });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is tried until it can be written, and once more at the end', async () => {
    const comeBack = away();
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    await vi.advanceTimersByTimeAsync(20_000);
    comeBack();
    await rig.parts.settle();
    expect(await rig.store.receipts.get(message.id)).toMatchObject({ kind: 'signal' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of mere talk is not kept for that', async () => {
    away();
    await rig.parts.intake.created(aMessage(rig.clock, 'good morning'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('before half of a position is closed keeps that from being done, and the message to be read again', async () => {
    rig.meanings.set('half', {
      kind: 'update',
      updates: [{ action: 'close_partial', symbol: null, fraction: d('0.5') }],
    });
    rig.desk.open_ = [filledTrade(aTrade())];
    const comeBack = away();
    const message = aMessage(rig.clock, 'half');
    await rig.parts.intake.created(message);
    expect(rig.desk.requests).toEqual([]);
    comeBack();
    await rig.parts.intake.fromHistory(message);
    expect(rig.desk.requests).toHaveLength(1);
  });
});

describe('a receipt of what neither the store nor Discord has taken', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    rig.messenger.refuse = () => new TypeError('fetch failed');
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: { code: 'not_ready', setting: null, numbers: {} },
      checks: [],
    });
  });

  afterEach(() => void vi.useRealTimers());

  /** Messages cannot be kept; all else can. */
  const away = () => vi.spyOn(rig.store.outbox, 'set').mockRejectedValue(new Error('disk full'));
  const told = () => [...rig.store.outbox.rows.values()].join();

  it('is written, and the message counts as read, once it is kept what is to be said', async () => {
    const set = away();
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rig.store.receipts.rows.size).toBe(0);
    expect(rig.store.cursors.rows.size).toBe(0);
    set.mockRestore();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(told()).toContain('not_ready');
    expect(await rig.store.receipts.get(message.id)).toMatchObject({ outcomes: [{ result: 'denied' }] });
    expect(await rig.store.cursors.get(IDS.alpha)).toMatchObject({ messageId: message.id });
  });

  it('leaves the signal to the next run where this one dies', async () => {
    await rig.parts.backfill.run();
    const set = away();
    const message = aMessage(rig.clock, 'long btc');
    rig.history.messages = [message as never];
    await rig.parts.intake.created(message);
    set.mockRestore();
    rig.desk.answer = () => null;
    rig = await startRig(aConfig(), rig);
    await rig.parts.backfill.run();
    expect(rig.desk.open_.map(({ source }) => source.messageId)).toEqual([message.id]);
  });

  it('does not end an edit: the next run reads that again', async () => {
    const message = aMessage(rig.clock, 'good morning');
    await rig.parts.intake.created(message);
    const set = away();
    await rig.parts.intake.edited({ ...message, content: 'long btc' });
    rig.meanings.set('short btc', { kind: 'signal', signals: [aSignal({ side: 'short' })] });
    await rig.parts.intake.edited({ ...message, content: 'short btc' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect([...rig.store.changes.rows.keys()]).toEqual([message.id]);
    set.mockRestore();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(told()).toContain('SHORT');
    expect(rig.store.changes.rows.size).toBe(0);
  });

  it('of what came too late waits likewise, and so does the place of its channel', async () => {
    await rig.parts.backfill.run();
    const before = await rig.store.cursors.get(IDS.alpha);
    const message = aMessage(rig.clock, 'long btc');
    rig.history.messages = [message as never];
    rig.clock.at += 61_000;
    const set = away();
    const reading = rig.parts.backfill.run();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rig.store.receipts.rows.size).toBe(0);
    expect(await rig.store.cursors.get(IDS.alpha)).toEqual(before);
    set.mockRestore();
    await vi.advanceTimersByTimeAsync(2_000);
    await reading;
    expect(told()).toContain('Expired');
    expect(await rig.store.receipts.get(message.id)).toMatchObject({ outcomes: [{ result: 'expired' }] });
    expect(await rig.store.cursors.get(IDS.alpha)).toMatchObject({ messageId: message.id });
  });
});

describe('a signal whose receipt was lost with an earlier run', () => {
  const AGO_MS = 10_000;
  const linkTo = (id: string) => `[from alpha](https://discord.com/channels/${IDS.guild}/${IDS.alpha}/${id})`;

  /** Posted before this run, and then something in the trades channel. */
  async function given(said: (id: string) => string, author: string): Promise<Receipt | undefined> {
    const id = snowflake(rig.clock.at - AGO_MS);
    const message = aMessage(rig.clock, 'long btc', { id });
    rig.history.messages = [
      message,
      aMessage(rig.clock, said(id), {
        id: snowflake(rig.clock.at - AGO_MS + 100),
        channel_id: IDS.trades,
        ...by(author),
      }),
    ] as never;
    await rig.parts.intake.fromHistory(message);
    return rig.store.receipts.get(id);
  }

  it('GIVEN that it was told as denied THEN it stays so', async () => {
    const left = await given((id) => `Denied · BTCUSDT\nnot_ready: the store\n${linkTo(id)}`, IDS.bot);
    expect(rig.desk.opens).toEqual([]);
    expect(left?.outcomes).toMatchObject([
      { result: 'denied', detail: expect.stringContaining('not_ready') },
    ]);
  });

  it('GIVEN that it was about to be told as denied THEN it stays so', async () => {
    const id = snowflake(rig.clock.at - AGO_MS);
    const body = { content: `Denied · BTCUSDT\nnot_ready: the store\n${linkTo(id)}` };
    const to = { type: 'channel', id: IDS.trades } as const;
    const slot = `report:${id}:0`;
    const entry = { id: '1', to, slot, body: JSON.stringify(body), createdAt: rig.clock.at };
    await rig.store.outbox.set('1', entry);
    await rig.parts.intake.fromHistory(aMessage(rig.clock, 'long btc', { id }));
    expect(rig.desk.opens).toEqual([]);
    expect((await rig.store.receipts.get(id))?.outcomes).toMatchObject([{ result: 'denied' }]);
  });

  it.each([
    { what: 'nothing was said of it', said: () => 'good morning', author: IDS.bot },
    { what: 'somebody else quotes it', said: linkTo, author: IDS.stranger },
    { what: 'another one was denied', said: () => linkTo(snowflake(0)), author: IDS.bot },
  ])('GIVEN that $what THEN it is traded', async ({ said, author }) => {
    const left = await given(said, author);
    expect(left?.outcomes).toMatchObject([{ result: 'opened' }]);
  });

  it('GIVEN that Discord does not tell THEN it is traded, as without a store that was away', async () => {
    rig.history.own = () => Promise.reject(new Error('503'));
    expect((await given(() => '', IDS.bot))?.outcomes).toMatchObject([{ result: 'opened' }]);
  });
});
