import type { Decimal } from '../decimal.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';

export interface FoundLeverage {
  /** Null where a label has no value: only the place to go on from is known. */
  readonly values: readonly Decimal[] | null;
  /** Indexes of the number tokens read. */
  readonly used: readonly number[];
  /** Indexes of margin modes that stand between label and value. */
  readonly margins: readonly number[];
  /** Index of the first token after it. */
  readonly end: number;
}

/** `10x`, `5-10x`, `x10 to x20` from the first number on. */
export function readLeverage(refined: Refined, at: number): FoundLeverage {
  const values: Decimal[] = [];
  const used: number[] = [];
  let end = at;
  for (let i = at; i < at + 6; i++) {
    const token = refined.tokens[i];
    if (token?.number?.form === 'leverage') {
      const value = refined.valueOf(token);
      if (value !== null) values.push(value);
      used.push(i);
      end = i + 1;
    } else if (!(isPunct(token, '-~/') || has(token, 'to'))) break;
  }
  return { values, used, margins: [], end };
}

/** `杠杆: 10` and `Leverage 5-10`: the number needs no `x` behind its label. Null where `10x leverage` was read before. */
export function readLeverageLabel(refined: Refined, at: number): FoundLeverage | null {
  const { tokens } = refined;
  if (tokens[at - 1]?.number?.form === 'leverage' && !isPunct(tokens[at + 1], ':')) return null;
  const margins: number[] = [];
  let i = at + 1;
  for (; i < at + 8 && standsBetween(tokens, i); i++)
    if (hasAny(tokens[i], 'cross', 'isolated')) margins.push(i);
  const token = tokens[i];
  if (token?.number?.form !== 'price' || !/^\d{1,4}(\.\d+)?$/.test(token.number.raw))
    return { values: null, used: [], margins, end: token?.number?.form === 'leverage' ? i : at + 1 };
  const last = tokens[i + 2];
  const isRange = last?.number?.form === 'price' && isPunct(tokens[i + 1], '-~');
  const numbers = isRange ? [token, last] : [token];
  return {
    values: numbers.flatMap((each) => refined.valueOf(each) ?? []),
    used: isRange ? [i, i + 2] : [i],
    margins,
    end: isRange ? i + 3 : i + 1,
  };
}

const standsBetween = (tokens: readonly Token[], i: number): boolean =>
  isPunct(tokens[i], ':=-([."@|') ||
  tokens[i]?.kind === 'emoji' ||
  (tokens[i]?.kind === 'newline' && isPunct(tokens[i - 1], ':')) ||
  hasAny(tokens[i], 'cross', 'isolated', 'upTo', 'filler', 'margin', 'near');

/** A MACD can cross too: the word needs a leverage or a margin label beside it, or its line for itself. */
export function isMarginMode(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token === undefined || !hasAny(token, 'cross', 'isolated')) return false;
  const related = [-3, -2, -1, 1, 2, 3].some((distance) => {
    const other = tokens[at + distance];
    return other?.number?.form === 'leverage' || hasAny(other, 'leverage', 'margin');
  });
  const alone = [tokens[at - 1], tokens[at + 1]].every(
    (other) => other === undefined || other.kind === 'newline',
  );
  return related || alone || has(token, 'isolated') || token.text.includes('仓');
}
