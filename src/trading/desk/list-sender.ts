import type { Log } from '../../log.ts';
import type { Exchange, OrderLists, Outcome } from '../exchange.ts';
import type { Effect, TradeEvent } from '../lifecycle/types.ts';
import type { Order, Trade } from '../model.ts';
import type { TakesOrders } from './takes-orders.ts';

type Of<T extends Effect['type']> = Extract<Effect, { type: T }>;

/** Carries out what a trade asks for with order lists; the answers are fed back to it. */
export interface ListSender {
  place(trade: Trade, exchange: Exchange, effect: Of<'place_list'>): Promise<void>;
  cancel(trade: Trade, exchange: Exchange, effect: Of<'cancel_list'>): Promise<void>;
  replace(trade: Trade, exchange: Exchange, effect: Of<'replace'>): Promise<void>;
}

export interface ListSenderDeps {
  feed(tradeId: string, event: TradeEvent): Promise<void>;
  /** The exchange has said something to an order, or nothing. */
  answered(order: Order, outcome: Outcome<unknown>, trade: Trade): void;
  /** For how long from now it may be carried out; undefined: for ever. */
  validMs(trade: Trade, order: Order): number | undefined;
  takesOrders: TakesOrders;
  log: Log;
}

/** Never sent. */
const NOT_TAKEN = {
  kind: 'throttled',
  code: 0,
  message: 'the symbol takes no orders',
  retryAfterMs: 0,
} as const;

export function createListSender({ feed, answered, validMs, takesOrders, log }: ListSenderDeps): ListSender {
  function note(trade: Trade, order: Order, outcome: Outcome<unknown>): void {
    answered(order, outcome, trade);
    if (outcome.kind === 'confirmed') return;
    const { clientId } = order;
    log.warn({ tradeId: trade.id, clientId, outcome }, 'an order list or a replacement was not confirmed');
  }

  return {
    async place(trade, exchange, { listId, target, stop }) {
      const outcome = await listsOf(exchange).place(
        { listId, symbol: stop.symbol, target, stop },
        validMs(trade, stop),
      );
      note(trade, stop, outcome);
      void feed(trade.id, { type: 'list_placed', listId, outcome });
    },
    async cancel(trade, exchange, { listId, orders, makesRoom }) {
      const [first] = orders;
      if (!first) return;
      if (makesRoom && !(await takesOrders(exchange, first.symbol)))
        return void feed(trade.id, { type: 'kept', clientIds: orders.map(({ clientId }) => clientId) });
      const outcome = await listsOf(exchange).cancel(first.symbol, listId);
      void feed(trade.id, { type: 'list_cancelled', listId, outcome });
    },
    async replace(trade, exchange, { old, order }) {
      if (!(await takesOrders(exchange, order.symbol))) {
        // In this order: while the new one may stand, the old one is surplus, and would be cancelled.
        void feed(trade.id, { type: 'placed', clientId: order.clientId, outcome: NOT_TAKEN });
        return void feed(trade.id, { type: 'kept', clientIds: [old.clientId] });
      }
      const { cancelled, placed } = await listsOf(exchange).replace(
        old.clientId,
        order,
        validMs(trade, order),
      );
      // Where the old one did not go, the new one was not tried.
      note(trade, order, cancelled.kind === 'confirmed' ? placed : cancelled);
      void feed(trade.id, { type: 'placed', clientId: order.clientId, outcome: placed });
      void feed(trade.id, { type: 'cancelled', clientId: old.clientId, outcome: cancelled, withNew: true });
    },
  };
}

function listsOf({ lists }: Exchange): OrderLists {
  if (!lists) throw new Error('this market has no order lists');
  return lists;
}
