import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../../../../src/sim/binance/errors.ts';
import { balanceOf } from '../../../../src/sim/binance/spot/account.ts';
import { SpotExchange } from '../../../../src/sim/binance/spot/exchange.ts';
import { instruments } from '../../../../src/sim/binance/spot/instruments.ts';
import type { ListKind } from '../../../../src/sim/binance/spot/lists.ts';
import { isContingent, isOpen, type UserEvent } from '../../../../src/sim/binance/spot/model.ts';
import { Decimal, ZERO } from '../../../../src/trading/decimal.ts';

const SYMBOLS = ['BTCUSDT', 'BNBUSDT'];
const ASSETS = ['BTC', 'BNB', 'USDT'];
const START = { USDT: new Decimal(20_000), BTC: new Decimal('0.05'), BNB: new Decimal(1) };

const symbol = fc.constantFrom(...SYMBOLS);
const side = fc.constantFrom('BUY', 'SELL');
/** Percent of the start price. */
const level = fc.integer({ min: 92, max: 108 });
/** Multiples of the smallest notional. */
const size = fc.integer({ min: 1, max: 300 });
const kind = fc.constantFrom<ListKind>('oco', 'oto', 'otoco', 'opo', 'opoco');
const stopType = fc.constantFrom('STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT');
const tif = fc.constantFrom('GTC', 'IOC', 'FOK');

type Command =
  | { do: 'price' | 'jump'; symbol: string; level: number }
  | { do: 'market'; symbol: string; side: string; size: number; quote: boolean }
  | { do: 'limit'; symbol: string; side: string; size: number; level: number; tif: string }
  | { do: 'stop'; symbol: string; side: string; size: number; level: number; type: string }
  | { do: 'trail'; symbol: string; side: string; size: number; delta: number }
  | { do: 'list'; symbol: string; kind: ListKind; size: number; low: number; high: number; level: number }
  | { do: 'depth'; symbol: string; size: number }
  | { do: 'partial' | 'cancel' | 'cancel-list' | 'expire' | 'halt'; symbol: string; nth: number }
  | { do: 'replace'; symbol: string; nth: number; level: number; size: number }
  | { do: 'bnb'; on: boolean };

const nth = fc.integer({ min: 0, max: 5 });
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constantFrom('price' as const, 'jump' as const), symbol, level }),
  fc.record({ do: fc.constant('price' as const), symbol, level }),
  fc.record({ do: fc.constant('market' as const), symbol, side, size, quote: fc.boolean() }),
  fc.record({ do: fc.constant('limit' as const), symbol, side, size, level, tif }),
  fc.record({ do: fc.constant('stop' as const), symbol, side, size, level, type: stopType }),
  fc.record({
    do: fc.constant('trail' as const),
    symbol,
    side,
    size,
    delta: fc.integer({ min: 10, max: 500 }),
  }),
  fc.record({ do: fc.constant('list' as const), symbol, kind, size, low: level, high: level, level }),
  fc.record({ do: fc.constant('list' as const), symbol, kind, size, low: level, high: level, level }),
  fc.record({ do: fc.constant('depth' as const), symbol, size }),
  fc.record({
    do: fc.constantFrom(
      'partial' as const,
      'cancel' as const,
      'cancel-list' as const,
      'expire' as const,
      'halt' as const,
    ),
    symbol,
    nth,
  }),
  fc.record({ do: fc.constant('replace' as const), symbol, nth, level, size }),
  fc.record({ do: fc.constant('bnb' as const), on: fc.boolean() }),
);

function run(exchange: SpotExchange, step: Command): void {
  if (step.do === 'bnb') {
    exchange.account.paysInBnb = step.on;
    return;
  }
  const { instrument } = exchange.market(step.symbol);
  const at = (percent: number) =>
    instrument.startPrice.times(percent).div(100).toNearest(instrument.tickSize);
  const lots = (count: number) =>
    instrument.minNotional
      .div(instrument.startPrice)
      .times(count)
      .toNearest(instrument.stepSize, Decimal.ROUND_UP)
      .toFixed();
  const order = (own: Record<string, string>) =>
    new Map<string, string>(Object.entries({ symbol: step.symbol, ...own }));
  switch (step.do) {
    case 'price':
      return exchange.setPrice(step.symbol, at(step.level));
    case 'jump':
      return exchange.jumpPrice(step.symbol, at(step.level));
    case 'market': {
      const amount = step.quote ? { quoteOrderQty: String(step.size * 5) } : { quantity: lots(step.size) };
      return void exchange.placeOrder(order({ side: step.side, type: 'MARKET', ...amount }));
    }
    case 'limit': {
      const own = { type: 'LIMIT', timeInForce: step.tif, quantity: lots(step.size) };
      return void exchange.placeOrder(order({ side: step.side, price: at(step.level).toFixed(), ...own }));
    }
    case 'stop': {
      const limit = step.type.endsWith('LIMIT')
        ? { price: at(step.level).toFixed(), timeInForce: 'GTC' }
        : {};
      const own = {
        type: step.type,
        quantity: lots(step.size),
        stopPrice: at(step.level).toFixed(),
        ...limit,
      };
      return void exchange.placeOrder(order({ side: step.side, ...own }));
    }
    case 'trail': {
      const own = { type: 'STOP_LOSS', quantity: lots(step.size), trailingDelta: String(step.delta) };
      return void exchange.placeOrder(order({ side: step.side, ...own }));
    }
    case 'list':
      return void exchange.placeList(step.kind, order(listOf(step, at, lots)));
    case 'depth': {
      const { last } = exchange.market(step.symbol);
      const row = (ticks: number) => [
        { price: last.plus(instrument.tickSize.times(ticks)), quantity: new Decimal(lots(step.size)) },
      ];
      return exchange.setDepth(step.symbol, { bids: row(0), asks: row(1) });
    }
    case 'partial':
      return exchange.setPartialFill(step.symbol, { fraction: new Decimal('0.4') });
    case 'halt':
      return exchange.setStatus(step.symbol, step.nth === 0 ? 'HALT' : 'TRADING');
    case 'cancel':
    case 'expire': {
      const open = [...exchange.openOrders.values()].filter((one) => one.symbol === step.symbol)[step.nth];
      if (open === undefined) return;
      if (step.do === 'expire') return exchange.expireOrder(open.orderId);
      return void exchange.cancelOrder(order({ orderId: String(open.orderId) }));
    }
    case 'cancel-list': {
      const list = [...exchange.openLists.values()][step.nth];
      if (list === undefined) return;
      return void exchange.cancelList(
        new Map([
          ['symbol', list.symbol],
          ['orderListId', String(list.orderListId)],
        ]),
      );
    }
    case 'replace': {
      const open = [...exchange.openOrders.values()].filter((one) => one.symbol === step.symbol)[step.nth];
      const own = {
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: lots(step.size),
        price: at(step.level).toFixed(),
      };
      const how = { cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: String(open?.orderId ?? 1) };
      return void exchange.cancelReplace(order({ side: open?.side ?? 'BUY', ...own, ...how }));
    }
  }
}

function listOf(
  step: Extract<Command, { do: 'list' }>,
  at: (percent: number) => Decimal,
  lots: (count: number) => string,
): Record<string, string> {
  const [low, high] = [
    at(Math.min(step.low, step.high)).toFixed(),
    at(Math.max(step.low, step.high)).toFixed(),
  ];
  const legs = (above: string, below: string) => ({
    [`${above}Type`]: 'LIMIT_MAKER',
    [`${above}Price`]: high,
    [`${below}Type`]: 'STOP_LOSS',
    [`${below}StopPrice`]: low,
  });
  if (step.kind === 'oco') return { side: 'SELL', quantity: lots(step.size), ...legs('above', 'below') };
  const opo = step.kind.startsWith('opo');
  const working = {
    workingType: 'LIMIT',
    workingSide: 'BUY',
    workingPrice: at(step.level).toFixed(),
    workingQuantity: lots(step.size),
    workingTimeInForce: 'GTC',
    pendingSide: 'SELL',
    ...(opo ? {} : { pendingQuantity: lots(step.size) }),
  };
  const single = step.kind === 'oto' || step.kind === 'opo';
  return single
    ? { ...working, pendingType: 'STOP_LOSS', pendingStopPrice: low }
    : { ...working, ...legs('pendingAbove', 'pendingBelow') };
}

function play(steps: readonly Command[], check: (exchange: SpotExchange) => void = () => {}) {
  let now = 1_790_000_000_000;
  const exchange = new SpotExchange({ clock: () => now, instruments: instruments(4), balances: START });
  const events: UserEvent[] = [];
  exchange.subscribe((event) => {
    if (event.kind === 'user') events.push(event.event);
  });
  for (const step of steps) {
    now += 1_000;
    try {
      run(exchange, step);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    check(exchange);
  }
  return { exchange, events };
}

const story = fc.array(command, { minLength: 1, maxLength: 60, size: 'max' });
const sum = (values: readonly Decimal[]) => values.reduce((total, value) => total.plus(value), ZERO);

/** What the open orders lock, reckoned from what the API would show of them. */
function expectedLock(exchange: SpotExchange, asset: string): Decimal {
  const claims = new Map<string, Decimal>();
  for (const order of exchange.openOrders.values()) {
    const { baseAsset, quoteAsset } = exchange.market(order.symbol).instrument;
    const list = exchange.openLists.get(order.orderListId);
    if (list?.opo && order.orderId === list.workingId && asset === baseAsset) {
      claims.set(`${order.orderListId} received`, list.received);
    }
    if (order.status === 'PENDING_NEW' || asset !== (order.side === 'SELL' ? baseAsset : quoteAsset))
      continue;
    const left = order.quantity.minus(order.executed);
    const price = order.price.isZero() ? order.lockPrice : order.price;
    const claim = order.side === 'SELL' ? left : left.times(price);
    const key = list?.pair?.includes(order.orderId) ? `pair ${order.orderListId}` : `order ${order.orderId}`;
    claims.set(key, Decimal.max(claims.get(key) ?? ZERO, claim));
  }
  return sum([...claims.values()]);
}

test('no balance is ever negative, and what is locked is what the open orders claim', () => {
  fc.assert(
    fc.property(story, (steps) => {
      play(steps, (exchange) => {
        for (const asset of ASSETS) {
          const { free, locked } = balanceOf(exchange, asset);
          expect(free.gte(0), `${asset} free ${free}`).toBe(true);
          expect(locked.toFixed()).toBe(expectedLock(exchange, asset).toFixed());
        }
      });
    }),
    { numRuns: 200 },
  );
});

test('value is kept: every asset is what was there at first, and what the trades brought and cost', () => {
  fc.assert(
    fc.property(story, (steps) => {
      const { exchange } = play(steps);
      for (const asset of ASSETS) {
        let expected = START[asset as keyof typeof START];
        for (const trade of exchange.trades) {
          const { baseAsset, quoteAsset } = exchange.market(trade.symbol).instrument;
          const bought = trade.side === 'BUY' ? trade.quantity : trade.quantity.negated();
          if (asset === baseAsset) expected = expected.plus(bought);
          if (asset === quoteAsset) expected = expected.minus(bought.times(trade.price));
          if (asset === trade.commissionAsset) expected = expected.minus(trade.commission);
        }
        expect(exchange.account.holdings.get(asset)?.total.toFixed()).toBe(expected.toFixed());
      }
    }),
    { numRuns: 150 },
  );
});

test('orders and lists agree: what is open, what is final, and who excludes whom', () => {
  fc.assert(
    fc.property(story, (steps) => {
      play(steps, (exchange) => {
        for (const order of exchange.orders.values()) {
          const filled = sum(
            exchange.trades.filter((trade) => trade.orderId === order.orderId).map((trade) => trade.quantity),
          );
          expect(order.executed.toFixed()).toBe(filled.toFixed());
          expect(isOpen(order)).toBe(exchange.openOrders.has(order.orderId));
          if (order.status === 'FILLED') expect(order.executed.toFixed()).toBe(order.quantity.toFixed());
        }
        for (const list of exchange.lists.values()) {
          const orders = list.orderIds.map((orderId) => exchange.orders.get(orderId));
          const open = orders.filter((order) => order !== undefined && isOpen(order));
          if (!list.done) expect(open.length).toBeGreaterThan(0);
          // Never both legs of a pair: the one that begins ends the other.
          const legs = (list.pair ?? []).map((orderId) => exchange.orders.get(orderId));
          expect(legs.filter((leg) => leg?.executed.gt(0)).length).toBeLessThanOrEqual(1);
          const working = list.workingId === null ? undefined : exchange.orders.get(list.workingId);
          if (working !== undefined && working.status !== 'FILLED') {
            for (const order of orders) if (order !== working) expect(order?.executed.toFixed()).toBe('0');
          }
        }
        const algos = [...exchange.openOrders.values()].filter((order) => isContingent(order.type));
        for (const name of SYMBOLS)
          expect(algos.filter((order) => order.symbol === name).length).toBeLessThanOrEqual(5);
      });
    }),
    { numRuns: 100 },
  );
});

test('the events tell each order from its beginning to one end, and the balances as they are', () => {
  fc.assert(
    fc.property(story, (steps) => {
      const { exchange, events } = play(steps);
      const told = new Map<number, { z: string; X: string }>();
      for (const event of events.filter((one) => one.e === 'executionReport')) {
        const { i, z, X, x, l } = event as unknown as {
          i: number;
          z: string;
          X: string;
          x: string;
          l: string;
        };
        if (X === 'REJECTED') continue;
        const before = told.get(i);
        if (before === undefined) expect(x).toBe('NEW');
        else {
          expect(['NEW', 'PENDING_NEW', 'PARTIALLY_FILLED']).toContain(before.X);
          expect(new Decimal(z).toFixed()).toBe(new Decimal(before.z).plus(l).toFixed());
        }
        told.set(i, { z, X });
      }
      for (const order of exchange.orders.values())
        expect(told.get(order.orderId)).toEqual({ z: order.executed.toFixed(8), X: order.status });
      const balances = new Map<string, { f: string; l: string }>();
      for (const event of events.filter((one) => one.e === 'outboundAccountPosition')) {
        for (const { a, f, l } of event.B as { a: string; f: string; l: string }[]) balances.set(a, { f, l });
      }
      for (const [asset, { f, l }] of balances) {
        const { free, locked } = balanceOf(exchange, asset);
        expect([asset, f, l]).toEqual([asset, free.toFixed(8), locked.toFixed(8)]);
      }
    }),
    { numRuns: 150 },
  );
});
