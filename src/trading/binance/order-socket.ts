import type { BaseLogger } from 'pino';
import { TOO_LATE } from '../exchange.ts';
import type { Doubt } from './calls.ts';
import type { Gate } from './gate.ts';
import { createGatedDial } from './gated-dial.ts';
import type { Release } from './held.ts';
import { type PlainSigner, signedParams } from './signing.ts';
import { type Connection, keepSocket, type SocketTiming } from './socket.ts';
import { createSocketRequests, SocketRefusal } from './socket-requests.ts';
import { TransportError } from './transport.ts';
import { createWayChoice, type Way } from './way.ts';

/** A request that places or cancels orders, by either way. */
export interface OrderRoute {
  verb: 'POST' | 'DELETE';
  /** Of REST, without a leading slash. */
  path: string;
  /** Of the WebSocket API. */
  method: string;
}

export type OrderParams = Readonly<Record<string, string>>;

/** Sends it once. @throws what `classify` reads, or what `release` rejects with */
export type SendOrder = (route: OrderRoute, params: OrderParams, release?: Release) => Promise<unknown>;

export interface OrderSocketTiming {
  socket: SocketTiming;
  /** How many requests of either way are compared before orders take it; 0: no comparison, the socket goes first. */
  samples: number;
}

export interface OrderSocketOptions {
  /** As logs name it. */
  market: string;
  /** Of the WebSocket API, with its path. */
  address: string;
  /** A small request that is asked over the socket to measure it. */
  probe: { method: string; params: Readonly<Record<string, string>> };
  /** A signed question, the first on every connection. */
  greeting: string;
  key: string;
  signer: PlainSigner;
  gate: Pick<Gate, 'pass' | 'answered' | 'close'>;
  byRest: SendOrder;
  /** Lets a question through the gate. @throws Unreachable while it is closed */
  ask<Value>(send: () => Promise<Value>): Promise<Value>;
  /** A request that is not answered in this time is neither yes nor no. */
  requestMs: number;
  /** The exchange's time. */
  serverNow(): number;
  /** Takes secrets out of a text. */
  clean(text: string): string;
  log: Pick<BaseLogger, 'info'>;
  timing: OrderSocketTiming;
  doubt?: Doubt | undefined;
}

export interface OrderSocket {
  send: SendOrder;
  /** Connects in the background: until that stands, and whenever it does not, orders go by REST. */
  keep(): void;
  /** Measures the socket. `restMs` is what a request by REST took just now; null where it had no answer. Never throws. */
  measure(restMs: number | null): Promise<void>;
  way(): Way;
  close(): void;
}

/**
 * A request that has waited for so long casts doubt on the connection, which may be half open: what follows goes by REST,
 * above all the stop that is placed anew when one had no answer for a second.
 */
const DOUBTFUL_MS = 500;

/**
 * Orders over the WebSocket API while that is quicker than REST. Every request is signed by itself, with any kind of
 * key: there is no session that could have ended when a stop is to be placed. What may have been carried out over the
 * socket is never sent by REST as well: without an answer nobody knows, and the caller asks.
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md and
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info
 */
export function createOrderSocket(options: OrderSocketOptions): OrderSocket {
  const { timing, log, market } = options;
  const choice = createWayChoice(timing.samples);
  const dial = createGatedDial({
    gate: options.gate,
    waitMs: options.requestMs,
    nowMs: options.serverNow,
  });
  let measuring = false;
  /** A failure is told once, until a connection stands again. */
  let failureTold = false;

  const requests = createSocketRequests({
    timeoutMs: options.requestMs,
    nowMs: options.serverNow,
    unnamed: 'unknown',
  });

  const socket = keepSocket({
    timing: timing.socket,
    // Answers to what was asked before a connection is replaced still come by the old one.
    lingerMs: options.requestMs,
    async address() {
      await dial.wait();
      // The limits' state is read off REST answers; here it would come with every one.
      return `${options.address}?returnRateLimits=false`;
    },
    // Where the key is not taken here, for another host or another address of ours, no order is to find that out.
    async greet(connection) {
      await requests.ask(connection, options.greeting, signedParams(options, options.serverNow()));
    },
    onMessage(message, from) {
      if (!isShutdown(message)) requests.take(message, from);
      else if (from === socket.current()) socket.replace();
    },
    onUp() {
      dial.answered();
      failureTold = false;
    },
    onDown: () => note(() => choice.lost()),
    onEnd: requests.ended,
    onDialFailed(error) {
      dial.failed(error);
      if (!failureTold) log.info({ market, reason: options.clean(error.message) }, 'no socket for orders');
      failureTold = true;
    },
  });

  /** Says so where `change` leads orders another way. */
  function note(change: () => void): void {
    const before = choice.way();
    change();
    if (choice.way() !== before) log.info({ market, way: choice.way() }, 'orders go another way');
  }

  /** The connection that an order may take now. */
  function usable(): Connection | null {
    const connection = socket.current();
    if (connection === null || choice.way() !== 'socket') return null;
    return requests.waitingMs(connection) < DOUBTFUL_MS ? connection : null;
  }

  return {
    async send(route, params, release) {
      const connection = usable();
      if (connection === null) return await options.byRest(route, params, release);
      const startedAt = performance.now();
      const signed = signedParams(options, options.serverNow(), withIntegers(params));
      if (release) await release;
      const byRest = () => options.byRest(route, withTimeLeft(params, performance.now() - startedAt));
      // By REST the same is asked, and answered.
      if (usable() !== connection || (options.doubt?.(true) ?? null) !== null) return await byRest();
      try {
        return await requests.ask(connection, route.method, signed);
      } catch (error) {
        if (!isOfTheWay(error)) throw error;
        return await byRest();
      }
    },
    keep: socket.keep,
    async measure(restMs) {
      if (restMs !== null) note(() => choice.took('rest', restMs));
      const connection = socket.current();
      if (measuring || connection === null) return;
      measuring = true;
      const startedAt = performance.now();
      try {
        await options.ask(() => requests.ask(connection, options.probe.method, options.probe.params));
        note(() => choice.took('socket', performance.now() - startedAt));
      } catch {
        // Not measured; one that is silent has been dropped.
      } finally {
        measuring = false;
      }
    },
    way: () => (usable() === null ? 'rest' : 'socket'),
    close: socket.close,
  };
}

const INVALID_SIGNATURE = -1022;

/** A parameter that is missing, unknown or of another form. */
const isOfForm = (code: number): boolean => (code <= -1100 && code >= -1106) || code === -1130;

/**
 * It says nothing of the order, which was certainly not carried out: it never left, or the method, the signature or the
 * form of the parameters is not taken here. A testnet or a gateway may serve fewer methods than the exchange; how a name
 * that is not ASCII is signed here is not documented; and of `triggerPrice` the example of `algoOrder.place` has another
 * form than its table. No stop is to fail for that.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/websocket-api/New-Algo-Order
 */
function isOfTheWay(error: unknown): boolean {
  if (error instanceof TransportError) return !error.sent;
  if (!(error instanceof SocketRefusal)) return false;
  const code = error.data?.code;
  return error.status === 404 || code === INVALID_SIGNATURE || (code !== undefined && isOfForm(code));
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#server-shutdown */
function isShutdown(message: unknown): boolean {
  const { event } = (message ?? {}) as { event?: { e?: unknown } };
  return event?.e === 'serverShutdown';
}

/**
 * It is signed anew, and its window would begin anew.
 * @throws SocketRefusal where its time is over, as the exchange refuses what reaches it too late
 */
function withTimeLeft(params: OrderParams, goneMs: number): OrderParams {
  if (params.recvWindow === undefined) return params;
  const leftMs = Math.floor(Number(params.recvWindow) - goneMs);
  if (leftMs < 1) {
    throw new SocketRefusal({ status: 400, error: { code: TOO_LATE, msg: 'not sent in time' } }, 0);
  }
  return { ...params, recvWindow: String(leftMs) };
}

/** JSON tells integers from text. */
function withIntegers(params: OrderParams): Record<string, string | number> {
  const isInteger = (name: string) => name === 'trailingDelta' || name === 'recvWindow';
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, isInteger(name) ? Number(value) : value]),
  );
}
