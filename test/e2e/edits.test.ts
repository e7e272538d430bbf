import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createBotStore } from '../../src/bot/store.ts';
import type { HttpFault } from '../../src/sim/binance/faults.ts';
import { openLedger } from '../../src/trading/ledger.ts';
import { LONG_BTC, type Rig, type RigOptions, startRig } from './rig.ts';

/** Signals that change or vanish, and signals in every form in which Discord delivers them. */

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

test('an edit before the fill replaces the entry, never adds a second', async () => {
  await given();
  const { id } = rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  rig.discord.edit({ message: id, content: LONG_BTC.replace('60000', '59800') });
  await rig.eventually('the new entry alone', () => {
    const resting = rig.resting('BTCUSDT');
    return resting.length === 1 && resting[0]?.price === '59800';
  });
  expect(rig.position('BTCUSDT')).toBe(0);
});

test('an edit that means the same does nothing', async () => {
  await given();
  const { id } = rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  rig.discord.edit({ message: id, content: `${LONG_BTC}\n\nGood luck everyone!` });
  rig.discord.unfurl({ message: id, embeds: [{ title: 'Chart', url: 'https://example.com/chart' }] });
  rig.discord.redeliver(id);
  rig.post('#FOO/USDT LONG\nEntry: 1\nTP1: 1.2\nSL: 0.9');
  await rig.says('Denied', 'symbol_not_listed');
  expect(rig.orders()).toHaveLength(1);
  expect(rig.count('Denied')).toBe(1);
});

test('an edit in confirm mode asks anew in the same message', async () => {
  await given({ mode: 'confirm' });
  const { id } = rig.post(LONG_BTC);
  const question = await rig.says('trade this?', '60000');
  rig.discord.edit({ message: id, content: LONG_BTC.replace('60000', '59800') });
  await rig.becomes(question, 'Entry 59800', 'Confirm');
  await rig.press(question, 'Confirm');
  await rig.eventually('the new entry alone', () => rig.resting('BTCUSDT')[0]?.price === '59800');
  expect(rig.entries('BTCUSDT')).toBe(1);
});

test('an edit after the fill is a proposal', async () => {
  await given();
  const { id } = rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  rig.price('BTCUSDT', 59_990);
  await rig.eventually(
    'stop and targets',
    () => rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length === 3,
  );
  rig.discord.edit({ message: id, content: LONG_BTC.replace('59000', '59400') });
  const question = await rig.says('edited the signal', '59400', 'Confirm', 'Cancel');
  expect(rig.stops('BTCUSDT')).toMatchObject([{ trigger: '59000' }]);
  await rig.press(question, 'Confirm');
  await rig.eventually('the stop has moved', () => {
    const stops = rig.stops('BTCUSDT');
    return stops.length === 1 && stops[0]?.trigger === '59400';
  });
  expect(rig.entries('BTCUSDT')).toBe(1);
});

test('a deleted signal asks whether to cancel', async () => {
  await given();
  const { id } = rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  rig.discord.delete(id);
  const question = await rig.says('deleted the signal', 'Cancel its entries?');
  expect(rig.resting('BTCUSDT')).toHaveLength(1);
  await rig.press(question, 'Confirm');
  await rig.eventually('cancelled', () => rig.resting('BTCUSDT').length === 0);
});

test('of several signals the one that is taken out is asked about, the others go on, and one that comes is traded', async () => {
  await given();
  const eth = '#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900';
  const sol = '#SOL/USDT LONG\nEntry: 148\nTP1: 160\nSL: 140';
  const { id } = rig.post(`${LONG_BTC}\n\n${eth}`);
  await rig.eventually(
    'both rest',
    () => rig.resting('BTCUSDT').length + rig.resting('ETHUSDT').length === 2,
  );
  const [ethOrder] = rig.resting('ETHUSDT');
  rig.discord.edit({ message: id, content: `${sol}\n\n${eth}` });
  await rig.eventually(
    'the first one has become another',
    () => rig.resting('BTCUSDT').length === 0 && rig.resting('SOLUSDT').length === 1,
  );
  rig.discord.edit({ message: id, content: eth });
  const question = await rig.says(
    'SOLUSDT',
    'edited the signal',
    'no longer in the message',
    'Cancel its entries?',
  );
  await rig.press(question, 'Confirm');
  await rig.eventually('cancelled', () => rig.resting('SOLUSDT').length === 0);
  expect(rig.resting('ETHUSDT')).toEqual([ethOrder]);
  expect(['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].map((symbol) => rig.entries(symbol))).toEqual([1, 1, 1]);
});

describe('while the exchange does not answer, and a signal waits for it', () => {
  const away = { kind: 'raw', status: 503, contentType: 'text/html', body: '' } as const;
  const outages: Record<string, HttpFault> = {
    'gives no prices': { method: 'GET', path: '/fapi/v1/premiumIndex', apply: false, answer: away },
    'sets no leverage': { method: 'POST', path: '/fapi/v1/leverage', apply: false, answer: away },
    'cannot be reached': { apply: false, answer: { kind: 'drop' } },
    'says nothing': { method: 'GET', path: '/fapi/v1/premiumIndex', apply: false, answer: { kind: 'hang' } },
  };

  function noPrices(): void {
    rig.binance.faults.add({
      method: 'GET',
      path: '/fapi/v1/premiumIndex',
      apply: false,
      answer: away,
      count: 0,
    });
  }

  async function answersAgain(): Promise<void> {
    rig.binance.faults.clear();
    rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await rig.eventually('what is said now is traded', () => rig.resting('ETHUSDT').length === 1);
  }

  test.each(Object.entries(outages))(
    '(it %s) a deletion takes it back: nothing is opened',
    async (_, outage) => {
      await given();
      rig.binance.faults.add({ ...outage, count: 0 });
      const { id } = rig.post(LONG_BTC);
      const waiting = await rig.says('Waiting · BTCUSDT LONG');
      rig.discord.delete(id);
      await rig.becomes(waiting, 'Withdrawn · BTCUSDT LONG', 'deleted the message', 'nothing was opened');
      await answersAgain();
      expect(rig.entries('BTCUSDT')).toBe(0);
      expect(rig.count('BTCUSDT')).toBe(1);
    },
  );

  test('so does one that comes after the click', async () => {
    await given({ mode: 'confirm' });
    const { id } = rig.post(LONG_BTC);
    const question = await rig.says('trade this?', '60000');
    rig.binance.faults.add({
      method: 'POST',
      path: '/fapi/v1/leverage',
      apply: false,
      answer: away,
      count: 0,
    });
    const pressed = rig.press(question, 'Confirm');
    await rig.becomes(question, 'BTCUSDT', 'has not answered');
    rig.discord.delete(id);
    await rig.becomes(question, 'BTCUSDT', 'Withdrawn by its author');
    await pressed;
    rig.binance.faults.clear();
    rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await rig.press(await rig.says('trade this? ETHUSDT LONG'), 'Confirm');
    await rig.eventually('what is said now is traded', () => rig.resting('ETHUSDT').length === 1);
    expect(rig.entries('BTCUSDT')).toBe(0);
  });

  test('an edit that makes it talk does, too, and says so in Chinese where that is configured', async () => {
    await given({ language: 'zh-CN' });
    noPrices();
    const { id } = rig.post(LONG_BTC);
    const waiting = await rig.says('等待中', 'BTCUSDT');
    rig.discord.edit({ message: id, content: 'never mind, wait for the next one' });
    await rig.becomes(waiting, '已撤回', 'BTCUSDT', '没有按原来的内容开仓');
    await answersAgain();
    expect(rig.entries('BTCUSDT')).toBe(0);
  });

  test('an edit that makes it another signal has that one traded, and not the one before', async () => {
    await given();
    noPrices();
    const { id } = rig.post(LONG_BTC);
    const waiting = await rig.says('Waiting · BTCUSDT LONG');
    rig.discord.edit({ message: id, content: LONG_BTC.replace('60000', '59800') });
    await rig.becomes(waiting, 'Withdrawn · BTCUSDT LONG', 'changed the message');
    rig.binance.faults.clear();
    await rig.eventually('the new entry alone', () => rig.resting('BTCUSDT')[0]?.price === '59800');
    expect(rig.entries('BTCUSDT')).toBe(1);
  });
});

test('a signal that was edited or deleted while the bot was down is noticed at the start', async () => {
  await given();
  const { id } = rig.post(LONG_BTC);
  const eth = rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  await rig.eventually(
    'both rest',
    () => rig.resting('BTCUSDT').length + rig.resting('ETHUSDT').length === 2,
  );
  await rig.eventually('both cards', () => rig.count('waiting for entry', 'Cancel entries') === 2);
  await rig.end('SIGKILL');
  rig.discord.edit({ message: id, content: LONG_BTC.replace('60000', '59800') });
  rig.discord.delete(eth.id);
  await rig.start();
  await rig.says('deleted the signal', 'ETHUSDT');
  await rig.eventually('the new entry alone', () => {
    const resting = rig.resting('BTCUSDT');
    return resting.length === 1 && resting[0]?.price === '59800';
  });
});

test('a signal edited while the bot was down replaces its entry even if the receipt was lost in the crash', async () => {
  await given();
  const { id, channel_id } = rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  await rig.end('SIGKILL');
  const ledger = await openLedger(`sqlite://${join(rig.folder, 'data/signalbox.sqlite')}`);
  const { receipts, cursors } = createBotStore(ledger);
  await receipts.delete(id);
  await cursors.set(channel_id, { messageId: String(BigInt(id) - 1n), at: Date.now() });
  await ledger.close();
  rig.discord.edit({ message: id, content: LONG_BTC.replace('60000', '59800') });
  await rig.start();
  await rig.eventually('the new entry alone', () => {
    const resting = rig.resting('BTCUSDT');
    return resting.length === 1 && resting[0]?.price === '59800';
  });
  expect(rig.entries('BTCUSDT')).toBe(2);
});

test('one message with two signals makes two trades', async () => {
  await given();
  rig.post(`${LONG_BTC}\n\n#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900`);
  await rig.eventually(
    'both rest',
    () => rig.resting('BTCUSDT').length + rig.resting('ETHUSDT').length === 2,
  );
});

test('webhooks, followed channels and embeds without content are read like any message', async () => {
  const webhook = '610000000000000001';
  const follower = '610000000000000002';
  await given({ start: false });
  rig.discord.addWebhook({ channel: '500000000000000001', name: 'signals', id: webhook });
  rig.discord.addWebhook({ channel: '500000000000000001', name: 'elsewhere', id: follower, follower: true });
  const config = await rig.config();
  await rig.writeConfig(config.replaceAll('authors: [', `authors: ["${webhook}", "${follower}", `));
  await rig.start();
  rig.discord.post({
    channel: '500000000000000001',
    webhook,
    embeds: [{ title: 'BTC/USDT LONG', description: 'Entry: 60000\nTP1: 61000\nSL: 59000' }],
  });
  rig.discord.post({
    channel: '500000000000000001',
    webhook: follower,
    content: '#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900',
    crosspostOf: {
      guild: '110000000000000001',
      channel: '120000000000000001',
      message: '130000000000000001',
    },
  });
  await rig.eventually(
    'both rest',
    () => rig.resting('BTCUSDT').length + rig.resting('ETHUSDT').length === 2,
  );
});

test('the followed message whose source is deleted asks whether to cancel', async () => {
  const follower = '610000000000000002';
  await given({ start: false });
  rig.discord.addWebhook({ channel: '500000000000000001', name: 'elsewhere', id: follower, follower: true });
  await rig.writeConfig((await rig.config()).replaceAll('authors: [', `authors: ["${follower}", `));
  await rig.start();
  const { id } = rig.discord.post({
    channel: '500000000000000001',
    webhook: follower,
    content: LONG_BTC,
    crosspostOf: {
      guild: '110000000000000001',
      channel: '120000000000000001',
      message: '130000000000000001',
    },
  });
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  rig.discord.deleteCrosspostSource(id);
  await rig.says('deleted the signal', 'Cancel its entries?');
  expect(rig.resting('BTCUSDT')).toHaveLength(1);
});

test('nobody but the named authors is heard', async () => {
  await given();
  rig.post(LONG_BTC, { author: '700000000000000001' });
  rig.post(LONG_BTC, { author: '200000000000000001' });
  rig.post('#FOO/USDT LONG\nEntry: 1\nTP1: 1.2\nSL: 0.9');
  await rig.says('Denied', 'symbol_not_listed');
  expect(rig.orders()).toEqual([]);
  expect(rig.discord.messages('400000000000000001')).toHaveLength(1);
});

test('a signal missed in a gateway drop is traded once the session is back', async () => {
  await given();
  rig.discord.dropGateway({ resumable: false });
  rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  rig.discord.dropGateway({ resumable: true });
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  await rig.eventually('so does the other', () => rig.resting('ETHUSDT').length === 1);
  rig.discord.invalidateSession();
  rig.post('#FOO/USDT LONG\nEntry: 1\nTP1: 1.2\nSL: 0.9');
  await rig.says('Denied', 'symbol_not_listed');
  expect(rig.entries('BTCUSDT') + rig.entries('ETHUSDT')).toBe(2);
});

test("what was posted before the very first start is nobody's business", async () => {
  await given({ start: false });
  rig.post(LONG_BTC);
  await rig.start();
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  await rig.eventually('only the new one is traded', () => rig.resting('ETHUSDT').length === 1);
  expect(rig.entries('BTCUSDT')).toBe(0);
  expect(rig.count('Expired')).toBe(0);
});

test('of what was missed while down the young is traded and the old told in one summary', async () => {
  await given({ channels: { slow: ['maxAge: 10m'] }, maxAge: '1s' });
  await rig.end('SIGTERM');
  rig.post(LONG_BTC, { channel: 'slow' });
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  const old = rig.post('#SOL/USDT LONG\nEntry: 150\nTP1: 160\nSL: 140', { channel: 'beta' });
  await rig.eventually('they grow old', () => Date.now() - Date.parse(old.timestamp) > 1_200);
  await rig.start();
  await rig.eventually('the young is traded', () => rig.resting('BTCUSDT').length === 1);
  await rig.says('Expired: 2 messages', 'ETHUSDT', 'SOLUSDT');
  expect(rig.count('Expired')).toBe(1);
  expect(rig.entries('ETHUSDT') + rig.entries('SOLUSDT')).toBe(0);
});
