import { Unreachable } from '../exchange.ts';
import { type AccountStream, OPEN_PAUSES_MS } from './account-stream.ts';
import { classify, isKeyRefusal } from './errors.ts';
import type { Gate } from './gate.ts';
import { createGatedDial } from './gated-dial.ts';
import { createOwedEvents } from './owed-events.ts';
import { type PlainSigner, signedParams } from './signing.ts';
import {
  type Connection,
  HandshakeRefused,
  type KeptSocket,
  keepSocket,
  type SocketTiming,
} from './socket.ts';
import { createSocketRequests, SocketRefusal } from './socket-requests.ts';

export interface UserStreamTiming {
  socket: SocketTiming;
  /** A request that is not answered in this time has failed. */
  requestMs: number;
  /** An order of ours was confirmed by an answer, and no order event came for this long. */
  owedEventMs: number;
}

export interface UserStreamOptions {
  origin: string;
  key: string;
  signer: PlainSigner;
  /** Closed for load: no connection is tried, for a ban grows with every one. */
  gate: Pick<Gate, 'pass' | 'answered' | 'close'>;
  /** The exchange's time. */
  serverNow(): number;
  /** The exchange called our time wrong. */
  resync(): Promise<unknown>;
  onEvent(event: Readonly<Record<string, unknown>>): void;
  onState(state: 'reconnected' | 'down', reason: string): void;
  onKeyRefused(code: number, message: string): void;
  onTrouble(message: string): void;
  timing: UserStreamTiming;
}

/**
 * The spot account's events over the WebSocket API: with an Ed25519 key by `session.logon` and
 * `userDataStream.subscribe`, with another by `userDataStream.subscribe.signature`. A connection counts as standing
 * only once it is subscribed, so that a failed subscription is a failed connection and is tried again like one.
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#user-data-stream-requests
 */
export function createUserStream(options: UserStreamOptions): AccountStream {
  const { timing, signer } = options;
  const dial = createGatedDial({
    gate: options.gate,
    waitMs: timing.requestMs,
    nowMs: options.serverNow,
  });
  const requests = createSocketRequests({
    timeoutMs: timing.requestMs,
    nowMs: options.serverNow,
    // https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#session-authentication
    unnamed: 'refused',
  });

  const socket: KeptSocket = keepSocket({
    timing: timing.socket,
    // Limits are read off REST answers; here they would come with every one.
    async address() {
      await dial.wait();
      return `${options.origin}/ws-api/v3?returnRateLimits=false`;
    },
    greet: subscribe,
    onMessage: take,
    onUp(again) {
      owed.forget();
      if (again) options.onState('reconnected', 'connected again');
    },
    onDown: (reason) => options.onState('down', reason),
    onEnd: requests.ended,
    onDialFailed: dialFailed,
  });

  function dialFailed(error: Error): void {
    dial.failed(error);
    options.onTrouble(error.message);
  }

  function take(message: unknown, from: Connection): void {
    if (typeof message !== 'object' || message === null) return;
    const { event } = message as { event?: unknown };
    if (typeof event === 'object' && event !== null) options.onEvent(event as Record<string, unknown>);
    else requests.take(message, from);
  }

  async function subscribe(connection: Connection): Promise<void> {
    const signed = () => signedParams(options, options.serverNow());
    try {
      if (signer.isEd25519) {
        await requests.ask(connection, 'session.logon', signed());
        await requests.ask(connection, 'userDataStream.subscribe', {});
      } else await requests.ask(connection, 'userDataStream.subscribe.signature', signed());
      dial.answered();
    } catch (error) {
      if (error instanceof SocketRefusal) await heed(error);
      throw error;
    }
  }

  async function heed(refusal: SocketRefusal): Promise<void> {
    const failure = classify(refusal, options.serverNow());
    if (failure.kind === 'refused' && isKeyRefusal(failure)) {
      options.onKeyRefused(failure.code, failure.message);
    } else if (failure.kind === 'clock') await options.resync();
  }

  const owed = createOwedEvents(timing.owedEventMs, () =>
    socket.current()?.end('silent: no event for a confirmed order'),
  );

  return {
    async open() {
      const pausesMs = [...OPEN_PAUSES_MS];
      for (;;) {
        try {
          await socket.open();
          break;
        } catch (error) {
          const pauseMs = pausesMs.shift();
          const hopeless =
            error instanceof HandshakeRefused ||
            (error instanceof SocketRefusal && error.data !== null && isKeyRefusal(error.data));
          if (pauseMs === undefined || hopeless || error instanceof Unreachable) throw error;
          dialFailed(error as Error);
          await new Promise((done) => setTimeout(done, pauseMs));
        }
      }
      owed.watch();
    },
    isUp: () => socket.current() !== null,
    expectEvent: owed.expect,
    eventCame: owed.came,
    renew: (reason) => socket.current()?.end(reason),
    replace: () => socket.replace(),
    close() {
      owed.stop();
      socket.close();
    },
  };
}
