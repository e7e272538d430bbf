import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { createAccountBook } from '../../src/trading/desk/account-book.ts';
import { createKeeper } from '../../src/trading/desk/keeper.ts';
import type { Account, Exchange, Position } from '../../src/trading/exchange.ts';
import type { Trade } from '../../src/trading/model.ts';
import { instrument } from '../risk/fixtures.ts';
import { tradeOf } from './trade/fixtures.ts';

const NOW = 1_700_000_000_000;

function keeper(trades: readonly Trade[] = []) {
  const instruments = new Map([
    ['BTCUSDT', instrument()],
    ['BTCUSDC', instrument('BTCUSDC', { quote: 'USDC' })],
    ['ETHBTC', instrument('ETHBTC', { quote: 'BTC' })],
  ]);
  const exchange = { instruments: () => instruments } as unknown as Exchange;
  return createKeeper({
    market: 'usdm',
    exchange,
    account: createAccountBook(() => NOW),
    trades: () => trades,
    foreseen: () => [],
    isUnwritten: () => false,
    troubles: () => [],
    log: createLog('silent'),
    clock: { now: () => NOW, after: () => () => undefined },
  });
}

function account(walletBalance: number, others: Record<string, number> = {}): Account {
  const amount = new Decimal(walletBalance);
  const wallets = Object.entries({ USDT: walletBalance, ...others }).map(
    ([asset, balance]) =>
      [asset, { balance: new Decimal(balance), available: new Decimal(balance) }] as const,
  );
  return {
    uid: '1',
    equity: amount,
    available: amount,
    walletBalance: amount,
    unrealised: new Decimal(0),
    hedgeMode: false,
    multiAssets: false,
    wallets: new Map(wallets),
  };
}

const told = (asset: string, balance: number) => new Map([[asset, new Decimal(balance)]]);

function position(quantity: number, unrealised: number, symbol = 'BTCUSDT'): Position {
  return {
    symbol,
    positionSide: 'BOTH',
    quantity: new Decimal(quantity),
    entryPrice: new Decimal(65_000),
    unrealised: new Decimal(unrealised),
    liquidationPrice: null,
    leverage: null,
    marginMode: null,
  };
}

describe('what is read of the account', () => {
  it('holds as it is, where no event told anything meanwhile', () => {
    const book = keeper();
    book.setWallets(told('USDT', 1));
    book.setPositions([position(-3, 600), position(2, 5, 'ETHUSDT')]);
    const reading = book.beginReading();
    reading.account(account(100_000));
    expect(reading.positions([position(-1, 200)])).toEqual([position(-1, 200)]);
    expect(book.book.equity.toString()).toBe('100200');
  });

  it('does not bring back a position that has been closed since, nor its money', () => {
    const book = keeper();
    const first = book.beginReading();
    first.account(account(100_000));
    first.positions([position(-3, 600)]);
    const reading = book.beginReading();
    // The stop executes while the answer is on its way.
    book.setWallets(told('USDT', 95_000));
    book.setPositions([position(0, 0)]);
    reading.account(account(100_000));
    expect(reading.positions([position(-3, 600), position(2, 5, 'ETHUSDT')])).toEqual([
      position(2, 5, 'ETHUSDT'),
    ]);
    expect(book.book.equity.toString()).toBe('95005');
  });

  it('does not lose a position that has been opened since', () => {
    const book = keeper();
    const reading = book.beginReading();
    book.setPositions([position(1, 0)]);
    expect(reading.positions([])).toEqual([position(1, 0)]);
    expect(book.beginReading().positions([])).toEqual([]);
  });
});

describe('what contracts in another asset are paid with', () => {
  it('is that asset alone, whichever trade an event or a reading tells of', () => {
    const book = keeper();
    const reading = book.beginReading();
    reading.account(account(1_000, { USDC: 50_000 }));
    reading.positions([position(1, 300, 'BTCUSDC'), position(2, 5, 'ETHUSDT')]);
    expect(book.book.equity.toString()).toBe('1005');
    expect(book.bookIn('USDC').equity.toString()).toBe('50300');
    book.setWallets(told('USDC', 49_000));
    expect(book.book.equity.toString()).toBe('1005');
    expect(book.bookIn('USDC').equity.toString()).toBe('49300');
    expect(book.bookIn('FDUSD').equity.toString()).toBe('0');
  });

  it('is bound by its own trades alone', () => {
    const { plan, ...trade } = tradeOf();
    const inUsdc = { ...trade, createdAt: NOW, plan: { ...plan, quote: 'USDC', margin: new Decimal(400) } };
    const book = keeper([inUsdc]);
    book.beginReading().account(account(1_000, { USDC: 2_000 }));
    expect(book.book.available.toString()).toBe('1000');
    expect(book.bookIn('USDC').available.toString()).toBe('1600');
  });

  it('is a dollar coin: what is paid in others is not traded', () => {
    expect([...keeper().book.instruments.keys()]).toEqual(['BTCUSDT', 'BTCUSDC']);
  });
});
