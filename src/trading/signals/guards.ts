import type { Fact, PricesFact } from './facts.ts';
import type { Role } from './keywords/table.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, isPunct, type Token } from './tokens.ts';

/** Why a message that looks like a signal is none. */
export interface Refusal {
  readonly code:
    | 'question'
    | 'condition'
    | 'intent'
    | 'past'
    | 'speech'
    | 'template'
    | 'negated'
    | 'watching'
    | 'news'
    | 'result'
    | 'quoted'
    | 'not_understood';
  readonly token: Token | null;
}

interface Line {
  readonly tokens: { readonly token: Token; readonly index: number }[];
  /** Index of the last token that gives a side or an entry, or -1. */
  call: number;
  /** Whether any price of the trade stands on it. */
  prices: boolean;
  /** Index behind its last price, or -1. */
  end: number;
}

/** Remarks that end a message as a signal only if they stand on a line that makes the call. */
const ON_CALL: readonly (readonly [Role, Refusal['code']])[] = [
  ['speech', 'speech'],
  ['past', 'past'],
  ['news', 'news'],
  ['lesson', 'template'],
  ['watch', 'watching'],
];

/** Remarks that count only before the call: "if it breaks, long" but not "long, close if it breaks". */
const BEFORE_CALL: readonly (readonly [Role, Refusal['code']])[] = [
  ['if', 'condition'],
  ['intent', 'intent'],
  ['ask', 'question'],
];

/** Remarks that no signal contains, wherever they stand. */
const ANYWHERE: readonly (readonly [Role, Refusal['code']])[] = [
  ['template', 'template'],
  ['result', 'result'],
];

/** Three labelled parts make a layout that a loose remark on another line cannot undo. */
const STRUCTURED = 2;

/**
 * Looks for what turns trading words into something else: a question, a condition, a report, a quotation, a template.
 * @param labelled how many of entry, stop and targets carry labels
 */
export function refusal(tokens: readonly Token[], facts: readonly Fact[], labelled: number): Refusal | null {
  const lines = linesOf(tokens, facts);
  const firstCall = lines.findIndex((line) => line.call !== -1 || line.prices);
  for (const [position, line] of lines.entries()) {
    const heading = position < firstCall ? headingRefusal(line) : null;
    const found =
      heading ??
      lineRefusal(line, labelled, facts) ??
      negation(line, tokens) ??
      warning(line, position < firstCall) ??
      mention(line) ??
      quotation(line);
    if (found !== null) return found;
  }
  return question(lines, labelled) ?? resultMarks(facts, lines);
}

function linesOf(tokens: readonly Token[], facts: readonly Fact[]): Line[] {
  const lines: Line[] = [];
  tokens.forEach((token, index) => {
    let line = lines[token.line];
    if (line === undefined) {
      line = { tokens: [], call: -1, prices: false, end: -1 };
      lines[token.line] = line;
    }
    if (token.kind !== 'newline') line.tokens.push({ token, index });
  });
  for (const fact of facts) {
    const line = lines[fact.line];
    if (line === undefined) continue;
    if (fact.kind === 'prices') line.end = Math.max(line.end, fact.end);
    if (fact.kind === 'prices' && fact.field !== 'bare') line.prices = true;
    const isCall =
      (fact.kind === 'side' && fact.strength !== 'emoji') ||
      (fact.kind === 'prices' &&
        (fact.field === 'entry' || fact.field === 'buyAt' || (fact.field === 'bare' && fact.adjacent))) ||
      fact.kind === 'market';
    if (isCall) line.call = Math.max(line.call, fact.at);
  }
  return lines.filter((line) => line !== undefined);
}

function lineRefusal(line: Line, labelled: number, facts: readonly Fact[]): Refusal | null {
  const calls = line.call !== -1 || line.prices;
  for (const { token, index } of line.tokens) {
    if (token.kind !== 'keyword' || token.roles.size === 0) continue;
    if (
      labelled >= STRUCTURED &&
      (isAside(token, index, line) || isTrigger(token, index, facts) || isNarrative(token, index, line))
    )
      continue;
    if (/^(?:congrat|well done|great work|恭喜)/i.test(token.text)) return { code: 'result', token };
    const found =
      match(token, ANYWHERE, labelled >= STRUCTURED ? 'template' : null) ??
      (calls || labelled < STRUCTURED ? match(token, ON_CALL, null) : null) ??
      (line.call !== -1 && index < line.call ? match(token, BEFORE_CALL, null) : null) ??
      (line.call !== -1 &&
      labelled < STRUCTURED &&
      has(token, 'hit') &&
      !hasAny(token, 'to', 'order', 'filler')
        ? 'result'
        : null);
    if (found !== null && !isHarmless(token)) return { code: found, token };
  }
  return null;
}

/**
 * "昨晚大饼最低插到 61,850。操作上 62,600 做多": the story of the market ends with its sentence, if the sentence knows no
 * side, no label and no word for a call, and the call comes in a later one.
 */
function isNarrative(token: Token, index: number, line: Line): boolean {
  if (!hasAny(token, 'past', 'watch', 'if', 'ask')) return false;
  const at = line.tokens.findIndex((each) => each.index === index);
  let start = at;
  while (start > 0 && !endsSentence(line.tokens[start - 1]?.token)) start--;
  let end = at;
  while (end < line.tokens.length && !endsSentence(line.tokens[end]?.token)) end++;
  const sentence = line.tokens.slice(start, end).map((each) => each.token);
  const speaksOfCall = sentence.some(
    (each) =>
      sideOf(each) !== null ||
      hasAny(each, 'bareLong', 'bareShort', 'entry', 'stop', 'target', 'closed') ||
      (hasAny(each, 'close', 'hit') && each.text.length > 1) ||
      CALL_WORDS.test(each.text),
  );
  return !speaksOfCall && end < line.tokens.length && (line.tokens[end]?.index ?? 0) < line.call;
}

const endsSentence = (token: Token | undefined): boolean => isPunct(token, '.。!！?') && token !== undefined;
const CALL_WORDS =
  /^(?:call|called|calls|signal|trade|setup|idea|plan|posted|gave|shared|told|said|喊|单|策略|给)/i;

/** "… Size small, it's FOMC week": news behind the last price of a whole call. */
const isAside = (token: Token, index: number, line: Line): boolean =>
  has(token, 'news') && index >= line.end && line.end !== -1;

/**
 * "ETH short if we trade below 2,940": the condition is the trigger of the entry itself, which the order waits for as the
 * author does. The side is called before it ("if it breaks, I'm going long" is a plan), and no other price to enter at is told.
 */
function isTrigger(token: Token, index: number, facts: readonly Fact[]): boolean {
  if (
    !has(token, 'if') ||
    !facts.some((fact) => fact.kind === 'side' && fact.strength !== 'emoji' && fact.at < index)
  )
    return false;
  const entries = facts.filter((fact) => isEntryPrice(fact));
  const [entry, other] = entries;
  if (entry === undefined || other !== undefined || entry.at < index || entry.at > index + MAX_CONDITION)
    return false;
  return facts.some(
    (fact) =>
      fact.kind === 'trigger' &&
      fact.line === entry.line &&
      fact.at > index &&
      Math.abs(fact.at - entry.at) <= 3,
  );
}

/** Tokens between "if" and the price it waits for. */
const MAX_CONDITION = 9;

const isEntryPrice = (fact: Fact): fact is PricesFact =>
  fact.kind === 'prices' &&
  fact.list.values.length > 0 &&
  (['entry', 'buyAt', 'sellAt', 'dca'].includes(fact.field) || (fact.field === 'bare' && fact.adjacent));

/** What a heading announces holds for all that follows: yesterday's call, a result, a list of open positions. */
function headingRefusal(line: Line): Refusal | null {
  for (const { token } of line.tokens) {
    if (token.kind !== 'keyword' || isHarmless(token)) continue;
    if (has(token, 'past')) return { code: 'past', token };
    if (has(token, 'result')) return { code: 'result', token };
    if (has(token, 'lesson')) return { code: 'template', token };
  }
  return null;
}

/** "Do not take this: LONG …". */
function warning(line: Line, heading: boolean): Refusal | null {
  for (const [position, { token, index }] of line.tokens.entries()) {
    if (!has(token, 'not') || (!heading && index > line.call)) continue;
    const next = line.tokens.slice(position + 1, position + 4).map((each) => each.token);
    if (next.some((each) => /^(?:take|enter|trade|follow|copy|open|use)$/i.test(each.text)))
      return { code: 'negated', token };
  }
  return null;
}

/** 96000的多单, 做多的兄弟: trades and people that exist already, spoken of. */
function mention(line: Line): Refusal | null {
  const position = line.tokens.findIndex(({ token }, at) => {
    if (sideOf(token) === null || !/[多空]/.test(token.text)) return false;
    return (
      line.tokens[at + 1]?.token.text === '的' ||
      (line.tokens[at - 1]?.token.text === '的' && token.text.endsWith('单'))
    );
  });
  const token = line.tokens[position]?.token;
  return token === undefined ? null : { code: 'past', token };
}

/** Words of labels and sides keep their first meaning: 突破, "current", 中线. */
const isHarmless = (token: Token): boolean =>
  hasAny(token, 'entry', 'stop', 'target', 'leverage', 'cross', 'isolated') || sideOf(token) !== null;

function match(
  token: Token,
  rules: readonly (readonly [Role, Refusal['code']])[],
  only: Refusal['code'] | null,
): Refusal['code'] | null {
  for (const [role, code] of rules)
    if (token.roles.has(role) && (only === null || only === code)) return code;
  return null;
}

/** "don't long", "不要追多", "no longs": the word before the side turns it round. */
function negation(line: Line, tokens: readonly Token[]): Refusal | null {
  for (const { token, index } of line.tokens) {
    if (
      !has(token, 'not') ||
      (hasAny(token, 'stop', 'target', 'entry', 'none') && isPunct(tokens[index - 1], ':'))
    )
      continue;
    for (let i = index + 1; i <= index + 5; i++) {
      const next = tokens[i];
      if (next === undefined || next.line !== token.line || next.kind === 'punct') break;
      if (sideOf(next) !== null || hasAny(next, 'bareLong', 'bareShort')) return { code: 'negated', token };
    }
  }
  return null;
}

/** A call inside quotation marks, with words of someone else around it. */
function quotation(line: Line): Refusal | null {
  const marks = line.tokens.filter(({ token }) => isPunct(token, '"'));
  const [open, close] = [marks[0], marks[1]];
  if (open === undefined || close === undefined) return null;
  const inside = line.tokens.filter(({ index }) => index > open.index && index < close.index);
  const calls =
    inside.some(({ token }) => sideOf(token) !== null) && inside.some(({ token }) => token.number !== null);
  return calls ? { code: 'quoted', token: open.token } : null;
}

/** A question about prices or sides; a line of its own before the call ("Ready?") asks nothing. */
function question(lines: readonly Line[], labelled: number): Refusal | null {
  const first = lines.findIndex((line) => line.call !== -1 || line.prices);
  for (const [position, line] of lines.entries()) {
    const mark = line.tokens.find(({ token }) => isPunct(token, '?') || isQuestionParticle(token, line));
    if (mark === undefined) continue;
    const invitation =
      position < first &&
      labelled >= STRUCTURED &&
      line.tokens.length <= 6 &&
      !line.tokens.some(({ token }) => hasAny(token, 'ask', 'intent'));
    if (!invitation) return { code: 'question', token: mark.token };
  }
  return null;
}

/** 吗 and 呢 close a question as a mark does. */
function isQuestionParticle(token: Token, line: Line): boolean {
  const last = line.tokens[line.tokens.length - 1]?.token;
  return token === last && /^[吗呢么]$|吗$/.test(token.text);
}

/** Ticks behind the prices, or profits in plain sight: the trade is history. */
function resultMarks(facts: readonly Fact[], lines: readonly Line[]): Refusal | null {
  const prices = facts.filter((fact) => fact.kind === 'prices' && fact.list.values.length > 0);
  const checked = prices.filter((fact) => fact.kind === 'prices' && fact.list.checked);
  if (checked.length > 0) return { code: 'result', token: null };
  for (const line of lines) {
    if (tellsOutcome(line)) return { code: 'result', token: null };
    const gain = line.tokens.find(
      ({ token }) => token.number?.sign === '+' && token.number.form !== 'leverage',
    );
    const about = line.tokens.some(({ token }) =>
      hasAny(token, 'ofProfit', 'result', 'hit', 'closed', 'profit', 'close'),
    );
    const expected = line.tokens.some(({ token }) =>
      /^(expected|potential|possible|estimated|max)$/i.test(token.text),
    );
    if (gain !== undefined && about && !expected && !line.prices)
      return { code: 'result', token: gain.token };
  }
  return null;
}

/** "Result: TP hit +4.6%". */
function tellsOutcome(line: Line): boolean {
  const at = line.tokens.findIndex(({ token }) => has(token, 'result'));
  return (
    at !== -1 &&
    line.tokens
      .slice(at + 1)
      .some(({ token }) => token.number?.sign === '+' || hasAny(token, 'hit', 'stopOut', 'closed'))
  );
}

/** Roles that leave nothing open in a call of two or three words. */
const UNDERSTOOD: readonly Role[] = [
  'long',
  'short',
  'buy',
  'sell',
  'bareLong',
  'bareShort',
  'entry',
  'zone',
  'dca',
  'limit',
  'stop',
  'target',
  'symbolLabel',
  'sideLabel',
  'leverage',
  'margin',
  'market',
  'here',
  'cross',
  'isolated',
  'near',
  'between',
  'to',
  'quote',
  'filler',
  'above',
  'below',
  'breakout',
  'term',
  'and',
  'upTo',
  'order',
  'ordinal',
  'none',
  'each',
  'runner',
];

/**
 * A call without stop and targets ("btc long 98k") is believed only if every word and number of the message is understood.
 * @param used indexes of the number tokens that became part of a call
 * @param blocks the facts of each call; a second list of prices without a label is one too many
 */
export function notUnderstood(
  tokens: readonly Token[],
  used: ReadonlySet<number>,
  blocks: readonly (readonly Fact[])[],
): Refusal | null {
  const spare = blocks.flatMap((block) =>
    block.filter((fact) => fact.kind === 'prices' && fact.field === 'bare').slice(1),
  )[0];
  if (spare !== undefined) return { code: 'not_understood', token: tokens[spare.at] ?? null };
  const headings = isForm(tokens) ? linesWithoutNumbers(tokens) : new Set<number>();
  for (const [index, token] of tokens.entries()) {
    const known =
      (token.kind === 'word' && headings.has(token.line)) ||
      token.kind === 'newline' ||
      token.kind === 'emoji' ||
      token.kind === 'index' ||
      token.kind === 'noise' ||
      token.kind === 'symbol' ||
      (token.kind === 'keyword' && hasAny(token, ...UNDERSTOOD) && !/^sold$/i.test(token.text)) ||
      (token.kind === 'number' && used.has(index)) ||
      (token.kind === 'punct' && !'?+"%{}<>'.includes(token.text));
    if (!known || isEmptyLabel(tokens, index)) return { code: 'not_understood', token };
  }
  return null;
}

/** Three labels with colons make a form, in which a line of words ("Trader Vega opened a position") is a heading. */
const isForm = (tokens: readonly Token[]): boolean =>
  tokens.filter(
    (token, index) =>
      hasAny(token, 'symbolLabel', 'sideLabel', 'entry', 'leverage') && isPunct(tokens[index + 1], ':='),
  ).length >= 3;

function linesWithoutNumbers(tokens: readonly Token[]): Set<number> {
  const lines = new Set(tokens.map((token) => token.line));
  for (const token of tokens) if (token.number !== null) lines.delete(token.line);
  return lines;
}

/** "BTC short: take profit now" speaks of an exit or of more of the same, it opens nothing; "no SL" and "TP open" do. */
function isEmptyLabel(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (has(token, 'dca') && !hasAny(token, 'entry', 'filler')) return true;
  if (!hasAny(token, 'stop', 'target') || hasAny(token, 'entry', 'limit', 'none')) return false;
  return !tokens.slice(Math.max(0, index - 2), index + 4).some((near) => hasAny(near, 'none', 'runner'));
}

/** How many words of the message nobody knows. */
export const unknownWords = (tokens: readonly Token[]): number =>
  tokens.filter((token) => token.kind === 'word').length;
