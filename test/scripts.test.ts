import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepTexts } from '../src/texts.js';
import { readTexts, writeTexts } from '../src/texts-file.js';

const { cache, extensions } = createRequire(import.meta.url);
const byNode = extensions['.js'];

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'scripts-')));
  mkdirSync(join(folder, 'cache'));
  put('package.json', '{}');
});
afterEach(() => {
  extensions['.js'] = byNode;
  forget();
  rmSync(folder, { recursive: true });
});

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function forget(): void {
  for (const path of Object.keys(cache)) if (path.startsWith(folder)) delete cache[path];
}

/** A start of the program that requires `main.js`; `ran` are those that Node did not run. */
function start({ keeps = true } = {}): { exports: unknown; ran: string[] } {
  forget();
  const root = new URL(`${pathToFileURL(folder)}/`).href;
  const texts = keepTexts({
    root,
    path: join(folder, keeps ? 'cache/texts' : 'nowhere/texts'),
    version: '1',
  });
  const ran: string[] = [];
  extensions['.js'] = (module, path) => {
    // What it is run for may throw.
    const at = ran.push(path.slice(folder.length + 1)) - 1;
    if (texts.run(module, path)) return;
    ran.splice(at, 1);
    byNode?.(module, path);
  };
  const require = createRequire(join(folder, 'start.js'));
  // Where words led is noted by the hooks, which are the process's.
  for (const [from, words] of ways()) {
    const context = { conditions: ['require'], parentURL: root + from, importAttributes: {} };
    const next = () => ({ url: pathToFileURL(createRequire(join(folder, from)).resolve(words)).href });
    texts.resolve(words, context, next);
  }
  try {
    return { exports: require('./main.js'), ran };
  } finally {
    texts.write();
    texts.end();
  }
}

let led: [from: string, words: string][] = [];
const ways = () => led;
beforeEach(() => {
  led = [];
});

/** As Node runs it, at the first start, at the second, which has the code, and where nothing is kept. */
function everyWay(): unknown[] {
  extensions['.js'] = byNode;
  forget();
  const plain: unknown = createRequire(join(folder, 'start.js'))('./main.js');
  return [plain, start().exports, start().exports, start({ keeps: false }).exports];
}

test.each<[string, Record<string, string>, unknown]>([
  ['what it exports by name', { 'main.js': 'exports.a = 1;' }, { a: 1 }],
  ['what it exports instead', { 'main.js': 'module.exports = [1];' }, [1]],
  ['this', { 'main.js': 'this.a = this === module.exports;' }, { a: true }],
  [
    'what it is told of itself',
    {
      'main.js': `const { basename } = require('path');
module.exports = [module.id === __filename, basename(__filename), __dirname + '/main.js' === __filename,
  module.loaded, arguments.length, arguments[0] === exports, require.length];`,
    },
    [true, 'main.js', true, false, 5, true, 1],
  ],
  ['sloppy code', { 'main.js': 'module.exports = (function () { return this === globalThis; })();' }, true],
  [
    'strict code',
    { 'main.js': '"use strict"; module.exports = (function () { return this === undefined; })();' },
    true,
  ],
  ['an end within', { 'main.js': 'exports.a = 1; return; exports.b = 2; // the end' }, { a: 1 }],
  [
    'a circle',
    {
      'main.js': "exports.early = 1; exports.b = require('./b.js').seen; exports.late = 2;",
      'b.js': "exports.seen = { ...require('./main.js') };",
    },
    { early: 1, b: { early: 1 }, late: 2 },
  ],
  [
    'one that is required twice',
    {
      'main.js': "module.exports = [require('./b.js') === require('./c/d.js'), require('./b.js').count];",
      'b.js': 'exports.count = (globalThis.counted = (globalThis.counted ?? 0) + 1) > 0;',
      'c/d.js': "module.exports = require('../b.js');",
    },
    [true, true],
  ],
  [
    'a package, JSON and what Node has',
    {
      'main.js': `module.exports = [require('p'), require('./a.json'), require('node:path') === require('path')];`,
      'node_modules/p/package.json': '{ "main": "lib" }',
      'node_modules/p/lib/index.js': "module.exports = require('../package.json').main;",
      'a.json': '{ "a": 1 }',
    },
    ['lib', { a: 1 }, true],
  ],
  [
    'one that asks Node where others are',
    { 'main.js': "module.exports = require.resolve('./b.js') === __dirname + '/b.js';", 'b.js': '' },
    true,
  ],
])('%s is as Node has it', (_, files, expected) => {
  for (const [name, text] of Object.entries(files)) put(name, text);
  led = [
    ['main.js', './b.js'],
    ['c/d.js', '../b.js'],
    ['b.js', './main.js'],
    ['main.js', 'p'],
  ].filter(([from = '', words = '']) => files[from]?.includes(`'${words}'`)) as typeof led;
  for (const exports of everyWay()) expect(exports).toEqual(expected);
});

test('the second start runs all of it by its code, and Node none', () => {
  put('main.js', "exports.a = require('./b.js').b(); exports.path = require('path').sep;");
  put('b.js', 'exports.b = () => 2;');
  led = [['main.js', './b.js']];
  start();
  const before = readFileSync(join(folder, 'cache/texts'));
  const { exports, ran } = start();
  expect(exports).toEqual({ a: 2, path: '/' });
  expect(ran).toEqual(['main.js', 'b.js']);
  // Nothing was to be made, the code neither.
  expect(readFileSync(join(folder, 'cache/texts'))).toEqual(before);
  const { entries } = readTexts(join(folder, 'cache/texts'), '1') ?? { entries: [] };
  expect(entries.map(({ code }) => (code?.length ?? 0) > 100)).toEqual([true, true]);
});

test('code that V8 does not take is made anew, and the text runs all the same', () => {
  put('main.js', 'exports.a = 1;');
  start();
  const path = join(folder, 'cache/texts');
  const texts = readTexts(path, '1') ?? { entries: [], edges: [] };
  const code = Buffer.alloc(300);
  // Another text: what this process has compiled before V8 does not compile again.
  const entries = texts.entries.map((entry) => ({ ...entry, text: entry.text.replace('1', '1 + 1'), code }));
  writeTexts(path, '1', { ...texts, entries });
  expect(start().exports).toEqual({ a: 2 });
  const [again] = readTexts(path, '1')?.entries ?? [];
  expect(again?.code).not.toEqual(code);
});

test('a module that has changed is run as it is, with the code of what it was thrown away', () => {
  put('main.js', 'exports.a = 1;');
  start();
  put('main.js', 'exports.a = 2;');
  expect(start().exports).toEqual({ a: 2 });
  expect(start().exports).toEqual({ a: 2 });
});

test('one that throws is run again by who asks again, and says where it was', () => {
  put(
    'main.js',
    "const said = [];\nfor (let i = 0; i < 2; i += 1) try { require('./b.js'); } catch (error) { said.push(error.stack); }\nmodule.exports = said;",
  );
  put('b.js', '\n// here\n  throw new Error("no " + (globalThis.tried = (globalThis.tried ?? 0) + 1));');
  led = [['main.js', './b.js']];
  start();
  vi.stubGlobal('tried', 0);
  const said = start().exports as string[];
  vi.unstubAllGlobals();
  expect(said.map((stack) => stack.split('\n')[0])).toEqual(['Error: no 1', 'Error: no 2']);
  for (const stack of said) expect(stack).toContain(`${join(folder, 'b.js')}:3:`);
});

test('one that imports is left to Node', async () => {
  put('main.js', "module.exports = import('./c.mjs');");
  put('c.mjs', 'export const c = 3;');
  for (const exports of everyWay()) expect(await exports).toMatchObject({ c: 3 });
  expect(start().ran).toEqual([]);
});

test('a module of the other kind is left to Node', () => {
  put('main.js', "module.exports = require('./m/index.js').a;");
  put('m/package.json', '{ "type": "module" }');
  put('m/index.js', 'export const a = 1;');
  put('m/plain.js', '');
  led = [['main.js', './m/index.js']];
  start();
  const { exports, ran } = start();
  expect(exports).toBe(1);
  expect(ran).toEqual(['main.js']);
});

test('one whose package.json cannot be read is left to Node, which says so', () => {
  put('main.js', "require('./broken/index.js');");
  put('broken/package.json', '{');
  put('broken/index.js', '');
  expect(() => start()).toThrow(/package/i);
});

const H2 = 'node_modules/undici/lib/dispatcher/client-h2.js';

test('what undici speaks HTTP/2 by is loaded by whoever speaks it, once, and answers, throws and is seen as itself', () => {
  put(
    'main.js',
    `const { existsSync, writeFileSync, readFileSync } = require('fs');
const speak = require('./${H2}');
const again = require('./${H2}');
const before = existsSync(__dirname + '/loaded');
const said = [speak.call(7, 1, 2), again.call(8), speak.length];
let thrown;
try { speak('throw'); } catch (error) { thrown = error.message; }
module.exports = { kind: typeof speak, before, said, thrown, loaded: String(readFileSync(__dirname + '/loaded')) };`,
  );
  put('node_modules/undici/package.json', '{}');
  put(
    H2,
    `const fs = require('fs');
fs.appendFileSync(__dirname + '/../../../../loaded', 'x');
module.exports = function (a, b) { if (a === 'throw') throw new Error('no'); return [this + 0, a, b]; };`,
  );
  led = [['main.js', `./${H2}`]];
  start();
  rmSync(join(folder, 'loaded'));
  const { exports, ran } = start();
  expect(exports).toEqual({
    kind: 'function',
    before: false,
    said: [[7, 1, 2], [8, undefined, undefined], 2],
    thrown: 'no',
    loaded: 'x',
  });
  expect(ran).toEqual(['main.js', H2]);
});

test("Node's HTTP/2 is what it is to a module that uses it", () => {
  put(
    'main.js',
    `const http2 = require('http2');
const { constants: { HTTP2_HEADER_STATUS } } = require('node:http2');
module.exports = [typeof http2, typeof http2.connect, 'createServer' in http2, HTTP2_HEADER_STATUS];`,
  );
  for (const exports of everyWay()) expect(exports).toEqual(['object', 'function', true, ':status']);
});

test("undici's way to HTTP/2 is a function and nothing else, as what stands in its place", () => {
  const speak: unknown = createRequire(import.meta.url)('undici/lib/dispatcher/client-h2.js');
  expect(typeof speak).toBe('function');
  expect(Object.keys(speak as object)).toEqual([]);
});
