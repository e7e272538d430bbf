import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, type Dispatcher, refused, type Served } from './dispatch.ts';
import { ApiError, apiError } from './errors.ts';
import type { FaultAnswer, Faults } from './faults.ts';
import type { Limiter } from './limits.ts';
import { type Connection as Connected, type Heartbeat, refuseUpgrade, Sockets, send } from './sockets.ts';
import { incoming, parseRequest, type WsRequest } from './ws-request.ts';

/**
 * What the WebSocket APIs of both markets share: requests that do what a REST route does, under the same limits and
 * with the same codes, and sessions.
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md and
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info
 */

export interface WsConnection extends Connected {
  connectedSince: number;
  /** Logged on with `session.logon`. */
  session: { apiKey: string; since: number } | null;
  returnRateLimits: boolean;
}

export type WsMethods = Readonly<Record<string, readonly [method: string, path: string]>>;

/** How a request came in: where it does what a REST route does, under that route's name. */
export type RecordWs = (method: string, path: string, params: ReadonlyMap<string, string>) => void;

export interface WsApiOptions<Own extends WsConnection> {
  served: Served;
  dispatcher: Dispatcher;
  limiter: Limiter;
  faults: Faults;
  heartbeat: Heartbeat;
  record: RecordWs;
  methods: WsMethods;
  /** A connection with what the market keeps beside it. */
  open(connection: WsConnection): Own;
  /** Answers a method that has no REST route, beside those of the session; undefined where there is none such. */
  own?(connection: Own, request: WsRequest): unknown;
  /** What `session.status` tells beside the session. */
  status?(connection: Own): Record<string, unknown>;
  onLogout?(connection: Own): void;
}

/** Documented for spot; nothing says that it is another for USDⓈ-M. */
const CONNECTING_WEIGHT = 2;
const SESSION_WEIGHT = 2;
const NO_REQUEST: WsRequest = { id: null, method: '', params: new Map() };

export class WsApi<Own extends WsConnection> {
  readonly sockets: Sockets<Own>;
  readonly #options: WsApiOptions<Own>;

  constructor(options: WsApiOptions<Own>) {
    this.#options = options;
    this.sockets = new Sockets<Own>({
      heartbeat: options.heartbeat,
      onOpen: () => {},
      onMessage: (connection, text) => void this.#take(connection, text),
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { served, limiter, open } = this.#options;
    const query = new URLSearchParams(request.url?.split('?')[1] ?? '');
    try {
      limiter.count(CONNECTING_WEIGHT, 0, served.now());
    } catch (error) {
      const { status, headers } = refused(error);
      refuseUpgrade(socket, `${status} Too Many Requests`, headers);
      return;
    }
    this.sockets.accept(request, socket, head, (connection) =>
      open({
        ...connection,
        connectedSince: served.now(),
        session: null,
        returnRateLimits: query.get('returnRateLimits') !== 'false',
      }),
    );
  }

  async #take(connection: Own, text: string): Promise<void> {
    const request = parseRequest(text);
    if (request === null) {
      this.#answer(connection, NO_REQUEST, refused(apiError(-1135, 'Invalid JSON Request')));
      return;
    }
    const { faults, record } = this.#options;
    const [verb, path] = this.#routeOf(request);
    record(verb, path, request.params);
    const fault =
      faults.http('WS', request.method, request.params, true) ??
      (verb === 'WS' ? null : faults.http(verb, path, request.params, true));
    if (fault?.applyAfterMs !== undefined) {
      setTimeout(() => this.#truth(connection, request), fault.applyAfterMs).unref();
    }
    const carriedOut = fault === null || (fault.apply && fault.applyAfterMs === undefined);
    const truth = carriedOut ? this.#truth(connection, request) : { status: 200, body: '{}', headers: {} };
    if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    this.#deliver(connection, request, truth, fault?.answer ?? { kind: 'true' });
    if (this.#options.served.keys.revoked && connection.session !== null) this.#revoke(connection);
  }

  /** The REST route that does the same; `WS` and the method where there is none. */
  #routeOf({ method }: WsRequest): readonly [verb: string, path: string] {
    return this.#options.methods[method.replace(/^v3\//, '')] ?? ['WS', method];
  }

  #truth(connection: Own, request: WsRequest): Answer {
    const [verb, path] = this.#routeOf(request);
    if (verb !== 'WS') {
      return this.#options.dispatcher.dispatch(incoming(verb, path, request), connection.session?.apiKey);
    }
    try {
      this.#options.limiter.count(SESSION_WEIGHT, 0, this.#options.served.now());
      const result = this.#ofSession(connection, request) ?? this.#options.own?.(connection, request);
      if (result === undefined) throw new ApiError(-5000, `Method ${request.method} is invalid`, 404);
      return { status: 200, body: JSON.stringify(result), headers: {} };
    } catch (error) {
      return refused(error);
    }
  }

  #ofSession(connection: Own, request: WsRequest): unknown {
    switch (request.method) {
      case 'session.logon': {
        const apiKey = this.signedBy(request);
        this.#options.served.keys.requireSessionKey(apiKey);
        connection.session = { apiKey, since: this.#options.served.now() };
        return this.#status(connection);
      }
      case 'session.status':
        return this.#status(connection);
      case 'session.logout':
        this.#options.onLogout?.(connection);
        connection.session = null;
        return this.#status(connection);
      default:
        return undefined;
    }
  }

  /** The API key of a request that is signed rightly. */
  signedBy(request: WsRequest): string {
    const { served } = this.#options;
    const signed = incoming('WS', request.method, request);
    const apiKey = served.keys.requireKey(signed.apiKey, signed.ip);
    served.keys.requireSignature(apiKey, signed, served.now());
    return apiKey;
  }

  #status(connection: Own): Record<string, unknown> {
    return {
      apiKey: connection.session?.apiKey ?? null,
      authorizedSince: connection.session?.since ?? null,
      connectedSince: connection.connectedSince,
      returnRateLimits: connection.returnRateLimits,
      serverTime: this.#options.served.now(),
      ...this.#options.status?.(connection),
    };
  }

  /** A key that became invalid loses its session after the next request. */
  #revoke(connection: Own): void {
    connection.session = null;
    this.#answer(connection, NO_REQUEST, refused(apiError(-2015)));
  }

  #deliver(connection: Own, request: WsRequest, truth: Answer, answer: FaultAnswer): void {
    switch (answer.kind) {
      case 'true':
        return this.#answer(connection, request, truth);
      case 'twice':
        this.#answer(connection, request, truth);
        return this.#answer(connection, request, truth);
      case 'error': {
        const { status, code, msg, headers = {} } = answer;
        return this.#answer(connection, request, { status, body: JSON.stringify({ code, msg }), headers });
      }
      case 'unknown':
        return this.#answer(connection, request, { ...refused(apiError(-1000)), status: 503 });
      case 'raw':
        return this.#deliverRaw(connection, request, answer);
      case 'cut':
        if (!connection.frozen) connection.socket.send(truth.body.slice(0, truth.body.length / 2));
        return;
      case 'drop':
        connection.socket.terminate();
        return;
      case 'hang':
        return;
    }
  }

  /** What is no JSON comes from in front of the exchange, and that hangs up. */
  #deliverRaw(
    connection: Own,
    request: WsRequest,
    { status, contentType, body }: Extract<FaultAnswer, { kind: 'raw' }>,
  ): void {
    if (contentType === 'text/html') connection.socket.terminate();
    else if (body === '') send(connection, {});
    else this.#answer(connection, request, { status, body, headers: {} });
  }

  #answer(connection: Own, request: WsRequest, answer: Answer): void {
    const { limiter, served } = this.#options;
    const body: Record<string, unknown> = JSON.parse(answer.body);
    const seconds = answer.headers['retry-after'];
    const nowMs = served.now();
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

  close(): void {
    this.sockets.close();
  }
}
