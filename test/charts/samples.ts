import type { PnlChart } from '../../src/charts/pnl-chart.ts';
import type { Bar, TradeChart } from '../../src/charts/trade-chart.ts';

/** Charts whose pictures are kept and compared. The market in them is invented, the same at every run. */

const MINUTE_MS = 60_000;
export const START = Date.UTC(2026, 10, 26, 8, 0);

/** Always the same pseudo-random numbers of -0.5 to 0.5 (a linear congruential generator). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648 - 0.5;
  };
}

/** A walk of pseudo-random steps. */
export function walk(count: number, from: number, step: number, drift = 0, seed = 7): Bar[] {
  const random = noise(seed);
  let price = from;
  return Array.from({ length: count }, (_, index) => {
    const open = price;
    price = open + step * random() * 2 + drift;
    return bar(index, open, price, step, random);
  });
}

/** By way of given closes, `[index of the bar, price]`; between them as straight as `step` allows. */
function course(points: readonly (readonly [number, number])[], step: number, seed = 7): Bar[] {
  const random = noise(seed);
  let price = points[0]?.[1] ?? 0;
  return points.slice(1).flatMap(([until, to], leg) => {
    const [since = 0, from = 0] = points[leg] ?? [];
    return Array.from({ length: until - since }, (_, index) => {
      const open = price;
      const share = (index + 1) / (until - since);
      price = from + (to - from) * share + (share === 1 ? 0 : step * random());
      return bar(since + index, open, price, step / 2, random);
    });
  });
}

function bar(index: number, open: number, close: number, step: number, random: () => number): Bar {
  return {
    openedAt: START + index * 5 * MINUTE_MS,
    open,
    close,
    high: Math.max(open, close) + step * Math.abs(random()),
    low: Math.min(open, close) - step * Math.abs(random()),
  };
}

const base = {
  intervalMs: 5 * MINUTE_MS,
  untilMs: START + 90 * 5 * MINUTE_MS,
  timeZone: 'UTC',
} as const;

/** A long whose six targets lie within 1 % of each other. */
export const sixTargets: TradeChart = {
  ...base,
  title: 'BTCUSDT LONG 10x',
  side: 'long',
  subtitle: 'alpha, open, 0.08 @ 65012.4',
  result: { text: '+0.84R', good: true },
  bars: course(
    [
      [0, 64_640],
      [18, 64_980],
      [29, 65_120],
      [33, 65_000],
      [46, 65_140],
      [56, 65_210],
      [64, 65_090],
      [72, 65_320],
      [80, 65_240],
      [90, 65_360.2],
    ],
    60,
  ),
  levels: [
    { kind: 'entry', price: 65_000, label: '✓ Entry 65000', done: true },
    { kind: 'entry', price: 64_900, label: 'Entry 64900', done: false },
    { kind: 'stop', price: 64_300, label: 'Stop 64300', done: false },
    ...[65_200, 65_310, 65_420, 65_530, 65_640, 65_750].map((price, index) => ({
      kind: 'target' as const,
      price,
      label: `${index < 2 ? '✓ ' : ''}TP${index + 1} ${price}`,
      done: index < 2,
    })),
    { kind: 'last', price: 65_360.2, label: '65360.2', done: false },
  ],
  fills: [
    { at: START + 32 * 5 * MINUTE_MS, price: 65_000, action: 'BUY' },
    { at: START + 55.5 * 5 * MINUTE_MS, price: 65_200, action: 'SELL' },
    { at: START + 71.5 * 5 * MINUTE_MS, price: 65_310, action: 'SELL' },
  ],
  signal: { at: START + 30 * 5 * MINUTE_MS, label: 'signal' },
};

/** A short that was stopped out, in Chinese, on a coin of long prices. */
export const chineseShort: TradeChart = {
  ...base,
  title: '币安人生USDT 空 5x',
  side: 'short',
  subtitle: '阿尔法信号，已平仓，止损',
  result: { text: '-1.04R', good: false },
  bars: course(
    [
      [0, 0.000_012_2],
      [16, 0.000_012_75],
      [26, 0.000_012_58],
      [36, 0.000_012_3],
      [53, 0.000_013_02],
      [60, 0.000_012_8],
    ],
    0.000_000_08,
    11,
  ),
  levels: [
    { kind: 'entry', price: 0.000_012_6, label: '✓ 入场 0.0000126', done: true },
    { kind: 'stop', price: 0.000_013, label: '✓ 止损 0.000013', done: true },
    { kind: 'target', price: 0.000_012, label: '止盈1 0.000012', done: false },
    { kind: 'target', price: 0.000_011_4, label: '止盈2 0.0000114', done: false },
    { kind: 'target', price: 0.000_008, label: '止盈3 0.000008', done: false },
  ],
  fills: [
    { at: START + 25 * 5 * MINUTE_MS, price: 0.000_012_6, action: 'SELL' },
    { at: START + 52 * 5 * MINUTE_MS, price: 0.000_013, action: 'BUY' },
  ],
  signal: { at: START + 24 * 5 * MINUTE_MS, label: '信号' },
};

/** A trade that waits for its entry, of which there are no candles. */
export const noCandles: TradeChart = {
  ...base,
  title: 'ETHUSDT SHORT 5x',
  side: 'short',
  subtitle: 'beta, waiting for entry',
  result: { text: '', good: null },
  bars: [],
  levels: [
    { kind: 'entry', price: 3_050, label: 'Entry 3050', done: false },
    { kind: 'stop', price: 3_150, label: 'Stop 3150', done: false },
    { kind: 'target', price: 2_900, label: 'TP1 2900', done: false },
  ],
  fills: [],
  signal: { at: START, label: 'signal' },
};

const DAY_MS = 1_440 * MINUTE_MS;

const monthResults = walk(41, 0, 60, 9, 3).map(({ open, close }, index) => ({
  at: START - 30 * DAY_MS + index * 0.73 * DAY_MS,
  net: close - open,
}));
const monthNet = summed(monthResults).at(-1) ?? 0;

function summed(results: readonly { net: number }[]): number[] {
  let sum = 0;
  return results.map(({ net }) => {
    sum += net;
    return sum;
  });
}

function drawdown(results: readonly { net: number }[]): number {
  let top = 0;
  return Math.min(
    ...summed(results).map((equity) => {
      top = Math.max(top, equity);
      return equity - top;
    }),
  );
}

export const month: PnlChart = {
  title: '30 days, all channels',
  subtitle: `${monthResults.length} trades, ${Math.round((100 * monthResults.filter(({ net }) => net > 0).length) / monthResults.length)}% won, expectancy +0.21R, max drawdown ${drawdown(monthResults).toFixed(2)} USDT`,
  total: { text: `+${monthNet.toFixed(2)} USDT`, good: true },
  results: monthResults,
  fromMs: START - 30 * DAY_MS,
  untilMs: START,
  timeZone: 'UTC',
  labels: { equity: 'Equity curve', drawdown: 'Drawdown', daily: 'Net per day' },
};

export const chineseLoss: PnlChart = {
  ...month,
  title: '近 7 天，alpha',
  subtitle: '6 笔，胜率 50%，期望 -0.40R，最大回撤 -84.00 USDT',
  total: { text: '-52.00 USDT', good: false },
  results: [20, -34, -18, 12, -44, 12].map((net, index) => ({
    at: START - 6.6 * DAY_MS + index * DAY_MS,
    net,
  })),
  fromMs: START - 7 * DAY_MS,
  labels: { equity: '净值曲线', drawdown: '回撤', daily: '每日净盈亏' },
};
