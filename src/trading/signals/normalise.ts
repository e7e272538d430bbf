import { simplified } from './fold.ts';
import {
  compatible,
  EMOJI_MARK,
  INDEX_MARK,
  isCombining,
  isInvisible,
  KEYCAP,
  markOf,
  SMALL_CAPITALS,
} from './unicode.ts';

/** Text ready for the lexer. `quoted` holds the numbers of the lines that were block quotes. */
export interface NormalText {
  /** In simplified characters. */
  readonly text: string;
  /** As its author wrote it, unit for unit like `text`. */
  readonly shown: string;
  /** For each UTF-16 unit of `text`, the offset it comes from in the flattened message. */
  readonly offsets: Uint32Array;
  readonly quoted: ReadonlySet<number>;
}

export function normalise(raw: string): NormalText {
  const writer = new Writer(raw.length);
  let line = 0;
  let quotedToEnd = false;
  let start = 0;
  const hidden = struckOut(raw);
  while (start <= raw.length) {
    let end = start;
    while (end < raw.length && !isLineBreak(raw.charCodeAt(end))) end++;
    const quote = /^[ \t\u200b-\u200f\u2060\ufeff]*>(>>)?(?=[ \t\S])/.exec(
      raw.slice(start, Math.min(end, start + 40)),
    );
    if (quote?.[1] !== undefined) quotedToEnd = true;
    if (quote !== null || quotedToEnd) writer.quoted.add(line);
    if (!isFence(raw, start, end))
      writeLine(raw, lineStart(raw, start + (quote?.[0].length ?? 0), end), end, hidden, writer);
    if (end >= raw.length) break;
    writer.put('\n', end);
    line++;
    start = raw.charCodeAt(end) === 13 && raw.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
  }
  return writer.finish();
}

/** Collects pieces and, for each unit of them, where it stood in the raw text. */
class Writer {
  readonly quoted = new Set<number>();
  private readonly pieces: string[] = [];
  private offsets: Uint32Array;
  private length = 0;
  private readonly sourceLength: number;

  constructor(sourceLength: number) {
    this.sourceLength = sourceLength;
    this.offsets = new Uint32Array(sourceLength + 64);
  }

  put(piece: string, offset: number): void {
    if (piece === '') return;
    this.pieces.push(piece);
    this.reserve(piece.length);
    for (let i = 0; i < piece.length; i++) this.offsets[this.length++] = offset;
  }

  /** A run that stays as it is. */
  copy(run: string, offset: number): void {
    this.pieces.push(run);
    this.reserve(run.length);
    for (let i = 0; i < run.length; i++) this.offsets[this.length++] = offset + i;
  }

  private reserve(units: number): void {
    if (this.length + units < this.offsets.length) return;
    const larger = new Uint32Array(2 * this.offsets.length + units);
    larger.set(this.offsets);
    this.offsets = larger;
  }

  /** The last UTF-16 unit written. */
  get last(): string {
    return this.pieces[this.pieces.length - 1]?.slice(-1) ?? '';
  }

  /** Replaces the last unit by another. */
  replaceLast(piece: string): void {
    const last = this.pieces[this.pieces.length - 1] ?? '';
    this.pieces[this.pieces.length - 1] = last.slice(0, -1) + piece;
  }

  finish(): NormalText {
    this.put('\n', this.sourceLength);
    this.pieces.pop();
    const shown = this.pieces.join('');
    return {
      text: simplified(shown),
      shown,
      offsets: this.offsets.subarray(0, this.length),
      quoted: this.quoted,
    };
  }
}

const isLineBreak = (code: number): boolean =>
  code === 10 ||
  code === 13 ||
  code === 11 ||
  code === 12 ||
  code === 0x2028 ||
  code === 0x2029 ||
  code === 0x85;

/** A line that only opens or closes a code block (```json). */
const isFence = (raw: string, start: number, end: number): boolean =>
  raw.startsWith('```', start) && end - start < 24 && /^```\w{0,16}\s*$/.test(raw.slice(start, end));

/** Skips Discord's line prefixes: headings (`## `) and small print (`-# `). */
function lineStart(raw: string, start: number, end: number): number {
  const prefix = /^[ \t]*(#{1,3} (?=\S)|-# )/.exec(raw.slice(start, Math.min(end, start + 40)));
  return prefix === null ? start : start + prefix[0].length;
}

/** Ranges between pairs of `~~`: text that its author took back. */
function struckOut(raw: string): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  let open = raw.indexOf('~~');
  while (open !== -1) {
    const close = raw.indexOf('~~', open + 2);
    if (close === -1) break;
    ranges.push([open, close + 2]);
    open = raw.indexOf('~~', close + 2);
  }
  return ranges;
}

const URL_START = /(?:https?:\/\/|www\.|t\.me\/|discord\.gg\/)/iy;
const ENTITY =
  /<(?:@[!&]?\d{5,25}|#\d{5,25}|\/[^\n>]{1,64}:\d{5,25}|t:-?\d{1,15}(?::[a-zA-Z])?|id:\w{1,20})>/y;
const CUSTOM_EMOJI = /<a?:\w{1,40}:\d{5,25}>/y;
const MARKUP = new Set(['*', '`', '|', '_', '\\']);

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}

function writeLine(
  raw: string,
  start: number,
  end: number,
  hidden: readonly (readonly [number, number])[],
  writer: Writer,
): void {
  let i = start;
  let range = firstRangeAfter(hidden, i);
  while (i < end) {
    const struck = hidden[range];
    if (struck !== undefined && i >= struck[0]) {
      if (i < struck[1]) {
        writer.put(' ', i);
        i = Math.min(struck[1], end);
      }
      if (i >= struck[1]) range++;
      continue;
    }
    i +=
      copyPlain(raw, i, struck === undefined ? end : Math.min(end, struck[0]), writer) ||
      writeAt(raw, i, end, writer);
  }
}

/** Text that no rule touches: ASCII without the letters that may begin an address, Cyrillic letters and ideographs. */
const PLAIN_RUN = /[A-CE-GI-SU-VX-Za-ce-gi-su-vx-z0-9 .,:;()+=%/#$!?&'"[\]\u0410-\u044f\u4e00-\u9fff-]+/y;

/** Copies what no rule touches; a letter with a combining mark behind it is left for its cluster. */
function copyPlain(raw: string, start: number, end: number, writer: Writer): number {
  PLAIN_RUN.lastIndex = start;
  if (!PLAIN_RUN.test(raw)) return 0;
  const marked = isCombining(raw.charCodeAt(PLAIN_RUN.lastIndex)) ? 1 : 0;
  const length = Math.min(PLAIN_RUN.lastIndex - marked, end) - start;
  if (length > 0) writer.copy(raw.slice(start, start + length), start);
  return length;
}

function firstRangeAfter(ranges: readonly (readonly [number, number])[], at: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[1] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Writes what stands at `i` and returns how many units it took. */
function writeAt(raw: string, i: number, end: number, writer: Writer): number {
  const char = raw.charAt(i);
  const code = raw.charCodeAt(i);
  if (char === '<') {
    const emoji = matchAt(CUSTOM_EMOJI, raw, i);
    if (emoji > 0) return put(writer, EMOJI_MARK, i, emoji);
    const entity = matchAt(ENTITY, raw, i);
    if (entity > 0) return put(writer, ' ', i, entity);
  }
  if ((code | 32) === 104 || (code | 32) === 119 || (code | 32) === 116 || (code | 32) === 100) {
    if (matchAt(URL_START, raw, i) > 0 && !/\w/.test(writer.last))
      return put(writer, ' ', i, urlLength(raw, i, end));
  }
  if (MARKUP.has(char)) return writeMarkup(raw, i, writer);
  if (code < 128 && !isCombining(raw.charCodeAt(i + 1)))
    return put(writer, code === 9 || code < 32 ? ' ' : char, i, 1);
  return writeUnicode(raw, i, end, writer);
}

function put(writer: Writer, piece: string, at: number, length: number): number {
  writer.put(piece, at);
  return length;
}

function urlLength(raw: string, start: number, end: number): number {
  let i = start;
  while (i < end && !/[\s<>"'，。、（）]/.test(raw.charAt(i))) i++;
  return i - start;
}

const isWordUnit = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);

const isDigitUnit = (char: string): boolean => char >= '0' && char <= '9';

/** The unit behind an emphasised number: **65.7**k, **10**x, **6.5**万, **3**成. */
const UNIT = /^[kкwx×х万萬成倍](?!\p{L})/iu;

/** Emphasis, code, spoilers and escapes go; they part words but never numbers or symbols. */
function writeMarkup(raw: string, i: number, writer: Writer): number {
  const char = raw.charAt(i);
  if (char === '\\') {
    const next = raw.charAt(i + 1);
    return /[*_`|~#>.\-()[\]\\]/.test(next) ? put(writer, next, i, 2) : put(writer, ' ', i, 1);
  }
  let run = 1;
  while (run < 8 && raw.charAt(i + run) === char) run++;
  const after = raw.charAt(i + run);
  const between = isWordUnit(writer.last) && isWordUnit(after);
  if (char === '|') return run === 2 ? put(writer, ' ', i, 2) : put(writer, '|', i, run);
  if (char === '_' && run === 1 && between) return put(writer, '_', i, 1);
  if (between && !(isDigitUnit(writer.last) && UNIT.test(raw.slice(i + run, i + run + 2))))
    writer.put(' ', i);
  return run;
}

function writeUnicode(raw: string, i: number, end: number, writer: Writer): number {
  const point = raw.codePointAt(i) ?? 0;
  const length = point > 0xffff ? 2 : 1;
  if (isInvisible(point)) {
    if (point === KEYCAP) keycap(writer);
    return length;
  }
  const mark = markOf(point);
  if (mark !== null) return put(writer, mark, i, length);
  const small = length === 1 ? SMALL_CAPITALS.get(raw.charAt(i)) : undefined;
  if (small !== undefined) return put(writer, small, i, 1);
  // A letter and its combining marks belong together; a bound keeps hostile stacks of marks cheap.
  let stop = i + length;
  while (stop < end && stop - i < 8 && isCombining(raw.charCodeAt(stop))) stop++;
  return put(writer, compatible(raw.slice(i, stop)), i, stop - i);
}

/** A digit that was written just before turns out to be a keycap. */
function keycap(writer: Writer): void {
  const digit = Number.parseInt(writer.last, 10);
  if (Number.isNaN(digit)) return;
  writer.replaceLast(String.fromCharCode(INDEX_MARK + digit));
}
