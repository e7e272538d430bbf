import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Receipt } from '../../src/bot/records.ts';
import type { RuleCheck } from '../../src/risk/assess.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import { aChannel, aConfig, aPlan, aSignal, aSource, aTrade, d, filledTrade, IDS } from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

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
