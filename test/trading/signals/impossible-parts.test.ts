import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';

const readingOf = (content: string): unknown => readingToJson('', parseMessage({ content }).reading);

test.each([
  'Close 150% of SOL',
  'Close 0% of SOL',
  'close 150% SOL',
  'Closing 101% of SOL here',
  'take 120% off SOL',
  'sell 200% of SOL',
  'trim SOL by 150%',
  'reduce SOL to 150%',
  'keep 150% of SOL, close the rest',
  '平仓150% SOL',
  'SOL减仓150%',
  '减仓 0% SOL',
  'SOL 减到 150%',
])('%s — closes nothing, and it is told why', (content) => {
  expect(readingOf(content)).toMatchObject({ kind: 'invalid', reason: 'part_out_of_range' });
});

test('of several orders those that can be carried out are', () => {
  expect(readingOf('Close 150% of SOL. Close TAO.')).toMatchObject({
    updates: [{ action: 'close', symbol: 'TAOUSDT' }],
  });
});

test.each([
  'Closed SOL at +150%',
  'SOL closed 150% profit',
  'Closing SOL here for 150%',
  'Close SOL at 150% profit',
  'SOL平仓，盈利150%',
  'SOL 平仓150%',
  'SOL 止盈离场 180%',
  'SOL close 200%',
])('%s — a gain above 100 percent is no part', (content) => {
  expect(readingOf(content)).toMatchObject({ updates: [{ action: 'close', symbol: 'SOLUSDT' }] });
});
