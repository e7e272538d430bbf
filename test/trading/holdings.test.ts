import { expect, it } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { holdingsOf } from '../../src/trading/desk/holdings.ts';
import type { Keeper } from '../../src/trading/desk/keeper.ts';
import type { Account, Balance } from '../../src/trading/exchange.ts';
import { isInCredits } from '../../src/trading/holding.ts';
import type { Market } from '../../src/trading/model.ts';

const d = (value: number): Decimal => new Decimal(value);

function accountOf(wallets: Record<string, number>, multiAssets = false): Account {
  return {
    uid: '1',
    equity: d(wallets.USDT ?? 0),
    available: d(0),
    walletBalance: d(0),
    unrealised: d(0),
    hedgeMode: false,
    multiAssets,
    wallets: new Map(
      Object.entries(wallets).map(([asset, has]) => [asset, { balance: d(has), available: d(has) }]),
    ),
  };
}

/** In short what is held: `USDT 100`, and in brackets what sizes nothing. */
function shown(
  market: Market,
  given: { account?: Account; gained?: Record<string, number>; coins?: string[] },
) {
  const { account = null, gained = {}, coins = [] } = given;
  const has = (asset: string): Decimal =>
    (account?.wallets?.get(asset)?.balance ?? d(0)).plus(gained[asset] ?? 0);
  const balances = new Map<string, Balance>(coins.map((coin) => [coin, { free: d(5), locked: d(0) }]));
  const keeper = {
    account: () => account,
    balances: () => balances,
    bookIn: (asset: string) => ({ equity: market === 'spot' ? d(5) : has(asset), available: d(1) }),
  } as unknown as Keeper;
  return holdingsOf(market, keeper).map(({ asset, equity, sizes }) =>
    sizes ? `${asset} ${equity}` : `(${asset} ${equity})`,
  );
}

it('on futures is USDT, whatever it is, and what else there is of dollars, with what positions have gained', () => {
  expect(shown('usdm', {})).toEqual(['USDT 0']);
  expect(shown('usdm', { account: accountOf({ USDT: 0, USDC: 0, BNB: 0 }) })).toEqual(['USDT 0']);
  const account = accountOf({ USDT: 100, USDC: 50, FDUSD: 0 });
  expect(shown('usdm', { account, gained: { USDC: 7, FDUSD: -1 } })).toEqual([
    'USDT 100',
    'USDC 57',
    'FDUSD -1',
  ]);
});

it('on futures tells margin that sizes nothing apart, credits also where there are none left', () => {
  const account = accountOf({ USDT: 0, BNB: 0.5, BNFCR: 0 }, true);
  expect(shown('usdm', { account })).toEqual(['USDT 0', '(BNB 0.5)', '(BNFCR 0)']);
});

it('on spot is what coins are paid with, no coins', () => {
  expect(shown('spot', { coins: ['BTC', 'USDC'] })).toEqual(['USDT 5', 'USDC 5']);
});

it.each([
  ['credits are held', { BNFCR: 10 }, false, true],
  ['none are left, in multi-assets mode', { BNFCR: 0 }, true, true],
  ['the exchange lists a row of nothing for everybody', { USDT: 10, BNFCR: 0 }, false, false],
  ['several assets are margin', { USDT: 10, BNB: 1 }, true, false],
])('Credits Trading Mode, where %s: %s', (_, wallets, multiAssets, expected) => {
  expect(isInCredits(accountOf(wallets, multiAssets))).toBe(expected);
});
