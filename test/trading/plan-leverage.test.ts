import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Book } from '../../src/risk/book.ts';
import type { Position } from '../../src/trading/exchange.ts';
import type { PlanNote } from '../../src/trading/model.ts';
import { liquidationPrice } from '../../src/trading/planning/liquidation.ts';
import { brackets, channel, d, filled, instrument, tradeOf } from '../risk/fixtures.ts';
import { assessed, type Given, limit, note, plan, short, stop } from './plan-given.ts';

describe('leverage and margin mode', () => {
  test.each<Given & { given: string; leverage: number; notes: PlanNote[] }>([
    { given: 'none in the signal', leverage: 5, notes: [] },
    { given: "the signal's own", signal: { leverage: 8 }, leverage: 8, notes: [] },
    {
      given: 'more than allowed',
      signal: { leverage: 50 },
      leverage: 10,
      notes: [{ code: 'leverage_cut', numbers: { from: '50', to: '10', limit: 'maxLeverage' } }],
    },
    {
      given: 'more than the bracket allows',
      signal: { leverage: 20, stopLoss: stop(64_997) },
      channel: channel({ maxLeverage: 125, maxPositionNotionalPct: 100_000, maxTotalNotionalPct: 100_000 }),
      book: {
        available: d(10_000_000),
        equity: d(200_000),
        instruments: new Map([['BTCUSDT', instrument('BTCUSDT', { maxQuantity: d(100_000) })]]),
      },
      leverage: 5,
      notes: [
        { code: 'quantity_cut', numbers: expect.objectContaining({ code: 'balance_too_small' }) },
        { code: 'leverage_cut', numbers: { from: '20', to: '5', limit: 'bracket' } },
      ],
    },
    {
      given: 'a stop close to the liquidation price',
      signal: { leverage: 20, stopLoss: { percent: d(6) } },
      channel: channel({ maxLeverage: 50 }),
      leverage: 13,
      notes: [{ code: 'leverage_for_liquidation', numbers: { from: '20', to: '13', bufferPct: '20' } }],
    },
  ])('GIVEN $given THEN $leverage x', ({ leverage, notes, ...given }) => {
    const planned = plan(given);
    expect(planned.leverage).toBe(leverage);
    expect(planned.notes).toEqual(notes);
    expect(planned.margin.times(leverage).minus(planned.notional).abs().lt('0.0001')).toBe(true);
  });

  test('the liquidation price is the one of Binance: margin and maintenance margin meet there', () => {
    const long = plan({ signal: { leverage: 10 } });
    // 6500 of notional on 650 of margin in the bracket of 0.4 %: (6500 - 650) / (0.1 × 0.996)
    expect(`${long.liquidationPrice}`).toBe('58735');
    const fall = plan({ signal: { ...short, leverage: 10 } });
    expect(`${fall.liquidationPrice}`).toBe('71215.1');
  });

  test('GIVEN a ladder THEN its first entry alone keeps the buffer too', () => {
    const given = { leverage: 10, stopLoss: stop(58_500), takeProfits: [] };
    const alone = plan({ signal: { ...given, entry: limit(64_000) } });
    const ladder = plan({ signal: { ...given, entry: limit(65_000, 63_000) } });
    expect(alone.leverage).toBe(9);
    expect(ladder.leverage).toBe(8);
  });

  test.each<Given & { given: string; mode: 'cross' | 'isolated'; notes: string[] }>([
    { given: 'no mode in the signal', mode: 'isolated', notes: [] },
    {
      given: 'cross, not allowed',
      signal: { marginMode: 'cross' },
      mode: 'isolated',
      notes: ['cross_as_isolated'],
    },
    {
      given: 'cross, allowed',
      signal: { marginMode: 'cross' },
      channel: channel({ allowCross: true }),
      mode: 'cross',
      notes: [],
    },
    {
      given: 'cross as the setting, isolated in the signal',
      signal: { marginMode: 'isolated' },
      channel: channel({ allowCross: true }, { marginMode: 'cross' }),
      mode: 'isolated',
      notes: [],
    },
  ])('GIVEN $given THEN $mode', ({ mode, notes, ...given }) => {
    const planned = plan(given);
    expect(planned.marginMode).toBe(mode);
    expect(planned.notes.map((one) => one.code)).toEqual(notes);
  });

  test('GIVEN a trade on the symbol THEN its leverage and margin mode are kept and it is said', () => {
    const settings = channel({ allowCross: true, maxTradesPerSymbol: 2 });
    const first = filled(tradeOf(plan({ signal: { leverage: 3 }, channel: settings })));
    const second = plan({
      signal: { leverage: 7, marginMode: 'cross' },
      channel: settings,
      book: { trades: [first] },
    });
    expect(second).toMatchObject({ leverage: 3, marginMode: 'isolated' });
    expect(note(second, 'keeps_leverage')).toEqual({ leverage: '3', wanted: '7' });
    expect(note(second, 'keeps_margin_mode')).toEqual({ mode: 'isolated', wanted: 'cross' });
  });
});

describe('beside another trade on the symbol', () => {
  const settings = channel({ maxTradesPerSymbol: 2, maxTotalNotionalPct: 100_000, maxTotalRiskPct: 100 });
  const at = (price: number): Partial<Book> => ({
    prices: new Map([['BTCUSDT', { mark: d(price), last: d(price) }]]),
  });
  const given = { leverage: 10, takeProfits: [] };
  const first = filled(
    tradeOf(plan({ signal: { ...given, entry: limit(58_000), stopLoss: stop(54_000) }, book: at(58_000) })),
  );
  const position: Position = {
    symbol: 'BTCUSDT',
    positionSide: 'BOTH',
    quantity: first.plan.quantity,
    entryPrice: d(58_000),
    unrealised: d(0),
    liquidationPrice: null,
    leverage: 10,
    marginMode: 'isolated',
  };
  const beside = { ...at(65_000), trades: [first], positions: [position] };
  const second = (stopPrice: number, book: Partial<Book> = beside) =>
    assessed({ signal: { ...given, stopLoss: stop(stopPrice) }, channel: settings, book });

  test('GIVEN a position whose price would rise THEN none that has it liquidated ahead of the other stop', () => {
    expect(first.plan.leverage).toBe(10);
    // 0.1 at 65000 and 0.025 at 58000 are one position at 63600, which 10 x liquidates at 57470.
    const found = second(64_000);
    expect(found).toMatchObject({
      kind: 'denied',
      denial: {
        code: 'liquidation_too_near',
        numbers: { stopPrice: '54000', liquidationPrice: '57469.88', leverage: '10' },
      },
    });
  });

  test('GIVEN one whose stop is nearer THEN it is planned, with the liquidation price of both', () => {
    const near = { ...first, stopPrice: d(58_600), plan: { ...first.plan, stopPrice: d(58_600) } };
    const found = second(64_000, { ...beside, trades: [near] });
    expect(found.kind === 'planned' && `${found.plan.liquidationPrice}`).toBe('57469.9');
  });

  test('GIVEN entries that rest THEN none that has what they fill liquidated ahead of their stop', () => {
    const waiting = tradeOf(
      plan({ signal: { ...given, entry: limit(58_000), stopLoss: stop(54_000) }, book: at(58_000) }),
    );
    const above = (mark: number, stopPrice: number) =>
      assessed({
        signal: { ...given, entry: { type: 'market' }, stopLoss: stop(stopPrice) },
        channel: settings,
        book: { ...at(mark), trades: [waiting] },
      });
    // 0.024 at 62000 and 0.025 at 58000 are one position at 59959, which stays its price when the first is stopped.
    expect(above(62_000, 57_900)).toMatchObject({
      kind: 'denied',
      denial: {
        code: 'liquidation_too_near',
        numbers: { stopPrice: '54000', liquidationPrice: '54179.985' },
      },
    });
    expect(above(58_200, 57_000).kind).toBe('planned');
  });

  test('GIVEN any entries that rest THEN none of them, nor all, make a position that is liquidated ahead of a stop', () => {
    const entry = fc.record({
      at: fc.integer({ min: 40_000, max: 64_900 }),
      stopPct: fc.integer({ min: 1, max: 12 }),
    });
    const shapes = fc.record({
      others: fc.array(entry, { minLength: 1, maxLength: 6 }),
      stopPct: fc.integer({ min: 1, max: 12 }),
    });
    let planned = 0;
    const denied = new Set<string>();
    fc.assert(
      fc.property(shapes, ({ others, stopPct }) => {
        const below = (price: number, pct: number) => Math.round(price * (1 - pct / 100));
        const waiting = others.map(({ at: price, stopPct: pct }) =>
          tradeOf(
            plan({
              signal: { ...given, leverage: 5, entry: limit(price), stopLoss: stop(below(price, pct)) },
              book: at(price),
            }),
          ),
        );
        const found = assessed({
          signal: {
            ...given,
            leverage: 5,
            entry: { type: 'market' },
            stopLoss: stop(below(65_000, stopPct)),
          },
          channel: channel({
            maxTradesPerSymbol: 10,
            maxTotalNotionalPct: 100_000,
            maxTotalRiskPct: 100,
          }),
          book: { ...at(65_000), trades: waiting },
        });
        if (found.kind !== 'planned') return void denied.add(found.denial.code);
        planned += 1;
        const parts = [found.plan, ...waiting.map((trade) => trade.plan)];
        for (const joined of [...parts.slice(1).map((one) => [found.plan, one]), parts]) {
          const quantity = joined.reduce((sum, one) => sum.plus(one.quantity), d(0));
          const cost = joined.reduce((sum, one) => sum.plus(one.quantity.times(one.entryPrice)), d(0));
          const whole = {
            side: 'long' as const,
            quantity,
            entryPrice: cost.div(quantity),
            margin: cost.div(5),
          };
          const price = liquidationPrice(whole, brackets) ?? d(0);
          for (const { stopPrice } of joined) expect(price.lt(stopPrice)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(planned).toBeGreaterThan(50);
    expect([...denied]).toContain('liquidation_too_near');
  });

  test('GIVEN the other side in hedge mode THEN that is a position of its own', () => {
    const other = {
      ...first,
      plan: { ...first.plan, side: 'short' as const, positionSide: 'SHORT' as const, stopPrice: d(70_000) },
      stopPrice: d(70_000),
    };
    const short = { ...position, positionSide: 'SHORT' as const, quantity: position.quantity.negated() };
    const hedged = { ...beside, hedgeMode: true, trades: [other], positions: [short] };
    expect(second(64_000, hedged).kind).toBe('planned');
  });

  test('GIVEN a bracket that the other has used THEN the size is cut to what is left of it', () => {
    const steps = [
      { notionalCap: d(5_000), maxLeverage: 10, maintenanceRate: d('0.004'), maintenanceAmount: d(0) },
      { notionalCap: d(500_000), maxLeverage: 5, maintenanceRate: d('0.01'), maintenanceAmount: d(30) },
    ];
    const found = second(64_500, {
      ...beside,
      trades: [{ ...first, stopPrice: d(58_600) }],
      brackets: new Map([['BTCUSDT', steps]]),
    });
    if (found.kind === 'denied') throw new Error(JSON.stringify(found.denial));
    expect(found.plan.notional.plus(first.plan.notional).lte(5_000)).toBe(true);
    expect(note(found.plan, 'quantity_cut')).toMatchObject({ code: 'notional_limit' });
  });
});
