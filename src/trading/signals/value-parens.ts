import type { Refined } from './refine.ts';
import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';
import type { ListState } from './value-lookahead.ts';
import { noteShare } from './value-shares.ts';

/** Tokens that a note in parentheses may have. */
const MAX_NOTE = 16;

/**
 * Notes in parentheses: a percentage, a bound, a market word, the part to close; other words are passed over.
 * @returns where the list goes on and whether a bound follows (`102480 (max 102530)`), or null if it ends before them
 */
export function readParenthesis(
  state: ListState,
  refined: Refined,
): { readonly next: number; readonly join: boolean } | null {
  const { tokens, at, list, field } = state;
  const closing = isPunct(tokens[at], '[') ? ']' : ')';
  let end = at + 1;
  while (
    end < at + MAX_NOTE &&
    tokens[end] !== undefined &&
    tokens[end]?.kind !== 'newline' &&
    !isPunct(tokens[end], closing)
  )
    end++;
  if (!isPunct(tokens[end], closing)) return { next: at + 1, join: false };
  const inside = tokens.slice(at + 1, end);
  const empty = list.values.length === 0;
  if (holdsLabel(inside) || (closing === ']' && !empty && isLabelOnly(inside))) return null;
  if (empty) return leadingNote(state, inside, end);
  // `[4.80][4.99]`: the next value of the list.
  if (closing === ']' && isPunct(tokens[at - 1], ']') && inside[0]?.number?.form === 'price')
    return { next: at + 1, join: false };
  const bound = inside.findIndex((token) => token.number?.form === 'price');
  if (bound !== -1 && inside.some((token) => has(token, 'upTo') || /^min(?:imum)?$/i.test(token.text)))
    return { next: at + 1 + bound, join: true };
  if (field !== 'target' && holdsLeverage(inside)) return null;
  if (field === 'entry' && inside.some((token) => has(token, 'market'))) list.market = true;
  if (field !== 'stop') noteShare(inside, list.values, refined);
  return { next: end + 1, join: false };
}

/** A note between the label and its first value: `Entry (limit): 3.4`, `SL (hard): 6.78`. */
function leadingNote(
  { at, list, field }: ListState,
  inside: readonly Token[],
  end: number,
): { readonly next: number; readonly join: boolean } | null {
  const sided = inside.some(
    (token) => token.kind === 'keyword' && hasAny(token, 'long', 'short', 'buy', 'sell'),
  );
  if (sided || holdsLeverage(inside)) return null;
  if (inside.some((token) => token.number !== null && token.number.form !== 'percent'))
    return { next: at + 1, join: false };
  if (field === 'entry' && inside.some((token) => has(token, 'market'))) list.market = true;
  if (inside.some((token) => has(token, 'zone'))) list.zone = true;
  return { next: end + 1, join: false };
}

const holdsLeverage = (inside: readonly Token[]): boolean =>
  inside.some((token) => token.number?.form === 'leverage');

/** `(SL: 0.0256, TP1: 0.0236)`: no note on the value before, but the next parts of the call. */
const holdsLabel = (inside: readonly Token[]): boolean =>
  inside.some((token) => token.number?.form === 'price') &&
  inside.some((token) => hasAny(token, 'stop', 'target') && !hasAny(token, 'partial', 'close'));

const LABELS = [
  'stop',
  'target',
  'entry',
  'leverage',
  'symbolLabel',
  'sideLabel',
  'noise',
  'margin',
] as const;

/** 【止损】 behind a value begins the next part. */
const isLabelOnly = (inside: readonly Token[]): boolean =>
  inside.length > 0 && inside.every((token) => hasOneOf(token, LABELS));
