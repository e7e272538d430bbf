import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { LoadFnOutput, LoadHookContext, ResolveHookContext } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepTexts } from '../src/texts.js';

const REQUIRED = ['require', 'node'];
const IMPORTED = ['node', 'import'];
const CODE = 'const a = 1; // one\n';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'texts-'));
  mkdirSync(join(folder, 'cache'));
  mkdirSync(join(folder, 'node_modules/a'), { recursive: true });
  put('a.ts', `${CODE}const b: number = 2;\n`);
  put('node_modules/a/index.js', CODE);
  put('node_modules/a/wide.js', `${CODE}const c = '${'多空止盈'.repeat(20)}';\n`);
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function urlOf(name: string): string {
  return new URL(name, `${pathToFileURL(folder)}/`).href;
}

const kept = (version = '1') => `${join(folder, 'cache/texts')}|${version}`;

/** A start of the program. */
function start(at = kept()) {
  const [path = '', version = ''] = at.split('|');
  const texts = keepTexts({ root: urlOf(''), path, version });
  const read = vi.fn((url: string, context: Partial<LoadHookContext> = {}): LoadFnOutput => {
    const source = readFileSync(fileURLToPath(url), 'utf8');
    const format = context.format ?? (context.conditions?.includes('import') ? 'commonjs' : undefined);
    return { format, source: format === 'module-typescript' ? Buffer.from(source) : source };
  });
  const look = vi.fn((words: string, context?: Partial<ResolveHookContext>) => ({
    url: new URL(words, context?.parentURL).href,
    format: undefined,
  }));
  return {
    ...texts,
    read,
    look,
    /** What is run of a file. */
    load(name: string, conditions = REQUIRED) {
      const format = name.endsWith('.ts') ? 'module-typescript' : undefined;
      return texts.load(urlOf(name), { conditions, format, importAttributes: {} }, read);
    },
    find(words: string, from: string, conditions = REQUIRED) {
      const context = { conditions, parentURL: urlOf(from), importAttributes: {} };
      return texts.resolve(words, context, look).url;
    },
  };
}

const FILES = ['a.ts', 'node_modules/a/index.js', 'node_modules/a/wide.js'];

function first(): void {
  const texts = start();
  for (const name of FILES) texts.load(name);
  texts.find('./wide.js', 'node_modules/a/index.js');
  texts.write();
}

test('the second start reads no file and looks for none', () => {
  first();
  const second = start();
  expect(second.load('a.ts', IMPORTED)).toMatchObject({
    format: 'module',
    source: 'const a = 1;\nconst b = 2;\n',
  });
  expect(second.load('node_modules/a/index.js')).toMatchObject({
    format: undefined,
    source: 'const a = 1;\n',
  });
  expect(second.load('node_modules/a/wide.js').source).toContain('多空止盈');
  expect(second.find('./wide.js', 'node_modules/a/index.js')).toBe(urlOf('node_modules/a/wide.js'));
  expect(second.read).not.toHaveBeenCalled();
  expect(second.look).not.toHaveBeenCalled();
});

test('the first start runs the same text as the second', () => {
  const texts = start();
  const [before] = FILES.map((name) => texts.load(name).source);
  texts.write();
  const again = start();
  const [after] = FILES.map((name) => again.load(name).source);
  expect(after).toBe(before);
});

test('what is imported and was required is CommonJS', () => {
  first();
  expect(start().load('node_modules/a/index.js', IMPORTED)).toMatchObject({ format: 'commonjs' });
});

test('a file that has changed is read, also one that is as long as before, and the others are not', () => {
  first();
  put('a.ts', `${CODE.replace('1', '9')}const b: number = 2;\n`);
  const second = start();
  expect(second.load('a.ts').source).toContain('const a = 9;');
  for (const name of FILES.slice(1)) second.load(name);
  expect(second.read).toHaveBeenCalledOnce();
  second.write();
  const third = start();
  expect(third.load('a.ts').source).toContain('const a = 9;');
  expect(third.read).not.toHaveBeenCalled();
});

test('a copy, whose times are others, is taken by its content', () => {
  first();
  const copy = mkdtempSync(join(tmpdir(), 'texts-'));
  cpSync(folder, copy, { recursive: true });
  rmSync(folder, { recursive: true });
  folder = copy;
  const second = start();
  for (const name of FILES) second.load(name);
  expect(second.read).not.toHaveBeenCalled();
});

test('once a package has changed, all of them are looked for anew', () => {
  first();
  put('node_modules/a/index.js', 'const other = 1;\n');
  const second = start();
  second.find('./wide.js', 'node_modules/a/index.js');
  expect(second.look).toHaveBeenCalledOnce();
  expect(second.load('node_modules/a/index.js').source).toContain('other');
});

test('a file that is gone is not run, whoever asks for it', () => {
  first();
  rmSync(join(folder, 'a.ts'));
  expect(() => start().load('a.ts')).toThrow('ENOENT');
});

test('words that led to several files are looked for each time', () => {
  const texts = start();
  for (const name of FILES) texts.load(name);
  texts.look.mockReturnValueOnce({ url: urlOf('a.ts'), format: undefined });
  texts.find('./wide.js', 'node_modules/a/index.js');
  texts.find('./wide.js', 'node_modules/a/index.js');
  texts.find('./wide.js', 'node_modules/a/index.js');
  expect(texts.look).toHaveBeenCalledTimes(3);
  texts.write();
  const second = start();
  second.find('./wide.js', 'node_modules/a/index.js');
  expect(second.look).toHaveBeenCalledOnce();
});

test.each<[string, (file: Buffer) => Buffer]>([
  ['is cut short', (file) => file.subarray(0, -10)],
  ['is empty', () => Buffer.alloc(0)],
  [
    'has another letter in a text',
    (file) => Buffer.from(file.toString('latin1').replace('a = 1', 'a = 2'), 'latin1'),
  ],
  [
    'has another letter in its index',
    (file) => Buffer.from(file.toString('latin1').replace('a.ts', 'b.ts'), 'latin1'),
  ],
  ['is something else', () => Buffer.from('{}\n')],
])('of a file that %s nothing is run, and it is made anew', (_, damage) => {
  first();
  const path = join(folder, 'cache/texts');
  writeFileSync(path, damage(readFileSync(path)));
  const second = start();
  for (const name of FILES) second.load(name);
  expect(second.read).toHaveBeenCalledTimes(FILES.length);
  second.write();
  const third = start();
  for (const name of FILES) third.load(name);
  expect(third.read).not.toHaveBeenCalled();
});

test('what another version has made is not taken', () => {
  first();
  const second = start(kept('2'));
  second.load('a.ts');
  expect(second.read).toHaveBeenCalledOnce();
});

test('where nothing may be written everything is loaded as it is', () => {
  const texts = start(`${join(folder, 'nowhere/texts')}|1`);
  expect(texts.load('node_modules/a/index.js').source).toBe(CODE);
  expect(String(texts.load('a.ts').source)).toContain(': number');
  expect(() => texts.write()).not.toThrow();
});

test('where nothing can be written any more a start goes on', () => {
  const texts = start();
  texts.load('a.ts');
  rmSync(join(folder, 'cache'), { recursive: true });
  put('cache', 'no folder');
  expect(() => texts.write()).not.toThrow();
});

test('a file that cannot be read keeps no start from the others', () => {
  first();
  rmSync(join(folder, 'a.ts'));
  symlinkSync('a.ts', join(folder, 'a.ts'));
  const second = start();
  expect(() => second.load('a.ts')).toThrow('ELOOP');
  expect(second.load('node_modules/a/wide.js').source).toContain('多空止盈');
  expect(second.read).not.toHaveBeenCalled();
});

test('what cannot be read as JavaScript, and what lies elsewhere, is loaded as it is', () => {
  put('broken.js', 'const = 1; // one\n');
  const texts = start();
  expect(texts.load('broken.js').source).toBe('const = 1; // one\n');
  const outside = join(import.meta.dirname, 'modules.ts');
  const { source } = texts.load(pathToFileURL(outside).href);
  expect(String(source)).toBe(readFileSync(outside, 'utf8'));
});

test('TypeScript whose types cannot be taken out is left for Node to refuse', () => {
  put('a.ts', 'enum A { B }\n');
  expect(String(start().load('a.ts').source)).toBe('enum A { B }\n');
});

test('what a program was killed over is removed by the next one that writes, and not what is being written', () => {
  const left = join(folder, 'cache/texts.4711');
  const begun = join(folder, 'cache/texts.4712');
  for (const path of [left, begun]) writeFileSync(path, 'half');
  const anHourAgo = Date.now() / 1_000 - 3_600;
  utimesSync(left, anHourAgo, anHourAgo);
  first();
  expect([left, begun].map((path) => existsSync(path))).toEqual([false, true]);
});

test('once all is loaded nothing is held', () => {
  first();
  const second = start();
  second.end();
  second.load('a.ts');
  second.find('./wide.js', 'node_modules/a/index.js');
  expect(second.read).toHaveBeenCalledOnce();
  expect(second.look).toHaveBeenCalledOnce();
});

test('making texts says nothing of how it is done', () => {
  const warned = vi.spyOn(process, 'emitWarning');
  first();
  expect(warned).not.toHaveBeenCalled();
});
