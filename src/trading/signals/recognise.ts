import type { Decimal } from '../decimal.ts';
import type { Fact, PriceField, SideStrength } from './facts.ts';
import { isAdjacent, sideFollows } from './recognise-adjacent.ts';
import { indexSkip, strippedTargets } from './recognise-index.ts';
import { clausesOf, isHan, opensAlert, valueFirstClauses } from './recognise-lines.ts';
import { isSideCharacter, sideOf } from './recognise-side.ts';
import type { Refined } from './refine.ts';
import { readSharedExits } from './shared-exits.ts';
import { has, hasAny, isPunct, type Token } from './tokens.ts';
import type { Field, ValueList } from './value-list.ts';
import { listedShares, noteShares } from './value-shares.ts';
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
    if (token.number?.form === 'leverage') return this.leverage(this.at);
    if (token.number?.sign === '+') return;
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
    let next = this.at + 1;
    while (isPunct(this.tokens[next], ':-=') && next < this.at + 3) next++;
    const form = this.tokens[next]?.number?.form;
    if (form !== 'price') return;
    if (token.emoji === 'stop' || token.emoji === 'fail') this.prices('stop', this.at, next);
    else if (token.emoji === 'target' || (token.emoji === 'arrow' && this.afterEntry()))
      this.prices('target', this.at, next);
    else if (token.emoji === 'entry') this.prices('entry', this.at, next);
  }

  /** `long 3105 -> 3180`: the arrow leads from the entry to the target. */
  private afterEntry(): boolean {
    const last = this.facts[this.facts.length - 1];
    return (
      this.tokens[this.at - 1]?.kind === 'number' &&
      last?.kind === 'prices' &&
      last.field === 'bare' &&
      last.end === this.at
    );
  }

  private keyword(token: Token): void {
    if (has(token, 'alert'))
      this.facts.push({ kind: 'alert', ticker: false, ...this.place(this.at, this.at + 1) });
    const trade = sideOf(token);
    const character = isSideCharacter(this.tokens, this.at);
    const location = /^[上下]方$/.test(token.text) && this.tokens[this.at + 1]?.kind === 'number';
    if (location && this.facts.some((fact) => fact.kind === 'prices')) return this.label('aimAt');
    if (hasAny(token, 'above', 'below', 'breakout') && !hasAny(token, 'breakStop') && !location) {
      this.facts.push({
        kind: 'trigger',
        direction: has(token, 'below') ? 'below' : has(token, 'above') ? 'above' : 'break',
        ...this.place(this.at, this.at + 1),
      });
    }
    if (hasAny(token, 'close', 'partial', 'take', 'sell') && this.sharedExits()) return;
    if (/^(?:buy|sell) stop$/i.test(token.text.replace(/[-_ ]+/g, ' ')))
      this.facts.push({ kind: 'trigger', direction: 'break', ...this.place(this.at, this.at + 1) });
    if (character !== null) this.side(character, 'word');
    else if (trade !== null) this.sideWord(token, trade.side, trade.strength);
    else if (has(token, 'stop')) this.label('stop');
    else if (has(token, 'leverage')) this.leverageLabel();
    else if (hasAny(token, 'entry', 'zone') && !has(token, 'dca')) this.entryLabel(token);
    else if (has(token, 'breakStop')) this.breakLevel();
    else if (has(token, 'exitStop')) this.label('exitAt');
    else if (has(token, 'target')) this.label('target');
    else if (has(token, 'dca')) this.label('dca');
    else if (has(token, 'cutAt')) this.label('exitAt');
    else if (has(token, 'aim')) this.label('aimAt');
    else if (hasAny(token, 'close')) this.label('closeAt');
    else if (has(token, 'limit')) this.label('entry');
    else if (has(token, 'see')) this.label('target');
    else if (hasAny(token, 'cross', 'isolated')) this.margin(token);
    else if (hasAny(token, 'market', 'here')) this.marketWord(token);
    else if (
      has(token, 'priceLabel') &&
      (isPunct(this.tokens[this.at + 1], ':=@') ||
        (this.opensCell(this.at) && this.tokens[this.at + 1]?.number?.form === 'price'))
    )
      this.prices('priceAt', this.at, this.at + 1);
    else if (has(token, 'noise')) this.noise();
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
    if (isPunct(this.tokens[this.at + 1], ':=') && this.tokens[this.at + 2]?.kind === 'symbol') return;
    if (has(this.tokens[this.at - 1], 'between') && this.tokens[this.at + 1]?.number?.form === 'price')
      return;
    if (!has(token, 'market') && this.reportsEntry()) return;
    if (/^now$/i.test(token.text) && !this.speaksOfEntry()) return;
    this.facts.push({
      kind: has(token, 'market') ? 'market' : 'here',
      ...this.place(this.at, this.at + 1),
    });
  }

  /** "Now we flip. Long SOL 147.2": the word counts where its clause has the side, the coin or the entry, or nothing else. */
  private speaksOfEntry(): boolean {
    const clause = this.clauses[this.at];
    let start = this.at;
    while (start > 0 && this.clauses[start - 1] === clause) start--;
    let words = 0;
    for (let i = start; i < start + 24 && this.clauses[i] === clause; i++) {
      const other = this.tokens[i];
      if (other === undefined) break;
      if (
        other.symbol !== null ||
        other.number !== null ||
        sideOf(other) !== null ||
        hasAny(other, 'entry', 'bareLong', 'bareShort')
      )
        return true;
      if (other.kind === 'word' || (other.kind === 'keyword' && i !== this.at)) words++;
    }
    return words === 0;
  }

  /** "Sold some here 1.742": what was done at a price is not done again at another. */
  private reportsEntry(): boolean {
    const clause = this.clauses[this.at];
    for (let i = this.at - 1; i >= 0 && i > this.at - 8 && this.clauses[i] === clause; i--)
      if (/^(?:sold|bought|shorted|longed|entered|opened|took)$/i.test(this.tokens[i]?.text ?? ''))
        return this.tokens[this.at + 1]?.number?.form === 'price';
    return false;
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
    const previous = this.tokens[this.at - 1];
    const known = previous === undefined || previous.kind !== 'word' || previous.line !== token.line;
    if (has(token, 'zone') && !has(token, 'entry') && !known) return;
    this.label('entry');
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
    const behind = field === 'bare' ? this.fieldBehind(list) : field;
    if (behind !== field) this.sharesBehind(list);
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
      opensCell: this.opensCell(at),
      ...this.place(at, Math.max(list.next, at + 1)),
    });
    this.at = Math.max(list.next, at + 1);
  }

  /** `43 / 45.5 / 48 止盈（30%/30%/40%）`: the shares stand behind the label. */
  private sharesBehind(list: ValueList): void {
    let i = list.next;
    while (i < list.next + 5 && !isPunct(this.tokens[i], '(') && this.tokens[i]?.kind !== 'newline') i++;
    const shares = listedShares(this.tokens, i, list.values.length, this.refined);
    if (shares === null) return;
    noteShares(list.values, shares.percents);
    for (let j = i; j < shares.end; j++) this.note(j);
    list.next = shares.end;
  }

  /** Whether only bullets stand between the line's or the cell's beginning and `at`. */
  private opensCell(at: number): boolean {
    let i = at - 1;
    while (this.tokens[i]?.kind === 'emoji' || isPunct(this.tokens[i], '-*•($')) i--;
    return this.tokens[i] === undefined || this.tokens[i]?.kind === 'newline' || isPunct(this.tokens[i], '|');
  }

  private note(index: number): void {
    const token = this.tokens[index];
    if (token?.kind === 'number') this.used.add(index);
    if (token?.symbol != null)
      this.facts.push({ kind: 'symbol', shape: token.symbol, ...this.place(index, index + 1) });
  }

  /** Where a line writes its values before its labels (`97000止损 101000止盈`), the label behind the value decides. */
  private fieldBehind(list: ValueList): PriceField {
    let next = list.next;
    while (
      (hasAny(this.tokens[next], 'near', 'quote', 'filler', 'above', 'below') || isHan(this.tokens[next])) &&
      !hasAny(this.tokens[next], 'entry', 'stop', 'target', 'close', 'exitStop', 'cutAt', 'aim')
    )
      next++;
    const label = this.tokens[next];
    if (this.valueFirst.has(this.clauses[next] ?? -1) && label?.line === list.values[0]?.token.line) {
      if (has(label, 'stop')) return 'stop';
      if (has(label, 'target')) return 'target';
      if (hasAny(label, 'exitStop', 'cutAt')) return 'exitAt';
      if (has(label, 'aim')) return 'aimAt';
      if (has(label, 'close')) return 'closeAt';
    }
    const after = this.tokens[next + 1];
    const closesPart = after === undefined || after.kind === 'newline' || isPunct(after, ',，');
    if (closesPart && hasAny(label, 'dca', 'entry')) this.taken = next;
    if (has(label, 'dca') && !isPunct(after, ':=') && after?.kind !== 'number') return 'dca';
    if (!has(label, 'entry') || isPunct(after, ':=') || label?.line !== list.values[0]?.token.line)
      return 'bare';
    return 'entry';
  }

  /** `跌破13.6出` is a stop, `突破105000做多` a trigger; a level that is only watched is neither. */
  private breakLevel(): void {
    const start = this.at;
    const list = readValues(this.refined, start + 1, 'bare');
    if (list.values.length === 0) {
      if (has(this.tokens[start], 'breakout')) this.trigger(start);
      return;
    }
    let next = list.next;
    while (
      hasAny(this.tokens[next], 'near', 'filler', 'candle', 'see') &&
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
    const below = /[跌下失]/.test(this.tokens[at]?.text ?? '') || has(this.tokens[at], 'below');
    this.facts.push({ kind: 'trigger', direction: below ? 'below' : 'above', ...this.place(at, at + 1) });
  }

  private leverage(at: number): void {
    const values: Decimal[] = [];
    let i = at;
    let end = at;
    while (i < at + 6) {
      const token = this.tokens[i];
      if (token?.number?.form === 'leverage') {
        const value = this.refined.valueOf(token);
        if (value !== null) values.push(value);
        this.used.add(i);
        end = i + 1;
      } else if (!(isPunct(token, '-~/') || hasAny(token, 'to'))) break;
      i++;
    }
    this.facts.push({ kind: 'leverage', values, ...this.place(at, end) });
    this.at = end;
  }

  /** `杠杆: 10` and `Leverage 5-10`: the number needs no `x` behind its label. */
  private leverageLabel(): void {
    let i = this.at + 1;
    if (this.tokens[this.at - 1]?.number?.form === 'leverage' && !isPunct(this.tokens[i], ':')) return;
    while (
      i < this.at + 8 &&
      (isPunct(this.tokens[i], ':=-(."@') ||
        this.tokens[i]?.kind === 'emoji' ||
        (this.tokens[i]?.kind === 'newline' && isPunct(this.tokens[i - 1], ':')) ||
        hasAny(this.tokens[i], 'cross', 'isolated', 'upTo', 'filler', 'margin', 'near'))
    ) {
      const token = this.tokens[i];
      if (token !== undefined && hasAny(token, 'cross', 'isolated')) this.marginFact(token, i);
      i++;
    }
    const token = this.tokens[i];
    if (token?.number?.form !== 'price' || !/^\d{1,4}(\.\d+)?$/.test(token.number.raw)) {
      this.at = Math.max(this.at + 1, token?.number?.form === 'leverage' ? i : this.at + 1);
      return;
    }
    const values = [token, this.tokens[i + 2]].flatMap((each, index) => {
      if (each?.number?.form !== 'price' || (index === 1 && !isPunct(this.tokens[i + 1], '-~'))) return [];
      this.used.add(i + 2 * index);
      return this.refined.valueOf(each) ?? [];
    });
    const end = i + (values.length > 1 ? 3 : 1);
    this.facts.push({ kind: 'leverage', values, ...this.place(this.at, end) });
    this.at = end;
  }

  private marginFact(token: Token, at: number): void {
    this.facts.push({
      kind: 'margin',
      mode: has(token, 'isolated') ? 'isolated' : 'cross',
      ...this.place(at, at + 1),
    });
  }

  /** A MACD can cross too: the word needs a leverage or a margin label beside it, or its line for itself. */
  private margin(token: Token): void {
    const near = [-3, -2, -1, 1, 2, 3].map((distance) => this.tokens[this.at + distance]);
    const related = near.some(
      (other) => other?.number?.form === 'leverage' || hasAny(other, 'leverage', 'margin'),
    );
    const alone = [this.tokens[this.at - 1], this.tokens[this.at + 1]].every(
      (other) => other === undefined || other.kind === 'newline',
    );
    if (related || alone || has(token, 'isolated') || token.text.includes('仓'))
      this.marginFact(token, this.at);
  }

  /** Passes over the numbers of a label that is none of ours: risk, volume, accuracy. */
  private noise(): void {
    let i = this.at + 1;
    while (i < this.at + 8) {
      const token = this.tokens[i];
      const passes =
        token?.kind === 'noise' ||
        isPunct(token, ':=-~(/#') ||
        (token?.kind === 'number' && token.number?.form !== 'leverage') ||
        hasAny(token, 'filler', 'near', 'to', 'noise');
      if (!passes || hasAny(token, 'entry', 'stop', 'target', 'long', 'short', 'limit')) break;
      i++;
    }
    while (i > this.at + 1 && isPunct(this.tokens[i - 1], '-(')) i--;
    this.at = i;
  }
}
