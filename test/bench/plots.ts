import type { Picture, Point, Shape } from '../../src/charts/picture.ts';
import { linear, ticks, tickText } from '../../src/charts/scale.ts';
import { line, text } from '../../src/charts/shapes.ts';
import type { Grown, Growth, GrowthPoint } from './growth.ts';

/** Read in a browser, on paper white. */
const COLOURS = {
  background: '#ffffff',
  text: '#1f2328',
  muted: '#59636e',
  grid: '#d8dee4',
  curve: '#0969da',
};

const WIDTH = 900;
const LEFT = 64;
const FIRST_TOP = 64;
const CELL = { width: 226, height: 110, across: 288, down: 184 } as const;
const MARK = 5;

interface Curve {
  label: string;
  of(point: GrowthPoint): number;
}

const CURVES: readonly Curve[] = [
  { label: 'start to ready, ms', of: ({ readyMs }) => readyMs },
  { label: 'resident memory, MB', of: ({ rssMb }) => rssMb },
  { label: 'signal to order, median, ms', of: ({ p50Ms }) => p50Ms },
];

/** A column for each thing that grows, a row for each cost; the scale of a row is the same in all columns. */
export function growthPicture(growth: Growth): Picture {
  const columns = Object.entries(growth) as [Grown, readonly GrowthPoint[]][];
  const cells = CURVES.flatMap((curve, row) => {
    const highest = Math.max(...columns.flatMap(([, points]) => points.map(curve.of))) * 1.1;
    return columns.flatMap(([grown, points], column) =>
      cell(curve, grown, points, highest, LEFT + column * CELL.across, FIRST_TOP + row * CELL.down),
    );
  });
  return {
    width: WIDTH,
    height: FIRST_TOP + CURVES.length * CELL.down - 16,
    background: COLOURS.background,
    shapes: [text(16, 22, 'What the bot costs as something grows', 15, COLOURS.text), ...cells],
  };
}

function cell(
  { label, of }: Curve,
  grown: Grown,
  points: readonly GrowthPoint[],
  highest: number,
  left: number,
  top: number,
): Shape[] {
  const [right, bottom] = [left + CELL.width, top + CELL.height];
  const counts = points.map(({ count }) => count);
  const scale = linear(
    [Math.log(Math.min(...counts)), Math.log(Math.max(...counts))],
    [left + 12, right - 12],
  );
  const x = (count: number): number => scale(Math.log(count));
  const y = linear([0, highest], [bottom, top]);
  const rows = ticks(0, highest, 4);
  const curve = points.map((point): Point => [x(point.count), y(of(point))]);
  return [
    text(left, top - 14, `${label}, by ${grown}`, 12, COLOURS.text),
    ...rows.flatMap((value) => [
      line(
        [
          [left, y(value)],
          [right, y(value)],
        ],
        COLOURS.grid,
      ),
      text(left - 6, y(value), tickText(value, rows), 10, COLOURS.muted, 'right'),
    ]),
    ...counts.map((count) =>
      text(x(count), bottom + 13, count.toLocaleString('en'), 10, COLOURS.muted, 'center'),
    ),
    text((left + right) / 2, bottom + 29, `${grown} (logarithmic)`, 10, COLOURS.muted, 'center'),
    line(curve, COLOURS.curve, 1.5),
    ...curve.map(
      ([cx, cy]): Shape => ({
        type: 'rect',
        x: cx - MARK / 2,
        y: cy - MARK / 2,
        width: MARK,
        height: MARK,
        fill: COLOURS.curve,
        radius: MARK / 2,
      }),
    ),
  ];
}
