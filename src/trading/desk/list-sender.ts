import type { Log } from '../../log.ts';
import type { Exchange, OrderLists, Outcome } from '../exchange.ts';
import type { Effect, TradeEvent } from '../lifecycle/types.ts';

type Of<T extends Effect['type']> = Extract<Effect, { type: T }>;

/** Carries out what a trade asks for with order lists; the answers are fed back to it. */
export interface ListSender {
  place(tradeId: string, exchange: Exchange, effect: Of<'place_list'>): Promise<void>;
  cancel(tradeId: string, exchange: Exchange, effect: Of<'cancel_list'>): Promise<void>;
  replace(tradeId: string, exchange: Exchange, effect: Of<'replace'>): Promise<void>;
}

export function createListSender(
  feed: (tradeId: string, event: TradeEvent) => Promise<void>,
  log: Log,
): ListSender {
  function note(tradeId: string, clientId: string, outcome: Outcome<unknown>): void {
    if (outcome.kind === 'confirmed') return;
    log.warn({ tradeId, clientId, outcome }, 'an order list or a replacement was not confirmed');
  }

  return {
    async place(tradeId, exchange, { listId, target, stop }) {
      const outcome = await listsOf(exchange).place({ listId, symbol: stop.symbol, target, stop });
      note(tradeId, listId, outcome);
      void feed(tradeId, { type: 'list_placed', listId, outcome });
    },
    async cancel(tradeId, exchange, { listId, orders }) {
      const [first] = orders;
      if (!first) return;
      const outcome = await listsOf(exchange).cancel(first.symbol, listId);
      void feed(tradeId, { type: 'list_cancelled', listId, outcome });
    },
    async replace(tradeId, exchange, { old, order }) {
      const { cancelled, placed } = await listsOf(exchange).replace(old.clientId, order);
      note(tradeId, order.clientId, placed);
      void feed(tradeId, { type: 'cancelled', clientId: old.clientId, outcome: cancelled });
      void feed(tradeId, { type: 'placed', clientId: order.clientId, outcome: placed });
    },
  };
}

function listsOf({ lists }: Exchange): OrderLists {
  if (!lists) throw new Error('this market has no order lists');
  return lists;
}
