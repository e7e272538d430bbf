import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { expect, test } from 'vitest';
import { narrowed } from '../src/narrow.js';
import { loadable, ROOT } from './modules.ts';

test.each([
  ['a comment', '/* a dash — and more */ return 1;', 1],
  ['a string', "return '🙂 — ’';", '🙂 — ’'],
  ['a template', 'return `“…`;', '“…'],
  ['a pattern', "return '1 — “2”'.replace(/[“”]|\\s—/g, '');", '1 2'],
  ['a pattern of whole characters', "return /^[😀-😎]{2}$/u.test('😄😄');", true],
  ['a name', 'const of = { 开多: 3 }; return of.开多;', 3],
])('a letter beyond Latin-1 in %s becomes an escape and means the same', (_, code, meaning) => {
  const narrow = String(narrowed(`${code}${' '.repeat(5_000)}`));
  expect(narrow).toMatch(/^[\0-\x7f]+$/);
  expect(new Function(narrow)()).toEqual(meaning);
});

test.each([
  ['is small', "return '—';", 0],
  ['is of Latin-1 as it is', "return 'é ×';"],
  ['would become hardly smaller', `return '${'多空'.repeat(1_000)}';`],
  ['has such a letter behind a backslash', "return '\\—';"],
  ['has such blanks', 'return\u30001;'],
  ['has raw templates', 'return String.raw`—`;'],
])('source that %s stays', (_, code, blanks = 5_000) => {
  const source = `${code}${' '.repeat(blanks)}`;
  expect(narrowed(source)).toBe(source);
  const bytes = Buffer.from(source);
  expect(narrowed(bytes)).toBe(bytes);
});

test('nothing that the bot may load means anything else', () => {
  const changed = loadable()
    .map((path) => ({ path, source: readFileSync(join(ROOT, path)) }))
    .filter(({ source }) => narrowed(source, 0) !== source);
  // Should a package be laid out anew: they are to be found at all.
  expect(changed.length).toBeGreaterThan(100);
  const differing = changed.filter(
    ({ path, source }) => meaningOf(path, String(narrowed(source, 0))) !== meaningOf(path, source.toString()),
  );
  expect(differing.map(({ path }) => path)).toEqual([]);
}, 60_000);

/** What the parser makes of it, but for where it stands and how it is written. */
function meaningOf(path: string, code: string): string {
  const tree = parseAst(code, { lang: path.endsWith('.ts') ? 'ts' : 'js' });
  return JSON.stringify(tree, function (this: { type?: string }, key, value) {
    if (key === 'start' || key === 'end' || (key === 'raw' && this.type === 'Literal')) return undefined;
    if (typeof value === 'bigint') return String(value);
    if (key === 'pattern' || key === 'raw') return unescaped(value);
    // A tag is given the text as it is written, too.
    if (value?.type === 'TaggedTemplateExpression')
      return {
        ...value,
        written: value.quasi.quasis.map((part: { value: { raw: string } }) => part.value.raw),
      };
    return value;
  });
}

function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
