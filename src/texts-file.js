import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * The one file that many texts are kept in: a line that says what follows, an index, then all texts of Latin-1 at one
 * byte a letter, the others at two, and what they were compiled to. A file that is damaged, cut short or of another version is as good as none.
 *
 * @typedef {object} Entry
 * @property {string} name
 * @property {string | null} format
 * @property {number} changedMs
 * @property {number} size
 * @property {number} sum
 *
 * @typedef {object} Head
 * @property {string} version
 * @property {number} index Bytes of each part.
 * @property {number} narrow
 * @property {number} wide
 * @property {number} code
 * @property {number} sum Of all four.
 *
 * @typedef {readonly [from: number, isImport: boolean, words: string, to: number]} Edge
 * @typedef {{ entries: (Entry & { text: string, code: Buffer | null })[], edges: Edge[] }} Texts
 */

/** Writing takes milliseconds: whoever has begun one that is so old was killed over it. */
const ABANDONED_MS = 600_000;

const WIDE = /[^\0-\xff]/;

/**
 * @param {string} path
 * @param {string} version
 * @returns {Texts | null}
 */
export function readTexts(path, version) {
  try {
    const file = readFileSync(path);
    const headEnds = file.indexOf('\n');
    /** @type {Head} */
    const head = JSON.parse(file.latin1Slice(0, headEnds));
    const body = file.subarray(headEnds + 1);
    const length = head.index + head.narrow + head.wide + head.code;
    const isIt = head.version === version && body.length === length;
    if (!isIt || crc32(body) !== head.sum) return null;
    const { entries, edges } = JSON.parse(body.latin1Slice(0, head.index));
    // One string outside of V8's heap, of which each text is a part: nothing is copied, and no collection moves it.
    const narrow = body.latin1Slice(head.index, head.index + head.narrow);
    const wide = body.subarray(head.index + head.narrow);
    // A copy, so that the rest of the file need not stay as long.
    const code = Buffer.from(body.subarray(length - head.code));
    for (const entry of entries) {
      const { isWide, at, length, codeAt, codeEnds } = entry;
      entry.text = isWide ? wide.ucs2Slice(at, at + 2 * length) : narrow.slice(at, at + length);
      entry.code = codeAt === codeEnds ? null : code.subarray(codeAt, codeEnds);
    }
    return { entries, edges };
  } catch {
    return null;
  }
}

/**
 * Whole or not at all, also where several programs do so at once.
 * @param {string} path
 * @param {string} version
 * @param {Texts} texts
 */
export function writeTexts(path, version, { entries, edges }) {
  /** @type {Buffer[]} */
  const narrow = [];
  /** @type {Buffer[]} */
  const wide = [];
  /** @type {Buffer[]} */
  const compiled = [];
  let narrowEnds = 0;
  let wideEnds = 0;
  let codeEnds = 0;
  const listed = entries.map(({ text, code, ...entry }) => {
    const isWide = WIDE.test(text);
    const at = isWide ? wideEnds : narrowEnds;
    const bytes = Buffer.from(text, isWide ? 'utf16le' : 'latin1');
    if (isWide) wideEnds += wide.push(bytes) && bytes.length;
    else narrowEnds += narrow.push(bytes) && bytes.length;
    const codeAt = codeEnds;
    if (code !== null) codeEnds += compiled.push(code) && code.length;
    return { ...entry, isWide, at, length: text.length, codeAt, codeEnds };
  });
  const index = Buffer.from(JSON.stringify({ entries: listed, edges }), 'latin1');
  const body = Buffer.concat([index, ...narrow, ...wide, ...compiled]);
  /** @type {Head} */
  const head = {
    version,
    index: index.length,
    narrow: narrowEnds,
    wide: wideEnds,
    code: codeEnds,
    sum: crc32(body),
  };
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]));
    renameSync(unfinished, path);
  } catch {
    // A disk that is full, or a folder that is gone: the next start makes it.
    remove(unfinished);
  }
  removeAbandoned(path);
}

/** @param {string} path */
function removeAbandoned(path) {
  try {
    const folder = dirname(path);
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(`${basename(path)}.`)) continue;
      const unfinished = join(folder, name);
      if (statSync(unfinished).mtimeMs < Date.now() - ABANDONED_MS) remove(unfinished);
    }
  } catch {
    // Another program has just removed it, or renamed its own.
  }
}

/** @param {string} path */
function remove(path) {
  try {
    rmSync(path, { force: true });
  } catch {
    // A disk that has failed and takes nothing any more. Nobody reads it.
  }
}
