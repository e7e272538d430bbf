import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { licencesPage } from '../scripts/licences.ts';

const root = join(import.meta.dirname, '..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

test('docs/licences.md is what package-lock.json says, and every licence is one that may be shipped', () => {
  const { page, problems } = licencesPage(lock);
  expect(problems).toEqual([]);
  expect(readFileSync(join(root, 'docs/licences.md'), 'utf8')).toBe(page);
});

test('every package is pinned with its checksum, and none runs a script when it is installed', () => {
  const packages = Object.entries<{ integrity?: string; link?: boolean; inBundle?: boolean }>(lock.packages);
  const loose = packages.filter(([path, { integrity }]) => path !== '' && !/^sha512-/.test(integrity ?? ''));
  expect(loose.map(([path]) => path)).toEqual([]);
  expect(readFileSync(join(root, '.npmrc'), 'utf8')).toContain('ignore-scripts=true');
});

test('a licence that asks for more, and a dependency that nobody can explain, are problems', () => {
  const packages = {
    '': { version: '1', dependencies: { mystery: '1' } },
    'node_modules/mystery': { version: '1.0.0', license: 'AGPL-3.0' },
  };
  const { problems } = licencesPage({ packages });
  expect(problems).toContain('mystery has the licence AGPL-3.0, which is not on the list');
  expect(problems).toContain('mystery has no purpose written down');
});
