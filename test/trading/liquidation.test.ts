import { array, assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import type { LeverageBracket } from '../../src/trading/exchange.ts';
import { type Holding, liquidationPrice, marginToReach } from '../../src/trading/planning/liquidation.ts';
import { gain } from '../../src/trading/rounding.ts';

const positive = (digits: number) =>
  integer({ min: 1, max: 1e12 }).map((units) => new Decimal(units).div(`1e${digits}`));
const side = constantFrom('long', 'short');
const bracket = (rateUnits: number, amountUnits: number): LeverageBracket => ({
  notionalCap: new Decimal(1e9),
  maxLeverage: 20,
  maintenanceRate: new Decimal(rateUnits).div(1_000),
  maintenanceAmount: new Decimal(amountUnits).div(100),
});
const anyBrackets = array(
  array(integer({ min: 0, max: 1_000_000 }), { minLength: 2, maxLength: 2 }).map(([rate = 0, amount = 0]) =>
    bracket(rate % 1_001, amount),
  ),
  { maxLength: 12 },
);
/** As the exchange has them: each line begins where the one before ends. */
const listed = array(integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }).map((steps) => {
  const found: LeverageBracket[] = [];
  let [rate, amount, cap] = [4, 0, 5_000_000];
  for (const step of steps) {
    found.push(bracket(rate, amount));
    rate += step;
    amount += (cap * step) / 1_000;
    cap *= 4;
  }
  return found;
});

/** The formulas with every bracket. */
function priceByAll({ side, quantity, entryPrice, margin }: Holding, all: readonly LeverageBracket[]) {
  const notional = quantity.times(entryPrice);
  const prices = all.map(({ maintenanceRate: rate, maintenanceAmount: amount }) =>
    side === 'long'
      ? notional
          .minus(margin)
          .minus(amount)
          .div(quantity.times(new Decimal(1).minus(rate)))
      : notional
          .plus(margin)
          .plus(amount)
          .div(quantity.times(rate.plus(1))),
  );
  const first = prices.reduce<Decimal | null>(
    (best, price) => (best === null || gain(side, best, price).gt(0) ? price : best),
    null,
  );
  return first?.gt(0) ? first : null;
}

function marginByAll(price: Decimal, holding: Omit<Holding, 'margin'>, all: readonly LeverageBracket[]) {
  const { side, quantity, entryPrice } = holding;
  const reached = Decimal.max(price, 0);
  const notional = reached.times(quantity);
  const maintenance = all.map((one) => notional.times(one.maintenanceRate).minus(one.maintenanceAmount));
  return gain(side, reached, entryPrice)
    .times(quantity)
    .plus(Decimal.max(0, ...maintenance));
}

test.each([
  ['as the exchange has them', listed],
  ['of any kind', anyBrackets],
])('with brackets %s, prices and margins are those of all of them', (_, some) => {
  assert(
    property(
      side,
      positive(6),
      positive(4),
      positive(5),
      positive(4),
      some,
      (side, quantity, entryPrice, margin, price, all) => {
        const holding = { side, quantity, entryPrice, margin };
        expect(liquidationPrice(holding, all)).toEqual(priceByAll(holding, all));
        expect(marginToReach(price, holding, all)).toEqual(marginByAll(price, holding, all));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('where two brackets meet either will do', () => {
  const [low, high] = [bracket(4, 0), bracket(5, 5_000_000)];
  const holding = { side: 'long', quantity: new Decimal(1), entryPrice: new Decimal(50_000_000) } as const;
  const all = [low, high];
  const margin = marginToReach(new Decimal(50_000_000), holding, all);
  expect(margin).toEqual(new Decimal(200_000));
  expect(liquidationPrice({ ...holding, margin }, all)).toEqual(new Decimal(50_000_000));
});
