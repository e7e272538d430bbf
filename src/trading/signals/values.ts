import type { Decimal } from '../decimal.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, isPunct, type Token } from './tokens.ts';
import { emptyList, type Field, type Join, type Share, type Value, type ValueList } from './value-list.ts';
import {
  checkIsMark,
  continuesAfterComma,
  continuesOnNextLine,
  isForeignLabel,
  isNamedBehind,
  type ListState,
  valueFollows,
} from './value-lookahead.ts';

import { listedShares, noteShare, noteShares, shareOf } from './value-shares.ts';

/** Words that may stand between a label and its first value, and not between values. */
const LEADING = [
  'filler',
  'near',
  'candle',
  'quote',
  'ordinal',
  'zone',
  'limit',
  'upTo',
  'breakout',
  'order',
  'rest',
  'keep',
] as const;

/**
 * Reads the values that follow a label or a side: prices, ranges, percentages with the notes behind them.
 * @param start index of the first token after the label
 */
export function readValues(refined: Refined, start: number, field: Field): ValueList {
  return new Reader(refined, start, field).read();
}

/** Tokens that may stand between a label and its first value; a bound keeps rows of labels linear. */
const MAX_LEAD = 14;
/** More prices in one list are a table of quotes. */
const MAX_VALUES = 40;

class Reader implements ListState {
  readonly tokens: readonly Token[];
  private readonly refined: Refined;
  readonly field: Field;
  at: number;
  private join: Join = 'start';
  colon = false;
  readonly list: ValueList;

  constructor(refined: Refined, start: number, field: Field) {
    this.refined = refined;
    this.tokens = refined.tokens;
    this.field = field;
    this.at = start;
    this.list = emptyList(start);
  }

  private get empty(): boolean {
    return this.list.values.length === 0;
  }

  read(): ValueList {
    while (this.at < this.tokens.length && this.step());
    this.list.next = this.at;
    return this.list;
  }

  /** Takes one token; false ends the list before it. */
  private step(): boolean {
    const token = this.tokens[this.at];
    if (
      token === undefined ||
      this.list.values.length > MAX_VALUES ||
      (this.empty && this.at - this.list.next > MAX_LEAD)
    )
      return false;
    switch (token.kind) {
      case 'newline':
        return this.newline();
      case 'number':
        return this.number(token);
      case 'index':
        return this.index();
      case 'punct':
        return this.punct(token);
      case 'emoji':
        return this.emoji(token);
      case 'keyword':
        return this.keyword(token);
      case 'symbol':
        return (
          this.empty && !this.colon && this.field !== 'bare' && valueFollows(this, this.at + 1) && this.skip()
        );
      case 'noise':
        return this.empty && this.skip();
      case 'word':
        return this.word();
    }
  }

  private skip(): boolean {
    this.at++;
    return true;
  }

  private joined(join: Join): boolean {
    if (!this.empty) this.join = join;
    return this.skip();
  }

  private newline(): boolean {
    if (!continuesOnNextLine(this)) return false;
    while (this.tokens[this.at]?.kind === 'newline') this.at++;
    if (!this.empty) this.join = 'line';
    return true;
  }

  private index(): boolean {
    if (this.empty || this.field === 'target' || this.field === 'entry') return this.joined('index');
    return false;
  }

  private number(token: Token): boolean {
    const number = token.number;
    if (number === null) return false;
    if (number.form === 'leverage' || number.form === 'amount') return false;
    if (number.form === 'placeholder') {
      this.list.placeholder = true;
      return this.skip();
    }
    if (
      number.sign === '+' &&
      !(
        this.field === 'target' &&
        number.form === 'percent' &&
        this.list.values.every((value) => value.kind === 'percent')
      )
    ) {
      this.list.gain = true;
      return false;
    }
    const amount = this.refined.valueOf(token);
    if (amount === null) {
      this.list.unreadable ??= token;
      return this.skip();
    }
    if (number.form === 'percent' && this.isPercentRange(amount)) return this.percentRange(amount, token);
    if (number.form === 'percent' && !this.empty && this.list.values[0]?.kind === 'price')
      return this.note(amount, this.join === 'dash' ? 'dash' : 'paren');
    if (number.form === 'multiple' && !this.empty && this.list.values[0]?.kind === 'price')
      return this.skip();
    if (this.isLineIndex(token, amount)) return this.joined('index');
    const kind =
      number.form === 'percent'
        ? 'percent'
        : number.form === 'multiple'
          ? 'multiple'
          : number.form === 'points'
            ? 'points'
            : 'price';
    this.list.values.push({ kind, amount, join: this.join, token, share: null });
    this.join = 'space';
    return this.skip();
  }

  /** `SL - 25-30%`: the sign of the second number holds for the first. */
  private isPercentRange(last: Decimal): boolean {
    const [first, second] = this.list.values;
    return (
      this.field === 'stop' &&
      this.join === 'dash' &&
      first?.kind === 'price' &&
      second === undefined &&
      first.amount.lt(last) &&
      last.lt(first.amount.times(5))
    );
  }

  private percentRange(amount: Decimal, token: Token): boolean {
    this.list.values.splice(
      0,
      1,
      ...this.list.values.slice(0, 1).map((value): Value => ({ ...value, kind: 'percent' })),
    );
    this.list.values.push({ kind: 'percent', amount, join: 'dash', token, share: null });
    return this.skip();
  }

  /** `2 - 0.5995` as the second line of a list: the 2 counts, it is no price. */
  private isLineIndex(token: Token, amount: Decimal): boolean {
    if (this.join !== 'line' && !(this.empty && this.tokens[this.at - 1]?.kind === 'newline')) return false;
    if (token.number?.raw !== String(this.list.values.length + 1)) return false;
    let i = this.at + 1;
    while (isPunct(this.tokens[i], '-:=.|$') && i < this.at + 4) i++;
    const next = this.tokens[i];
    if (i === this.at + 1 || next?.number?.form !== 'price') return false;
    const first = this.list.values[0];
    return first === undefined || !amount.eq(first.amount);
  }

  /** A percentage behind a price: a share, a gain, or neither. */
  private note(percent: Decimal, style: Share['style']): boolean {
    const last = this.list.values[this.list.values.length - 1];
    const profit =
      has(this.tokens[this.at + 1], 'ofProfit') ||
      (has(this.tokens[this.at + 1], 'filler') && has(this.tokens[this.at + 2], 'ofProfit'));
    if (last !== undefined && last.share === null) last.share = { percent, style: profit ? 'profit' : style };
    this.at++;
    while (profit && hasAny(this.tokens[this.at], 'ofProfit', 'filler')) this.at++;
    return true;
  }

  private punct(token: Token): boolean {
    switch (token.text) {
      case '(':
      case '[':
        return this.parenthesis();
      case ')':
      case ']':
        return this.skip();
      case ':':
      case '=':
        if (!this.empty) return false;
        this.colon = true;
        return this.skip();
      case '-':
      case '~':
        return this.joined('dash');
      case '/':
        return this.joined('slash');
      case '|':
        return (this.empty || this.field !== 'stop') && this.joined('comma');
      case ',':
      case '，':
      case '、':
      case ';':
      case '；':
        return this.comma(token);
      case '&':
        return this.joined('and');
      case '.':
      case '。':
      case '!':
        return this.empty && (token.text === '.' || isPunct(this.tokens[this.at + 1], ':')) && this.skip();
      case '?':
        return false;
      default:
        return this.skip();
    }
  }

  /** A comma continues the list only if a value comes next. */
  private comma(token: Token): boolean {
    if (this.empty)
      return (
        this.field !== 'bare' &&
        isPunct(token, ',，') &&
        this.tokens[this.at + 1]?.kind === 'number' &&
        !isNamedBehind(this.tokens, this.at + 1) &&
        this.skip()
      );
    let i = this.at + 1;
    while (
      i < this.at + 4 &&
      (this.tokens[i]?.kind === 'emoji' ||
        this.tokens[i]?.kind === 'index' ||
        isPunct(this.tokens[i], '"+') ||
        hasAny(this.tokens[i], 'and', 'runner') ||
        (this.field === 'target' && hasAny(this.tokens[i], 'ordinal')))
    )
      i++;
    const next = this.tokens[i];
    if (next?.kind !== 'number' || next.number?.form === 'leverage') return false;
    if (isPunct(token, ';；') && this.field === 'bare') return false;
    if (this.field === 'stop' || (!isPunct(token, '、') && !continuesAfterComma(this, i))) return false;
    return this.joined('comma');
  }

  private emoji(token: Token): boolean {
    if (isForeignLabel(this, token, this.at)) return false;
    if (token.emoji === 'check' && !this.empty && checkIsMark(this)) this.list.checked = true;
    return this.skip();
  }

  private keyword(token: Token): boolean {
    if (hasAny(token, 'market') || (has(token, 'here') && this.field === 'entry'))
      return this.marketWord(token);
    if (has(token, 'between')) {
      if (!this.empty) return false;
      this.list.between = true;
      return this.skip();
    }
    if (this.empty && hasAny(token, 'above', 'below', 'breakout') && !hasAny(token, 'stop', 'target')) {
      if (/^[上下]方$/.test(token.text)) return this.skip();
      this.list.trigger ??= has(token, 'above') ? 'above' : has(token, 'below') ? 'below' : 'break';
      return this.skip();
    }
    if (this.empty && this.field === 'entry' && has(token, 'candle'))
      this.list.trigger ??= candleTrigger(token.text);
    if (this.empty) return this.leading(token);
    return this.trailing(token);
  }

  private marketWord(token: Token): boolean {
    if (this.field !== 'entry' && this.field !== 'bare') return false;
    if (this.field === 'bare' && hasAny(token, 'entry', 'here')) return false;
    this.list.market = true;
    return this.skip();
  }

  private leading(token: Token): boolean {
    if (has(token, 'zone')) this.list.zone = true;
    if (has(token, 'limit')) this.list.limit = true;
    if (has(token, 'none') && this.field !== 'bare' && !hasAny(token, 'noise')) {
      this.list.none = true;
      return false;
    }
    if (this.field === 'target' && hasAny(token, 'term', 'see')) return this.skip();
    if (hasAny(token, 'long', 'short', 'bareLong', 'bareShort', 'buy', 'sell')) return false;
    if (token.roles.has('to') && this.field !== 'bare') return this.skip();
    if (hasAny(token, ...LEADING) && !hasAny(token, 'stop', 'target', 'close')) return this.skip();
    if (this.field === 'entry' && hasAny(token, 'dca', 'entry')) return this.skip();
    if (this.field === 'stop' && hasAny(token, 'stop', 'close', 'candle', 'see', 'if', 'breakout'))
      return this.skip();
    if (
      this.field === 'stop' &&
      hasAny(this.tokens[this.at - 1], 'if', 'filler') &&
      hasAny(token, 'breakStop', 'cutAt')
    )
      return this.skip();
    if (this.field === 'target' && has(token, 'runner') && this.colonFollows()) return this.skip();
    return false;
  }

  /** `Target 4 - Moon!: 160` has a price all the same. */
  private colonFollows(): boolean {
    const next = this.tokens[isPunct(this.tokens[this.at + 1], '!') ? this.at + 2 : this.at + 1];
    return isPunct(next, ':');
  }

  private trailing(token: Token): boolean {
    if (has(token, 'to') && valueFollows(this, this.at + 1)) return this.joined('to');
    if (has(token, 'and') && valueFollows(this, this.at + 1)) return this.joined('and');
    if (has(token, 'upTo') && valueFollows(this, this.at + 1)) return this.joined('to');
    if (this.field === 'target' && has(token, 'rest') && valueFollows(this, this.at + 1)) return this.skip();
    if (hasAny(token, 'near', 'quote', 'runner') && !hasAny(token, 'stop', 'target')) return this.skip();
    if (this.field === 'entry' && hasAny(token, 'limit', 'dca') && !isPunct(this.tokens[this.at + 1], ':'))
      return this.skip();
    if (this.field === 'entry' && has(token, 'between')) return this.skip();
    if (this.field === 'target' && hasAny(token, 'close', 'sell', 'partial', 'take', 'exitStop'))
      return this.closeNote();
    const next = this.tokens[this.at + 1];
    if (this.field === 'target' && has(token, 'ordinal') && (next?.kind === 'number' || isPunct(next, ',，')))
      return this.skip();
    if (this.field === 'target' && has(token, 'term') && isPunct(this.tokens[this.at + 1], ':=-@')) {
      this.at += 2;
      return true;
    }
    if (this.field === 'target' && hasAny(token, 'see') && valueFollows(this, this.at + 1))
      return this.joined('space');
    return false;
  }

  /** `1.53 - close 40%`. */
  private closeNote(): boolean {
    let i = this.at + 1;
    while (i < this.at + 3 && hasAny(this.tokens[i], 'filler', 'partial', 'take')) i++;
    const next = this.tokens[i];
    const last = this.list.values[this.list.values.length - 1];
    if (last === undefined || next === undefined) return false;
    const share = shareOf(next, this.refined);
    if (share === null) return false;
    last.share = share;
    this.at = i + 1;
    while (hasAny(this.tokens[this.at], 'filler') && this.tokens[this.at]?.line === next.line) this.at++;
    return true;
  }

  /** Notes in parentheses: a percentage, a bound, a market word, the part to close; other words are passed over. */
  private parenthesis(): boolean {
    if (this.sharesFollow(this.at)) return true;
    const closing = isPunct(this.tokens[this.at], '[') ? ']' : ')';
    let end = this.at + 1;
    while (
      end < this.at + 16 &&
      this.tokens[end] !== undefined &&
      this.tokens[end]?.kind !== 'newline' &&
      !isPunct(this.tokens[end], closing)
    )
      end++;
    if (!isPunct(this.tokens[end], closing)) return this.skip();
    const inside = this.tokens.slice(this.at + 1, end);
    if (holdsLabel(inside) || (closing === ']' && !this.empty && isLabelOnly(inside))) return false;
    if (this.empty) return this.leadingParenthesis(inside, end);
    if (
      inside.some((token) => has(token, 'upTo')) &&
      inside.some((token) => token.number?.form === 'price')
    ) {
      this.join = 'to';
      this.at++;
      while (this.at < end && this.tokens[this.at]?.number?.form !== 'price') this.at++;
      return true;
    }
    if (this.field !== 'target' && inside.some((token) => token.number?.form === 'leverage')) return false;
    if (inside.some((token) => hasAny(token, 'market')) && this.field === 'entry') this.list.market = true;
    if (this.field !== 'stop') noteShare(inside, this.list.values, this.refined);
    this.at = end + 1;
    return true;
  }

  /** Takes one share for each value; false if none follow. */
  private sharesFollow(from: number): boolean {
    if (this.field === 'stop') return false;
    const shares = listedShares(this.tokens, from, this.list.values.length, this.refined);
    if (shares === null) return false;
    noteShares(this.list.values, shares.percents);
    this.at = shares.end;
    return true;
  }

  private leadingParenthesis(inside: readonly Token[], end: number): boolean {
    if (inside.some((token) => hasAny(token, 'long', 'short', 'buy', 'sell') && token.kind === 'keyword'))
      return false;
    if (inside.some((token) => token.number?.form === 'leverage')) return false;
    if (inside.some((token) => token.number !== null && token.number.form !== 'percent')) return this.skip();
    if (inside.some((token) => hasAny(token, 'market')) && this.field === 'entry') this.list.market = true;
    if (inside.some((token) => hasAny(token, 'zone'))) this.list.zone = true;
    this.at = end + 1;
    return true;
  }

  /** An unknown word belongs to the label if a colon follows, or `at` and a number ("my stop sits at 7.49"). */
  private word(): boolean {
    if (/^(?:scaled|weighted|weights|split|sized)$/i.test(this.tokens[this.at]?.text ?? ''))
      return this.sharesFollow(this.at + 1);
    if (!this.empty || this.field === 'bare') return false;
    if (this.field === 'stop' && MOVES.test(this.tokens[this.at]?.text ?? '')) return this.skip();
    if (this.colon) return false;
    for (let i = this.at + 1; i < this.at + 4; i++) {
      if (isPunct(this.tokens[i], ':')) return this.skip();
      if (this.tokens[i]?.kind === 'newline') return false;
    }
    const next = this.tokens[this.at + 1];
    return hasAny(next, 'filler', 'near', 'to') && this.tokens[this.at + 2]?.kind === 'number' && this.skip();
  }
}

/** What the market does before a stop: "if we lose 1,360", "if price falls under 1,360". */
const MOVES = /^(?:los[et]s?|loos[et]s?|breaks?|falls?|drops?|trades?|goes|gets|holds?|price)$/i;

/** `(SL: 0.0256, TP1: 0.0236)`: no note on the value before, but the next parts of the call. */
const holdsLabel = (inside: readonly Token[]): boolean =>
  inside.some((token) => token.number?.form === 'price') &&
  inside.some((token) => hasAny(token, 'stop', 'target') && !hasAny(token, 'partial', 'close'));

/** 【止损】 behind a value begins the next part. */
const isLabelOnly = (inside: readonly Token[]): boolean =>
  inside.length > 0 &&
  inside.every((token) =>
    hasAny(token, 'stop', 'target', 'entry', 'leverage', 'symbolLabel', 'sideLabel', 'noise', 'margin'),
  );

/** "1h close above 68,300": which way the candle must close. */
function candleTrigger(text: string): ValueList['trigger'] {
  if (/above|over/i.test(text)) return 'above';
  return /below|under/i.test(text) ? 'below' : null;
}
