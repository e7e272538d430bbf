import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type SpotShape, spotTradeOf } from './fixtures.ts';
import { FAULTS, type FaultName, play } from './world.ts';

/** `TRADE_RUNS=20000 npx vitest run test/trading/spot/storm.test.ts` looks further, as for futures. */
const runs = Number(process.env.TRADE_RUNS ?? 1_500);
const seed = process.env.TRADE_SEED === undefined ? 20_260_102 : Number(process.env.TRADE_SEED);
const path = process.env.TRADE_PATH;

const ALONE: SpotShape['entries'] = [['limit', '99', '1', '0.999']];
const PAIR: SpotShape['entries'] = [['limit', '99', '1', '0.999', 'with target']];

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
      attached: ALONE,
      // Planned only where the target is for all of it.
      pair: picked.targets === 1 && !picked.runner ? PAIR : ALONE,
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

type Targets = NonNullable<SpotShape['targets']>;

interface Found {
  what: string;
  targets: Targets;
  maxLists: number;
  minNotional: string;
  faults: FaultName[];
  world: number;
}

const THIRDS: Targets = ['104', '108', '112'].map((price) => [price, String(100 / 3)]);

/** Runs that broke, as they were shortened: 18489 and 4143 of seed 77, 4822 of seed 11. */
const FOUND: Found[] = [
  {
    what: 'a target that has executed in part stays where the rest is too little for a new order',
    targets: THIRDS,
    maxLists: 1,
    minNotional: '30',
    faults: [
      ...(['events late', 'answers lost', 'throttled', 'false not found', 'covers end'] as const),
      ...(['requests', 'fills in parts', 'queries unanswered', 'outages', 'price jumps'] as const),
    ],
    world: 590_740_962,
  },
  {
    what: 'a target whose price was passed while the program was away is sold, also where nothing trades any more',
    targets: THIRDS,
    maxLists: 2,
    minNotional: '30',
    faults: [
      ...(['events dropped', 'events late', 'answers lost', 'orders lost', 'covers refused'] as const),
      ...(['sales refused', 'false not found', 'crashes', 'covers end', 'requests'] as const),
      ...(['fills in parts', 'cancels unanswered', 'queries unanswered', 'outages', 'price jumps'] as const),
    ],
    world: 44_807_998,
  },
  {
    what: 'a stop stays where it was moved to when the list that went for it is not found',
    targets: [['104', '100']],
    maxLists: 1,
    minNotional: '5',
    faults: [
      ...(['events dropped', 'throttled', 'false not found', 'requests', 'fills in parts'] as const),
      ...(['queries unanswered', 'outages', 'price jumps'] as const),
    ],
    world: 345_539_859,
  },
];

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

  it.each(FOUND)('$what', ({ targets, maxLists, minNotional, faults, world }) => {
    const trade = spotTradeOf({
      targets,
      spot: { stopMarket: false, maxLists },
      terms: {
        breakEvenAfter: 0,
        trailingStop: null,
        entryTimeoutMs: 8_000,
        minNotional: new Decimal(minNotional),
      },
    });
    const scenario = { trade, faults: new Set(faults), seed: world, ownCoins: '0', coinFee: '0' };
    expect(play({ ...scenario, maxAlgoOrders: maxLists + 1 }).steps).toBeGreaterThan(10);
  });
});
