import { describe, expect, test } from 'vitest';
import { decideNotation, readNumber, splitGlued } from '../../../src/trading/signals/numbers.ts';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';

const read = (content: string): object => readingToJson(undefined, parseMessage({ content }).reading);
const entryOf = (symbol: string, price: string, rest = ''): unknown => {
  const { reading } = parseMessage({ content: `${symbol} LONG\nEntry: ${price}\n${rest}` });
  return reading.kind === 'signal' && reading.signals[0]?.entry.type === 'limit'
    ? reading.signals[0].entry.prices.map(String)
    : reading;
};

describe('a number is read by the evidence of the message', () => {
  test.each([
    ['BTC', '65,000', '65000'],
    ['BTC', '65.000,50', '65000.5'],
    ['BTC', '65.000', '65000'],
    ['BTC', '$65 000', '65000'],
    ['BTC', "65'000", '65000'],
    ['BTC', '65k', '65000'],
    ['BTC', '6.5万', '65000'],
    ['BTC', '６５０００', '65000'],
    ['BTC', '6.5w', '65000'],
    ['PEPE', '0.0₅123', '0.00000123'],
    ['PEPE', '0.0{5}123', '0.00000123'],
    ['SHIB', '1.21e-5', '0.0000121'],
    ['XRP', '0,5120', '0.512'],
    ['COMP', '59,50', '59.5'],
    ['SOL', '.445', '0.445'],
    ['SOL', '150.20$', '150.2'],
    ['SOL', '150.20 USDT', '150.2'],
  ])('GIVEN %s at %s THEN %s', (symbol, written, value) => {
    expect(entryOf(symbol, written)).toEqual([value]);
  });
});

test('what no coin costs is no price, in a list neither', () => {
  expect(read('1,2,3,499999999999999999999999999平仓')).not.toHaveProperty('updates.0.price');
  expect(read('BTC LONG\nEntry: 650,651,6520000000000000000\nSL: 600')).toMatchObject({ kind: 'invalid' });
});

test('a target at nothing makes the message invalid, in percent too', () => {
  for (const target of ['0', '0%'])
    expect(read(`BTC LONG\nEntry: 65000\nSL: 64000\nTP: ${target}`)).toMatchObject({ kind: 'invalid' });
});

test('a comma that may be either makes the message invalid', () => {
  expect(read('XRP/USDT LONG\nEntry: 2,310\nSL: 2,200\nTP: 2,450')).toEqual({
    kind: 'invalid',
    reason: 'number_unreadable',
  });
});

test('another number of the message settles what a comma is', () => {
  expect(read('XRP/USDT LONG\nEntry: 2,310\nSL: 2,2\nTP: 2,450')).toMatchObject({
    signals: [{ entry: { prices: ['2.31'] }, stopLoss: { price: '2.2' } }],
  });
});

test.each([
  ['25l0', 'SL 2400'],
  ['3O5O', 'SL 2900'],
  ['1.2.3', 'SL 1.1'],
])('the misspelt price %s is never guessed', (price, rest) => {
  expect(read(`ETH LONG\nEntry: ${price}\n${rest}`)).toEqual({
    kind: 'invalid',
    reason: 'number_unreadable',
  });
});

describe('a space between groups of three', () => {
  test.each([
    ['BNB LONG now\nSL 590 TP 640 660', '590', ['640', '660']],
    ['BNB LONG\nEntry 600 SL 590 TP 640 660 680', '590', ['640', '660', '680']],
    ['BNB LONG\nEntry 1 300 SL 1 250 TP 1 400 1 500', '1250', ['1400', '1500']],
    ['BTC LONG\nEntry 65 000 SL 64 000 TP 66 000 67 000', '64000', ['66000', '67000']],
    ['BTC SHORT\nEntry 109 400 SL 111 300 TP 108 200 / 106 500', '111300', ['108200', '106500']],
  ])('GIVEN %s THEN the other prices tell whether it parts two', (text, stop, targets) => {
    expect(read(text)).toMatchObject({
      signals: [{ stopLoss: { price: stop }, takeProfits: targets.map((price) => ({ price })) }],
    });
  });
});

test('lists without spaces come apart, single numbers stay whole', () => {
  expect(splitGlued('0.62,0.64,0.66')).toEqual(['0.62', '0.64', '0.66']);
  expect(splitGlued('103500,105000')).toEqual(['103500', '105000']);
  expect(splitGlued('98,500')).toEqual(['98,500']);
});

test('decimal and thousands commas in one message leave the doubtful ones unread', () => {
  const notation = decideNotation(['59,5', '1,234.5', '2,310'], null, false);
  expect(readNumber('2,310', notation)).toBeNull();
  expect(readNumber('59,5', notation)?.toString()).toBe('59.5');
});

test('a range may leave out the digits that stay the same', () => {
  expect(read('BTC 96500-800做空 止损97300 止盈95500')).toMatchObject({
    signals: [{ entry: { type: 'zone', low: '96500', high: '96800' } }],
  });
  expect(read('BTC 96500-100做空 止损97300 止盈95500')).toEqual({
    kind: 'invalid',
    reason: 'price_magnitude',
  });
});
