import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { svgOf } from '../soak/plot.ts';
import { COMMITTED, ratiosOf } from './check.ts';
import type { Figure } from './figures.ts';
import type { Growth } from './growth.ts';
import { modelText } from './model.ts';
import { growthPicture } from './plots.ts';
import { fullTable, growthTables, shortTable } from './tables.ts';

/** What a run has found. */
export interface Results {
  machine: string;
  /** Of the program, with the day. */
  version: string;
  sizes: string;
  figures: readonly Figure[];
  growth: Partial<Growth>;
}

const ROOT = join(import.meta.dirname, '../..');
/** The run whose figures the pages show. */
export const RESULTS = 'test/bench/results.json';
const TITLE = 'What the bot costs as something grows';

/** Every file that shows figures of a run, as it has to be, by its path. */
export function reportOf(
  results: Results,
  read = (path: string): string => readFileSync(join(ROOT, path), 'utf8'),
): Map<string, string> {
  const growth = wholeGrowth(results);
  const { figures, machine, version, sizes } = results;
  const run = `\`npm run bench\` of ${version}: ${machine}; ${sizes}.`;
  return new Map([
    ['README.md', filled(read('README.md'), 'bench', `${shortTable(figures, 'en')}\n\n${run}`)],
    ['README.zh-CN.md', filled(read('README.zh-CN.md'), 'bench', `${shortTable(figures, 'zh')}\n\n${run}`)],
    [
      'docs/performance.md',
      filled(
        filled(read('docs/performance.md'), 'bench', `${run}\n\n${fullTable(figures)}`),
        'growth',
        growthTables(growth),
      ),
    ],
    ['docs/scaling.md', filled(read('docs/scaling.md'), 'model', modelText(results))],
    ['docs/growth.svg', svgOf(growthPicture(growth), TITLE)],
    [COMMITTED, json(ratiosOf(figures))],
    [RESULTS, json(results)],
  ]);
}

export function writeReport(results: Results): void {
  for (const [path, content] of reportOf(results)) {
    writeFileSync(join(ROOT, path), content);
    console.log(path);
  }
}

/** As the formatter has it: numbers of a list on one line. */
function json(value: unknown): string {
  const lists = /\[\s+(-?\d[^[\]{}]*?)\s+\]/g;
  const text = JSON.stringify(value, null, 2).replace(
    lists,
    (_, numbers: string) => `[${numbers.replaceAll(/\s+/g, ' ')}]`,
  );
  return `${text}\n`;
}

/** A report of half a run would leave the other half's figures standing as if they were of this one. */
function wholeGrowth({ growth }: Results): Growth {
  const { 'past trades': past, 'open trades': open, channels } = growth;
  if (!past || !open || !channels)
    throw new Error('a report needs a run of all parts: npm run bench -- --json FILE');
  return { 'past trades': past, 'open trades': open, channels };
}

/** The page with this between `<!-- name -->` and `<!-- /name -->`. */
function filled(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`no place for "${name}" in the page`);
  return page.slice(0, from + begin.length) + content + page.slice(to);
}
