import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';

const call = (line: string): string => `#BNB/USDT LONG\nEntry: 600\n${line}`;

/** A price that is there and cannot be read makes the signal invalid, and its words are quoted: it is never left out. */
test.each([
  ['#BNB/USDT LONG\nEntry: market\nSL: 1e309\nTP: NaN', 'SL: 1e309'],
  [call('SL: 1e309\nTP: 650'), 'SL: 1e309'],
  [call('SL: 580\nTP: NaN'), 'TP: NaN'],
  [call('SL: abc\nTP: 650'), 'SL: abc'],
  [call('SL: five hundred\nTP: 650'), 'SL: five hundred'],
  [call('SL: 580abc\nTP: 650'), 'SL: 580abc'],
  [call('SL: 0x245\nTP: 650'), 'SL: 0x245'],
  [call('SL: 58O\nTP: 650'), 'SL: 58O'],
  [call('SL 5a0 TP 650'), 'SL 5a0'],
  [call('SL: 5x.8\nTP: 650'), 'SL: 5x.8'],
  [call('SL: 1.2.3\nTP: 650'), 'SL: 1.2.3'],
  [call('SL: 580\nTP: 650, 7OO'), 'TP: 650, 7OO'],
  [call('SL: 580\nTP:\n650\n6x7'), 'TP:\n650\n6x7'],
  [call('SL: 580\nTP: 1000000000000000000000000'), 'TP: 1000000000000000000000000'],
  ['#BNB/USDT LONG\nEntry: 6ab\nSL: 580\nTP: 650', 'Entry: 6ab'],
  ['#BNB/USDT 做多\n入场：600\n止损：前低\n止盈：650', '止损:前低'],
  ['{"action":"buy","ticker":"BTCUSDT","sl":"abc"}', 'sl: abc'],
  ['{"action":"buy","ticker":"BTCUSDT","sl":1e309}', 'sl: Infinity'],
  ['{"action":"buy","ticker":"BTCUSDT","entry":"9800O"}', 'entry: 9800O'],
  ['{"action":"buy","ticker":"BTCUSDT","targets":["100000","abc"]}', 'targets: abc'],
])('%j is invalid and quotes %j', (content, text) => {
  expect(parseMessage({ content }).reading).toEqual({
    kind: 'invalid',
    reason: 'number_unreadable',
    numbers: { text },
  });
});

/** Known words say that there is no stop, or one without a price: the signal has none, and risk denies it. */
test.each(['later', 'tba', 'none', 'below support', 'swing low', 'no', 'market', 'mental', '', '-'])(
  'SL: %s — is no stop',
  (words) => {
    expect(parseMessage({ content: call(`SL: ${words}\nTP: 650`) }).reading).toMatchObject({
      kind: 'signal',
      signals: [{ stopLoss: null }],
    });
  },
);

test.each(['待定', '不设', '无'])('止损：%s — is no stop', (words) => {
  expect(
    parseMessage({ content: `#BNB/USDT 做多\n入场：600\n止损：${words}\n止盈：650` }).reading,
  ).toMatchObject({ kind: 'signal', signals: [{ stopLoss: null }] });
});

test.each([
  ['SL abc', 'SL abc'],
  ['Stop loss: below the swing low', 'Stop loss: below the swing low'],
  ['SL - will update', 'SL - will update'],
  ['SL: 500 points', 'SL: 500 points'],
  ['止损 abc', '止损 abc'],
  ['止损待定', '止损待定'],
  ['SL soon, TP1 640', 'SL soon'],
  [`SL ${'waits'.repeat(20)}`, `SL ${'waits'.repeat(20).slice(0, 56)}…`],
])('%j gives no stop and is kept for whoever is told that there is none', (line, stopWords) => {
  expect(parseMessage({ content: call(`${line}\nTP: 650`) }).reading).toMatchObject({
    signals: [{ stopLoss: null, stopWords }],
  });
});

test.each(['', 'no SL', 'SL: none', 'SL:', 'SL: -', 'SL: 580', 'Use a tight stop'])(
  'with %j nothing stands where the stop should be',
  (line) => {
    const { reading } = parseMessage({ content: call(`${line}\nTP: 650`) });
    if (reading.kind !== 'signal') throw new Error(reading.kind);
    expect(reading.signals[0]).not.toHaveProperty('stopWords');
  },
);

test('the words of one call are not those of another', () => {
  const content = '#BNB/USDT LONG\nEntry: 600\nTP: 650\n\n#SOL/USDT LONG\nEntry: 150\nSL soon\nTP: 160';
  const { reading } = parseMessage({ content });
  expect(reading.kind === 'signal' && reading.signals.map((one) => one.stopWords)).toEqual([
    undefined,
    'SL soon',
  ]);
});

test('scientific notation is read in full', () => {
  const content = '#BNB/USDT LONG\nEntry: 6e2\nSL: 5.8e2\nTP: 6.5E+2';
  expect(readingToJson('m', parseMessage({ content }).reading)).toMatchObject({
    signals: [
      {
        entry: { type: 'limit', prices: ['600'] },
        stopLoss: { price: '580' },
        takeProfits: [{ price: '650' }],
      },
    ],
  });
});

test.each([
  ['LONG BTC\nEntry 98000\nSL 97000\nTP 100000\nLeverage 500x', { leverage: '500', max: '125' }],
  ['LONG BTC\nEntry 98000\nSL 99000\nTP 100000', { stop: '99000', entry: '98000', side: 'long' }],
  ['LONG BTC\nEntry 98000\nSL 97000\nTP 96000', { target: '96000', entry: '98000', side: 'long' }],
  ['SHORT BTC\nEntry 98000\nSL 98000\nTP 96000', { stop: '98000', side: 'short' }],
  ['LONG BTC\nEntry 98000\nSL 97000\nTP 100000 99000', { targets: '100000 / 99000' }],
  ['LONG BTC\nEntry 98000\nSL 97000\nTP 1000000', { price: '1000000', other: '98000' }],
  ['LONG BTC\nEntry 98000\nSL 97000\nTP1 99000 (close 70%)\nTP2 100000 (close 50%)', { total: '120' }],
  ['LONG ADA\nEntry 0.75\nStop: +4%\nTP 0.8', { stop: '+4%', side: 'long' }],
])('%j names the numbers that contradict each other', (content, numbers) => {
  expect(parseMessage({ content }).reading).toMatchObject({ kind: 'invalid', numbers });
});
