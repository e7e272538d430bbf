import { afterEach, describe, expect, test } from 'vitest';
import { IDS, LONG_BTC, type Rig, type RigOptions, startRig } from './rig.ts';

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig({ mode: 'confirm', ...options });
}

afterEach(() => rig.close());

test('two operators who press at once trade once, and the later one is told', async () => {
  await given();
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  const pressed = await Promise.all([
    rig.press(question, 'Confirm'),
    rig.press(question, 'Confirm', IDS.deputy),
    rig.press(question, 'Confirm'),
  ]);
  await rig.becomes(question, 'Confirmed by');
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  await rig.eventually('who came too late is told', () => {
    const told = rig.discord
      .allMessages(IDS.trades)
      .filter(({ content }) => /Already|carried out/.test(content));
    return told.length === 2;
  });
  expect(pressed.map(({ outcome }) => outcome)).not.toContain('deferred');
  expect(rig.entries('BTCUSDT')).toBe(1);
});

test('the click of somebody else is refused in a line that only they see', async () => {
  await given();
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  for (const user of [IDS.stranger, IDS.viewer, IDS.analyst]) {
    const refused = await rig.press(question, 'Confirm', user);
    expect(refused).toMatchObject({
      ephemeral: true,
      message: { content: 'You are not an operator of this bot.' },
    });
  }
  expect(rig.orders()).toEqual([]);
  await rig.press(question, 'Confirm');
  await rig.becomes(question, `Confirmed by <@${IDS.operator}>`);
});

test.each(['0.0000100 ', '0.0100 '])(
  'a coin that is listed by the thousand is bought at the click as it was shown, in whichever scale: stop %s',
  async (stop) => {
    await given();
    rig.price('1000PEPEUSDT', '0.0105');
    rig.post(`PEPE long now\nSL ${stop}\nTP 12%`);
    const question = await rig.says('trade this?', '1000PEPEUSDT');
    await rig.press(question, 'Confirm');
    await rig.becomes(question, 'Confirmed by');
    await rig.eventually('the stop stands', () => rig.stops('1000PEPEUSDT').length === 1);
    expect(rig.stops('1000PEPEUSDT')[0]?.trigger).toBe('0.01');
  },
);

test('a rejected signal says by whom, loses its buttons and sends nothing', async () => {
  await given();
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  await rig.press(question, 'Reject', IDS.deputy);
  const rejected = await rig.becomes(question, `Rejected by <@${IDS.deputy}>`);
  expect(rejected.components).toEqual([]);
  expect(rig.orders()).toEqual([]);
});

test('prices are checked again at the click', async () => {
  await given();
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  rig.price('BTCUSDT', 66_000);
  await rig.press(question, 'Confirm');
  const denied = await rig.becomes(question, 'Denied', 'entry_too_far', `<@${IDS.operator}>`);
  expect(denied.components).toEqual([]);
  expect(rig.orders()).toEqual([]);
});

test('a pause between question and click denies it', async () => {
  await given();
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  await rig.command('pause');
  await rig.press(question, 'Confirm');
  await rig.becomes(question, 'Denied', 'paused');
  expect(rig.orders()).toEqual([]);
});

test('a question survives kill -9 and can be answered afterwards', async () => {
  await given();
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  await rig.end('SIGKILL');
  await rig.start();
  await rig.press(question, 'Confirm');
  await rig.becomes(question, 'Confirmed by');
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  expect(rig.count('trade this?')).toBe(0);
  expect(rig.entries('BTCUSDT')).toBe(1);
});

test('a question that nobody answers expires, even over a restart', async () => {
  await given({ confirmTimeout: '10s' });
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  await rig.end('SIGTERM');
  await rig.start();
  const expired = await rig.becomes(question, 'alpha · BTCUSDT LONG\\nExpired');
  expect(expired.components).toEqual([]);
  expect(rig.orders()).toEqual([]);
});

test('the question shows what would be ordered, lost, liquidated, and how the market has moved', async () => {
  await given({ risk: '  maxTotalRiskPct: 1.2' });
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?');
  // 0.1 BTC from 60000 to 59000 is 100 USDT; with the fees of both ways more is lost.
  expect(question.content).toMatch(
    /Risk 100\.00 USDT if the stop is hit \(1% of equity\), 104\.15 USDT with fees/,
  );
  expect(question.content).toMatch(/Liquidation \d+.* times the stop’s distance/);
  expect(question.content).toContain('Price 60500 (0.0% since the signal)');
  expect(question.content).toContain('maxTotalRiskPct 83%');
  const orders = question.embeds[0]?.fields?.find(({ name }) => name === 'Orders')?.value ?? '';
  expect(orders.split('\n')).toEqual([
    'Buy 0.1 @ 60000',
    'Sell 0.1 @ 59000 stop-market',
    'Sell 0.05 (50%) @ 61000 take profit',
    'Sell 0.05 (50%) @ 62000 take profit',
  ]);
});

test('Half size orders half of what was shown', async () => {
  await given();
  rig.post(LONG_BTC);
  const question = await rig.says('trade this?', '0.1 BTC');
  await rig.press(question, 'Half size');
  const decided = await rig.becomes(question, `Confirmed at half size by <@${IDS.operator}>`);
  expect(decided.components).toEqual([]);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  expect(rig.resting('BTCUSDT')).toMatchObject([{ quantity: '0.05', price: '60000' }]);
});

describe('Adjust', () => {
  const fill = (interactionId: string, fields: Record<string, string>, user: string = IDS.operator) =>
    rig.discord.submitModal({ user, interaction: interactionId, fields });

  async function opened() {
    rig.post(LONG_BTC);
    const question = await rig.says('trade this?');
    const form = await rig.press(question, 'Adjust');
    return { question, form };
  }

  test('opens a form with what is planned; what is sent is checked, shown and then confirmed', async () => {
    await given();
    const { question, form } = await opened();
    const values = form.modal?.components.map(({ component }) => component?.value);
    expect(values).toEqual(['59000', '61000\n62000', '0.1']);
    const sent = await fill(form.interactionId, {
      stop: '59500',
      targets: '61500\n62500 / 63500',
      size: '0.04',
    });
    expect(sent).toMatchObject({ ephemeral: true });
    await rig.becomes(question, '59500', '61500', '63500', '0.04 BTC', `Adjusted by <@${IDS.operator}>`);
    await rig.press(question, 'Confirm');
    await rig.becomes(question, 'Confirmed by');
    await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
    expect(rig.resting('BTCUSDT')).toMatchObject([{ quantity: '0.04' }]);
    rig.price('BTCUSDT', 59_990);
    await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
    expect(rig.stops('BTCUSDT')).toMatchObject([{ trigger: '59500', quantity: '0.04' }]);
    await rig.eventually('targets', () => rig.resting('BTCUSDT').length === 3);
  });

  test('says which field is wrong and why, changes nothing, and gives back what was written', async () => {
    await given();
    const { question, form } = await opened();
    const wrong = { stop: '61000', targets: '63000', size: '0.05' };
    const refused = await fill(form.interactionId, wrong);
    expect(refused).toMatchObject({ ephemeral: true });
    expect(refused.message?.content).toContain('**Stop**: sl_wrong_side');
    expect(refused.message?.components).toHaveLength(1);
    const again = await rig.press(question, 'Adjust');
    expect(again.modal?.components.map(({ component }) => component?.value)).toEqual(Object.values(wrong));
    const tooMuch = await fill(again.interactionId, { ...wrong, stop: '59000', size: '0.2' });
    expect(tooMuch.message?.content).toMatch(/\*\*Size\*\*: would lose 2% .*0\.1 BTC/);
    await rig.press(question, 'Confirm');
    await rig.becomes(question, 'Confirmed by');
    await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
    expect(rig.resting('BTCUSDT')).toMatchObject([{ quantity: '0.1' }]);
  });

  test('is for operators alone, and comes too late after the decision', async () => {
    await given();
    const { question, form } = await opened();
    const stranger = await rig.press(question, 'Adjust', IDS.stranger);
    expect(stranger).toMatchObject({
      modal: null,
      message: { content: 'You are not an operator of this bot.' },
    });
    await rig.press(question, 'Reject', IDS.deputy);
    await rig.becomes(question, 'Rejected by');
    const late = await fill(form.interactionId, { stop: '59500' });
    expect(late.message?.content).toContain('Already decided');
    expect(rig.orders()).toEqual([]);
  });

  test('survives a restart: the form that stands open is taken, and what it changed is kept', async () => {
    await given();
    const { question, form } = await opened();
    await rig.end('SIGKILL');
    await rig.start();
    await fill(form.interactionId, { stop: '59500' });
    await rig.becomes(question, '59500', 'Adjusted by');
    await rig.end('SIGKILL');
    await rig.start();
    await rig.press(question, 'Confirm');
    await rig.becomes(question, 'Confirmed by');
    await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
    // A stop half as far away: twice as much for the same risk.
    expect(rig.resting('BTCUSDT')).toMatchObject([{ quantity: '0.2' }]);
  });
});

test('an entry at market that has run away since the signal is denied at the click', async () => {
  await given();
  rig.post('BTC/USDT LONG market\nTP1: 70000\nSL: 59000');
  const question = await rig.says('trade this?');
  rig.price('BTCUSDT', 63_000);
  await rig.press(question, 'Confirm');
  await rig.becomes(question, 'Denied', 'entry_too_far', '60500');
  expect(rig.orders()).toEqual([]);
});

describe('in Chinese', () => {
  test('questions, fills and verdicts use the agreed words', async () => {
    await given({ language: 'zh-CN' });
    rig.post('BTC LONG\nEntry 60000\nTP 61000\nSL 62000');
    await rig.says('无效');
    rig.post('#FOO/USDT LONG\nEntry: 1\nTP1: 1.2\nSL: 0.9');
    await rig.says('已拒绝', 'symbol_not_listed');
    rig.post(LONG_BTC);
    const question = await rig.says('确认', '半仓', '拒绝', '调整', 'BTCUSDT');
    await rig.press(question, '确认');
    const card = await rig.says('平仓 25%', '平仓 50%', '平仓 100%', '保本', '撤销挂单', '详情');
    rig.price('BTCUSDT', 59_990);
    await rig.says('已成交', 'BTCUSDT');
    rig.binance.usdm.placeOrder(
      new Map(
        Object.entries({
          symbol: 'BTCUSDT',
          side: 'SELL',
          type: 'MARKET',
          quantity: '0.1',
          reduceOnly: 'true',
        }),
      ),
    );
    await rig.says('外部平仓');
    expect((await rig.becomes(card, '平仓')).author.id).toBe('300000000000000001');
  });
});
