import { Decimal } from '../decimal.ts';
import { fold } from './fold.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';
import type { ClauseView } from './update-view.ts';

/** The part to close, 0 to 1; four digits where words give a third. Null where none is told. */
export function partOf(view: ClauseView): Decimal | null {
  if (listsLevels(view)) return null;
  for (let index = 0; index < view.tokens.length; index++) {
    const value = partAt(view, index, view.tokens[index] as Token);
    if (value === null || value.lte(0) || value.gt(1)) continue;
    const verb = view.tokens[has(view.tokens[index - 1], 'filler') ? index - 2 : index - 1];
    const kept = hasAny(verb, 'keep') && !hasAny(verb, 'close', 'partial');
    if (isAllThatIsLeft(view, index)) return new Decimal(1);
    const left = reducesTo(view, index);
    if (left === 'other' || isStart(view, index)) continue;
    const goes =
      kept || left === 'position' ? new Decimal(1).minus(value.div(startBefore(view, index))) : value;
    if (goes.gt(0)) return goes;
  }
  const whole = view.tokens.some(
    (token, index) =>
      (has(token, 'all') && has(view.tokens[index - 1], 'close') && !has(token, 'rest')) ||
      (/^(?:全部?|所有|统统)$/.test(token.text) && hasAny(view.tokens[index + 1], 'close', 'partial')),
  );
  return whole ? new Decimal(1) : null;
}

/**
 * "Close 150% of SOL", 减仓0%, "reduce SOL to 150%": an amount behind a verb of closing that is no part of a position, as
 * a part of 1. Null where there is none; a gain ("closing for 150%", "150% profit", 平仓150%) is something else.
 */
export function impossiblePart(view: ClauseView): Decimal | null {
  for (const [index, token] of view.tokens.entries()) {
    if (token.number?.form !== 'percent' || token.number.sign !== '') continue;
    const part = view.refined.valueOf(token)?.div(100) ?? null;
    if (part === null || (part.gt(0) && part.lte(1)) || !isAmountOfVerb(view, index)) continue;
    if (part.gt(1) && isGainOfClose(view, index)) continue;
    return part;
  }
  return null;
}

/** 平仓 150%, "SOL close 200%": nobody closes so much, and of nothing; it is what the trade has brought. */
function isGainOfClose(view: ClauseView, index: number): boolean {
  const after = view.tokens[index + 1];
  const isOfSomething = /^of(?:f)?\b/i.test(after?.text ?? '') || after?.symbol != null;
  return has(view.tokens[index - 1], 'close') && !isOfSomething;
}

function isAmountOfVerb(view: ClauseView, index: number): boolean {
  const goesOff = /^off\b/i.test(view.text(index + 1));
  if (!goesOff && hasAny(view.tokens[index + 1], 'profit', 'ofProfit', 'noise', 'leverage', 'margin'))
    return false;
  const before = view.tokens[index - 1];
  const verb = (token: Token | undefined): boolean =>
    hasAny(token, 'close', 'partial', 'take', 'sell', 'keep') && !hasAny(token, 'target');
  if (verb(before) || (goesOff && has(before, 'take'))) return true;
  return /^(?:by|to|到|至|成)$/i.test(view.text(index - 1)) && view.tokens.slice(0, index - 1).some(verb);
}

/** "Closing the remaining 40%", 剩余 30% 平掉: the last part of a position is all of it. */
const isAllThatIsLeft = (view: ClauseView, part: number): boolean =>
  /^(?:the )?(?:remaining|final|last)$|^(?:剩余|剩下的?|其余)$/i.test(
    view.text(has(view.tokens[part - 1], 'filler') && part > 1 ? part - 2 : part - 1),
  ) &&
  view.any('close', 'closed', 'sell') &&
  view.tokens.filter((token) => token.number?.form === 'percent' || token.fraction !== null).length === 1;

const REDUCES = /^(?:reduc|trim|cut|lighten|scal|down ?siz|减|降仓|缩)/i;

/**
 * What is brought down to an amount: "reduce BTC to 30%" and 仓位减到三成 tell what stays of the position, "reduce risk
 * to 1%" speaks of something else. Null where the amount is what goes.
 */
function reducesTo(view: ClauseView, amount: number): 'position' | 'other' | null {
  if (!/\bto$|^[到至成为]$/i.test(view.text(amount - 1))) return null;
  const verb = view.tokens.slice(0, amount).findLastIndex((token) => REDUCES.test(fold(token.text)));
  if (verb === -1) return null;
  const token = view.tokens[amount];
  if (token?.number == null && token?.fraction == null) return null;
  const between = view.tokens.slice(verb + 1, amount);
  const isAmount = (part: Token, at: number): boolean =>
    (part.number?.form === 'percent' || part.fraction !== null) && !isStart(view, verb + 1 + at);
  if (between.some(isAmount)) return null;
  const isOther = (token: Token): boolean =>
    hasAny(token, 'noise', 'leverage', 'margin', 'stop', 'target', 'cutAt') &&
    !/仓|倉|^(?:size|position|exposure)$/i.test(token.text);
  const after = view.tokens[amount + 1];
  if (hasAny(after, 'noise', 'leverage', 'margin') || isOfAccount(view, amount + 1)) return 'other';
  return between.some(isOther) ? 'other' : 'position';
}

/** The 80% of "from 80% to 40%". */
const isStart = (view: ClauseView, at: number): boolean =>
  /^(?:from|从|從|由)$/i.test(view.text(at - 1)) && view.tokens[at]?.number?.form === 'percent';

/** Of "from 80% to 40%" half goes: what is left counts from there. */
function startBefore(view: ClauseView, at: number): Decimal {
  const start = view.tokens.findIndex((_, index) => index < at && isStart(view, index));
  const token = view.tokens[start];
  const value = token === undefined ? null : (view.refined.valueOf(token)?.div(100) ?? null);
  return value?.gt(0) === true && value.lte(1) ? value : new Decimal(1);
}

/** Whether what is brought down is no position: the risk, the leverage, its share of the account. */
export const reducesOther = (view: ClauseView): boolean =>
  view.tokens.some((_, index) => reducesTo(view, index) === 'other');

/** "Cut the position to 3% of the account". */
const isOfAccount = (view: ClauseView, at: number): boolean =>
  /^of\b/i.test(view.text(at)) ||
  view.tokens
    .slice(at, at + 4)
    .some(({ text }) => /^(?:account|portfolio|equity|capital|wallet|balance|risk)$/i.test(text));

/** 止损2% 止盈3%/5%/8%: distances from the entry, no parts to close. */
const listsLevels = (view: ClauseView): boolean =>
  view.tokens.some(
    (token, index) =>
      has(token, 'stop') && !has(token, 'breakEven') && view.tokens[index + 1]?.number?.form === 'percent',
  );

function partAt(view: ClauseView, index: number, token: Token): Decimal | null {
  if (token.fraction !== null) return new Decimal(token.fraction);
  const before = view.tokens[index - 1];
  if (token.number?.form === 'percent') {
    const isPart =
      token.number.sign === '' &&
      !isPunct(before, '-') &&
      !/^of /i.test(view.text(index + 1)) &&
      !measures(view, index);
    return isPart ? (view.refined.valueOf(token)?.div(100) ?? null) : null;
  }
  const parts = view.tokens[index + 2]?.number?.raw ?? '';
  if (token.number?.raw === '1' && isPunct(view.tokens[index + 1], '/') && /^[2-5]$/.test(parts))
    return new Decimal(1).div(parts).toDecimalPlaces(4);
  return null;
}

/** `Profit: 41.2%`, `Confidence 87%`: a percentage behind a label of its own. */
function measures(view: ClauseView, index: number): boolean {
  const colon = isPunct(view.tokens[index - 1], ':=');
  const label = view.tokens[colon ? index - 2 : index - 1];
  return has(label, 'noise') || (colon && hasAny(label, 'profit', 'ofProfit'));
}

/** Whether a word is followed by an amount: "take profit 50%", 止盈一半. */
export function isBeforePart(view: ClauseView, token: Token): boolean {
  const next = view.tokens[view.tokens.indexOf(token) + 1];
  return next?.number?.form === 'percent' || next?.fraction != null || has(next, 'some');
}

/** The price at which something is closed: "at 163.5", `平仓价格：36.25`, 0.128附近先出, 64500 出 60%. */
export function closePrice(view: ClauseView): Decimal | null {
  const isPrice = (index: number): boolean => view.tokens[index]?.number?.form === 'price';
  const at = view.tokens.findIndex(
    (token, index) =>
      (isPunct(token, '@') ||
        /^(?:at|por|по|em|en|在)$/i.test(token.text) ||
        (has(token, 'near') && /^(?:here|it|now|at)$/i.test(view.text(index - 1)))) &&
      isPrice(index + 1) &&
      !view.tokens.slice(Math.max(index - 2, 0), index).some((before) => has(before, 'stop')),
  );
  const stated = view.tokens.findIndex(
    (token, index) =>
      isPunct(token, ':') && hasAny(view.tokens[index - 1], 'filler', 'close', 'noise') && isPrice(index + 1),
  );
  const before = view.tokens.findIndex((_, index) => isPrice(index) && isBeforeVerb(view, index));
  const token = view.tokens[at !== -1 ? at + 1 : stated !== -1 ? stated + 1 : before];
  const price = token === undefined ? null : view.refined.valueOf(token);
  return price?.gt(0) === true ? price : null;
}

/** 64500 出 60%, 67800 附近减一半: a Chinese verb of closing right behind the price, past small words. */
function isBeforeVerb(view: ClauseView, index: number): boolean {
  let at = index + 1;
  while (at < index + 4 && (hasAny(view.tokens[at], 'near', 'filler') || /^[已先]$/.test(view.text(at))))
    at++;
  const verb = view.tokens[at];
  return (
    hasAny(verb, 'close', 'partial') && /[\u4e00-\u9fff]/.test(verb?.text ?? '') && !isNamed(view, index)
  );
}

/** 均价88900: the price has a name of its own. */
const isNamed = (view: ClauseView, index: number): boolean => {
  const before = view.tokens[index - 1];
  return (
    before !== undefined && sideOf(before) === null && hasAny(before, 'entry', 'noise', 'stop', 'target')
  );
};
