import { isSideCharacter } from './recognise-side.ts';
import { hasAny, isPunct, type Token } from './tokens.ts';
import type { ValueList } from './value-list.ts';

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
  const before = tokens[i];
  if (
    before === undefined ||
    before.kind === 'newline' ||
    before.kind === 'symbol' ||
    before.kind === 'index' ||
    before.number?.form === 'leverage'
  )
    return true;
  if (
    hasAny(
      before,
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
    )
  )
    return true;
  return sideFollows(tokens, list.next);
}

/** Whether a side or an entry word comes next (`62100空`, `14.2附近进`). */
export function sideFollows(tokens: readonly Token[], from: number): boolean {
  let i = from;
  while (i < from + 3 && hasAny(tokens[i], 'near', 'quote', 'filler', 'zone')) i++;
  return hasAny(tokens[i], 'long', 'short', 'entry') || isSideCharacter(tokens, i) !== null;
}
