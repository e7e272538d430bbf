import type { Fact } from './facts.ts';
import type { Refusal } from './guard-lines.ts';
import type { Role } from './keywords/table.ts';
import { isStamp } from './recognise-lines.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';

/** Roles that leave nothing open in a call of two or three words. */
const UNDERSTOOD: readonly Role[] = [
  'long',
  'short',
  'buy',
  'sell',
  'bareLong',
  'bareShort',
  'entry',
  'zone',
  'dca',
  'limit',
  'stop',
  'target',
  'symbolLabel',
  'sideLabel',
  'leverage',
  'margin',
  'market',
  'here',
  'cross',
  'isolated',
  'near',
  'between',
  'to',
  'quote',
  'filler',
  'above',
  'below',
  'breakout',
  'term',
  'and',
  'upTo',
  'order',
  'ordinal',
  'none',
  'each',
  'runner',
];

/**
 * A call without stop and targets ("btc long 98k") is believed only if every word and number of the message is understood.
 * @param used indexes of the number tokens that became part of a call
 * @param blocks the facts of each call; a second list of prices without a label is one too many
 */
export function notUnderstood(
  tokens: readonly Token[],
  used: ReadonlySet<number>,
  blocks: readonly (readonly Fact[])[],
): Refusal | null {
  const spare = blocks.flatMap((block) =>
    block.filter((fact) => fact.kind === 'prices' && fact.field === 'bare').slice(1),
  )[0];
  if (spare !== undefined) return { code: 'not_understood', token: tokens[spare.at] ?? null };
  const headings = isForm(tokens) ? linesWithoutNumbers(tokens) : new Set<number>();
  const indicator = nameEnd(tokens);
  for (const [index, token] of tokens.entries()) {
    const known =
      (token.kind === 'word' && (headings.has(token.line) || index < indicator)) ||
      (has(token, 'alert') && index < indicator) ||
      token.kind === 'newline' ||
      token.kind === 'emoji' ||
      token.kind === 'index' ||
      token.kind === 'noise' ||
      token.kind === 'symbol' ||
      (token.kind === 'keyword' && hasOneOf(token, UNDERSTOOD) && !/^sold$/i.test(token.text)) ||
      (token.kind === 'number' && used.has(index)) ||
      (token.kind === 'punct' && !'?+"%{}<>'.includes(token.text));
    if (!known || isEmptyLabel(tokens, index)) return { code: 'not_understood', token };
  }
  return null;
}

/** `Supertrend (10, 3): BUY …, time = 2025-06-19T08:00:00Z`: before the colon a program names what it watches. */
function nameEnd(tokens: readonly Token[]): number {
  if (!tokens.some((_, index) => isStamp(tokens, index))) return 0;
  const end = tokens.findIndex((token) => isPunct(token, ':') || sideOf(token) !== null);
  return isPunct(tokens[end], ':') ? end : 0;
}

/** Three labels with colons make a form, in which a line of words ("Trader Vega opened a position") is a heading. */
const isForm = (tokens: readonly Token[]): boolean =>
  tokens.filter(
    (token, index) =>
      hasAny(token, 'symbolLabel', 'sideLabel', 'entry', 'leverage') && isPunct(tokens[index + 1], ':='),
  ).length >= 3;

function linesWithoutNumbers(tokens: readonly Token[]): Set<number> {
  const lines = new Set(tokens.map((token) => token.line));
  for (const token of tokens) if (token.number !== null) lines.delete(token.line);
  return lines;
}

/** "BTC short: take profit now" speaks of an exit or of more of the same, it opens nothing; "no SL" and "TP open" do. */
function isEmptyLabel(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (has(token, 'dca') && !hasAny(token, 'entry', 'filler')) return true;
  if (!hasAny(token, 'stop', 'target') || hasAny(token, 'entry', 'limit', 'none')) return false;
  return !tokens.slice(Math.max(0, index - 2), index + 4).some((near) => hasAny(near, 'none', 'runner'));
}

/** How many words of the message nobody knows. */
export const unknownWords = (tokens: readonly Token[]): number =>
  tokens.filter((token) => token.kind === 'word').length;
