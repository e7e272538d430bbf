import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from '../dispatch.ts';
import type { Faults } from '../faults.ts';
import type { Limiter } from '../limits.ts';
import { PrivateEvents } from '../private-events.ts';
import { type Heartbeat, send } from '../sockets.ts';
import { type RecordWs, WsApi, type WsConnection } from '../ws-api.ts';
import type { WsRequest } from '../ws-request.ts';
import { spotError } from './errors.ts';
import type { SpotExchange } from './exchange.ts';
import type { UserEvent } from './model.ts';
import { WS_METHODS } from './ws-methods.ts';

/**
 * The WebSocket API of the spot market at `/ws-api/v3`: requests, and the only way to the account's events.
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md
 */

interface Connection extends WsConnection {
  /** Of the account's events: by `session` (userDataStream.subscribe) or by a signature of its own. */
  subscription: { id: number; bySession: boolean } | null;
  nextSubscription: number;
}

export interface SpotApiOptions {
  exchange: SpotExchange;
  dispatcher: Dispatcher;
  limiter: Limiter;
  faults: Faults;
  heartbeat: Heartbeat;
  record: RecordWs;
}

export class SpotApi {
  readonly #exchange: SpotExchange;
  readonly #api: WsApi<Connection>;
  readonly #events: PrivateEvents<UserEvent>;

  constructor({ exchange, ...options }: SpotApiOptions) {
    this.#exchange = exchange;
    this.#api = new WsApi<Connection>({
      ...options,
      served: exchange,
      methods: WS_METHODS,
      open: (connection) => ({ ...connection, subscription: null, nextSubscription: 0 }),
      own: (connection, request) => this.#ofEvents(connection, request),
      status: ({ subscription }) => ({ userDataStream: subscription !== null }),
      onLogout: (connection) => {
        if (connection.subscription?.bySession) this.#end(connection);
      },
    });
    this.#events = new PrivateEvents(options.faults, (event) => this.#sendEvent(event));
    exchange.subscribe((event) => {
      if (event.kind === 'user') this.#events.take(event.event);
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#api.upgrade(request, socket, head);
  }

  #ofEvents(connection: Connection, request: WsRequest): unknown {
    switch (request.method) {
      case 'session.subscriptions':
        return connection.subscription === null ? [] : [{ subscriptionId: connection.subscription.id }];
      case 'userDataStream.subscribe':
        if (connection.session === null) throw spotError(-2015);
        return this.#subscribe(connection, true);
      case 'userDataStream.subscribe.signature':
        this.#api.signedBy(request);
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
        return undefined;
    }
  }

  #subscribe(connection: Connection, bySession: boolean): unknown {
    if (connection.subscription !== null) throw spotError(-2035);
    connection.subscription = { id: connection.nextSubscription++, bySession };
    return { subscriptionId: connection.subscription.id };
  }

  /** Ends the subscription, and says so. */
  #end(connection: Connection): void {
    const { subscription } = connection;
    if (subscription === null) return;
    connection.subscription = null;
    const event = { e: 'eventStreamTerminated', E: this.#exchange.now() };
    send(connection, { subscriptionId: subscription.id, event });
  }

  #sendEvent(event: UserEvent): void {
    for (const connection of this.#api.sockets) {
      if (connection.subscription !== null)
        send(connection, { subscriptionId: connection.subscription.id, event });
    }
  }

  /** Ends every subscription of the account's events; the sockets stay. */
  terminateSubscriptions(): void {
    for (const connection of this.#api.sockets) this.#end(connection);
  }

  announceShutdown(): void {
    const event = { e: 'serverShutdown', E: this.#exchange.now() };
    for (const connection of this.#api.sockets) send(connection, { event });
  }

  /** Open and silent: events are lost until `resume`, requests and pings are still answered. */
  stall(): void {
    this.#events.stalled = true;
  }

  resume(): void {
    this.#events.stalled = false;
    this.#api.sockets.thaw();
  }

  /** Half-open sockets: nothing is sent and no ping is answered any more. */
  freeze(): void {
    this.#api.sockets.freeze();
  }

  /** Answers the next handshakes with 503. */
  refuse(count: number): void {
    this.#api.sockets.refuse(count);
  }

  /** Sends the held events, in their order or the last one first. */
  release(reversed = false): void {
    this.#events.release(reversed);
  }

  /** Cuts the open sockets, or those that are subscribed to the account's events. */
  drop(which: 'open' | 'subscribed' = 'open'): void {
    this.#api.sockets.drop(isMeant(which));
  }

  count(which: 'open' | 'subscribed' = 'open'): number {
    return this.#api.sockets.count(isMeant(which));
  }

  close(): void {
    this.#api.close();
  }
}

const isMeant =
  (which: 'open' | 'subscribed') =>
  ({ subscription }: Connection) =>
    which === 'open' || subscription !== null;
