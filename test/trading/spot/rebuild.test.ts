import { expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { Instrument, OrderReport } from '../../../src/trading/exchange.ts';
import { held, isConditional } from '../../../src/trading/lifecycle/facts.ts';
import { isAttachedSlot } from '../../../src/trading/lifecycle/ids.ts';
import { type Order, type Trade, trade as tradeSchema } from '../../../src/trading/model.ts';
import { type Rebuilt, rebuildTrade } from '../../../src/trading/rebuild.ts';
import { tradingDefaults } from '../../../src/trading/settings.ts';
import { step } from '../../../src/trading/trade.ts';
import { START_MS } from '../trade/fixtures.ts';
import { resting, restingPair, tellAttached, tellPair } from './attached-steps.ts';
import { bought, type SpotBench } from './bench.ts';

/** A trade on spot made again from what the exchange knows of its orders and executions. */

const d = (value: string | number) => new Decimal(value);

function instrumentOf({ terms, plan }: Trade): Instrument {
  return {
    symbol: plan.symbol,
    base: terms.spot?.base ?? '',
    quote: plan.quote,
    status: 'trading',
    tickSize: terms.tickSize,
    minPrice: terms.tickSize,
    maxPrice: d(1_000_000),
    stepSize: terms.stepSize,
    minQuantity: terms.minQuantity,
    maxQuantity: d(1_000_000),
    marketStepSize: terms.marketStepSize,
    marketMinQuantity: terms.minQuantity,
    marketMaxQuantity: terms.marketMaxQuantity,
    minNotional: terms.minNotional,
    priceUp: d('1.2'),
    priceDown: d('0.8'),
    spot: {
      stopMarket: terms.spot?.stopMarket ?? true,
      averageMinutes: 5,
      lists: true,
      attaches: true,
      maxAlgoOrders: 5,
      maxLists: 20,
      sellUp: d('1.2'),
      sellDown: d('0.8'),
    },
  };
}

function told(order: Order): OrderReport {
  const conditional = isConditional(order);
  return {
    clientId: order.clientId,
    symbol: order.symbol,
    conditional,
    orderId: order.orderId ?? order.clientId,
    status: order.status as OrderReport['status'],
    action: order.action,
    positionSide: 'BOTH',
    reduceOnly: false,
    quantity: order.quantity,
    executed: order.executed,
    avgPrice: null,
    price: order.price,
    triggerPrice: order.triggerPrice,
    reason: null,
    at: order.createdAt,
    listed: order.listId !== undefined || order.attached !== undefined || isAttachedSlot(order.slot),
  };
}

function rebuilt({ trade }: SpotBench, without: (order: Order) => boolean = () => false): Rebuilt | null {
  const orders = trade.orders.filter((order) => !without(order));
  return rebuildTrade({
    tradeId: trade.id,
    source: trade.source,
    market: 'spot',
    orders: orders.map(told),
    fills: trade.fills.map((fill) => ({
      ...fill,
      orderId: orders.find(({ clientId }) => clientId === fill.clientId)?.orderId ?? fill.clientId,
      clientId: '',
    })),
    position: null,
    price: d(101),
    instrument: instrumentOf(trade),
    fees: { maker: trade.terms.makerFee, taker: trade.terms.takerFee },
    account: { equity: d(10_000) },
    trading: tradingDefaults,
    assumedStopPct: d(10),
    now: START_MS + 60_000,
  });
}

const effectsOf = ({ trade }: Rebuilt) => step(trade, { type: 'restart' }, START_MS + 120_000).effects;
const isCover = ({ role }: Order) => role !== 'entry';

test.each([
  ['a list for each target', {}, '0'],
  ['commission taken in coins', {}, '0.0015'],
  ['a stop alone', { targets: [] }, '0'],
  ['a list, and a stop alone for the rest', { targets: [['110', '50']] }, '0'],
  ['stops that are limits', { spot: { stopMarket: false, stopLimitPct: d(3) } }, '0'],
] as const)(
  '%s: the next start finds everything as it wants it and sends nothing',
  (_, shape, commission) => {
    const before = bought(shape as Parameters<typeof bought>[0], commission);
    const made = rebuilt(before);
    expect(made?.gaps.filter((gap) => gap !== 'targets_unknown')).toEqual([]);
    const trade = tradeSchema.parse(JSON.parse(JSON.stringify(made?.trade)));
    expect(trade).toMatchObject({
      phase: 'open',
      plan: { market: 'spot', leverage: 1, positionSide: 'BOTH' },
    });
    expect([held(trade), trade.stopPrice].map(String)).toEqual([held(before.trade), 90].map(String));
    expect(trade.orders.map(({ listId }) => listId)).toEqual(before.trade.orders.map(({ listId }) => listId));
    expect(effectsOf({ trade, gaps: [] })).toEqual([]);
  },
);

test('what a target has sold is sold, and break-even is where it was', () => {
  const b = bought();
  const target = b.order('target', 0);
  b.fill(target, target.quantity.toString(), '110');
  b.end(b.order('stop', 0), 'expired');
  b.takeAll();
  b.cancelAll();
  b.takeAll();
  const made = rebuilt(b);
  expect(made?.trade).toMatchObject({ targetsHit: 1 });
  expect(made && held(made.trade).toString()).toBe(held(b.trade).toString());
  expect(made?.trade.stopPrice.toString()).toBe(b.trade.stopPrice.toString());
  expect(made && effectsOf(made)).toEqual([]);
});

test('coins that none of its orders bind are left to the user', () => {
  const made = rebuilt(bought(), ({ role, slot }) => isCover({ role } as Order) && slot === 1);
  expect(made?.gaps).toEqual(['coins_left']);
  expect(made && held(made.trade).toString()).toBe('0.5');
  expect(made?.trade.elsewhere.toString()).toBe('0.5');
  expect(made && effectsOf(made)).toEqual([]);
});

test('where no order of it stands, nothing is taken for its own', () => {
  expect(rebuilt(bought(), isCover)).toBeNull();
});

test('an entry that the exchange has forgotten is taken from what is bound, at the present price', () => {
  const made = rebuilt(bought(), (order) => !isCover(order));
  expect(made?.gaps).toEqual(['entry_assumed']);
  expect(made && held(made.trade).toString()).toBe('1');
  expect(made?.trade.fills).toMatchObject([{ price: d(101), commissionAsset: 'USDT' }]);
  expect(made && effectsOf(made)).toEqual([]);
});

test('a stop that the exchange has placed for an entry stands alone, and is found as it is wanted', () => {
  const before = resting({ targets: [] });
  before.buy('1', '100', '0.001');
  tellAttached(before, 'working');
  const made = rebuilt(before);
  if (!made) throw new Error('nothing was rebuilt');
  const [entry, stop] = made.trade.orders;
  expect(entry).toMatchObject({ role: 'entry', type: 'limit', status: 'filled' });
  expect([entry?.listId, stop?.listId]).toEqual([undefined, undefined]);
  expect(entry?.attached?.clientId).toBe(stop?.clientId);
  expect(made.trade.orders).toHaveLength(2);
  expect(effectsOf(made)).toEqual([]);
});

test('a list that the exchange has placed for an entry is that of its target, and is found as it is wanted', () => {
  const before = restingPair();
  before.buy('1', '100', '0.001');
  tellPair(before);
  const made = rebuilt(before);
  if (!made) throw new Error('nothing was rebuilt');
  const [entry, stop, target] = made.trade.orders;
  expect(entry?.attached).toEqual(before.trade.orders[0]?.attached);
  expect([stop?.listId, target?.listId]).toEqual([entry?.attached?.listId, entry?.attached?.listId]);
  expect(effectsOf(made)).toEqual([]);
});
