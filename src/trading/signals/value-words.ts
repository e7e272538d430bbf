import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';
import type { Join, ValueList } from './value-list.ts';
import { type ListState, valueFollows } from './value-lookahead.ts';

/** Words that may stand between a label and its first value, and not between values. */
const LEADING = [
  'filler',
  'near',
  'candle',
  'quote',
  'ordinal',
  'zone',
  'limit',
  'upTo',
  'breakout',
  'order',
  'rest',
  'keep',
] as const;

/** Whether a word of trading may stand between a label and its first value; what it says of the list is noted. */
export function leads(state: ListState, token: Token): boolean {
  const { list, field, tokens, at } = state;
  if (has(token, 'zone')) list.zone = true;
  if (has(token, 'limit')) list.limit = true;
  if (has(token, 'none') && field !== 'bare' && !has(token, 'noise')) {
    list.none = true;
    return false;
  }
  if (field === 'target' && hasAny(token, 'term', 'see')) return true;
  if (hasAny(token, 'long', 'short', 'bareLong', 'bareShort', 'buy', 'sell')) return false;
  if (has(token, 'to') && field !== 'bare') return true;
  if (hasOneOf(token, LEADING) && !hasAny(token, 'stop', 'target', 'close')) return true;
  if (field === 'entry' && hasAny(token, 'dca', 'entry')) return true;
  if (field === 'stop') return leadsToStop(token, tokens[at - 1]);
  return field === 'target' && has(token, 'runner') && colonFollows(tokens, at);
}

const leadsToStop = (token: Token, before: Token | undefined): boolean =>
  hasAny(token, 'stop', 'close', 'candle', 'see', 'if', 'breakout') ||
  (hasAny(before, 'if', 'filler') && hasAny(token, 'breakStop', 'cutAt'));

/** `Target 4 - Moon!: 160` has a price all the same. */
const colonFollows = (tokens: readonly Token[], at: number): boolean =>
  isPunct(tokens[isPunct(tokens[at + 1], '!') ? at + 2 : at + 1], ':');

/** What the market does before a stop: "if we lose 1,360", "if price falls under 1,360". */
const MOVES = /^(?:los[et]s?|loos[et]s?|breaks?|falls?|drops?|trades?|goes|gets|holds?|price)$/i;

/** "Same stop as before at 0.618". */
const isAsBefore = (tokens: readonly Token[], at: number): boolean =>
  /^(?:as|before|last)$/i.test(tokens[at]?.text ?? '') &&
  tokens
    .slice(at + 1, at + 5)
    .some((token, index, ahead) => /^at$/i.test(token.text) && ahead[index + 1]?.kind === 'number');

/** An unknown word belongs to the label if a colon follows, or `at` and a number ("my stop sits at 7.49"). */
export function unknownMayLead({ tokens, at, field, list, colon }: ListState): boolean {
  if (list.values.length > 0 || field === 'bare') return false;
  if (field === 'stop' && (MOVES.test(tokens[at]?.text ?? '') || isAsBefore(tokens, at))) return true;
  if (colon) return false;
  for (let i = at + 1; i < at + 4; i++) {
    if (isPunct(tokens[i], ':')) return true;
    if (tokens[i]?.kind === 'newline') return false;
  }
  return hasAny(tokens[at + 1], 'filler', 'near', 'to') && tokens[at + 2]?.kind === 'number';
}

/** How a word joins the next value to the list: `pass` leaves the join as it is, `term` has a sign behind it, null ends the list. */
export function joinOf(state: ListState, token: Token): Join | 'pass' | 'term' | null {
  const { tokens, at, field } = state;
  const next = tokens[at + 1];
  const followed = valueFollows(state, at + 1);
  if (hasAny(token, 'to', 'upTo') && followed) return 'to';
  if (has(token, 'and') && followed) return 'and';
  // `Entry: 7.215 or market`.
  if (field === 'entry' && /^or$/i.test(token.text) && has(next, 'market')) return 'pass';
  if (hasAny(token, 'near', 'quote', 'runner') && !hasAny(token, 'stop', 'target')) return 'pass';
  if (field === 'entry')
    return has(token, 'between') || (hasAny(token, 'limit', 'dca') && !isPunct(next, ':')) ? 'pass' : null;
  if (field !== 'target') return null;
  if (has(token, 'rest') && followed) return 'pass';
  if (
    has(token, 'ordinal') &&
    (next?.kind === 'number' ||
      isPunct(next, ',，') ||
      (has(next, 'and') && tokens[at + 2]?.kind === 'number'))
  )
    return 'pass';
  if (has(token, 'term') && isPunct(next, ':=-@')) return 'term';
  return has(token, 'see') && followed ? 'space' : null;
}

/** "1h close above 68,300": which way the candle must close. */
export function candleTrigger(text: string): ValueList['trigger'] {
  if (/above|over/i.test(text)) return 'above';
  return /below|under/i.test(text) ? 'below' : null;
}

/** `SL: abc`: a stop is there and nobody can tell where. Known words say that there is none, or that it has no price. */
export function isIllegibleStop({ tokens, at, field, list, colon }: ListState): boolean {
  if (field !== 'stop' || !colon || list.values.length > 0 || list.none) return false;
  let i = at;
  while (tokens[i]?.kind === 'word') i++;
  const behind = tokens[i];
  return i > at && (behind === undefined || behind.kind === 'newline' || isPunct(behind, '|'));
}
