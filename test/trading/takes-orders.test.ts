import { expect, it } from 'vitest';
import type { Clock } from '../../src/trading/clock.ts';
import { createTakesOrders } from '../../src/trading/desk/takes-orders.ts';
import type { Exchange, Instrument } from '../../src/trading/exchange.ts';

/** A clock that stands still but for what the test lets pass. */
function stillClock() {
  let now = 0;
  let waiting: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((other) => other !== timer);
      };
    },
  };
  function pass(ms: number): void {
    now += ms;
    for (const { run } of waiting.filter(({ at }) => at <= now)) run();
  }
  return { clock, pass };
}

function exchangeOf(status: Instrument['status'], answer: () => Promise<void> = async () => {}) {
  let reads = 0;
  const exchange: Pick<Exchange, 'instruments' | 'refreshInstruments'> = {
    instruments: () => new Map([['BTCUSDT', { status } as Instrument]]),
    refreshInstruments() {
      reads += 1;
      return answer();
    },
  };
  return { exchange, reads: () => reads };
}

const noted = (): void => undefined;

it.each([
  { status: 'trading', takes: true },
  { status: 'cancel_only', takes: false },
  { status: 'halted', takes: false },
] as const)('a symbol that is $status: $takes', async ({ status, takes }) => {
  const { exchange } = exchangeOf(status);
  expect(await createTakesOrders(stillClock().clock, noted)(exchange, 'BTCUSDT')).toBe(takes);
});

it('a yes holds for a second, a no is asked for again', async () => {
  const { clock, pass } = stillClock();
  const [open, closed] = [exchangeOf('trading'), exchangeOf('cancel_only')];
  const [takes, refuses] = [createTakesOrders(clock, noted), createTakesOrders(clock, noted)];
  for (const ms of [0, 900, 200]) {
    pass(ms);
    await takes(open.exchange, 'BTCUSDT');
    await refuses(closed.exchange, 'BTCUSDT');
  }
  expect(open.reads()).toBe(2);
  expect(closed.reads()).toBe(3);
});

it.each([
  { given: 'does not answer in time', answer: () => new Promise<void>(() => {}) },
  { given: 'cannot be asked', answer: () => Promise.reject(new Error('unreachable')) },
])('an exchange that $given keeps nothing from being closed', async ({ answer }) => {
  const { clock, pass } = stillClock();
  const asked = createTakesOrders(clock, noted)(exchangeOf('cancel_only', answer).exchange, 'BTCUSDT');
  pass(700);
  expect(await asked).toBe(true);
});

it.each(['trading', 'cancel_only'] as const)(
  'several who ask at once have one answer: %s',
  async (status) => {
    const { exchange, reads } = exchangeOf(status);
    const takes = createTakesOrders(stillClock().clock, noted);
    const both = await Promise.all([takes(exchange, 'BTCUSDT'), takes(exchange, 'BTCUSDT')]);
    expect([both, reads()]).toEqual([Array(2).fill(status === 'trading'), 1]);
    await takes(exchange, 'BTCUSDT');
    expect(reads()).toBe(status === 'trading' ? 1 : 2);
  },
);

it('what was read is told ahead of the answer, and nothing where it was not', async () => {
  const { clock, pass } = stillClock();
  const told: string[] = [];
  const takes = createTakesOrders(clock, (symbol, { status }) => told.push(`${symbol} ${status}`));
  await takes(exchangeOf('cancel_only').exchange, 'BTCUSDT');
  expect(told).toEqual(['BTCUSDT cancel_only']);
  const late = takes(exchangeOf('trading', () => new Promise(() => undefined)).exchange, 'BTCUSDT');
  pass(700);
  await late;
  expect(told).toHaveLength(1);
});
