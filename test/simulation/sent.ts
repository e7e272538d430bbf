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
  orders: { clientId: string; attached?: { clientId: string; target?: { clientId: string } } }[];
}

export interface NewOrder {
  clientId: string;
  quantity: Decimal;
  trigger: Decimal | null;
}

/** The client ids in a row, those of what is attached to entries among them. */
export function journalledIds({ orders }: JournalRow): Set<string> {
  return new Set(
    orders.flatMap(({ clientId, attached }) =>
      [clientId, attached?.clientId, attached?.target?.clientId].filter((id) => id !== undefined),
    ),
  );
}

/** What a request places: one order, or those of a list. */
export function ordersOf({ params }: Request): NewOrder[] {
  const legs = [
    ['newClientOrderId', 'stopPrice', 'quantity'],
    ['clientAlgoId', 'triggerPrice', 'quantity'],
    ['aboveClientOrderId', 'aboveStopPrice', 'quantity'],
    ['belowClientOrderId', 'belowStopPrice', 'quantity'],
    ['workingClientOrderId', 'workingStopPrice', 'workingQuantity'],
    ['pendingClientOrderId', 'pendingStopPrice', 'pendingQuantity'],
    ['pendingAboveClientOrderId', 'pendingAboveStopPrice', 'pendingQuantity'],
    ['pendingBelowClientOrderId', 'pendingBelowStopPrice', 'pendingQuantity'],
  ] as const;
  return legs.flatMap(([name, stop, size]) => {
    const clientId = params.get(name);
    const trigger = params.get(stop);
    if (clientId === undefined) return [];
    const quantity = new Decimal(params.get(size) ?? 0);
    return [{ clientId, quantity, trigger: trigger === undefined ? null : new Decimal(trigger) }];
  });
}
