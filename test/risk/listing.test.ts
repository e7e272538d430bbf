import { expect, test } from 'vitest';
import { isSameCoin, priceAsListed } from '../../src/risk/listing.ts';
import { d } from './fixtures.ts';

test.each([
  { symbol: '1000PEPEUSDT', written: '0.0000115', near: '0.0123', listed: '0.0115' },
  { symbol: '1000PEPEUSDT', written: '0.0115', near: '0.0123', listed: '0.0115' },
  { symbol: '1000000MOGUSDT', written: '0.0000011', near: '1.2', listed: '1.1' },
  { symbol: '1MBABYDOGEUSDT', written: '0.0000000012', near: '0.0013', listed: '0.0012' },
  { symbol: 'BTCUSDT', written: '65', near: '65000', listed: '65' },
  { symbol: '1INCHUSDT', written: '0.0003', near: '0.3', listed: '0.0003' },
])('$written on $symbol at $near is $listed', ({ symbol, written, near, listed }) => {
  expect(priceAsListed(symbol, d(written), d(near)).toFixed()).toBe(listed);
});

test.each([
  ['PEPEUSDT', '1000PEPEUSDT', true],
  ['1000PEPEUSDT', 'PEPEUSDT', true],
  ['BTCUSDT', 'BTCUSDT', true],
  ['MOGUSDT', '1000000MOGUSDT', true],
  ['BTCUSDT', 'BTCUSDC', false],
  ['INCHUSDT', '1INCHUSDT', false],
])('%s and %s are of one coin: %s', (one, other, then) => {
  expect(isSameCoin(one, other)).toBe(then);
});
