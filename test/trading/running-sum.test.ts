import { array, assert, integer, property, record, subarray } from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { createRunningSum } from '../../src/trading/running-sum.ts';

/** As amounts are: up to some billions, down to a hundred-millionth. */
const amount = integer({ min: -1e15, max: 1e15 }).map((units) => new Decimal(units).div(1e8));
const items = array(record({ a: amount, b: amount }), { maxLength: 12 });
const added = (all: readonly Decimal[]): Decimal => all.reduce((sum, one) => sum.plus(one), ZERO);

test('whatever comes and goes between two questions, it is the sum of the list', () => {
  const lists = items.chain((all) => array(subarray(all), { minLength: 1, maxLength: 8 }));
  assert(
    property(lists, (asked) => {
      const sum = createRunningSum(2, ({ a, b }: { a: Decimal; b: Decimal }) => [a, b]);
      for (const list of asked) {
        const [a, b] = sum(list);
        expect(a).toEqual(added(list.map((item) => item.a)));
        expect(b).toEqual(added(list.map((item) => item.b)));
      }
    }),
  );
});

test('what leaves it leaves nothing behind, however many digits it has', () => {
  const sum = createRunningSum(1, ({ of }: { of: Decimal }) => [of]);
  const third = { of: new Decimal(1).div(3) };
  const much = { of: new Decimal('1e20').div(7) };
  const [before] = sum([third]);
  sum([third, much]);
  expect(sum([third])).toEqual([before]);
  expect(sum([])).toEqual([ZERO]);
});

test('what stays is not asked again', () => {
  let asked = 0;
  const sum = createRunningSum(1, ({ of }: { of: Decimal }) => {
    asked += 1;
    return [of];
  });
  const all = [1, 2, 3].map((of) => ({ of: new Decimal(of) }));
  sum(all);
  sum([...all, { of: new Decimal(4) }]);
  expect(asked).toBe(4);
});
