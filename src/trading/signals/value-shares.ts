import { Decimal } from '../decimal.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';
import type { Share, Value } from './value-list.ts';

const percentOf = (fraction: string): Decimal => new Decimal(fraction).times(100);

/** The part that a percentage or a word ("half") behind a closing verb names. */
export function shareOf(token: Token, refined: Refined): Share | null {
  if (token.number?.form === 'percent') {
    const percent = refined.valueOf(token);
    return percent === null ? null : { percent, style: 'close' };
  }
  if (token.fraction !== null) return { percent: percentOf(token.fraction), style: 'close' };
  return null;
}

/** Gives the last value, or all of them (各50%), the share that its note in parentheses tells. */
export function noteShare(inside: readonly Token[], values: readonly Value[], refined: Refined): void {
  const percentToken = inside.find((token) => token.number?.form === 'percent' && token.number.sign === '');
  const percent = percentToken === undefined ? null : refined.valueOf(percentToken);
  const last = values[values.length - 1];
  if (last === undefined) return;
  const closing = inside.some(
    (token) => hasAny(token, 'close', 'partial', 'take', 'sell') && !has(token, 'ofProfit'),
  );
  if (percent !== null) {
    const profit = inside.some((token) => has(token, 'ofProfit')) || isPunct(inside[0], '-');
    const share: Share = { percent, style: profit ? 'profit' : closing ? 'close' : 'paren' };
    if (inside.some((token) => has(token, 'each')))
      for (const value of values) value.share = { percent, style: 'close' };
    else if (last.share === null) last.share = share;
    return;
  }
  const part = inside.find((token) => token.fraction !== null);
  if (part?.fraction != null) {
    const share: Share = { percent: percentOf(part.fraction), style: 'close' };
    // 各半, 各一半: with two of them nothing is left.
    const isOfBoth =
      values.length === 2 && part.fraction === '0.5' && inside.some((token) => has(token, 'each'));
    for (const value of isOfBoth ? values : [last]) value.share = share;
  } else if (
    (closing || inside.every((token) => hasAny(token, 'rest', 'all', 'filler'))) &&
    inside.some((token) => hasAny(token, 'all', 'rest', 'everything') || /^[全清]/.test(token.text))
  )
    last.share = { percent: new Decimal(100), style: 'rest' };
}

const HUNDRED = new Decimal(100);

/**
 * `(30%/30%/40%)`, `(50/30/20)`, "scaled 20/30/50": one share for each of `count` values, which together are the whole.
 * @param at index of the opening parenthesis or of the first number
 * @returns the shares and the index behind them, or null
 */
export function listedShares(
  tokens: readonly Token[],
  at: number,
  count: number,
  refined: Refined,
): { readonly percents: readonly Decimal[]; readonly end: number } | null {
  if (count < 2) return null;
  const enclosed = isPunct(tokens[at], '([');
  let i = enclosed ? at + 1 : at;
  const percents: Decimal[] = [];
  while (i < at + 4 * count + 2) {
    const token = tokens[i];
    if (token?.number?.form === 'percent' || token?.number?.form === 'price') {
      const percent = refined.valueOf(token);
      if (percent === null) return null;
      percents.push(percent);
    } else if (!isPunct(token, '/-,，、:|+') && !hasAny(token, 'filler', 'close', 'partial', 'target', 'and'))
      break;
    i++;
  }
  const total = percents.reduce((sum, percent) => sum.plus(percent), new Decimal(0));
  if (percents.length !== count || !total.eq(HUNDRED)) return null;
  if (!enclosed) return { percents, end: i };
  return isPunct(tokens[i], ')]') ? { percents, end: i + 1 } : null;
}

/** Gives each value its share. */
export function noteShares(values: readonly Value[], percents: readonly Decimal[]): void {
  for (const [index, value] of values.entries()) {
    const percent = percents[index];
    if (percent !== undefined) value.share = { percent, style: 'close' };
  }
}

/** 2.15 全平, "close all": what is left goes there. */
const WHOLE = /^(?:全|清仓|close (?:all|everything))/i;

/**
 * `1.53 - close 40%`: gives the last value the part that closes there.
 * @param at index of the verb
 * @returns the index behind the note, or null if it tells no part
 */
export function noteClosing(
  tokens: readonly Token[],
  at: number,
  values: readonly Value[],
  refined: Refined,
): number | null {
  let i = at + 1;
  while (i < at + 3 && hasAny(tokens[i], 'filler', 'partial', 'take')) i++;
  const part = tokens[i];
  const last = values[values.length - 1];
  const share = part === undefined ? null : shareOf(part, refined);
  if (last === undefined) return null;
  if (share === null && WHOLE.test(tokens[at]?.text ?? '')) {
    last.share = { percent: HUNDRED, style: 'rest' };
    return at + 1;
  }
  if (share === null) return null;
  last.share = share;
  i++;
  while (has(tokens[i], 'filler') && tokens[i]?.line === part?.line) i++;
  return i;
}
