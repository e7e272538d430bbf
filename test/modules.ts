import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** Our own files and those of the packages that are installed without the tools of development. */
export function loadable(): string[] {
  // The pages' own files are loaded by browsers.
  const ours = filesBelow('src').filter((path) => !/^src\/panel\/.*js$/.test(path));
  return [...ours, ...shipped().flatMap(filesBelow)];
}

function shipped(): string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  return Object.keys(packages).filter(
    (path) => path !== '' && !packages[path]?.dev && existsSync(join(ROOT, path)),
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.(?:[cm]?js|ts)$/.test(entry.name) && !entry.name.endsWith('.d.ts'),
    )
    .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length + 1))
    .filter((path) => !path.slice(folder.length + 1).includes('node_modules/'));
}
