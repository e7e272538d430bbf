import { Decimal } from '../decimal.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';
import { emptyList, type Share, type Value, type ValueList } from './value-list.ts';
import { shareOf } from './value-shares.ts';

/**
 * Reads parts of the position, each with its price: "half at 27.8 and the rest at 26", `50% @ 1.2, 50% @ 1.3`.
 * @param start index behind the verb
 * @returns null if no part with a price follows
 */
export function readSharedExits(refined: Refined, start: number): ValueList | null {
  const values: Value[] = [];
  let at = start;
  for (;;) {
    const part = partAt(refined, at);
    if (part === null) break;
    values.push(part.value);
    at = part.next;
    while (
      at < part.next + 4 &&
      (isPunct(refined.tokens[at], ',;&+/') || hasAny(refined.tokens[at], 'and', 'close', 'partial'))
    )
      at++;
  }
  const last = values[values.length - 1];
  if (last === undefined) return null;
  return { ...emptyList(refined.tokens.indexOf(last.token) + 1), values };
}

/** One part and its price, past small words: `half of it at 27.8`. */
function partAt(refined: Refined, start: number): { readonly value: Value; readonly next: number } | null {
  const { tokens } = refined;
  let at = start;
  while (
    at < start + 3 &&
    hasAny(tokens[at], 'filler') &&
    tokens[at]?.fraction === null &&
    !has(tokens[at], 'rest')
  )
    at++;
  const share = partOf(tokens[at], refined);
  if (share === null) return null;
  at++;
  const from = at;
  while (at < from + 4 && (hasAny(tokens[at], 'filler', 'near', 'profit') || isPunct(tokens[at], '@:'))) at++;
  const token = tokens[at];
  const amount = token?.number?.form === 'price' ? refined.valueOf(token) : null;
  if (token === undefined || amount === null || at === from) return null;
  return { value: { kind: 'price', amount, join: 'and', token, share }, next: at + 1 };
}

function partOf(token: Token | undefined, refined: Refined): Share | null {
  if (token === undefined) return null;
  const share = shareOf(token, refined);
  if (share !== null) return share;
  return hasAny(token, 'rest', 'all') ? { percent: new Decimal(100), style: 'rest' } : null;
}
