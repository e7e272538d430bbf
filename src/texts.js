import { Buffer } from 'node:buffer';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { createRequire, findPackageJSON, stripTypeScriptTypes } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import { narrowed } from './narrow.js';
import { compiled, isWrapped, requireOf, unwrapped, wrapped } from './scripts.js';
import { readTexts, writeTexts } from './texts-file.js';
import { createWays, folderOf } from './ways.js';

/**
 * The text of the modules that the bot loads, without what means nothing (`squeeze.js`), in one file beside the compiled
 * code, with where each import led: a start reads that file instead of looking for, reading and undressing 1,300 others.
 * The first start makes it. What is not as it was, by the time of its last change or else by its content, is read as
 * any module and made anew for the next start. Most CommonJS is run here as well (`scripts.js`). Plain JavaScript, as it
 * comes before the first TypeScript. The figures are in docs/performance.md.
 *
 * @typedef {object} Kept
 * @property {string | undefined} format As which it is loaded.
 * @property {number} changedMs When the file was last changed.
 * @property {number} size Of the file, in bytes.
 * @property {number} sum Of the file.
 * @property {string} text
 * @property {Buffer | null} code What V8 has made of the text, where it is run here.
 * @property {import('node:vm').Script} [script] Of which the code is still to be kept.
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
  const known = createWays();
  const noted = createWays();
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
      if (kept.has(toUrl)) known.add(fromUrl, byImport, words, toUrl);
    }
    return isSame;
  }

  /** @type {import('node:module').ResolveHookSync} */
  function resolve(words, context, next) {
    const { parentURL } = context;
    if (parentURL === undefined || isMaking) return next(words, context);
    const byImport = isImport(context);
    const to = known.from(parentURL, byImport)?.get(words);
    if (to) return { url: to, format: kept.get(to)?.format, shortCircuit: true };
    const found = next(words, context);
    if (makes && parentURL.startsWith(root) && found.url.startsWith(root))
      noted.add(parentURL, byImport, words, found.url);
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
    return { format, source: unwrapped(one.text), shortCircuit: true };
  }

  /** @type {import('node:module').LoadHookSync} */
  function made(url, context, next) {
    // Before it is read: what is changed meanwhile is found to be another then.
    const state = stateOf(url);
    const loaded = next(url, context);
    const { source, format } = loaded;
    const kind = kindOf(format, context);
    if (state === null || kind === null || !source) return loaded;
    const bytes = typeof source === 'string' ? Buffer.from(source) : /** @type {Buffer} */ (source);
    const one = make(url, state, bytes, kind, format);
    return one === null ? loaded : { ...loaded, format: one.format, source: unwrapped(one.text) };
  }

  /**
   * @param {string} url
   * @param {import('node:fs').Stats} state
   * @param {Buffer} bytes
   * @param {'module' | 'script'} kind
   * @param {string | null} [format] As which Node loads it.
   */
  function make(url, state, bytes, kind, format) {
    const code = new TextDecoder().decode(bytes);
    isMaking = true;
    try {
      const { squeezed } = require('./squeeze.js');
      const text = squeezed(format === 'module-typescript' ? withoutTypes(code) : code, kind);
      if (text === null) return null;
      const one = {
        format: kind === 'module' ? 'module' : (format ?? undefined),
        changedMs: state.ctimeMs,
        size: bytes.length,
        sum: crc32(bytes),
        text: String(narrowed(kind === 'script' ? wrapped(text) : text, 0)),
        code: null,
      };
      kept.set(url, one);
      isWhole = false;
      return one;
    } catch {
      // Types that cannot be taken out, a package that is not installed yet: whatever it is, Node says it where it matters.
      makes = false;
      return null;
    } finally {
      isMaking = false;
    }
  }

  /** @param {string} url */
  function stateOf(url) {
    const name = url.slice(root.length);
    return PLAIN.test(name) ? (statSync(folder + name, { throwIfNoEntry: false }) ?? null) : null;
  }

  /**
   * Runs a CommonJS module. False where Node is to do so.
   * @param {NodeJS.Module} module
   * @param {string} path
   */
  function run(module, path) {
    if (isMaking || !path.startsWith(folder)) return false;
    const url = root + path.slice(folder.length);
    const one = kept.get(url) ?? (makes ? scriptOf(url, path) : null);
    if (one === null || !isWrapped(one.text)) return false;
    const script = compiled(one.text, path, one.code);
    if (makes && (one.code === null || script.cachedDataRejected)) {
      one.script = script;
      isWhole = false;
    }
    const own = dirname(path);
    const require = requireOf(module, (words) => {
      // Looked up each time: the module may ask for as long as it lives, and what is known is let go of before.
      const to = known.from(url, false)?.get(words);
      return to && isWrapped(kept.get(to)?.text ?? '') ? folder + to.slice(root.length) : null;
    });
    script.runInThisContext().call(module.exports, module.exports, require, module, path, own);
    return true;
  }

  /**
   * @param {string} url
   * @param {string} path
   */
  function scriptOf(url, path) {
    try {
      const state = stateOf(url);
      return state === null || !isScript(path) ? null : make(url, state, readFileSync(path), 'script');
    } catch {
      // It cannot be read, or its package.json cannot: Node says so.
      return null;
    }
  }

  /** Writes what was made since, for the next start. */
  function write() {
    if (isWhole || !makes) return;
    isWhole = true;
    const numbers = new Map([...kept.keys()].map((url, number) => [url, number]));
    // Of a folder any that lies in it.
    for (const [url, number] of [...numbers]) numbers.set(folderOf(url), number);
    const entries = [...kept].map(([url, { format = null, script, ...one }]) => {
      // Now that it has run: with what V8 compiles only then.
      if (script !== undefined) one.code = script.createCachedData();
      return { ...one, format, name: url.slice(root.length) };
    });
    /** @type {import('./texts-file.js').Edge[]} */
    const edges = [];
    for (const { byImport, from, words, to } of [...known.list(), ...noted.list()]) {
      const [fromNumber, toNumber] = [numbers.get(from), numbers.get(to ?? '')];
      if (fromNumber === undefined || toNumber === undefined) continue;
      // How a CommonJS module is imported, Node knows best.
      if (!byImport || entries[toNumber]?.format === 'module')
        edges.push([fromNumber, byImport, words, toNumber]);
    }
    writeTexts(path, version, { entries, edges });
  }

  /** What is loaded from now on is loaded as any module. */
  function end() {
    makes = false;
    for (const all of [kept, known, noted]) all.clear();
  }

  return { resolve, load, run, write, end };
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

/**
 * Whether a file that is required is CommonJS, if it can be read as that: https://nodejs.org/api/packages.html#type
 * @param {string} path
 */
function isScript(path) {
  if (path.endsWith('.cjs')) return true;
  const manifest = path.endsWith('.js') ? findPackageJSON(pathToFileURL(path)) : undefined;
  return manifest !== undefined && JSON.parse(readFileSync(manifest, 'utf8')).type !== 'module';
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
