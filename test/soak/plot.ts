import { colours, type Picture, type Point, type Shape } from '../../src/charts/picture.ts';
import { linear, ticks, tickText } from '../../src/charts/scale.ts';
import { line, text } from '../../src/charts/shapes.ts';

/** What the probe has written, a sample every few seconds. */
export interface Sample {
  /** Milliseconds since the epoch. */
  at: number;
  /** Bytes. */
  rss: number;
  heapUsed: number;
  external: number;
  /** By how many milliseconds the event loop came late. */
  lateP50: number;
  lateP99: number;
  lateMax: number;
  /** Within the sample's time. */
  cpuMs: number;
  gcMs: number;
}

const WIDTH = 760;
const LEFT = 56;
const RIGHT = WIDTH - 16;
const PANEL = { height: 150, gap: 58, first: 76 } as const;

/** Memory and the event loop over time, one above the other. */
export function soakPicture(samples: readonly Sample[], title: string): Picture {
  const [start, end] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 1];
  const minutes = (end - start) / 60_000;
  const x = linear([0, minutes], [LEFT, RIGHT]);
  const over = (value: (sample: Sample) => number): Point[] =>
    samples.map((sample) => [(sample.at - start) / 60_000, value(sample)]);
  const mb = 1_048_576;
  const panels = [
    {
      label: 'memory, MB: resident, and the heap in use',
      curves: [
        { points: over(({ rss }) => rss / mb), colour: colours.entry },
        { points: over(({ heapUsed }) => heapUsed / mb), colour: colours.target },
      ],
    },
    {
      label: 'event loop late by, ms: p99, and p50',
      curves: [
        { points: over(({ lateP99 }) => lateP99), colour: colours.stop },
        { points: over(({ lateP50 }) => lateP50), colour: colours.target },
      ],
    },
  ];
  const height = PANEL.first + panels.length * (PANEL.height + PANEL.gap) - 20;
  return {
    width: WIDTH,
    height,
    background: colours.background,
    shapes: [
      text(16, 24, title, 15, colours.text),
      ...panels.flatMap(({ label, curves }, index) =>
        panel(label, curves, x, PANEL.first + index * (PANEL.height + PANEL.gap), minutes),
      ),
    ],
  };
}

function panel(
  label: string,
  curves: readonly { points: readonly Point[]; colour: string }[],
  x: (minutes: number) => number,
  top: number,
  minutes: number,
): Shape[] {
  const bottom = top + PANEL.height;
  const highest = Math.max(1, ...curves.flatMap(({ points }) => points.map(([, value]) => value)));
  const y = linear([0, highest * 1.05], [bottom, top]);
  const rows = ticks(0, highest * 1.05, 5);
  return [
    text(16, top - 18, label, 12, colours.muted),
    ...rows.flatMap((value): Shape[] => [
      line(
        [
          [LEFT, y(value)],
          [RIGHT, y(value)],
        ],
        colours.grid,
      ),
      text(LEFT - 6, y(value), tickText(value, rows), 10, colours.axis, 'right'),
    ]),
    ...ticks(0, minutes, 8).map((minute) =>
      text(x(minute), bottom + 13, `${minute} min`, 10, colours.axis, 'center'),
    ),
    ...curves.map(({ points, colour }) =>
      line(
        points.map(([minute, value]): Point => [x(minute), y(value)]),
        colour,
        1.3,
      ),
    ),
  ];
}

/** The same shapes as vectors, for a page that is read in a browser. */
export function svgOf({ width, height, background, shapes }: Picture, title: string): string {
  const body = shapes.map(element).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="${background}"/>
${body}
</svg>
`;
}

const ANCHORS = { left: 'start', center: 'middle', right: 'end' } as const;

function element(shape: Shape): string {
  switch (shape.type) {
    case 'rect': {
      const { x, y, width, height, fill, radius = 0 } = shape;
      return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${radius}" fill="${fill}"/>`;
    }
    case 'line':
      return `<polyline points="${pointsOf(shape.points)}" fill="none" stroke="${shape.stroke}" stroke-width="${shape.width}"${shape.dash ? ` stroke-dasharray="${shape.dash.join(' ')}"` : ''}/>`;
    case 'area':
      return `<polygon points="${pointsOf(shape.points)}" fill="${shape.fill}"/>`;
    case 'text': {
      const { x, y, size, fill, align = 'left' } = shape;
      const escaped = shape.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      return `<text x="${n(x)}" y="${n(y)}" dy="0.35em" font-size="${size}" fill="${fill}" text-anchor="${ANCHORS[align]}">${escaped}</text>`;
    }
  }
}

function pointsOf(points: readonly Point[]): string {
  return points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ');
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
