import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCommand } from '../src/cli.ts';
import { commands } from '../src/commands/index.ts';

/** What the pages name is there: files, places in pages, scripts, commands, variables. */
const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', 'docs/*.md'], { cwd: root }).map((path) => [path] as const);

/** What a match of this holds in its first group. */
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
const slashCommands = commands.flatMap(({ data }) => [data.name, data.name_localizations?.['zh-CN']]);
/** Paths of the panel, and of the image. */
const PATHS = ['healthz', 'metrics', 'data'];
const variables = all(read('src/env.ts'), /\b([A-Z]+(?:_[A-Z]+)+)\b/g);

/** As GitHub makes them. */
function anchorsOf(page: string): string[] {
  return all(read(page), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('links to what is there', () => {
    const broken = all(text, /(?:\]\(|src=")(?!https?:)([^)"\s]+)/g).filter((link) => {
      const [to = '', anchor] = link.split('#');
      const path = to === '' ? page : join(dirname(page), to);
      return !existsSync(join(root, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test('names files that are there', () => {
    const named = all(text, /(?<![\w/.@-])((?:src|test|docs|deploy|scripts)\/[\w./-]*\w)/g);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('names scripts, commands and variables that are there', () => {
    const run = all(text, /npm run (?:--silent )?([\w:-]+)/g);
    const given = all(text, /(?:npm start -- |start\.js |src\/main\.ts )([a-z]\w*)/g);
    const slashed = all(text, /`\/([\p{Script=Han}a-z]+)(?: [^`/]*)?`/gu);
    const set = all(text, /\b((?:BINANCE|DISCORD|WEB|STORE|LOG)_[A-Z_]+)\b/g);
    expect({
      scripts: run.filter((name) => !scripts.includes(name)),
      commands: given.filter((name) => findCommand(name) === null),
      slashCommands: slashed.filter((name) => ![...slashCommands, ...PATHS].includes(name)),
      variables: set.filter((name) => !variables.includes(name)),
    }).toEqual({ scripts: [], commands: [], slashCommands: [], variables: [] });
  });
});

test('the pages name enough for this to be about something', () => {
  const text = pages.map(([page]) => read(page)).join('\n');
  for (const pattern of [/npm run [\w:-]+/g, /`\/[a-z]+/g, /\]\((?!https?:)/g, /`(?:src|test)\//g])
    expect(text.match(pattern)?.length).toBeGreaterThan(20);
});
