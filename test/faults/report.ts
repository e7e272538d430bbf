import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RECORDS, type RowRecord } from './records.ts';

/** Rewrites the table of docs/reliability.md from what the rows have measured. */

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reliability.md');
const MARKETS = { usdm: 'USDⓈ-M', spot: 'spot', both: 'both' } as const;
const OWN = { start: 'start', reconnect: 'lost stream' } as const;
const BEGIN = '<!-- rows -->';
const END = '<!-- /rows -->';

const files = (await readdir(RECORDS)).filter((name) => name.endsWith('.json'));
const rows: RowRecord[] = await Promise.all(
  files.map(async (name) => JSON.parse(await readFile(join(RECORDS, name), 'utf8'))),
);
rows.sort((a, b) => (a.id < b.id ? -1 : 1));
const table = [
  '| # | market | fault | what the bot does | what the user sees | back in order after | by its own clock |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...rows.map(
    ({ id, market, fault, does, sees, recoveryMs, own }) =>
      `| ${id} | ${MARKETS[market]} | ${fault} | ${does} | ${sees} | ${recoveryMs === null ? '' : seconds(recoveryMs)} | ${own === null ? '' : `${OWN[own.cause]} ${seconds(own.tookMs)}`} |`,
  ),
].join('\n');
const page = await readFile(PAGE, 'utf8');
const [before, rest = ''] = page.split(BEGIN);
const [, after = ''] = rest.split(END);
await writeFile(PAGE, `${before}${BEGIN}\n${table}\n${END}${after}`);
console.log(`${rows.length} rows`);

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
