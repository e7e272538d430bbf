import { expect, test } from 'vitest';
import { costsOf, modelText, tradesPerMinute } from './model.ts';
import type { Results } from './report.ts';

const bot = (figure: string, value: number): Results['figures'][number] => ({
  figure,
  unit: '',
  of: { bot: value },
  rounds: [value],
});

const results: Results = {
  machine: '',
  version: '',
  sizes: '',
  figures: [
    bot('CPU time per signal, with all that follows', 30),
    bot('CPU time per 1,000 chats', 200),
    bot('CPU of one core, 20 open trades, prices standing still', 1),
    bot('CPU of one core, 20 open trades, 50 price updates a second of 50 symbols', 2),
    bot('RSS after the chats in 20 channels, 20 open trades', 120),
    bot('messages in the trades channel in the life of a trade', 5),
    bot('orders placed and cancelled in the life of a trade', 6),
  ],
  growth: {
    'open trades': [
      { count: 1, readyMs: 500, rssMb: 110, p50Ms: 2 },
      { count: 101, readyMs: 500, rssMb: 120, p50Ms: 2 },
    ],
  },
};

test('costs are those of one: a signal, a chat, a second of an open trade, a megabyte', () => {
  expect(costsOf(results)).toEqual({
    signalMs: 30,
    chatMs: 0.2,
    openTradeMs: 1,
    baseMb: 120,
    openTradeMb: 0.1,
    posts: 5,
    orders: 6,
  });
});

test('the narrowest limit comes first', () => {
  expect(tradesPerMinute(costsOf(results))).toEqual([
    { limit: 'messages in the trades channel', most: 12 },
    { limit: 'orders of one account', most: 200 },
    { limit: 'half a core', most: 1_000 },
  ]);
});

test('a load costs its parts, and is told what it comes nearest to', () => {
  const edge = modelText(results)
    .split('\n')
    .map((line) => line.split(' | ').at(-1)?.replace(' |', ''));
  // 12 signals, 3,000 chats, and 200 trades for sixty seconds: 12,960 of 60,000 ms.
  expect(edge).toContain('21.6 %');
  expect(edge).toContain('138 MB');
  expect(edge).toContain('messages in one channel, 100 %');
});
