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

/** Every balance of USDT that is told. `read`: how the account is read. */
function hear(read: () => Promise<Account> = async () => READ) {
  const told: string[] = [];
  let reads = 0;
  const ignore = () => {};
  const hears = createSpotUserEvents({
    memory: createOrderMemory(),
    emit(event: ExchangeEvent) {
      if (event.type === 'balances') told.push(String(event.balances.get('USDT')?.free));
    },
    account() {
      reads += 1;
      return read();
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

test('a burst at the same time: what comes while the account is read asks once more, together', async () => {
  const answers: ((account: Account) => void)[] = [];
  const { told, at, reads } = hear(() => new Promise((answer) => answers.push(answer)));
  for (const free of ['20', '10', '30', '40']) at(1, free);
  expect(reads()).toBe(1);
  answers[0]?.(READ);
  await expect.poll(reads, { interval: 1 }).toBe(2);
  answers[1]?.(READ);
  await expect.poll(() => told, { interval: 1 }).toEqual(['20', '10', '30', '40', '7', '7']);
  at(1, '50');
  expect(reads()).toBe(3);
});

test('an account that could not be read is asked for once more when something came meanwhile', async () => {
  let refuse = (_: Error): void => {};
  const { told, at, reads } = hear(() => {
    if (reads() > 1) return Promise.resolve(READ);
    return new Promise((_, reject) => {
      refuse = reject;
    });
  });
  for (const free of ['20', '10', '30']) at(1, free);
  refuse(new Error('no answer'));
  await expect.poll(() => told, { interval: 1 }).toEqual(['20', '10', '30', '7']);
  expect(reads()).toBe(2);
});
