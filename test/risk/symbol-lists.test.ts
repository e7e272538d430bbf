import { expect, test } from 'vitest';
import { isListed } from '../../src/risk/symbol-lists.ts';

test.each([
  { entry: 'BTCUSDT', symbol: 'BTCUSDT', listed: true },
  { entry: 'BTCUSDT', symbol: 'BTCUSDC', listed: false },
  { entry: 'BTC', symbol: 'BTCUSDT', listed: true },
  { entry: 'BTC', symbol: 'BTCUSDC', listed: true },
  { entry: 'ETH', symbol: 'ETHBTC', listed: true },
  { entry: 'BTC', symbol: 'BTCDOMUSDT', listed: false },
  { entry: 'BTC', symbol: 'ETHBTC', listed: false },
  { entry: 'USDT', symbol: 'BTCUSDT', listed: false },
  { entry: 'PEPE', symbol: '1000PEPEUSDT', listed: true },
  { entry: 'PEPEUSDT', symbol: '1000PEPEUSDT', listed: true },
  { entry: '1000PEPE', symbol: '1000PEPEUSDT', listed: true },
  { entry: 'MOG', symbol: '1000000MOGUSDT', listed: true },
  { entry: 'BABYDOGE', symbol: '1MBABYDOGEUSDT', listed: true },
  { entry: 'INCH', symbol: '1INCHUSDT', listed: false },
])('GIVEN $entry in a list THEN $symbol is in it: $listed', ({ entry, symbol, listed }) => {
  expect(isListed(['XRPUSDT', entry], symbol)).toBe(listed);
});

test('GIVEN the name of the author and that of the exchange THEN one of them is enough', () => {
  expect(isListed(['1000PEPEUSDT'], 'PEPEUSDT', '1000PEPEUSDT')).toBe(true);
  expect(isListed([], 'BTCUSDT')).toBe(false);
});
