import { Decimal } from '../../../src/trading/decimal.ts';
import type { RefusalCause } from '../../../src/trading/exchange.ts';
import { isLive } from '../../../src/trading/lifecycle/facts.ts';
import type { Fill, Order } from '../../../src/trading/model.ts';
import { type Bench, bench } from '../trade/bench.ts';
import { fillOf, reportOf } from '../trade/fixtures.ts';
import { type SpotShape, spotTradeOf } from './fixtures.ts';

/** What a spot trade needs beside a `Bench`. */
export interface SpotBench extends Bench {
  /** The exchange takes every list and every stop that waits for its answer. */
  takeAll(): string[];
  /** It refuses the newest list, or the newest stop that stands alone. */
  refuseCover(cause?: RefusalCause): string[];
  /** It confirms every cancel that was asked for, list by list. */
  cancelAll(): string[];
  /** An entry's execution; the commission is taken in coins. */
  buy(quantity: string, price: string, commission?: string): string[];
}

export function spotBench(shape: SpotShape = {}): SpotBench {
  const b = bench(spotTradeOf(shape));
  const pending = (): Order[] =>
    b.trade.orders.filter((order) => order.status === 'pending' && order.role !== 'entry');
  const legsOf = (listId: string): Order[] => b.trade.orders.filter((order) => order.listId === listId);

  function takeAll(): string[] {
    const did: string[] = [];
    for (let next = pending()[0]; next; next = pending()[0]) did.push(...take(next));
    return did;
  }

  function take(order: Order): string[] {
    if (order.listId === undefined) return b.accept(order);
    const value = legsOf(order.listId).map((leg) => reportOf(leg));
    return b.send({ type: 'list_placed', listId: order.listId, outcome: { kind: 'confirmed', value } });
  }

  return Object.assign(b, {
    takeAll,
    refuseCover(cause?: RefusalCause) {
      const order = pending().at(-1);
      if (!order) throw new Error('nothing waits for an answer');
      const outcome = { kind: 'rejected', code: -2010, message: 'no', ...(cause ? { cause } : {}) } as const;
      return order.listId === undefined
        ? b.send({ type: 'placed', clientId: order.clientId, outcome })
        : b.send({ type: 'list_placed', listId: order.listId, outcome });
    },
    cancelAll() {
      const did: string[] = [];
      const asked = (): Order | undefined =>
        b.trade.orders.find((order) => isLive(order) && order.cancelAskedAt !== null);
      for (let next = asked(); next; next = asked()) {
        const { listId } = next;
        did.push(
          ...(listId === undefined
            ? b.end(next, 'cancelled')
            : b.send({
                type: 'list_cancelled',
                listId,
                outcome: {
                  kind: 'confirmed',
                  value: legsOf(listId).map((leg) => reportOf(leg, { status: 'cancelled' })),
                },
              })),
        );
      }
      return did;
    },
    buy(quantity: string, price: string, commission = '0') {
      const entry = b.trade.orders.find((order) => order.role === 'entry' && isLive(order));
      if (!entry) throw new Error('no entry is live');
      const fill: Fill = fillOf(entry, quantity, price, {
        commission: new Decimal(commission),
        commissionAsset: 'BTC',
      });
      const executed = entry.executed.plus(fill.quantity);
      const status = executed.gte(entry.quantity) ? 'filled' : 'working';
      return b.send({ type: 'report', report: reportOf(entry, { executed, status }), fill });
    },
  });
}

/** Bought 1 at 100, its lists confirmed. */
export function bought(shape: SpotShape = {}, commission = '0'): SpotBench {
  const b = spotBench(shape);
  b.send({ type: 'begin' });
  b.buy('1', '100', commission);
  b.takeAll();
  tell(b);
  b.forget();
  return b;
}

/** Every fill so far has been told. */
export function tell(b: Bench): void {
  for (const { clientId, executed } of b.trade.orders) {
    if (executed.gt(0)) b.send({ type: 'announced', clientId, executed });
  }
}
