import type { Decimal } from '../decimal.ts';
import type { AlertCode, TradeRequest } from '../desk-types.ts';
import type { Instrument, OrderReport, Outcome, Prices, ServerTime } from '../exchange.ts';
import type { Fill, Order, OrderRole, OutsideCause, Trade } from '../model.ts';

/** Everything that can happen to a trade. */
export type TradeEvent =
  /** The entries were journalled: send them. */
  | { type: 'begin' }
  /**
   * The program was away: what was on its way may or may not have arrived. `found`: orders of this trade that the
   * journal does not know, where that had to be found out first.
   */
  | { type: 'restart'; found?: readonly Found[] }
  | { type: 'placed'; clientId: string; outcome: Outcome<OrderReport> }
  /** `withNew`: asked in one request with its replacement. */
  | { type: 'cancelled'; clientId: string; outcome: Outcome<OrderReport | null>; withNew?: true }
  | { type: 'list_placed'; listId: string; outcome: Outcome<OrderReport[]> }
  | { type: 'list_cancelled'; listId: string; outcome: Outcome<OrderReport[] | null> }
  /** The symbol takes no orders now: what was to make room for others was not asked to go. */
  | { type: 'kept'; clientIds: readonly string[] }
  /** The exchange's word on one order, from a stream or a query. */
  | { type: 'report'; report: OrderReport; fill: Fill | null }
  /** The list of this order is over, and the exchange has not said what became of the order. */
  | { type: 'list_over'; clientId: string }
  /** Orders of this trade that the journal does not know stand on the exchange, or have executed there. */
  | { type: 'adopt'; found: readonly Found[] }
  /** Executions read back by query; those of our orders are found by client id or order id. */
  | { type: 'fills'; fills: readonly Fill[] }
  /** Asked for by client id and not found, which is not proof; `asked`: as it was known to be then, if not as it is now. */
  | { type: 'missing'; clientId: string; asked?: Order }
  /** Not found for more than a minute, not among open orders, fills or in the position. */
  | { type: 'absent'; clientId: string }
  | { type: 'prices'; prices: Partial<Prices> }
  | { type: 'tick' }
  | { type: 'request'; request: TradeRequest }
  /** Part of the position left without an order of ours; `fills` are those executions, where known. */
  | { type: 'elsewhere'; quantity: Decimal; fills: readonly Fill[]; cause: OutsideCause }
  | { type: 'user_stop'; covers: boolean }
  /**
   * After a start on futures: so much is there on the trade's symbol and side, whoever it belongs to; null once that has
   * been compared with what the trades hold.
   */
  | { type: 'position'; quantity: Decimal | null }
  /** Another trade has, or no longer has, a part of the same position. */
  | { type: 'shared'; shared: boolean }
  /** The exchange has stopped, or taken up again, trading the symbol. */
  | { type: 'halted'; halted: boolean }
  /** Soon nothing may be sent any more, for an unknown time: what fills then could not be protected. */
  | { type: 'unguarded' }
  /** The contract's end has been announced, or taken back. */
  | { type: 'delisting'; at: number | null }
  /** The symbol's filters may have changed. */
  | { type: 'filters'; instrument: Instrument }
  | { type: 'funding'; id: string; amount: Decimal }
  | { type: 'liquidation_fee'; id: string; amount: Decimal }
  /** What commissions in other assets were worth, in quote currency, by the fill's `tradeId`. */
  | { type: 'fees_valued'; values: ReadonlyMap<string, Decimal> }
  | { type: 'announced'; clientId: string; executed: Decimal }
  | { type: 'closing_announced'; closedAt: number };

/** An order as the exchange shows it, and what its client id says of it. */
export interface Found {
  report: OrderReport;
  role: OrderRole;
  slot: number;
}

/** What a step wants done. The state it was decided in already records it, so it is never asked for twice. */
export type Effect =
  | { type: 'place'; order: Order }
  /** `makesRoom`: only while the symbol takes what is to come in its place. */
  | { type: 'cancel'; order: Order; makesRoom?: true }
  /** Both legs together, as one order list. */
  | { type: 'place_list'; listId: string; target: Order; stop: Order }
  | { type: 'cancel_list'; listId: string; orders: readonly Order[]; makesRoom?: true }
  /** Cancels a stop that stands alone and places another, in one request. */
  | { type: 'replace'; old: Order; order: Order }
  | { type: 'query'; order: Order }
  /** It may never have been placed: do orders, executions and the position prove that together? */
  | { type: 'prove_absent'; order: Order }
  | { type: 'query_fills' }
  /** What are the commissions of these executions worth in the quote asset? */
  | { type: 'value_fees'; fills: readonly Fill[] }
  | { type: 'compare' }
  | { type: 'filled'; order: Order; fills: Fill[] }
  | { type: 'rejected'; order: Order }
  | { type: 'elsewhere'; quantity: Decimal; cause: OutsideCause }
  | { type: 'alert'; level: 'warning' | 'critical'; code: AlertCode; numbers: Record<string, string> }
  /** The stop could not be placed: nothing new is opened until a human has looked. */
  | { type: 'fault'; detail: string };

/** A trade being worked on within one step: rules replace `trade` and add effects. */
export interface Work {
  trade: Trade;
  readonly now: number;
  /** The exchange's time, where it is known. */
  readonly serverTime: ServerTime | null;
  readonly effects: Effect[];
  /** The earliest time at which something is due without an event. */
  wakeAt: number | null;
}

export function patch(work: Work, change: Partial<Trade>): void {
  work.trade = { ...work.trade, ...change };
}

export function patchOrder(work: Work, clientId: string, change: Partial<Order>): void {
  work.trade = {
    ...work.trade,
    orders: work.trade.orders.map((order) => (order.clientId === clientId ? { ...order, ...change } : order)),
  };
}

/** Asks to be woken at `at`; true when that time has come. */
export function due(work: Work, at: number): boolean {
  if (work.now >= at) return true;
  if (work.wakeAt === null || at < work.wakeAt) work.wakeAt = at;
  return false;
}

export function alert(
  work: Work,
  level: 'warning' | 'critical',
  code: AlertCode,
  numbers: Record<string, string> = {},
): void {
  work.effects.push({
    type: 'alert',
    level,
    code,
    numbers: { symbol: work.trade.plan.symbol, ...numbers },
  });
}
