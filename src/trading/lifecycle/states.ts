import type { OrderStatus, Trade } from '../model.ts';
import { covered, entered, held, onStep } from './facts.ts';
import type { TradeEvent } from './types.ts';

/**
 * The states of a trade, of its stop and of its orders, and every change between them that a step may make. A test
 * walks each of them; no other one may happen. docs/trade-states.md is drawn from here by `npm run states`.
 */

/** Read off a trade, never stored. */
export type TradeState = 'entering' | 'exposed' | 'protected' | 'closing' | 'clearing' | 'closed';

export const TRADE_STATES: Record<TradeState, string> = {
  entering: 'nothing is held yet, entries wait or are being cancelled',
  exposed: 'something is held that stops known to stand do not cover',
  protected: 'stops that are known to stand cover all that is held',
  closing: 'all that is held is being closed at market',
  clearing: 'nothing is held any more, the last orders are removed and the last executions asked for',
  closed: 'nothing of it is left on the exchange',
};

export function stateOf(trade: Trade): TradeState {
  if (trade.phase === 'closed') return 'closed';
  const holds = held(trade);
  if (holds.isZero()) return entered(trade).isZero() ? 'entering' : 'clearing';
  if (trade.closing?.until === null) return 'closing';
  return trade.userStop || covered(trade).gte(onStep(trade, holds)) ? 'protected' : 'exposed';
}

/** What makes a state change. */
export type Cause =
  | 'report'
  | 'refusal'
  | 'silence'
  | 'restart'
  | 'request'
  | 'price'
  | 'outside'
  | 'decision';

export const CAUSES: Record<Cause, string> = {
  report: 'the exchange’s word on an order or its executions: an answer, an event, a query',
  refusal: 'the exchange says no to an order, or is too busy for it',
  silence: 'no answer, or an order that the exchange does not know',
  restart: 'the program was away',
  request: 'a click, a command or a message',
  price: 'a price',
  outside: 'a part of the position leaves without an order of ours, or a stop of the user’s comes or goes',
  decision: 'what the step itself decides, once it has taken in what happened',
};

/** Null for events that change no state by themselves. */
export function causeOf(event: TradeEvent): Cause | null {
  switch (event.type) {
    case 'placed':
    case 'list_placed':
      if (event.outcome.kind === 'confirmed') return 'report';
      return event.outcome.kind === 'unknown' ? 'silence' : 'refusal';
    case 'cancelled':
    case 'list_cancelled':
    case 'kept':
    case 'report':
    case 'list_over':
    case 'fills':
    case 'adopt':
      return 'report';
    case 'missing':
    case 'absent':
      return 'silence';
    case 'restart':
      return 'restart';
    case 'request':
      return 'request';
    case 'prices':
      return 'price';
    case 'elsewhere':
    case 'user_stop':
      return 'outside';
    case 'begin':
    case 'tick':
    case 'position':
    case 'shared':
    case 'halted':
    case 'unguarded':
    case 'delisting':
    case 'filters':
    case 'funding':
    case 'liquidation_fee':
    case 'fees_valued':
    case 'announced':
    case 'closing_announced':
      return null;
  }
}

/** From, to, by what. */
export type Transitions<State extends string> = Readonly<
  Record<State, Readonly<Partial<Record<State, readonly Cause[]>>>>
>;

export const TRADE_TRANSITIONS: Transitions<TradeState> = {
  entering: { exposed: ['report'], closing: ['report'], closed: ['decision'] },
  exposed: {
    protected: ['report', 'outside'],
    closing: ['refusal', 'report', 'silence', 'request', 'decision'],
    clearing: ['report', 'outside'],
  },
  protected: {
    exposed: ['report', 'silence', 'outside'],
    closing: ['refusal', 'report', 'silence', 'request', 'decision'],
    clearing: ['report', 'outside'],
  },
  closing: { clearing: ['report', 'outside'] },
  clearing: { exposed: ['report'], protected: ['report'], closing: ['report'], closed: ['decision'] },
  // An entry that was given up for lost has filled after all.
  closed: { exposed: ['decision'], closing: ['decision'] },
};

/**
 * On spot in addition: an order locks the coins that it would sell, so that the old one goes before the new one. And at a
 * start the trade is told at once what has become of it.
 */
export const SPOT_TRANSITIONS: Transitions<TradeState> = {
  // Its stop went with the entry: the exchange has placed it, and may have carried it out.
  entering: { protected: ['report'], clearing: ['report'] },
  protected: { exposed: ['decision', 'restart'], closing: ['price'], clearing: ['restart'] },
  // What is too small for a stop is sold when the price is there, or given up once the target has sold the others.
  exposed: { closing: ['price'], clearing: ['restart'], protected: ['restart'], closed: ['decision'] },
  // What is left is too little to be sold.
  closing: { clearing: ['refusal', 'restart'] },
  clearing: {},
  closed: {},
};

export type StopKind = Trade['stopKind'];

export const STOP_TRANSITIONS: Transitions<StopKind> = {
  initial: {
    break_even: ['decision', 'request'],
    moved: ['request', 'report'],
    trailing: ['price', 'decision'],
  },
  break_even: {
    initial: ['refusal'],
    moved: ['request', 'refusal'],
    trailing: ['price', 'decision'],
  },
  moved: {
    initial: ['refusal'],
    break_even: ['decision', 'request'],
    trailing: ['price', 'decision'],
  },
  trailing: {
    initial: ['refusal'],
    break_even: ['decision', 'request'],
    moved: ['request', 'refusal'],
  },
};

/**
 * On spot in addition: the old stop is gone by then, and one that the exchange ends is a refused move; one that is lost on
 * its way is not. One that the journal does not know may be found at a start.
 */
export const SPOT_STOP_TRANSITIONS: Transitions<StopKind> = {
  initial: { moved: ['restart'] },
  break_even: { initial: ['report'], moved: ['report'] },
  moved: { initial: ['report'] },
  trailing: { initial: ['report'], moved: ['report'] },
};

export const ORDER_TRANSITIONS: Transitions<OrderStatus> = {
  pending: {
    unknown: ['silence', 'restart', 'refusal'],
    working: ['report'],
    triggered: ['report'],
    filled: ['report'],
    cancelled: ['report', 'refusal', 'decision'],
    expired: ['report'],
    rejected: ['report', 'refusal'],
    failed: ['silence', 'decision'],
  },
  unknown: {
    working: ['report'],
    triggered: ['report'],
    filled: ['report'],
    cancelled: ['report'],
    expired: ['report'],
    rejected: ['report', 'refusal'],
    // On spot one that is said to wait for an entry which has filled long ago.
    failed: ['silence', 'report'],
  },
  working: {
    unknown: ['silence', 'report', 'restart'],
    triggered: ['report'],
    filled: ['report'],
    cancelled: ['report'],
    expired: ['report'],
    rejected: ['report'],
    failed: ['silence'],
  },
  triggered: {
    filled: ['report'],
    cancelled: ['report'],
    expired: ['report'],
    rejected: ['report'],
    failed: ['silence'],
    // On spot, where a second one could sell coins that are not ours.
    unknown: ['silence'],
  },
  filled: {},
  // A fill beats whatever was said before.
  cancelled: { filled: ['report'] },
  expired: { filled: ['report'] },
  rejected: { filled: ['report'] },
  // Our own conclusion from silence: the exchange may still correct it.
  failed: {
    working: ['report'],
    triggered: ['report'],
    filled: ['report'],
    cancelled: ['report'],
    expired: ['report'],
    rejected: ['report'],
  },
};

/** May the exchange's word change an order so? What it said finally, and what has gone further, stays. */
export function followsReport(before: OrderStatus, seen: OrderStatus): boolean {
  return ORDER_TRANSITIONS[before][seen]?.includes('report') === true;
}
