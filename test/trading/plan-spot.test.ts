import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess } from '../../src/risk/assess.ts';
import type { Book, OrderCount } from '../../src/risk/book.ts';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import type { Instrument, SpotFilters } from '../../src/trading/exchange.ts';
import { layout } from '../../src/trading/lifecycle/spot/covers.ts';
import type { Denial, Plan, Signal } from '../../src/trading/model.ts';
import { termsFor } from '../../src/trading/plan.ts';
import { tradingDefaults } from '../../src/trading/settings.ts';
import { newTrade } from '../../src/trading/trade.ts';
import { book, channel, d, instrument, NOW, signal, source, tradeOf } from '../risk/fixtures.ts';
import { limit, market, note, orders, short, stop, targets } from './plan-given.ts';

const SPOT: SpotFilters = {
  stopMarket: true,
  averageMinutes: 5,
  lists: true,
  attaches: true,
  maxAlgoOrders: 5,
  maxLists: 20,
  sellUp: d(5),
  sellDown: d('0.8'),
};

function spotInstrument(changes: Partial<Instrument> = {}): Instrument {
  return instrument('BTCUSDT', {
    minNotional: d(5),
    priceUp: d('1.2'),
    priceDown: d('0.2'),
    spot: SPOT,
    ...changes,
  });
}

const counted = (
  used: number,
  limit: number,
  of: OrderCount['of'] = 'conditional',
  scope: OrderCount['scope'] = 'symbol',
): Partial<Book> => ({
  orderCounts: () => [
    { of: 'conditional', scope: 'symbol', used: 0, limit: 5 },
    { of, scope, used, limit },
  ],
});

const FEES = { maker: d('0.001'), taker: d('0.001') };

interface Given {
  signal?: Partial<Signal>;
  risk?: Record<string, unknown>;
  instrument?: Partial<Instrument>;
  book?: Partial<Book>;
}

function assessed({
  signal: changes = {},
  risk = {},
  instrument: filters = {},
  book: state = {},
}: Given = {}) {
  const bookOfSpot = book({
    market: 'spot',
    instruments: new Map([['BTCUSDT', spotInstrument(filters)]]),
    feesOf: () => FEES,
    brackets: new Map(),
    ...counted(0, 5),
    ...state,
  });
  return assess(signal(changes), source(), channel(risk, {}, { market: 'spot' }), bookOfSpot, NOW);
}

function plan(given: Given = {}): Plan {
  const assessment = assessed(given);
  if (assessment.kind === 'denied') throw new Error(JSON.stringify(assessment.denial));
  return assessment.plan;
}

function denial(given: Given): Denial {
  const assessment = assessed(given);
  if (assessment.kind === 'planned') throw new Error('planned');
  return assessment.denial;
}

describe('a plan on spot', () => {
  test('is sized by the distance of the stop, without leverage, margin or liquidation', () => {
    const planned = plan({ signal: { leverage: 20 } });
    expect(`${planned.quantity} ${planned.leverage} ${planned.margin}`).toBe('0.1 1 6500');
    expect(planned.liquidationPrice).toBeNull();
    expect(note(planned, 'leverage_cut')).toEqual({ from: '20', to: '1', limit: 'spot' });
    expect(planned.riskAmount.toString()).toBe('100');
  });

  test.each<Given & { given: string; quantity: string }>([
    { given: 'a limit order, commission included', book: { available: d(1_000) }, quantity: '0.015' },
    {
      given: 'a market order that may find a higher price',
      signal: { entry: market },
      book: { available: d(651) },
      quantity: '0.009',
    },
    {
      given: 'a breakout at its limit',
      signal: { entry: limit(65_500), trigger: 'above' },
      risk: { maxEntryDeviationPct: 5 },
      book: { available: d(656) },
      quantity: '0.009',
    },
  ])('never costs more than what is free: $given', ({ quantity, ...given }) => {
    expect(plan(given).quantity.toString()).toBe(quantity);
  });

  test('a breakout is a STOP_LOSS_LIMIT whose limit is at most a tenth of the way to the stop above', () => {
    const planned = plan({ signal: { entry: limit(65_500), trigger: 'above' } });
    expect(planned.entries.map(({ type, price, limitPrice }) => [type, `${price}`, `${limitPrice}`])).toEqual(
      [['stop_limit', '65500', '65650']],
    );
  });

  test('a ladder is split as on futures, and each part can be protected by itself', () => {
    const given = { signal: { entry: limit(65_000, 64_500), stopLoss: stop(63_750) } };
    expect(orders(plan(given))).toEqual(['0.05@65000', '0.05@64500']);
    const small = { ...given, risk: { riskPerTradePct: 0.5 }, instrument: { minNotional: d(1_600) } };
    expect(orders(plan(small))).toEqual(['0.066@64500']);
  });

  test('thirds leave no runner that would need a list of its own', () => {
    const takeProfits = [66_000, 67_000, 68_000].map((price) => stop(price));
    expect(targets(plan({ book: counted(2, 5), signal: { takeProfits } }))).toEqual([
      '33.33%@66000',
      '33.33%@67000',
      '33.33%@68000',
    ]);
  });

  test.each<Given & { given: string; planned: string[] }>([
    { given: 'two targets', planned: ['50%@66000', '50%@67000'] },
    {
      given: 'parts whose stop leg would be too small merge',
      instrument: { minNotional: d(3_210) },
      planned: ['100%@67000'],
    },
    {
      given: 'no more lists than are free: the farthest join the one before',
      book: counted(4, 5),
      planned: ['100%@66000'],
    },
    {
      given: 'nor more than the account has room for, in equal parts for each trade that may follow',
      book: counted(11, 16, 'lists', 'account'),
      risk: { maxOpenTrades: 5 },
      planned: ['100%@66000'],
    },
    {
      given: 'nor more than it has room for orders, two for a list',
      book: counted(197, 200, 'orders'),
      planned: ['100%@66000'],
    },
    {
      given: 'room enough for both',
      book: counted(196, 200, 'orders'),
      planned: ['50%@66000', '50%@67000'],
    },
  ])('$given', ({ planned, ...given }) => {
    const takeProfits = [{ price: d(66_000) }, { price: d(67_000) }];
    expect(targets(plan({ ...given, signal: { takeProfits } }))).toEqual(planned);
  });

  test.each<Given & { given: string; code: string }>([
    { given: 'a short', signal: short, code: 'short_on_spot' },
    { given: 'nothing free', book: { available: d(0) }, code: 'balance_too_small' },
    {
      given: 'too little to place a stop for, though enough to buy',
      risk: { riskPerTradePct: 0.01 },
      instrument: { minNotional: d('64.5'), stepSize: d('0.0001'), marketStepSize: d('0.0001') },
      code: 'size_too_small',
    },
    {
      given: 'a symbol that takes no more stops',
      book: counted(5, 5),
      code: 'order_limit',
    },
    {
      given: 'a market order that is enough at the last price, and not by what the exchange goes by',
      signal: { entry: market, stopLoss: stop(64_900) },
      risk: { riskPerTradePct: 0.01 },
      instrument: { minNotional: d(645), stepSize: d('0.00001'), marketStepSize: d('0.00001') },
      book: { filterPrice: () => ({ price: d(64_000), by: 'average' }) },
      code: 'size_too_small',
    },
    {
      given: 'an account that has all its lists',
      book: counted(20, 20, 'lists', 'account'),
      code: 'order_limit',
    },
    {
      given: 'an account with room for the entry and one order more',
      book: counted(998, 1_000, 'orders', 'account'),
      code: 'order_limit',
    },
    {
      given: 'a value of one order that leaves no order',
      instrument: { spot: { ...SPOT, maxNotional: d(60) } },
      code: 'notional_limit',
    },
    {
      given: 'all coins that the account may have',
      instrument: { spot: { ...SPOT, maxPosition: d(3) } },
      book: { coinsOf: () => d(3) },
      code: 'notional_limit',
    },
    { given: 'CANCEL_ONLY', instrument: { status: 'cancel_only' }, code: 'symbol_halted' },
  ])('is denied for $given', ({ code, ...given }) => {
    expect(denial(given).code).toBe(code);
  });

  const bounds = { priceDown: d('0.97'), priceUp: d('1.01') };
  const by = (price: number): Partial<Book> => ({
    filterPrice: () => ({ price: d(price), by: 'average' }),
  });
  test.each<Given & { given: string; numbers: Record<string, string> }>([
    {
      given: 'an entry above what the exchange takes by its average price, which is not the last one',
      instrument: bounds,
      book: by(64_000),
      numbers: { of: 'entry', price: '65000', lowest: '62080', highest: '64640', basis: '64000' },
    },
    {
      given: 'one below, of a ladder',
      signal: { entry: limit(65_000, 63_900), stopLoss: stop(62_000) },
      instrument: bounds,
      book: by(66_000),
      numbers: { of: 'entry', price: '63900', lowest: '64020', highest: '66660', basis: '66000' },
    },
    {
      given: 'a breakout whose limit would cost too much',
      signal: { entry: limit(65_500), trigger: 'above' },
      instrument: bounds,
      book: by(64_900),
      numbers: { of: 'entry', price: '65650', lowest: '62953', highest: '65549', basis: '64900' },
    },
  ])('is denied for $given', ({ numbers, ...given }) => {
    expect(denial(given)).toMatchObject({
      code: 'price_out_of_range',
      setting: null,
      numbers: { symbol: 'BTCUSDT', by: 'average', ...numbers },
    });
  });

  test.each<Given & { given: string; quantity: string }>([
    {
      given: 'NOTIONAL, of the farthest target with all that is held',
      signal: { takeProfits: [{ price: d(66_000) }, { price: d(80_000) }] },
      instrument: { spot: { ...SPOT, maxNotional: d(4_000) } },
      quantity: '0.05',
    },
    {
      given: 'NOTIONAL of a market order, by what the exchange goes by',
      signal: { entry: market, takeProfits: [] },
      instrument: { spot: { ...SPOT, maxNotional: d(3_300), maxNotionalAtMarket: true } },
      book: by(66_000),
      quantity: '0.05',
    },
    {
      given: 'MARKET_LOT_SIZE, which the stop of the whole has to fit',
      instrument: { marketMaxQuantity: d('0.04') },
      quantity: '0.04',
    },
    {
      given: 'MAX_POSITION, coins of the user and orders to buy among them',
      instrument: { spot: { ...SPOT, maxPosition: d('1.03') } },
      book: { coinsOf: () => d(1) },
      quantity: '0.03',
    },
  ])('is cut by $given', ({ quantity, ...given }) => {
    const planned = plan(given);
    expect(planned.quantity.toString()).toBe(quantity);
    expect(note(planned, 'quantity_cut')).toMatchObject({ code: 'notional_limit', to: quantity });
  });

  test('says how many coins the account may have where these leave no order', () => {
    const instrument = { spot: { ...SPOT, maxPosition: d('1.0001') } };
    expect(denial({ instrument, book: { coinsOf: () => d(1) } })).toEqual({
      code: 'notional_limit',
      setting: null,
      numbers: { scope: 'position', limitPct: '650.065', limit: '65006.5', used: '65000', wanted: '6500' },
    });
  });

  test('is left to the exchange to judge where it is not known what that goes by', () => {
    expect(plan({ instrument: bounds, book: { filterPrice: () => null } }).filterPrice).toBeUndefined();
    expect(plan({ instrument: bounds, book: by(65_000) }).filterPrice?.toString()).toBe('65000');
  });

  test('a stop that has to be a limit order is judged by what the exchange would take of it after the fill', () => {
    const { spot } = spotInstrument();
    if (!spot) throw new Error('no filters');
    const tight = { spot: { ...spot, stopMarket: false, sellDown: d('0.99') } };
    const far = { stopLoss: stop(64_000) };
    expect(denial({ signal: far, instrument: tight, book: by(66_000) })).toMatchObject({
      code: 'price_out_of_range',
      numbers: { of: 'stop', price: '64000', lowest: '64350' },
    });
    const near = { stopLoss: stop(64_400) };
    expect(plan({ signal: near, instrument: tight, book: by(66_000) }).stopPrice.toString()).toBe('64400');
    const market = { spot: { ...tight.spot, stopMarket: true } };
    expect(plan({ signal: far, instrument: market, book: by(66_000) }).stopPrice.toString()).toBe('64000');
  });

  describe('what goes with a limit entry that rests', () => {
    const one = { entry: limit(64_000), stopLoss: stop(63_000), takeProfits: [stop(67_000)] };
    const goesWith = (given: Given): [boolean, boolean] => {
      const [entry] = plan(given).entries;
      return [entry?.attached !== undefined, entry?.attachedTarget === true];
    };
    const spotWith = (changes: Partial<SpotFilters>) => ({ spot: { ...SPOT, ...changes } });

    test.each<[string, Given, [stop: boolean, target: boolean]]>([
      ['its stop and the one target', { signal: one }, [true, true]],
      [
        'its stop, where there are two targets',
        { signal: { ...one, takeProfits: [stop(67_000), stop(68_000)] } },
        [true, false],
      ],
      [
        'both, where room for one list merges them',
        {
          signal: { ...one, takeProfits: [stop(67_000), stop(68_000)] },
          instrument: spotWith({ maxAlgoOrders: 1 }),
          book: counted(0, 1),
        },
        [true, true],
      ],
      [
        'its stop, where a runner is left',
        { signal: { ...one, takeProfits: [{ price: d(67_000), share: d(60) }] } },
        [true, false],
      ],
      ['its stop, where there is no target', { signal: { ...one, takeProfits: [] } }, [true, false]],
      [
        'its stop, where the symbol takes no pairs',
        { signal: one, instrument: spotWith({ lists: false }) },
        [true, false],
      ],
      [
        'its stop, where the target could be refused at a price that the stop can still be placed at',
        { signal: one, instrument: spotWith({ sellUp: d('1.06') }) },
        [true, false],
      ],
      [
        'both, where it could not',
        { signal: one, instrument: spotWith({ sellUp: d('1.08') }) },
        [true, true],
      ],
      [
        'its stop, where no price may be so high',
        { signal: one, instrument: { maxPrice: d(66_000) } },
        [true, false],
      ],
      [
        'nothing, where the symbol takes no such lists',
        { signal: one, instrument: spotWith({ attaches: false }) },
        [false, false],
      ],
      ['nothing, of a ladder', { signal: { ...one, entry: limit(64_500, 64_000) } }, [false, false]],
      [
        'nothing, where it takes from the book at once',
        { signal: { ...one, entry: limit(65_500) } },
        [false, false],
      ],
    ])('is %s', (_, given, expected) => {
      expect(goesWith(given)).toEqual(expected);
    });

    test('is the target where that is what would be placed for all of it', () => {
      const lists = fc.constantFrom(1, 2, 5);
      const share = fc.constantFrom(3, 50, 80, 96, 99.5, 99.99, 100);
      const minNotional = fc.constantFrom(5, 60, 400, 3_000, 6_000);
      const seen = new Set<boolean>();
      fc.assert(
        fc.property(share, minNotional, lists, fc.boolean(), (percent, least, room, stopMarket) => {
          const filters = { minNotional: d(least), spot: { ...SPOT, stopMarket } };
          const takeProfits = [{ price: d(67_000), share: d(percent) }];
          const assessment = assessed({
            signal: { ...one, takeProfits },
            instrument: filters,
            book: counted(5 - room, 5),
          });
          if (assessment.kind === 'denied') return;
          const { plan: planned } = assessment;
          const [entry] = planned.entries;
          if (!entry?.attached) return;
          const terms = termsFor(planned, tradingDefaults, spotInstrument(filters), FEES);
          const made = newTrade({
            ...{ plan: planned, terms, signal: signal(), source: source() },
            ...{ now: NOW, sendUntil: NOW },
          });
          const covers = layout(made, entry.attached, new Set());
          const isAll = covers.length === 1 && covers[0]?.target !== null;
          expect(entry.attachedTarget === true).toBe(isAll);
          seen.add(isAll);
        }),
      );
      expect(seen.size).toBe(2);
    });
  });

  test("the wallets' limits are apart, the account's counts are not", () => {
    const futures = tradeOf({ ...plan(), market: 'usdm', notional: d(35_000) });
    expect(
      plan({ book: { trades: [futures] }, risk: { maxTotalNotionalPct: 100 } }).quantity.toString(),
    ).toBe('0.1');
    const full = denial({ book: { trades: [futures] }, risk: { maxOpenTrades: 1 } });
    expect(full.code).toBe('too_many_trades');
    const same = tradeOf(plan());
    expect(denial({ book: { trades: [same] } }).code).toBe('too_many_on_symbol');
  });

  test('coins that nobody explains do not bar a symbol', () => {
    expect(plan({ book: { foreignSymbols: new Set(['BTCUSDT']) } }).market).toBe('spot');
  });

  test('the terms carry what the lifecycle needs: one price, the base asset, how the stop sells', () => {
    const planned = plan();
    const terms = termsFor(planned, tradingDefaults, spotInstrument(), FEES);
    expect([terms.stopTrigger, terms.spot?.base, terms.spot?.maxLists, terms.spot?.stopMarket]).toEqual([
      'last',
      'BTC',
      5,
      true,
    ]);
    const { spot } = spotInstrument();
    if (!spot) throw new Error('no filters');
    const limited = termsFor(
      planned,
      tradingDefaults,
      spotInstrument({ spot: { ...spot, stopMarket: false } }),
      FEES,
    );
    expect(limited.spot?.stopLimitPct.toString()).toBe('3');
    // By what the exchange goes by, which may be above the last price.
    const above = { ...planned, filterPrice: d(78_000) };
    const filters = spotInstrument({ spot: { ...spot, stopMarket: false } });
    expect(termsFor(above, tradingDefaults, filters, FEES).spot?.stopLimitPct.toNumber()).toBeLessThan(2);
  });

  test('whatever is planned can be paid, and each entry can be protected', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.integer({ min: 200, max: 5_000 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('5', '10', '100'),
        fc.boolean(),
        (available, distance, steps, minNotional, stopMarket) => {
          const { spot } = spotInstrument();
          const prices = Array.from({ length: steps }, (_, index) => 65_000 - index * 40);
          const result = assessed({
            signal: {
              entry: limit(...prices),
              stopLoss: stop(65_000 - distance),
              takeProfits: [{ price: d(66_000) }, { price: d(68_000) }, { price: d(70_000) }],
            },
            instrument: {
              minNotional: d(minNotional),
              stepSize: d('0.00001'),
              minQuantity: d('0.00001'),
              marketStepSize: ZERO,
              ...(spot ? { spot: { ...spot, stopMarket } } : {}),
            },
            book: { available: d(available), equity: d(Math.max(available, 1_000)) },
          });
          if (result.kind === 'denied') return;
          const { entries, notional, stopPrice } = result.plan;
          const floor = stopMarket ? stopPrice : stopPrice.times('0.97');
          expect(notional.lte(available)).toBe(true);
          for (const { quantity } of entries) {
            const net = quantity.times('0.999').div('0.00001').floor().times('0.00001');
            expect(net.times(floor).gte(new Decimal(minNotional))).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
