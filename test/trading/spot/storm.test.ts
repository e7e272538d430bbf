import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type SpotShape, spotTradeOf } from './fixtures.ts';
import { FAULTS, play } from './world.ts';

/** `TRADE_RUNS=20000 npx vitest run test/trading/spot/storm.test.ts` looks further, as for futures. */
const runs = Number(process.env.TRADE_RUNS ?? 1_500);
const seed = process.env.TRADE_SEED === undefined ? 20_260_102 : Number(process.env.TRADE_SEED);
const path = process.env.TRADE_PATH;

const shape: fc.Arbitrary<SpotShape> = fc
  .record({
    entry: fc.constantFrom('market', 'limit', 'ladder', 'breakout', 'attached', 'pair'),
    targets: fc.integer({ min: 0, max: 4 }),
    runner: fc.boolean(),
    breakEvenAfter: fc.integer({ min: 0, max: 2 }),
    trails: fc.boolean(),
    entryTimeoutMs: fc.constantFrom(8_000, 3_600_000),
    minNotional: fc.constantFrom('5', '30'),
    stopMarket: fc.boolean(),
    maxLists: fc.integer({ min: 1, max: 5 }),
  })
  .map((picked) => {
    const entries: Record<string, SpotShape['entries']> = {
      market: [['market', null, '1']],
      limit: [['limit', '99', '1']],
      ladder: [
        ['limit', '99', '0.333'],
        ['limit', '97', '0.333'],
        ['limit', '95', '0.334'],
      ],
      breakout: [['stop_limit', '102', '1']],
      attached: [['limit', '99', '1', '0.999']],
      pair: [['limit', '99', '1', '0.999', 'with target']],
    };
    const share = picked.targets === 0 ? 0 : (picked.runner ? 80 : 100) / picked.targets;
    return {
      entries: entries[picked.entry] ?? [['market', null, '1']],
      stop: '90',
      targets: Array.from({ length: picked.targets }, (_, index) => [String(104 + 4 * index), String(share)]),
      spot: { stopMarket: picked.stopMarket, maxLists: picked.maxLists },
      terms: {
        breakEvenAfter: picked.breakEvenAfter,
        trailingStop: picked.trails ? { activateAfter: 1, callbackPct: new Decimal(2) } : null,
        entryTimeoutMs: picked.entryTimeoutMs,
        minNotional: new Decimal(picked.minNotional),
      },
    };
  });

describe('a spot trade against an exchange that misbehaves', () => {
  it('covers what it holds, sells only what it bought, and ends with nothing left behind', () => {
    let steps = 0;
    fc.assert(
      fc.property(
        shape,
        fc.subarray([...FAULTS]),
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom('0', '2.5'),
        fc.constantFrom('0', '0.001'),
        fc.boolean(),
        (form, faults, world, ownCoins, coinFee, few) => {
          const trade = spotTradeOf(form);
          // An order that the exchange denies although it stands is placed again: with more coins than the trade's
          // own in the account both can stand for a moment.
          const coins = faults.includes('false not found') ? '0' : ownCoins;
          const tooMany = few && faults.includes('too many lists');
          const maxAlgoOrders = tooMany ? 2 : (trade.terms.spot?.maxLists ?? 5) + 1;
          steps += play({
            trade,
            faults: new Set(faults),
            seed: world,
            ownCoins: coins,
            coinFee,
            maxAlgoOrders,
          }).steps;
        },
      ),
      { numRuns: runs, seed, ...(path === undefined ? {} : { path }) },
    );
    expect(steps).toBeGreaterThan(runs);
  }, 600_000);
});
