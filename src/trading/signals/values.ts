import type { Decimal } from '../decimal.ts';
import { opensCell } from './recognise-lines.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';
import { emptyList, type Field, type Join, type Share, type Value, type ValueList } from './value-list.ts';
import {
  checkIsMark,
  commaContinues,
  continuesOnNextLine,
  isForeignLabel,
  isLineIndex,
  isSharedPrice,
  type ListState,
  valueFollows,
} from './value-lookahead.ts';
import { readParenthesis } from './value-parens.ts';
import { listedShares, noteClosing, noteShares } from './value-shares.ts';
import { candleTrigger, isIllegibleStop, joinOf, leads, unknownMayLead } from './value-words.ts';

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
  /** A share of the position that stands before its price. */
  private pending: Share | null = null;
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
    if (isIllegibleStop(this)) {
      this.list.unreadable = this.tokens[this.at] ?? null;
      while (this.tokens[this.at]?.kind === 'word') this.at++;
    }
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
        (this.field === 'target' || this.field === 'stop') &&
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
    if (this.field === 'entry' && isSharedPrice(this.tokens, this.at)) {
      this.pending = { percent: amount, style: 'paren' };
      return this.skip();
    }
    if (number.form === 'percent' && this.isPercentRange(amount)) return this.percentRange(amount, token);
    if (number.form === 'percent' && !this.empty && this.list.values[0]?.kind === 'price')
      return this.note(amount, this.join === 'dash' ? 'dash' : 'paren');
    if (number.form === 'multiple' && !this.empty && this.list.values[0]?.kind === 'price')
      return this.skip();
    if (isLineIndex(this, this.join, token)) return this.joined('index');
    const kind =
      number.form === 'percent'
        ? 'percent'
        : number.form === 'multiple'
          ? 'multiple'
          : number.form === 'points'
            ? 'points'
            : 'price';
    this.list.values.push({ kind, amount, join: this.join, token, share: this.pending });
    this.pending = null;
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
        // At the beginning of a line it is a bullet.
        return this.joined(this.join === 'line' && opensCell(this.tokens, this.at) ? 'line' : 'dash');
      case '/':
        return this.joined('slash');
      case '|':
        return (this.empty || (this.field !== 'stop' && this.field !== 'bare')) && this.joined('comma');
      case ',':
      case '，':
      case '、':
      case ';':
      case '；':
        return commaContinues(this) && this.joined('comma');
      case '&':
        return this.joined('and');
      case '.':
      case '。':
      case '!':
        // `1) 0.5820.` above `2) 0.5995.`
        if (!this.empty)
          return (
            this.tokens[this.at + 1]?.kind === 'newline' &&
            this.tokens[this.at + 2]?.kind === 'index' &&
            this.skip()
          );
        return (token.text === '.' || isPunct(this.tokens[this.at + 1], ':')) && this.skip();
      case '?':
        return false;
      default:
        return this.skip();
    }
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
    if (this.empty) return leads(this, token) && this.skip();
    return this.trailing(token);
  }

  private marketWord(token: Token): boolean {
    if (this.field !== 'entry' && this.field !== 'bare') return this.isNowOf(token) && this.skip();
    if (this.field === 'bare' && hasAny(token, 'entry', 'here')) return false;
    this.list.market = true;
    return this.skip();
  }

  /** "SL now 95k": where the stop is from now on. */
  private isNowOf(token: Token): boolean {
    return (
      this.empty &&
      this.field === 'stop' &&
      /^(?:now|currently)$/i.test(token.text) &&
      this.tokens[this.at + 1]?.number?.form === 'price'
    );
  }

  private trailing(token: Token): boolean {
    if (this.field === 'target' && hasAny(token, 'close', 'sell', 'partial', 'take', 'exitStop'))
      return this.closeNote();
    const join = joinOf(this, token);
    if (join === null) return false;
    if (join === 'term') this.at++;
    return join === 'pass' || join === 'term' ? this.skip() : this.joined(join);
  }

  private closeNote(): boolean {
    const next = noteClosing(this.tokens, this.at, this.list.values, this.refined);
    if (next === null) return false;
    this.at = next;
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

  private parenthesis(): boolean {
    if (this.sharesFollow(this.at)) return true;
    const found = readParenthesis(this, this.refined);
    if (found === null) return false;
    if (found.join) this.join = 'to';
    this.at = found.next;
    return true;
  }

  private word(): boolean {
    if (/^(?:scaled|weighted|weights|split|sized)$/i.test(this.tokens[this.at]?.text ?? ''))
      return this.sharesFollow(this.at + 1);
    return unknownMayLead(this) && this.skip();
  }
}
