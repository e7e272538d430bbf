import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

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

test('what only HTTP/2 and the reading of messages need is not loaded by the time the bot is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'load-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // By its name it is the bot's start, which is what keeps texts and runs CommonJS by itself.
  const start = join(folder, 'start.js');
  writeFileSync(
    start,
    `import { registerHooks } from 'node:module';
const { texts } = await import(${JSON.stringify(join(SRC, 'runtime.js'))});
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
await (await import(${JSON.stringify(join(SRC, 'load.ts'))})).loadInParts();
await import(${JSON.stringify(join(SRC, 'run.ts'))});
texts?.write();
console.log(JSON.stringify({
  keeps: texts !== null,
  builtin: process.moduleLoadList.filter((name) => /http2/.test(name)),
  reading: loaded.filter((url) => /signals\\/(parse|lexicon)/.test(url)),
  desk: loaded.filter((url) => /trading\\/desk\\.ts/.test(url)).length,
}));
process.exit(0);`,
  );
  const load = () => promisify(execFile)(process.execPath, [start, 'run']);
  // The first one in a folder leaves CommonJS to Node, which loads all that is asked for, and writes the texts.
  await load();
  const { stdout } = await load();
  expect(JSON.parse(stdout)).toEqual({ keeps: true, builtin: [], reading: [], desk: 1 });
});
