import { expect, it } from 'vitest';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { createBooks, type Execution } from './books.ts';
import type { Request } from './network.ts';
import { ordersOf } from './sent.ts';
import { createUncovered } from './uncovered.ts';

const KEY = 'ETHUSDT:abc-0';
const ENTRY_ID = 1;
const CANCEL_REPLACE = '/api/v3/order/cancelReplace';

/** A trade that holds 20 under a list for 12, one for 6 and a stop for 2, and what the checker says of what follows. */
function watched() {
  let now = 0;
  const failures: string[] = [];
  const executions: Execution[] = [];
  const stops = new Map([
    ['sb-abc-0-s0-1', new Decimal(2)],
    ['sb-abc-0-s1-1', new Decimal(6)],
    ['sb-abc-0-s2-1', new Decimal(12)],
  ]);
  const sum = (quantities: Iterable<Decimal>): Decimal => [...quantities].reduce((a, b) => a.plus(b), ZERO);
  const coverage = (): Decimal => sum(stops.values());
  const books = createBooks({
    executions,
    clientIdOf: () => 'sb-abc-0-e0-0',
    keyOf: () => KEY,
    feeOf: () => ZERO,
    position: () => sum(executions.map(({ quantity }) => quantity)),
    coverage,
    coverageOf: coverage,
    standing: () => [...stops].map(([clientId, quantity]) => ({ clientId, quantity, executed: ZERO })),
  });
  const checker = createUncovered({
    books,
    now: () => now,
    fail: (invariant, message) => failures.push(`${invariant}: ${message}`),
    isExempt: (_, held) => held.lt('0.01'),
    isClosed: () => false,
    isTroubled: () => false,
  });

  function buy(quantity: string, time: number): void {
    executions.push({
      orderId: ENTRY_ID,
      symbol: 'ETHUSDT',
      side: 'BUY',
      quantity: new Decimal(quantity),
      time,
    });
    books.update();
    checker.note();
  }

  function send(path: string, fields: Record<string, string>): Request {
    const params = new Map(Object.entries(fields));
    const request: Request = { number: 1, errand: 'stop', method: 'POST', path, params, sentAt: now };
    checker.onSent(request, ordersOf(request));
    return request;
  }

  function carryOut(request: Request, gone: string, placed?: [string, string]): void {
    now += 30;
    stops.delete(gone);
    if (placed) stops.set(placed[0], new Decimal(placed[1]));
    checker.onHandled(request);
    checker.note();
  }

  /** The stop that stands alone, in one request. */
  function replace(generation: number, quantity: string): void {
    const [old, next] = [`sb-abc-0-s0-${generation - 1}`, `sb-abc-0-s0-${generation}`];
    const fields = { cancelOrigClientOrderId: old, newClientOrderId: next, quantity };
    carryOut(send(CANCEL_REPLACE, fields), old, [next, quantity]);
  }

  buy('20', 0);
  now = 1_000;
  carryOut(send('/api/v3/orderList', { listClientOrderId: 'sb-abc-0-l1-1' }), 'sb-abc-0-s1-1');
  // With half a coin of this one there is enough for a list of 6.5.
  replace(2, '1.5');
  return {
    failures,
    buy,
    replace,
    list: (quantity: string) =>
      send('/api/v3/orderList/oco', {
        aboveClientOrderId: 'sb-abc-0-t1-2',
        belowClientOrderId: 'sb-abc-0-s1-2',
        quantity,
      }),
  };
}

it('a list that takes the coins of two is right, and one that needs those of the first alone is not', () => {
  const right = watched();
  right.list('6.5');
  expect(right.failures).toEqual([]);
  const wrong = watched();
  wrong.list('6');
  expect(wrong.failures).toEqual([`stop taken away: ${KEY}: 6 takes the place of 6.5`]);
});

it('coins that were bought meanwhile may be covered ahead of it, and it is still to come', () => {
  const { failures, buy, replace, list } = watched();
  buy('0.7', 1_050);
  replace(3, '2');
  expect(failures).toEqual([]);
  list('6');
  expect(failures).toEqual([`stop taken away: ${KEY}: 6 takes the place of 6.5`]);
});

it.each([
  { what: 'nothing was bought', bought: null },
  { what: 'less was bought', bought: { quantity: '0.3', at: 1_050 } },
  { what: 'it was bought long before', bought: { quantity: '0.7', at: 800 } },
])('what has gone does not come back to the stop that stands alone where $what', ({ bought }) => {
  const { failures, buy, replace } = watched();
  if (bought) buy(bought.quantity, bought.at);
  replace(3, '2');
  expect(failures).toEqual([`stop taken away: ${KEY}: 2 takes the place of 6.5`]);
});
