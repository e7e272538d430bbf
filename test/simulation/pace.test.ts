import { expect, it } from 'vitest';
import { createPace } from './pace.ts';
import type { Method } from './wire.ts';

/** What a program that sends the same at that pace, to one path or to several in turn, is told. */
function told(
  everyMs: number,
  times: number,
  method: Method,
  [name, clientId]: [string, string],
  paths: readonly string[] = ['/api/v3/order'],
): string[] {
  const failures: string[] = [];
  let now = 0;
  const pace = createPace(
    () => now,
    (invariant, message) => failures.push(`${invariant}: ${message}`),
  );
  for (let sent = 0; sent < times; sent += 1) {
    pace.onSent({ method, path: paths[sent % paths.length] ?? '', params: new Map([[name, clientId]]) });
    now += everyMs;
  }
  return failures;
}

it.each([
  ['a trade moves its stop without end', 100, 'POST', 'cancelOrigClientOrderId', 'sb-abc-0-s0-1'],
  ['its lists go and come', 300, 'DELETE', 'listClientOrderId', 'sb-abc-0-l0-1'],
] as const)('%s: noticed after 180 in a minute', (_, everyMs, method, name, clientId) => {
  expect(told(everyMs, 180, method, [name, clientId])).toEqual([]);
  expect(told(everyMs, 181, method, [name, clientId])).toEqual(['asks without end: abc-0: 181 in a minute']);
});

it('what is spread over more than a minute is no loop', () => {
  expect(told(334, 2_000, 'POST', ['newClientOrderId', 'sb-abc-0-s0-1'])).toEqual([]);
});

it('questions count for the program as a whole, to each exchange', () => {
  const asked: [string, string] = ['origClientOrderId', 'sb-abc-0-s0-1'];
  expect(told(50, 700, 'GET', asked)).toEqual([]);
  expect(told(50, 701, 'GET', asked)).toEqual(['asks without end: the program, of spot: 701 in a minute']);
  const both = ['/api/v3/order', '/fapi/v1/order'];
  expect(told(25, 1_400, 'GET', asked, both)).toEqual([]);
  expect(told(25, 1_402, 'GET', asked, both)).toEqual([
    'asks without end: the program, of spot: 701 in a minute',
    'asks without end: the program, of futures: 701 in a minute',
  ]);
});
