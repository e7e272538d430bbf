import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type Shape, tradeOf } from './fixtures.ts';
import { FAULTS, play } from './world.ts';

/**
 * `TRADE_RUNS=50000 npx vitest run test/trading/trade/storm.test.ts` looks further. A failure names its seed and
 * path: `TRADE_SEED` and `TRADE_PATH` repeat it.
 */
const runs = Number(process.env.TRADE_RUNS ?? 2_000);
const seed = process.env.TRADE_SEED === undefined ? 20_260_101 : Number(process.env.TRADE_SEED);
const path = process.env.TRADE_PATH;

const shape: fc.Arbitrary<Shape> = fc
  .record({
    side: fc.constantFrom('long' as const, 'short' as const),
    entry: fc.constantFrom('market', 'limit', 'ladder', 'trigger'),
    targets: fc.integer({ min: 0, max: 4 }),
    runner: fc.boolean(),
    breakEvenAfter: fc.integer({ min: 0, max: 2 }),
    // One that the exchange can trail, and one that it cannot.
    callbackPct: fc.constantFrom(null, '2', '2.25'),
    activateAfter: fc.integer({ min: 0, max: 2 }),
    entryTimeoutMs: fc.constantFrom(8_000, 3_600_000),
    sendForMs: fc.constantFrom(1_000, 30_000),
    marketMaxQuantity: fc.constantFrom('1000', '0.4'),
  })
  .map((picked) => {
    const away = picked.side === 'long' ? 1 : -1;
    const at = (distance: number): string => String(100 + away * distance);
    const entries: Record<string, Shape['entries']> = {
      market: [['market', null, '1']],
      limit: [['limit', at(-1), '1']],
      ladder: [
        ['limit', at(-1), '0.333'],
        ['limit', at(-3), '0.333'],
        ['limit', at(-5), '0.334'],
      ],
      trigger: [['stop_market', at(2), '1']],
    };
    const share = picked.targets === 0 ? 0 : (picked.runner ? 80 : 100) / picked.targets;
    return {
      side: picked.side,
      entries: entries[picked.entry] ?? [['market', null, '1']],
      stop: at(-10),
      targets: Array.from({ length: picked.targets }, (_, index) => [at(4 + 4 * index), String(share)]),
      sendForMs: picked.sendForMs,
      terms: {
        breakEvenAfter: picked.breakEvenAfter,
        trailingStop:
          picked.callbackPct === null
            ? null
            : { activateAfter: picked.activateAfter, callbackPct: new Decimal(picked.callbackPct) },
        entryTimeoutMs: picked.entryTimeoutMs,
        marketMaxQuantity: new Decimal(picked.marketMaxQuantity),
      },
    };
  });

describe('a trade against an exchange that misbehaves', () => {
  it('keeps every invariant, whatever goes wrong', () => {
    let steps = 0;
    fc.assert(
      fc.property(
        shape,
        fc.subarray([...FAULTS]),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (form, faults, world) => {
          steps += play({ trade: tradeOf(form), faults: new Set(faults), seed: world }).steps;
        },
      ),
      { numRuns: runs, seed, ...(path === undefined ? {} : { path }) },
    );
    expect(steps).toBeGreaterThan(runs);
  }, 600_000);
});
