import { noteSent } from './sent-times.ts';
import type { Connection } from './socket.ts';
import { TransportError } from './transport.ts';

/** What the exchange refused on a WebSocket, in the form that a refusal by REST has, so that both are judged alike. */
export class SocketRefusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where nothing but the status says no, which is no answer of the API. */
  readonly data: { code: number; msg: string; data?: unknown } | null;

  /** @param nowMs the exchange's time */
  constructor({ status, error }: WireAnswer, nowMs: number) {
    // Whatever these are: texts and numbers can be read.
    const said = [error?.code, error?.msg].filter((part) => /number|string/.test(typeof part));
    super([status, ...said].join(' '));
    this.status = status;
    // Here it is an instant, in an HTTP header seconds from now.
    const until = (error?.data as { retryAfter?: unknown } | undefined)?.retryAfter;
    const seconds = typeof until === 'number' ? Math.max(0, until - nowMs) / 1000 : null;
    this.headers = seconds === null ? {} : { 'retry-after': String(seconds) };
    this.data = error ?? null;
  }
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#response-format */
interface WireAnswer {
  id?: unknown;
  status: number;
  result?: unknown;
  error?: { code: number; msg: string; data?: unknown } | null;
}

/** Requests over the WebSocket API, each with its answer; the SDK's never time out. */
export interface SocketRequests {
  /** @throws SocketRefusal for a no, TransportError where it could not be sent or had no answer in time. */
  ask(connection: Connection, method: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;
  take(message: unknown, from: Connection): void;
  /** For how long the oldest request over it has had no answer; 0 where none is waiting. */
  waitingMs(connection: Connection): number;
  /** What waits for an answer by this connection gets none any more. */
  ended(connection: Connection, reason: string): void;
}

export interface SocketRequestsOptions {
  timeoutMs: number;
  /** The exchange's time. */
  nowMs(): number;
  /**
   * What an answer without an id (the key of the session was taken back) says of all that is waiting there: that it is
   * refused, or, of what changes something, nothing.
   */
  unnamed: 'refused' | 'unknown';
}

interface Waiting {
  connection: Connection;
  /** On `performance.now()`'s clock. */
  sentAt: number;
  answered(answer: WireAnswer): void;
  failed(error: Error): void;
}

export function createSocketRequests(options: SocketRequestsOptions): SocketRequests {
  /** In the order in which they were sent. */
  const waiting = new Map<string, Waiting>();
  let serial = 0;

  const over = (wanted: Connection) =>
    [...waiting.values()].filter(({ connection }) => connection === wanted);

  function abandon(connection: Connection, reason: string): void {
    for (const { failed } of over(connection)) failed(new TransportError(reason, true));
  }

  return {
    ask(connection, method, params) {
      const id = `${++serial}`;
      return new Promise((resolve, reject) => {
        const settled = () => {
          clearTimeout(timer);
          waiting.delete(id);
        };
        const failed = (error: Error) => {
          settled();
          reject(error);
        };
        const timer = setTimeout(() => {
          failed(new TransportError(`${method}: no answer within ${options.timeoutMs} ms`, true));
          // The next one would wait in vain too.
          connection.end(`${method} had no answer`);
        }, options.timeoutMs);
        const sentAt = performance.now();
        waiting.set(id, {
          connection,
          sentAt,
          failed,
          answered(answer) {
            settled();
            if (answer.status === 200) {
              noteSent(answer.result, sentAt);
              resolve(answer.result);
            } else reject(new SocketRefusal(answer, options.nowMs()));
          },
        });
        if (!connection.send({ id, method, params }))
          failed(new TransportError(`${method}: the connection is closed`, false));
      });
    },
    take(message, from) {
      const answer = message as WireAnswer | null;
      if (typeof answer?.status !== 'number') return;
      // A second answer to the same request finds nobody waiting; nor does one whose id can be no request's.
      const { id } = answer;
      if (id !== null) return typeof id === 'object' ? undefined : waiting.get(String(id))?.answered(answer);
      if (options.unnamed === 'unknown') return abandon(from, 'an answer that names no request');
      for (const { answered } of over(from)) answered(answer);
    },
    waitingMs(connection) {
      const [oldest] = over(connection);
      return oldest === undefined ? 0 : performance.now() - oldest.sentAt;
    },
    ended: (connection, reason) => abandon(connection, `the connection was lost: ${reason}`),
  };
}
