import { afterEach, expect, test } from 'vitest';
import { d } from '../trading/desk/harness.ts';
import { type Rig, type RigOptions, startRig } from './rig.ts';

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

const LONG = 'BTC/USDT LONG market\nTP1: 61000\nTP2: 65000\nSL: 59000';

const trailing = () =>
  [...rig.binance.usdm.openAlgos.values()].filter(({ type }) => type === 'TRAILING_STOP_MARKET');

test.each([
  {
    language: 'en',
    entry: 'Filled BTCUSDT LONG entry',
    waits: ['Trailing stop', '1% behind the price after target 1'],
    trails: ['Trailing stop', '1% behind the price, on the exchange'],
    filled: 'Filled BTCUSDT LONG trailing stop',
    closed: ['Closed BTCUSDT LONG: +', 'trailing stop'],
  },
  {
    language: 'zh-CN',
    entry: '已成交 BTCUSDT',
    waits: ['移动止损', '止盈 1 达成后启用，回撤 1%'],
    trails: ['移动止损', '回撤 1%，挂在交易所'],
    filled: '已成交 BTCUSDT 做多 移动止损',
    closed: ['BTCUSDT 做多', '移动止损'],
  },
])('a trailing stop is told from setting to end, in $language', async (words) => {
  const trading = '  trailingStop: { activateAfter: 1, callbackPct: 1 }';
  await given({ trading, language: words.language });
  rig.post(LONG);
  await rig.says(words.entry);
  const card = await rig.says(...words.waits);
  await rig.eventually('stop and targets', () => rig.resting('BTCUSDT').length === 2);
  rig.price('BTCUSDT', 61_010);
  await rig.eventually('it trails', () => trailing().length === 1);
  await rig.becomes(card, ...words.trails);
  expect(trailing()).toMatchObject([{ side: 'SELL', reduceOnly: true }]);
  rig.price('BTCUSDT', 62_500);
  rig.price('BTCUSDT', 61_800);
  await rig.says(words.filled);
  await rig.says(...words.closed);
  await rig.eventually('nothing is left', () => rig.binance.usdm.openAlgos.size === 0);
  expect(rig.position('BTCUSDT')).toBe(0);
  expect(rig.resting('BTCUSDT')).toEqual([]);
});

test('a trailing stop that the exchange cannot do is moved by the bot, and the card says so', async () => {
  await given({ trading: '  trailingStop: { activateAfter: 1, callbackPct: 1.25 }' });
  rig.post(LONG);
  const card = await rig.says('Trailing stop', '1.25% behind the price after target 1');
  await rig.eventually('stop and targets', () => rig.resting('BTCUSDT').length === 2);
  rig.price('BTCUSDT', 61_010);
  await rig.says('Filled BTCUSDT LONG target 1');
  // A market trades more than once at a price.
  await rig.eventually('the stop follows', () => {
    rig.price('BTCUSDT', 63_000);
    return rig.stops('BTCUSDT').some(({ trigger }) => Number(trigger) > 62_000);
  });
  await rig.becomes(card, '1.25% behind the price, moved by the bot');
  expect(trailing()).toEqual([]);
});

test.each([
  {
    language: 'en',
    entry: 'Filled',
    settled: ['Closed elsewhere', 'delisted'],
    closed: 'settled by the exchange',
  },
  { language: 'zh-CN', entry: '已成交', settled: ['外部平仓', '合约下架'], closed: '由交易所结算' },
])('a delisted contract ends its trade as settled, in $language', async (words) => {
  await given({ language: words.language });
  rig.post(LONG);
  await rig.says(words.entry);
  await rig.eventually('stop and targets', () => rig.resting('BTCUSDT').length === 2);
  rig.binance.usdm.settle('BTCUSDT');
  await rig.says(...words.settled);
  await rig.says(words.closed);
});

test('commissions in BNB are told in BNB and counted in the result with what they were worth', async () => {
  await given();
  rig.price('BNBUSDT', 600);
  rig.binance.usdm.changeAccount({ bnb: d(10) });
  rig.post(LONG);
  await rig.says('Filled BTCUSDT LONG entry', 'BNB');
  await rig.eventually('stop and targets', () => rig.resting('BTCUSDT').length === 2);
  rig.price('BTCUSDT', 58_990);
  await rig.says('Filled BTCUSDT LONG stop', 'BNB');
  await rig.says('Closed BTCUSDT LONG: -', 'stopped out');
  const paid = rig.binance.usdm.account.incomes
    .filter(({ asset }) => asset === 'BNB')
    .reduce((sum, { income }) => sum.minus(income), d(0));
  expect(paid.gt(0)).toBe(true);
  const fees = `${paid.times(600).toFixed(2)} USDT`;
  const pnl = await rig.command('pnl');
  expect(JSON.stringify(pnl)).toContain(fees);
});
