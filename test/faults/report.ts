import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RECORDS, type RowRecord } from './records.ts';

/** Rewrites the table of docs/reliability.md from what the rows have measured. Rows that were not run keep their line. */

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reliability.md');
const MARKETS = { usdm: 'USDⓈ-M', spot: 'spot', both: 'both' } as const;
const OWN = { start: 'start', reconnect: 'lost stream' } as const;
const BEGIN = '<!-- rows -->';
const END = '<!-- /rows -->';

const files = (await readdir(RECORDS)).filter((name) => name.endsWith('.json'));
const rows: RowRecord[] = await Promise.all(
  files.map(async (name) => JSON.parse(await readFile(join(RECORDS, name), 'utf8'))),
);
const page = await readFile(PAGE, 'utf8');
const [before = '', rest = ''] = page.split(BEGIN);
const [known = '', after = ''] = rest.split(END);
const lines = new Map<string, string>();
for (const line of known.split('\n')) {
  const id = /^\| (\d\S*) \|/.exec(line)?.[1];
  if (id !== undefined) lines.set(id, line);
}
for (const row of rows) lines.set(row.id, lineOf(row));
const table = [
  '| # | market | fault | what the bot does | what the user sees | back in order after | by its own clock |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...[...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line),
].join('\n');
await writeFile(PAGE, `${before}${BEGIN}\n${table}\n${END}${after}`);
console.log(`${rows.length} rows measured, ${lines.size} in the table`);

function lineOf({ id, market, fault, does, sees, recoveryMs, own }: RowRecord): string {
  return `| ${id} | ${MARKETS[market]} | ${fault} | ${does} | ${sees} | ${recoveryMs === null ? '' : seconds(recoveryMs)} | ${own === null ? '' : `${OWN[own.cause]} ${seconds(own.tookMs)}`} |`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
