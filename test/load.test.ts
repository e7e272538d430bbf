import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** The files below `src` that one imports for good. */
function importsOf(file: string): string[] {
  const code = readFileSync(join(SRC, file), 'utf8');
  const imports = code.matchAll(/^(?:import|export)\b(?!\s+type\b)(?:[^'";]*?\bfrom)?\s*'(\.[^']+\.ts)'/gm);
  return [...imports].map(([, to = '']) => join(file, '..', to));
}

function reachedFrom(file: string): Set<string> {
  const reached = new Set([file]);
  for (const one of reached) for (const next of importsOf(one)) reached.add(next);
  return reached;
}

test('what is loaded a part at a time is what the bot is made of, in all but little, and nothing else', () => {
  const parts = [...readFileSync(join(SRC, 'load.ts'), 'utf8').matchAll(/import\('\.\/([^']+)'\)/g)];
  const loaded = new Set(parts.flatMap(([, file = '']) => [...reachedFrom(file)]));
  const needed = reachedFrom('run.ts');
  expect([...loaded].filter((file) => !needed.has(file))).toEqual([]);
  expect(loaded.size).toBeGreaterThan(0.8 * needed.size);
});
