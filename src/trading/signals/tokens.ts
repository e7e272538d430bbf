import { emojiMeaning, isDecoration } from './emoji.ts';
import { fold, isDigit, isLetter, isUnspaced } from './fold.ts';
import type { Role } from './keywords/table.ts';
import { isAfterLabel, isCountedProfit, isItemStart, isPriced } from './lex-before.ts';
import { hanTimes, type MarkedNumber, percentAhead } from './lex-marked.ts';
import { lexNumber } from './lex-number.ts';
import { lexSymbol, type SymbolShape } from './lex-symbol.ts';
import { beginsWord, isCamelBoundary, type Lexicon, lexiconFor, type Match } from './lexicon.ts';
import type { SymbolList } from './symbols.ts';
import { isPunct, type Token, type TokenKind } from './token.ts';
import { EMOJI_MARK, INDEX_MARK, SUBSCRIPT_MARK } from './unicode.ts';

export interface Tokens {
  readonly list: readonly Token[];
  /** Whether the message is in a language that writes 59,50 for 59.5. */
  readonly decimalComma: boolean;
}

const NO_ROLES: ReadonlySet<Role> = new Set();

const TIMES = /[xXхХ×](?=\d{1,3}(?!\d))/y;

const COUNTS = '一二两三四五六七八九十';

const ARROW = /[-=]{1,2}>|>>/y;

/** A text of more words and signs than this is a document or an attack, no call. It bounds the work of every later step. */
export const MAX_TOKENS = 6_000;

export function tokenise(text: string, listed: SymbolList): Tokens {
  const folded = fold(text);
  const lexicon = lexiconFor(folded, text);
  return { list: new Lexer(text, folded, lexicon, listed).run(), decimalComma: lexicon.decimalComma };
}

type Extra = Partial<Pick<Token, 'roles' | 'fraction' | 'number' | 'symbol' | 'emoji' | 'index'>>;

class Lexer {
  private readonly hasHan: boolean;
  private readonly text: string;
  private readonly folded: string;
  private readonly lexicon: Lexicon;
  private readonly listed: SymbolList;
  private readonly tokens: Token[] = [];
  private at = 0;
  private line = 0;
  private gap = false;
  private openParens = 0;

  constructor(text: string, folded: string, lexicon: Lexicon, listed: SymbolList) {
    this.text = text;
    this.folded = folded;
    this.lexicon = lexicon;
    this.listed = listed;
    this.hasHan = /[\u4e00-\u9fff]/.test(text);
  }

  run(): readonly Token[] {
    while (this.at < this.text.length && this.tokens.length <= MAX_TOKENS) this.step();
    return this.tokens;
  }

  private get previous(): Token | undefined {
    return this.tokens[this.tokens.length - 1];
  }

  private push(kind: TokenKind, end: number, extra: Extra = {}): void {
    const {
      roles = NO_ROLES,
      fraction = null,
      number = null,
      symbol = null,
      emoji = null,
      index = 0,
    } = extra;
    const text = this.text.slice(this.at, end);
    this.tokens.push({
      kind,
      text,
      start: this.at,
      end,
      line: this.line,
      gap: this.gap,
      roles,
      fraction,
      number,
      symbol,
      emoji,
      index,
    });
    this.at = end;
    this.gap = false;
  }

  private step(): void {
    const code = this.text.charCodeAt(this.at);
    if (code === 10) return this.newline();
    if (code === 32) {
      this.at++;
      this.gap = true;
      return;
    }
    if (code >= INDEX_MARK && code < SUBSCRIPT_MARK)
      return this.push('index', this.at + 1, { index: code - INDEX_MARK });
    const char = this.text.charAt(this.at);
    if (char === '#' || char === '$') return this.marker(char);
    if (char === '@') return this.atSign();
    if (isDigit(code) || (char === '.' && this.opensDecimal())) return this.digits();
    if (char === '%' && this.percentAhead()) return;
    if (char === EMOJI_MARK) return this.push('emoji', this.at + 1, { emoji: 'decoration' });
    if (code >= 128 && this.pictograph()) return;
    // ✖ became × in normalisation: a sign of the stop, unless it multiplies.
    if (char === '×' && !isDigit(this.text.charCodeAt(this.at + 1)))
      return this.push('emoji', this.at + 1, { emoji: 'fail' });
    if (isUnspaced(code) && COUNTS.includes(char) && this.hanCount(char)) return;
    if (isLetter(code) || isUnspaced(code) || char === '×') return this.letters();
    this.punctuation(char);
  }

  /** `.4120`, but not the last of the dots in `Entry.....0.6120`. */
  private opensDecimal(): boolean {
    return isDigit(this.text.charCodeAt(this.at + 1)) && this.text.charAt(this.at - 1) !== '.';
  }

  /** `一、` that counts a line, or the 五倍 of a leverage. */
  private hanCount(char: string): boolean {
    return this.hanIndex(char) || this.marked(hanTimes(this.text, this.at));
  }

  private percentAhead(): boolean {
    if (this.previous?.number != null && !this.gap) return false;
    const sign = isPunct(this.previous, '-') && !this.gap ? '-' : isPunct(this.previous, '+') ? '+' : '';
    return this.marked(percentAhead(this.text, this.at, sign));
  }

  private marked(found: MarkedNumber | null): boolean {
    if (found !== null) this.push('number', found.end, { number: found.number });
    return found !== null;
  }

  /** `一、` at the beginning of a line. */
  private hanIndex(char: string): boolean {
    const index = '一二三四五六七八九十'.indexOf(char);
    if (index === -1 || !'、.)'.includes(this.text.charAt(this.at + 1) || ' ')) return false;
    const before = this.previous;
    if (before !== undefined && before.kind !== 'newline') return false;
    this.push('index', this.at + 2, { index: index + 1 });
    return true;
  }

  private newline(): void {
    this.push('newline', this.at + 1);
    this.line++;
    this.openParens = 0;
  }

  private punctuation(char: string): void {
    ARROW.lastIndex = this.at;
    const arrow = ARROW.exec(this.text)?.[0];
    if (arrow !== undefined) return this.push('emoji', this.at + arrow.length, { emoji: 'arrow' });
    if (char === '(') this.openParens++;
    if (char === ')' && this.openParens > 0) this.openParens--;
    if (char === '&') return this.push('punct', this.at + 1, { roles: new Set<Role>(['and']) });
    this.push('punct', this.at + 1);
  }

  private pictograph(): boolean {
    const char = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    if (!isDecoration(char)) return false;
    this.push('emoji', this.at + char.length, { emoji: emojiMeaning(char) });
    return true;
  }

  /** `#BTC`, `$ETH/USDT`, `#LONG`, `#1187`, `$65`. */
  private marker(char: string): void {
    const next = this.at + 1;
    const spaced = this.text.charAt(next) === ' ' ? next + 1 : next;
    const symbol = lexSymbol(this.text, spaced, this.listed, char === '#' ? 'tag' : 'cash', spaced > next);
    const match = this.lexicon.match(this.text, this.folded, next);
    if (
      symbol !== null &&
      !(match !== null && match.end >= symbol.end && isTagKeyword(match, symbol.shape))
    ) {
      return this.push('symbol', symbol.end, { symbol: symbol.shape });
    }
    if (char === '$' && isDigit(this.text.charCodeAt(spaced))) {
      this.at = spaced;
      return this.digits(true);
    }
    const id = /#\d+/y;
    id.lastIndex = this.at;
    if (id.test(this.text)) return this.push('noise', id.lastIndex);
    this.push('punct', next);
  }

  private atSign(): void {
    const name = /@[A-Za-z_][\w.]{1,31}/y;
    name.lastIndex = this.at;
    if (name.test(this.text)) {
      const match = this.lexicon.match(this.text, this.folded, this.at + 1);
      if (match === null || !(match.roles.has('market') || match.roles.has('entry')))
        return this.push('noise', name.lastIndex);
    }
    this.push('punct', this.at + 1);
  }

  private digits(currency = false): void {
    if (!currency) {
      const symbol = lexSymbol(this.text, this.at, this.listed, 'none', false);
      if (symbol !== null) return this.push('symbol', symbol.end, { symbol: symbol.shape });
    }
    const result = lexNumber(this.text, this.at, {
      currency,
      hasHan: this.hasHan,
      afterLabel: isAfterLabel(this.tokens, this.gap) || isCountedProfit(this.previous, this.text, this.at),
      isPriced: () => isPriced(this.tokens),
      itemStart: isItemStart(this.tokens),
      insideParens: this.openParens > 0,
      match: (at) => this.lexicon.match(this.text, this.folded, at),
    });
    if (result.kind === 'number') return this.push('number', result.end, { number: result.number });
    if (result.kind === 'index') return this.push('index', result.end, { index: result.index });
    this.push(result.kind, result.end);
  }

  private letters(): void {
    TIMES.lastIndex = this.at;
    if (TIMES.test(this.text) && beginsWord(this.text, this.at)) {
      const digits = /\d{1,3}(\.\d+)?/y;
      digits.lastIndex = this.at + 1;
      const raw = digits.exec(this.text)?.[0] ?? '';
      return this.push('number', this.at + 1 + raw.length, {
        number: { raw, form: 'leverage', scale: 0, sign: '', currency: false },
      });
    }
    if (!beginsWord(this.text, this.at)) return this.word();
    const pair = lexSymbol(this.text, this.at, this.listed, 'none', false);
    const match = this.lexicon.match(this.text, this.folded, this.at);
    if (pair !== null && pair.shape.marker === 'pair')
      return this.push('symbol', pair.end, { symbol: pair.shape });
    if (match?.coin) return this.coin(match, match.coin);
    if (pair !== null && (match === null || pair.end > match.end))
      return this.push('symbol', pair.end, { symbol: pair.shape });
    if (isNotANumber(this.text, this.at) && isPriced(this.tokens))
      return this.push('number', this.at + 3, {
        number: { raw: 'NaN', form: 'unreadable', scale: 0, sign: '', currency: false },
      });
    if (match !== null)
      return this.push('keyword', match.end, { roles: match.roles, fraction: match.fraction });
    this.word();
  }

  /** `大饼`, `bitcoin`, and `大饼/USDT`. */
  private coin(match: Match, base: string): void {
    const quote = / ?\/ ?(USDT|USDC|USD)(?![A-Za-z])/iy;
    quote.lastIndex = match.end;
    const found = quote.exec(this.text);
    const shape: SymbolShape = {
      symbol: base + (found?.[1]?.toUpperCase() ?? 'USDT'),
      base,
      marker: found === null ? 'bare' : 'pair',
    };
    this.push('symbol', found === null ? match.end : quote.lastIndex, { symbol: shape });
  }

  /** An unknown word: to the next boundary at which something known begins. */
  private word(): void {
    let end = this.at + 1;
    if (isUnspaced(this.text.charCodeAt(this.at))) return this.push('word', end);
    while (end < this.text.length) {
      const code = this.text.charCodeAt(end);
      if (!isLetter(code) && !isDigit(code) && !(code === 39 && isLetter(this.text.charCodeAt(end + 1))))
        break;
      if (
        isLetter(code) &&
        isCamelBoundary(this.text, end) &&
        this.lexicon.match(this.text, this.folded, end) !== null
      )
        break;
      end++;
    }
    this.push('word', end);
  }
}

const NAN = /nan(?![\p{L}\d])/iuy;

/** What a program writes for a price that it could not compute. */
function isNotANumber(text: string, at: number): boolean {
  NAN.lastIndex = at;
  return NAN.test(text);
}

/** A hashtag that is a word of trading (`#LONG`, `#VIP`) rather than a coin that happens to have its name (`#OPEN`). */
function isTagKeyword(match: Match, shape: SymbolShape): boolean {
  if (shape.marker === 'pair') return false;
  if (shape.marker === 'tagUnlisted') return true;
  return (
    (['long', 'short', 'buy', 'sell', 'stop', 'target', 'entry'] as const).some((role) =>
      match.roles.has(role),
    ) && match.coin === null
  );
}
