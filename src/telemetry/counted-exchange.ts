import type { Exchange, OrderLists, Outcome } from '../trading/exchange.ts';
import { parseClientId } from '../trading/lifecycle/ids.ts';
import type { Market, OrderRequest } from '../trading/model.ts';
import type { Counters } from './counters.ts';

/** The same exchange; orders and cancellations are counted by what became of them. */
export function countedExchange<Own extends Exchange>(
  exchange: Own,
  market: Market,
  counters: Counters,
): Own {
  const order = ({ clientId }: OrderRequest, { kind }: Outcome<unknown>): void =>
    counters.add('orders', market, parseClientId(clientId)?.role ?? 'other', kind);
  const cancellation = ({ kind }: Outcome<unknown>): void => counters.add('cancellations', market, kind);
  return {
    ...exchange,
    async place(wanted, validMs, clearance) {
      const outcome = await exchange.place(wanted, validMs, clearance);
      // What may not leave after all is no order.
      if (!clearance || (await clearance) === null) order(wanted, outcome);
      return outcome;
    },
    async cancel(...which) {
      const outcome = await exchange.cancel(...which);
      cancellation(outcome);
      return outcome;
    },
    ...(exchange.lists ? { lists: countedLists(exchange.lists, order, cancellation) } : {}),
  };
}

function countedLists(
  lists: OrderLists,
  order: (wanted: OrderRequest, outcome: Outcome<unknown>) => void,
  cancellation: (outcome: Outcome<unknown>) => void,
): OrderLists {
  return {
    async place(list, ...how) {
      const outcome = await lists.place(list, ...how);
      order(list.target, outcome);
      order(list.stop, outcome);
      return outcome;
    },
    async cancel(...which) {
      const outcome = await lists.cancel(...which);
      cancellation(outcome);
      return outcome;
    },
    async replace(oldClientId, wanted, ...how) {
      const replaced = await lists.replace(oldClientId, wanted, ...how);
      cancellation(replaced.cancelled);
      order(wanted, replaced.placed);
      return replaced;
    },
  };
}
