import { Unreachable } from '../exchange.ts';
import type { Gate, Pass } from './gate.ts';
import { createOwedEvents } from './owed-events.ts';
import type { PlainSigner } from './signing.ts';
import {
  HandshakeRefused,
  HandshakeThrottled,
  type KeptSocket,
  keepSocket,
  type SocketTiming,
} from './socket.ts';

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

export interface UserStream {
  /** Resolves once the account's events are subscribed to. @throws Error when a few tries did not bring that. */
  open(): Promise<void>;
  isUp(): boolean;
  /** A write, sent at this `performance.now()`, was confirmed: it must show up as an event, or already has. */
  expectEvent(sentAt: number): void;
  /** An order event came. */
  eventCame(): void;
  /** The subscription has ended: everything is opened anew. */
  renew(reason: string): void;
  /** The server announced its end: the new connection, subscribed, comes first. */
  replace(): void;
  close(): void;
}

/** A start that is merely unlucky goes on after these. */
const OPEN_PAUSES_MS = [250, 500, 1_000, 2_000];
const KEY_REFUSED: ReadonlySet<number> = new Set([-2014, -2015]);
const WRONG_TIME = -1021;
const TOO_MANY = -1003;
/** Where a refusal for load does not say for how long. */
const LOAD_PAUSE_MS = 5_000;

/** The exchange answered a request of the WebSocket API with an error. */
class ApiRefusal extends Error {
  readonly code: number;
  /** For how long it wants no more requests; 0 unless it refused for load. */
  readonly retryAfterMs: number;
  constructor({ status, error }: WireAnswer, nowMs: number) {
    super(`${error?.code ?? status} ${error?.msg ?? ''}`.trim());
    this.code = error?.code ?? status;
    const until = error?.data?.retryAfter;
    const isLoad = status === 429 || status === 418;
    this.retryAfterMs = isLoad ? Math.max(0, (until ?? nowMs + LOAD_PAUSE_MS) - nowMs) : 0;
  }
}

/**
 * The spot account's events over the WebSocket API: with an Ed25519 key by `session.logon` and
 * `userDataStream.subscribe`, with another by `userDataStream.subscribe.signature`. A connection counts as standing
 * only once it is subscribed, so that a failed subscription is a failed connection and is tried again like one.
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#user-data-stream-requests
 */
export function createUserStream(options: UserStreamOptions): UserStream {
  const { timing, signer } = options;
  const asked = new Map<string, (answer: WireAnswer) => void>();
  let serial = 0;
  /** What the latest connection was dialled with. */
  let pass: Pass | null = null;

  const socket: KeptSocket = keepSocket({
    timing: timing.socket,
    // Limits are read off REST answers; here they would come with every one.
    async address() {
      pass = await options.gate.pass('read', timing.requestMs);
      if (pass === null) throw new Unreachable('waiting for the rate limit');
      return `${options.origin}/ws-api/v3?returnRateLimits=false`;
    },
    greet: subscribe,
    onMessage: take,
    onUp(again) {
      owed.forget();
      if (again) options.onState('reconnected', 'connected again');
    },
    onDown: (reason) => options.onState('down', reason),
    onDialFailed: dialFailed,
  });

  function dialFailed(error: Error): void {
    if (error instanceof HandshakeThrottled) {
      options.gate.close('requests', error.retryAfterMs, { code: TOO_MANY, message: error.message });
    }
    options.onTrouble(error.message);
  }

  function take(message: unknown): void {
    if (typeof message !== 'object' || message === null) return;
    const { event, id } = message as { event?: unknown; id?: unknown };
    if (typeof event === 'object' && event !== null) {
      options.onEvent(event as Record<string, unknown>);
      return;
    }
    const answer = message as WireAnswer;
    if (id !== null) return asked.get(String(id))?.(answer);
    // Without an id: the session's key is invalid by now, whatever was asked.
    // https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#session-authentication
    for (const settle of [...asked.values()]) settle(answer);
  }

  function ask(
    send: (message: object) => void,
    method: string,
    params: Record<string, string | number>,
  ): Promise<unknown> {
    const id = `${method} ${++serial}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        asked.delete(id);
        reject(new Error(`${method}: no answer`));
      }, timing.requestMs);
      asked.set(id, (answer) => {
        clearTimeout(timer);
        asked.delete(id);
        if (answer.status === 200) resolve(answer.result);
        else reject(new ApiRefusal(answer, options.serverNow()));
      });
      send({ id, method, params });
    });
  }

  /** Signed over the parameters in alphabetical order. */
  function signed(): Record<string, string | number> {
    const params = { apiKey: options.key, timestamp: Math.round(options.serverNow()) };
    const payload = `apiKey=${params.apiKey}&timestamp=${params.timestamp}`;
    return { ...params, signature: signer.sign(payload) };
  }

  async function subscribe(send: (message: object) => void): Promise<void> {
    try {
      if (signer.isEd25519) {
        await ask(send, 'session.logon', signed());
        await ask(send, 'userDataStream.subscribe', {});
      } else await ask(send, 'userDataStream.subscribe.signature', signed());
      answered();
    } catch (error) {
      if (error instanceof ApiRefusal) await heed(error);
      throw error;
    }
  }

  function answered(): void {
    if (pass !== null) options.gate.answered(pass);
  }

  async function heed({ code, message, retryAfterMs }: ApiRefusal): Promise<void> {
    if (retryAfterMs > 0) options.gate.close('requests', retryAfterMs, { code, message });
    else answered();
    if (KEY_REFUSED.has(code)) options.onKeyRefused(code, message);
    if (code === WRONG_TIME) await options.resync();
  }

  const owed = createOwedEvents(timing.owedEventMs, () =>
    socket.drop('silent: no event for a confirmed order'),
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
            error instanceof HandshakeRefused || (error instanceof ApiRefusal && KEY_REFUSED.has(error.code));
          if (pauseMs === undefined || hopeless || error instanceof Unreachable) throw error;
          dialFailed(error as Error);
          await new Promise((done) => setTimeout(done, pauseMs));
        }
      }
      owed.watch();
    },
    isUp: () => socket.isUp(),
    expectEvent: owed.expect,
    eventCame: owed.came,
    renew: (reason) => socket.drop(reason),
    replace: () => socket.replace(),
    close() {
      owed.stop();
      socket.close();
    },
  };
}

interface WireAnswer {
  status: number;
  result?: unknown;
  error?: { code: number; msg: string; data?: { retryAfter?: number } };
}
