import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { createWallet, spotAvailable, spotEquity, type Wallet } from '../../src/trading/desk/spot-wallet.ts';
import type { Fill, Order, Trade } from '../../src/trading/model.ts';
import { spotTradeOf } from './spot/fixtures.ts';
import { fillOf } from './trade/fixtures.ts';

const PRICES = new Map([['BTCUSDT', { mark: new Decimal(100), last: new Decimal(100) }]]);

function walletOf(free: string, locked: string, at: number): Wallet {
  const wallet = createWallet();
  wallet.setAll(new Map([['USDT', { free: new Decimal(free), locked: new Decimal(locked) }]]), at);
  return wallet;
}

/** Bought 1 at 100, told at the exchange's time 500. */
function bought(type: 'market' | 'limit'): Trade {
  const trade = spotTradeOf({ entries: [[type, type === 'market' ? null : '100', '1']], targets: [] });
  const [entry] = trade.orders as [Order];
  const filled: Order = { ...entry, status: 'filled', executed: new Decimal(1) };
  return { ...trade, orders: [filled], fills: [fillOf(filled, '1', '100', { at: 500 })] };
}

function sold(trade: Trade): Trade {
  const [entry] = trade.orders as [Order];
  const close: Order = { ...entry, clientId: 'sb-x-0-c0-0', role: 'close', type: 'market', action: 'SELL' };
  const fills: Fill[] = [...trade.fills, fillOf(close, '1', '110', { at: 600 })];
  return { ...trade, orders: [entry, close], fills };
}

function worth(wallet: Wallet, trade: Trade): [equity: string, available: string] {
  return [
    spotEquity(wallet, 'USDT', [trade], PRICES).toString(),
    spotAvailable(wallet, 'USDT', [trade]).toString(),
  ];
}

describe('money and the coins that it has bought', () => {
  it.each([
    { given: 'at market, told ahead of the balance', type: 'market', free: '1000', locked: '0', at: 499 },
    { given: 'at market, and the balance told', type: 'market', free: '900', locked: '0', at: 500 },
    { given: 'by a limit, told ahead of the balance', type: 'limit', free: '900', locked: '100', at: 499 },
    { given: 'by a limit, and the balance told', type: 'limit', free: '900', locked: '0', at: 500 },
  ] as const)('do not count beside each other: $given', ({ type, free, locked, at }) => {
    expect(worth(walletOf(free, locked, at), bought(type))).toEqual(['1000', '900']);
  });

  it('count once they are sold again, but are not spent before the balance shows them', () => {
    expect(worth(walletOf('900', '0', 599), sold(bought('market')))).toEqual(['1010', '900']);
    expect(worth(walletOf('1010', '0', 600), sold(bought('market')))).toEqual(['1010', '1010']);
  });
});

describe('a balance', () => {
  const usdt = (free: number): Map<string, { free: Decimal; locked: Decimal }> =>
    new Map([['USDT', { free: new Decimal(free), locked: new Decimal(0) }]]);

  const shows = (wallet: Wallet, at: number): boolean | undefined =>
    wallet.views('USDT', () => true)[0]?.shows(at);

  it.each([
    { given: 'an event after a later one', set: (wallet: Wallet) => wallet.set(usdt(1), 499, false) },
    { given: 'an answer after a later event', set: (wallet: Wallet) => wallet.setAll(usdt(1), 499) },
    {
      given: 'an answer that knows nothing of it yet',
      set: (wallet: Wallet) => wallet.setAll(new Map(), 499),
    },
  ])('of an earlier time takes nothing back: $given', ({ set }) => {
    const wallet = createWallet();
    wallet.set(usdt(2), 500, false);
    set(wallet);
    expect(wallet.balances.get('USDT')?.free.toString()).toBe('2');
  });

  it('that an answer does not name is gone', () => {
    const wallet = createWallet();
    wallet.set(usdt(2), 500, false);
    wallet.setAll(new Map(), 501);
    expect(wallet.balances.size).toBe(0);
    expect(shows(wallet, 501)).toBe(true);
  });

  it('shows what was executed until its time, and not what was after it', () => {
    const wallet = createWallet();
    wallet.set(usdt(5), 400, false);
    wallet.set(usdt(2), 500, false);
    expect([499, 500, 501].map((at) => shows(wallet, at))).toEqual([true, true, false]);
  });

  it('in which something was only locked does not show what was executed in the same millisecond', () => {
    const wallet = createWallet();
    wallet.set(usdt(5), 400, false);
    wallet.set(new Map([['USDT', { free: new Decimal(2), locked: new Decimal(3) }]]), 500, false);
    expect([499, 500].map((at) => shows(wallet, at))).toEqual([true, false]);
    wallet.set(usdt(2), 500, false);
    expect(shows(wallet, 500)).toBe(true);
  });

  it('goes on showing what was executed where something is locked in the same millisecond after it', () => {
    const wallet = createWallet();
    wallet.set(usdt(5), 400, false);
    wallet.set(usdt(2), 500, false);
    wallet.set(new Map([['USDT', { free: new Decimal(1), locked: new Decimal(1) }]]), 500, false);
    expect(shows(wallet, 500)).toBe(true);
  });
});

describe('of several balances of the same millisecond', () => {
  const usdt = (free: string, locked: string): Map<string, { free: Decimal; locked: Decimal }> =>
    new Map([['USDT', { free: new Decimal(free), locked: new Decimal(locked) }]]);
  /** The order for 100 has triggered; it has been executed. */
  const [triggered, executed] = [usdt('900', '100'), usdt('900', '0')];

  it.each([
    { given: 'one after the other', told: [triggered, executed] },
    { given: 'the first one again', told: [triggered, executed, triggered] },
    { given: 'both again', told: [triggered, executed, triggered, executed] },
    { given: 'in the other order', told: [executed, triggered] },
  ])('none has what was bought count beside its price: $given', ({ told }) => {
    const wallet = walletOf('1000', '0', 400);
    for (const balances of told) wallet.set(balances, 500, false);
    expect(worth(wallet, bought('limit'))).toEqual(['1000', '900']);
  });

  it('none has what was sold count too low, nor be spent before the account has been read', () => {
    const wallet = walletOf('900', '0', 500);
    for (const free of ['945', '1010']) wallet.set(usdt(free, '0'), 600, false);
    expect(worth(wallet, sold(bought('limit')))).toEqual(['1010', '900']);
  });

  it.each([
    { given: 'one after the other', told: [usdt('900', '100'), usdt('900', '0')] },
    { given: 'in the other order', told: [usdt('900', '0'), usdt('900', '100')] },
  ])('none has money that the user has spent count on: $given', ({ told }) => {
    const wallet = walletOf('1000', '0', 400);
    for (const balances of told) wallet.set(balances, 700, false);
    expect(spotEquity(wallet, 'USDT', [], PRICES).toString()).toBe('900');
    expect(spotEquity(wallet, 'USDT', [sold(bought('limit'))], PRICES).toString()).toBe('900');
    expect(spotAvailable(wallet, 'USDT', []).toString()).toBe('900');
    wallet.set(usdt('950', '0'), 700, true);
    expect(spotEquity(wallet, 'USDT', [], PRICES).toString()).toBe('950');
  });

  it('the one holds that was read after them, until something is told of a later time', () => {
    const wallet = walletOf('1000', '0', 400);
    for (const balances of [triggered, executed]) wallet.set(balances, 500, false);
    wallet.set(usdt('850', '0'), 500, true);
    expect(wallet.views('USDT', () => true)).toHaveLength(1);
    wallet.set(triggered, 500, false);
    expect(worth(wallet, bought('limit'))).toEqual(['950', '850']);
    wallet.set(usdt('800', '0'), 501, false);
    expect(worth(wallet, bought('limit'))).toEqual(['900', '800']);
  });
});
