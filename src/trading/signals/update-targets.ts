import type { Decimal } from '../decimal.ts';
import { indexSkip } from './recognise-index.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';
import { isBeforePart } from './update-parts.ts';
import { isGoal } from './update-stops.ts';
import type { ClauseView } from './update-view.ts';
import type { Value } from './value-list.ts';
import { readValues } from './values.ts';

/** Whether a clause tells that a target was reached: a tick or a word of success, and no price to come. */
export function isTargetHit(view: ClauseView): boolean {
  const at = view.tokens.findIndex(
    (token) => has(token, 'target') && (!has(token, 'partial') || !isBeforePart(view, token)),
  );
  if (at === -1) return false;
  const mark = view.tokens.findIndex(
    (token, index) => index > at && (token.emoji === 'check' || isSuccess(view, index)),
  );
  const early = view.tokens.slice(0, at).some((_, index) => isSuccess(view, index));
  const stop = view.tokens.findIndex((token, index) => index > at && has(token, 'stop'));
  const end = mark !== -1 ? mark : stop !== -1 ? stop : undefined;
  const priced = view.tokens
    .slice(at + 1, end)
    .some((token) => token.number?.form === 'price' && !/^\d$/.test(token.number.raw));
  // "Hit first TP (7.20)": in parentheses behind a word of success the price is only told.
  const told = early && isPunct(view.tokens[at + 1], '(');
  return (!priced || told) && (mark !== -1 || early || namesOnlyTarget(view));
}

function isSuccess(view: ClauseView, index: number): boolean {
  const token = view.tokens[index];
  const next = view.tokens[index + 1];
  if (/^took$/i.test(token?.text ?? '') && has(next, 'target')) return true;
  if (!has(token, 'hit') || hasAny(token, 'stop', 'partial', 'target')) return false;
  return !(has(token, 'to') && next?.kind === 'number');
}

/** "1 тейк 🔥": a target with its number and nothing else is one that was reached; `TP 4%` sets one. */
function namesOnlyTarget(view: ClauseView): boolean {
  if (view.tokens.some((token) => /^targets/i.test(token.text))) return false;
  const rest = view.tokens.filter(
    (token) => token.symbol === null && token.kind !== 'emoji' && !has(token, 'target'),
  );
  return rest.length === 1 && rest.some(isCount);
}

const isCount = (token: Token): boolean =>
  (token.number?.form !== 'percent' && /^\d$/.test(token.number?.raw ?? '')) ||
  has(token, 'ordinal') ||
  token.kind === 'index';

/** The targets that a clause sets anew, or null. */
export function newTargets(view: ClauseView): readonly Decimal[] | null {
  const at = view.tokens.findIndex((token) => has(token, 'target') && !isBeforePart(view, token));
  if (at === -1 || !changesTargets(view, at) || view.any('term')) return null;
  if (isGoal(view, view.find('stop'), at)) return null;
  const label = view.clause.at + at;
  const direct = readValues(
    view.refined,
    Math.max(indexSkip(view.refined.tokens, label, 'target'), label + 1),
    'target',
  );
  const verb = view.tokens.findIndex(
    (token, index) => index > at && (hasAny(token, 'change', 'move') || isNow(token)),
  );
  const list =
    direct.values.length > 0 || verb === -1
      ? direct
      : readValues(view.refined, view.clause.at + verb + 1, 'target');
  if (list.checked) return null;
  const seen = view.tokens.findIndex((token, index) => index > at && has(token, 'see'));
  const after =
    seen === -1 || list.values.length > 0
      ? list
      : readValues(view.refined, view.clause.at + seen + 1, 'target');
  const values = after.values.length > 0 ? after.values : listedBelow(view);
  const prices = replaced(view, values)
    .filter((value) => value.kind === 'price' && value.amount.gt(0))
    .map((value) => value.amount);
  return prices.length > 0 ? prices : null;
}

/** "From 19.5 to 20.4": what was is told before what shall be. */
function replaced(view: ClauseView, values: readonly Value[]): readonly Value[] {
  const [, last] = values;
  const moves =
    values.length === 2 &&
    last?.join === 'to' &&
    view.tokens.some((token) => /^(?:from|从|由)$/i.test(token.text));
  return moves && last !== undefined ? [last] : values;
}

const isNow = (token: Token | undefined): boolean => /^now$/i.test(token?.text ?? '');

/** "Targets for TIA are now 1.02, 0.985". */
const areNow = (view: ClauseView, at: number): boolean =>
  view.tokens.some(
    (token, index) =>
      index > at &&
      isNow(token) &&
      /^(?:is|are)$/i.test(view.text(index - 1)) &&
      view.tokens[index + 1]?.number?.form === 'price',
  );

/** 目标看70000 alone is an opinion; 第二止盈看0.565 and a message that names its coin change a trade. */
function changesTargets(view: ClauseView, at: number): boolean {
  if (view.any('change', 'move') || isNow(view.tokens[at + 1]) || areNow(view, at)) return true;
  const named = view.refined.tokens.some((token) => token.symbol !== null);
  const counted = view.any('ordinal') || view.tokens.some((token) => /^tp$/i.test(token.text));
  return view.any('see') && (named || counted);
}

/** A heading ("amended targets") with a label and a price on each of the lines below. */
function listedBelow(view: ClauseView): readonly Value[] {
  const { tokens } = view.refined;
  const values: Value[] = [];
  let at = view.clause.at + view.tokens.length;
  while (tokens[at]?.kind === 'newline' || tokens[at]?.kind === 'emoji') {
    at++;
    if (tokens[at]?.kind === 'newline' || tokens[at]?.kind === 'emoji') continue;
    const list = has(tokens[at], 'target')
      ? readValues(view.refined, indexSkip(tokens, at, 'target'), 'target')
      : null;
    if (list === null || list.values.length === 0) break;
    values.push(...list.values);
    at = list.next;
  }
  return values;
}
