import { dayStart } from '../trading/timezone.ts';
import { colours, type Picture, type Point, type Shape } from './picture.ts';
import { linear, ticks, tickText, timeTicks } from './scale.ts';
import { line, text } from './shapes.ts';
import { fitText, textWidth } from './text-width.ts';

/** One closed trade's net result, in quote currency. */
export interface Result {
  at: number;
  net: number;
}

export interface PnlChart {
  title: string;
  subtitle: string;
  /** `+412.50 USDT`, and whether that is a gain. */
  total: { text: string; good: boolean | null };
  /** Oldest first. */
  results: readonly Result[];
  fromMs: number;
  untilMs: number;
  timeZone: string;
  /** What the three parts are called: the sum so far, how far it is below its highest, and the days. */
  labels: { equity: string; drawdown: string; daily: string };
}

const WIDTH = 400;
const HEIGHT = 380;
const MARGIN = 10;
const AXIS_SIZE = 10;
const PLOT = { left: MARGIN, right: WIDTH - MARGIN - 44 } as const;
/** From top to bottom, with room for a caption above each. */
const EQUITY = { top: 66, bottom: 196 } as const;
const DRAWDOWN = { top: 222, bottom: 266 } as const;
const DAILY = { top: 292, bottom: HEIGHT - 22 } as const;

/** The sum of results over time, its drawdown, and what each day brought. */
export function pnlChart(chart: PnlChart): Picture {
  const x = linear([chart.fromMs, chart.untilMs], [PLOT.left, PLOT.right]);
  const sums = curve(chart.results);
  const days = daily(chart.results, chart.timeZone);
  return {
    width: WIDTH,
    height: HEIGHT,
    background: colours.background,
    shapes: [
      ...header(chart),
      ...times(chart, x),
      ...equity(chart, sums, x),
      ...drawdown(chart, sums, x),
      ...bars(chart, days, x),
    ],
  };
}

interface Sum {
  at: number;
  sum: number;
  /** Never positive: the distance to the highest sum before. */
  below: number;
}

/** After each result; the sum begins at nothing, which is also its first peak. */
export function curve(results: readonly Result[]): Sum[] {
  let sum = 0;
  let peak = 0;
  return results.map(({ at, net }) => {
    sum += net;
    peak = Math.max(peak, sum);
    return { at, sum, below: sum - peak };
  });
}

/** Each day's net in the user's zone; `from` and `until` are the day's bounds. */
export function daily(
  results: readonly Result[],
  timeZone: string,
): { from: number; until: number; net: number }[] {
  const days = new Map<number, number>();
  for (const { at, net } of results) {
    const from = dayStart(at, timeZone);
    days.set(from, (days.get(from) ?? 0) + net);
  }
  // The middle of the next day, be this one 23 hours long or 25.
  return [...days].map(([from, net]) => ({ from, until: dayStart(from + 1.5 * DAY_MS, timeZone), net }));
}

const DAY_MS = 86_400_000;

function header({ title, subtitle, total }: PnlChart): Shape[] {
  const room = WIDTH - 2 * MARGIN - textWidth(total.text, 15) - 10;
  const colour = total.good === null ? colours.muted : total.good ? colours.up : colours.down;
  return [
    text(MARGIN, 17, fitText(title, 14, room), 14, colours.text),
    text(WIDTH - MARGIN, 17, total.text, 15, colour, 'right'),
    text(MARGIN, 35, fitText(subtitle, 11, WIDTH - 2 * MARGIN), 11, colours.muted),
  ];
}

function times({ fromMs, untilMs, timeZone }: PnlChart, x: Axis): Shape[] {
  return timeTicks(fromMs, untilMs, 5, timeZone).flatMap(({ at, text: label }): Shape[] => {
    const half = textWidth(label, AXIS_SIZE) / 2;
    const middle = Math.min(Math.max(x(at), PLOT.left + half), PLOT.right - half);
    return [
      line(
        [
          [x(at), EQUITY.top],
          [x(at), DAILY.bottom],
        ],
        colours.grid,
      ),
      text(middle, DAILY.bottom + 11, label, AXIS_SIZE, colours.axis, 'center'),
    ];
  });
}

type Axis = (value: number) => number;

function equity({ fromMs, untilMs, labels }: PnlChart, sums: readonly Sum[], x: Axis): Shape[] {
  const values = [0, ...sums.map(({ sum }) => sum)];
  const y = linear(padded(Math.min(...values), Math.max(...values)), [EQUITY.bottom, EQUITY.top]);
  const points = stairs(sums, ({ sum }) => sum, fromMs, untilMs).map(([at, sum]): Point => [x(at), y(sum)]);
  const zero = y(0);
  const good = (sums.at(-1)?.sum ?? 0) >= 0;
  return [
    caption(labels.equity, EQUITY.top),
    ...axis(Math.min(...values), Math.max(...values), y, 4),
    {
      type: 'area',
      points: [[PLOT.left, zero], ...points, [PLOT.right, zero]],
      fill: good ? '#2ebd8533' : '#f6465d33',
    },
    line(
      [
        [PLOT.left, zero],
        [PLOT.right, zero],
      ],
      colours.axis,
      1,
      [2, 3],
    ),
    line(points, good ? colours.up : colours.down, 1.8),
  ];
}

function drawdown({ fromMs, untilMs, labels }: PnlChart, sums: readonly Sum[], x: Axis): Shape[] {
  const lowest = Math.min(0, ...sums.map(({ below }) => below));
  const y = linear([lowest || -1, 0], [DRAWDOWN.bottom, DRAWDOWN.top]);
  const points = stairs(sums, ({ below }) => below, fromMs, untilMs).map(
    ([at, below]): Point => [x(at), y(below)],
  );
  return [
    caption(labels.drawdown, DRAWDOWN.top),
    ...axis(lowest, 0, y, 2),
    { type: 'area', points: [[PLOT.left, y(0)], ...points, [PLOT.right, y(0)]], fill: '#f6465d55' },
    line(points, colours.down, 1.3),
  ];
}

function bars({ labels }: PnlChart, days: ReturnType<typeof daily>, x: Axis): Shape[] {
  const values = [0, ...days.map(({ net }) => net)];
  const y = linear(padded(Math.min(...values), Math.max(...values)), [DAILY.bottom, DAILY.top]);
  return [
    caption(labels.daily, DAILY.top),
    ...axis(Math.min(...values), Math.max(...values), y, 2),
    ...days.map(({ from, until, net }): Shape => {
      const left = Math.max(x(from), PLOT.left);
      const right = Math.min(x(until), PLOT.right);
      const [top, bottom] = [y(Math.max(net, 0)), y(Math.min(net, 0))];
      const width = Math.min(Math.max((right - left) * 0.8, 1.5), 26);
      return {
        type: 'rect',
        x: (left + right - width) / 2,
        y: top,
        width,
        height: Math.max(bottom - top, 1),
        fill: net < 0 ? colours.down : colours.up,
        radius: width > 4 ? 1.5 : 0,
      };
    }),
    line(
      [
        [PLOT.left, y(0)],
        [PLOT.right, y(0)],
      ],
      colours.axis,
    ),
  ];
}

/** A result changes the sum at once and then nothing happens until the next. */
function stairs(
  sums: readonly Sum[],
  value: (sum: Sum) => number,
  fromMs: number,
  untilMs: number,
): [at: number, value: number][] {
  const points: [number, number][] = [[fromMs, 0]];
  for (const sum of sums) {
    const at = Math.min(Math.max(sum.at, fromMs), untilMs);
    points.push([at, points.at(-1)?.[1] ?? 0], [at, value(sum)]);
  }
  points.push([untilMs, points.at(-1)?.[1] ?? 0]);
  return points;
}

function padded(low: number, high: number): readonly [number, number] {
  const room = (high - low || 1) * 0.06;
  return [low - room, high + room];
}

function axis(low: number, high: number, y: Axis, count: number): Shape[] {
  const values = ticks(low, high, count);
  return values.flatMap((value): Shape[] => [
    line(
      [
        [PLOT.left, y(value)],
        [PLOT.right, y(value)],
      ],
      colours.grid,
    ),
    text(PLOT.right + 5, y(value), fitText(tickText(value, values), AXIS_SIZE, 48), AXIS_SIZE, colours.axis),
  ]);
}

function caption(label: string, top: number): Shape {
  return text(PLOT.left, top - 11, label, AXIS_SIZE, colours.muted);
}
