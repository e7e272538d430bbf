import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Row } from './faults/row.ts';
import { linesOf, PAGE, storyOf } from './faults/table.ts';

/** The fault matrix and its table in docs/reliability.md: the same rows, told in the same words. */

const rows: Row[] = vi.hoisted(() => []);
vi.mock('./faults/row.ts', () => ({ row: (given: Row) => rows.push(given) }));

/** The faults that were known from the start; what has been found since goes on from there. */
const FAULTS = 55;
/** Tests of their own, without a row. */
const OTHERS = ['ledger-crash.test.ts', 'restore-crash.test.ts'];

const folder = join(import.meta.dirname, 'faults');
for (const name of globSync('*.test.ts', { cwd: folder })) {
  if (!OTHERS.includes(name)) await import(join(folder, name));
}
const ids = rows.map(({ id }) => id);
const lines = linesOf(readFileSync(PAGE, 'utf8'));

test('a row has a number of its own', () => {
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('each fault has a row, and each row says what the bot does and what the user sees', () => {
  const numbers = new Set(ids.map((id) => Number.parseInt(id, 10)));
  const wanted = Array.from({ length: FAULTS }, (_, index) => index + 1);
  expect(wanted.filter((number) => !numbers.has(number))).toEqual([]);
  expect(rows.filter((row) => [row.fault, row.does, row.sees].includes(''))).toEqual([]);
});

test('the table has a line for each row, and none besides', () => {
  expect([...lines.keys()]).toEqual(ids.toSorted());
});

test('a line says what its row says', () => {
  const told = rows.map((row) => storyOf({ market: 'usdm', ...row }));
  const lacking = told.filter((story, index) => !lines.get(ids[index] ?? '')?.startsWith(`${story} `));
  expect(lacking).toEqual([]);
});

test('the bot is killed at twenty points of the flow, and ended in the middle of orders', () => {
  const count = (id: RegExp) => ids.filter((one) => id.test(one)).length;
  expect(count(/^49-\d\d$/)).toBeGreaterThanOrEqual(20);
  expect(count(/^63-\d\d$/)).toBeGreaterThanOrEqual(5);
});
