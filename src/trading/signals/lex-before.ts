import { hasOneOf, isPunct, PRICE_LABELS, type Token } from './token.ts';

/** `TP 1`, `TP: 1`, `Target-1`. `tokens` are those read so far, `gap` whether a space follows them. */
export function isAfterLabel(tokens: readonly Token[], gap: boolean): boolean {
  const previous = tokens[tokens.length - 1];
  if (hasOneOf(previous, PRICE_LABELS) || isPunct(previous, ':@=')) return true;
  const glued = isPunct(previous, '-_') && previous?.gap === false && !gap;
  return glued && hasOneOf(tokens[tokens.length - 2], PRICE_LABELS);
}

/** `Profit 1: 0.279` is no ratio. */
export const isCountedProfit = (previous: Token | undefined, text: string, at: number): boolean =>
  previous?.text.length === 6 && /^profit$/i.test(previous.text) && /^\d: /.test(text.slice(at, at + 3));

/** Tokens between a label and its price. */
const MAX_BEFORE_PRICE = 5;

/** `SL: …`, `TP 1 - …`, `650, …`: signs, counts and line breaks may stand between. */
export function isPriced(tokens: readonly Token[]): boolean {
  for (let i = tokens.length - 1, seen = 0; i >= 0 && seen < MAX_BEFORE_PRICE; i--, seen++) {
    const token = tokens[i];
    if (hasOneOf(token, PRICE_LABELS)) return true;
    if (token?.kind === 'number' && !/^\d$/.test(token.number?.raw ?? '')) return seen > 0;
    if (token?.kind === 'word' || token?.kind === 'keyword' || token?.kind === 'symbol') return false;
  }
  return false;
}

/** Whether only bullets stand between here and the start of the line. */
export function isItemStart(tokens: readonly Token[]): boolean {
  for (let i = tokens.length - 1, seen = 0; i >= 0 && seen < 4; i--, seen++) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'newline') return true;
    if (token.kind !== 'emoji' && !isPunct(token, '-*>')) return false;
  }
  return tokens.length < 4;
}
