import type { Fact, PriceField, SideStrength } from './facts.ts';
import { isAdjacent, sideFollows } from './recognise-adjacent.ts';
import { labelBehind, readSharesBehind } from './recognise-behind.ts';
import { emojiLabel } from './recognise-emoji.ts';
import { indexSkip, strippedTargets } from './recognise-index.ts';
import { type FoundLeverage, isMarginMode, readLeverage, readLeverageLabel } from './recognise-leverage.ts';
import {
  clausesOf,
  isCount,
  isStamp,
  noiseEnd,
  opensAlert,
  opensCell,
  valueFirstClauses,
} from './recognise-lines.ts';
import { isOfAllMarket, isOfExit, labelsMarket, reportsEntry, speaksOfEntry } from './recognise-market.ts';
import { isSideCharacter, sideOf } from './recognise-side.ts';
import type { Refined } from './refine.ts';
import { readSharedExits } from './shared-exits.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';
import type { Field, ValueList } from './value-list.ts';
import { readValues } from './values.ts';

/** Everything in the message that may be part of a signal, in reading order. */
export interface Recognised {
  readonly facts: readonly Fact[];
  /** Indexes of the number tokens that belong to a fact. */
  readonly used: ReadonlySet<number>;
}

export function recognise(refined: Refined): Recognised {
  return new Recogniser(refined).run();
}

const READ_AS: Record<PriceField, Field> = {
  entry: 'entry',
  dca: 'entry',
  buyAt: 'entry',
  sellAt: 'entry',
  stop: 'stop',
  exitAt: 'stop',
  target: 'target',
  closeAt: 'target',
  aimAt: 'target',
  priceAt: 'entry',
  bare: 'bare',
};

const BESIDE = /^[上下]方$/;
const STOP_ORDER = /^(?:buy|sell)[-_ ]+stop$/i;

class Recogniser {
  private readonly refined: Refined;
  private readonly tokens: readonly Token[];
  private readonly facts: Fact[] = [];
  private readonly used = new Set<number>();
  private readonly clauses: Uint32Array;
  private readonly valueFirst: ReadonlySet<number>;
  /** Index of a label that has taken the value before it. */
  private taken = -1;
  private at = 0;

  constructor(refined: Refined) {
    this.refined = strippedTargets(refined);
    this.tokens = this.refined.tokens;
    this.clauses = clausesOf(this.tokens);
    this.valueFirst = valueFirstClauses(this.tokens, this.clauses);
  }

  run(): Recognised {
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at];
      if (token === undefined) break;
      const before = this.at;
      this.take(token);
      if (this.at === before) this.at++;
    }
    return { facts: this.facts, used: this.used };
  }

  private place(at: number, end: number): { at: number; end: number; line: number; clause: number } {
    return { at, end, line: this.tokens[at]?.line ?? 0, clause: this.clauses[at] ?? 0 };
  }

  private take(token: Token): void {
    if (token.kind === 'symbol' && token.symbol !== null) {
      if (opensAlert(this.tokens, this.at))
        this.facts.push({ kind: 'alert', ticker: true, ...this.place(this.at, this.at + 1) });
      this.facts.push({ kind: 'symbol', shape: token.symbol, ...this.place(this.at, this.at + 1) });
    } else if (token.kind === 'number') this.number(token);
    else if (token.kind === 'emoji') this.emoji(token);
    else if (token.kind === 'keyword' || token.kind === 'word') this.keyword(token);
  }

  private number(token: Token): void {
    if (token.number?.form === 'leverage') return this.leverage(readLeverage(this.refined, this.at));
    if (token.number?.sign === '+' || isCount(this.tokens, this.at)) return;
    if (
      token.number?.form === 'price' ||
      token.number?.form === 'unreadable' ||
      (token.number?.form === 'percent' && this.isNamedBehind())
    )
      this.prices('bare', this.at, this.at);
  }

  /** `5% 止损`: the label of a percentage stands behind it. */
  private isNamedBehind(): boolean {
    return (
      this.valueFirst.has(this.clauses[this.at] ?? -1) && hasAny(this.tokens[this.at + 1], 'stop', 'target')
    );
  }

  private emoji(token: Token): void {
    if (token.emoji === 'up' || token.emoji === 'down') {
      this.facts.push({
        kind: 'side',
        side: token.emoji === 'up' ? 'long' : 'short',
        strength: 'emoji',
        ...this.place(this.at, this.at + 1),
      });
      return;
    }
    const label = emojiLabel(this.tokens, this.at, this.facts);
    if (label !== null) this.prices(label.field, this.at, label.from);
  }

  private keyword(token: Token): void {
    if (has(token, 'alert') || isStamp(this.tokens, this.at))
      this.facts.push({ kind: 'alert', ticker: false, ...this.place(this.at, this.at + 1) });
    const trade = sideOf(token);
    const character = isSideCharacter(this.tokens, this.at);
    const location = BESIDE.test(token.text) && this.tokens[this.at + 1]?.kind === 'number';
    if (location && this.facts.some((fact) => fact.kind === 'prices')) return this.label('aimAt');
    if (hasAny(token, 'above', 'below', 'breakout') && !hasAny(token, 'breakStop') && !location) {
      this.facts.push({
        kind: 'trigger',
        direction: has(token, 'below') ? 'below' : has(token, 'above') ? 'above' : 'break',
        ...this.place(this.at, this.at + 1),
      });
    }
    if (hasAny(token, 'close', 'partial', 'take', 'sell') && this.sharedExits()) return;
    if (STOP_ORDER.test(token.text))
      this.facts.push({ kind: 'trigger', direction: 'break', ...this.place(this.at, this.at + 1) });
    if (character !== null) this.side(character, 'word');
    else if (trade !== null) this.sideWord(token, trade.side, trade.strength);
    else if (has(token, 'stop')) this.label('stop');
    else if (has(token, 'leverage')) this.leverage(readLeverageLabel(this.refined, this.at));
    else if (hasAny(token, 'entry', 'zone') && !has(token, 'dca')) this.entryLabel(token);
    else if (has(token, 'breakStop')) this.breakLevel();
    else if (has(token, 'exitStop')) this.label('exitAt');
    else if (has(token, 'target')) this.label('target');
    else if (has(token, 'dca')) this.label('dca');
    else if (has(token, 'cutAt')) this.label('exitAt');
    else if (has(token, 'aim')) this.label('aimAt');
    else if (hasAny(token, 'close')) this.label('closeAt');
    else if (has(token, 'limit')) this.limitWord();
    else if (has(token, 'see')) this.label('target');
    else if (isMarginMode(this.tokens, this.at)) this.margin(this.at);
    else if (hasAny(token, 'market', 'here')) this.marketWord(token);
    else if (
      has(token, 'priceLabel') &&
      (isPunct(this.tokens[this.at + 1], ':=@') ||
        (opensCell(this.tokens, this.at) && this.tokens[this.at + 1]?.number?.form === 'price'))
    )
      this.prices('priceAt', this.at, this.at + 1);
    else if (has(token, 'noise')) this.at = noiseEnd(this.tokens, this.at);
  }

  /** "Cover half at 27.8 and the rest at 26" in a call that has its stop already. */
  private sharedExits(): boolean {
    if (
      !this.facts.some(
        (fact) => fact.kind === 'prices' && fact.field === 'stop' && fact.list.values.length > 0,
      )
    )
      return false;
    const list = readSharedExits(this.refined, this.at + 1);
    if (list === null) return false;
    for (let i = this.at; i < list.next; i++) this.note(i);
    this.facts.push({
      kind: 'prices',
      field: 'closeAt',
      list,
      adjacent: true,
      opensCell: false,
      ...this.place(this.at, list.next),
    });
    this.at = list.next;
    return true;
  }

  /** In "between cmp 0.44 to 0.42" the market is one end of the zone. */
  private marketWord(token: Token): void {
    if (
      labelsMarket(this.tokens, this.at) ||
      isOfAllMarket(this.tokens, this.at) ||
      isOfExit(this.tokens, this.at)
    )
      return;
    if (has(this.tokens[this.at - 1], 'between') && this.tokens[this.at + 1]?.number?.form === 'price')
      return;
    if (!has(token, 'market') && reportsEntry(this.tokens, this.clauses, this.at)) return;
    if (/^now$/i.test(token.text) && !speaksOfEntry(this.tokens, this.clauses, this.at)) return;
    this.facts.push({
      kind: has(token, 'market') ? 'market' : 'here',
      ...this.place(this.at, this.at + 1),
    });
  }

  /** "Limit 27.8", or only `Order type: Limit`. */
  private limitWord(): void {
    const { at } = this;
    this.label('entry');
    if (this.at === at) this.facts.push({ kind: 'limit', ...this.place(at, at + 1) });
  }

  private side(side: 'long' | 'short', strength: SideStrength): void {
    this.facts.push({ kind: 'side', side, strength, ...this.place(this.at, this.at + 1) });
  }

  /** "Buy: 9.2" may label an entry or a target; the word counts as a side all the same, with less weight. */
  private sideWord(token: Token, side: 'long' | 'short', strength: SideStrength): void {
    this.side(side, strength);
    if (strength !== 'trade' || hasAny(token, 'limit')) return;
    const field = side === 'long' ? 'buyAt' : 'sellAt';
    const from = indexSkip(this.tokens, this.at, field);
    const label = this.tokens[isPunct(this.tokens[from], '|.,') ? from + 1 : from];
    if (has(label, 'priceLabel') && this.facts.some((fact) => fact.kind === 'alert')) return;
    if (readValues(this.refined, from, 'entry').values[0]?.kind === 'price')
      this.prices(field, this.at, from);
  }

  private entryLabel(token: Token): void {
    if (this.warnsOfEntry()) {
      this.at = Math.max(readValues(this.refined, this.at + 1, 'entry').next, this.at + 1);
      return;
    }
    const previous = this.tokens[this.at - 1];
    const known = previous === undefined || previous.kind !== 'word' || previous.line !== token.line;
    if (has(token, 'zone') && !has(token, 'entry') && !known) return;
    this.label('entry');
  }

  /** "Don't enter under 1.36" behind a call that has its entry. */
  private warnsOfEntry(): boolean {
    const warned = [1, 2].some((distance) => has(this.tokens[this.at - distance], 'not'));
    return (
      warned &&
      this.facts.some(
        (fact) => fact.kind === 'prices' && fact.field === 'entry' && fact.list.values.length > 0,
      )
    );
  }

  private label(field: PriceField): void {
    if (this.at === this.taken || this.valueFirst.has(this.clauses[this.at] ?? -1)) return;
    this.prices(field, this.at, indexSkip(this.tokens, this.at, field));
  }

  private prices(field: PriceField, at: number, from: number): void {
    const list = readValues(this.refined, from, READ_AS[field]);
    const worth =
      list.values.length > 0 ||
      list.market ||
      list.unreadable !== null ||
      list.placeholder ||
      list.none ||
      list.gain;
    if (!worth) {
      if (field !== 'bare' && from > at + 1) this.at = from;
      return;
    }
    const behind = field === 'bare' ? this.labelBehind(list) : field;
    if (behind !== field) readSharesBehind(this.refined, list, this.facts);
    for (let i = at; i < list.next; i++) this.note(i);
    const label = this.tokens[at];
    if (has(label, 'zone')) list.zone = true;
    const before = this.tokens[has(this.tokens[at - 1], 'market') ? at - 2 : at - 1];
    if (has(label, 'between') || (field === 'bare' && has(before, 'between'))) list.between = true;
    const adjacent = field !== 'bare' || isAdjacent(this.tokens, at, list);
    this.facts.push({
      kind: 'prices',
      field: behind,
      list,
      adjacent,
      opensCell: opensCell(this.tokens, at),
      ...this.place(at, Math.max(list.next, at + 1)),
    });
    this.at = Math.max(list.next, at + 1);
  }

  private labelBehind(list: ValueList): PriceField {
    const { field, taken } = labelBehind(this.tokens, list, (index) =>
      this.valueFirst.has(this.clauses[index] ?? -1),
    );
    if (taken !== null) this.taken = taken;
    return field;
  }

  private note(index: number): void {
    const token = this.tokens[index];
    if (token?.kind === 'number') this.used.add(index);
    if (token?.symbol != null)
      this.facts.push({ kind: 'symbol', shape: token.symbol, ...this.place(index, index + 1) });
  }

  /** `跌破13.6出` is a stop, `突破105000做多` a trigger; a level that is only watched is neither. */
  private breakLevel(): void {
    const start = this.at;
    const list = readValues(this.refined, start + 1, 'bare');
    if (list.values.length === 0) {
      if (has(this.tokens[start], 'breakout') && !hasAny(this.tokens[start + 1], 'close', 'exitStop'))
        this.trigger(start);
      return;
    }
    let next = list.next;
    while (
      (hasAny(this.tokens[next], 'near', 'filler', 'candle', 'see') || this.tokens[next]?.text === '就') &&
      !hasAny(this.tokens[next], 'close', 'entry')
    )
      next++;
    const behind = this.tokens[next];
    if (hasAny(behind, 'close', 'stop', 'exitStop', 'cancel')) this.prices('stop', start, start + 1);
    else if (sideFollows(this.tokens, list.next)) {
      this.trigger(start);
      this.prices('bare', start + 1, start + 1);
    } else this.at = list.next;
  }

  private trigger(at: number): void {
    const text = this.tokens[at]?.text ?? '';
    const below = /[跌下失]/.test(text) || has(this.tokens[at], 'below');
    // 破2690追空, 破96000追多: a price is broken towards the trade.
    const direction = /^(?:有效|实体|收)?破位?$/.test(text) ? 'break' : below ? 'below' : 'above';
    this.facts.push({ kind: 'trigger', direction, ...this.place(at, at + 1) });
  }

  private leverage(found: FoundLeverage | null): void {
    if (found === null) return;
    for (const index of found.used) this.used.add(index);
    for (const index of found.margins) this.margin(index);
    if (found.values !== null)
      this.facts.push({ kind: 'leverage', values: found.values, ...this.place(this.at, found.end) });
    this.at = found.end;
  }

  private margin(at: number): void {
    const mode = has(this.tokens[at], 'isolated') ? 'isolated' : 'cross';
    this.facts.push({ kind: 'margin', mode, ...this.place(at, at + 1) });
  }
}
