import { Decimal } from '../decimal.ts';
import { isDigit, isLetter } from './fold.ts';
import { isCamelBoundary, type Match } from './lexicon.ts';
import { subscriptZeros } from './numbers.ts';
import { SUBSCRIPT_MARK } from './unicode.ts';

export type NumberForm =
  | 'price'
  | 'percent'
  | 'leverage'
  | 'multiple'
  | 'points'
  | 'amount'
  | 'unreadable'
  | 'placeholder';

export interface NumberShape {
  /** Digits and separators as written, without sign, currency and unit. */
  readonly raw: string;
  readonly form: NumberForm;
  /** Power of ten of its unit: 3 for `k`, 4 for `万`. */
  readonly scale: 0 | 3 | 4;
  /** `-` only of a percentage whose minus stands at the number and apart from what is before it; elsewhere it is a dash. */
  readonly sign: '+' | '-' | '';
  readonly currency: boolean;
}

export type LexedNumber =
  | { readonly kind: 'number'; readonly number: NumberShape; readonly end: number }
  | { readonly kind: 'index'; readonly index: number; readonly end: number }
  | { readonly kind: 'noise' | 'word'; readonly end: number };

export interface NumberContext {
  readonly currency: boolean;
  readonly hasHan: boolean;
  readonly afterLabel: boolean;
  /** Whether the label of a price, or a price of the same list, stands before it: then it is one too, readable or not. */
  isPriced(): boolean;
  readonly itemStart: boolean;
  readonly insideParens: boolean;
  match(at: number): Match | null;
}

const DATE =
  /(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]20\d{2}|\d{1,2}-[A-Za-z]{3}-\d{2,4}|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{4})(?!\d)(?:[T ]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?/y;
const TIME = /(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d.,:])(?: ?[ap]m\b)?/iy;
const RATIO = /\d{1,2}(?:\.\d+)? ?: ?\d{1,2}(?:\.\d+)?(?![\d.,]*\d)/y;
const INDEX_PAREN = /\d{1,2}(?=[)、](?!\d{3}))[)、]/y;
const INDEX_DOT = /\d{1,2}[.:](?=\s)/y;
const DURATION =
  / ?(?:hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|seconds|secs|час\p{L}*|мин\p{L}*|дн\p{L}*|saat|dakika|horas?|minutos?|días?|dias?)(?!\p{L})/iuy;
const PERCENT_WORD = / ?(?:percent|per cent|pct)(?![\p{L}\d])/iuy;
const CJK_TIME = / ?(?:个?小时|小時|分钟|分鐘|[日天月年号號时時周](?![内線线]))/y;
const TIMEFRAME = /[hHmMdDsWМчЧ](?![A-Za-z\p{L}\d])/uy;
const AMOUNT = / ?(?:[mMbB]n?|mln|bln|million|billion|trillion|亿|億|млн|млрд)(?![\p{L}\d])/uy;
const MISREAD = /[\d.,]*(?:[lIoO]|[BSZL](?=[.\d]))[\d.,lIoOBSZL]*(?![\p{L}])/uy;
/** `58O`, `0.4l`. */
const TRAILING = /[lIoO]+(?![\p{L}\d])/uy;
/** `9?.4`: a digit that its author could not read. */
const DOUBTED = /[\d.,]*\?[\d.,?]*\d/y;
const PLACEHOLDER = /[\d.,]*[xX?_]{2,}/y;
const EXPONENT = /[eE][-+]?\d{1,4}(?![\p{L}\d])/uy;

function test(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

const LINE_FEED = 10;
/** Digits and separators without a break beyond this are no number and no list. */
const MAX_RUN = 80;
/** Nothing costs as much, or as little, as sixteen digits in a row would say; nor does any of a list (`1,2,…`). */
const TOO_LONG = /^\d{16}|,[1-9]\d{15}/;
const MAX_EXPONENT = 12;

/** Reads a number, or what only looks like one (a date, a time, a list index), at `start`, which holds a digit or `.`. */
export function lexNumber(text: string, start: number, context: NumberContext): LexedNumber {
  const date = test(DATE, text, start);
  if (date !== -1) return { kind: 'noise', end: date };
  const index = indexAt(text, start, context);
  if (index !== null) return index;
  if (!context.afterLabel && !context.currency) {
    const clock = Math.max(test(TIME, text, start), test(RATIO, text, start));
    if (clock !== -1) return { kind: 'noise', end: clock };
  }
  const { raw, end } = rawAt(text, start);
  const tooLong = raw.length > MAX_RUN || TOO_LONG.test(raw);
  if (tooLong) return context.isPriced() ? unreadable(raw, end) : { kind: 'noise', end };
  return withUnit(text, raw, end, context);
}

const unreadable = (raw: string, end: number): LexedNumber => ({
  kind: 'number',
  number: { raw, form: 'unreadable', scale: 0, sign: '', currency: false },
  end,
});

function indexAt(text: string, start: number, context: NumberContext): LexedNumber | null {
  if (context.currency) return null;
  const paren = context.insideParens ? -1 : test(INDEX_PAREN, text, start);
  if (paren !== -1 && (context.itemStart || text.charAt(paren - 1) === ')'))
    return indexOf(text, start, paren);
  const dot = context.itemStart ? test(INDEX_DOT, text, start) : -1;
  return dot === -1 ? null : indexOf(text, start, dot);
}

function indexOf(text: string, start: number, end: number): LexedNumber | null {
  const index = Number.parseInt(text.slice(start, end), 10);
  return index <= 30 ? { kind: 'index', index, end } : null;
}

/** The run of digits and separators; a separator counts only between digits. */
function rawAt(text: string, start: number): { raw: string; end: number } {
  let end = start;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (isDigit(code)) end++;
    else if ((code === 46 || code === 44 || code === 39) && isDigit(text.charCodeAt(end + 1))) end++;
    else break;
  }
  return subscript(text, start, end) ?? { raw: text.slice(start, end), end };
}

/** `0.0₅925` and `0.0{5}925`. */
function subscript(text: string, start: number, end: number): { raw: string; end: number } | null {
  const head = text.slice(start, end);
  if (!/^0?\.0?$|^0\.0$|^0$/.test(head)) return null;
  const mark = text.charCodeAt(end) - SUBSCRIPT_MARK;
  let zeros = -1;
  let next = end;
  if (mark >= 0 && mark <= 9) {
    zeros = mark;
    next = end + 1;
    const second = text.charCodeAt(next) - SUBSCRIPT_MARK;
    if (second >= 0 && second <= 9) {
      zeros = mark * 10 + second;
      next++;
    }
  } else {
    const braces = /^[{(](\d{1,2})[})](?=\d)/.exec(text.slice(end, end + 5));
    if (braces === null || head !== '0.0') return null;
    zeros = Number(braces[1]);
    next = end + braces[0].length;
  }
  const digits = /^\d{1,12}/.exec(text.slice(next, next + 12))?.[0];
  return digits === undefined ? null : { raw: subscriptZeros(zeros, digits), end: next + digits.length };
}

function withUnit(text: string, raw: string, end: number, context: NumberContext): LexedNumber {
  const make = (form: NumberForm, to: number, scale: 0 | 3 | 4 = 0, value = raw): LexedNumber => ({
    kind: 'number',
    number: {
      raw: value,
      form,
      scale,
      sign: signBefore(text, end - raw.length, form),
      currency: context.currency,
    },
    end: to,
  });
  // Most numbers end their line: no unit stands there, and none of a dozen patterns has to be asked.
  if (end === text.length || text.charCodeAt(end) === LINE_FEED) return make('price', end);
  const exponent = test(EXPONENT, text, end);
  if (exponent !== -1) {
    const expanded = expand(raw, Number(text.slice(end + 1, exponent)));
    if (expanded !== null) return make('price', exponent, 0, expanded);
    return context.isPriced() ? unreadable(raw, exponent) : { kind: 'word', end: exponent };
  }
  const next = text.charAt(end);
  if (next === '%') return make('percent', end + 1);
  // `TP2 %40`: the sign belongs to the number behind it.
  if (next === ' ' && text.charAt(end + 1) === '%' && !isDigit(text.charCodeAt(end + 2)))
    return make('percent', end + 2);
  if (/^\d$/.test(raw) && next === '成' && !/[交本功了为员]/.test(text.charAt(end + 1)))
    return make('percent', end + 1, 0, `${raw}0`);
  const letter = next === ' ' ? text.charAt(end + 1) : next;
  const spelled = letter === 'p' || letter === 'P' ? test(PERCENT_WORD, text, end) : -1;
  if (spelled !== -1) return make('percent', spelled);
  const times = timesAt(text, end, context);
  if (times !== -1) {
    // `SL: 9x.4`: a digit that its author could not read.
    const cutOff = '.,'.includes(text.charAt(times) || ' ') && isDigit(text.charCodeAt(times + 1));
    return cutOff && context.isPriced() ? unreadable(raw, wordEnd(text, times + 1)) : make('leverage', times);
  }
  const doubted = test(DOUBTED, text, end);
  if (doubted !== -1) return make('unreadable', doubted);
  const placeholder = test(PLACEHOLDER, text, end);
  if (placeholder !== -1) return make('placeholder', placeholder);
  const misread = test(MISREAD, text, end);
  if (misread !== -1 && misread > end && /\d/.test(text.slice(end, misread)))
    return make('unreadable', misread);
  if ((test(TRAILING, text, end) !== -1 || splitsDigits(text, end, context)) && context.isPriced())
    return unreadable(raw, wordEnd(text, end));
  const unit = unitAt(text, end, context);
  if (unit !== null)
    return unit.form === null ? { kind: 'noise', end: unit.end } : make(unit.form, unit.end, unit.scale);
  if (isLetter(text.charCodeAt(end)) && !isCamelBoundary(text, end) && context.match(end) === null) {
    const stop = wordEnd(text, end);
    return context.isPriced() ? unreadable(raw, stop) : { kind: 'word', end: stop };
  }
  return make('price', end);
}

function signBefore(text: string, start: number, form: NumberForm): NumberShape['sign'] {
  const before = text.charAt(start - 1);
  if (before === '+') return '+';
  return before === '-' && form === 'percent' && /^[\s:=(,，/]?$/.test(text.charAt(start - 2)) ? '-' : '';
}

function wordEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)))) end++;
  return end;
}

/** `58a0`: a small word between digits is none. */
function splitsDigits(text: string, end: number, context: NumberContext): boolean {
  if (!isLetter(text.charCodeAt(end))) return false;
  const match = context.match(end);
  return (
    match !== null &&
    [...match.roles].every((role) => role === 'filler') &&
    isDigit(text.charCodeAt(match.end))
  );
}

/** A number in scientific notation in full; null where it is no price. */
const expand = (raw: string, exponent: number): string | null =>
  Math.abs(exponent) > MAX_EXPONENT || !/^\d+(\.\d+)?$/.test(raw)
    ? null
    : new Decimal(raw).times(new Decimal(10).pow(exponent)).toFixed();

function timesAt(text: string, end: number, context: NumberContext): number {
  const at = text.charAt(end) === ' ' ? end + 1 : end;
  const char = text.charAt(at);
  if (char === '倍') return at + 1;
  if (!'xXхХ×'.includes(char) || char === '') return -1;
  const after = text.charCodeAt(at + 1);
  if (Number.isNaN(after) || !(isLetter(after) || isDigit(after))) return at + 1;
  if (isDigit(after)) return -1;
  return at === end && (isCamelBoundary(text, at + 1) || context.match(at + 1) !== null) ? at + 1 : -1;
}

interface Unit {
  /** null: not a number of the trade at all (a duration, a timeframe, an ordinal). */
  readonly form: NumberForm | null;
  readonly scale: 0 | 3 | 4;
  readonly end: number;
}

function unitAt(text: string, end: number, context: NumberContext): Unit | null {
  const next = text.charAt(end);
  const closed = !isLetter(text.charCodeAt(end + 1)) && !isDigit(text.charCodeAt(end + 1));
  const free = closed || isCamelBoundary(text, end + 1);
  if (/[kKкК]/.test(next) && free) return { form: 'price', scale: 3, end: end + 1 };
  if (next === '万' || next === '萬' || (next === 'w' && free) || (next === 'W' && free && context.hasHan))
    return { form: 'price', scale: 4, end: end + 1 };
  if (next === '千') return { form: 'price', scale: 3, end: end + 1 };
  if (/[rR]/.test(next) && closed) return { form: 'multiple', scale: 0, end: end + 1 };
  if (/[uU]/.test(next) && closed) return { form: 'price', scale: 0, end: end + 1 };
  if (next === 'i' && /^ish(?![a-z])/i.test(text.slice(end, end + 4)))
    return { form: 'price', scale: 0, end: end + 3 };
  if (/[$€₮]/.test(next)) return { form: 'price', scale: 0, end: end + 1 };
  if (next === '+' && !isDigit(text.charCodeAt(end + 1))) return { form: 'price', scale: 0, end: end + 1 };
  const timed = durationAt(text, end);
  if (timed !== -1) return { form: null, scale: 0, end: timed };
  const amount = test(AMOUNT, text, end);
  if (amount !== -1) return { form: 'amount', scale: 0, end: amount };
  if (/^(?:st|nd|rd|th)(?![A-Za-z])/i.test(text.slice(end, end + 3)))
    return { form: null, scale: 0, end: end + 2 };
  return wordUnit(text, end, context);
}

/** A span of time is a small whole number: a price of 96400 is not followed by its days. */
function durationAt(text: string, end: number): number {
  const digits = /\d{1,5}$/.exec(text.slice(Math.max(0, end - 5), end))?.[0] ?? '';
  if (digits.length > 4 || /[.,]/.test(text.charAt(end - digits.length - 1))) return -1;
  return Math.max(test(DURATION, text, end), test(CJK_TIME, text, end), test(TIMEFRAME, text, end));
}

/** Units that are words of a language: `112 bin`, `65 mil`, `600点`. */
function wordUnit(text: string, end: number, context: NumberContext): Unit | null {
  const at = text.charAt(end) === ' ' ? end + 1 : end;
  const match = context.match(at);
  if (match === null) return null;
  if (match.roles.has('points') && !match.roles.has('entry'))
    return { form: 'points', scale: 0, end: match.end };
  if (match.roles.has('thousand')) return { form: 'price', scale: 3, end: match.end };
  if (match.roles.has('tenThousand')) return { form: 'price', scale: 4, end: match.end };
  if (match.roles.has('times')) return { form: 'leverage', scale: 0, end: match.end };
  return null;
}
