import { describe, expect, it } from 'vitest';
import { buttonRows, customId, type Press, readCustomId } from '../../src/bot/buttons.ts';
import { cut, money, multiple, percent, price, quote, signedMoney } from '../../src/bot/format.ts';
import { d } from './fakes.ts';

describe('numbers', () => {
  it.each([
    { text: price(d('0.00001230')), expected: '0.0000123' },
    { text: price(d('65000')), expected: '65000' },
    { text: money(d('1234.5'), 'USDT'), expected: '1234.50 USDT' },
    { text: money(d('9999.994'), 'USDT'), expected: '9999.99 USDT' },
    { text: money(d('12345.678'), 'USDT'), expected: '12,345.68 USDT' },
    { text: money(d('-1234567.8'), 'USDT'), expected: '-1,234,567.80 USDT' },
    { text: signedMoney(d('12'), 'USDT'), expected: '+12.00 USDT' },
    { text: signedMoney(d('-3.105'), 'USDT'), expected: '-3.11 USDT' },
    { text: signedMoney(d('-0.001'), 'USDT'), expected: '0.00 USDT' },
    { text: percent(d('1.005')), expected: '1.01%' },
    { text: multiple(d('1.5')), expected: '+1.5R' },
    { text: multiple(d('-1')), expected: '-1R' },
    { text: multiple(d('0.004')), expected: '0R' },
    { text: multiple(d('-0.004')), expected: '0R' },
    { text: percent(d('-0.001')), expected: '0%' },
  ])('are written as $expected', ({ text, expected }) => expect(text).toBe(expected));
});

describe('text of others', () => {
  it.each([
    { given: 'a mention', text: '@everyone', expected: '\\@everyone' },
    { given: 'markdown', text: '**bold** [x](y)', expected: '\\*\\*bold\\*\\* \\[x\\]\\(y\\)' },
    { given: 'line breaks and zero-width signs', text: 'a\n\nb\u200b', expected: 'a b' },
  ])('loses $given', ({ text, expected }) => expect(quote(text)).toBe(expected));

  it('is cut with a sign that something is missing', () => expect(cut('abcdef', 4)).toBe('abc…'));
});

describe('buttons', () => {
  it.each<Press>([
    { type: 'proposal', id: 'amwykx736eww-0', choice: 'confirm', revision: 0 },
    { type: 'proposal', id: 'amwykx736eww-100', choice: 'half', revision: 3 },
    { type: 'question', id: 'w1400000000000000000', option: 20 },
    { type: 'trade', tradeId: 'amwykx736eww-100', what: 'cancelEntries' },
  ])('of type $type are understood again', (press) => {
    expect(readCustomId(customId(press))).toEqual(press);
    expect(customId(press).length).toBeLessThanOrEqual(100);
  });

  it.each([
    '',
    'p',
    'p:x',
    'p:x:maybe',
    'p:x:confirm.',
    'p:x:confirm.-1',
    'p:x:confirm.1.2',
    't:x:sell',
    'q:x:-1',
    'other:x:1',
  ])('%j is none of ours', (id) => expect(readCustomId(id)).toBeNull());

  it('stand in rows of at most five', () => {
    const press: Press = { type: 'question', id: 'x', option: 0 };
    const rows = buttonRows(Array.from({ length: 7 }, () => ({ label: 'x', press })));
    expect(rows.map((row) => row.components.length)).toEqual([5, 2]);
  });
});
