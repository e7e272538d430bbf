import type { Side } from '../model.ts';
import type { SideStrength } from './facts.ts';
import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';

/** The side that a word names, unless it speaks of the crowd or of a time span. */
export function sideOf(token: Token): { side: Side; strength: SideStrength } | null {
  if (token.kind !== 'keyword' || hasAny(token, 'crowd', 'term')) return null;
  if (has(token, 'long')) return { side: 'long', strength: 'word' };
  if (has(token, 'short')) return { side: 'short', strength: 'word' };
  if (has(token, 'buy')) return { side: 'long', strength: 'trade' };
  if (has(token, 'sell')) return { side: 'short', strength: 'trade' };
  return null;
}

const NO_CALL = ['intent', 'not', 'if', 'ask', 'watch', 'speech', 'result'] as const;

/**
 * 多 and 空 alone are a side only among prices, coins, labels and punctuation: in running text they are part of
 * countless other words.
 */
export function isSideCharacter(tokens: readonly Token[], at: number): Side | null {
  const token = tokens[at];
  if (!hasAny(token, 'bareLong', 'bareShort') || token === undefined) return null;
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  // 破95000就空: 就 joins the side to its price.
  const joined = before?.text === '就' && tokens[at - 2]?.number?.form === 'price';
  const opens =
    before === undefined || (before.kind !== 'word' && !hasOneOf(before, NO_CALL)) || token.gap || joined;
  const closes = after === undefined || after.gap || after.kind !== 'word' || isPunct(after, '(');
  if (!opens || !closes || hasAny(before, 'intent', 'not', 'if', 'ask', 'watch')) return null;
  return has(token, 'bareLong') ? 'long' : 'short';
}
