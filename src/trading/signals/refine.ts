import { Decimal } from '../decimal.ts';
import { withoutLeaders } from './leaders.ts';
import type { NumberShape } from './lex-number.ts';
import { namedByPlace } from './naming.ts';
import { decideNotation, type Notation, readNumber, splitGlued } from './numbers.ts';
import { placedWords } from './placed-words.ts';
import { LADDER_FACTOR, mergeSpaced } from './spaced-groups.ts';
import { priceSizeOf, type SymbolList } from './symbols.ts';
import { unfoldTables } from './tables.ts';
import { leadingTicks } from './ticks.ts';
import { has, hasAny, hasOneOf, isPunct, PRICE_LABELS, type Token } from './token.ts';

/** Tokens whose numbers have one meaning each. */
export interface Refined {
  readonly tokens: readonly Token[];
  /** The value of a number token in quote currency (or percent, times, R), or null where two readings remain. */
  readonly valueOf: (token: Token) => Decimal | null;
}

/** @param commaLanguage whether the message is in a language that writes decimals with a comma */
export function refine(tokens: readonly Token[], commaLanguage: boolean, listed: SymbolList): Refined {
  const named = placedWords(namedByPlace(withoutLeaders(tokens), listed));
  const symbol = named.find((token) => token.symbol !== null)?.symbol?.symbol ?? '';
  const size = priceSizeOf(symbol);
  const thousands = size === 'thousands';
  const list = countHeadings(
    shareUnits(mergeSpaced(splitLists(unfoldTables(quantities(leadingTicks(named)))), thousands)),
  );
  const notation = decideNotation(
    pricesOf(list),
    size,
    commaLanguage,
    thousands || (symbol === '' && !commaLanguage),
  );
  return { tokens: list, valueOf: (token) => valueWith(token, notation) };
}

/** `buy 0.5 BTC at 66000`: between the side and a coin that has its price behind it stands the quantity. */
function quantities(tokens: readonly Token[]): readonly Token[] {
  return tokens.map((token, index) => {
    const isQuantity =
      token.number?.form === 'price' &&
      hasAny(tokens[index - 1], 'long', 'short', 'buy', 'sell') &&
      tokens[index + 1]?.symbol != null &&
      tokens
        .slice(index + 2, index + 5)
        .some((next, offset, ahead) => isPriceMark(next) && ahead[offset + 1]?.kind === 'number');
    return isQuantity ? withNumber(token, { form: 'amount' }) : token;
  });
}

const isPriceMark = (token: Token): boolean =>
  isPunct(token, '@') || hasAny(token, 'near', 'entry') || /^(?:at|por|по)$/i.test(token.text);

/** The numbers that show how the author writes: prices, and percentages with a comma, whose size says nothing of prices. */
const pricesOf = (tokens: readonly Token[]): string[] =>
  tokens.flatMap(({ number }) => {
    if (number === null) return [];
    const shows =
      (number.form === 'price' && number.scale === 0) ||
      (number.form === 'percent' && number.raw.includes(','));
    return shows ? [number.raw] : [];
  });

function valueWith(token: Token, notation: Notation): Decimal | null {
  const number = token.number;
  if (number === null || number.form === 'unreadable' || number.form === 'placeholder') return null;
  if (number.scale === 0) return readNumber(number.raw, notation);
  // Nobody writes groups of thousands before a unit: 6.425万 is sixty-four thousand, and 6,425k may be two things.
  const value = readNumber(number.raw, {
    comma: notation.comma === 'decimal' ? 'decimal' : 'unknown',
    dot: 'decimal',
  });
  return value?.times(new Decimal(10).pow(number.scale)) ?? null;
}

export const withNumber = (token: Token, change: Partial<NumberShape>): Token =>
  token.number === null ? token : { ...token, number: { ...token.number, ...change } };

/** `0.62,0.64,0.66` becomes three numbers and two commas. */
function splitLists(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (const token of tokens) {
    const parts = token.number?.form === 'price' ? splitGlued(token.number.raw) : [];
    if (parts.length < 2) {
      result.push(token);
      continue;
    }
    let at = token.start;
    parts.forEach((part, index) => {
      if (index > 0) {
        result.push({ ...token, kind: 'punct', text: ',', number: null, start: at, end: at + 1, gap: false });
        at += 1;
      }
      result.push({
        ...withNumber(token, { raw: part }),
        text: part,
        start: at,
        end: at + part.length,
        gap: index === 0 && token.gap,
      });
      at += part.length;
    });
  }
  return result;
}

/** Gives the first number of a range the unit of the last: `5-10x`, `97.5-98k`, `6.5-6.6w`. */
function shareUnits(tokens: readonly Token[]): Token[] {
  const result = [...tokens];
  for (let i = 2; i < result.length; i++) {
    const last = result[i];
    if (last?.number == null) continue;
    const first = result[i - 2];
    const dash = result[i - 1];
    if (first?.number?.form !== 'price' || first.number.scale !== 0) continue;
    if (isPunct(dash, ',、&') && last.number.scale !== 0) shareScale(result, i);
    if (!isPunct(dash, '-~/') && !has(dash, 'to')) continue;
    if (last.number.form === 'leverage' && isLeverageRange(first, dash, last, result[i - 3]))
      result[i - 2] = withNumber(first, { form: 'leverage' });
    else if (isShortRange(first, dash, last))
      result[i] = withNumber(last, {
        raw: first.number.raw.slice(0, -last.number.raw.length) + last.number.raw,
      });
    else if (last.number.scale !== 0 && Number(first.number.raw) < 1000)
      result[i - 2] = withNumber(first, { scale: last.number.scale });
  }
  return result;
}

/** `65.2, 64, 62.5k`: the unit of the last holds for the list, as far as its numbers are of one size. */
function shareScale(tokens: Token[], last: number): void {
  const unit = tokens[last]?.number;
  if (unit == null) return;
  for (let i = last - 2; i >= 0; i -= 2) {
    const token = tokens[i];
    const joined = isPunct(tokens[i + 1], ',、&/-') || has(tokens[i + 1], 'and');
    const ratio = Number(token?.number?.raw) / Number(unit.raw);
    const sameSize = ratio < LADDER_FACTOR && ratio > 1 / LADDER_FACTOR;
    if (
      !joined ||
      token?.number?.form !== 'price' ||
      token.number.scale !== 0 ||
      !sameSize ||
      Number(token.number.raw) >= 1000
    )
      return;
    tokens[i] = withNumber(token, { scale: unit.scale });
  }
}

/** `96500-800`: the second number gives only the digits that differ, and the range rises. */
function isShortRange(first: Token, dash: Token | undefined, last: Token): boolean {
  const [low, tail] = [first.number?.raw ?? '', last.number?.raw ?? ''];
  const written =
    /^[1-9]\d{3,5}$/.test(low) &&
    /^\d{2,4}$/.test(tail) &&
    tail.length < low.length &&
    last.number?.form === 'price';
  return written && dash?.gap === false && !last.gap && Number(tail) > Number(low.slice(-tail.length));
}

function isLeverageRange(
  first: Token,
  dash: Token | undefined,
  last: Token,
  before: Token | undefined,
): boolean {
  const low = Number(first.number?.raw);
  if (!Number.isInteger(low) || low < 1 || low >= Number(last.number?.raw)) return false;
  return (dash?.gap === false && !last.gap) || isPunct(before, ':(') || has(before, 'leverage');
}

/** `Trade 2: ETH short`: a small number between the line's first word and a colon counts the calls. */
function countHeadings(tokens: readonly Token[]): Token[] {
  return tokens.map((token, index) => {
    const raw = token.number?.raw ?? '';
    const counts =
      token.number?.form === 'price' &&
      /^\d{1,2}$/.test(raw) &&
      isPunct(tokens[index + 1], ':=.)') &&
      startsLine(tokens, index - 1);
    return counts && !hasOneOf(tokens[index - 1], PRICE_LABELS)
      ? { ...token, kind: 'index', number: null, index: Number(raw) }
      : token;
  });
}

function startsLine(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index];
  if (word?.kind !== 'word' && word?.kind !== 'keyword') return false;
  let i = index - 1;
  while (tokens[i]?.kind === 'emoji' || isPunct(tokens[i], '-*')) i--;
  return tokens[i] === undefined || tokens[i]?.kind === 'newline';
}
