import type { Decimal } from '../decimal.ts';
import type { UpdateAction } from '../model.ts';
import type { Refined } from './refine.ts';
import { has, hasAny } from './token.ts';
import type { Clause } from './update-clauses.ts';
import { closingOf } from './update-closes.ts';
import { isHabit } from './update-habits.ts';
import { closePrice, impossiblePart, partOf, reducesOther } from './update-parts.ts';
import { aimOf, speaksOfAllOrders } from './update-scope.ts';
import { isStopHit, movedStop, stopsOfCoins } from './update-stops.ts';
import { isTalkOfBreakEven, isTalkOfCancelling, isTalkOfClosing } from './update-talk.ts';
import { isTargetHit, newTargets } from './update-targets.ts';
import { ClauseView } from './update-view.ts';
import type { FoundUpdate } from './updates.ts';
import { readValues } from './values.ts';

/** What a clause asks for. A clause may hold several orders ("take half off, stop to BE"). */
export function actionsOf(clause: Clause, refined: Refined): readonly FoundUpdate[] {
  const view = new ClauseView(clause, refined);
  if (mayAct(view)) return everyActionOf(view);
  return pullsOrders(view) ? [update(view, 'cancel_entry', wholeOf(view))] : [];
}

/**
 * Most of what is written is talk. Without a coin, and without a word of one of these roles, no reader of orders but
 * `pullsOrders` finds anything: told at once, before each of them has looked at every word.
 */
const mayAct = (view: ClauseView): boolean =>
  view.any('close', 'closed', 'partial', 'take', 'sell', 'keep') ||
  view.any('stop', 'stopOut', 'exitStop', 'breakEven', 'target', 'cancel') ||
  view.any('move') ||
  view.namesCoin;

/** Each reader's turn, whatever the clause holds. */
export function everyActionOf(view: ClauseView): readonly FoundUpdate[] {
  if (isNegated(view)) return [];
  const cancelled = cancellation(view);
  if (cancelled !== null) return cancelled;
  const found: FoundUpdate[] = [];
  const stopped = isStopHit(view);
  if (stopped) found.push(update(view, 'stop_hit', { status: true }));
  else if (isTargetHit(view)) found.push(update(view, 'take_profit_hit', { status: true }));
  if (!stopped) found.push(...closings(view));
  const moved = stopped ? null : movedStop(view, found.length > 0);
  const stop = moved === null || isHabit(view) ? null : moved;
  if (stop === 'break_even' && !isTalkOfBreakEven(view)) found.push(update(view, 'break_even'));
  else if (stop !== null && stop !== 'break_even' && stop.gt(0)) found.push(...movedStops(view, stop));
  const targets = found.some((each) => each.action === 'take_profit_hit') ? null : newTargets(view);
  if (targets !== null) found.push(update(view, 'set_targets', { takeProfits: targets }));
  return found;
}

const update = (view: ClauseView, action: UpdateAction, extra: Partial<FoundUpdate> = {}): FoundUpdate => ({
  action,
  fraction: null,
  price: null,
  takeProfits: [],
  ...aimOf(view),
  clause: view.clause,
  status: false,
  ...extra,
});

/** "don't close yet", 不要平仓, unlike 没进的撤单: the orders that have not been filled. */
const isNegated = (view: ClauseView): boolean =>
  view.tokens.some(
    (token, index) =>
      has(token, 'not') &&
      !has(token, 'none') &&
      !view.tokens.slice(index + 1, index + 4).some((next) => next.text === '的') &&
      view.tokens
        .slice(index + 1, afterNegation(view, index))
        .some((next) => hasAny(next, 'close', 'partial', 'move', 'cancel', 'take')),
  );

/** How far a negation reaches: "not filled → cancelling" goes on behind its arrow. */
function afterNegation(view: ClauseView, at: number): number {
  const arrow = view.tokens.slice(at + 1, at + 4).findIndex((token) => token.emoji === 'arrow');
  return arrow === -1 ? at + 4 : at + 1 + arrow;
}

/** A stop for each coin where each has its price; none where several have several and it is not told which is whose. */
function movedStops(view: ClauseView, stop: Decimal): readonly FoundUpdate[] {
  const pairs = stopsOfCoins(view);
  if (pairs === null) return [update(view, 'move_stop', { price: stop })];
  return pairs.map(([symbol, price]) => update(view, 'move_stop', { price, symbols: [symbol] }));
}

const PAST_FORM = /ed$|了$|已|取消|作废|撤销|закры|отмен|kapandı|edildi|cerrad|fechad|encerrad|cancelad/i;

/** The cancellation of orders that are not filled; null if the clause has no word of it, empty if it is of something else. */
function cancellation(view: ClauseView): readonly FoundUpdate[] | null {
  if (pullsOrders(view)) return [update(view, 'cancel_entry', wholeOf(view))];
  const at = view.find('cancel');
  const token = view.tokens[at];
  if (token === undefined || (view.any('hit') && view.any('stop'))) return null;
  const setsStop =
    has(token, 'stop') && readValues(view.refined, view.clause.at + at + 1, 'stop').values.length > 0;
  const isTalk =
    !view.any('order') &&
    view.tokens.filter((each) => each.kind === 'word' && /^[a-z]{3,}$/i.test(each.text)).length > 2;
  if (setsStop || isTalk || isTalkOfCancelling(view, at)) return null;
  const ofExit = view.tokens.slice(at + 1, at + 4).some((each) => hasAny(each, 'stop', 'target'));
  if (ofExit && !view.any('order')) return [];
  return [update(view, 'cancel_entry', { status: PAST_FORM.test(token.text), ...wholeOf(view) })];
}

const wholeOf = (view: ClauseView): Partial<FoundUpdate> => (speaksOfAllOrders(view) ? { scope: 'all' } : {});

/** "Pull the BTC bids". */
function pullsOrders(view: ClauseView): boolean {
  const verb = view.tokens.findIndex((token) =>
    /^(?:pull|kill|yank|scrap|drop|nuke)(?:ing|ed)?$/i.test(token.text),
  );
  const behind = verb === -1 ? [] : view.tokens.slice(verb + 1, verb + 6);
  return (
    behind.some((token) =>
      /^(?:(?:buy|sell|limit|pending|open) )*(?:bids?|orders?|limits?|offers?)$/i.test(token.text),
    ) && !view.any('stop')
  );
}

/** 第二止盈 2.28 清仓, "TP1 at 2.36: close half": what is done at a target that has its price and is not reached yet. */
function isPlannedAtTarget(view: ClauseView): boolean {
  const label = view.tokens.findIndex(
    (token, index) =>
      has(token, 'target') && !has(token, 'close') && view.tokens[index + 1]?.number?.form === 'price',
  );
  if (label === -1 || view.any('hit', 'closed', 'here', 'market')) return false;
  const behind = view.tokens.slice(label + 2);
  return (
    behind.some((token) => hasAny(token, 'close', 'partial')) &&
    !behind.some((token) => token.emoji === 'check' || /(?:ed|ing)$|了|已/i.test(token.text)) &&
    !view.tokens.slice(0, label).some((token) => hasAny(token, 'close', 'partial', 'take'))
  );
}

/** "Scratch that idea": a plan is given up, no trade closed. */
const givesUpPlan = (view: ClauseView): boolean =>
  view.tokens.some(
    (token, index) =>
      /^scratch(?:ing)?$/i.test(token.text) &&
      view.tokens
        .slice(index + 1, index + 6)
        .some(({ text }) => /^(?:ideas?|set ?ups?|plans?|orders?|limits?|bids?)$/i.test(text)),
  );

const severalAt = (view: ClauseView): boolean =>
  view.tokens.filter((token) => token.symbol !== null).length > 1 &&
  view.tokens.filter((token) => token.number?.form === 'price').length > 1;

function closings(view: ClauseView): readonly FoundUpdate[] {
  // What is no part is kept as it is written, so that it can be told: nothing is closed by it.
  const part = partOf(view) ?? impossiblePart(view);
  const closing = closingOf(view, part);
  if (closing === null || givesUpPlan(view) || reducesOther(view)) return [];
  if (isPlannedAtTarget(view) || isTalkOfClosing(view)) return [];
  // "Close BTC at 97k and ETH at 3000": which price is whose is not told.
  const price = { price: severalAt(view) ? null : closePrice(view) };
  const whole = part?.eq(1) === true;
  if (whole || (closing === 'close' && part === null))
    return [update(view, 'close', { ...price, status: view.any('closed') })];
  return [update(view, 'close_partial', { fraction: part, ...price })];
}
