import { opensCell } from './recognise-lines.ts';
import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';
import type { Field, Join, ValueList } from './value-list.ts';

/** How far a list has been read: what the questions about the next tokens depend on. */
export interface ListState {
  readonly tokens: readonly Token[];
  readonly field: Field;
  readonly list: ValueList;
  /** Index of the next token. */
  readonly at: number;
  /** Whether a colon stood behind the label. */
  readonly colon: boolean;
}

const isEmpty = (state: ListState): boolean => state.list.values.length === 0;

/** Whether the next line goes on with the list: it begins with a value, perhaps behind a bullet or an index. */
export function continuesOnNextLine(state: ListState): boolean {
  let i = state.at;
  let breaks = 0;
  while (state.tokens[i]?.kind === 'newline') {
    i++;
    breaks++;
  }
  if (breaks > 2) return false;
  let bullet = false;
  for (let seen = 0; seen < 4; seen++, i++) {
    const token = state.tokens[i];
    if (token?.kind === 'emoji' && !isForeignLabel(state, token, i)) bullet = true;
    else if (isPunct(token, '-*>|([+') && token !== undefined) bullet = true;
    else break;
  }
  const token = state.tokens[i];
  if (token?.kind === 'index') return indexLeads(state, i);
  if (token?.kind === 'number') return numberLeads(state, token, i, bullet, breaks);
  if (state.field === 'target' && has(token, 'term') && termLeads(state.tokens, i + 1)) return true;
  if (state.field === 'entry' && isEmpty(state) && hasAny(token, 'market') && breaks === 1) return true;
  return isEmpty(state) && state.colon && breaks === 1 && leadsToValue(state.tokens, i);
}

/** `Short Term: 5.7`, `Mid Term ➜ 7.5` in a list of targets. */
function termLeads(tokens: readonly Token[], at: number): boolean {
  const sign = isPunct(tokens[at], ':=-@') || tokens[at]?.emoji === 'arrow';
  return tokens[sign ? at + 1 : at]?.kind === 'number' || isPunct(tokens[at], ':');
}

const PASSED = [
  'near',
  'between',
  'above',
  'below',
  'candle',
  'filler',
  'close',
  'noise',
  'market',
  'upTo',
] as const;

/** "4h candle close below 0.481" on the line below its label: words of place and time, then the price. */
function leadsToValue(tokens: readonly Token[], start: number): boolean {
  let i = start;
  while (i < start + 7) {
    const token = tokens[i];
    if (token?.kind === 'number') return i > start;
    const passes =
      token?.kind === 'noise' ||
      isPunct(token, '($') ||
      (hasOneOf(token, PASSED) && !hasAny(token, 'stop', 'target', 'entry', 'leverage'));
    if (!passes) return false;
    i++;
  }
  return false;
}

function indexLeads(state: ListState, at: number): boolean {
  if (state.field === 'bare' || state.field === 'stop') return state.field === 'stop' && isEmpty(state);
  const next = state.tokens[at + 1];
  return (
    next?.kind === 'number' ||
    next?.kind === 'emoji' ||
    isPunct(next, '-:.$') ||
    hasAny(next, 'runner', 'near', 'market', 'above', 'below')
  );
}

function numberLeads(state: ListState, token: Token, at: number, bullet: boolean, breaks: number): boolean {
  const form = token.number?.form;
  if (
    form !== 'price' &&
    form !== 'percent' &&
    form !== 'unreadable' &&
    !(form === 'multiple' && isEmpty(state))
  )
    return false;
  const after = state.tokens[at + 1];
  if (form === 'price' && has(after, 'leverage')) return false;
  if (isEmpty(state)) return state.field !== 'bare';
  if (state.field === 'entry' && bullet && isSharedPrice(state.tokens, at)) return true;
  if (state.field === 'stop' || state.field === 'bare' || form === 'percent') return false;
  if (state.field === 'entry' && breaks === 2) return standsAlone(state, at);
  if (state.field === 'entry')
    return (
      breaks === 1 &&
      (bullet ||
        state.list.values.every((value) => value.token.line > (state.tokens[state.list.next]?.line ?? 0)))
    );
  return breaks === 1 || (breaks === 2 && standsAlone(state, at));
}

/** `40% @ 1.071`: the part of the position that is entered at a price. */
export function isSharedPrice(tokens: readonly Token[], at: number): boolean {
  const [share, sign, price] = tokens.slice(at, at + 3);
  return (
    share?.number?.form === 'percent' &&
    (isPunct(sign, '@') || /^at$/i.test(sign?.text ?? '')) &&
    price?.number?.form === 'price'
  );
}

/** Lists with an empty line between their items: each of them has a line for itself. */
function standsAlone(state: ListState, at: number): boolean {
  const after = state.tokens[at + 1];
  const labelLine = state.tokens[state.list.next - 1]?.line ?? -1;
  return (
    (after === undefined || after.kind === 'newline' || isPunct(after, '(|') || after.kind === 'emoji') &&
    state.list.values.every((value) => value.token.line > labelLine)
  );
}

/** In `止损98000，105500附近空` the number behind the comma begins the next call. */
function continuesAfterComma(state: ListState, at: number): boolean {
  let i = at + 1;
  while (
    i < at + 5 &&
    (state.tokens[i]?.kind === 'number' ||
      (isPunct(state.tokens[i], '-/~、') && state.tokens[i + 1]?.kind === 'number') ||
      hasAny(state.tokens[i], 'near', 'to') ||
      isBreakWord(state.tokens[i]))
  )
    i++;
  const next = state.tokens[i];
  if (next?.line !== state.tokens[at]?.line) return true;
  if (state.field === 'bare' && has(next, 'target') && beginsSentence(state)) return true;
  if (hasAny(next, 'stop', 'target', 'close', 'exitStop', 'cutAt', 'aim') && endsClause(state.tokens, i))
    return false;
  return (
    !hasAny(next, 'long', 'short', 'bareLong', 'bareShort', 'entry', 'points') ||
    isPunct(state.tokens[i + 1], ':')
  );
}

/** 138.5收线下方离场, 138.5破位走人: how the price is broken stands between it and its label. */
const isBreakWord = (token: Token | undefined): boolean =>
  hasAny(token, 'candle', 'below', 'above', 'breakStop') && /[\u4e00-\u9fff]/.test(token?.text ?? '');

const NAMES_BEHIND = ['stop', 'target', 'close', 'exitStop', 'cutAt', 'dca', 'aim'] as const;

/** 进，10.2止损: the value behind a comma has its label behind it. */
export function isNamedBehind(tokens: readonly Token[], at: number): boolean {
  let i = at + 1;
  while (i < at + 4 && hasAny(tokens[i], 'near', 'quote', 'filler')) i++;
  return hasOneOf(tokens[i], NAMES_BEHIND) && endsClause(tokens, i);
}

/** "25.5, 27 tp." as a sentence of its own is one list. */
function beginsSentence(state: ListState): boolean {
  const before = state.tokens[state.list.next - 1];
  return before === undefined || before.kind === 'newline' || isPunct(before, '.;。；');
}

/** Whether nothing of its own stands behind a label: the number before it is its value. */
function endsClause(tokens: readonly Token[], label: number): boolean {
  const after = tokens[label + 1];
  return after === undefined || after.kind === 'newline' || isPunct(after, ',，;；。.|!(');
}

/** A stop or fail sign before a number begins the stop; a target sign ends an entry. */
export function isForeignLabel(state: ListState, token: Token, at: number): boolean {
  if (
    state.tokens[at + 1]?.kind !== 'number' &&
    !(isPunct(state.tokens[at + 1], ':-') && state.tokens[at + 2]?.kind === 'number')
  )
    return false;
  if (token.emoji === 'arrow') return state.field === 'bare' && !isEmpty(state);
  if (token.emoji === 'stop' || token.emoji === 'fail') return state.field !== 'stop';
  if (token.emoji === 'target') return state.field !== 'target';
  if (token.emoji === 'check') return state.field === 'entry' && isTickedTarget(state, at);
  return (
    token.emoji === 'entry' && state.field !== 'entry' && (state.field !== 'target' || beganWithSign(state))
  );
}

/** 🎯 1.61 💰 1.68: where signs are the labels, the next one begins the next part. */
const beganWithSign = ({ tokens, list }: ListState): boolean =>
  [1, 2, 3].some((distance) => tokens[list.next - distance]?.emoji === 'target');

/** `✅ 0.2140` on a line of its own below an entry on the line of its label: a target, or the news of one, and no further entry. */
function isTickedTarget({ tokens, list }: ListState, at: number): boolean {
  const entry = list.values[0]?.token;
  return (
    opensCell(tokens, at) &&
    entry !== undefined &&
    entry.line < (tokens[at]?.line ?? 0) &&
    entry.line <= labelLine(tokens, list)
  );
}

const labelLine = (tokens: readonly Token[], list: ValueList): number => tokens[list.next - 1]?.line ?? -1;

/** How far a stop with ❌ may be below the first of the targets. */
const MAX_BELOW = 40;

/** Whether a line of `❌` or `⛔` and a price follows the ticked ones. */
export const hasFailedStop = (tokens: readonly Token[], at: number): boolean =>
  tokens
    .slice(at, at + MAX_BELOW)
    .some(
      ({ emoji }, index, ahead) =>
        (emoji === 'fail' || emoji === 'stop') && ahead[index + 1]?.number?.form === 'price',
    );

/** A tick behind a price says that it was reached; before a price, and behind a separator, it is a bullet. */
export function checkIsMark(state: ListState): boolean {
  if (isPunct(state.tokens[state.at - 1], '|/,;，；-')) return false;
  let i = state.at + 1;
  while (state.tokens[i]?.kind === 'emoji' || isPunct(state.tokens[i], '$')) i++;
  return state.tokens[i]?.kind !== 'number' && state.tokens[i]?.kind !== 'index';
}

/** Whether a value comes next, past signs and small words. */
export function valueFollows(state: ListState, from: number): boolean {
  let i = from;
  while (
    i < from + 4 &&
    (isPunct(state.tokens[i], ':=-@($') || hasAny(state.tokens[i], 'filler', 'near', 'to', 'rest'))
  )
    i++;
  return state.tokens[i]?.kind === 'number';
}

/** `2 - 0.5995` as the second line of a list: the 2 counts, it is no price. */
export function isLineIndex({ tokens, at, list }: ListState, join: Join, token: Token): boolean {
  const [first] = list.values;
  const opensLine = join === 'line' || (first === undefined && tokens[at - 1]?.kind === 'newline');
  if (!opensLine || token.number?.raw !== String(list.values.length + 1)) return false;
  let i = at + 1;
  while (isPunct(tokens[i], '-:=.|$') && i < at + 4) i++;
  if (i === at + 1 || tokens[i]?.number?.form !== 'price') return false;
  return first === undefined || !first.amount.eq(token.number.raw);
}

/** A comma continues the list only if a value comes next; before the first value it is a slip for the colon. */
export function commaContinues(state: ListState): boolean {
  const { tokens, at, field } = state;
  const comma = tokens[at];
  if (isEmpty(state))
    return (
      field !== 'bare' &&
      isPunct(comma, ',，') &&
      tokens[at + 1]?.kind === 'number' &&
      !isNamedBehind(tokens, at + 1)
    );
  let i = at + 1;
  while (i < at + 4 && mayPrecedeValue(state, i)) i++;
  const next = tokens[i];
  if (next?.kind !== 'number' || next.number?.form === 'leverage') return false;
  if (field === 'stop' || (isPunct(comma, ';；') && field === 'bare')) return false;
  return isPunct(comma, '、') || continuesAfterComma(state, i);
}

const mayPrecedeValue = ({ tokens, field }: ListState, at: number): boolean =>
  tokens[at]?.kind === 'emoji' ||
  tokens[at]?.kind === 'index' ||
  isPunct(tokens[at], '"+') ||
  (isPunct(tokens[at], '-') && tokens[at + 1]?.number?.form === 'percent') ||
  hasAny(tokens[at], 'and', 'runner') ||
  (field === 'target' && has(tokens[at], 'ordinal'));
