import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';

interface Read {
  readonly kind: string;
  readonly signals?: readonly Record<string, unknown>[];
  readonly updates?: readonly Record<string, unknown>[];
}

const read = (content: string): Read =>
  readingToJson('', parseMessage({ content }).reading) as unknown as Read;
const signalOf = (content: string): Record<string, unknown> => {
  const [signal] = read(content).signals ?? [];
  if (signal === undefined) throw new Error(`${content}: ${read(content).kind}`);
  return signal;
};

test.each([
  ['ETH %30 kapat', '0.3'],
  ['ETH close 30 percent here', '0.3'],
  ['ETH close 30 pct here', '0.3'],
])('%s — closes a part, not all', (content, fraction) => {
  expect(read(content).updates).toMatchObject([{ action: 'close_partial', symbol: 'ETHUSDT', fraction }]);
});

test('a percent sign before the number is one of its distances', () => {
  expect(signalOf('#HYPE LONG entry 38 SL %5 TP %3 %6')).toMatchObject({
    stopLoss: { percent: '5' },
    takeProfits: [{ percent: '3' }, { percent: '6' }],
  });
});

test.each([
  ['Entry.....0.6120', 'TP1.......0.5960', 'SL........0.6385'],
  ['Entry....... 0.6120', 'TP1 ....... 0.5960', 'SL .... 0.6385'],
  ['Entry: .6120', 'T.P. 1 : .5960', 'S.L. : .6385'],
  ['Entry｜0.6120', 'TP｜0.5960', 'SL｜0.6385'],
])('%s: what leads from a label to its price is not part of either', (...lines) => {
  expect(signalOf(['#AVNT/USDT SHORT', ...lines].join('\n'))).toMatchObject({
    symbol: 'AVNTUSDT',
    entry: { prices: ['0.612'] },
    stopLoss: { price: '0.6385' },
    takeProfits: [{ price: '0.596' }],
  });
});

test('T.P. is no coin', () => {
  expect(read('T.P. 1 : 1.118').kind).toBe('none');
  expect(signalOf('T.P. 1 : 1.118\nS.L. : 1.059\nEntry: 1.0935\nLONG #ASTER').symbol).toBe('ASTERUSDT');
});

test.each(['After TP1, and not before, SL to entry', 'At TP1, stop to BE', 'After TP1，move the stop'])(
  'the number of a target that is spoken of is no price: %s',
  (advice) => {
    expect(signalOf(`SHORT ICP 4.62\nstop 4.91\nTP 4.45 4.28\n\n${advice}`).takeProfits).toEqual([
      { price: '4.45' },
      { price: '4.28' },
    ]);
  },
);

test.each([
  ['五倍杠杆', 5],
  ['十倍杠杆', 10],
  ['二十倍逐仓', 20],
  ['二十五倍杠杆', 25],
  ['两倍杠杆', 2],
])('%s is a leverage', (words, leverage) => {
  expect(signalOf(`BTC 95000多 止损94000 止盈97000 ${words}`).leverage).toBe(leverage);
});

test.each(['分3批进', '分批进', '分三批进', '分2次'])('%s is no price', (words) => {
  expect(signalOf(`$TIA 做多\n0.612～0.585 ${words}\n止盈 0.67、0.73\n止损 0.559`)).toMatchObject({
    entry: { type: 'zone', low: '0.585', high: '0.612' },
    takeProfits: [{ price: '0.67' }, { price: '0.73' }],
  });
});

test.each(['别多开', '别重仓', '不要多开'])('%s warns of the size and not of the side', (words) => {
  expect(signalOf(`ETH 现价多 止损2985 止盈3110 ${words}`).side).toBe('long');
});

test('"don\'t go long" is still none', () => {
  for (const content of ['ETH 别做多 止损2985 止盈3110', 'ETH 不要追多 3040 止损2985 止盈3110'])
    expect(read(content).kind).toBe('none');
});

test.each([
  ['ETH L 2,912 | SL 2,858 | TP 2,980', 'long'],
  ['ETH S 2,912 | SL 2,958 | TP 2,880', 'short'],
])('%s is a %s, whose letter alone says so', (content, side) => {
  expect(signalOf(content)).toMatchObject({ side, entry: { prices: ['2912'] } });
});

test.each([
  'My PnL: +1,204 USDT on XRP short 25x, entry 2.3310, exit 2.2140',
  'XRP short 25x, entry 2.3310, exit 2.2140, made $300',
  'XRP空单25倍，开仓2.331，平仓2.214，赚1204U',
  'XRP空单，开仓2.331，平仓2.414，亏204U',
  '今天第一单 BTC 95000多 96200出，第二单 ETH 2900空 2850出，两单全胜',
])('%s — is the history of a trade', (content) => {
  expect(read(content).kind).toBe('none');
});

test('what a stop would cost makes no history of a call', () => {
  expect(signalOf('ETH 3040多 止损2985（亏30U） 止盈3110').stopLoss).toEqual({ price: '2985' });
  expect(read('Closed XRP at 2.2140, made $300').updates).toMatchObject([
    { action: 'close', symbol: 'XRPUSDT', price: '2.214' },
  ]);
});

test.each([
  ['ENA 破0.269追空 止损0.2765 止盈0.26', 'short', 'below'],
  ['BTC 破96000追多 止损95000 止盈98000', 'long', 'above'],
  ['BTC 破95000就空，止损96000，目标93000', 'short', 'below'],
  ['ETH 跌破2890就开空，止损2950，目标2800', 'short', 'below'],
  ['ETH 突破3100就追多，止损3050，目标3200', 'long', 'above'],
])('%s — a %s waits for the price to go %s', (content, side, trigger) => {
  expect(signalOf(content)).toMatchObject({ side, trigger });
});

test.each([
  '大饼站稳106000就追多',
  '站稳106000就追多，站不稳就反手空',
  '如果跌破2890就空，止损2950，目标2800',
])('%s — is a condition', (content) => {
  expect(read(content).kind).toBe('none');
});

test('a counted profit is a target, a ratio and a sum of money are none', () => {
  const call = 'SHORT #ENA\nEntry 0.29\nStop 0.31\n';
  expect(signalOf(`${call}Profit 1: 0.279\nProfit 2: 0.2695`).takeProfits).toEqual([
    { price: '0.279' },
    { price: '0.2695' },
  ]);
  expect(signalOf(`${call}Profit 1:3`).takeProfits).toEqual([]);
  expect(signalOf(`${call}Profit: 120 USDT`).takeProfits).toEqual([]);
});

test('labels that are words of every day count where a price follows and nothing else does', () => {
  expect(signalOf('sell BTC 97,350, protect 97,900, cover 96,400').stopLoss).toEqual({ price: '97900' });
  expect(signalOf('LONG BTC 95000, tp 97000. Protect your capital. sl 94000').stopLoss).toEqual({
    price: '94000',
  });
  expect(signalOf('Coin = XRP\nSide = Buy\nEntry = 2.185\nTP = 2.24\nSL = 2.148\nX = 20').leverage).toBe(20);
  expect(signalOf('Low risk: NEAR long 1.742, stop 1.688, targets 1.82').symbol).toBe('NEARUSDT');
  expect(
    signalOf('Buy AVAX 18.2 and again 17.6, sl 16.95, first target 19.1, second one 20.3'),
  ).toMatchObject({
    entry: { prices: ['18.2', '17.6'] },
    takeProfits: [{ price: '19.1' }, { price: '20.3' }],
  });
});

test('十倍 apart is a leverage, in a story it is none', () => {
  expect(signalOf('ENA 0.269空 止损0.2765 止盈0.26，十倍').leverage).toBe(10);
  expect(signalOf('ENA 0.269空 止损0.2765 止盈0.26 这币能涨十倍').leverage).toBeNull();
});

test('1118减半，1100全平: half goes at each', () => {
  expect(signalOf('BNB 1138附近空，1152止损，1118减半，1100全平').takeProfits).toEqual([
    { price: '1118', share: '50' },
    { price: '1100', share: '50' },
  ]);
});

test('the count of a target is no part: TP2 %40 closes no 2 %', () => {
  expect(read('ETH TP2 %40 kapat').updates ?? []).toEqual([]);
});
