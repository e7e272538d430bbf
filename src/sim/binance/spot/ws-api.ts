import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, type Dispatcher, refused } from '../dispatch.ts';
import { apiError } from '../errors.ts';
import type { FaultAnswer, Faults } from '../faults.ts';
import type { Limiter } from '../limits.ts';
import { PrivateEvents } from '../private-events.ts';
import { type Connection as Connected, type Heartbeat, refuseUpgrade, Sockets, send } from '../sockets.ts';
import { spotError } from './errors.ts';
import type { SpotExchange } from './exchange.ts';
import type { UserEvent } from './model.ts';
import { WS_METHODS } from './ws-methods.ts';
import { incoming, parseRequest, type WsRequest } from './ws-request.ts';

/**
 * The WebSocket API of the spot market at `/ws-api/v3`: requests, sessions, and the only way to the account's events.
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md
 */

interface Connection extends Connected {
  connectedSince: number;
  /** Logged on with `session.logon`. */
  session: { apiKey: string; since: number } | null;
  /** Of the account's events: by `session` (userDataStream.subscribe) or by a signature of its own. */
  subscription: { id: number; bySession: boolean } | null;
  nextSubscription: number;
  returnRateLimits: boolean;
}

export interface SpotApiOptions {
  exchange: SpotExchange;
  dispatcher: Dispatcher;
  limiter: Limiter;
  faults: Faults;
  heartbeat: Heartbeat;
  /** Every request that came in. */
  record(method: string, params: ReadonlyMap<string, string>): void;
}

const CONNECTING_WEIGHT = 2;
const SESSION_WEIGHT = 2;

export class SpotApi {
  readonly #options: SpotApiOptions;
  readonly #sockets: Sockets<Connection>;
  readonly #events: PrivateEvents<UserEvent>;

  constructor(options: SpotApiOptions) {
    this.#options = options;
    this.#sockets = new Sockets<Connection>({
      heartbeat: options.heartbeat,
      onOpen: () => {},
      onMessage: (connection, text) => void this.#take(connection, text),
    });
    this.#events = new PrivateEvents(options.faults, (event) => this.#sendEvent(event));
    options.exchange.subscribe((event) => {
      if (event.kind === 'user') this.#events.take(event.event);
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { exchange, limiter } = this.#options;
    const query = new URLSearchParams(request.url?.split('?')[1] ?? '');
    try {
      limiter.count(CONNECTING_WEIGHT, 0, exchange.now());
    } catch (error) {
      const { status, headers } = refused(error);
      refuseUpgrade(socket, `${status} Too Many Requests`, headers);
      return;
    }
    this.#sockets.accept(request, socket, head, (connection) => ({
      ...connection,
      connectedSince: exchange.now(),
      session: null,
      subscription: null,
      nextSubscription: 0,
      returnRateLimits: query.get('returnRateLimits') !== 'false',
    }));
  }

  async #take(connection: Connection, text: string): Promise<void> {
    const request = parseRequest(text);
    if (request === null) {
      const refusal = refused(apiError(-1135, 'Invalid JSON Request'));
      this.#answer(connection, { id: null, method: '', params: new Map() }, refusal);
      return;
    }
    const { exchange, faults, record } = this.#options;
    record(request.method, request.params);
    const fault = faults.http('WS', request.method, request.params);
    if (fault?.applyAfterMs !== undefined) {
      setTimeout(() => this.#truth(connection, request), fault.applyAfterMs).unref();
    }
    const carriedOut = fault === null || (fault.apply && fault.applyAfterMs === undefined);
    const truth = carriedOut ? this.#truth(connection, request) : { status: 200, body: '{}', headers: {} };
    if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    this.#deliver(connection, request, truth, fault?.answer ?? { kind: 'true' });
    if (exchange.keys.revoked && connection.session !== null) this.#revoke(connection);
  }

  #truth(connection: Connection, request: WsRequest): Answer {
    const { method } = request;
    if (method.startsWith('session.') || method.startsWith('userDataStream.')) {
      try {
        this.#options.limiter.count(SESSION_WEIGHT, 0, this.#options.exchange.now());
        const result = this.#ofSession(connection, request);
        return { status: 200, body: JSON.stringify(result), headers: {} };
      } catch (error) {
        return refused(error);
      }
    }
    const [verb, path] = WS_METHODS[method.replace(/^v3\//, '')] ?? ['WS', method];
    return this.#options.dispatcher.dispatch(incoming(verb, path, request), connection.session?.apiKey);
  }

  #ofSession(connection: Connection, request: WsRequest): unknown {
    const { keys } = this.#options.exchange;
    switch (request.method) {
      case 'session.logon': {
        const apiKey = this.#signedBy(request);
        keys.requireSessionKey(apiKey);
        connection.session = { apiKey, since: this.#options.exchange.now() };
        return this.#status(connection);
      }
      case 'session.status':
        return this.#status(connection);
      case 'session.logout':
        if (connection.subscription?.bySession) this.#end(connection);
        connection.session = null;
        return this.#status(connection);
      case 'session.subscriptions':
        return connection.subscription === null ? [] : [{ subscriptionId: connection.subscription.id }];
      case 'userDataStream.subscribe':
        if (connection.session === null) throw spotError(-2015);
        return this.#subscribe(connection, true);
      case 'userDataStream.subscribe.signature':
        this.#signedBy(request);
        return this.#subscribe(connection, false);
      case 'userDataStream.unsubscribe': {
        const wanted = request.params.get('subscriptionId');
        const { subscription } = connection;
        if (subscription === null || (wanted !== undefined && Number(wanted) !== subscription.id))
          throw spotError(-2036);
        this.#end(connection);
        return {};
      }
      default:
        throw apiError(-1020, 'This operation is not supported.');
    }
  }

  /** The API key of a request that is signed rightly. */
  #signedBy(request: WsRequest): string {
    const { keys } = this.#options.exchange;
    const signed = incoming('WS', request.method, request);
    const apiKey = keys.requireKey(signed.apiKey, signed.ip);
    keys.requireSignature(apiKey, signed, this.#options.exchange.now());
    return apiKey;
  }

  #subscribe(connection: Connection, bySession: boolean): unknown {
    if (connection.subscription !== null) throw spotError(-2035);
    connection.subscription = { id: connection.nextSubscription++, bySession };
    return { subscriptionId: connection.subscription.id };
  }

  #status(connection: Connection): Record<string, unknown> {
    return {
      apiKey: connection.session?.apiKey ?? null,
      authorizedSince: connection.session?.since ?? null,
      connectedSince: connection.connectedSince,
      returnRateLimits: connection.returnRateLimits,
      serverTime: this.#options.exchange.now(),
      userDataStream: connection.subscription !== null,
    };
  }

  /** Ends the subscription, and says so. */
  #end(connection: Connection): void {
    const { subscription } = connection;
    if (subscription === null) return;
    connection.subscription = null;
    const event = { e: 'eventStreamTerminated', E: this.#options.exchange.now() };
    send(connection, { subscriptionId: subscription.id, event });
  }

  /** A key that became invalid loses its session after the next request. */
  #revoke(connection: Connection): void {
    connection.session = null;
    this.#answer(connection, { id: null, method: '', params: new Map() }, refused(spotError(-2015)));
  }

  #deliver(connection: Connection, request: WsRequest, truth: Answer, answer: FaultAnswer): void {
    switch (answer.kind) {
      case 'true':
        return this.#answer(connection, request, truth);
      case 'error': {
        const body = JSON.stringify({ code: answer.code, msg: answer.msg });
        return this.#answer(connection, request, {
          status: answer.status,
          body,
          headers: answer.headers ?? {},
        });
      }
      case 'unknown':
        return this.#answer(connection, request, { ...refused(apiError(-1000)), status: 503 });
      case 'raw':
      case 'cut': {
        const text = answer.kind === 'raw' ? answer.body : truth.body.slice(0, truth.body.length / 2);
        if (!connection.frozen) connection.socket.send(text);
        return;
      }
      case 'drop':
        connection.socket.terminate();
        return;
      case 'hang':
        return;
    }
  }

  #answer(connection: Connection, request: WsRequest, answer: Answer): void {
    const { limiter, exchange } = this.#options;
    const body: Record<string, unknown> = JSON.parse(answer.body);
    const seconds = answer.headers['retry-after'];
    const nowMs = exchange.now();
    const data =
      seconds === undefined ? body.data : { serverTime: nowMs, retryAfter: nowMs + Number(seconds) * 1000 };
    const wanted = request.params.get('returnRateLimits');
    const limits = wanted === undefined ? connection.returnRateLimits : wanted === 'true';
    send(connection, {
      id: request.id,
      status: answer.status,
      ...(answer.status === 200 ? { result: body } : { error: { code: body.code, msg: body.msg, data } }),
      ...(limits ? { rateLimits: limiter.usage() } : {}),
    });
  }

  #sendEvent(event: UserEvent): void {
    for (const connection of this.#sockets) {
      if (connection.subscription !== null)
        send(connection, { subscriptionId: connection.subscription.id, event });
    }
  }

  /** Ends every subscription of the account's events; the sockets stay. */
  terminateSubscriptions(): void {
    for (const connection of this.#sockets) this.#end(connection);
  }

  announceShutdown(): void {
    const event = { e: 'serverShutdown', E: this.#options.exchange.now() };
    for (const connection of this.#sockets) send(connection, { event });
  }

  /** Open and silent: events are lost until `resume`, requests and pings are still answered. */
  stall(): void {
    this.#events.stalled = true;
  }

  resume(): void {
    this.#events.stalled = false;
    this.#sockets.thaw();
  }

  /** Half-open sockets: nothing is sent and no ping is answered any more. */
  freeze(): void {
    this.#sockets.freeze();
  }

  /** Answers the next handshakes with 503. */
  refuse(count: number): void {
    this.#sockets.refuse(count);
  }

  /** Sends the held events, in their order or the last one first. */
  release(reversed = false): void {
    this.#events.release(reversed);
  }

  drop(): void {
    this.#sockets.drop();
  }

  /** Open sockets, or those that are subscribed to the account's events. */
  count(which: 'open' | 'subscribed' = 'open'): number {
    return this.#sockets.count(({ subscription }) => which === 'open' || subscription !== null);
  }

  close(): void {
    this.#sockets.close();
  }
}
