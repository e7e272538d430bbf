import { expect, test } from 'vitest';
import { type Cell, csvLine } from '../../src/trading/csv.ts';
import { Decimal } from '../../src/trading/decimal.ts';

const cell = (value: Cell) => csvLine([value]).slice(0, -2);

test('cells are parted by commas, a line ends as RFC 4180 says', () => {
  expect(csvLine(['x', 1, null])).toBe('x,1,\r\n');
});

test.each([
  [null, ''],
  ['plain', 'plain'],
  ['with, comma', '"with, comma"'],
  ['a "word"', '"a ""word"""'],
  ['two\nlines', '"two\nlines"'],
  [new Decimal('-12.50'), '-12.5'],
  [new Decimal('0.00000001'), '0.00000001'],
  [-3, '-3'],
])('%j is written as %s', (value, text) => {
  expect(cell(value)).toBe(text);
});

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  ' =1+1',
  '\u200B=1+1',
  '\t=1+1',
  '＝1+1',
  '=HYPERLINK("http://x","y")',
  '%0A=1',
])('%j is no formula', (text) => {
  expect(cell(text).replace(/^"/, '')).toMatch(/^'/);
});
