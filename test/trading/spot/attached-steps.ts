import { Decimal } from '../../../src/trading/decimal.ts';
import type { OrderReport } from '../../../src/trading/exchange.ts';
import { reportOf } from '../trade/fixtures.ts';
import { type SpotBench, spotBench } from './bench.ts';
import type { SpotShape } from './fixtures.ts';

/** What the tests of stops that go with their entries have in common. */

/** An entry of 1 at 100 rests, and a stop for 0.999 waits for it. */
export function resting(shape: SpotShape = {}): SpotBench {
  const b = spotBench({ entries: [['limit', '100', '1', '0.999']], ...shape });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.forget();
  return b;
}

/** The same, and a target for them at 110. */
export function restingPair(shape: SpotShape = {}): SpotBench {
  return resting({
    entries: [['limit', '100', '1', '0.999', 'with target']],
    targets: [['110', '100']],
    ...shape,
  });
}

/** What the exchange says of the target that goes with the entry. */
export function tellTarget(
  b: SpotBench,
  status: OrderReport['status'],
  over: Partial<OrderReport> = {},
): string[] {
  const report = attachedReport(b, { status, ...over });
  const target = b.trade.orders.find(({ attached }) => attached?.target)?.attached?.target;
  if (!target) throw new Error('no target goes with the entry');
  const { clientId, price } = target;
  const own = { clientId, price, triggerPrice: null, conditional: false, orderId: `x-${clientId}` };
  return b.send({ type: 'report', report: { ...report, ...own }, fill: null });
}

/** Both stand. */
export function tellPair(b: SpotBench): string[] {
  return [...tellAttached(b, 'working'), ...tellTarget(b, 'working')];
}

/** What the exchange says of the stop of the nth entry. */
export function attachedReport(b: SpotBench, over: Partial<OrderReport>, nth = 0): OrderReport {
  const entry = b.trade.orders.filter(({ role }) => role === 'entry')[nth];
  if (!entry?.attached) throw new Error('no stop goes with the entry');
  const { clientId, type, quantity, price, triggerPrice } = entry.attached;
  return reportOf(
    { ...entry, action: 'SELL', clientId, type, quantity, price, triggerPrice, executed: new Decimal(0) },
    { listed: true, orderId: `x-${clientId}`, ...over },
  );
}

export function tellAttached(
  b: SpotBench,
  status: OrderReport['status'],
  over: Partial<OrderReport> = {},
  nth = 0,
): string[] {
  return b.send({ type: 'report', report: attachedReport(b, { status, ...over }, nth), fill: null });
}
