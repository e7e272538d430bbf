import { colours, type Picture, type Point, type Shape } from './picture.ts';
import { priceRange, type Range } from './price-range.ts';
import { linear, ticks, tickText, timeTicks } from './scale.ts';
import { line, text } from './shapes.ts';
import { spread } from './spread.ts';
import { fitText, textWidth } from './text-width.ts';

/** Prices are plain numbers here: they only become pixels. What is written comes as text. */
export interface Bar {
  openedAt: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

export interface PriceLevel {
  kind: 'entry' | 'stop' | 'target' | 'last';
  price: number;
  /** `TP1 66000` */
  label: string;
  /** Filled or passed: drawn, but stepped back. */
  done: boolean;
}

export interface FillMark {
  at: number;
  price: number;
  action: 'BUY' | 'SELL';
}

export interface TradeChart {
  title: string;
  side: 'long' | 'short';
  subtitle: string;
  /** How it stands, in a few words (`+1.2R`), and whether that is good. */
  result: { text: string; good: boolean | null };
  bars: readonly Bar[];
  intervalMs: number;
  levels: readonly PriceLevel[];
  fills: readonly FillMark[];
  signal: { at: number; label: string };
  /** Until then; the last bar may be older. */
  untilMs: number;
  timeZone: string;
}

/** Of the whole picture: as wide as a phone shows it in Discord. */
const WIDTH = 400;
const MIN_HEIGHT = 300;
const MARGIN = 10;
const HEADER = 46;
const FOOTER = 20;
const LABEL = { size: 11, height: 16, padding: 5, gap: 17 } as const;
const AXIS_SIZE = 10;

/** Candles around a trade with its levels, fills and labels; grows taller with many labels, never wider. */
export function tradeChart(chart: TradeChart): Picture {
  const height = Math.max(MIN_HEIGHT, HEADER + FOOTER + (chart.levels.length + 1) * LABEL.gap);
  const labelWidth = Math.max(0, ...chart.levels.map(({ label }) => labelWidthOf(label)));
  const plot = {
    left: MARGIN,
    right: WIDTH - MARGIN - labelWidth - 10,
    top: HEADER,
    bottom: height - FOOTER,
  };
  const range = priceRange(chart);
  const from = Math.min(chart.bars[0]?.openedAt ?? chart.signal.at, chart.signal.at);
  const until = Math.max(
    (chart.bars.at(-1)?.openedAt ?? chart.signal.at) + chart.intervalMs,
    chart.signal.at + chart.intervalMs,
  );
  const x = linear([from, until], [plot.left + 2, plot.right - 6]);
  const y = linear([range.low, range.high], [plot.bottom - 8, plot.top + 8]);
  const clampY = (price: number) => Math.min(Math.max(y(price), plot.top + 2), plot.bottom - 2);
  const labelYs = spread(
    chart.levels.map(({ price }) => clampY(price)),
    LABEL.gap,
    plot.top + LABEL.height / 2,
    plot.bottom - LABEL.height / 2,
  );
  return {
    width: WIDTH,
    height,
    background: colours.background,
    shapes: [
      ...header(chart),
      ...grid(chart, plot, range, from, until, x, y),
      ...signalMark(chart, plot, x(chart.signal.at)),
      ...chart.levels.map((level) => levelLine(level, plot, y(level.price))),
      ...chart.bars.flatMap((bar) => candle(bar, chart.intervalMs, x, y)),
      ...chart.fills.flatMap((fill) =>
        fillMark(x(clampTime(fill.at, from, until)), clampY(fill.price), fill),
      ),
      ...chart.levels.flatMap((level, index) =>
        levelLabel(level, labelYs[index] ?? 0, clampY(level.price), plot.right, labelWidth),
      ),
    ],
  };
}

interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

type Axis = (value: number) => number;

function header({ title, side, subtitle, result }: TradeChart): Shape[] {
  const resultWidth = textWidth(result.text, 15);
  const room = WIDTH - 2 * MARGIN - resultWidth - 10;
  const colour = result.good === null ? colours.muted : result.good ? colours.up : colours.down;
  return [
    {
      type: 'rect',
      x: MARGIN,
      y: 11,
      width: 3,
      height: 28,
      fill: side === 'long' ? colours.up : colours.down,
      radius: 1,
    },
    text(MARGIN + 9, 17, fitText(title, 14, room), 14, colours.text),
    text(MARGIN + 9, 34, fitText(subtitle, 11, WIDTH - 2 * MARGIN - 9), 11, colours.muted),
    text(WIDTH - MARGIN, 17, result.text, 15, colour, 'right'),
  ];
}

function grid(
  chart: TradeChart,
  plot: Plot,
  { low, high }: Range,
  from: number,
  until: number,
  x: Axis,
  y: Axis,
): Shape[] {
  const prices = ticks(low, high, 4);
  const times = timeTicks(from, until, 4, chart.timeZone);
  const levelYs = chart.levels.map(({ price }) => y(price));
  return [
    ...prices.flatMap((price): Shape[] => {
      const middle = y(price) - 6;
      const rule = line(
        [
          [plot.left, y(price)],
          [plot.right, y(price)],
        ],
        colours.grid,
      );
      // A level's own label says its price; a line through the digits would only hide them.
      const hidden = middle < plot.top + 8 || levelYs.some((levelY) => Math.abs(levelY - middle) < 8);
      const label = text(plot.left + 2, middle, tickText(price, prices), AXIS_SIZE - 1, colours.axis);
      return hidden ? [rule] : [rule, label];
    }),
    ...times.flatMap(({ at, text: label }): Shape[] => {
      const half = textWidth(label, AXIS_SIZE) / 2;
      const middle = Math.min(Math.max(x(at), plot.left + half), plot.right - half);
      return [
        line(
          [
            [x(at), plot.top],
            [x(at), plot.bottom],
          ],
          colours.grid,
        ),
        text(middle, plot.bottom + 10, label, AXIS_SIZE, colours.axis, 'center'),
      ];
    }),
  ];
}

function signalMark({ signal }: TradeChart, plot: Plot, at: number): Shape[] {
  const half = textWidth(signal.label, AXIS_SIZE - 1) / 2;
  const middle = Math.min(Math.max(at, plot.left + half), plot.right - half);
  return [
    {
      type: 'line',
      points: [
        [at, plot.top + 8],
        [at, plot.bottom],
      ],
      stroke: colours.axis,
      width: 1,
      dash: [2, 3],
    },
    text(middle, plot.top + 2, signal.label, AXIS_SIZE - 1, colours.muted, 'center'),
  ];
}

function candle({ openedAt, open, high, low, close }: Bar, intervalMs: number, x: Axis, y: Axis): Shape[] {
  const colour = close >= open ? colours.up : colours.down;
  const left = x(openedAt);
  const pitch = x(openedAt + intervalMs) - left;
  const width = Math.min(Math.max(pitch * 0.72, 1), 9);
  const middle = left + pitch / 2;
  const [top, bottom] = [y(Math.max(open, close)), y(Math.min(open, close))];
  return [
    line(
      [
        [middle, y(high)],
        [middle, y(low)],
      ],
      colour,
    ),
    { type: 'rect', x: middle - width / 2, y: top, width, height: Math.max(bottom - top, 1), fill: colour },
  ];
}

/** A triangle that points up for what was bought and down for what was sold, its tip at the price. */
function fillMark(x: number, y: number, { action }: FillMark): Shape[] {
  const away = action === 'BUY' ? 8 : -8;
  const points: Point[] = [
    [x, y],
    [x - 5.5, y + away],
    [x + 5.5, y + away],
  ];
  const fill = action === 'BUY' ? colours.entry : '#ffb454';
  return [{ type: 'area', points, fill, outline: colours.background }];
}

/** An arrow at the edge instead where the level lies beyond it. */
function levelLine({ kind, done }: PriceLevel, plot: Plot, y: number): Shape {
  if (y < plot.top || y > plot.bottom) {
    const [tip, base] = y < plot.top ? [plot.top, plot.top + 5] : [plot.bottom, plot.bottom - 5];
    const right = plot.right;
    return {
      type: 'area',
      points: [
        [right - 4, tip],
        [right - 8, base],
        [right, base],
      ],
      fill: colours[kind],
    };
  }
  const dash = kind === 'last' ? [1, 3] : done ? [2, 4] : kind === 'entry' ? [6, 3] : [];
  return {
    type: 'line',
    points: [
      [plot.left, y],
      [plot.right, y],
    ],
    stroke: done ? colours.axis : colours[kind],
    width: done || kind === 'last' ? 1 : 1.3,
    ...(dash.length > 0 ? { dash } : {}),
  };
}

/** Joined to its line by a leader, as it may have had to make room. */
function levelLabel(
  { kind, label, done }: PriceLevel,
  y: number,
  lineY: number,
  right: number,
  width: number,
): Shape[] {
  const left = right + 10;
  const fill = done ? colours.doneLabel : colours[kind];
  return [
    {
      type: 'line',
      points: [
        [right, lineY],
        [right + 3, lineY],
        [left - 2, y],
        [left, y],
      ],
      stroke: fill,
      width: 1,
    },
    { type: 'rect', x: left, y: y - LABEL.height / 2, width, height: LABEL.height, fill, radius: 3 },
    text(left + LABEL.padding, y, label, LABEL.size, done ? colours.muted : colours.onLabel),
  ];
}

function labelWidthOf(label: string): number {
  return textWidth(label, LABEL.size) + 2 * LABEL.padding;
}

function clampTime(at: number, from: number, until: number): number {
  return Math.min(Math.max(at, from), until);
}
