import type { Log } from '../../log.ts';
import type { Journeys } from '../../telemetry/journeys.ts';
import type { Clock } from '../clock.ts';
import type { Clearance, Exchange, Refused } from '../exchange.ts';
import { isConditional } from '../lifecycle/facts.ts';
import { validMs } from '../lifecycle/patience.ts';
import type { Effect, TradeEvent } from '../lifecycle/types.ts';
import type { Fill, Order, Trade } from '../model.ts';
import type { Breakers } from './breaker.ts';
import { createNewcomers, executionsSince, strangers, suspects } from './executions.ts';
import { feeValues } from './fees.ts';
import { createListSender } from './list-sender.ts';
import { tellFilters } from './listed.ts';
import { createTakesOrders } from './takes-orders.ts';

type Of<T extends Effect['type']> = Extract<Effect, { type: T }>;

/** What a step asks of the exchange. */
export type Errand = Extract<
  Effect,
  {
    type:
      | 'place'
      | 'cancel'
      | 'place_list'
      | 'cancel_list'
      | 'replace'
      | 'query'
      | 'prove_absent'
      | 'query_fills'
      | 'value_fees';
  }
>;

export interface SenderDeps {
  exchangeOf(trade: Trade): Exchange;
  breakersOf(trade: Trade): Pick<Breakers, 'sending' | 'answered'>;
  feed(tradeId: string, event: TradeEvent): Promise<void>;
  /** Every trade: what one asks for may tell of another. */
  trades(): readonly Trade[];
  /** Asked for in vain for over a minute: may it be given up? */
  proveAbsent(trade: Trade, order: Order): Promise<boolean>;
  journeys?: Journeys;
  clock: Clock;
  log: Log;
}

/** Carries errands to the exchange; the answers are fed back to their trades. */
export interface Sender {
  /**
   * Resolves when the answer has been fed back, or has not come. `heardAt`: when the event came that it follows from.
   * `clearance`, of an order to be placed alone: it leaves once that says so.
   */
  carryOut(trade: Trade, errand: Errand, heardAt: number, clearance?: Clearance): Promise<void>;
}

/** It was to be sent, and must not. */
export function withheld(message: string): Refused {
  return { kind: 'rejected', code: 0, message };
}

export function createSender(deps: SenderDeps): Sender {
  const { exchangeOf, breakersOf, feed, journeys, log } = deps;
  /** Of executions that nothing explains: what may be behind one is asked for once. */
  const newcomers = createNewcomers();
  // What makes room is on spot alone.
  const takesOrders = createTakesOrders(deps.clock, (symbol, instrument) => {
    for (const trade of deps.trades())
      if (trade.terms.spot && trade.plan.symbol === symbol && trade.phase !== 'closed')
        tellFilters(trade, instrument, feed);
  });
  const lists = createListSender({
    feed,
    answered: (order, outcome, trade) => breakersOf(trade).answered(order.symbol, false, outcome),
    validMs: leftMs,
    takesOrders,
    log,
  });

  function carryOut(trade: Trade, errand: Errand, heardAt: number, clearance?: Clearance): Promise<void> {
    const exchange = exchangeOf(trade);
    switch (errand.type) {
      case 'place':
        return place(trade, exchange, errand.order, heardAt, clearance);
      case 'cancel':
        return cancel(trade, exchange, errand);
      case 'place_list':
        return lists.place(trade, exchange, errand);
      case 'cancel_list':
        return lists.cancel(trade, exchange, errand);
      case 'replace':
        return lists.replace(trade, exchange, errand);
      case 'query':
        return query(trade.id, exchange, errand.order);
      case 'prove_absent':
        return proveAbsent(trade, errand.order);
      case 'query_fills':
        return readFills(trade, exchange);
      case 'value_fees':
        return valueFees(trade, exchange, errand.fills);
    }
  }

  /** Journalling may have taken its time. */
  function leftMs(trade: Trade, order: Order): number | undefined {
    const whole = validMs(trade, order);
    return whole === undefined ? undefined : order.since + whole - deps.clock.now();
  }

  async function place(
    trade: Trade,
    exchange: Exchange,
    order: Order,
    heardAt: number,
    clearance?: Clearance,
  ): Promise<void> {
    const tradeId = trade.id;
    const { clientId } = order;
    const breakers = breakersOf(trade);
    const isEntry = order.role === 'entry';
    const leaving = (why: string | null): string | null => {
      if (isEntry && why === null) breakers.sending(order.symbol);
      return why;
    };
    const cleared = clearance?.then(leaving);
    if (!cleared) leaving(null);
    const outcome = await exchange.place(order, leftMs(trade, order), cleared);
    const why = (await cleared) ?? null;
    if (why !== null) return void feed(tradeId, { type: 'placed', clientId, outcome: withheld(why) });
    breakers.answered(order.symbol, isEntry, outcome);
    if (outcome.kind === 'confirmed') {
      if (isEntry) noteAnswer(tradeId, outcome.sentAt);
      else if (order.role === 'stop') journeys?.protect(tradeId, heardAt);
    } else {
      const { role } = order;
      log.warn({ tradeId, clientId, role, outcome }, 'an order was not confirmed');
    }
    void feed(tradeId, { type: 'placed', clientId, outcome });
  }

  function noteAnswer(tradeId: string, sentAt: number | undefined): void {
    if (sentAt !== undefined) journeys?.reach(tradeId, 'sent', sentAt);
    journeys?.reach(tradeId, 'acknowledged');
  }

  async function cancel(trade: Trade, exchange: Exchange, errand: Of<'cancel'>): Promise<void> {
    const { order, makesRoom } = errand;
    if (makesRoom && !(await takesOrders(exchange, order.symbol)))
      return void feed(trade.id, { type: 'kept', clientIds: [order.clientId] });
    const outcome = await exchange.cancel(order.symbol, order.clientId, isConditional(order));
    void feed(trade.id, { type: 'cancelled', clientId: order.clientId, outcome });
  }

  async function query(tradeId: string, exchange: Exchange, order: Order): Promise<void> {
    try {
      const report = await exchange.findOrder(order.symbol, order.clientId, isConditional(order));
      if (report) return void feed(tradeId, { type: 'report', report, fill: null });
      void feed(tradeId, { type: 'missing', clientId: order.clientId, asked: order });
    } catch (error) {
      log.warn({ err: error, tradeId, clientId: order.clientId }, 'an order could not be asked for');
    }
  }

  async function proveAbsent(trade: Trade, order: Order): Promise<void> {
    try {
      if (!(await deps.proveAbsent(trade, order))) return;
      void feed(trade.id, { type: 'absent', clientId: order.clientId });
    } catch (error) {
      log.warn({ err: error, clientId: order.clientId }, 'an absent order could not be proven to be one');
    }
  }

  async function valueFees(trade: Trade, exchange: Exchange, fills: readonly Fill[]): Promise<void> {
    const values = await feeValues(exchange, trade.plan.quote, fills, log);
    if (values.size > 0) void feed(trade.id, { type: 'fees_valued', values });
  }

  async function readFills(trade: Trade, exchange: Exchange): Promise<void> {
    try {
      const fills = await executionsSince(exchange, [trade]);
      const { symbol, market } = trade.plan;
      const there = deps.trades().filter(({ plan }) => plan.symbol === symbol && plan.market === market);
      // Executions of other trades on the symbol are among them: from now on they are known.
      for (const { id } of there) void feed(id, { type: 'fills', fills });
      const strange = newcomers(`${market} ${symbol}`, strangers(there, fills));
      for (const suspect of suspects(there, strange)) void query(suspect.trade.id, exchange, suspect.order);
    } catch (error) {
      log.warn({ err: error, tradeId: trade.id }, 'fills could not be read');
    }
  }

  return { carryOut };
}
