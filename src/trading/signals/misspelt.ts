import type { Role } from './keywords/table.ts';
import { isPunct, type Token } from './token.ts';

/** `Lonng`, `Targts: 0.2085`, `Stpo loss: 605`: a side with letters doubled, or a label one letter off at the start of a line with its price. */
export function misspelt(tokens: readonly Token[], index: number): Role | null {
  const token = tokens[index];
  if (token?.kind !== 'word') return null;
  const word = token.text.toLowerCase();
  if (/^l+o+n+g+$/.test(word)) return 'long';
  if (/^s+h+o+r+t+$/.test(word)) return 'short';
  if (/^los[set]e?$/i.test(tokens[index + 1]?.text ?? '') && isOneOff(word, 'stop'))
    return beginsCell(tokens, index) && priceFollows(tokens, index + 1) ? 'stop' : null;
  if (word.length < 5 || word.length > 11 || !beginsCell(tokens, index) || !priceFollows(tokens, index))
    return null;
  return SPELLINGS.find(([spelling]) => isMisspelt(word, spelling))?.[1] ?? null;
}

const SPELLINGS: readonly (readonly [string, Role])[] = [
  ['entry', 'entry'],
  ['entries', 'entry'],
  ['target', 'target'],
  ['targets', 'target'],
  ['stoploss', 'stop'],
  ['leverage', 'leverage'],
  ['takeprofit', 'target'],
  ['stop', 'stop'],
];

/** From this length on two slips leave a word what it is. */
const LONG_WORD = 8;

const isMisspelt = (word: string, spelling: string): boolean =>
  isOneOff(word, spelling) || (spelling.length >= LONG_WORD && distanceOf(word, spelling) <= 2);

/** How many letters must be inserted, left out or replaced to turn `a` into `b`. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Whether one letter inserted, left out, replaced or swapped with its neighbour turns `a` into `b`. */
function isOneOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a.charAt(start) === b.charAt(start)) start++;
  let end = 0;
  while (
    end < Math.min(a.length, b.length) - start &&
    a.charAt(a.length - 1 - end) === b.charAt(b.length - 1 - end)
  )
    end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const swapped = left.length === 2 && right.length === 2 && left === right.charAt(1) + right.charAt(0);
  return (left.length <= 1 && right.length <= 1) || swapped;
}

/** Whether a label can stand here: at the head of a line, or behind a sign that parts. */
export function beginsCell(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (before === undefined || before.kind === 'newline' || before.kind === 'emoji') return true;
  const begins = isPunct(before, '|,;，；/-*•') || (isPunct(before, '.') && isPunct(tokens[index + 1], ':'));
  return begins && tokens[index]?.gap === true;
}

/** Whether a price stands behind the label at `index`, past its signs. */
export function priceFollows(tokens: readonly Token[], index: number): boolean {
  let i = index + 1;
  while (i < index + 4 && (isPunct(tokens[i], ':=-$@|') || tokens[i]?.kind === 'emoji')) i++;
  return tokens[i]?.number?.form === 'price' && tokens[i]?.line === tokens[index]?.line;
}
