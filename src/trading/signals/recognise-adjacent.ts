import { isSideCharacter, sideOf } from './recognise-side.ts';
import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';
import type { ValueList } from './value-list.ts';

const BEFORE_PRICES = [
  'long',
  'short',
  'buy',
  'sell',
  'bareLong',
  'bareShort',
  'market',
  'here',
  'limit',
  'zone',
  'entry',
  'filler',
  'breakout',
  'isolated',
  'cross',
  'sideLabel',
  'between',
  'order',
] as const;

/** A bare price counts only next to something that makes it an entry: a coin, a side, a market word, `@`, the line's start. */
export function isAdjacent(tokens: readonly Token[], at: number, list: ValueList): boolean {
  let i = at - 1;
  while (
    i >= 0 &&
    i > at - 6 &&
    (tokens[i]?.kind === 'emoji' ||
      isPunct(tokens[i], ':@-(,，=|[]~') ||
      hasAny(tokens[i], 'near', 'quote', 'above', 'below'))
  )
    i--;
  if (isPunct(tokens[i], ')')) i = beforeName(tokens, i);
  const before = tokens[i];
  if (isManaged(tokens, at)) return false;
  if (has(before, 'if') && hasAny(tokens[at - 1], 'above', 'below', 'breakout')) return true;
  if (
    before === undefined ||
    before.kind === 'newline' ||
    before.kind === 'symbol' ||
    before.kind === 'index' ||
    before.number?.form === 'leverage'
  )
    return true;
  if (hasOneOf(before, BEFORE_PRICES)) return true;
  return (
    isSentence(tokens, at, list) ||
    sideFollows(tokens, list.next) ||
    (isPunct(tokens[at - 1], ':') && isCalledBefore(tokens, at - 1))
  );
}

/** `$S (Sonic)`: the index of the coin before its name in parentheses, or of the parenthesis. */
function beforeName(tokens: readonly Token[], closing: number): number {
  const opening = closing - 2;
  return isPunct(tokens[opening], '(') &&
    tokens[closing - 1]?.kind === 'word' &&
    tokens[opening - 1]?.kind === 'symbol'
    ? opening - 1
    : closing;
}

/** `#ETHUSDT #SHORT. 3510-3565.`: a sentence of its own behind the head of the call. */
function isSentence(tokens: readonly Token[], at: number, list: ValueList): boolean {
  const head = tokens[at - 2];
  const after = tokens[list.next];
  return (
    isPunct(tokens[at - 1], '.') &&
    (head?.kind === 'symbol' || hasAny(head, 'long', 'short')) &&
    (after === undefined || after.kind === 'newline' || isPunct(after, '.,'))
  );
}

/** "SOL long: close 50% at 155": a price behind a verb of management is none to enter at. */
function isManaged(tokens: readonly Token[], at: number): boolean {
  for (let i = at - 1; i >= 0 && i > at - 9; i--) {
    const token = tokens[i];
    if (
      token?.kind === 'newline' ||
      isPunct(token, '.;。；，|!！') ||
      (isPunct(token, ',') && token?.gap === false)
    )
      return false;
    if (token !== undefined && sideOf(token) !== null) return false;
    if (
      hasAny(token, 'close', 'closed', 'partial', 'cancel') &&
      !hasAny(token, 'entry', 'stop', 'target', 'long', 'short', 'filler')
    )
      return true;
  }
  return false;
}

/** "The long on SEI for today: 0.412": a colon behind words that name the coin or the side. */
function isCalledBefore(tokens: readonly Token[], colon: number): boolean {
  for (let i = colon - 1; i > colon - 16; i--) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'newline' || token.kind === 'number' || isPunct(token, '.;|,'))
      return false;
    if (hasAny(token, 'long', 'short')) return true;
  }
  return false;
}

/** 上破 196.5 买入. */
const isChineseTrade = (token: Token | undefined): boolean =>
  hasAny(token, 'buy', 'sell') && /[\u4e00-\u9fff]/.test(token?.text ?? '');

/** Whether a side or an entry word comes next (`62100空`, `14.2附近进`). */
export function sideFollows(tokens: readonly Token[], from: number): boolean {
  let i = from;
  while (
    i < from + 3 &&
    (hasAny(tokens[i], 'near', 'quote', 'filler', 'zone', 'breakout') ||
      isPunct(tokens[i], ':') ||
      tokens[i]?.text === '就')
  )
    i++;
  return (
    hasAny(tokens[i], 'long', 'short', 'entry') ||
    isChineseTrade(tokens[i]) ||
    isSideCharacter(tokens, i) !== null
  );
}
