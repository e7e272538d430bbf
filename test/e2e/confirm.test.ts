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

describe('in Chinese', () => {
  test('questions, fills and verdicts use the agreed words', async () => {
    await given({ language: 'zh-CN' });
    rig.post('BTC LONG\nEntry 60000\nTP 61000\nSL 62000');
    await rig.says('无效');
    rig.post('#FOO/USDT LONG\nEntry: 1\nTP1: 1.2\nSL: 0.9');
    await rig.says('已拒绝', 'symbol_not_listed');
    rig.post(LONG_BTC);
    const question = await rig.says('确认', '拒绝', 'BTCUSDT');
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
