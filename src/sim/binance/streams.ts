import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Faults } from './faults.ts';
import { PrivateEvents } from './private-events.ts';
import {
  type Connection as Connected,
  type Heartbeat,
  refuseUpgrade,
  Sockets,
  send,
  serveCommand,
} from './sockets.ts';
import { DepthDiff, parseStream, type StreamName } from './stream-messages.ts';
import type { UsdmExchange } from './usdm/exchange.ts';
import type { ListenKeys } from './usdm/listen-keys.ts';
import { type Category, categoryOf, depthUpdate, isTimed, payload } from './usdm/market-streams.ts';
import type { UserEvent } from './usdm/model.ts';

/**
 * The WebSocket side of USDⓈ-M: `/public`, `/market` and `/private`, each as `/ws` and as `/stream`. Source:
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Important-WebSocket-Change-Notice
 */

interface Connection extends Connected {
  category: Category;
  /** The `/stream` form wraps messages in `{"stream", "data"}`. */
  combined: boolean;
  names: Set<string>;
  /** Listen keys with the event types wanted; null for all. */
  keys: Map<string, Set<string> | null>;
  diffs: Map<string, DepthDiff>;
}

export interface StreamOptions {
  exchange: UsdmExchange;
  keys: ListenKeys;
  faults: Faults;
  /** Milliseconds between mark price messages; the exchange sends one a second. */
  markPriceMs?: number;
}

/** A ping every three minutes, a pong within ten. */
export const HEARTBEAT: Heartbeat = { pingMs: 180_000, pongWithinMs: 600_000 };

export class Streams {
  readonly #sockets: Sockets<Connection>;
  readonly #options: StreamOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #events: PrivateEvents<UserEvent>;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#sockets = new Sockets<Connection>({
      heartbeat: HEARTBEAT,
      onOpen: () => {},
      onMessage: (connection, text) =>
        serveCommand(connection, text, {
          add: (name) => addName(connection, name),
          remove: (name) => removeName(connection, name),
          list: () => [...connection.names, ...connection.keys.keys()],
        }),
    });
    this.#events = new PrivateEvents(options.faults, (event) => this.#sendUser(event));
    options.exchange.subscribe((event) => {
      if (event.kind === 'user') this.#events.take(event.event);
      if (event.kind === 'market') this.#marketEvent(event.symbol);
    });
    this.#timer = setInterval(() => this.#everySecond(), options.markPriceMs ?? 1_000).unref();
  }

  /** Takes the connection over, or answers 404 to an address that is not served. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const target = parseTarget(request.url ?? '/');
    if (target === null) refuseUpgrade(socket, '404 Not Found');
    else
      this.#sockets.accept(request, socket, head, (connection) => ({
        ...connection,
        ...target,
        diffs: new Map(),
      }));
  }

  #sendUser(event: UserEvent): void {
    const { keys, exchange } = this.#options;
    for (const connection of this.#sockets) {
      if (connection.category !== 'private') continue;
      for (const [key, events] of connection.keys) {
        if (!keys.valid(key, exchange.now()) || (events !== null && !events.has(event.e))) continue;
        sendStream(connection, key, event);
      }
    }
  }

  #marketEvent(symbol: string): void {
    this.#sendMarket((name) => name.symbol === null || name.symbol === symbol, symbol);
  }

  #everySecond(): void {
    const { exchange, keys } = this.#options;
    const expired = keys.expire(exchange.now());
    if (expired !== null) this.#announceExpiry(expired);
    this.#sendMarket(isTimed);
  }

  #sendMarket(wanted: (name: StreamName) => boolean, changed?: string): void {
    if (this.#events.stalled) return;
    for (const connection of this.#sockets) {
      for (const name of connection.names) {
        const stream = parseStream(name);
        if (stream === null || categoryOf(stream) !== connection.category || !wanted(stream)) continue;
        this.#sendOne(connection, name, stream, changed);
      }
    }
  }

  #sendOne(connection: Connection, name: string, stream: StreamName, changed: string | undefined): void {
    const { exchange } = this.#options;
    if (stream.symbol === null) {
      const concerned = changed === undefined ? [...exchange.markets.keys()] : [changed];
      const rows = concerned.map((symbol) => payload(exchange, exchange.market(symbol), stream));
      // The ticker of all books is one message a contract; the others are lists.
      if (stream.channel === 'bookTicker') for (const row of rows) sendStream(connection, name, row);
      else sendStream(connection, name, rows);
      return;
    }
    const market = exchange.markets.get(stream.symbol);
    if (market === undefined) return;
    const isDiff = stream.channel === 'depth' && !/^\d+$/.test(stream.detail);
    const message = isDiff
      ? depthUpdate(exchange, market, this.#diff(connection, name))
      : payload(exchange, market, stream);
    if (message !== null) sendStream(connection, name, message);
  }

  #diff(connection: Connection, name: string): DepthDiff {
    const known = connection.diffs.get(name) ?? new DepthDiff();
    connection.diffs.set(name, known);
    return known;
  }

  /** Ends the listen key now, as after 60 minutes without a keep-alive. */
  expireListenKey(): void {
    const key = this.#options.keys.expire(this.#options.exchange.now(), true);
    if (key !== null) this.#announceExpiry(key);
  }

  /** Says on every connection that it will end; no list of wanted events keeps it back. */
  announceShutdown(): void {
    const event = { e: 'serverShutdown', E: this.#options.exchange.now() };
    for (const connection of this.#sockets) sendStream(connection, 'serverShutdown', event);
  }

  #announceExpiry(key: string): void {
    const event = { e: 'listenKeyExpired', E: this.#options.exchange.now(), listenKey: key };
    for (const connection of this.#sockets) if (connection.keys.has(key)) sendStream(connection, key, event);
  }

  /** Open and silent: events are lost until `resume`, pings are still answered. */
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

  /** Cuts the open sockets, all of them or those of one address. */
  drop(category?: Category): void {
    this.#sockets.drop((connection) => category === undefined || connection.category === category);
  }

  /** Open sockets by address. */
  count(category?: Category): number {
    return this.#sockets.count((connection) => category === undefined || connection.category === category);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#sockets.close();
  }
}

type Target = Pick<Connection, 'category' | 'combined' | 'names' | 'keys'>;

function parseTarget(url: string): Target | null {
  const [path = '', query = ''] = url.split('?');
  const [, category, form, ...rest] = path.split('/');
  if (category !== 'public' && category !== 'market' && category !== 'private') return null;
  if (form !== 'ws' && form !== 'stream') return null;
  const target: Target = { category, combined: form === 'stream', names: new Set(), keys: new Map() };
  for (const name of rest.filter((part) => part !== '')) addName(target, decodeURIComponent(name));
  readQuery(target, new URLSearchParams(query));
  return target;
}

/** `streams=a/b`, and `listenKey=…&events=A/B`, where each `events` belongs to the key before it. */
function readQuery(target: Target, query: URLSearchParams): void {
  let key: string | null = null;
  for (const [name, value] of query) {
    if (name === 'streams') for (const stream of value.split('/')) addName(target, stream);
    if (name === 'listenKey') {
      key = value;
      target.keys.set(key, null);
    }
    if (name === 'events' && key !== null) target.keys.set(key, new Set(value.split('/')));
  }
}

/** A stream name, or on the private address a listen key (`key`, or `key@EVENT`). */
function addName(target: Target, name: string): void {
  if (target.category !== 'private') {
    target.names.add(name);
    return;
  }
  const [key = '', event] = name.split('@');
  if (event === undefined) {
    target.keys.set(key, null);
    return;
  }
  const known = target.keys.get(key);
  target.keys.set(key, new Set([...(known ?? []), event]));
}

function removeName(target: Target, name: string): void {
  target.names.delete(name);
  const [key = '', event] = name.split('@');
  if (event === undefined) target.keys.delete(key);
  else target.keys.get(key)?.delete(event);
}

function sendStream(connection: Connection, stream: string, data: unknown): void {
  send(connection, connection.combined ? { stream, data } : data);
}
