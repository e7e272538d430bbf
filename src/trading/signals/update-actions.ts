import { Decimal } from '../decimal.ts';
import type { UpdateAction } from '../model.ts';
import { indexSkip } from './recognise-index.ts';
import { sideOf } from './recognise-side.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, isPunct, type Token } from './tokens.ts';
import type { Clause } from './update-clauses.ts';
import type { FoundUpdate } from './updates.ts';
import type { Value } from './value-list.ts';
import { readValues } from './values.ts';

/** What a clause asks for. A clause may hold several orders ("take half off, stop to BE"). */
export function actionsOf(clause: Clause, refined: Refined): readonly FoundUpdate[] {
  return new ClauseReader(clause, refined).read();
}

const PAST_FORM = /ed$|了$|已|取消|作废|撤销|закры|отмен|kapandı|edildi|cerrad|fechad|encerrad|cancelad/i;

class ClauseReader {
  private readonly clause: Clause;
  private readonly tokens: readonly Token[];
  private readonly refined: Refined;
  private readonly found: FoundUpdate[] = [];

  constructor(clause: Clause, refined: Refined) {
    this.clause = clause;
    this.tokens = clause.tokens;
    this.refined = refined;
  }

  read(): readonly FoundUpdate[] {
    if (this.negated()) return [];
    if (this.cancels()) return this.found;
    const stopped = this.stopHit();
    if (!stopped) this.targetHit();
    this.closes(stopped);
    if (!stopped) this.movesStop();
    this.setsTargets();
    return this.found;
  }

  private any(...roles: Parameters<typeof hasAny>[1][]): boolean {
    return this.tokens.some((token) => hasAny(token, ...roles));
  }

  private find(...roles: Parameters<typeof hasAny>[1][]): number {
    return this.tokens.findIndex((token) => hasAny(token, ...roles));
  }

  /** "don't close yet", 不要平仓. */
  private negated(): boolean {
    return this.tokens.some(
      (token, index) =>
        has(token, 'not') &&
        !hasAny(token, 'none') &&
        this.tokens
          .slice(index + 1, index + 4)
          .some((next) => hasAny(next, 'close', 'partial', 'move', 'cancel', 'take')),
    );
  }

  private push(action: UpdateAction, extra: Partial<FoundUpdate> = {}): void {
    const exceptAt = this.find('except');
    const mentioned = this.tokens.flatMap((token, index) =>
      token.symbol === null ? [] : [{ symbol: token.symbol.symbol, index }],
    );
    const excluded =
      exceptAt === -1
        ? []
        : mentioned
            .filter(({ index }) => index > exceptAt !== has(this.tokens[exceptAt + 2], 'except'))
            .map(({ symbol }) => symbol);
    const symbols = [...new Set(mentioned.map(({ symbol }) => symbol))].filter(
      (symbol) => !excluded.includes(symbol),
    );
    this.found.push({
      action,
      symbols,
      fraction: null,
      price: null,
      takeProfits: [],
      ...this.scope(),
      except: excluded,
      clause: this.clause,
      status: false,
      ...extra,
    });
  }

  private cancels(): boolean {
    if (this.pullsOrders()) {
      this.push('cancel_entry');
      return true;
    }
    const at = this.find('cancel');
    const token = this.tokens[at];
    if (token === undefined || (this.any('hit') && this.any('stop'))) return false;
    if (has(token, 'stop') && readValues(this.refined, this.clause.at + at + 1, 'stop').values.length > 0)
      return false;
    if (
      !this.any('order') &&
      this.tokens.filter((each) => /^[a-z]{3,}$/i.test(each.text) && each.kind === 'word').length > 2
    )
      return false;
    const ofStop = this.tokens.slice(at + 1, at + 4).some((each) => has(each, 'stop'));
    if (!ofStop || this.any('order')) {
      const whole = this.ordersAll() ? { scope: 'all' as const } : {};
      this.push('cancel_entry', { status: PAST_FORM.test(token.text), ...whole });
    }
    return true;
  }

  /** "Cancel all open limit orders", 所有挂单先撤: whatever coin they are for. */
  private ordersAll(): boolean {
    const at = this.tokens.findIndex(
      (token) => /^(?:all|every|所有|全部)$/i.test(token.text) || hasAny(token, 'everything'),
    );
    const counted = this.tokens
      .slice(at + 1, at + 5)
      .some((token) => /^(?:limit )?(?:orders|limits|entries|bids|setups)$|单/i.test(token.text));
    return at !== -1 && counted && !this.tokens.some((token) => token.symbol !== null);
  }

  /** "Pull the BTC bids". */
  private pullsOrders(): boolean {
    const verb = this.tokens.findIndex((token) =>
      /^(?:pull|kill|yank|scrap|drop|nuke)(?:ing|ed)?$/i.test(token.text),
    );
    const behind = verb === -1 ? [] : this.tokens.slice(verb + 1, verb + 6);
    return (
      behind.some((token) => /^(?:bids?|orders?|limits?|offers?)$/i.test(token.text)) && !this.any('stop')
    );
  }

  private stopHit(): boolean {
    const stop = this.find('stop');
    const phrase = this.tokens.some((token, index) => has(token, 'stopOut') && !this.isLabel(token, index));
    const marked =
      stop !== -1 &&
      this.tokens.some((token) => has(token, 'hit') && !hasAny(token, 'move', 'to', 'breakEven')) &&
      !isPunct(this.tokens[this.find('hit') + 1], '=') &&
      !this.any('move', 'target');
    if ((!phrase && !marked) || this.any('crowd') || this.reenters()) return false;
    this.push('stop_hit', { status: true });
    return true;
  }

  /** "Re-entering the long we got stopped out of" opens a trade. */
  private reenters(): boolean {
    return this.tokens.some((token) => /^re\W?(?:ent|load)/i.test(token.text));
  }

  /** `Stop loss hit = 5.3%` and `Stop-out: 0.0136` tell a distance and a price, no news. */
  private isLabel(token: Token, index: number): boolean {
    const next = this.tokens[index + 1];
    return isPunct(next, '=') || (has(token, 'stop') && isPunct(next, ':'));
  }

  /** A target with a tick or a word of success, and no price to come. */
  private targetHit(): void {
    const at = this.tokens.findIndex(
      (token) =>
        (has(token, 'target') && !hasAny(token, 'partial')) ||
        (has(token, 'target') && !this.partAfter(token)),
    );
    if (at === -1) return;
    const mark = this.tokens.findIndex(
      (token, index) => index > at && (token.emoji === 'check' || this.isSuccess(token, index)),
    );
    const early = this.tokens.slice(0, at).some((token, index) => this.isSuccess(token, index));
    const stop = this.tokens.findIndex((token, index) => index > at && has(token, 'stop'));
    const end = mark !== -1 ? mark : stop !== -1 ? stop : undefined;
    const priced = this.tokens
      .slice(at + 1, end)
      .some((token) => token.number?.form === 'price' && !/^\d$/.test(token.number.raw));
    if (!priced && (mark !== -1 || early || this.namesOnlyTarget()))
      this.push('take_profit_hit', { status: true });
  }

  private isSuccess(token: Token, index: number): boolean {
    if (/^took$/i.test(token.text) && has(this.tokens[index + 1], 'target')) return true;
    if (!has(token, 'hit') || hasAny(token, 'stop', 'partial', 'target')) return false;
    return !(has(token, 'to') && this.tokens[index + 1]?.kind === 'number');
  }

  /** "1 тейк 🔥": a target with its number and nothing else is one that was reached; `TP 4%` sets one. */
  private namesOnlyTarget(): boolean {
    if (this.tokens.some((token) => /^targets/i.test(token.text))) return false;
    const rest = this.tokens.filter(
      (token) => token.symbol === null && token.kind !== 'emoji' && !has(token, 'target'),
    );
    const numbered = rest.some(
      (token) =>
        (token.number?.form !== 'percent' && /^\d$/.test(token.number?.raw ?? '')) ||
        has(token, 'ordinal') ||
        token.kind === 'index',
    );
    return numbered && rest.length === 1;
  }

  private partAfter(token: Token): boolean {
    const next = this.tokens[this.tokens.indexOf(token) + 1];
    return next?.number?.form === 'percent' || next?.fraction != null || hasAny(next, 'some');
  }

  private closes(stopped: boolean): void {
    if (stopped) return;
    const fraction = this.fraction();
    const verb = this.closingVerb(fraction);
    if (verb === null) return;
    const price = this.closePrice();
    if (verb === 'close' && (fraction === null || fraction.gte(1))) {
      this.push('close', { ...price, status: this.any('closed') });
    } else {
      const part = fraction === null || fraction.gte(1) ? {} : { fraction };
      this.push('close_partial', { ...part, ...price });
    }
  }

  private closingVerb(fraction: Decimal | null): 'close' | 'part' | null {
    const some = this.any('some');
    const hasPart = fraction !== null || some;
    const partial = this.tokens.findIndex(
      (token) =>
        has(token, 'partial') &&
        (!hasAny(token, 'target', 'close') || this.partAfter(token) || !this.isTargetLabel(token)),
    );
    if (this.any('take') && hasPart) return 'part';
    if (this.isPartOff() || (fraction !== null && this.sells())) return 'part';
    if (
      fraction !== null &&
      this.tokens.some((token) => has(token, 'target') && /^take|^tomar|^realiz|^fix/i.test(token.text)) &&
      !this.any('hit')
    )
      return 'part';
    if (partial !== -1 && (hasPart || !hasAny(this.tokens[partial], 'target', 'close'))) {
      const token = this.tokens[partial];
      if (has(token, 'hit') && this.any('target')) return hasPart ? 'part' : null;
      if (hasPart || (!has(token, 'target') && this.reducesPosition(token))) return 'part';
    }
    if (this.any('keep') && fraction !== null && this.any('close', 'partial', 'target')) return 'part';
    if (this.keptOnly()) return 'part';
    const close = this.tokens.findIndex(
      (token) => hasAny(token, 'close', 'closed', 'exitStop') && !hasAny(token, 'candle', 'term'),
    );
    if (close === -1) return null;
    if (some && fraction === null) return 'part';
    if (has(this.tokens[close - 1], 'crowd') && !this.any('all', 'everything')) return null;
    return this.isCloseOrder(close) ? 'close' : null;
  }

  /** "Half off PENDLE". */
  private isPartOff(): boolean {
    return (
      this.tokens.some((token) => token.symbol !== null) &&
      this.tokens.some(
        (token, index) => token.fraction !== null && /^off\b/i.test(this.tokens[index + 1]?.text ?? ''),
      )
    );
  }

  /** "Sell half your DOGE here". */
  private sells(): boolean {
    const first = this.tokens.find((token) => token.kind !== 'emoji' && token.symbol === null);
    return has(first, 'sell') && !/ing$|^sold$/i.test(first?.text ?? '') && !this.any('stop', 'target');
  }

  /** "Stop to 1.2 to lock in profit": the verb tells the purpose of the move. */
  private isPurpose(): boolean {
    return this.any('stop') && this.any('move', 'change');
  }

  /** Without an amount the verb needs its object: "reduce risk" is advice, "secure profits" an order. */
  private reducesPosition(verb: Token | undefined): boolean {
    if (verb === undefined) return false;
    if (this.isPurpose()) return false;
    const complete =
      /^partial|partials$|^scal|[\u0400-\u04ff\u4e00-\u9fff]/i.test(verb.text) && verb.text.length > 1;
    if (complete) return true;
    return (
      this.leads(verb) && (this.any('profit', 'order') || this.tokens.some((token) => token.symbol !== null))
    );
  }

  /** Whether only a coin and small words stand before a verb: "ETH: secure profits", but not "order book". */
  private leads(verb: Token): boolean {
    const before = this.tokens.slice(0, this.tokens.indexOf(verb));
    return before.every(
      (token) => token.symbol !== null || (token.kind !== 'word' && !hasAny(token, 'order', 'noise')),
    );
  }

  private isTargetLabel(token: Token): boolean {
    return has(token, 'target') && !this.any('move');
  }

  /** 留40%: what stays is told, the rest goes. */
  private keptOnly(): boolean {
    return this.tokens.some(
      (token, index) =>
        has(token, 'keep') &&
        (/^[留保剩]/.test(token.text) || /^(?:only|just)$/i.test(this.tokens[index + 1]?.text ?? '')) &&
        this.tokens
          .slice(index + 1, index + 4)
          .some((part) => part.number?.form === 'percent' || part.fraction !== null),
    );
  }

  /** One-character verbs (走, 出, 平) need to be the clause, or its end. */
  private isCloseOrder(at: number): boolean {
    const token = this.tokens[at];
    if (token === undefined) return false;
    const before = this.tokens[at - 1];
    if (token.text.length === 1 && /[\u4e00-\u9fff]/.test(token.text))
      return (
        !(before?.kind === 'word' && !token.gap) &&
        (this.tokens.slice(at + 1).every((later) => hasAny(later, 'filler') || later.kind === 'emoji') ||
          this.tokens.length <= 3)
      );
    return !hasAny(before, 'candle', 'noise') && before?.kind !== 'noise';
  }

  private closePrice(): { price: Decimal } | Record<string, never> {
    const at = this.tokens.findIndex(
      (token, index) =>
        (isPunct(token, '@') || /^(at|por|по|em|en)$/i.test(token.text)) &&
        this.tokens[index + 1]?.number?.form === 'price',
    );
    const stated = this.tokens.findIndex(
      (token, index) =>
        isPunct(token, ':') &&
        hasAny(this.tokens[index - 1], 'filler', 'close', 'noise') &&
        this.tokens[index + 1]?.number?.form === 'price',
    );
    const near = this.tokens.findIndex(
      (token, index) =>
        token.number?.form === 'price' &&
        /^附近|^左右|^一线/.test(this.tokens[index + 1]?.text ?? '') &&
        !this.namesPosition(this.tokens[index - 1]),
    );
    const token = this.tokens[at !== -1 ? at + 1 : stated !== -1 ? stated + 1 : near];
    const price = token === undefined ? null : this.refined.valueOf(token);
    return price === null ? {} : { price };
  }

  /** 多单 67800 附近减一半: the price behind a side is where the position was opened. */
  private namesPosition(before: Token | undefined): boolean {
    return before !== undefined && (sideOf(before) !== null || hasAny(before, 'entry', 'noise'));
  }

  private scope(): Pick<FoundUpdate, 'scope'> {
    if (this.tokens.some((token) => token.symbol !== null) && !this.any('except')) return { scope: null };
    const others =
      this.any('all') && this.any('except', 'rest') && !this.tokens.some((token) => token.symbol !== null);
    const every = this.any('all') && !this.any('stop', 'target');
    const all = this.tokens.filter(
      (token) =>
        hasAny(token, 'crowd', 'everything') ||
        (hasAny(token, 'all') && this.any('crowd')) ||
        ((others || every) && sideOf(token) !== null),
    );
    const text = all.map((token) => token.text.toLowerCase()).join(' ');
    if (/long|多|лонг|largo|comprad/.test(text)) return { scope: 'longs' };
    if (/short|空|шорт|corto|vendid/.test(text)) return { scope: 'shorts' };
    return {
      scope:
        this.any('everything') && !this.tokens.some((token) => token.symbol !== null && !this.any('except'))
          ? 'all'
          : null,
    };
  }

  /** The part to close, 0 to 1; four digits where words give a third. */
  private fraction(): Decimal | null {
    if (this.listsLevels()) return null;
    for (const [index, token] of this.tokens.entries()) {
      const value = this.partAt(index, token);
      if (value === null || value.lte(0) || value.gt(1)) continue;
      const verb = this.tokens[has(this.tokens[index - 1], 'filler') ? index - 2 : index - 1];
      const kept = hasAny(verb, 'keep') && !hasAny(verb, 'close', 'partial');
      return kept ? new Decimal(1).minus(value) : value;
    }
    return this.tokens.some(
      (token, index) =>
        hasAny(token, 'all') && hasAny(this.tokens[index - 1], 'close') && !has(token, 'rest'),
    )
      ? new Decimal(1)
      : null;
  }

  /** 止损2% 止盈3%/5%/8%: distances from the entry, no parts to close. */
  private listsLevels(): boolean {
    return this.tokens.some(
      (token, index) =>
        has(token, 'stop') && !has(token, 'breakEven') && this.tokens[index + 1]?.number?.form === 'percent',
    );
  }

  private partAt(index: number, token: Token): Decimal | null {
    if (token.fraction !== null) return new Decimal(token.fraction);
    if (
      token.number?.form === 'percent' &&
      token.number.sign === '' &&
      !isPunct(this.tokens[index - 1], '-')
    ) {
      return this.refined.valueOf(token)?.div(100) ?? null;
    }
    const next = this.tokens[index + 2];
    if (
      token.number?.raw === '1' &&
      isPunct(this.tokens[index + 1], '/') &&
      /^[2-5]$/.test(next?.number?.raw ?? '')
    ) {
      return new Decimal(1).div(next?.number?.raw ?? 1).toDecimalPlaces(4);
    }
    return null;
  }

  private movesStop(): void {
    const stop = this.find('stop');
    const verb = this.any('move', 'change');
    const at = this.tokens.findIndex(
      (token, index) =>
        has(token, 'breakEven') &&
        (index !== stop || this.any('move')) &&
        !hasAny(token, 'noise') &&
        !this.isEntryChange(index),
    );
    if (at !== -1 && this.breaksEven(stop, at)) return this.push('break_even');
    if (stop === -1) return;
    const price = this.stopPrice(stop);
    const crowd = /^stops$/i.test(this.tokens[stop]?.text ?? '') || this.any('crowd');
    if (price !== null && (verb || (!this.any('entry') && !crowd))) this.push('move_stop', { price });
  }

  private breaksEven(stop: number, at: number): boolean {
    const token = this.tokens[at];
    const pure = !hasAny(token, 'entry');
    if (stop !== -1)
      return (
        pure ||
        this.any('move', 'change') ||
        has(this.tokens[at - 1], 'to') ||
        (this.tokens[at - 1]?.emoji === 'arrow' && stop < at && at - stop <= 3) ||
        /^(on|at|в|a|to|em|al|para|na|no|ke)$/i.test(this.tokens[at - 1]?.text ?? '')
      );
    if (!pure) return false;
    if (this.any('move', 'change', 'rest', 'partial') || this.found.length > 0) return true;
    if (/^go(?:es|ing)?$/i.test(this.tokens[at - 1]?.text ?? '')) return true;
    const statesCost = this.tokens[at + 1]?.number?.form === 'price';
    const rest = this.tokens.filter((each) => !['emoji', 'symbol', 'punct'].includes(each.kind));
    return !statesCost && rest.length <= 2;
  }

  /** 入场改成102100: the entry is what changes. */
  private isEntryChange(index: number): boolean {
    return (
      hasAny(this.tokens[index], 'entry') &&
      hasAny(this.tokens[index + 1], 'change', 'move') &&
      this.find('stop') === -1
    );
  }

  /** The new stop: the price behind the label, or behind a verb or `to` later in the clause. */
  private stopPrice(stop: number): Decimal | null {
    for (let i = stop + 1; i < this.tokens.length; i++) {
      const token = this.tokens[i];
      if (
        token === undefined ||
        hasAny(token, 'target') ||
        (sideOf(token) !== null && token.kind === 'keyword' && this.tokens[i + 1]?.kind === 'number')
      )
        break;
      if (token.number?.form === 'price' && token.number.sign === '')
        return this.refined.valueOf(this.lastOfMove(i));
    }
    const before = this.tokens
      .slice(0, stop)
      .reverse()
      .find((token) => token.number?.form === 'price');
    return before !== undefined &&
      this.any('move', 'change') &&
      hasAny(this.tokens[stop], 'stop') &&
      stop === this.tokens.length - 1
      ? this.refined.valueOf(before)
      : null;
  }

  /** `1.29 ➜ 1.36`, "1.29 to 1.36": the price that the stop moves to. */
  private lastOfMove(at: number): Token {
    const [first, join, last] = [this.tokens[at], this.tokens[at + 1], this.tokens[at + 2]];
    const moves =
      (join?.emoji === 'arrow' || (has(join, 'to') && !this.any('target'))) && last?.number?.form === 'price';
    return (moves ? last : first) as Token;
  }

  private setsTargets(): void {
    const at = this.tokens.findIndex((token) => has(token, 'target') && !this.partAfter(token));
    if (at === -1) return;
    const start = this.clause.at + at;
    const from = Math.max(indexSkip(this.refined.tokens, start, 'target'), start + 1);
    const direct = readValues(this.refined, from, 'target');
    const verb = this.tokens.findIndex((token, index) => index > at && hasAny(token, 'change', 'move'));
    const list =
      direct.values.length > 0 || verb === -1
        ? direct
        : readValues(this.refined, this.clause.at + verb + 1, 'target');
    const values = list.values.length > 0 ? list.values : this.listedBelow();
    const prices = values.filter((value: Value) => value.kind === 'price').map((value) => value.amount);
    if (
      !this.changesTargets() ||
      this.any('term') ||
      prices.length === 0 ||
      list.checked ||
      this.found.some((update) => update.action === 'take_profit_hit')
    )
      return;
    this.push('set_targets', { takeProfits: prices });
  }

  /** 目标看70000 alone is an opinion; 第二止盈看0.565 and a message that names its coin change a trade. */
  private changesTargets(): boolean {
    if (this.any('change', 'move')) return true;
    const named = this.refined.tokens.some((token) => token.symbol !== null);
    return (
      this.any('see') &&
      (named || this.any('ordinal') || this.tokens.some((token) => /^tp$/i.test(token.text)))
    );
  }

  /** A heading ("amended targets") with a label and a price on each of the lines below. */
  private listedBelow(): readonly Value[] {
    const { tokens } = this.refined;
    const values: Value[] = [];
    let at = this.clause.at + this.tokens.length;
    while (tokens[at]?.kind === 'newline' || tokens[at]?.kind === 'emoji') {
      const label = at + 1;
      if (!has(tokens[label], 'target')) {
        if (tokens[label]?.kind !== 'emoji' && tokens[label]?.kind !== 'newline') break;
        at = label;
        continue;
      }
      const list = readValues(this.refined, indexSkip(tokens, label, 'target'), 'target');
      if (list.values.length === 0) break;
      values.push(...list.values);
      at = list.next;
    }
    return values;
  }
}
