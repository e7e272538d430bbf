import { parse } from 'acorn';

/**
 * A module's source without comments and without blanks that mean nothing, each token in the line where it was; null
 * where it cannot be read as what it is said to be. Comments, indentation and what is left of types are two fifths of
 * what the bot loads, and V8 keeps the text of every module. Only used when such texts are made, once a module.
 * @param {string} source
 * @param {'module' | 'script'} kind A script is the body of a CommonJS module.
 */
export function squeezed(source, kind) {
  /** @type {number[]} Where each token begins and ends. */
  const ends = [];
  try {
    parse(source, {
      ecmaVersion: 'latest',
      sourceType: kind,
      // Such a file is a program of its own.
      allowHashBang: false,
      allowReturnOutsideFunction: kind === 'script',
      onToken: ({ start, end }) => ends.push(start, end),
    });
  } catch {
    return null;
  }
  let text = '';
  let at = 0;
  for (let index = 0; index < ends.length; index += 2) {
    const start = ends[index] ?? at;
    const end = ends[index + 1] ?? at;
    text += between(source.slice(at, start)) + source.slice(start, end);
    at = end;
  }
  return text;
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

/**
 * What stands for blanks and comments between two tokens: a comment that goes on over several lines ends a statement as
 * the end of a line does (https://tc39.es/ecma262/#sec-comments).
 * @param {string} gap
 */
function between(gap) {
  if (gap === '' || gap === ' ') return gap;
  const lines = gap.match(LINE_END)?.length ?? 0;
  return lines === 0 ? ' ' : '\n'.repeat(lines);
}
