import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { isFarFrom } from '../../src/trading/planning/sizing.ts';

const amount = (digits: number, min = 1) =>
  integer({ min, max: 1e15 }).map((units) => new Decimal(units).div(`1e${digits}`));
const near = integer({ min: -2_000, max: 2_000 }).map((steps) => new Decimal(steps).times('1e-12').plus(1));

test('what is called far from a limit is within it, however near it comes', () => {
  let far = 0;
  assert(
    property(amount(6), amount(8), near, (room, perUnit, share) => {
      const quantity = room.div(perUnit).times(share);
      if (!isFarFrom({ room, perUnit }, quantity)) return;
      far += 1;
      expect(room.div(perUnit).gte(quantity)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
  expect(far).toBeGreaterThan(0);
});

test.each([
  ['no room', '0', '1'],
  ['less than none', '-5', '1'],
  ['a unit that costs nothing', '1', '0'],
  ['a unit that gives back', '1', '-1'],
])('%s is never far', (_, room, perUnit) => {
  expect(isFarFrom({ room: new Decimal(room), perUnit: new Decimal(perUnit) }, new Decimal(1))).toBe(false);
});
