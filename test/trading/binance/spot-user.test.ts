import { expect, test } from 'vitest';
import { createOrderMemory } from '../../../src/trading/binance/order-memory.ts';
import { createSpotUserEvents } from '../../../src/trading/binance/spot-user.ts';
import { Decimal, ZERO } from '../../../src/trading/decimal.ts';
import type { Account, ExchangeEvent } from '../../../src/trading/exchange.ts';

const READ: Account = {
  uid: '1',
  equity: new Decimal(7),
  available: new Decimal(7),
  walletBalance: new Decimal(7),
  unrealised: ZERO,
  hedgeMode: false,
  multiAssets: false,
  balances: new Map([['USDT', { free: new Decimal(7), locked: ZERO }]]),
};

/** Every balance of USDT that is told. */
function hear() {
  const told: string[] = [];
  let reads = 0;
  const ignore = () => {};
  const hears = createSpotUserEvents({
    memory: createOrderMemory(),
    emit(event: ExchangeEvent) {
      if (event.type === 'balances') told.push(String(event.balances.get('USDT')?.free));
    },
    async account() {
      reads += 1;
      return READ;
    },
    stream: { eventCame: ignore, renew: ignore, replace: ignore },
    clean: String,
    log: { debug: ignore, warn: ignore },
  });
  const at = (E: number, free: string) =>
    hears({ e: 'outboundAccountPosition', E, u: E, B: [{ a: 'USDT', f: free, l: '0' }] });
  return { told, at, reads: () => reads };
}

test('a balance that is told late takes nothing back', () => {
  const { told, at, reads } = hear();
  at(2, '20');
  at(1, '10');
  at(3, '30');
  expect(told).toEqual(['20', '30']);
  expect(reads()).toBe(0);
});

test('of two balances of the same time neither is believed: the account is asked', async () => {
  const { told, at, reads } = hear();
  at(1, '20');
  at(1, '10');
  await expect.poll(() => told, { interval: 1 }).toEqual(['20', '10', '7']);
  expect(reads()).toBe(1);
});
