import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GOALS } from './goals.ts';
import { RESULTS, type Results, reportOf } from './report.ts';
import { SHORT } from './tables.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const results = JSON.parse(read(RESULTS)) as Results;

test('pages, plots and ratios show the figures of the run that is kept, to the letter', () => {
  const differing = [...reportOf(results)].filter(([path, content]) => read(path) !== content);
  expect(differing.map(([path]) => path)).toEqual([]);
});

test('half a run makes no report', () => {
  const half = { ...results, growth: { channels: results.growth.channels ?? [] } };
  expect(() => reportOf(half)).toThrow('a report needs a run of all parts');
  expect(() => reportOf({ ...results, figures: [] })).toThrow('measure all parts');
});

test('a page without its place is named, not left as it was', () => {
  expect(() => reportOf(results, () => '# Page\n')).toThrow('no place for "bench"');
});

test('a plot has each point, its axes have names and units', () => {
  const plot = reportOf(results).get('docs/growth.svg') ?? '';
  const points = Object.values(results.growth).flat().length;
  expect(plot.match(/rx="2.5"/g)).toHaveLength(3 * points);
  for (const label of [
    'start to ready, ms, by',
    'resident memory, MB, by',
    'signal to order, median, ms, by',
  ])
    expect(plot).toContain(label);
});

test('no goal and no row of the short table is about a figure that nobody measures', () => {
  const measured = results.figures.map(({ figure }) => figure);
  expect([...Object.keys(GOALS), ...Object.keys(SHORT)].filter((name) => !measured.includes(name))).toEqual(
    [],
  );
});
