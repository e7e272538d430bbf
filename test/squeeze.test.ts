import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { expect, test } from 'vitest';
import { squeezed } from '../src/squeeze.js';
import { loadable, ROOT } from './modules.ts';

test.each([
  ['comments', 'a; // b\n/* c */ d;', 'a;\nd;'],
  ['indentation', 'if (a) {\n    b;\n\n\tc;\n}\n', 'if (a) {\nb;\n\nc;\n}\n'],
  ['what is left of types', 'const a         = 1;', 'const a = 1;'],
  ['ends of lines of other systems', 'a;\r\n  b;\r  c;', 'a;\nb;\nc;'],
  ['where a source map lies', 'a;\n//# sourceMappingURL=a.js.map', 'a;\n'],
])('without %s', (_, source, expected) => {
  expect(squeezed(source, 'script')).toBe(expected);
});

test.each([
  ['in strings', "a = '/* b */  // c';"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
  ['in templates', 'a = `  /* b */\n    ${ `  // ${c}  ` }\n  `;'],
  ['in patterns', 'a = /[/*]  \\/\\//g;'],
  ['in a pattern behind a condition', 'if (a) /  "/.test(b);'],
  ['in a division that looks like a pattern', 'a = b / c / d; e = "  /  ";'],
])('what only looks like blanks or comments %s stays', (_, source) => {
  const text = squeezed(source, 'script') ?? '';
  expect(tree(text, 'script')).toEqual(tree(source, 'script'));
  for (const [inner] of source.matchAll(/\s{2,}|\/\*|\/\//g)) expect(text).toContain(inner);
});

test.each([
  ['a comment of several lines ends a statement as they do', 'return /*\n*/ 1;', undefined],
  ['a comment within a line does not', 'return /**/ 1;', 1],
  ['a comment keeps apart what would be one', 'return 1 -/**/-1;', 2],
])('%s', (_, source, meaning) => {
  const text = String(squeezed(source, 'script'));
  expect(text).not.toContain('*');
  expect(new Function(text)()).toBe(meaning);
});

test.each([
  ['is no JavaScript', 'const a: number = 1;', 'module'],
  ['is a module, not the body of one', 'import "a";', 'script'],
  ['is a program', '#!/usr/bin/env node\na;', 'script'],
] as const)('text that %s stays as it is', (_, source, kind) => {
  expect(squeezed(source, kind)).toBeNull();
});

test('nothing that the bot may load means anything else, or stands in another line', () => {
  let read = 0;
  let bytes = 0;
  let left = 0;
  const differing: string[] = [];
  for (const path of loadable()) {
    if (path.startsWith('node_modules/') && path.endsWith('.ts')) continue;
    const file = readFileSync(join(ROOT, path), 'utf8');
    const source = path.endsWith('.ts') ? stripTypeScriptTypes(file) : file;
    for (const kind of kindsOf(path)) {
      const text = squeezed(source, kind);
      if (text === null) continue;
      read += 1;
      bytes += source.length;
      left += text.length;
      if (!isSame(tree(source, kind), tree(text, kind), linesOf(source), linesOf(text))) differing.push(path);
      break;
    }
  }
  expect(differing).toEqual([]);
  // Should a package be laid out anew: they are to be found at all.
  expect(read).toBeGreaterThan(2_000);
  expect(left).toBeLessThan(0.8 * bytes);
}, 120_000);

function kindsOf(path: string): ('script' | 'module')[] {
  if (/\.m?ts$|\.mjs$/.test(path)) return ['module'];
  return path.endsWith('.cjs') ? ['script'] : ['script', 'module'];
}

/** By another parser than the one that is used. */
function tree(source: string, kind: 'script' | 'module'): unknown {
  const text = source.replace(/^\ufeff/, '');
  return parseAst(text, { lang: 'js', sourceType: kind === 'script' ? 'commonjs' : 'module' });
}

/** Where each line begins. */
function linesOf(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n?|[\n\u2028\u2029]/g)].map(({ 0: end, index }) => index + end.length)];
}

function lineAt(begins: readonly number[], at: number): number {
  let low = 0;
  let high = begins.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((begins[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The same tree, every node of it in the same line. */
function isSame(a: unknown, b: unknown, linesOfA: readonly number[], linesOfB: readonly number[]): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (a instanceof RegExp) return String(a) === String(b);
  const [before, after] = [a, b] as Record<string, unknown>[];
  if (before === undefined || after === undefined) return false;
  const names = Object.keys(before);
  if (names.length !== Object.keys(after).length) return false;
  return names.every((name) => {
    if (name === 'end' || (name === 'start' && before.type === 'Program')) return true;
    if (name === 'start')
      return lineAt(linesOfA, Number(before.start)) === lineAt(linesOfB, Number(after.start));
    return isSame(before[name], after[name], linesOfA, linesOfB);
  });
}
