import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RECORDS, type RowRecord } from './records.ts';
import { lineOf, linesOf, PAGE, withLines } from './table.ts';

/** Rewrites the table of docs/reliability.md from what the rows have measured. Rows that were not run keep their line. */

const files = (await readdir(RECORDS)).filter((name) => name.endsWith('.json'));
const rows: RowRecord[] = await Promise.all(
  files.map(async (name) => JSON.parse(await readFile(join(RECORDS, name), 'utf8'))),
);
const page = await readFile(PAGE, 'utf8');
const lines = linesOf(page);
for (const row of rows) lines.set(row.id, lineOf(row));
await writeFile(PAGE, withLines(page, lines));
console.log(`${rows.length} rows measured, ${lines.size} in the table`);
