import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { Decimal } from '../../src/trading/decimal.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Trade, Update } from '../../src/trading/model.ts';
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
import { aMessage, by, type Rig, startRig } from './rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.close());

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
const asked = () => rig.desk.requests.map(({ tradeId, request }) => [tradeId, request.type]);

function openTrade(symbol: string, over: Partial<Trade> = {}): Trade {
  const messageId = snowflake(rig.clock.at - 3_600_000);
  const trade = filledTrade(
    aTrade({
      source: aSource({ messageId }),
      signal: aSignal({ symbol }),
      plan: aPlan({ symbol }),
      id: tradeIdOf(messageId, 0),
      ...over,
    }),
  );
  rig.desk.open_.push(trade);
  return trade;
}

/** Listed by the thousand, at 0.0123. */
function openPepe(): void {
  const plan = aPlan({ symbol: '1000PEPEUSDT', entryPrice: d('0.0123') });
  openTrade('1000PEPEUSDT', { signal: aSignal({ symbol: 'PEPEUSDT' }), plan });
}

async function updates(list: Update[], over: Parameters<typeof aMessage>[2] = {}): Promise<void> {
  rig.meanings.set('update', { kind: 'update', updates: list });
  await rig.parts.intake.created(aMessage(rig.clock, 'update', over));
}

/** The same trade with its stop at this price on the exchange. */
function withStop(trade: Trade, stopPrice: Decimal): Trade {
  const stop = anOrder({ clientId: 's', role: 'stop', triggerPrice: stopPrice, reduceOnly: true });
  return { ...trade, stopPrice, orders: [...trade.orders, stop] };
}

const replyTo = (messageId: string) => ({
  message_reference: { channel_id: IDS.alpha, message_id: messageId },
});

describe('in a thread', () => {
  const close: Update = { action: 'close', symbol: null };

  it('that hangs on a signal it is about that one', async () => {
    const message = aMessage(rig.clock, 'long btc');
    rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
    await rig.parts.intake.created(message);
    openTrade('ETHUSDT');
    rig.history.parents.set(message.id, IDS.alpha);
    rig.clock.at += 1_000;
    await updates([close], { channel_id: message.id });
    expect(asked()).toEqual([[tradeIdOf(message.id, 0), 'close']]);
    expect([...rig.store.receipts.rows.values()].join()).toContain(`"threadId":"${message.id}"`);
  });

  it('of its own it is about the channel’s trades, as if it stood there', async () => {
    const eth = openTrade('ETHUSDT');
    rig.history.parents.set('777777777777777777', IDS.alpha);
    await updates([close], { channel_id: '777777777777777777' });
    expect(asked()).toEqual([[eth.id, 'close']]);
    await updates([close], { channel_id: '888888888888888888', id: snowflake(rig.clock.at + 1) });
    expect(asked()).toHaveLength(1);
  });
});

describe('what lowers risk is done at once, whatever the mode', () => {
  it.each<{ update: Update; request: object }>([
    {
      update: { action: 'close', symbol: null },
      request: { type: 'close', fraction: d(1), reason: 'message' },
    },
    {
      update: { action: 'close_partial', symbol: null, fraction: d('0.5') },
      request: { type: 'close', fraction: d('0.5'), reason: 'message' },
    },
    { update: { action: 'break_even', symbol: null }, request: { type: 'break_even' } },
    { update: { action: 'cancel_entry', symbol: null }, request: { type: 'cancel_entries' } },
    {
      update: { action: 'move_stop', symbol: null, price: d(59_000) },
      request: { type: 'move_stop', price: d(59_000), confirmed: false },
    },
    {
      update: { action: 'set_targets', symbol: null, takeProfits: [d(66_000)] },
      request: { type: 'set_targets', prices: [d(66_000)] },
    },
  ])('$update.action', async ({ update, request }) => {
    rig.setConfig(aConfig({ signals: [aChannel({ mode: 'confirm' })] }));
    openTrade('BTCUSDT');
    await updates([update]);
    expect(rig.desk.requests.map((one) => one.request)).toEqual([request]);
    const told = { close: 'closing 100%', close_partial: 'closing 50%', cancel_entry: 'entries: done' };
    await says('alpha', 'BTCUSDT', told[update.action as keyof typeof told] ?? 'on its way');
  });

  it.each([
    { language: 'en', fraction: d('0.5'), words: 'alpha: BTCUSDT LONG: closing 50%' },
    { language: 'en', fraction: d(1), words: 'BTCUSDT LONG: closing 100%' },
    { language: 'zh-CN', fraction: d('0.5'), words: 'alpha：BTCUSDT 做多：正在平仓 50%' },
  ] as const)(
    'a close is not called done before it has filled: $words',
    async ({ language, fraction, words }) => {
      rig.setConfig(aConfig({ language }));
      openTrade('BTCUSDT');
      await updates([{ action: 'close_partial', symbol: null, fraction }]);
      const { body } = await says('alpha', words);
      expect(body.content).not.toMatch(/done|完成/);
    },
  );

  it.each(['take_profit_hit', 'stop_hit'] as const)('%s sends nothing', async (action) => {
    openTrade('BTCUSDT');
    await updates([{ action, symbol: 'BTCUSDT' }]);
    expect(rig.desk.requests).toHaveLength(0);
    expect(rig.messenger.posted).toHaveLength(0);
  });

  it('several orders in one message, in their order', async () => {
    const trade = openTrade('BTCUSDT');
    await updates([
      { action: 'close_partial', symbol: null, fraction: d('0.5') },
      { action: 'break_even', symbol: null },
    ]);
    expect(asked()).toEqual([
      [trade.id, 'close'],
      [trade.id, 'break_even'],
    ]);
  });
});

describe('what came of it stands in the same message', () => {
  const moved: Update = { action: 'move_stop', symbol: null, price: d(59_000) };

  it.each([
    {
      language: 'en',
      first: 'alpha: BTCUSDT LONG: move the stop to 59000: on its way, not confirmed by the exchange yet',
      ends: 'alpha: BTCUSDT LONG: move the stop to 59000: done',
    },
    {
      language: 'zh-CN',
      first: 'alpha：BTCUSDT 做多：止损移到 59000：已提交，等待交易所确认',
      ends: 'alpha：BTCUSDT 做多：止损移到 59000：完成',
    },
  ] as const)('$ends', async ({ language, first, ends }) => {
    rig.setConfig(aConfig({ language }));
    const trade = openTrade('BTCUSDT');
    await updates([moved]);
    const { messageId } = await says(first);
    await rig.tell(rig.desk.becomes(withStop(trade, d(59_000))));
    expect(await says(ends)).toMatchObject({ messageId });
  });

  it('GIVEN that the exchange refuses it THEN the stop that stays is named', async () => {
    const trade = openTrade('BTCUSDT');
    await updates([moved]);
    await says('59000: on its way');
    await rig.tell(rig.desk.becomes({ ...withStop(trade, d(58_000)), stopHeldPrice: d(58_000) }));
    await says('move the stop to 59000: the exchange refused it, the stop stays at 58000');
  });

  it('GIVEN two orders THEN both are told when both are through', async () => {
    const trade = openTrade('BTCUSDT');
    await updates([{ action: 'close_partial', symbol: null, fraction: d('0.4') }, moved]);
    await says('closing 40%', 'move the stop to 59000: on its way');
    const half = withStop(trade, d(59_000));
    await rig.tell(
      rig.desk.becomes({ ...half, closing: { until: d('0.02'), reason: 'message', clearTargets: false } }),
    );
    const close = anOrder({ clientId: 'c', role: 'close', status: 'filled', executed: d('0.02') });
    await rig.tell(rig.desk.becomes({ ...half, orders: [...half.orders, close] }));
    await says('close 40%: done, 0.03 still held', 'move the stop to 59000: done');
  });
});

describe('a wider stop', () => {
  it('is asked, and moved by the click', async () => {
    await rig.close();
    const noPauseBetweenEdits = 0;
    rig = await startRig(aConfig(), rig, noPauseBetweenEdits);
    const trade = openTrade('BTCUSDT');
    rig.desk.requestAnswer = (request) =>
      request.type === 'move_stop' && !request.confirmed
        ? { kind: 'refused', reason: 'raises_risk' }
        : { kind: 'done' };
    await updates([{ action: 'move_stop', symbol: null, price: d(50_000) }]);
    await says(
      'Moving the stop of BTCUSDT LONG from 58000 to 50000 raises the risk',
      'makes -500.00 USDT (-5% of equity) instead of -100.00 USDT (-1% of equity)',
    );
    const [id] = rig.store.questions.rows.keys();
    await rig.parts.questions.answer(id ?? '', 0, IDS.operator);
    expect(rig.desk.requests.at(-1)).toEqual({
      tradeId: trade.id,
      request: { type: 'move_stop', price: d(50_000), confirmed: true },
      by: IDS.operator,
    });
    await says('Confirm', 'move the stop to 50000: on its way');
    await rig.tell(rig.desk.becomes(withStop(trade, d(50_000))));
    await says('Confirm', 'move the stop to 50000: done');
  });

  it('stays where it is when the answer is Cancel', async () => {
    openTrade('BTCUSDT');
    rig.desk.requestAnswer = () => ({ kind: 'refused', reason: 'raises_risk' });
    await updates([{ action: 'move_stop', symbol: null, price: d(50_000) }]);
    const [id] = rig.store.questions.rows.keys();
    await rig.parts.questions.answer(id ?? '', 1, IDS.operator);
    expect(rig.desk.requests).toHaveLength(1);
    await says('Cancel');
  });
});

describe('new targets that the price has passed', () => {
  const wanted: Update = { action: 'set_targets', symbol: null, takeProfits: [d(60_000), d(66_000)] };

  it('are left out, and their share is asked about', async () => {
    const trade = openTrade('BTCUSDT');
    rig.desk.requestAnswer = (request) =>
      request.type === 'set_targets' ? { kind: 'done', leftOut: [d(60_000)] } : { kind: 'done' };
    await updates([wanted]);
    await says('new targets 66000: on its way', '60000 left out, as the price has passed it already');
    await says('the price has passed 60000 already', 'Close 50% at market now?');
    const [id] = rig.store.questions.rows.keys();
    await rig.parts.questions.answer(id ?? '', 0, IDS.operator);
    expect(rig.desk.requests.at(-1)).toEqual({
      tradeId: trade.id,
      request: { type: 'close', fraction: d('0.5'), reason: 'message' },
      by: IDS.operator,
    });
  });

  it('and are all of them: nothing is changed until that is answered', async () => {
    openTrade('BTCUSDT');
    rig.desk.requestAnswer = () => ({ kind: 'refused', reason: 'target_passed' });
    await updates([wanted]);
    await says('the price has passed 60000 / 66000 already', 'Close 100% at market now?');
    const [id] = rig.store.questions.rows.keys();
    await rig.parts.questions.answer(id ?? '', 1, IDS.operator);
    expect(asked()).toHaveLength(1);
  });

  it('of a trade that holds nothing yet are refused', async () => {
    openTrade('BTCUSDT', { fills: [], orders: [] });
    rig.desk.open_ = rig.desk.open_.map((trade) => ({ ...trade, fills: [], orders: [] }));
    rig.desk.requestAnswer = () => ({ kind: 'refused', reason: 'target_passed' });
    await updates([wanted]);
    await says('new targets 60000 / 66000: the price has passed them already; the targets stay');
    expect(rig.store.questions.rows.size).toBe(0);
  });
});

describe('aiming', () => {
  it('by reply before anything else', async () => {
    openTrade('BTCUSDT');
    const eth = openTrade('ETHUSDT');
    await updates([{ action: 'close', symbol: null }], replyTo(eth.source.messageId));
    expect(asked()).toEqual([[eth.id, 'close']]);
  });

  it('by symbol', async () => {
    const btc = openTrade('BTCUSDT');
    openTrade('ETHUSDT');
    await updates([{ action: 'close', symbol: 'BTCUSDT' }]);
    expect(asked()).toEqual([[btc.id, 'close']]);
  });

  it.each([
    ['PEPEUSDT', 'PEPEUSDT'],
    ['PEPEUSDT', '1000PEPEUSDT'],
    ['1000PEPEUSDT', 'PEPEUSDT'],
  ])(
    'by either name of a coin that is listed by the thousand: opened as %s, closed as %s',
    async (called, symbol) => {
      openTrade('BTCUSDT');
      const trade = openTrade('1000PEPEUSDT', { signal: aSignal({ symbol: called }) });
      await updates([{ action: 'close', symbol }]);
      expect(asked()).toEqual([[trade.id, 'close']]);
    },
  );

  it.each<{ update: Update; request: object }>([
    {
      update: { action: 'move_stop', symbol: 'PEPEUSDT', price: d('0.0000118') },
      request: { type: 'move_stop', price: d('0.0118') },
    },
    {
      update: { action: 'move_stop', symbol: '1000PEPEUSDT', price: d('0.0118') },
      request: { type: 'move_stop', price: d('0.0118') },
    },
    {
      update: { action: 'set_targets', symbol: 'PEPEUSDT', takeProfits: [d('0.0000130'), d('0.0000140')] },
      request: { type: 'set_targets', prices: [d('0.013'), d('0.014')] },
    },
  ])(
    'whose prices are the single coin’s, with those of the contract: $update.action $update.symbol',
    async ({ update, request }) => {
      openPepe();
      await updates([update]);
      expect(rig.desk.requests.map((asked) => asked.request)).toEqual([expect.objectContaining(request)]);
    },
  );

  it('that is asked about first, with the prices of each trade that may be meant', async () => {
    openPepe();
    openTrade('BTCUSDT');
    await updates([{ action: 'move_stop', symbol: null, price: d('0.0000118') }]);
    const [[, question] = []] = await rig.store.questions.all();
    expect(question?.options.map(({ action }) => action)).toMatchObject([
      { requests: [{ price: d('0.0118') }] },
      { requests: [{ price: d('0.0000118') }] },
      { type: 'nothing' },
    ]);
  });

  it('at the channel’s only trade', async () => {
    const trade = openTrade('BTCUSDT');
    openTrade('ETHUSDT', { source: aSource({ channelId: IDS.trades, messageId: snowflake(rig.clock.at) }) });
    await updates([{ action: 'close', symbol: null }]);
    expect(asked()).toEqual([[trade.id, 'close']]);
  });

  it('never at another trade than the one replied to, though that is over', async () => {
    rig.meanings.set('long eth', { kind: 'signal', signals: [aSignal({ symbol: 'ETHUSDT' })] });
    const message = aMessage(rig.clock, 'long eth');
    await rig.parts.intake.created(message);
    rig.desk.closed = rig.desk.open_.splice(0);
    openTrade('BTCUSDT');
    await updates([{ action: 'close', symbol: null }], replyTo(message.id));
    expect(rig.desk.requests).toHaveLength(0);
  });

  it('follows an answer to an answer', async () => {
    openTrade('BTCUSDT');
    const eth = openTrade('ETHUSDT');
    rig.meanings.set('first', { kind: 'update', updates: [{ action: 'break_even', symbol: 'ETHUSDT' }] });
    const first = aMessage(rig.clock, 'first');
    await rig.parts.intake.created(first);
    await updates([{ action: 'close', symbol: null }], replyTo(first.id));
    expect(asked().at(-1)).toEqual([eth.id, 'close']);
  });

  it('all longs but one', async () => {
    const btc = openTrade('BTCUSDT');
    openTrade('ETHUSDT');
    openTrade('SOLUSDT', { plan: aPlan({ symbol: 'SOLUSDT', side: 'short' }) });
    await updates([{ action: 'close', symbol: null, scope: 'longs', except: ['ETHUSDT'] }]);
    expect(asked()).toEqual([[btc.id, 'close']]);
  });

  it('by side, where the words give the trade one', async () => {
    openTrade('BTCUSDT');
    const short = openTrade('ETHUSDT', { plan: aPlan({ symbol: 'ETHUSDT', side: 'short' }) });
    await updates([{ action: 'close', symbol: null, side: 'short' }]);
    expect(asked()).toEqual([[short.id, 'close']]);
  });

  it.each([
    { symbol: 'BTCUSDT', language: 'en', words: 'speaks of a short, and none is open here. Which trade' },
    { symbol: null, language: 'en', words: 'speaks of a short, and none is open here. Which trade' },
    { symbol: 'BTCUSDT', language: 'zh-CN', words: '消息说的是空单，而这里没有空单。指的是哪一笔交易' },
  ] as const)(
    'asks where only the other side is open: $symbol, $language',
    async ({ symbol, language, words }) => {
      rig.setConfig(aConfig({ language }));
      openTrade('BTCUSDT');
      await updates([{ action: 'close', symbol, side: 'short' }]);
      const { body } = await says(words);
      expect(body.components?.[0]?.components).toHaveLength(2);
      expect(rig.desk.requests).toHaveLength(0);
    },
  );

  it('a reply says which trade, whatever side its words give it', async () => {
    const btc = openTrade('BTCUSDT');
    await updates([{ action: 'close', symbol: null, side: 'short' }], replyTo(btc.source.messageId));
    expect(asked()).toEqual([[btc.id, 'close']]);
  });

  it('prefers the author’s own of two trades', async () => {
    openTrade('BTCUSDT', { source: aSource({ messageId: snowflake(rig.clock.at), authorId: IDS.stranger }) });
    const own = openTrade('BTCUSDT');
    await updates([{ action: 'close', symbol: 'BTCUSDT' }]);
    expect(asked()).toEqual([[own.id, 'close']]);
  });

  it('asks when more than one could be meant, and does what is chosen', async () => {
    openTrade('BTCUSDT');
    const eth = openTrade('ETHUSDT');
    await updates([{ action: 'close', symbol: null }]);
    const { body } = await says('Which trade');
    const labels = body.components?.[0]?.components.map((button) => 'label' in button && button.label);
    expect(labels).toEqual(['Confirm BTCUSDT LONG', 'Confirm ETHUSDT LONG', 'Cancel']);
    expect(rig.desk.requests).toHaveLength(0);
    const [id] = rig.store.questions.rows.keys();
    await rig.parts.questions.answer(id ?? '', 1, IDS.operator);
    expect(asked()).toEqual([[eth.id, 'close']]);
  });

  it.each([
    ['en', ['Confirm BTCUSDT LONG @ 60000', 'Confirm BTCUSDT LONG @ 64200', 'Cancel']],
    ['zh-CN', ['确认 BTCUSDT 做多 @ 60000', '确认 BTCUSDT 做多 @ 64200', '取消']],
  ] as const)('tells two trades of one symbol and side apart: %s', async (language, expected) => {
    rig.setConfig(aConfig({ language }));
    openTrade('BTCUSDT');
    const plan = aPlan({ entries: [{ type: 'limit', price: d(64_200), quantity: d('0.05') }] });
    rig.desk.open_.push(aTrade({ id: 'resting', plan }));
    await updates([{ action: 'close', symbol: null }]);
    const { body } = await says('alpha');
    const labels = body.components?.[0]?.components.map((button) => 'label' in button && button.label);
    expect(labels).toEqual(expected);
  });

  it('asks how much when the message does not say', async () => {
    openTrade('BTCUSDT');
    await updates([{ action: 'close_partial', symbol: null }]);
    await says('How much of BTCUSDT LONG');
    const [id] = rig.store.questions.rows.keys();
    await rig.parts.questions.answer(id ?? '', 1, IDS.operator);
    expect(rig.desk.requests.map(({ request }) => request)).toEqual([
      { type: 'close', fraction: d('0.5'), reason: 'message' },
    ]);
  });

  it('is silent when there is nothing to aim at', async () => {
    await updates([{ action: 'close', symbol: null }]);
    expect(rig.messenger.posted).toHaveLength(0);
  });

  it('does not hear strangers', async () => {
    openTrade('BTCUSDT');
    await updates([{ action: 'close', symbol: null }], by(IDS.stranger));
    expect(rig.desk.requests).toHaveLength(0);
  });
});

describe('closing what waits for a click', () => {
  it('takes the question back', async () => {
    rig.setConfig(aConfig({ signals: [aChannel({ mode: 'confirm' })] }));
    rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
    const message = aMessage(rig.clock, 'long btc');
    await rig.parts.intake.created(message);
    await updates([{ action: 'cancel_entry', symbol: null }], replyTo(message.id));
    await says('Withdrawn');
    await rig.parts.confirmations.decide(tradeIdOf(message.id, 0), 'confirm', IDS.operator, catalogues.en);
    expect(rig.desk.opens).toHaveLength(0);
  });
});

describe('a management message', () => {
  it.each([
    ['BTCUSDT', 'BTCUSDT'],
    ['PEPEUSDT', '1000PEPEUSDT'],
    ['1000PEPEUSDT', 'PEPEUSDT'],
  ])(
    'does not overtake the signal before it, by whichever name of its coin: %s, %s',
    async (said, closed) => {
      rig.meanings.set('long', { kind: 'signal', signals: [aSignal({ symbol: said })] });
      const gate = Promise.withResolvers<null>();
      rig.desk.answer = () => gate.promise;
      const opening = rig.parts.intake.created(aMessage(rig.clock, 'long'));
      rig.clock.at += 1;
      const closing = updates([{ action: 'close', symbol: closed }]);
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      expect(asked()).toEqual([]);
      gate.resolve(null);
      await Promise.all([opening, closing]);
      expect(asked()).toEqual([[rig.desk.open_[0]?.id, 'close']]);
    },
  );

  it('on another symbol does not wait for a signal that waits for the exchange', async () => {
    const eth = openTrade('ETHUSDT');
    rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
    const gate = Promise.withResolvers<null>();
    rig.desk.answer = () => gate.promise;
    const opening = rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    rig.clock.at += 1;
    await updates([{ action: 'close', symbol: 'ETHUSDT' }]);
    expect(asked()).toEqual([[eth.id, 'close']]);
    // Nor does an answer to the signal of a trade.
    rig.clock.at += 1;
    await updates([{ action: 'break_even', symbol: null }], replyTo(eth.source.messageId));
    expect(asked()).toEqual([
      [eth.id, 'close'],
      [eth.id, 'break_even'],
    ]);
    gate.resolve(null);
    await opening;
  });

  it.each<Update>([
    { action: 'close', symbol: null },
    { action: 'close', symbol: null, scope: 'all' },
  ])('that may mean what is being opened waits for it: $scope', async (update) => {
    openTrade('ETHUSDT');
    rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
    const gate = Promise.withResolvers<null>();
    rig.desk.answer = () => gate.promise;
    const opening = rig.parts.intake.created(aMessage(rig.clock, 'long btc'));
    rig.clock.at += 1;
    const closing = updates([update]);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(asked()).toEqual([]);
    gate.resolve(null);
    await Promise.all([opening, closing]);
  });

  it('edited in its wording closes half only once', async () => {
    openTrade('BTCUSDT');
    rig.meanings.set('half', {
      kind: 'update',
      updates: [{ action: 'close_partial', symbol: null, fraction: d('0.5') }],
    });
    rig.meanings.set('half now at 61k', {
      kind: 'update',
      updates: [
        { action: 'close_partial', symbol: null, fraction: d('0.5'), price: d(61_000) },
        { action: 'break_even', symbol: null },
      ],
    });
    const message = aMessage(rig.clock, 'half');
    await rig.parts.intake.created(message);
    await rig.parts.intake.edited({ ...message, content: 'half now at 61k' });
    expect(asked().map(([, type]) => type)).toEqual(['close', 'break_even']);
  });

  it('missed for longer than maxAge is told, not carried out', async () => {
    rig.history.messages = [aMessage(rig.clock, 'hello') as never];
    await rig.parts.backfill.run();
    openTrade('BTCUSDT');
    rig.meanings.set('update', { kind: 'update', updates: [{ action: 'close', symbol: 'BTCUSDT' }] });
    rig.history.messages.push(aMessage(rig.clock, 'update') as never);
    rig.clock.at += 600_000;
    rig.parts.backfill.hold();
    await rig.parts.backfill.run();
    expect(rig.desk.requests).toHaveLength(0);
    await says('Expired', 'BTCUSDT close');
  });
});
