import type { NormalText } from './normalise.ts';
import { hasAny, isPunct, type Token } from './token.ts';

/** So much of it is told. */
const MAX_QUOTE = 60;

/**
 * What stands at the stop of a call that has none: `SL abc`, `Stop loss: below the swing low`. Null where nothing is
 * said of it, or that there is none.
 * @param tokens of the call alone
 */
export function stopWords(tokens: readonly Token[], normal: NormalText): string | null {
  for (const [index, token] of tokens.entries()) {
    if (!hasAny(token, 'stop') || hasAny(token, 'target', 'none') || hasAny(tokens[index - 1], 'none'))
      continue;
    const said = tokens
      .slice(index + 1, endOf(tokens, index))
      .filter(({ kind }) => kind !== 'punct' && kind !== 'emoji');
    const last = said.at(-1);
    if (last === undefined || said.some((word) => hasAny(word, 'none'))) continue;
    const text = normal.shown.slice(token.start, last.end);
    return text.length <= MAX_QUOTE ? text : `${text.slice(0, MAX_QUOTE - 1)}…`;
  }
  return null;
}

/** Where the line or the cell ends, or something else of the call is named. */
function endOf(tokens: readonly Token[], label: number): number {
  const end = tokens.findIndex(
    (token, index) =>
      index > label &&
      (token.kind === 'newline' ||
        isPunct(token, '|') ||
        hasAny(token, 'target', 'entry', 'leverage', 'margin', 'symbolLabel', 'sideLabel')),
  );
  return end === -1 ? tokens.length : end;
}
