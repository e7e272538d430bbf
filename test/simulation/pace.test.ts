import { expect, it } from 'vitest';
import { createPace } from './pace.ts';
import type { Method } from './wire.ts';

/** What a program that sends the same at that pace is told. */
function told(everyMs: number, times: number, method: Method, name: string, clientId: string): string[] {
  const failures: string[] = [];
  let now = 0;
  const pace = createPace(
    () => now,
    (invariant, message) => failures.push(`${invariant}: ${message}`),
  );
  for (let sent = 0; sent < times; sent += 1) {
    pace.onSent({ method, params: new Map([[name, clientId]]) });
    now += everyMs;
  }
  return failures;
}

it.each([
  ['a trade moves its stop without end', 100, 'POST', 'cancelOrigClientOrderId', 'sb-abc-0-s0-1'],
  ['its lists go and come', 300, 'DELETE', 'listClientOrderId', 'sb-abc-0-l0-1'],
] as const)('%s: noticed after 180 in a minute', (_, everyMs, method, name, clientId) => {
  expect(told(everyMs, 180, method, name, clientId)).toEqual([]);
  expect(told(everyMs, 181, method, name, clientId)).toEqual(['asks without end: abc-0: 181 in a minute']);
});

it('what is spread over more than a minute is no loop', () => {
  expect(told(334, 2_000, 'POST', 'newClientOrderId', 'sb-abc-0-s0-1')).toEqual([]);
});

it('questions count for the program as a whole', () => {
  expect(told(50, 700, 'GET', 'origClientOrderId', 'sb-abc-0-s0-1')).toEqual([]);
  expect(told(50, 701, 'GET', 'origClientOrderId', 'sb-abc-0-s0-1')).toEqual([
    'asks without end: the program: 701 in a minute',
  ]);
});
