import type { Fact, PriceField } from './facts.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, type Token } from './token.ts';
import { type FoundUpdate, isImperative, tellsOldLevel } from './updates.ts';

/**
 * Whether the message manages a trade although it shows its levels: an order before the first of them, or the news
 * that something was hit, closed or cancelled. What follows the levels as advice does not count.
 */
export function isManagement(
  found: readonly FoundUpdate[],
  facts: readonly Fact[],
  complete: boolean,
): boolean {
  const firstPrice =
    facts.find((fact) => fact.kind === 'prices' && fact.field !== 'bare')?.at ??
    facts.find((fact) => fact.kind === 'prices')?.at ??
    Number.POSITIVE_INFINITY;
  return found.some((update) => {
    if (update.status || tellsMove(update)) return true;
    if ((update.action === 'close_partial' || update.action === 'close') && insidePrices(update, facts))
      return false;
    const levels = update.action === 'set_targets' || update.action === 'move_stop';
    if (!complete && (!levels || update.clause.tokens.some((token) => hasAny(token, 'change', 'move'))))
      return true;
    const orders =
      update.action === 'close' ||
      update.action === 'cancel_entry' ||
      update.action === 'close_partial' ||
      update.action === 'break_even';
    return orders && update.clause.at < firstPrice && !insidePrices(update, facts);
  });
}

/** "We are long from 64,200. Stop moved to 64,900": what was done to a stop is told of a trade that runs. */
const tellsMove = (update: FoundUpdate): boolean =>
  update.action === 'move_stop' &&
  update.clause.tokens.some(
    (token, index) =>
      (has(token, 'move') && /ed$|^(?:已|上移|下移|上调|下调)/i.test(token.text)) ||
      // "BTC long sl now 95k, tp 98k".
      (has(token, 'stop') && /^(?:now|currently)$/i.test(update.clause.tokens[index + 1]?.text ?? '')),
  );

const insidePrices = (update: FoundUpdate, facts: readonly Fact[]): boolean =>
  facts.some(
    (fact) =>
      fact.kind === 'prices' &&
      ((fact.field === 'closeAt' && fact.list.values.some((value) => value.kind === 'price')) ||
        (fact.field === 'target' && fact.list.values.some((value) => value.share !== null))) &&
      isInside(fact, update),
  );

const overlaps = (update: FoundUpdate, facts: readonly Fact[], fields: readonly PriceField[]): boolean =>
  facts.some(
    (fact) =>
      fact.kind === 'prices' &&
      fields.includes(fact.field) &&
      fact.list.values.length > 0 &&
      isInside(fact, update),
  );

const isInside = (fact: Fact, update: FoundUpdate): boolean =>
  fact.at >= update.clause.at && fact.at < update.clause.at + update.clause.tokens.length;

/**
 * A congratulation belongs to the news that a trade was closed, or stands beside a stop that is moved, and an order may speak of what was before ("Entry missed,
 * cancel it"); other words of success and of the past make a report.
 */
export function tellsResults(tokens: readonly Token[], found: readonly FoundUpdate[]): boolean {
  const telling = tokens.filter(
    (token, index) =>
      hasAny(token, 'result', 'past') &&
      !tellsOldLevel(tokens, index) &&
      !hasAny(token, 'hit', 'stop', 'target', 'entry', 'close'),
  );
  const closes = found.some((update) => update.action === 'close' || update.action === 'close_partial');
  const ordered = found.some((update) => isImperative(update.clause) || tellsRemoval(update));
  const amounts = tokens.some((token) => token.number !== null);
  const moves = found.some(
    ({ action, clause }) =>
      (action === 'move_stop' || action === 'break_even') &&
      clause.tokens.some((token) => has(token, 'move')),
  );
  return telling.some((token) => {
    if (ordered && !has(token, 'result')) return false;
    if (!/^(?:恭喜|congrat|well done|great work)/i.test(token.text)) return true;
    return !moves && (amounts || !closes);
  });
}

/** "Missed the fill by a tick. Order removed." */
const tellsRemoval = (update: FoundUpdate): boolean =>
  update.action === 'cancel_entry' &&
  update.status &&
  /^(?:limits?|orders?|bids?|entry|entries|挂单|委托|单子?)$/i.test(update.clause.tokens[0]?.text ?? '');

/**
 * What looks like an order in a message that shows an entry belongs to that call or to its repetition: its stop, its
 * targets, the price at which it is given up. None of them moves or closes another trade.
 */
export function isPartOfCall(update: FoundUpdate, facts: readonly Fact[]): boolean {
  const levels = update.action === 'move_stop' || update.action === 'set_targets';
  const exits = update.action === 'close' && overlaps(update, facts, ['stop', 'exitAt']);
  if (!levels && !exits) return false;
  if (
    levels &&
    update.clause.tokens.some((token) => hasAny(token, 'change', 'move', 'see') && !PLACES.test(token.text))
  )
    return false;
  return showsEntry(facts) || (levels && listsLevels(facts));
}

/** A stop, targets and a price beside them whose label was not understood: a call, or its repetition. */
const listsLevels = (facts: readonly Fact[]): boolean =>
  (['stop', 'target', 'bare'] as const).every((field) =>
    facts.some(
      (fact) =>
        fact.kind === 'prices' &&
        fact.field === field &&
        fact.list.values.some((value) => value.kind === 'price'),
    ),
  );

/**
 * Whether the part of the sentence that looks like an order states the entry of a call first: in a call written on one
 * line its stop, its targets and its remarks are no orders.
 */
export const holdsEntry = (update: FoundUpdate, facts: readonly Fact[]): boolean =>
  !update.status &&
  facts.some(
    (fact) =>
      fact.kind === 'prices' &&
      ['entry', 'buyAt', 'sellAt'].includes(fact.field) &&
      fact.list.values.length > 0 &&
      isInside(fact, update) &&
      !namesOrder(update, fact) &&
      !isMoveToEntry(update.clause.tokens.slice(0, fact.at - update.clause.at)),
  );

/** 105200挂的空单撤掉, "cancel the SOL limit at 160": the price tells which order goes. */
const namesOrder = (update: FoundUpdate, entry: Fact): boolean => {
  const { tokens, at } = update.clause;
  const verb = tokens.findIndex((token) => has(token, 'cancel'));
  const leads = verb === 0 && !tokens.some((token) => hasAny(token, 'buy', 'sell', 'and'));
  const named = leads
    ? tokens.filter((token) => token.number !== null).length === 1
    : entry.end <= at + verb && tokens.slice(verb + 1).every((token) => token.number === null);
  return (
    update.action === 'cancel_entry' &&
    named &&
    !tokens.some((token) => hasAny(token, 'stop', 'target', 'if'))
  );
};

/** 止损拉到 before 开仓价3205: the entry is where the stop goes. */
function isMoveToEntry(before: readonly Token[]): boolean {
  const stop = before.findLastIndex((token) => has(token, 'stop'));
  return (
    stop !== -1 &&
    before
      .slice(stop + 1)
      .every((token) => token.kind !== 'punct' && token.symbol === null && sideOf(token) === null)
  );
}

/** Verbs of the first stop of a call as well as of a later one: "buy at 98k, set your stop at 97k". */
const PLACES = /^(?:set|setting|put|place)$/i;

function showsEntry(facts: readonly Fact[]): boolean {
  const sided = facts.some((fact) => fact.kind === 'side' && fact.strength !== 'emoji');
  const exits = facts.some(
    (fact) => fact.kind === 'prices' && (fact.field === 'stop' || fact.field === 'target'),
  );
  return facts.some((fact) => {
    if (fact.kind === 'market') return sided;
    if (fact.kind === 'leverage') return exits;
    if (fact.kind !== 'prices' || fact.list.values.length === 0) return false;
    return (
      ['entry', 'buyAt', 'sellAt'].includes(fact.field) || (fact.field === 'bare' && fact.adjacent && sided)
    );
  });
}

/** Several prices with ticks behind them, and nothing to do: the list of what a trade has reached. */
export const listsReached = (found: readonly FoundUpdate[], facts: readonly Fact[]): boolean =>
  found.every((update) => update.status) &&
  facts.filter((fact) => fact.kind === 'prices' && fact.list.checked).length > 1;
