import { createRequire, Module } from 'node:module';
import { Script } from 'node:vm';

/**
 * CommonJS modules that are run here and not by Node: their text is the function that Node would make of it
 * (https://nodejs.org/api/modules.html#the-module-wrapper), compiled with code that is kept beside it. What Node does on
 * the way from one such module to the next takes longer than all that they do themselves. They stand in Node's cache as
 * any module, so that each is run once, whoever asks for it. The figures are in docs/performance.md.
 */

const HEAD = '(function (exports, require, module, __filename, __dirname) {';
const TAIL = '\n})';

/** More than a `require(…)`: what else Node's own has, or an import. */
const MORE = /\brequire\b(?!\s*\()|\bimport\b/;

/**
 * The text of a CommonJS module as it is run here; where it needs what only Node gives, as it is.
 * @param {string} text
 */
export function wrapped(text) {
  return MORE.test(text) ? text : HEAD + text + TAIL;
}

/** @param {string} text */
export function isWrapped(text) {
  return text.startsWith(HEAD);
}

/**
 * What was wrapped; any other text as it is.
 * @param {string} text
 */
export function unwrapped(text) {
  return isWrapped(text) ? text.slice(HEAD.length, -TAIL.length) : text;
}

/**
 * Throws what the text throws where it cannot be read.
 * @param {string} text
 * @param {string} path
 * @param {Buffer | null} code Of the same text. Another version of V8's is rejected by it.
 */
export function compiled(text, path, code) {
  return new Script(text, {
    filename: path,
    columnOffset: -HEAD.length,
    ...(code === null ? {} : { cachedData: code }),
  });
}

const { cache } = createRequire(import.meta.url);

/** undici's way to speak HTTP/2, which it exports as one function; discord.js has it speak HTTP/1.1. */
const LATE_MODULE = /\/undici\/lib\/dispatcher\/client-h2\.js$/;

/** For axios, which uses it where it is told to speak HTTP/2. */
const LATE_BUILTIN = /^(?:node:)?http2$/;

/**
 * In the place of what is asked for by everyone who is loaded and used by nobody: loaded by the first use.
 * @template {object} What
 * @param {What} like What it looks like to `typeof`.
 * @param {() => What} load
 */
function late(like, load) {
  return new Proxy(like, {
    get: (_, name) => Reflect.get(load(), name),
    has: (_, name) => Reflect.has(load(), name),
    apply: (_, self, values) => Reflect.apply(/** @type {Function} */ (load()), self, values),
  });
}

/**
 * `require` of a module that is run here.
 * @param {NodeJS.Module} module
 * @param {(words: string) => string | null} wayTo The path of another that is run here; null where Node has to look.
 */
export function requireOf(module, wayTo) {
  /** @param {string} words */
  return (words) => {
    if (LATE_BUILTIN.test(words)) return late({}, () => process.getBuiltinModule(words) ?? {});
    const path = wayTo(words);
    if (path === null) return process.getBuiltinModule(words) ?? module.require(words);
    const load = () => loaded(path, words, module);
    return LATE_MODULE.test(path) ? late(() => undefined, load) : load();
  };
}

/**
 * @param {string} path
 * @param {string} words By which it is required.
 * @param {NodeJS.Module} parent
 */
function loaded(path, words, parent) {
  const there = cache[path];
  if (there === undefined) return begun(path, parent);
  // One that is under way is Node's affair: it may be somebody's who is waiting for this one, or prepared by an import.
  return there.loaded ? there.exports : parent.require(words);
}

/**
 * @param {string} path
 * @param {NodeJS.Module} parent
 */
function begun(path, parent) {
  const module = /** @type {NodeJS.Module & { load(path: string): void }} */ (new Module(path, parent));
  cache[path] = module;
  try {
    module.load(path);
  } catch (error) {
    delete cache[path];
    throw error;
  }
  return module.exports;
}
