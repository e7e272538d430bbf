import type { Random } from '../../src/sim/binance/random.ts';

/** Makes of something right what a broken, hostile or newer sender could send in its place. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export function pick<T>(random: Random, all: readonly T[]): T {
  return all[Math.floor(random.next() * all.length)] as T;
}

const STRANGE: readonly Json[] = [
  null,
  true,
  false,
  '',
  ' ',
  '0',
  '-1',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e309',
  '1e-400',
  '0x10',
  '1_000',
  '１２',
  '9'.repeat(400),
  'x'.repeat(5_000),
  '\u0000',
  '\ud800',
  '\u202e\u200b',
  '__proto__',
  'constructor',
  0,
  -0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  -(2 ** 63),
  [],
  {},
  [[]],
  [null],
  { length: -1 },
  { toString: 'x' },
];

/** A copy with one to three of its parts replaced, dropped, doubled or moved under another name. */
export function mutate(random: Random, value: Json): Json {
  let result = structuredClone(value);
  for (let left = 1 + Math.floor(random.next() * 3); left > 0; left -= 1) result = mutateOnce(random, result);
  return result;
}

function mutateOnce(random: Random, value: Json): Json {
  if (typeof value !== 'object' || value === null || random.next() < 0.08) return pick(random, STRANGE);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.next() < 0.2)
      return pick(random, [[], [...value, ...value], [null, ...value]]);
    const index = Math.floor(random.next() * value.length);
    return value.with(index, mutateOnce(random, value[index] ?? null));
  }
  const keys = Object.keys(value);
  const key = pick(random, keys);
  if (key === undefined) return pick(random, STRANGE);
  const { [key]: part = null, ...rest } = value;
  switch (Math.floor(random.next() * 8)) {
    case 0:
      return rest;
    case 1:
      return { ...rest, [pick(random, ['__proto__x', 'constructor', key.toUpperCase(), `${key} `])]: part };
    case 2:
      return { ...value, [key]: pick(random, STRANGE) };
    case 3:
      return { ...value, [pick(random, keys)]: structuredClone(part) };
    default:
      return { ...value, [key]: mutateOnce(random, part) };
  }
}

const PIECES = [
  '\u0000',
  '\n',
  '\r\n',
  '\u200b',
  '\u202e',
  '\ud83d',
  '&a',
  '*a',
  '<<: ',
  '!!js/function',
  '{{',
  '${',
  '\\',
  '"',
  "'",
  '`',
  '%',
  ': ',
  '- ',
  '? ',
  '#',
  '1e999',
  '９９９',
  '-0',
  '0x',
  'NaN',
  '\t',
  '@everyone',
  '$'.repeat(40),
  '9'.repeat(300),
  '('.repeat(200),
  '🚀'.repeat(30),
];

/** A copy with one to four of its pieces cut, doubled, swapped, or made strange. */
export function mutateText(random: Random, text: string, others: readonly string[] = []): string {
  let result = text;
  for (let left = 1 + Math.floor(random.next() * 4); left > 0; left -= 1) {
    const at = Math.floor(random.next() * (result.length + 1));
    const until = at + Math.floor(random.next() * Math.min(40, result.length - at + 1));
    const [before, middle, after] = [result.slice(0, at), result.slice(at, until), result.slice(until)];
    switch (Math.floor(random.next() * 6)) {
      case 0:
        result = before + after;
        break;
      case 1:
        result = before + middle + middle + after;
        break;
      case 2:
        result = before + pick(random, PIECES) + middle + after;
        break;
      case 3:
        result = after + middle + before;
        break;
      case 4:
        result = before + (pick(random, others) ?? '').slice(0, 200) + after;
        break;
      default:
        result = before + [...middle].reverse().join('') + after;
    }
  }
  return result;
}
