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
  orders: { clientId: string }[];
}

export interface NewOrder {
  clientId: string;
  quantity: Decimal;
  trigger: Decimal | null;
}

/** What a request places: one order, or the two of a list. */
export function ordersOf({ params }: Request): NewOrder[] {
  const quantity = new Decimal(params.get('quantity') ?? 0);
  const legs = [
    ['newClientOrderId', 'stopPrice'],
    ['clientAlgoId', 'triggerPrice'],
    ['aboveClientOrderId', 'aboveStopPrice'],
    ['belowClientOrderId', 'belowStopPrice'],
  ] as const;
  return legs.flatMap(([name, stop]) => {
    const clientId = params.get(name);
    const trigger = params.get(stop);
    if (clientId === undefined) return [];
    return [{ clientId, quantity, trigger: trigger === undefined ? null : new Decimal(trigger) }];
  });
}
