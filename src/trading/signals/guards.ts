import type { Fact, PricesFact } from './facts.ts';
import { intention } from './guard-intentions.ts';
import { type Line, linesOf, type Refusal, STRUCTURED } from './guard-lines.ts';
import {
  isOutside,
  mention,
  negation,
  question,
  quotation,
  resultMarks,
  someoneElse,
  warning,
} from './guard-marks.ts';
import type { Role } from './keywords/table.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';

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
  const trigger = triggeredEntry(facts);
  const firstCall = lines.findIndex((line) => line.call !== -1 || line.prices);
  for (const [position, line] of lines.entries()) {
    const heading = position < firstCall ? (headingRefusal(line) ?? intention(line)) : null;
    const found =
      heading ??
      lineRefusal(line, labelled, trigger) ??
      negation(line, tokens) ??
      warning(line, position < firstCall) ??
      mention(line) ??
      someoneElse(line) ??
      isOutside(line) ??
      quotation(line);
    if (found !== null) return found;
  }
  return question(lines, labelled) ?? resultMarks(facts, lines);
}

function lineRefusal(line: Line, labelled: number, trigger: Span | null): Refusal | null {
  const calls = line.call !== -1 || line.prices;
  const narrative = labelled >= STRUCTURED ? narrativeOf(line) : new Set<number>();
  for (const { token, index } of line.tokens) {
    if (token.kind !== 'keyword' || token.roles.size === 0) continue;
    if (
      labelled >= STRUCTURED &&
      (isAside(token, index, line) || (has(token, 'if') && isBetween(index, trigger)))
    )
      continue;
    if (narrative.has(index) && hasAny(token, 'past', 'watch', 'if', 'ask')) continue;
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
 * @returns indexes of the tokens of such sentences
 */
function narrativeOf(line: Line): ReadonlySet<number> {
  const found = new Set<number>();
  let sentence: Line['tokens'] = [];
  for (const each of line.tokens) {
    if (!endsSentence(each.token)) {
      sentence.push(each);
      continue;
    }
    if (each.index < line.call && !sentence.some(({ token }) => speaksOfCall(token)))
      for (const { index } of sentence) found.add(index);
    sentence = [];
  }
  return found;
}

const speaksOfCall = (token: Token): boolean =>
  sideOf(token) !== null ||
  hasAny(token, 'bareLong', 'bareShort', 'entry', 'stop', 'target', 'closed') ||
  (hasAny(token, 'close', 'hit') && token.text.length > 1) ||
  CALL_WORDS.test(token.text);

const endsSentence = (token: Token | undefined): boolean => isPunct(token, '.。!！?') && token !== undefined;
const CALL_WORDS =
  /^(?:call|called|calls|signal|trade|setup|idea|plan|posted|gave|shared|told|said|喊|单|策略|给)/i;

/** "… Size small, it's FOMC week": news behind the last price of a whole call. */
const isAside = (token: Token, index: number, line: Line): boolean =>
  has(token, 'news') && ((index >= line.end && line.end !== -1) || isOccasion(line, index));

/** "Post-CPI play: long …" tells when the call is made. */
function isOccasion(line: Line, index: number): boolean {
  const at = line.tokens.findIndex((each) => each.index === index);
  const dash = line.tokens[at - 1]?.token;
  const before = isPunct(dash, '-') ? line.tokens[at - 2]?.token : dash;
  return /^(?:post|pre)$/i.test(before?.text ?? '');
}

/**
 * "ETH short if we trade below 2,940": the condition is the trigger of the entry itself, which the order waits for as the
 * author does. The side is called before it ("if it breaks, I'm going long" is a plan), and no other price to enter at is told.
 * @returns the tokens among which such an "if" stands, or null
 */
function triggeredEntry(facts: readonly Fact[]): Span | null {
  const side = facts.find((fact) => fact.kind === 'side' && fact.strength !== 'emoji');
  const [entry, other] = facts.filter((fact) => isEntryPrice(fact));
  if (side === undefined || entry === undefined || other !== undefined) return null;
  const trigger = facts.find(
    (fact) => fact.kind === 'trigger' && fact.line === entry.line && Math.abs(fact.at - entry.at) <= 3,
  );
  return trigger === undefined
    ? null
    : { from: Math.max(side.at, entry.at - MAX_CONDITION), to: Math.min(trigger.at, entry.at) };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const isBetween = (index: number, span: Span | null): boolean =>
  span !== null && index > span.from && index <= span.to;

/** Tokens between "if" and the price it waits for. */
const MAX_CONDITION = 9;

const isEntryPrice = (fact: Fact): fact is PricesFact =>
  fact.kind === 'prices' &&
  fact.list.values.length > 0 &&
  (['entry', 'buyAt', 'sellAt', 'dca'].includes(fact.field) || (fact.field === 'bare' && fact.adjacent));

/** "Resend, the first one had a wrong TP2": what the call was like before it was put right. */
const POSTS_AGAIN = /^(?:resend|resending|resent|repost|reposting|reposted|corrected|correction)$/i;

/** What a heading announces holds for all that follows: yesterday's call, a result, a list of open positions. */
function headingRefusal(line: Line): Refusal | null {
  const again = line.tokens.some(({ token }) => POSTS_AGAIN.test(token.text));
  for (const { token } of line.tokens) {
    if (token.kind !== 'keyword' || isHarmless(token) || (again && /^(?:was|were|had)$/i.test(token.text)))
      continue;
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
  const rule = rules.find(([role, code]) => token.roles.has(role) && (only === null || only === code));
  return rule?.[1] ?? null;
}
