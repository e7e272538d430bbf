import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../src/telemetry/histogram.ts';

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** From a microsecond to hours, as many small ones as large ones. */
const duration = fc.double({ min: -3, max: 7, noNaN: true }).map((power) => 10 ** power);
const durations = fc.array(duration, { minLength: 1, maxLength: 200 });

describe('what is read of a histogram', () => {
  test('no percentile is below the true one, nor above it by a tenth and a microsecond', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(values.length * share)) - 1] ?? 0;
        const told = histogramOf(values).percentileMs(share) ?? -1;
        expect(told).toBeGreaterThanOrEqual(exact);
        expect(told).toBeLessThanOrEqual(exact * 1.1 + 0.001);
      }),
    );
  });

  test('counts up to an edge of one or two digits are exact, the edge included', () => {
    const edges = [0.001, 0.01, 0.099, 0.1, 0.11, 1, 1.5, 2, 10, 100, 2_500, 10_000];
    fc.assert(
      fc.property(fc.array(fc.oneof(duration, fc.constantFrom(...edges))), (values) => {
        const histogram = histogramOf(values);
        for (const edge of edges) {
          expect(histogram.countUpTo(edge)).toBe(values.filter((value) => value <= edge).length);
        }
      }),
    );
  });

  test('count, sum and the longest are exact, and two add up to one of both', () => {
    fc.assert(
      fc.property(durations, durations, (left, right) => {
        const sum = histogramOf(left);
        sum.add(histogramOf(right));
        const both = histogramOf([...left, ...right]);
        expect(sum.count).toBe(left.length + right.length);
        expect(sum.maxMs).toBe(Math.max(...left, ...right));
        expect(sum.sumMs).toBeCloseTo(both.sumMs, 3);
        for (const share of [0.01, 0.5, 0.99, 1])
          expect(sum.percentileMs(share)).toBe(both.percentileMs(share));
      }),
    );
  });

  test('nothing was recorded: nothing is read', () => {
    const histogram = histogramOf([1, 2]);
    histogram.clear();
    expect(histogram.percentileMs(0.5)).toBeNull();
    expect([histogram.count, histogram.countUpTo(1e9), histogram.maxMs]).toEqual([0, 0, 0]);
  });

  test.each([
    ['zero', 0, 0],
    ['less than nothing: two clocks differ', -5, 0],
    ['no number', Number.NaN, 0],
    ['longer than any bucket', 1e12, 1e12],
  ])('%s is counted', (_, value, percentile) => {
    const histogram = histogramOf([value]);
    expect(histogram.count).toBe(1);
    expect(histogram.percentileMs(0.5)).toBeLessThanOrEqual(Math.max(percentile, 1e7));
    expect(histogram.sumMs).toBe(Math.max(0, value || 0));
  });
});
