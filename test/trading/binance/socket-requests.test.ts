import { describe, expect, test } from 'vitest';
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
        unnamed === 'refused' ? '-2015 Invalid API-key.' : 'an answer that names no request',
      );
    },
  );
});
