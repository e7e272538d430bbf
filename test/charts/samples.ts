import type { PnlChart } from '../../src/charts/pnl-chart.ts';
import type { Bar, TradeChart } from '../../src/charts/trade-chart.ts';

/** Charts whose pictures are kept and compared. The market in them is invented, the same at every run. */

const MINUTE_MS = 60_000;
export const START = Date.UTC(2026, 10, 26, 8, 0);

/** A walk of whole pseudo-random steps (a linear congruential generator). */
export function walk(count: number, from: number, step: number, drift = 0, seed = 7): Bar[] {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648 - 0.5;
  };
  let price = from;
  return Array.from({ length: count }, (_, index) => {
    const open = price;
    const close = open + step * random() * 2 + drift;
    price = close;
    const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
    return {
      openedAt: START + index * 5 * MINUTE_MS,
      open,
      close,
      high: top + step * Math.abs(random()),
      low: bottom - step * Math.abs(random()),
    };
  });
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
  bars: walk(90, 64_800, 90, 6),
  levels: [
    { kind: 'entry', price: 65_000, label: 'Entry 65000', done: true },
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
    { at: START + 55 * 5 * MINUTE_MS, price: 65_200, action: 'SELL' },
    { at: START + 71 * 5 * MINUTE_MS, price: 65_310, action: 'SELL' },
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
  bars: walk(60, 0.000_012_31, 0.000_000_06, 0.000_000_012, 11),
  levels: [
    { kind: 'entry', price: 0.000_012_6, label: '入场 0.0000126', done: true },
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

export const month: PnlChart = {
  title: '30 days, all channels',
  subtitle: '41 trades, 58% won, expectancy +0.21R, max drawdown -96.10 USDT',
  total: { text: '+412.50 USDT', good: true },
  results: walk(41, 0, 60, 9, 3).map(({ open, close }, index) => ({
    at: START - 30 * DAY_MS + index * 0.73 * DAY_MS,
    net: close - open,
  })),
  fromMs: START - 30 * DAY_MS,
  untilMs: START,
  timeZone: 'UTC',
  labels: { equity: 'Equity curve', drawdown: 'Drawdown', daily: 'Net per day' },
};

export const chineseLoss: PnlChart = {
  ...month,
  title: '近 7 天，alpha',
  subtitle: '6 笔，胜率 33%，期望 -0.40R，最大回撤 -84.00 USDT',
  total: { text: '-52.00 USDT', good: false },
  results: [20, -34, -18, 12, -44, 12].map((net, index) => ({
    at: START - 6.6 * DAY_MS + index * DAY_MS,
    net,
  })),
  fromMs: START - 7 * DAY_MS,
  labels: { equity: '净值曲线', drawdown: '回撤', daily: '每日净盈亏' },
};
