import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';

const FORM = 'BTC/USDT long\nEntry: 95000\nSL: 94000\nTP: 96000';
const FORM_ZH = 'BTC/USDT 做多\n入场: 95000\n止损: 94000\n止盈: 96000';

test.each([
  ['Tomorrow I plan to', FORM],
  ['Tomorrow I plan to:', FORM],
  ['Tomorrow I plan to', 'Long BTC 95000 SL 94000 TP 96000'],
  ["Next week I'm going to open", FORM],
  ['On Monday we will be looking to take this one', FORM],
  ['I want to enter this tomorrow', FORM],
  ['I might take this', FORM],
  ['Thinking of', FORM],
  ['Thinking about taking this one', FORM],
  ["I'm considering this trade", FORM],
  ['明天准备开', FORM_ZH],
  ['明天准备', FORM_ZH],
  ['下周打算', FORM_ZH],
  ['考虑开这一单', FORM_ZH],
  ['我可能会做这单', FORM_ZH],
])('%s — before a whole form is an intention, no call', (heading, form) => {
  expect(parseMessage({ content: `${heading}\n${form}` }).reading.kind).toBe('none');
});

test.each([
  ['I plan to hold this until next week', FORM],
  ['Taking this now, tomorrow I will be travelling', FORM],
  ['I might take some profit early on this one', FORM],
  ['CPI tomorrow, so size small', FORM],
  ['You might enter a bit lower', FORM],
  ['明天有非农，仓位轻一点', FORM_ZH],
  ['今晚准备好了吗兄弟们，单子来了', FORM_ZH],
  ['考虑到波动，轻仓', FORM_ZH],
])('%s — before a whole form leaves it a call', (heading, form) => {
  expect(parseMessage({ content: `${heading}\n${form}` }).reading.kind).toBe('signal');
});
