import { Decimal } from '../../src/trading/decimal.ts';
import type { Request } from './network.ts';

/** What leaves the program, as far as the checker reads it: the rows of trades, and what a request places. */

/** A trade's row. */
export interface JournalRow {
  plan: {
    market: 'usdm' | 'spot';
    quantity: Decimal;
    side: 'long' | 'short';
    entryPrice: Decimal;
    stopPrice: Decimal;
    entries: { quantity: Decimal }[];
  };
  orders: { clientId: string; attached?: { clientId: string } }[];
}

export interface NewOrder {
  clientId: string;
  quantity: Decimal;
  trigger: Decimal | null;
}

/** The client ids in a row, those of stops that are attached to entries among them. */
export function journalledIds({ orders }: JournalRow): Set<string> {
  return new Set(
    orders.flatMap(({ clientId, attached }) => [clientId, ...(attached ? [attached.clientId] : [])]),
  );
}

/** What a request places: one order, or the two of a list. */
export function ordersOf({ params }: Request): NewOrder[] {
  const legs = [
    ['newClientOrderId', 'stopPrice', 'quantity'],
    ['clientAlgoId', 'triggerPrice', 'quantity'],
    ['aboveClientOrderId', 'aboveStopPrice', 'quantity'],
    ['belowClientOrderId', 'belowStopPrice', 'quantity'],
    ['workingClientOrderId', 'workingStopPrice', 'workingQuantity'],
    ['pendingClientOrderId', 'pendingStopPrice', 'pendingQuantity'],
  ] as const;
  return legs.flatMap(([name, stop, size]) => {
    const clientId = params.get(name);
    const trigger = params.get(stop);
    if (clientId === undefined) return [];
    const quantity = new Decimal(params.get(size) ?? 0);
    return [{ clientId, quantity, trigger: trigger === undefined ? null : new Decimal(trigger) }];
  });
}
