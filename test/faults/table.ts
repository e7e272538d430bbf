import { join } from 'node:path';
import type { RowRecord } from './records.ts';

/** The table of docs/reliability.md: a line a row of the matrix. */

export const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reliability.md');

const MARKETS = { usdm: 'USDⓈ-M', spot: 'spot', both: 'both' } as const;
const OWN = { start: 'start', reconnect: 'lost stream' } as const;
const BEGIN = '<!-- rows -->';
const END = '<!-- /rows -->';
const HEAD = [
  '| # | market | fault | what the bot does | what the user sees | back in order after | by its own clock |',
  '| --- | --- | --- | --- | --- | --- | --- |',
];

/** The lines of the page by the id of their row, in their order. */
export function linesOf(page: string): Map<string, string> {
  const table = page.split(BEGIN)[1]?.split(END)[0] ?? '';
  return new Map([...table.matchAll(/^\| (\d\S*) \|.*$/gm)].map(([line, id = '']) => [id, line]));
}

/** The page with these lines for its table, by their ids. */
export function withLines(page: string, lines: ReadonlyMap<string, string>): string {
  const [before = ''] = page.split(BEGIN);
  const [, after = ''] = page.split(END);
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return `${before}${[BEGIN, ...HEAD, ...sorted, END].join('\n')}${after}`;
}

/** What a line says of its row before anything was measured. */
export function storyOf({
  id,
  market,
  fault,
  does,
  sees,
}: Pick<RowRecord, 'id' | 'market' | 'fault' | 'does' | 'sees'>): string {
  return `| ${[id, MARKETS[market], fault, does, sees].join(' | ')} |`;
}

export function lineOf(row: RowRecord): string {
  const { recoveryMs, own } = row;
  const recovery = recoveryMs === null ? '' : seconds(recoveryMs);
  return `${storyOf(row)} ${recovery} | ${own === null ? '' : `${OWN[own.cause]} ${seconds(own.tookMs)}`} |`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
