import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/trading/binance/errors.ts';
import type { Connection } from '../../../src/trading/binance/socket.ts';
import { createSocketRequests, type SocketRequests } from '../../../src/trading/binance/socket-requests.ts';

/** A connection that notes what goes over it, and how it ended. */
function connect(requests: () => SocketRequests) {
  const sent: { id: string; method: string }[] = [];
  const ends: string[] = [];
  const connection: Connection = {
    send: (message) => sent.push(message as { id: string; method: string }) > 0,
    end(reason) {
      ends.push(reason);
      requests().ended(connection, reason);
    },
  };
  return { connection, sent, ends };
}

function scene(timeoutMs = 3_600_000, unnamed: 'refused' | 'unknown' = 'unknown') {
  const requests = createSocketRequests({ timeoutMs, nowMs: () => 1_000, unnamed });
  return { requests, first: connect(() => requests), second: connect(() => requests) };
}

/** What has become of it so far; null while it waits. */
function watched(asked: Promise<unknown>): { become: string | null } {
  const seen: { become: string | null } = { become: null };
  asked.then(
    () => {
      seen.become = 'answered';
    },
    (error: Error) => {
      seen.become = error.message;
    },
  );
  return seen;
}

test.each<{ id: unknown }>([{}, [], { toString: 1 }, undefined, true, '9', 9].map((id) => ({ id })))(
  'an answer with $id as its id is to nobody',
  ({ id }) => {
    const { requests, first } = scene();
    const asked = requests.ask(first.connection, 'order.place', {});
    requests.take({ id, status: 200, result: 'another' }, first.connection);
    requests.take({ id: first.sent[0]?.id, status: 200, result: 'own' }, first.connection);
    return expect(asked).resolves.toBe('own');
  },
);

describe('an answer that says no', () => {
  test.each<{ name: string; answer: object; failure: object }>([
    {
      name: 'with a code of the API is a refusal',
      answer: { status: 400, error: { code: -2019, msg: 'Margin is insufficient.' } },
      failure: { kind: 'refused', code: -2019, message: 'Margin is insufficient.' },
    },
    {
      name: 'by its status alone is neither yes nor no, as by REST',
      answer: { status: 403 },
      failure: { kind: 'unknown', status: 403 },
    },
    {
      name: 'with no error at all is none',
      answer: { status: 400, error: null },
      failure: { kind: 'unknown' },
    },
    {
      name: 'in no words that can be read is none',
      answer: { status: 400, error: { code: { toString: 1 }, msg: { toString: 1 } } },
      failure: { kind: 'unknown' },
    },
    {
      name: 'for load says until when',
      answer: { status: 418, error: { code: -1003, msg: 'banned', data: { retryAfter: 31_000 } } },
      failure: { kind: 'throttled', scope: 'requests', retryAfterMs: 30_000 },
    },
    {
      name: 'for load by its status alone is heeded too',
      answer: { status: 429 },
      failure: { kind: 'throttled', scope: 'requests', code: -429 },
    },
  ])('$name', async ({ answer, failure }) => {
    const { requests, first } = scene();
    const asked = requests.ask(first.connection, 'order.place', {});
    requests.take({ id: first.sent[0]?.id, ...answer }, first.connection);
    const error = await asked.catch((reason: unknown) => reason);
    expect(classify(error, 1_000)).toMatchObject(failure);
  });
});

test.each<{ what: unknown }>([
  { what: null },
  { what: 'text' },
  { what: {} },
  { what: { status: '200', result: {} } },
  { what: { status: { toString: 1 } } },
])('$what is no answer', async ({ what }) => {
  const { requests, first } = scene();
  const asked = watched(requests.ask(first.connection, 'order.place', {}));
  const isObject = typeof what === 'object' && what !== null;
  requests.take(isObject ? { id: first.sent[0]?.id, ...what } : what, first.connection);
  await Promise.resolve();
  expect(asked.become).toBeNull();
});

describe('requests over two connections, one of which replaces the other,', () => {
  test('are answered by whichever they were sent over', async () => {
    const { requests, first, second } = scene();
    const old = requests.ask(first.connection, 'order.place', {});
    const next = requests.ask(second.connection, 'order.place', {});
    requests.take({ id: second.sent[0]?.id, status: 200, result: { is: 'next' } }, second.connection);
    requests.take({ id: first.sent[0]?.id, status: 200, result: { is: 'old' } }, first.connection);
    expect([await old, await next]).toEqual([{ is: 'old' }, { is: 'next' }]);
  });

  test('end with their own connection alone', async () => {
    const { requests, first, second } = scene();
    const old = requests.ask(first.connection, 'order.place', {});
    const next = watched(requests.ask(second.connection, 'order.place', {}));
    first.connection.end('closed');
    await expect(old).rejects.toMatchObject({ sent: true, message: 'the connection was lost: closed' });
    expect(next.become).toBeNull();
  });

  test('give up the connection that was silent, and no other', async () => {
    const { requests, first, second } = scene(1);
    await expect(requests.ask(first.connection, 'order.place', {})).rejects.toMatchObject({ sent: true });
    expect([first.ends, second.ends]).toEqual([['order.place had no answer'], []]);
  });

  test('cast doubt on their own alone', async () => {
    const { requests, first, second } = scene();
    watched(requests.ask(first.connection, 'order.place', {}));
    await expect.poll(() => requests.waitingMs(first.connection)).toBeGreaterThan(0);
    expect(requests.waitingMs(second.connection)).toBe(0);
    first.connection.end('closed');
    expect(requests.waitingMs(first.connection)).toBe(0);
  });

  test.each(['refused', 'unknown'] as const)(
    'are %s after an answer that names no request where that came by theirs',
    async (unnamed) => {
      const { requests, first, second } = scene(3_600_000, unnamed);
      const old = watched(requests.ask(first.connection, 'order.place', {}));
      const next = watched(requests.ask(second.connection, 'order.place', {}));
      const refusal = { id: null, status: 401, error: { code: -2015, msg: 'Invalid API-key.' } };
      requests.take(refusal, second.connection);
      await Promise.resolve();
      expect(old.become).toBeNull();
      expect(next.become).toBe(
        unnamed === 'refused' ? '401 -2015 Invalid API-key.' : 'an answer that names no request',
      );
    },
  );
});
