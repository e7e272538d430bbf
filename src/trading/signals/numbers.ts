import { Decimal } from '../decimal.ts';

/** How the author writes numbers. `unknown` separators are those for which two readings remain. */
export interface Notation {
  readonly comma: 'thousands' | 'decimal' | 'unknown';
  readonly dot: 'decimal' | 'thousands' | 'unknown';
}

export type PriceSize = 'thousands' | 'hundreds' | null;

/** One comma and exactly three digits after it: thousands or decimals, only the message can tell. */
const COMMA_AMBIGUOUS = /^[1-9]\d{0,2},\d{3}$/;
const DOT_AMBIGUOUS = /^[1-9]\d{0,2}\.\d{3}$/;
const COMMA_GROUPS = /^\d{1,3}(,\d{3})+(\.\d+)?$/;
const DOT_GROUPS = /^\d{1,3}(\.\d{3}){2,}(,\d+)?$|^\d{1,3}(\.\d{3})+,\d+$/;
const APOSTROPHE_GROUPS = /^\d{1,3}('\d{3})+(\.\d+)?$/;
const SPACE_GROUPS = /^\d{1,3}( \d{3})+([.,]\d+)?$/;
const COMMA_DECIMAL = /^\d+,\d+$/;
/** The 1 of TP1, the 2 of `1:2`: no evidence of what a coin costs. */
const COUNT = /^\d{1,2}$/;
const PLAIN = /^(\d+(\.\d*)?|\.\d+)$/;

/**
 * Decides what commas and dots mean from all numbers of a message together.
 * @param size of which size the coin's price is known to be
 * @param commaLanguage whether the message is in a language that writes decimals with a comma
 * @param groupsByComma whether `3,420` has but one reading: in English and Chinese where no coin is named
 */
export function decideNotation(
  raws: readonly string[],
  size: PriceSize,
  commaLanguage: boolean,
  groupsByComma = size === 'thousands',
): Notation {
  let decimals = false;
  let thousands = false;
  const plain: number[] = [];
  const commaDecimals: number[] = [];
  const ambiguous: string[] = [];
  for (const raw of raws) {
    if (COMMA_AMBIGUOUS.test(raw)) ambiguous.push(raw);
    else if (COMMA_GROUPS.test(raw)) thousands = true;
    else if (COMMA_DECIMAL.test(raw) || DOT_GROUPS.test(raw)) {
      decimals = true;
      if (COMMA_DECIMAL.test(raw)) commaDecimals.push(Number(raw.replace(',', '.')));
    } else if (PLAIN.test(raw) && !COUNT.test(raw)) plain.push(Number(raw));
  }
  const dot = dotMeaning(raws, plain, commaDecimals, size);
  if (decimals !== thousands) return { comma: decimals ? 'decimal' : 'thousands', dot };
  if (decimals && thousands) return { comma: 'unknown', dot };
  if (groupsByComma) return { comma: 'thousands', dot };
  return { comma: commaByMagnitude(ambiguous, plain, commaLanguage), dot };
}

/**
 * `65.000` for a coin worth tens of thousands is not sixty-five, nor is `1.150` beside 1200 a little more than one; it
 * must hold for every number with a dot.
 */
function dotMeaning(
  raws: readonly string[],
  plain: readonly number[],
  commaDecimals: readonly number[],
  size: PriceSize,
): Notation['dot'] {
  const dotted = raws.filter((raw) => raw.includes('.'));
  const grouped = dotted.length > 0 && dotted.every((raw) => DOT_AMBIGUOUS.test(raw) || DOT_GROUPS.test(raw));
  if (!grouped) return 'decimal';
  const whole = plain.filter((value) => value >= 1000);
  const besideWhole =
    whole.length > 0 &&
    dotted.every((raw) => whole.some((value) => isNear(value, Number(raw.replaceAll('.', '')))));
  if (size === 'thousands' || besideWhole || dotted.some((raw) => DOT_GROUPS.test(raw))) return 'thousands';
  if (commaDecimals.length === 0) return size === 'hundreds' ? 'unknown' : 'decimal';
  // Few write decimals with both signs: only prices of the same size tell that this author does.
  const beside = (factor: number): boolean =>
    dotted.every((raw) => commaDecimals.some((value) => isNear(value, Number(raw) * factor)));
  if (beside(1000)) return 'thousands';
  return beside(1) ? 'decimal' : 'unknown';
}

const NEAR_FACTOR = 3;
const isNear = (a: number, b: number): boolean => a / b < NEAR_FACTOR && b / a < NEAR_FACTOR;

/** `150,155` may be two prices of a ladder as well as 150.155. */
function mayBeList(raw: string): boolean {
  const [first = '', second = ''] = raw.split(',');
  return first.length === 3 && isNear(Number(first), Number(second));
}

function commaByMagnitude(
  ambiguous: readonly string[],
  plain: readonly number[],
  commaLanguage: boolean,
): Notation['comma'] {
  const first = ambiguous[0];
  if (first === undefined) return commaLanguage ? 'decimal' : 'thousands';
  const large = Number(first.replace(',', ''));
  const nearLarge = plain.some((value) => isNear(value, large));
  const nearSmall = plain.some((value) => isNear(value, large / 1000));
  if (nearLarge === nearSmall || (nearSmall && ambiguous.some(mayBeList))) return 'unknown';
  return nearLarge ? 'thousands' : 'decimal';
}

/** The value of a number as written, or null if no single reading is certain. */
export function readNumber(raw: string, notation: Notation): Decimal | null {
  if (PLAIN.test(raw)) {
    if (!DOT_AMBIGUOUS.test(raw) || notation.dot === 'decimal') return new Decimal(raw);
    return notation.dot === 'thousands' ? new Decimal(raw.replace('.', '')) : null;
  }
  if (COMMA_AMBIGUOUS.test(raw)) {
    if (notation.comma === 'unknown') return null;
    return new Decimal(raw.replace(',', notation.comma === 'thousands' ? '' : '.'));
  }
  if (COMMA_GROUPS.test(raw) && !raw.startsWith('0')) return new Decimal(raw.replaceAll(',', ''));
  if (DOT_GROUPS.test(raw) && !raw.startsWith('0'))
    return new Decimal(raw.replaceAll('.', '').replace(',', '.'));
  if (APOSTROPHE_GROUPS.test(raw)) return new Decimal(raw.replaceAll("'", ''));
  if (SPACE_GROUPS.test(raw)) return new Decimal(raw.replaceAll(' ', '').replace(',', '.'));
  if (COMMA_DECIMAL.test(raw)) return new Decimal(raw.replace(',', '.'));
  return null;
}

/** Splits `0.62,0.64,0.66`, `103500,105000` and `252,259,271`: lists without spaces. A single number comes back alone. */
export function splitGlued(raw: string): readonly string[] {
  if (!raw.includes(',')) return [raw];
  const parts = raw.split(',');
  const [first = '', second = ''] = parts;
  if (parts.length === 2) {
    if (first.includes('.') && second.includes('.')) return parts;
    if (/^\d{4,}$/.test(first) && /^\d{4,}(\.\d+)?$/.test(second)) return parts;
    if (/^\d+\.\d+$/.test(first) && !/^\d{1,3}\.\d{3}$/.test(first)) return parts;
    if (/^\d{4,}$/.test(first) && /^\d{3}$/.test(second)) return parts;
    return [raw];
  }
  if (COMMA_GROUPS.test(raw) && first.length < 3) return [raw];
  return parts.every((part) => PLAIN.test(part)) ? parts : [raw];
}

/** Digits after `0.0₅`: the small figure counts the zeros behind the point. */
export function subscriptZeros(zeros: number, digits: string): string {
  return `0.${'0'.repeat(Math.min(zeros, 24))}${digits}`;
}
