import { Buffer, isAscii } from 'node:buffer';

/**
 * V8 keeps the text of every module, to compile what has not run yet, and in two bytes a letter as soon as one letter in
 * it is not of Latin-1: a dash in a comment makes a large module twice as large. Of what the bot loads that is a third.
 * So such letters are given to it as the escapes that JavaScript has for them. The figures are in docs/performance.md.
 */
const WIDE = /[^\0-\xff]/g;

/** Where an escape would not be the same: behind a backslash, for what separates words or lines, in a raw template. */
const AS_IT_IS = /\\[^\0-\xff]|[\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]|String\.raw/;

/** Fewer bytes are not worth the work at each start; most of it would be for modules that are full of such letters. */
const WORTH = 4_096;

/**
 * A module's source with the same meaning and, where that is worth it, without such letters.
 * @param {string | ArrayBuffer | NodeJS.TypedArray} source
 * @param {number} [worth] Bytes that have to be gained.
 */
export function narrowed(source, worth = WORTH) {
  const isText = typeof source === 'string';
  const bytes = isText ? Buffer.byteLength(source) : source.byteLength;
  // Nearly all of them, and told in microseconds.
  if (bytes < worth || (isText ? bytes === source.length : isAscii(source))) return source;
  const text = isText ? source : new TextDecoder().decode(source);
  // Such a letter takes two bytes more than one of ASCII, and its escape five letters more.
  if (text.length - 2.5 * (bytes - text.length) < worth || AS_IT_IS.test(text)) return source;
  const narrow = text.replace(WIDE, escaped);
  // What has been replaced in is kept as wide as what it was replaced in.
  return narrow === text ? source : Buffer.from(narrow, 'latin1').toString('latin1');
}

/** @param {string} letter */
function escaped(letter) {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
