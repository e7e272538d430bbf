import { expect, test } from 'vitest';
import { createLiquidations } from '../../src/trading/desk/liquidations.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import type { Position } from '../../src/trading/exchange.ts';
import type { Side } from '../../src/trading/model.ts';
import { aTrade, d, filledTrade } from '../bot/fakes.ts';

const held = (side: Side, stopPrice: number) => {
  const trade = filledTrade();
  return { ...trade, stopPrice: d(stopPrice), plan: { ...trade.plan, side } };
};

const position = (liquidationPrice: number | null): Position => ({
  symbol: 'BTCUSDT',
  positionSide: 'BOTH',
  quantity: d('0.05'),
  entryPrice: d(60_000),
  unrealised: d(0),
  liquidationPrice: liquidationPrice === null ? null : d(liquidationPrice),
  leverage: 5,
  marginMode: 'isolated',
});

function watch() {
  const told: string[] = [];
  const liquidations = createLiquidations((event: DeskEvent) => {
    if (event.type === 'alert') told.push(`${event.numbers.stop} ${event.numbers.liquidation}`);
  });
  return { told, look: liquidations.look };
}

test.each([
  { side: 'long' as const, stop: 58_000, liquidation: 57_900, told: [] },
  { side: 'long' as const, stop: 58_000, liquidation: 58_000, told: ['58000 58000'] },
  { side: 'long' as const, stop: 58_000, liquidation: 58_100, told: ['58000 58100'] },
  { side: 'short' as const, stop: 62_000, liquidation: 62_100, told: [] },
  { side: 'short' as const, stop: 62_000, liquidation: 61_900, told: ['62000 61900'] },
  // Of a cross position beside a larger one of the other side, in hedge mode.
  { side: 'short' as const, stop: 62_000, liquidation: 40_000, told: [] },
])('GIVEN a $side with its stop at $stop, liquidated at $liquidation, THEN $told is told', (given) => {
  const { told, look } = watch();
  look([held(given.side, given.stop)], [position(given.liquidation)]);
  expect(told).toEqual(given.told);
});

test('is told once, also where the price is not known in between, and again once it was well', () => {
  const { told, look } = watch();
  const trade = held('long', 58_000);
  for (const price of [58_100, 58_050, null, 58_100]) look([trade], [position(price)]);
  expect(told).toHaveLength(1);
  look([trade], [position(57_000)]);
  look([trade], [position(58_100)]);
  expect(told).toHaveLength(2);
});

test('says nothing of what holds nothing, is being closed, or has no liquidation price', () => {
  const { told, look } = watch();
  const closing = { until: null, reason: 'user' as const, clearTargets: false };
  look([aTrade(), { ...held('long', 58_000), closing }], [position(58_100)]);
  look([held('long', 58_000)], [position(null)]);
  expect(told).toEqual([]);
});
