import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { createAccountBook } from '../../src/trading/desk/account-book.ts';
import { createKeeper } from '../../src/trading/desk/keeper.ts';
import type { Account, Exchange, Position } from '../../src/trading/exchange.ts';

const NOW = 1_700_000_000_000;

function keeper() {
  const exchange = { instruments: () => new Map() } as unknown as Exchange;
  return createKeeper({
    market: 'usdm',
    exchange,
    account: createAccountBook(() => NOW),
    trades: () => [],
    foreseen: () => [],
    isUnwritten: () => false,
    troubles: () => [],
    clock: { now: () => NOW, after: () => () => undefined },
  });
}

function account(walletBalance: number): Account {
  const amount = new Decimal(walletBalance);
  return {
    uid: '1',
    equity: amount,
    available: amount,
    walletBalance: amount,
    unrealised: new Decimal(0),
    hedgeMode: false,
    multiAssets: false,
  };
}

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
    book.setWallet(new Decimal(1));
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
    book.setWallet(new Decimal(95_000));
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
