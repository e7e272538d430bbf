import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../../../src/sim/binance/errors.ts';
import { instruments } from '../../../src/sim/binance/instruments.ts';
import { UsdmExchange } from '../../../src/sim/binance/usdm/exchange.ts';
import { isOpen, type UserEvent } from '../../../src/sim/binance/usdm/model.ts';
import { Decimal, ZERO } from '../../../src/trading/decimal.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];
const symbol = fc.constantFrom(...SYMBOLS);
const side = fc.constantFrom('BUY', 'SELL');
/** Percent of the start price. */
const level = fc.integer({ min: 90, max: 110 });
const size = fc.integer({ min: 1, max: 40 });
const flag = fc.boolean();

type Command =
  | { do: 'price'; symbol: string; level: number }
  | { do: 'market'; symbol: string; side: string; size: number; reduceOnly: boolean }
  | { do: 'limit'; symbol: string; side: string; size: number; level: number; reduceOnly: boolean }
  | { do: 'stop'; symbol: string; side: string; size: number; level: number; reduceOnly: boolean }
  | { do: 'depth'; symbol: string; size: number }
  | { do: 'partial'; symbol: string }
  | { do: 'cancel'; symbol: string }
  | { do: 'force'; symbol: string; size: number }
  | { do: 'fund'; symbol: string };

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constant('price' as const), symbol, level }),
  fc.record({ do: fc.constant('market' as const), symbol, side, size, reduceOnly: flag }),
  fc.record({ do: fc.constant('limit' as const), symbol, side, size, level, reduceOnly: flag }),
  fc.record({ do: fc.constant('stop' as const), symbol, side, size, level, reduceOnly: flag }),
  fc.record({ do: fc.constant('depth' as const), symbol, size }),
  fc.record({ do: fc.constant('partial' as const), symbol }),
  fc.record({ do: fc.constant('cancel' as const), symbol }),
  fc.record({ do: fc.constant('force' as const), symbol, size }),
  fc.record({ do: fc.constant('fund' as const), symbol }),
);

function run(exchange: UsdmExchange, step: Command, hedge: boolean): void {
  const { instrument } = exchange.market(step.symbol);
  const at = (percent: number) =>
    instrument.startPrice.times(percent).div(100).toNearest(instrument.tickSize);
  const quantity = (count: number) =>
    instrument.minNotional
      .div(instrument.startPrice)
      .times(count)
      .toNearest(instrument.stepSize, Decimal.ROUND_UP);
  const send = (params: Record<string, string>, reduceOnly: boolean) => {
    const placed = hedge
      ? { ...params, positionSide: (params.side === 'BUY') === reduceOnly ? 'SHORT' : 'LONG' }
      : { ...params, reduceOnly: String(reduceOnly) };
    const map = new Map<string, string>(Object.entries({ symbol: step.symbol, ...placed }));
    if (map.has('triggerPrice')) exchange.placeAlgo(map);
    else exchange.placeOrder(map);
  };
  switch (step.do) {
    case 'price':
      return exchange.setPrice(step.symbol, { last: at(step.level) });
    case 'market':
      return send(
        { side: step.side, type: 'MARKET', quantity: quantity(step.size).toFixed() },
        step.reduceOnly,
      );
    case 'limit':
      return send(
        {
          side: step.side,
          type: 'LIMIT',
          timeInForce: 'GTC',
          quantity: quantity(step.size).toFixed(),
          price: at(step.level).toFixed(),
        },
        step.reduceOnly,
      );
    case 'stop':
      return send(
        {
          side: step.side,
          algoType: 'CONDITIONAL',
          type: 'STOP_MARKET',
          quantity: quantity(step.size).toFixed(),
          triggerPrice: at(step.level).toFixed(),
        },
        step.reduceOnly,
      );
    case 'depth': {
      const { last } = exchange.market(step.symbol);
      const row = (ticks: number) => [
        { price: last.plus(instrument.tickSize.times(ticks)), quantity: quantity(step.size) },
      ];
      return exchange.setDepth(step.symbol, { bids: row(0), asks: row(1) });
    }
    case 'partial':
      return exchange.setPartialFill(step.symbol, { fraction: new Decimal('0.5') });
    case 'cancel':
      return exchange.cancelAllOrders(step.symbol);
    case 'force': {
      const [position] = exchange.account.openPositions(step.symbol);
      if (position !== undefined)
        exchange.deleverage(step.symbol, position.positionSide, quantity(step.size));
      return;
    }
    case 'fund':
      return exchange.fund(step.symbol);
  }
}

function play(steps: readonly Command[], hedge: boolean, isolated: boolean) {
  let now = 1_790_000_000_000;
  const exchange = new UsdmExchange({ clock: () => now, instruments: instruments(4) });
  exchange.account.hedgeMode = hedge;
  for (const name of SYMBOLS)
    exchange.account.settingsOf(name).marginType = isolated ? 'ISOLATED' : 'CROSSED';
  const events: UserEvent[] = [];
  exchange.subscribe((event) => {
    if (event.kind === 'user') events.push(event.event);
  });
  for (const step of steps) {
    now += 1_000;
    try {
      run(exchange, step, hedge);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return { exchange, events };
}

const story = fc.array(command, { minLength: 1, maxLength: 60, size: 'max' });
const sum = (values: readonly Decimal[]) => values.reduce((total, value) => total.plus(value), ZERO);

test('the books agree after whatever happens', () => {
  fc.assert(
    fc.property(story, flag, flag, (steps, hedge, isolated) => {
      const { exchange } = play(steps, hedge, isolated);
      // The wallet is what was put in and every income since.
      const incomes = sum(exchange.account.incomes.map((row) => row.income));
      expect(exchange.account.wallet.toFixed(8)).toBe(incomes.plus(10_000).toFixed(8));
      for (const position of exchange.account.positions.values()) {
        const own = exchange.trades.filter(
          (trade) => trade.symbol === position.symbol && trade.positionSide === position.positionSide,
        );
        const traded = sum(
          own.map((trade) => (trade.side === 'BUY' ? trade.quantity : trade.quantity.negated())),
        );
        expect(position.amount.toFixed()).toBe(traded.toFixed());
        if (position.positionSide === 'LONG')
          expect(position.amount.isNegative() && !position.amount.isZero()).toBe(false);
        if (position.positionSide === 'SHORT') expect(position.amount.greaterThan(0)).toBe(false);
      }
      for (const order of exchange.orders.values()) {
        const filled = sum(
          exchange.trades.filter((trade) => trade.orderId === order.orderId).map((trade) => trade.quantity),
        );
        expect(order.executed.toFixed()).toBe(filled.toFixed());
        expect(order.executed.lessThanOrEqualTo(order.quantity)).toBe(true);
        expect(isOpen(order)).toBe(exchange.openOrders.has(order.orderId));
        expect(order.status === 'FILLED').toBe(order.executed.equals(order.quantity));
      }
    }),
    { numRuns: 150 },
  );
});

test('the events tell each order from its beginning to one end, and each position as it is', () => {
  fc.assert(
    fc.property(story, flag, flag, (steps, hedge, isolated) => {
      const { exchange, events } = play(steps, hedge, isolated);
      const told = new Map<number, { z: Decimal; X: string }>();
      for (const event of events.filter((one) => one.e === 'ORDER_TRADE_UPDATE')) {
        const { i, z, X, x, l } = event.o as { i: number; z: string; X: string; x: string; l: string };
        const before = told.get(i);
        expect(before === undefined).toBe(x === 'NEW');
        if (before !== undefined) {
          expect(['NEW', 'PARTIALLY_FILLED']).toContain(before.X);
          expect(new Decimal(z).toFixed()).toBe(before.z.plus(l).toFixed());
        }
        told.set(i, { z: new Decimal(z), X });
      }
      for (const order of exchange.orders.values()) {
        expect(told.get(order.orderId)).toEqual({ z: order.executed, X: order.status });
      }
      const positions = new Map<string, string>();
      for (const event of events.filter((one) => one.e === 'ACCOUNT_UPDATE')) {
        const { P } = event.a as { P: { s: string; ps: string; pa: string }[] };
        for (const row of P) positions.set(`${row.s}:${row.ps}`, row.pa);
      }
      for (const [key, amount] of positions)
        expect(exchange.account.positions.get(key)?.amount.toFixed()).toBe(amount);
    }),
    { numRuns: 150 },
  );
});
