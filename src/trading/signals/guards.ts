import type { Fact, PricesFact } from './facts.ts';
import { type Line, linesOf, type Refusal, STRUCTURED } from './guard-lines.ts';
import { mention, negation, question, quotation, resultMarks, warning } from './guard-marks.ts';
import type { Role } from './keywords/table.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, isPunct, type Token } from './tokens.ts';

export type { Refusal } from './guard-lines.ts';

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
