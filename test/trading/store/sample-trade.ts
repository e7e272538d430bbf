import { Decimal } from '../../../src/trading/decimal.ts';
import type { Order, Trade } from '../../../src/trading/model.ts';
import { fillOf, START_MS, tradeOf } from '../trade/fixtures.ts';

/** A trade as it is stored in the middle of its life: three entries of which one has filled, a stop, two targets. */
export function sampleTrade(id: string, changes: Partial<Trade> = {}): Trade {
  const trade = tradeOf({
    entries: [
      ['limit', '100.1', '0.015'],
      ['limit', '99.5', '0.015'],
      ['limit', '98', '0.00000001'],
    ],
  });
  const orders = ['entry-0', 'entry-1', 'entry-2', 'stop-0', 'target-0', 'target-1'].map((name) =>
    orderOf(`${id}-${name}`, name),
  );
  const fills = orders
    .slice(0, 1)
    .map((order) => fillOf(order, '0.015', '100.1', { tradeId: '99', at: START_MS + 5 }));
  return { ...trade, id, phase: 'open', orders, fills, funding: new Decimal('-0.00000001'), ...changes };
}

function orderOf(clientId: string, name: string): Order {
  const [role, slot] = name.split('-');
  const entry = role === 'entry';
  return {
    clientId,
    symbol: 'BTCUSDT',
    action: entry ? 'BUY' : 'SELL',
    positionSide: 'BOTH',
    type: entry ? 'limit' : role === 'stop' ? 'stop_market' : 'take_profit_market',
    quantity: new Decimal('0.015'),
    price: entry ? new Decimal('100.1') : null,
    triggerPrice: entry ? null : new Decimal('90'),
    workingType: 'mark',
    reduceOnly: !entry,
    callbackPct: null,
    role: entry ? 'entry' : role === 'stop' ? 'stop' : 'target',
    slot: Number(slot),
    status: 'working',
    orderId: '4611686018427387904',
    executed: new Decimal(0),
    createdAt: START_MS,
    sendAt: START_MS,
    filledAt: 0,
    queryAt: 0,
    since: START_MS,
    queries: 0,
    cancelAskedAt: null,
    code: null,
    reason: null,
  };
}
