import { describe, expect, test } from 'vitest';
import { usdmInstruments, type WireFilter } from '../../../src/trading/binance/instruments.ts';
import { spotInstruments } from '../../../src/trading/binance/spot-instruments.ts';
import type { Instrument } from '../../../src/trading/exchange.ts';

const NAMES = { status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USDT' } as const;

const LEAST: WireFilter[] = [
  { filterType: 'PRICE_FILTER', tickSize: '0.10' },
  { filterType: 'LOT_SIZE', stepSize: '0.001' },
];

/** 0 is how Binance writes that a bound does not hold. */
const ZEROES: WireFilter[] = [
  { filterType: 'PRICE_FILTER', tickSize: '0.10', minPrice: '0', maxPrice: '0.00000000' },
  { filterType: 'LOT_SIZE', stepSize: '0.001', minQty: '0', maxQty: '0' },
  { filterType: 'MARKET_LOT_SIZE', stepSize: '0.00000000', minQty: '0', maxQty: '0' },
];

describe.each([
  [
    'a contract',
    (filters: WireFilter[]) => usdmInstruments({ symbols: [{ ...NAMES, symbol: 'A', filters }] }),
  ],
  ['a pair', (filters: WireFilter[]) => spotInstruments({ symbols: [{ ...NAMES, symbol: 'A', filters }] })],
])('%s', (_, read) => {
  test.each([
    ['says nothing of them', LEAST],
    ['says 0', ZEROES],
  ])('has no bounds where the exchange %s', (__, filters) => {
    const found = read(filters).get('A') as Instrument;
    const { minPrice, minQuantity, marketStepSize, marketMinQuantity } = found;
    expect([minPrice, minQuantity, marketStepSize, marketMinQuantity].map(Number)).toEqual([
      0, 0.001, 0.001, 0.001,
    ]);
    for (const most of [found.maxPrice, found.maxQuantity, found.marketMaxQuantity])
      expect(Number(most)).toBeGreaterThan(1e12);
  });

  test('keeps those that it has', () => {
    const found = read([
      { filterType: 'PRICE_FILTER', tickSize: '0.10', minPrice: '5', maxPrice: '900' },
      { filterType: 'LOT_SIZE', stepSize: '0.001', minQty: '0.002', maxQty: '80' },
      { filterType: 'MARKET_LOT_SIZE', stepSize: '0.01', minQty: '0.02', maxQty: '40' },
    ]).get('A') as Instrument;
    const { minPrice, maxPrice, marketStepSize, marketMinQuantity, maxQuantity, marketMaxQuantity } = found;
    expect(
      [minPrice, maxPrice, marketStepSize, marketMinQuantity, maxQuantity, marketMaxQuantity].map(Number),
    ).toEqual([5, 900, 0.01, 0.02, 80, 40]);
  });
});

test('a pair that says nothing of pairs of orders takes them, as nearly all do', () => {
  const pair = { ...NAMES, symbol: 'A', filters: LEAST };
  const lists = (more: object) => spotInstruments({ symbols: [{ ...pair, ...more }] }).get('A')?.spot?.lists;
  expect([lists({}), lists({ ocoAllowed: true }), lists({ ocoAllowed: false })]).toEqual([true, true, false]);
});
