import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MessageBody } from '../../src/bot/ports.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import type { Trade } from '../../src/trading/model.ts';
import { aConfig, aFill, anOrder, aTrade, d, FakeDesk, filledTrade, IDS } from './fakes.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.close());

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
const dmSays = (...words: string[]) => rig.messenger.says(`dm-${IDS.operator}`, ...words);
const labels = (body: MessageBody) =>
  body.layout?.flatMap((part) =>
    'components' in part ? part.components.flatMap((inner) => ('label' in inner ? [inner.label] : [])) : [],
  );

function entryFilled(trade: Trade = filledTrade()): Extract<DeskEvent, { type: 'filled' }> {
  const [order] = trade.orders;
  if (!order) throw new Error('a trade without orders');
  return { type: 'filled', trade, order, fills: trade.fills };
}

function closedTrade(over: Partial<Trade> = {}): Trade {
  const open = filledTrade();
  return {
    ...open,
    phase: 'closed',
    closedAt: rig.clock.at,
    closeReason: 'targets',
    orders: [
      ...open.orders,
      anOrder({ clientId: 't0', role: 'target', action: 'SELL', executed: d('0.05') }),
    ],
    fills: [
      ...open.fills,
      aFill({
        tradeId: '2',
        clientId: 't0',
        action: 'SELL',
        price: d(62_000),
        realisedPnl: d(100),
        commission: d('1.55'),
      }),
    ],
    funding: d('-0.95'),
    ...over,
  };
}

describe('the card', () => {
  it('is one message from the first order to the close', async () => {
    const trade = aTrade();
    await rig.tell({ type: 'opened', trade });
    await says('BTCUSDT LONG', 'waiting for entry', '58000');
    await rig.tell({ type: 'changed', trade: filledTrade() });
    await rig.messenger.until(
      () => rig.messenger.in(IDS.trades)[0]?.includes('0.05 @ 60000') ?? false,
      'edit',
    );
    rig.clock.at += 2_000;
    await rig.tell({ type: 'closed', trade: closedTrade() });
    await rig.messenger.until(() => rig.messenger.in(IDS.trades)[0]?.startsWith('Closed') ?? false, 'close');
    const card = rig.messenger.posted[0];
    expect(labels(card?.body ?? { content: '' })).toEqual([]);
    expect(rig.messenger.in(IDS.trades)).toHaveLength(2);
  });

  it.each([
    {
      language: 'en' as const,
      expected: ['Close 25%', 'Close 50%', 'Close 100%', 'Break-even', 'Cancel entries', 'Details'],
    },
    {
      language: 'zh-CN' as const,
      expected: ['平仓 25%', '平仓 50%', '平仓 100%', '保本', '撤销挂单', '详情'],
    },
  ])('has its buttons in $language', async ({ language, expected }) => {
    rig.setConfig(aConfig({ language }));
    await rig.tell({ type: 'opened', trade: aTrade() });
    const { body } = await says('BTCUSDT');
    expect(labels(body)).toEqual(expected);
  });

  it('ends with the newest state even when an older event is still being told', async () => {
    void rig.tell(entryFilled());
    await rig.tell({ type: 'closed', trade: closedTrade() });
    await rig.messenger.until(
      () => rig.messenger.posted.some((one) => JSON.stringify(one.body.layout ?? []).includes('closed')),
      'the closed card',
    );
  });
});

describe('a fill', () => {
  it('is one message in the channel and one to each operator, and then the desk knows', async () => {
    await rig.tell(entryFilled());
    await says('Filled', 'BTCUSDT LONG entry', '0.05 @ 60000', 'stop 58000', 'fee 1.50 USDT');
    await dmSays('Filled', 'BTCUSDT LONG entry');
    expect(rig.desk.announcements).toEqual([`${aTrade().id} sb-x-0-e0-0`]);
  });

  it('is said in Chinese where that is configured', async () => {
    rig.setConfig(aConfig({ language: 'zh-CN' }));
    await rig.tell(entryFilled());
    await says('已成交', 'BTCUSDT', '0.05 @ 60000');
  });

  it('that grows is told in the same message', async () => {
    const part = filledTrade();
    part.orders = [anOrder({ executed: d('0.02') })];
    part.fills = [aFill({ quantity: d('0.02') })];
    await rig.tell(entryFilled(part));
    await says('Filled', '0.02 of 0.05 so far');
    await rig.tell(entryFilled());
    await rig.messenger.until(
      () => !rig.messenger.in(IDS.trades).join().includes('so far'),
      'the whole fill',
    );
    expect(rig.messenger.in(IDS.trades).filter((text) => text.startsWith('Filled'))).toHaveLength(1);
  });

  it('is told before the desk may forget it', async () => {
    const announced: number[] = [];
    rig.desk.announced = async () =>
      void announced.push(rig.store.outbox.rows.size + rig.messenger.posted.length);
    await rig.tell(entryFilled());
    expect(announced[0]).toBeGreaterThan(0);
  });
});

describe('what neither the store nor Discord has taken', () => {
  it('is not told by the word of the desk, nor of the history, before one of them has', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const set = vi.spyOn(rig.store.outbox, 'set').mockRejectedValue(new Error('disk full'));
    rig.messenger.refuse = () => new TypeError('fetch failed');
    await rig.tell(entryFilled());
    await rig.tell({ type: 'closed', trade: closedTrade() });
    await vi.advanceTimersByTimeAsync(10_000);
    expect([rig.desk.announcements, rig.store.histories.rows.size]).toEqual([[], 0]);
    set.mockRestore();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(rig.desk.announcements).toHaveLength(2);
    expect(rig.store.histories.rows.size).toBe(1);
  });
});

describe('what we did not order', () => {
  it.each([
    { cause: 'user' as const, word: 'Closed elsewhere' },
    { cause: 'liquidated' as const, word: 'Liquidated' },
    { cause: 'adl' as const, word: 'ADL' },
    { cause: 'other_trade' as const, word: 'Closed by an order of another trade of this position' },
  ])('$cause is called $word', async ({ cause, word }) => {
    await rig.tell({ type: 'elsewhere', trade: filledTrade(), quantity: d('0.05'), cause });
    await says(word, 'BTCUSDT', '0.05');
    await dmSays(word);
  });
});

describe('the end of a trade', () => {
  it('is told net, with fees and funding and as a multiple of the risk', async () => {
    await rig.tell({ type: 'closed', trade: closedTrade() });
    await says('Closed BTCUSDT LONG', '+96.00 USDT', '+0.96R', '3.05 USDT', '-0.95 USDT');
  });

  it('is durable before the desk may forget it', async () => {
    const durable: boolean[] = [];
    rig.desk.closingAnnounced = async () => {
      const slots = [...rig.store.outbox.rows.values()].map((row) => JSON.parse(row).slot);
      durable.push(
        slots.includes(`closed:${aTrade().id}`) || rig.messenger.in(IDS.trades).join().includes('Closed'),
      );
    };
    await rig.tell({ type: 'closed', trade: closedTrade() });
    expect(durable).toEqual([true]);
  });

  it('that is told again after a restart is one message, which is not even edited', async () => {
    await rig.tell({ type: 'closed', trade: closedTrade() });
    await says('Closed BTCUSDT LONG', '+0.96R');
    await vi.waitFor(() => expect(rig.store.outbox.rows.size).toBe(0));
    const calls = rig.messenger.calls.length;
    await rig.tell({ type: 'closed', trade: closedTrade() });
    await vi.waitFor(() => expect(rig.store.outbox.rows.size).toBe(0));
    expect(rig.messenger.calls).toHaveLength(calls);
    // The card and the end.
    expect(rig.messenger.in(IDS.trades)).toHaveLength(2);
  });

  it('without a fill says why', async () => {
    await rig.tell({ type: 'closed', trade: { ...aTrade(), phase: 'closed', closeReason: 'target_passed' } });
    await says('Ended BTCUSDT LONG', 'target_passed');
  });

  it('by a refused entry says what the exchange said', async () => {
    const order = anOrder({ status: 'rejected', code: -2019, reason: 'Margin is insufficient.' });
    await rig.tell({ type: 'rejected', trade: aTrade(), order });
    await says('Rejected', '-2019', 'Margin is insufficient.');
  });
});

describe('alerts', () => {
  it('go to the operators with the trade they are about', async () => {
    const trade = filledTrade();
    rig.desk.open_ = [trade];
    await rig.tell({
      type: 'alert',
      level: 'critical',
      code: 'stop_unplaceable',
      tradeId: trade.id,
      numbers: { attempts: '3' },
    });
    await dmSays('ALERT', 'BTCUSDT LONG', 'No stop could be placed', 'attempts 3');
  });

  it.each([
    ['en', '(no clear answers, 3 in a row, tried again in 15 s)'],
    ['zh-CN', '（没有明确答复，连续 3 次，15 秒后再试）'],
  ] as const)('say in %s what stands behind them in words', async (language, words) => {
    rig.setConfig(aConfig({ language }));
    const numbers = { trouble: 'server', failures: '3', seconds: '15' };
    await rig.tell({ type: 'alert', level: 'warning', code: 'breaker_open', tradeId: null, numbers });
    await dmSays(words);
  });

  it('go to the alerts channel too where there is one', async () => {
    rig.setConfig(aConfig({ channels: { trades: IDS.trades, alerts: '77' } }));
    await rig.tell({
      type: 'alert',
      level: 'warning',
      code: 'key_refused',
      tradeId: null,
      numbers: {},
    });
    await rig.messenger.says('77', 'refuses the API key');
  });

  it('say Config when they are about the file', async () => {
    await rig.parts.teller.config('config.yaml:7 risk.maxLeverage must be 150 or less');
    await dmSays('Config', 'maxLeverage');
  });

  it('list what a recovery found', async () => {
    const line = { code: 'stop_restored' as const, symbol: 'BTCUSDT', numbers: { price: '58000' } };
    await rig.tell({ type: 'recovered', cause: 'start', tookMs: 120, crashedAt: null, lines: [line] });
    await dmSays(
      'Started: ledger and exchange agree after 0.1 s',
      'BTCUSDT: no stop covered the whole position',
      '58000',
    );
  });

  it('tell of a run that has died, even where nothing was found', async () => {
    await rig.tell({ type: 'recovered', cause: 'start', tookMs: 900, crashedAt: 1, lines: [] });
    await dmSays('ended unexpectedly', 'Nothing had changed');
  });

  it('are silent about a recovery that found nothing', async () => {
    await rig.tell({ type: 'recovered', cause: 'comparison', tookMs: 12, crashedAt: null, lines: [] });
    expect(rig.store.outbox.rows.size).toBe(0);
    expect(rig.messenger.posted).toHaveLength(0);
  });

  it('name the reason of a pause and its end', async () => {
    const pause = {
      reason: 'daily_loss' as const,
      channelId: null,
      since: 0,
      until: 1_800_000_000_000,
      by: null,
      detail: '',
    };
    await rig.tell({ type: 'paused', pause });
    await dmSays('paused', 'daily loss limit', '<t:1800000000:R>');
  });
});

it('a desk that throws does not silence what follows', async () => {
  rig.desk.announced = () => Promise.reject(new Error('store'));
  await rig.tell(entryFilled());
  await rig.tell({ type: 'closed', trade: closedTrade() });
  await says('Closed BTCUSDT LONG');
  expect(rig.desk).toBeInstanceOf(FakeDesk);
});
