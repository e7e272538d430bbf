import type { Refusal } from './guard-lines.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';

/** Longer, it is a sentence that ends in a colon. */
const LONGEST = 12;

/**
 * "He said: …", "Would you take this: …", 不要跟：…: what stands before the colon of a message that has not begun its call
 * yet holds for all that follows, however well formed that is.
 */
export function preambleRefusal(tokens: readonly Token[]): Refusal | null {
  let words = 0;
  for (let i = 0; i <= LONGEST; i++) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'newline' || speaksOfCall(token)) return null;
    if (isPunct(token, ':')) return words === 0 ? null : refusalOf(tokens.slice(0, i));
    if (token.kind === 'word' || token.kind === 'keyword') words++;
  }
  return null;
}

const speaksOfCall = (token: Token): boolean =>
  token.symbol !== null ||
  token.number !== null ||
  sideOf(token) !== null ||
  (hasAny(token, 'entry', 'stop', 'target', 'leverage', 'symbolLabel', 'sideLabel') &&
    !hasAny(token, 'not', 'take'));

function refusalOf(heading: readonly Token[]): Refusal | null {
  for (const [index, token] of heading.entries()) {
    if (has(token, 'ask') || (has(token, 'intent') && asksYou(heading, index)))
      return { code: 'question', token };
    if (has(token, 'speech') && !isAudience(token) && !isOwn(heading[index - 1]))
      return { code: 'speech', token };
    if (WAITS.test(token.text) && !FOLLOWERS.test(heading[index + 1]?.text ?? ''))
      return { code: 'condition', token };
    if (has(token, 'not') && TAKES.test(heading[index + 1]?.text ?? '')) return { code: 'negated', token };
  }
  return null;
}

/** "Would you take this". */
const asksYou = (heading: readonly Token[], at: number): boolean =>
  /^(?:would|could)$/i.test(heading[at]?.text ?? '') && /^(?:you|u)$/i.test(heading[at + 1]?.text ?? '');

/** "Members: …" calls those who are to follow. */
const isAudience = (token: Token): boolean =>
  /^(?:members?|people|students?|subscribers?|everyone is)$/i.test(token.text);

/** "As I said: …", 我说：. */
const isOwn = (before: Token | undefined): boolean =>
  /^(?:i|we|as|like|我|我们|咱)$/i.test(before?.text ?? '');

const WAITS = /^(?:if|once|when|unless|as soon as|should price|如果|若|一旦|假如|要是|倘若)$/i;

/** "If you missed the first one: …" is for those who are to follow. */
const FOLLOWERS = /^(?:you|u|your|anyone|still|not|没|没进|还没|你|你们)/i;

const TAKES = /^(?:take|enter|trade|follow|copy|open|use|跟|跟单|进|做|追|学|抄)/i;
