import { expect, test } from 'vitest';
import { isOf, symbolIn } from '../../src/commands/symbols.ts';
import { aPlan, aTrade } from '../bot/fakes.ts';

test.each([
  ['BTCUSDT', 'btc', true],
  ['BTCUSDT', 'BTC/USDT', true],
  ['BTCUSDT', 'ETH', false],
  ['1000PEPEUSDT', 'pepe', true],
  ['1000PEPEUSDT', 'PEPEUSDT', true],
  ['1000PEPEUSDT', '1000pepe', true],
  // On spot there is the coin itself, which who types the contract does not mean.
  ['PEPEUSDT', '1000PEPE', false],
])('a trade on %s is meant by %s: %s', (symbol, typed, then) => {
  expect(isOf(aTrade({ plan: aPlan({ symbol }) }), symbolIn(typed))).toBe(then);
});
