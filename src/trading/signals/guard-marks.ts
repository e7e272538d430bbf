import type { Fact } from './facts.ts';
import { type Line, type Refusal, STRUCTURED } from './guard-lines.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';

/** "Do not take this: LONG …". */
export function warning(line: Line, heading: boolean): Refusal | null {
  for (let position = 0; position < line.tokens.length; position++) {
    const { token, index } = line.tokens[position] as Line['tokens'][number];
    if (!has(token, 'not') || (!heading && index > line.call)) continue;
    const next = line.tokens.slice(position + 1, position + 4).map((each) => each.token);
    if (next.some((each) => /^(?:take|enter|trade|follow|copy|open|use)$/i.test(each.text)))
      return { code: 'negated', token };
  }
  return null;
}

/** "Maria is short SOL from 192", "Fund X went long ETH": the trade of somebody who is named. */
export function someoneElse(line: Line): Refusal | null {
  if (line.call === -1) return null;
  const { tokens } = line;
  const at = tokens.findIndex(
    ({ token }, index) =>
      index > 0 &&
      token.kind !== 'number' &&
      token.kind !== 'punct' &&
      /^(?:is|was|went|goes|just went|has been)$/i.test(token.text) &&
      tokens.slice(index + 1, index + 3).some((next) => sideOf(next.token)?.strength === 'word'),
  );
  const start = tokens.slice(0, Math.max(at, 0)).findLastIndex(({ token }) => !isNameWord(token)) + 1;
  const name = tokens.slice(start, Math.max(at, 0)).map(({ token }) => token);
  const [first] = name;
  const before = tokens[start - 1]?.token;
  const opens = before === undefined || before.kind === 'emoji' || isPunct(before, '.!:-(');
  if (first === undefined || !opens || !/^[A-Z]/.test(first.text)) return null;
  return name.some(({ text }) => SELVES.test(text)) ? null : { code: 'speech', token: first };
}

const isNameWord = (token: Token): boolean => token.kind === 'word' && /^[A-Za-z]+$/.test(token.text);

/** Words that stand for the author or his trade. */
const SELVES =
  /^(?:team|desk|trend|market|plan|play|strategy|system|book|momentum|structure|bot|account|thesis|view|stance|verdict|decision|conviction|lean)$/i;

/** "… just so you know, I'm not in": the author does not trade it; "I'm not in yet" tells of an order that waits. */
export function isOutside(line: Line): Refusal | null {
  const found = line.tokens.find(({ token }, at) => {
    if (
      !has(token, 'not') ||
      !/^(?:i['’]?m|i am|we['’]?re|we are|am)$/i.test(line.tokens[at - 1]?.token.text ?? '')
    )
      return false;
    if (!/^in$/i.test(line.tokens[at + 1]?.token.text ?? '')) return false;
    const next = line.tokens[at + 2]?.token;
    return (
      next === undefined ||
      next.kind === 'emoji' ||
      isPunct(next, '.,!;)') ||
      /^(?:it|this|that)$/i.test(next.text)
    );
  });
  return found === undefined ? null : { code: 'speech', token: found.token };
}

/** 96000的多单, 做多的兄弟: trades and people that exist already, spoken of. */
export function mention(line: Line): Refusal | null {
  const position = line.tokens.findIndex(({ token }, at) => {
    if (token.text.charCodeAt(0) < FIRST_HAN || !/[多空]/.test(token.text)) return false;
    if (sideOf(token) === null && !hasAny(token, 'bareLong', 'bareShort')) return false;
    return (
      line.tokens[at + 1]?.token.text === '的' ||
      (line.tokens[at - 1]?.token.text === '的' && token.text.endsWith('单'))
    );
  });
  const token = line.tokens[position]?.token;
  return token === undefined ? null : { code: 'past', token };
}

/** "don't long", "不要追多", "no longs": the word before the side turns it round. */
export function negation(line: Line, tokens: readonly Token[]): Refusal | null {
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
export function quotation(line: Line): Refusal | null {
  const marks = line.tokens.filter(({ token }) => isPunct(token, '"'));
  const [open, close] = [marks[0], marks[1]];
  if (open === undefined || close === undefined) return null;
  const inside = line.tokens.filter(({ index }) => index > open.index && index < close.index);
  const calls =
    inside.some(({ token }) => sideOf(token) !== null) && inside.some(({ token }) => token.number !== null);
  return calls ? { code: 'quoted', token: open.token } : null;
}

/** A question about prices or sides; a line of its own before the call ("Ready?") asks nothing. */
export function question(lines: readonly Line[], labelled: number): Refusal | null {
  const isOfCall = (line: Line): boolean => line.call !== -1 || line.prices;
  const first = lines.findIndex(isOfCall);
  const last = lines.findLastIndex(isOfCall);
  for (const [position, line] of lines.entries()) {
    const mark = line.tokens.find(({ token }, at) => isPunct(token, '?') || isQuestionParticle(line, at));
    if (mark === undefined) continue;
    const invitation =
      position < first &&
      labelled >= STRUCTURED &&
      line.tokens.length <= 6 &&
      !line.tokens.some(({ token }) => hasAny(token, 'ask', 'intent'));
    const advertised = position > last && labelled >= STRUCTURED && advertises(line);
    if (!invitation && !advertised) return { code: 'question', token: mark.token };
  }
  return null;
}

/** 吗 and 呢 close a question as a mark does, 吗 also one in the middle of a line (能多吗，止损116000). */
function isQuestionParticle({ tokens }: Line, at: number): boolean {
  const text = tokens[at]?.token.text ?? '';
  if (text.charCodeAt(0) < FIRST_HAN) return false;
  const asks = ASKING.test(text);
  if (!asks && text !== '呢' && text !== '么') return false;
  const after = tokens[at + 1]?.token;
  return after === undefined || (asks && isPunct(after, '，,。!'));
}

const ASKING = /吗$|^(?:怎么样|咋样|行不行|对不对|好不好|靠谱不)$/;
const FIRST_HAN = 0x4e00;

/** "Missed the last one? Join VIP" below a whole call asks nothing about it. */
const advertises = ({ tokens }: Line): boolean =>
  tokens.some(({ token }) => has(token, 'news')) &&
  !tokens.some(({ token }) => hasAny(token, 'ask', 'intent') || token.symbol !== null);

/** Ticks behind the prices, or profits in plain sight: the trade is history. */
export function resultMarks(facts: readonly Fact[], lines: readonly Line[]): Refusal | null {
  const prices = facts.filter((fact) => fact.kind === 'prices' && fact.list.values.length > 0);
  const checked = prices.filter((fact) => fact.kind === 'prices' && fact.list.checked);
  if (checked.length > 0) return { code: 'result', token: null };
  const stopped = prices.some((fact) => fact.kind === 'prices' && fact.field === 'stop');
  for (const line of lines) {
    if (tellsOutcome(line) || (!stopped && tellsMoney(line.tokens.map(({ token }) => token))))
      return { code: 'result', token: null };
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

/** "+1,204 USDT", 赚1204U, "made $300": what a trade has brought, which no call knows. */
export function tellsMoney(tokens: readonly Token[]): boolean {
  return tokens.some(({ number, text }, at) => {
    if (number?.form !== 'price') return false;
    const isMoney = number.currency || /\d[uU]$/.test(text) || has(tokens[at + 1], 'quote');
    if (!isMoney) return false;
    const plus = isPunct(tokens[at - 1], '+') ? tokens[at - 1] : undefined;
    const before = tokens[plus === undefined ? at - 1 : at - 2];
    const apart = before === undefined || before.kind === 'newline' || plus?.gap === true;
    return (plus !== undefined && apart) || MADE.test(before?.text ?? '');
  });
}

const MADE = /^(?:made|earned|won|lost|netted|pocketed|[赚赔亏])$/i;

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
