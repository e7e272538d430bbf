import type { Role } from './keywords/table.ts';
import { has, hasOneOf, isPunct, type Token } from './token.ts';

/** Factor beyond which two neighbours are no ladder of prices but the two halves of one number. */
export const LADDER_FACTOR = 3;

/**
 * `65 000`, `$65 000`: groups with a space. A space also parts list items (`252 259 271`), so the halves are joined only
 * where they cannot be prices of their own.
 * @param inThousands whether the coin's price is known to have four digits or more
 */
export function mergeSpaced(tokens: readonly Token[], inThousands: boolean): Token[] {
  const result: Token[] = [];
  let known: Evidence | null = null;
  const evidence = (): Evidence => {
    known ??= evidenceOf(tokens);
    return known;
  };
  for (const token of tokens) {
    const before = result[result.length - 1];
    const dash = isPunct(result[result.length - 2], '-_.') && result[result.length - 2]?.gap === false;
    const label = result[result.length - (dash ? 3 : 2)];
    if (before === undefined || !joinsGroup(before, token, inThousands)) {
      result.push(token);
      continue;
    }
    const mayCount = hasOneOf(label, COUNTED) && (!before.gap || /^\d$/.test(before.number?.raw ?? ''));
    const reading =
      (inThousands ? readingBySize(before, token, evidence().prices) : null) ??
      (!mayCount ? 'joined' : inThousands ? readingOf(before, label, evidence().counted) : 'parted');
    if (reading === 'parted') result.push(token);
    else result[result.length - 1] = joined(before, token, reading);
  }
  return result;
}

function joined(head: Token, tail: Token, reading: 'joined' | 'doubtful'): Token {
  if (head.number === null) return tail;
  const raw = `${head.number.raw} ${tail.number?.raw ?? ''}`;
  const form = reading === 'doubtful' ? 'unreadable' : 'price';
  return { ...tail, text: raw, start: head.start, gap: head.gap, number: { ...head.number, raw, form } };
}

/** `TP1 139.30`: the digit counts the label before it; of a coin worth thousands `入场1 521.0` may be one price. */
function readingOf(
  head: Token,
  label: Token | undefined,
  counted: ReadonlySet<Role>,
): 'joined' | 'parted' | 'doubtful' {
  if (COUNTED.some((role) => has(label, role) && counted.has(role))) return 'parted';
  return head.gap ? 'joined' : 'doubtful';
}

const priceOf = (token: Token): number => Number(token.number?.raw.replace(',', '.'));

const COUNTED = ['target', 'entry', 'stop', 'dca'] as const;

/** What the rest of the message tells of a digit before a group of three. */
interface Evidence {
  readonly prices: readonly number[];
  /** Labels that count: `入场1 621 入场2 601`. */
  readonly counted: ReadonlySet<Role>;
}

/** Prices beyond these show nothing new. */
const MAX_PRICES = 20;

function evidenceOf(tokens: readonly Token[]): Evidence {
  const prices = tokens.filter(
    (token, index) =>
      token.number?.form === 'price' &&
      /^\d{3,}(\.\d+)?$/.test(token.number.raw) &&
      !joinsGroup(tokens[index - 1], token, true) &&
      !joinsGroup(token, tokens[index + 1], true),
  );
  const isCount = (role: Role, count: string): boolean =>
    tokens.some((token, index) => has(token, role) && tokens[index + 1]?.number?.raw === count);
  return {
    prices: prices.slice(0, MAX_PRICES).map(priceOf),
    counted: new Set(COUNTED.filter((role) => isCount(role, '1') && isCount(role, '2'))),
  };
}

/** Which of the two is of the size of the message's other prices; null where none of them tells. */
function readingBySize(head: Token, tail: Token, prices: readonly number[]): 'joined' | 'parted' | null {
  const part = priceOf(tail);
  const whole = Number(head.number?.raw.replaceAll(' ', '')) * 1000 + part;
  const distance = (value: number): number =>
    Math.min(...prices.map((price) => Math.max(value / price, price / value)));
  if (Math.min(distance(whole), distance(part)) > LADDER_FACTOR) return null;
  return distance(whole) < distance(part) ? 'joined' : 'parted';
}

function joinsGroup(before: Token | undefined, token: Token | undefined, inThousands: boolean): boolean {
  const head = before?.number ?? null;
  const tail = token?.number ?? null;
  if (
    before === undefined ||
    token === undefined ||
    head === null ||
    tail === null ||
    !token.gap ||
    token.start - before.end !== 1 ||
    token.line !== before.line
  )
    return false;
  if (head.form !== 'price' || tail.form !== 'price' || head.scale !== 0 || tail.currency) return false;
  if (!/^[1-9]\d{0,2}( \d{3})*$/.test(head.raw) || !/^\d{3}([.,]\d+)?$/.test(tail.raw)) return false;
  if (tail.raw.startsWith('0') || head.currency || inThousands) return true;
  const ratio = Number(tail.raw.replace(',', '.')) / Number(head.raw.replaceAll(' ', ''));
  return ratio > LADDER_FACTOR || ratio < 1 / LADDER_FACTOR;
}
