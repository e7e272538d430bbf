import { Buffer } from 'node:buffer';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { narrowed } from './narrow.js';
import { readTexts, writeTexts } from './texts-file.js';

/**
 * The text of the modules that the bot loads, without what means nothing (`squeeze.js`), in one file beside the compiled
 * code, with where each import led: a start reads that file instead of looking for, reading and undressing 1,300 others.
 * The first start makes it. What is not as it was, by the time of its last change or else by its content, is read as
 * any module and made anew for the next start. Plain JavaScript, as it comes before the first TypeScript. The figures
 * are in docs/performance.md.
 *
 * @typedef {object} Kept
 * @property {string | undefined} format As which it is loaded.
 * @property {number} changedMs When the file was last changed.
 * @property {number} size Of the file, in bytes.
 * @property {number} sum Of the file.
 * @property {string} text
 *
 * @typedef {Record<'import' | 'require', Map<string, Map<string, string | null>>>} Ways From a module, by the words it
 *   uses, to another; all by their URLs. Null where the same words led to several.
 *
 * @typedef {ReturnType<typeof keepTexts>} Texts
 */

const require = createRequire(import.meta.url);

/** Of these letters a path is the same as a URL. Others are not worth telling apart. */
const PLAIN = /^[\w@+.,~/-]+$/;

/**
 * @param {object} options
 * @param {string} options.root URL of the folder that holds all of it, with a slash at its end.
 * @param {string} options.path Of the file.
 * @param {string} options.version What a file must have been made by.
 */
export function keepTexts({ root, path, version }) {
  const folder = fileURLToPath(root);
  /** @type {Map<string, Kept>} */
  const kept = new Map();
  /** @type {Ways} */
  const known = { import: new Map(), require: new Map() };
  /** @type {Ways} */
  const noted = { import: new Map(), require: new Map() };
  let isWhole = take();
  /** What is missing is made for the next start. */
  let makes = mayWrite(path);
  let isMaking = false;

  /** False if there is something to write: one is missing, has changed or has another time. */
  function take() {
    const texts = readTexts(path, version);
    if (texts === null) return false;
    let isSame = true;
    let arePackages = true;
    const urls = texts.entries.map(({ name, format, ...entry }) => {
      const changedMs = changedMsOf(folder + name, entry);
      if (changedMs !== entry.changedMs) isSame = false;
      if (changedMs !== null) kept.set(root + name, { ...entry, changedMs, format: format ?? undefined });
      else if (name.startsWith('node_modules/')) arePackages = false;
      return root + name;
    });
    // Somebody has been at the packages: where to look is found out anew.
    if (!arePackages) return false;
    for (const [from, byImport, words, to] of texts.edges) {
      const [fromUrl = '', toUrl = ''] = [urls[from], urls[to]];
      if (kept.has(toUrl)) waysFrom(known, fromUrl, byImport).set(words, toUrl);
    }
    return isSame;
  }

  /** @type {import('node:module').ResolveHookSync} */
  function resolve(words, context, next) {
    const { parentURL } = context;
    if (parentURL === undefined || isMaking) return next(words, context);
    const to = known[isImport(context) ? 'import' : 'require'].get(parentURL)?.get(words);
    if (to) return { url: to, format: kept.get(to)?.format, shortCircuit: true };
    const found = next(words, context);
    if (makes && parentURL.startsWith(root) && found.url.startsWith(root)) {
      const ways = waysFrom(noted, parentURL, isImport(context));
      const before = ways.get(words);
      ways.set(words, before === undefined || before === found.url ? found.url : null);
    }
    return found;
  }

  /** @type {import('node:module').LoadHookSync} */
  function load(url, context, next) {
    if (isMaking) return next(url, context);
    const one = kept.get(url);
    if (one === undefined)
      return makes && url.startsWith(root) ? made(url, context, next) : next(url, context);
    // `require` is content without a format, `import` is not.
    const format = isImport(context) ? (one.format ?? 'commonjs') : one.format;
    return { format, source: one.text, shortCircuit: true };
  }

  /** @type {import('node:module').LoadHookSync} */
  function made(url, context, next) {
    const name = url.slice(root.length);
    // Before it is read: what is changed meanwhile is found to be another then.
    const state = statSync(folder + name, { throwIfNoEntry: false });
    const loaded = next(url, context);
    const { source, format } = loaded;
    const kind = kindOf(format, context);
    if (state === undefined || kind === null || !source || !PLAIN.test(name)) return loaded;
    const bytes = typeof source === 'string' ? Buffer.from(source) : /** @type {Buffer} */ (source);
    const code = typeof source === 'string' ? source : new TextDecoder().decode(bytes);
    isMaking = true;
    try {
      const { squeezed } = require('./squeeze.js');
      const text = squeezed(format === 'module-typescript' ? withoutTypes(code) : code, kind);
      if (text === null) return loaded;
      const one = {
        format: kind === 'module' ? 'module' : (format ?? undefined),
        changedMs: state.ctimeMs,
        size: bytes.length,
        sum: crc32(bytes),
        text: String(narrowed(text, 0)),
      };
      kept.set(url, one);
      isWhole = false;
      return { ...loaded, format: one.format, source: one.text };
    } catch {
      // Types that cannot be taken out, a package that is not installed yet: whatever it is, Node says it where it matters.
      makes = false;
      return loaded;
    } finally {
      isMaking = false;
    }
  }

  /** Writes what was made since, for the next start. */
  function write() {
    if (isWhole || !makes) return;
    isWhole = true;
    const numbers = new Map([...kept.keys()].map((url, number) => [url, number]));
    const entries = [...kept].map(([url, { format = null, ...one }]) => {
      return { ...one, format, name: url.slice(root.length) };
    });
    /** @type {import('./texts-file.js').Edge[]} */
    const edges = [];
    for (const [by, from, words, to] of [...waysIn(known), ...waysIn(noted)]) {
      const [fromNumber, toNumber] = [numbers.get(from), numbers.get(to ?? '')];
      if (fromNumber === undefined || toNumber === undefined) continue;
      // How a CommonJS module is imported, Node knows best.
      if (by === 'require' || entries[toNumber]?.format === 'module')
        edges.push([fromNumber, by === 'import', words, toNumber]);
    }
    writeTexts(path, version, { entries, edges });
  }

  /** What is loaded from now on is loaded as any module. */
  function end() {
    makes = false;
    for (const map of [kept, ...Object.values(known), ...Object.values(noted)]) map.clear();
  }

  return { resolve, load, write, end };
}

/**
 * @param {Ways} ways
 * @param {string} url
 * @param {boolean} byImport
 */
function waysFrom(ways, url, byImport) {
  const all = ways[byImport ? 'import' : 'require'];
  const from = all.get(url) ?? new Map();
  all.set(url, from);
  return from;
}

/**
 * @param {Ways} ways
 * @returns {(readonly ['import' | 'require', string, string, string | null])[]}
 */
function waysIn(ways) {
  return /** @type {const} */ (['import', 'require']).flatMap((by) =>
    [...ways[by]].flatMap(([from, all]) =>
      [...all].map(([words, to]) => /** @type {const} */ ([by, from, words, to])),
    ),
  );
}

/**
 * When the file was last changed if it still is what it was, else null: gone, another, or not to be read, which Node says
 * where it matters. A copy of it has another time.
 * @param {string} path
 * @param {Pick<Kept, 'changedMs' | 'size' | 'sum'>} before
 */
function changedMsOf(path, { changedMs, size, sum }) {
  try {
    const state = statSync(path);
    if (state.size !== size) return null;
    return state.ctimeMs === changedMs || crc32(readFileSync(path)) === sum ? state.ctimeMs : null;
  } catch {
    return null;
  }
}

/** @param {{ conditions: readonly string[] }} context */
function isImport({ conditions }) {
  return conditions.includes('import');
}

/**
 * @param {string | null | undefined} format
 * @param {{ conditions: readonly string[] }} context
 */
function kindOf(format, context) {
  if (format === 'module' || format === 'module-typescript') return 'module';
  // What is required without a format is CommonJS, if it can be read as that.
  return format === 'commonjs' || (format == null && !isImport(context)) ? 'script' : null;
}

/** @param {string} path */
function mayWrite(path) {
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * As Node does it itself, which says that it may change: not by us, who use no more of it than any start.
 * @param {string} code
 */
function withoutTypes(code) {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(code);
  } finally {
    process.emitWarning = emitWarning;
  }
}
