import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Opened } from '../../src/trading/desk-types.ts';
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
      '100.00 USDT',
      '1%',
      'Reward/risk 1.5',
    );
    const labels = body.components?.[0]?.components.map((button) => 'label' in button && button.label);
    expect(labels).toEqual(['Confirm', 'Reject']);
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('has Chinese buttons where that is configured', async () => {
    rig.setConfig({ ...config, language: 'zh-CN' });
    await rig.parts.intake.created(message);
    const { body } = await says('是否交易');
    const labels = body.components?.[0]?.components.map((button) => 'label' in button && button.label);
    expect(labels).toEqual(['确认', '拒绝']);
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
      rig.parts.confirmations.decide(id, 'confirm', IDS.operator),
      rig.parts.confirmations.decide(id, 'confirm', IDS.operator),
    ]);
    expect(answers[0]).toBeNull();
    expect(answers[1]).not.toBeNull();
    expect(rig.desk.opens).toHaveLength(1);
    const { body } = await says('Confirmed', IDS.operator);
    expect(body.components).toEqual([]);
    expect(await rig.parts.confirmations.decide(id, 'reject', IDS.operator)).toContain('Already decided');
  });

  it('on Reject opens nothing', async () => {
    await propose();
    await rig.parts.confirmations.decide(id, 'reject', IDS.operator);
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
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator);
    const { body } = await says(...words);
    expect(body.components).toEqual([]);
  });

  it('counts after a restart', async () => {
    await propose();
    await rig.close();
    rig = await startRig(config, rig);
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator);
    expect(rig.desk.opens[0]?.signal).toEqual(aSignal());
    await says('Confirmed');
  });

  it('that was carried out just before a crash is not asked again', async () => {
    await propose();
    await rig.close();
    rig.desk.open_ = [aTrade({ id, source: aSource({ messageId: message.id }) })];
    rig = await startRig(config, rig);
    await says('Confirmed');
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator);
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('behind the time limit is too late even before the timer has noticed', async () => {
    await propose();
    rig.clock.at += 120_000;
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator);
    await says('Expired');
    expect(rig.desk.opens).toHaveLength(0);
  });
});

describe('expiry', () => {
  it('comes by the clock', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await rig.parts.intake.created(message);
    rig.clock.at += 120_000;
    await vi.advanceTimersByTimeAsync(120_000);
    vi.useRealTimers();
    await says('Expired');
    expect(await rig.parts.confirmations.decide(id, 'confirm', IDS.operator)).toContain('Already decided');
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
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator);
    expect(rig.desk.opens[0]?.signal.stopLoss).toEqual({ price: d(59_000) });
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
    await rig.parts.confirmations.decide(id, 'confirm', IDS.operator);
    expect(rig.desk.opens).toHaveLength(0);
  });

  it('by deletion is shown beside the buttons', async () => {
    await propose();
    await rig.parts.intake.deleted(IDS.alpha, [message.id]);
    const { body } = await says('trade this?', 'deleted');
    expect(body.components).toHaveLength(1);
  });
});
