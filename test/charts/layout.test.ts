import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Picture, Shape } from '../../src/charts/picture.ts';
import { curve, daily, pnlChart } from '../../src/charts/pnl-chart.ts';
import { ticks, tickText, timeTicks } from '../../src/charts/scale.ts';
import { spread } from '../../src/charts/spread.ts';
import { fitText, textWidth } from '../../src/charts/text-width.ts';
import { type PriceLevel, type TradeChart, tradeChart } from '../../src/charts/trade-chart.ts';
import * as samples from './samples.ts';

describe('labels', () => {
  const levels = fc.array(
    fc.record({
      kind: fc.constantFrom('entry', 'stop', 'target', 'last'),
      price: fc.double({ min: 1e-8, max: 1e6, noNaN: true }),
      label: fc.constantFrom('TP1 66000', '止损 0.0000001234', 'Entry 64,200.5', '65360.2'),
      done: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  ) as fc.Arbitrary<PriceLevel[]>;

  test('never overlap and stay in the picture, whatever the levels', () => {
    fc.assert(
      fc.property(levels, (given) => {
        const picture = tradeChart({ ...samples.sixTargets, levels: given });
        const boxes = boxesOf(picture);
        expect(boxes).toHaveLength(given.length);
        expect(overlapping(boxes)).toEqual([]);
        for (const { x, y, width, height } of boxes) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(picture.width);
          expect(y + height).toBeLessThanOrEqual(picture.height);
        }
      }),
    );
  });

  test('six targets within one per cent lie apart at 400 pixels, in their order, beside the candles', () => {
    const picture = tradeChart(samples.sixTargets);
    expect(picture.width).toBe(400);
    const boxes = boxesOf(picture);
    expect(overlapping(boxes)).toEqual([]);
    const texts = samples.sixTargets.levels.map(({ label }) => textOf(picture, label));
    const targets = texts.filter(({ text }) => text.includes('TP'));
    expect(targets.map(({ y }) => y)).toEqual(targets.map(({ y }) => y).toSorted((a, b) => b - a));
    // What is read on a phone, where the picture is about as wide as it is laid out.
    for (const { size } of texts) expect(size).toBeGreaterThanOrEqual(11);
    const candleEnd = Math.max(
      ...rectsOf(picture)
        .filter(({ radius }) => !radius)
        .map(({ x, width }) => x + width),
    );
    expect(candleEnd).toBeLessThan(Math.min(...boxes.map(({ x }) => x)));
  });

  test('hold their texts', () => {
    for (const chart of [samples.sixTargets, samples.chineseShort]) {
      const picture = tradeChart(chart);
      const [first] = boxesOf(picture);
      for (const { label } of chart.levels) {
        const { x, size } = textOf(picture, label);
        expect(x + textWidth(label, size)).toBeLessThanOrEqual((first?.x ?? 0) + (first?.width ?? 0));
      }
    }
  });

  test('a target far away does not flatten the candles', () => {
    const near = tradeChart(samples.sixTargets);
    const far = tradeChart({
      ...samples.sixTargets,
      levels: [
        ...samples.sixTargets.levels,
        { kind: 'target', price: 130_000, label: 'TP7 130000', done: false },
      ],
    });
    expect(heightOfCandles(far)).toBeGreaterThan(heightOfCandles(near) * 0.8);
    expect(textOf(far, 'TP7 130000').y).toBeLessThan(textOf(far, 'TP6 65750').y);
  });

  test('spreading moves nothing that has room, and keeps the order', () => {
    expect(spread([10, 50, 90], 20, 0, 100)).toEqual([10, 50, 90]);
    expect(spread([50, 50], 20, 0, 100)).toEqual([40, 60]);
    expect(spread([0, 0, 100], 20, 10, 90)).toEqual([10, 30, 90]);
    expect(spread([], 20, 0, 100)).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 250 }), { maxLength: 12 }), (wanted) => {
        const placed = spread(wanted, 10, 0, 200);
        const sorted = placed.toSorted((a, b) => a - b);
        sorted.slice(1).forEach((y, index) => {
          expect(y - (sorted[index] ?? 0)).toBeGreaterThanOrEqual(10 - 1e-9);
        });
        for (const y of placed) {
          expect(y).toBeGreaterThanOrEqual(-1e-9);
          expect(y).toBeLessThanOrEqual(200 + 1e-9);
        }
      }),
    );
  });
});

describe('a trade without history', () => {
  test.each([
    ['no candles', samples.noCandles],
    ['one candle of one price', oneBar(100)],
    ['nothing but a signal', { ...samples.noCandles, levels: [] }],
  ])('GIVEN %s THEN everything lies in the picture', (_, chart) => {
    const picture = tradeChart(chart);
    expect(numbersOf(picture).filter((value) => !Number.isFinite(value))).toEqual([]);
  });
});

describe('results', () => {
  const at = (day: number, hour = 12) => Date.UTC(2026, 10, day, hour);

  test('the drawdown is measured from the highest sum before it', () => {
    const results = [10, -4, -3, 9, -20].map((net, index) => ({ at: at(index + 1), net }));
    expect(curve(results).map(({ sum, below }) => [sum, below])).toEqual([
      [10, 0],
      [6, -4],
      [3, -7],
      [12, 0],
      [-8, -20],
    ]);
    expect(curve([{ at: at(1), net: -5 }])[0]?.below).toBe(-5);
  });

  test('days are those of the user’s zone, also where a clock is changed', () => {
    const results = [
      { at: Date.UTC(2026, 9, 24, 21, 59), net: 1 },
      { at: Date.UTC(2026, 9, 24, 22, 1), net: 2 },
      { at: Date.UTC(2026, 9, 25, 22, 59), net: 4 },
      { at: Date.UTC(2026, 9, 25, 23, 1), net: 8 },
    ];
    // Berlin sets its clock back on 25 October 2026: that day has 25 hours.
    expect(
      daily(results, 'Europe/Berlin').map(({ net, from, until }) => [net, (until - from) / 3_600_000]),
    ).toEqual([
      [1, 24],
      [6, 25],
      [8, 24],
    ]);
  });

  test('a single result, and only losses, are drawn', () => {
    for (const nets of [[5], [-5], [0], [-1, -2, -3]]) {
      const results = nets.map((net, index) => ({
        at: samples.month.untilMs - (9 - index) * 3_600_000,
        net,
      }));
      const picture = pnlChart({ ...samples.month, results });
      expect(numbersOf(picture).filter((value) => !Number.isFinite(value))).toEqual([]);
    }
  });
});

describe('axes', () => {
  test.each([
    [0, 100, 4, ['0', '50', '100']],
    [64_300, 65_800, 4, ['64500', '65000', '65500']],
    [0.000_011, 0.000_013, 4, ['0.0000110', '0.0000115', '0.0000120', '0.0000125', '0.0000130']],
    [5, 5, 4, []],
  ])('%d to %d in about %d steps', (low, high, count, expected) => {
    const values = ticks(low, high, count);
    expect(values.map((value) => tickText(value, values))).toEqual(expected);
  });

  test('times are round in the user’s zone', () => {
    const from = Date.UTC(2026, 10, 26, 8, 10);
    const texts = (zone: string) => timeTicks(from, from + 6 * 3_600_000, 4, zone).map(({ text }) => text);
    expect(texts('UTC')).toEqual(['10:00', '12:00', '14:00']);
    expect(texts('Asia/Kolkata')).toEqual(['14:00', '16:00', '18:00']);
    const days = timeTicks(from, from + 30 * 86_400_000, 5, 'Asia/Shanghai');
    expect(days.length).toBeGreaterThan(2);
    for (const { at, text } of days) {
      expect(text).toMatch(/^\d\d-\d\d$/);
      expect((at + 8 * 3_600_000) % 86_400_000).toBe(0);
    }
  });
});

test('a text that does not fit ends in a sign that something is missing', () => {
  const long = '币安人生'.repeat(40);
  const fitted = fitText(long, 11, 100);
  expect(textWidth(fitted, 11)).toBeLessThanOrEqual(100);
  expect(fitted.endsWith('…')).toBe(true);
  expect(fitText('BTC', 11, 100)).toBe('BTC');
});

type Rect = Extract<Shape, { type: 'rect' }>;

function rectsOf(picture: Picture): Rect[] {
  return picture.shapes.filter((shape): shape is Rect => shape.type === 'rect');
}

/** Labels are what has rounded corners, but for the stripe at the title. */
function boxesOf(picture: Picture): Rect[] {
  return rectsOf(picture).filter(({ radius = 0, width }) => radius > 0 && width > 3);
}

function overlapping(boxes: readonly Rect[]): string[] {
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => a.y < b.y + b.height - 1e-9 && b.y < a.y + a.height - 1e-9)
      .map((b) => `${a.y} and ${b.y}`),
  );
}

function textOf(picture: Picture, text: string): Extract<Shape, { type: 'text' }> {
  const found = picture.shapes.filter((shape) => shape.type === 'text').find((shape) => shape.text === text);
  if (!found) throw new Error(`"${text}" is not in the picture`);
  return found;
}

function heightOfCandles(picture: Picture): number {
  const bodies = rectsOf(picture).filter(({ radius }) => radius === undefined);
  return Math.max(...bodies.map(({ y, height }) => y + height)) - Math.min(...bodies.map(({ y }) => y));
}

function numbersOf(picture: Picture): number[] {
  return picture.shapes.flatMap((shape) =>
    'points' in shape
      ? shape.points.flat()
      : shape.type === 'rect'
        ? [shape.x, shape.y, shape.width, shape.height]
        : [shape.x, shape.y],
  );
}

function oneBar(price: number): TradeChart {
  const bar = { openedAt: samples.START, open: price, high: price, low: price, close: price };
  return { ...samples.noCandles, bars: [bar], levels: [] };
}
