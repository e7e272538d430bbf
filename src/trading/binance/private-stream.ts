import { Unreachable } from '../exchange.ts';
import { type AccountStream, OPEN_PAUSES_MS } from './account-stream.ts';
import { PRIVATE_STREAM_FORMS } from './endpoints.ts';
import { createOwedEvents } from './owed-events.ts';
import { HandshakeRefused, type KeptSocket, keepSocket, type SocketTiming } from './socket.ts';

export interface PrivateStreamTiming {
  socket: SocketTiming;
  keepAliveMs: number;
  /** An order of ours was confirmed by an answer, and no order event came for this long. */
  owedEventMs: number;
}

export interface PrivateStreamOptions {
  origin: string;
  /** Creates a listen key, or returns the one that is in use; valid for 60 minutes. */
  listenKey(): Promise<string>;
  /** Extends it; `gone` when the exchange no longer knows it (-1125). Never throws. */
  keepAlive(): Promise<'extended' | 'gone' | 'failed'>;
  onMessage(message: unknown): void;
  onState(state: 'reconnected' | 'down', reason: string): void;
  onTrouble(message: string): void;
  timing: PrivateStreamTiming;
}

/**
 * The user data stream by listen key. Sources disagree on the address, and production is said to accept a wrong
 * one in silence: when the event of a confirmed order does not come, the next form of the address is tried.
 */
export function createPrivateStream(options: PrivateStreamOptions): AccountStream {
  const { timing } = options;
  let form = 0;
  /** An event has come by this form of the address: no refused handshake speaks against it any more. */
  let proven = false;
  let closed = false;
  let keepAlive: NodeJS.Timeout | undefined;

  const nextForm = () => {
    form = (form + 1) % PRIVATE_STREAM_FORMS.length;
    proven = false;
  };

  const socket: KeptSocket = keepSocket({
    timing: timing.socket,
    async address() {
      const listenKey = await options.listenKey();
      return `${options.origin}${PRIVATE_STREAM_FORMS[form]?.(listenKey)}`;
    },
    onMessage: options.onMessage,
    onUp(again) {
      owed.forget();
      if (again) options.onState('reconnected', 'connected again');
    },
    onDown: (reason) => options.onState('down', reason),
    onDialFailed(error) {
      if (error instanceof HandshakeRefused && !proven) nextForm();
      options.onTrouble(error.message);
    },
  });

  async function extend(): Promise<void> {
    const result = await options.keepAlive();
    if (result === 'gone') socket.current()?.end('listen key ended');
    if (closed) return;
    keepAlive = setTimeout(extend, result === 'failed' ? timing.keepAliveMs / 15 : timing.keepAliveMs);
  }

  const owed = createOwedEvents(timing.owedEventMs, () => {
    nextForm();
    socket.current()?.end('silent: no event for a confirmed order');
  });

  return {
    async open() {
      const pausesMs = [...OPEN_PAUSES_MS];
      for (let refusals = 0; ; ) {
        try {
          await socket.open();
          break;
        } catch (error) {
          if (error instanceof HandshakeRefused) {
            refusals += 1;
            if (refusals === PRIVATE_STREAM_FORMS.length) throw error;
            nextForm();
            continue;
          }
          const pauseMs = pausesMs.shift();
          // A listen key that cannot be had was asked for often enough already.
          if (pauseMs === undefined || error instanceof Unreachable) throw error;
          options.onTrouble((error as Error).message);
          await new Promise((done) => setTimeout(done, pauseMs));
        }
      }
      keepAlive = setTimeout(extend, timing.keepAliveMs);
      owed.watch();
    },
    isUp: () => socket.current() !== null,
    expectEvent: owed.expect,
    eventCame() {
      proven = true;
      owed.came();
    },
    renew: (reason) => socket.current()?.end(reason),
    replace: () => socket.replace(),
    close() {
      closed = true;
      clearTimeout(keepAlive);
      owed.stop();
      socket.close();
    },
  };
}
