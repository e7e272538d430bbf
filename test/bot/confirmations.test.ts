import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fields } from '../../src/bot/adjustment.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Opened } from '../../src/trading/desk-types.ts';
import type { Instrument } from '../../src/trading/exchange.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import { aChannel, aConfig, aPlan, aSignal, aSource, aTrade, d, IDS } from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

const config = aConfig({ signals: [aChannel({ mode: 'confirm' })] });
let rig: Rig;
let message: ReturnType<typeof aMessage>;
let id: string;

beforeEach(async () => {
  rig = await startRig(config);
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
  message = aMessage(rig.clock, 'long btc');
  id = tradeIdOf(message.id, 0);
});

afterEach(async () => {
  vi.useRealTimers();
  await rig.close();
});

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);

async function propose(): Promise<void> {
  await rig.parts.intake.created(message);
  await says('trade this?');
}

describe('a proposal', () => {
  it('shows the plan and its risk as plain text, with buttons', async () => {
    await propose();
    const { body } = await says(
      'BTCUSDT LONG',
      '60000',
      '58000',
      '0.05 BTC',
      '3000.00 USDT',
      // 100 at the stop, 0.6 to enter as maker, 1.45 to leave as taker.
      '100.00 USDT if the stop is hit (1% of equity), 102.05 USDT with fees',
      'Liquidation 48500 (19.17% away, 5.8 times',
      'Reward/risk 1.5',
    );
    const labels = body.components?.[0]?.components.map((button) => 'label' in button && button.label);
    expect(labels).toEqual(['Confirm', 'Half size', 'Reject', 'Adjust']);
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('has Chinese buttons where that is configured', async () => {
    rig.setConfig({ ...config, language: 'zh-CN' });
    await rig.parts.intake.created(message);
    const { body } = await says('是否交易');
    const labels = body.components?.[0]?.components.map((button) => 'label' in button && button.label);
    expect(labels).toEqual(['确认', '半仓', '拒绝', '调整']);
  });

  it('names the orders as they would be sent, and each rule that was close to its limit', async () => {
    const check = { code: 'risk_limit' as const, setting: 'maxTotalRiskPct', numbers: {}, passed: true };
    rig.desk.assessment = () => ({
      kind: 'planned',
      plan: aPlan({
        quantity: d('0.051'),
        entries: [{ type: 'limit', price: d(60_000), quantity: d('0.051') }],
      }),
      checks: [
        { ...check, closeness: 0.81 },
        { ...check, setting: 'maxOpenTrades', closeness: 0.79 },
      ],
    });
    rig.desk.instruments.set('BTCUSDT', { stepSize: d('0.001') } as Instrument);
    await rig.parts.intake.created(message);
    const { body } = await says('trade this?', 'maxTotalRiskPct 81%');
    expect(body.content).not.toContain('maxOpenTrades');
    const orders = body.embeds?.[0]?.fields?.find(({ name }) => name === 'Orders')?.value.split('\n');
    expect(orders).toEqual([
      'Buy 0.051 @ 60000',
      'Sell 0.051 @ 58000 stop-market',
      'Sell 0.025 (50%) @ 62000 take profit',
      'Sell 0.026 (50%) @ 64000 take profit',
    ]);
  });

  it('follows the market, when that has moved by a tenth of a percent', async () => {
    const edits = () => rig.messenger.calls.filter((call) => call.startsWith('edit')).length;
    await propose();
    const move = async (mark: number) => {
      rig.desk.prices.set('BTCUSDT', { mark: d(mark), last: d(mark) });
      rig.clock.at += 2_000;
      await rig.parts.confirmations.refreshOne();
      await vi.waitFor(() => expect(rig.store.outbox.rows.size).toBe(0));
    };
    await move(60_500);
    await says('Price 60500 (0.0% since the signal)');
    await move(60_510);
    expect(edits()).toBe(1);
    await move(59_895);
    await says('Price 59895 (-1.0% since the signal)');
  });

  it('has no margin and no liquidation on spot', async () => {
    rig.desk.assessment = () => ({
      kind: 'planned',
      plan: aPlan({ market: 'spot', leverage: 1, liquidationPrice: null }),
      checks: [],
    });
    await propose();
    const { body } = await says('trade this?');
    expect(JSON.stringify(body)).not.toMatch(/Margin|Liquidation|isolated|1x/);
  });

  it('that the rules deny is not asked', async () => {
    rig.desk.assessment = () => ({
      kind: 'denied',
      denial: { code: 'no_stop', setting: 'requireStopLoss', numbers: {} },
      checks: [],
    });
    await rig.parts.intake.created(message);
    await says('Denied', 'no_stop');
    expect(rig.store.proposals.rows.size).toBe(0);
  });
});

describe('a click', () => {
  it('opens the trade once, however often it comes, and says who and which', async () => {
    await propose();
    const answers = await Promise.all([
      rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en),
      rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en),
    ]);
    expect(answers[0]).toBeNull();
    expect(answers[1]).not.toBeNull();
    expect(rig.desk.opens).toHaveLength(1);
    const { body } = await says('Confirmed', IDS.operator);
    expect(body.components).toEqual([]);
    expect(await rig.parts.confirmations.decide(id, 'reject', IDS.operator, catalogues.en)).toContain(
      'Already decided',
    );
  });

  it('on Reject while another is being carried out is told what came of that', async () => {
    await propose();
    const opening = Promise.withResolvers<void>();
    const { open } = rig.desk;
    rig.desk.open = async (...asked) => {
      await opening.promise;
      return open.apply(rig.desk, asked);
    };
    const yes = rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    const no = rig.parts.confirmations.decide(id, 'reject', IDS.operator, catalogues.en);
    opening.resolve();
    expect(await yes).toBeNull();
    expect(await no).toMatch(/Already decided.*Confirmed/);
    expect(rig.desk.opens).toHaveLength(1);
  });

  it('on Reject opens nothing', async () => {
    await propose();
    await rig.parts.confirmations.decide(id, 'reject', IDS.operator, catalogues.en);
    await says('Rejected by', IDS.operator);
    expect(rig.desk.opens).toHaveLength(0);
  });

  it.each<{ given: string; opened: Opened; words: string[] }>([
    {
      given: 'the rules deny at the click',
      opened: {
        kind: 'denied',
        denial: { code: 'paused', setting: null, numbers: { reason: 'user' } },
        checks: [],
      },
      words: ['Denied', 'paused', IDS.operator],
    },
    {
      given: 'the exchange refuses',
      opened: { kind: 'rejected', code: -4028, message: 'Leverage 5 is not valid' },
      words: ['Rejected', '-4028', 'Leverage 5 is not valid'],
    },
    {
      given: 'our journal fails',
      opened: { kind: 'failed', message: 'disk full' },
      words: ['Failed', 'disk full'],
    },
  ])('says so when $given', async ({ opened, words }) => {
    await propose();
    rig.desk.answer = () => opened;
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    const { body } = await says(...words);
    expect(body.components).toEqual([]);
  });

  it('counts after a restart', async () => {
    await propose();
    await rig.close();
    rig = await startRig(config, rig);
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    expect(rig.desk.opens[0]?.signal).toEqual(aSignal());
    await says('Confirmed');
  });

  it('that was carried out just before a crash is not asked again', async () => {
    await propose();
    await rig.close();
    rig.desk.open_ = [aTrade({ id, source: aSource({ messageId: message.id }) })];
    rig = await startRig(config, rig);
    await says('Confirmed');
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('that is over while the store cannot be read is edited where an earlier run has posted it', async () => {
    await propose();
    await rig.close();
    rig = await startRig(config, rig);
    rig.store.cards.get = async () => {
      throw new Error('cannot be read');
    };
    rig.clock.at += 120_000;
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    await says('Expired');
    expect(rig.messenger.in(IDS.trades)).toHaveLength(1);
  });

  it('behind the time limit is too late even before the timer has noticed', async () => {
    await propose();
    rig.clock.at += 120_000;
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    await says('Expired');
    expect(rig.desk.opens).toHaveLength(0);
  });
});

describe('half of it', () => {
  const half = () => rig.parts.confirmations.decide(id, 'half', IDS.operator, catalogues.en);

  it('risks half of what was shown, also where a limit had cut that already', async () => {
    rig.desk.assessment = () => ({ kind: 'planned', plan: aPlan({ riskPct: d('0.3') }), checks: [] });
    await propose();
    expect(await half()).toBeNull();
    expect(rig.desk.opens[0]?.channel?.risk.riskPerTradePct).toEqual(d('0.15'));
    await says('Confirmed at half size by', IDS.operator);
  });

  it('that is too small for the exchange leaves the question open', async () => {
    await propose();
    rig.desk.answer = () => ({
      kind: 'denied',
      denial: {
        code: 'size_too_small',
        setting: null,
        numbers: { quantity: '0.0004', minQuantity: '0.001' },
      },
      checks: [],
    });
    expect(await half()).toContain('0.0004');
    rig.desk.answer = () => null;
    expect(await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en)).toBeNull();
    expect(rig.desk.opens.at(-1)?.channel?.risk.riskPerTradePct).toEqual(d(1));
  });
});

describe('adjusting', () => {
  const adjusted = aSignal({ stopLoss: { price: d(59_000) }, takeProfits: [{ price: d(63_000) }] });
  const send = (over: Partial<Fields> = {}) =>
    rig.parts.confirmations.adjust(
      id,
      { stop: '59000', targets: '63000', size: '0.02', ...over },
      IDS.operator,
      catalogues.en,
    );

  beforeEach(() => {
    // What the form's texts mean to the parser of this test.
    rig.meanings.set('BTCUSDT LONG\nEntry: 60000\nSL: 59000', { kind: 'signal', signals: [adjusted] });
    rig.meanings.set('BTCUSDT LONG\nEntry: 60000\nSL: 59000\nTP1: 63000', {
      kind: 'signal',
      signals: [adjusted],
    });
  });

  it.each([
    { words: 'tighter', becomes: { state: 'open', signal: { stopLoss: { price: d(58_500) } } } },
    { words: 'never mind', becomes: { state: 'withdrawn' } },
    { words: null, becomes: { state: 'open', sourceDeleted: true } },
  ])(
    'is over before an edit to $words that it came in between is carried out',
    async ({ words, becomes }) => {
      await propose();
      rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(58_500) } })] });
      const judging = Promise.withResolvers<void>();
      const { preview } = rig.desk;
      rig.desk.preview = async (...asked) => {
        await judging.promise;
        return preview.apply(rig.desk, asked);
      };
      const { set } = rig.store.receipts;
      const adjusted: Promise<unknown>[] = [];
      rig.store.receipts.set = async (...row) => {
        if (adjusted.length === 0) adjusted.push(send());
        await set(...row);
      };
      const { intake } = rig.parts;
      const changed =
        words === null
          ? intake.deleted(message.channel_id, [message.id])
          : intake.edited({ ...message, content: words });
      await vi.waitFor(() => expect(adjusted).toHaveLength(1));
      judging.resolve();
      expect(await adjusted[0]).toBeNull();
      await changed;
      expect([...rig.store.proposals.rows.keys()]).toEqual([id]);
      expect(await rig.parts.confirmations.find(id)).toMatchObject(becomes);
    },
  );

  it.each([
    { given: 'a form', decided: () => send(), opens: 0, asks: [] },
    {
      given: 'a click',
      decided: () => rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en),
      opens: 1,
      asks: [{ tradeId: expect.anything(), request: { type: 'close' } }],
    },
  ])('is over before a message that takes the signal back is carried out: $given', async (given) => {
    await propose();
    rig.meanings.set('out', { kind: 'update', updates: [{ action: 'close', symbol: 'BTCUSDT' }] });
    const judging = Promise.withResolvers<void>();
    const { preview, open } = rig.desk;
    rig.desk.preview = async (...asked) => {
      await judging.promise;
      return preview.apply(rig.desk, asked);
    };
    rig.desk.open = async (...asked) => {
      await judging.promise;
      return open.apply(rig.desk, asked);
    };
    const waits = vi.spyOn(rig.parts.confirmations, 'settled');
    const decided = given.decided();
    rig.clock.at += 1_000;
    const over = rig.parts.intake.created(aMessage(rig.clock, 'out'));
    await vi.waitFor(() => expect(waits).toHaveBeenCalled());
    judging.resolve();
    expect(await decided).toBeNull();
    await over;
    expect(rig.desk.opens).toHaveLength(given.opens);
    expect(rig.desk.requests).toMatchObject(given.asks);
    expect(await rig.parts.confirmations.find(id)).toMatchObject({
      state: given.opens === 1 ? 'confirmed' : 'withdrawn',
    });
  });

  it('shows the new plan in the same message, and that is what is confirmed, also after a restart', async () => {
    await propose();
    rig.desk.assessment = () => ({ kind: 'planned', plan: aPlan({ stopPrice: d(59_000) }), checks: [] });
    expect(await send()).toBeNull();
    await says('trade this?', '59000', `Adjusted by <@${IDS.operator}>`);
    expect(rig.messenger.in(IDS.trades)).toHaveLength(1);
    await rig.close();
    rig = await startRig(config, rig);
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en, 1);
    expect(rig.desk.opens[0]).toMatchObject({
      signal: adjusted,
      channel: { risk: { riskPerTradePct: d('0.2') } },
    });
  });

  it('that a rule denies changes nothing and keeps what was written, also over a restart', async () => {
    await propose();
    rig.desk.assessment = () => ({
      kind: 'denied',
      denial: {
        code: 'reward_too_small',
        setting: 'minRewardRisk',
        numbers: { rewardRisk: '0.5', limit: '1' },
      },
      checks: [],
    });
    expect(await send()).toEqual([{ field: 'targets', why: expect.stringContaining('reward_too_small') }]);
    await rig.close();
    rig = await startRig(config, rig);
    expect(await rig.parts.confirmations.form(id)).toMatchObject({
      fields: { stop: '59000', targets: '63000', size: '0.02' },
      proposal: { signal: aSignal() },
    });
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    expect(rig.desk.opens[0]?.signal).toEqual(aSignal());
  });

  it('may never risk more than the settings allow, not even when those have been lowered since', async () => {
    await propose();
    expect(await send({ size: '0.5' })).toEqual([
      { field: 'size', why: expect.stringContaining('riskPerTradePct') },
    ]);
    expect(await send()).toBeNull();
    await rig.settings.set('riskPerTradePct', 0.1, IDS.operator);
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en, 1);
    expect(rig.desk.opens[0]?.channel?.risk.riskPerTradePct).toEqual(d('0.1'));
  });

  it('comes too late after the decision and after the time', async () => {
    await propose();
    await rig.parts.confirmations.decide(id, 'reject', IDS.operator, catalogues.en);
    expect(await send()).toContain('Already decided');
    expect(await rig.parts.confirmations.form(id)).toContain('Already decided');
  });

  it('is forgotten when the author changes the signal', async () => {
    await propose();
    expect(await send()).toBeNull();
    const edited = aSignal({ stopLoss: { price: d(58_500) } });
    rig.meanings.set('edited', { kind: 'signal', signals: [edited] });
    await rig.parts.intake.edited({ ...message, content: 'edited' });
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en, 2);
    expect(rig.desk.opens[0]).toMatchObject({ signal: edited, channel: { risk: { riskPerTradePct: d(1) } } });
    expect(JSON.stringify([...rig.store.proposals.rows.values()])).not.toContain('adjustedBy');
  });
});

it('an entry at market is confirmed with the price at which it was read', async () => {
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal({ entry: { type: 'market' } })] });
  await propose();
  await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
  expect(rig.desk.opens[0]?.signal.entry).toEqual({ type: 'market', reference: d(60_500) });
});

it('GIVEN a coin that is listed by the thousand THEN that price is in the scale of its author', async () => {
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal({ entry: { type: 'market' } })] });
  const numbers = { from: 'BTCUSDT', to: '1000BTCUSDT', factor: '1000' };
  const plan = aPlan({ notes: [{ code: 'symbol_scaled', numbers }] });
  rig.desk.assessment = () => ({ kind: 'planned', plan, checks: [] });
  await propose();
  await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
  expect(rig.desk.opens[0]?.signal.entry).toEqual({ type: 'market', reference: d('60.5') });
});

describe('expiry', () => {
  it('comes by the clock', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await rig.parts.intake.created(message);
    rig.clock.at += 120_000;
    await vi.advanceTimersByTimeAsync(120_000);
    vi.useRealTimers();
    await says('Expired');
    expect(await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en)).toContain(
      'Already decided',
    );
  });

  it('comes at the start for what ran out meanwhile', async () => {
    await propose();
    await rig.close();
    rig.clock.at += 500_000;
    rig = await startRig(config, rig);
    await says('Expired');
    expect(rig.desk.opens).toHaveLength(0);
  });
});

describe('an edit of a signal that waits', () => {
  it('is judged again and shown in the same message', async () => {
    await propose();
    rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_000) } })] });
    rig.desk.assessment = () => ({ kind: 'planned', plan: aPlan({ stopPrice: d(59_000) }), checks: [] });
    await rig.parts.intake.edited({ ...message, content: 'tighter' });
    await says('trade this?', '59000');
    expect(rig.messenger.in(IDS.trades)).toHaveLength(1);
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en, 1);
    expect(rig.desk.opens[0]?.signal.stopLoss).toEqual({ price: d(59_000) });
  });

  it.each([
    { given: 'an edit', changed: {}, words: ['59000'] },
    { given: 'a deletion', changed: { sourceDeleted: true }, words: ['59000', 'deleted'] },
  ])('of which $given was written, but not posted before the end, is shown by the next run', async (row) => {
    await propose();
    await rig.close();
    const asked = await rig.store.proposals.get(id);
    if (!asked) throw new Error('not asked');
    const signal = aSignal({ stopLoss: { price: d(59_000) } });
    const plan = aPlan({ stopPrice: d(59_000) });
    await rig.store.proposals.set(id, { ...asked, signal, plan, revision: 1, ...row.changed });
    await rig.store.changes.set(message.id, { channelId: IDS.alpha, at: rig.clock.at });
    rig.meanings.set('tighter', { kind: 'signal', signals: [signal] });
    const edited_timestamp = new Date(rig.clock.at).toISOString();
    rig.history.messages = row.changed.sourceDeleted
      ? []
      : [{ ...message, content: 'tighter', edited_timestamp } as never];
    rig = await startRig(config, rig);
    await rig.parts.backfill.run();
    await says('trade this?', ...row.words);
    expect(rig.messenger.in(IDS.trades)).toHaveLength(1);
    expect(rig.store.changes.rows.size).toBe(0);
  });

  it('is not what a click meant on what was shown before, which may still say no', async () => {
    await propose();
    const [before = ''] = [JSON.stringify((await says('trade this?')).body)];
    rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_000) } })] });
    await rig.parts.intake.edited({ ...message, content: 'tighter' });
    const late = rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en, 0);
    expect(await late).toBe(catalogues.en.proposal.changed);
    expect(rig.desk.opens).toHaveLength(0);
    await vi.waitFor(async () =>
      expect(JSON.stringify((await says('trade this?')).body)).toContain(`p:${id}:confirm.1"`),
    );
    expect(before).toContain(`p:${id}:confirm"`);
    rig.clock.at += 2_000;
    await rig.parts.confirmations.decide(id, 'reject', IDS.operator, catalogues.en, 0);
    await says('Rejected');
  });

  it('does not lose the no that comes while it is judged: a yes after that is none', async () => {
    await propose();
    rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_000) } })] });
    const judging = Promise.withResolvers<void>();
    const { preview } = rig.desk;
    const preview_ = vi.spyOn(rig.desk, 'preview').mockImplementation(async (...asked) => {
      await judging.promise;
      return preview.apply(rig.desk, asked);
    });
    const edited = rig.parts.intake.edited({ ...message, content: 'tighter' });
    await vi.waitFor(() => expect(preview_).toHaveBeenCalled());
    const { confirmations } = rig.parts;
    const no = confirmations.decide(id, 'reject', IDS.operator, catalogues.en);
    // However little is between the changed question and the no.
    const yes = Array.from({ length: 200 }, async (_, turns) => {
      await judging.promise;
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      return confirmations.decide(id, 'confirm', IDS.operator, catalogues.en, 1);
    });
    judging.resolve();
    await edited;
    expect(await no).toBeNull();
    for (const answer of await Promise.all(yes)) expect(answer).not.toBeNull();
    expect(await confirmations.find(id)).toMatchObject({ state: 'rejected', by: IDS.operator });
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('waits for what has just been clicked, and is about the trade then', async () => {
    await propose();
    rig.meanings.set('tighter', { kind: 'signal', signals: [aSignal({ stopLoss: { price: d(59_000) } })] });
    const opening = Promise.withResolvers<void>();
    const { open } = rig.desk;
    rig.desk.open = async (...asked) => {
      await opening.promise;
      return open.apply(rig.desk, asked);
    };
    const clicked = rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    const edited = rig.parts.intake.edited({ ...message, content: 'tighter' });
    opening.resolve();
    await clicked;
    rig.desk.requestAnswer = () => ({ kind: 'done' });
    await vi.waitFor(() =>
      expect(rig.desk.requests).toMatchObject([{ request: { type: 'cancel_entries' } }]),
    );
    const [trade] = rig.desk.open_;
    if (trade) await rig.tell({ type: 'closed', trade: { ...trade, phase: 'closed' } });
    await edited;
    expect(rig.desk.opens.map(({ source }) => source.index)).toEqual([0]);
    // Asked anew, once the old entries are gone.
    expect([...rig.store.proposals.rows.keys()]).toEqual([id, tradeIdOf(message.id, 100)]);
  });

  it('that is denied now ends it', async () => {
    await propose();
    rig.meanings.set('no stop', { kind: 'signal', signals: [aSignal({ stopLoss: null })] });
    rig.desk.assessment = () => ({
      kind: 'denied',
      denial: { code: 'no_stop', setting: 'requireStopLoss', numbers: {} },
      checks: [],
    });
    await rig.parts.intake.edited({ ...message, content: 'no stop' });
    await says('Denied', 'no_stop');
  });

  it('into something else takes it back', async () => {
    await propose();
    await rig.parts.intake.edited({ ...message, content: 'never mind' });
    await says('Withdrawn');
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator, catalogues.en);
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('by deletion is shown beside the buttons', async () => {
    await propose();
    await rig.parts.intake.deleted(IDS.alpha, [message.id]);
    const { body } = await says('trade this?', 'deleted');
    expect(body.components).toHaveLength(1);
  });
});
