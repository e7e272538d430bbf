import { expect, test } from 'vitest';
import { createCalm } from '../src/calm.ts';
import type { Order, OrderStatus, Trade } from '../src/trading/model.ts';

function tradeWith(...statuses: OrderStatus[]): Pick<Trade, 'orders'> {
  return { orders: statuses.map((status) => ({ status }) as Order) };
}

test.each<[string, Pick<Trade, 'orders'>[], boolean]>([
  ['nothing is open', [], true],
  [
    'what is open stands at the exchange or is over',
    [tradeWith('filled', 'working'), tradeWith('cancelled')],
    true,
  ],
  ['an order is on its way', [tradeWith('working'), tradeWith('filled', 'pending')], false],
  ['whether an order stands is not known', [tradeWith('unknown')], false],
])('GIVEN %s', (_, trades, expected) => {
  expect(
    createCalm(
      () => trades,
      () => 0,
    ).isCalm(),
  ).toBe(expected);
});

test('GIVEN a trade that was opened a moment ago THEN others may follow, until none has for a second and a half', () => {
  let now = 10_000;
  const { hear, isCalm } = createCalm(
    () => [],
    () => now,
  );

  hear({ type: 'opened' });
  now += 1_000;
  expect(isCalm()).toBe(false);
  hear({ type: 'opened' });
  now += 1_000;
  hear({ type: 'closed' });
  expect(isCalm()).toBe(false);
  now += 500;
  expect(isCalm()).toBe(true);
});
