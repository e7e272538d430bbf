import type { SpotExchange } from '../../src/sim/binance/spot/exchange.ts';
import type { UsdmExchange } from '../../src/sim/binance/usdm/exchange.ts';
import { tagOf } from './books.ts';
import type { Request } from './network.ts';
import type { Happening, Item, Occasion } from './script.ts';
import type { Venue } from './venue.ts';

/** Counts occasions, and lets happen what the script has tied to them. */
export interface Occasions {
  onSent(request: Request): void;
  occur(occasion: Occasion): void;
  /** Looks for executions since the last look. */
  look(): void;
}

export function createOccasions(
  items: readonly Item[],
  venue: Venue,
  happen: (happening: Happening, afterMs: number) => void,
): Occasions {
  const tied = items.filter((item) => item.do === 'when');
  const counts = new Map<Occasion, number>();
  let read = 0;
  let readOnSpot = 0;

  function note(occasion: Occasion): void {
    const nth = (counts.get(occasion) ?? 0) + 1;
    counts.set(occasion, nth);
    for (const item of tied) {
      if (item.what === occasion && item.nth === nth) happen(item.happening, item.afterMs);
    }
  }

  function filled(
    { trades, orders }: Pick<UsdmExchange | SpotExchange, 'trades' | 'orders'>,
    index: number,
  ): void {
    const order = orders.get(trades[index]?.orderId ?? 0);
    const role = order && tagOf(order.clientOrderId)?.role;
    if (role) note(`${role === 'trail' ? 'stop' : role} filled`);
  }

  return {
    occur: note,
    onSent({ errand }) {
      if (errand !== 'other') note(`${errand} sent`);
    },
    look() {
      const { exchange, spot } = venue;
      for (; read < exchange.trades.length; read += 1) filled(exchange, read);
      for (; spot !== null && readOnSpot < spot.trades.length; readOnSpot += 1) filled(spot, readOnSpot);
    },
  };
}
