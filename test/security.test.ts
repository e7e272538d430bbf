import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** docs/security.md names a test for each of its claims. */
const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');

/** `` `test/x.test.ts` “its name”, “another of the same file” ``. */
const named = [...page.matchAll(/`(test\/[\w/.-]+)`((?:,? “[^”]+”)+)/g)].flatMap(
  ([, file = '', names = '']) =>
    [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => [file, name] as const),
);

test.each(named)('%s has the test “%s”', (file, name) => {
  const path = join(root, file);
  expect(existsSync(path)).toBe(true);
  const source = readFileSync(path, 'utf8');
  const title = new RegExp(
    `\\b(?:test|it)\\b[^\\n]*\\(\\s*['"\`]${RegExp.escape(name)}['"\`]|\\]\\)\\(\\s*['"\`]${RegExp.escape(name)}['"\`]`,
  );
  expect(title.test(source)).toBe(true);
});

test('no claim is without one, and none is held by a file alone', () => {
  expect(named.length).toBeGreaterThan(30);
  const files = [...page.matchAll(/`(test\/[\w/.-]+)`/g)];
  expect(new Set(files.map(([, file]) => file))).toEqual(new Set(named.map(([file]) => file)));
});
