import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Faults } from './faults.ts';
import type { UsdmExchange } from './usdm/exchange.ts';
import type { ListenKeys } from './usdm/listen-keys.ts';
import {
  type Category,
  categoryOf,
  DepthDiff,
  isTimed,
  parseStream,
  payload,
} from './usdm/market-streams.ts';
import type { UserEvent } from './usdm/model.ts';

/**
 * The WebSocket side: `/public`, `/market` and `/private`, each as `/ws` and as `/stream`. Addresses without
 * one of the three are retired and not served. Source:
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Important-WebSocket-Change-Notice
 */

interface Connection {
  socket: WebSocket;
  category: Category;
  /** The `/stream` form wraps messages in `{"stream", "data"}`. */
  combined: boolean;
  names: Set<string>;
  /** Listen keys with the event types wanted; null for all. */
  keys: Map<string, Set<string> | null>;
  diffs: Map<string, DepthDiff>;
  /** Half-open: nothing is sent, pings are not answered. */
  frozen: boolean;
}

export interface StreamOptions {
  exchange: UsdmExchange;
  keys: ListenKeys;
  faults: Faults;
  /** Milliseconds between mark price messages; the exchange sends one a second. */
  markPriceMs?: number;
  /** Milliseconds between the server's pings; the exchange pings every three minutes. */
  pingMs?: number;
}

export class Streams {
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #connections = new Set<Connection>();
  readonly #options: StreamOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #held: UserEvent[] = [];
  #stalled = false;
  #refusals = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    options.exchange.subscribe((event) => {
      if (event.kind === 'user') this.#userEvent(event.event);
      if (event.kind === 'market') this.#marketEvent(event.symbol);
    });
    this.#timers.push(
      setInterval(() => this.#everySecond(), options.markPriceMs ?? 1_000).unref(),
      setInterval(() => this.#pingAll(), options.pingMs ?? 180_000).unref(),
    );
  }

  /** Takes the connection over, or answers 404 to an address that is not served. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const target = parseTarget(request.url ?? '/');
    if (target === null || this.#refusals > 0) {
      if (target !== null) this.#refusals -= 1;
      const status = target === null ? '404 Not Found' : '503 Service Unavailable';
      // Whoever is refused may be gone before hearing it.
      socket.on('error', () => socket.destroy());
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws, target));
  }

  #open(socket: WebSocket, target: Target): void {
    const connection: Connection = { ...target, socket, diffs: new Map(), frozen: false };
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data) => {
      if (!connection.frozen) socket.pong(data);
    });
    socket.on('message', (data) => this.#command(connection, String(data)));
  }

  #command(connection: Connection, text: string): void {
    if (connection.frozen) return;
    const command = parseCommand(text);
    if (command === null) {
      connection.socket.send(
        JSON.stringify({ error: { code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' } }),
      );
      return;
    }
    const answer = (result: unknown) => connection.socket.send(JSON.stringify({ result, id: command.id }));
    switch (command.method) {
      case 'SUBSCRIBE':
        for (const name of command.params) addName(connection, name);
        answer(null);
        return;
      case 'UNSUBSCRIBE':
        for (const name of command.params) removeName(connection, name);
        answer(null);
        return;
      case 'LIST_SUBSCRIPTIONS':
        answer([...connection.names, ...connection.keys.keys()]);
        return;
      default:
        connection.socket.send(
          JSON.stringify({
            error: { code: 2, msg: `Invalid request: unknown variant ${command.method}` },
            id: command.id,
          }),
        );
    }
  }

  #userEvent(event: UserEvent): void {
    if (this.#stalled) return;
    const fault = this.#options.faults.stream(event);
    switch (fault?.action) {
      case 'lose':
        return;
      case 'hold':
        this.#held.push(event);
        return;
      case 'delay':
        setTimeout(() => this.#sendUser(event), fault.delayMs ?? 0).unref();
        return;
      case 'double':
        this.#sendUser(event);
        this.#sendUser(event);
        return;
      case undefined:
        this.#sendUser(event);
    }
  }

  #sendUser(event: UserEvent): void {
    const { keys, exchange } = this.#options;
    for (const connection of this.#connections) {
      if (connection.category !== 'private') continue;
      for (const [key, events] of connection.keys) {
        if (!keys.valid(key, exchange.now()) || (events !== null && !events.has(event.e))) continue;
        send(connection, key, event);
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

  #sendMarket(
    wanted: (name: NonNullable<ReturnType<typeof parseStream>>) => boolean,
    changed?: string,
  ): void {
    if (this.#stalled) return;
    for (const connection of this.#connections) {
      for (const name of connection.names) {
        const stream = parseStream(name);
        if (stream === null || categoryOf(stream) !== connection.category || !wanted(stream)) continue;
        this.#sendStream(connection, name, stream, changed);
      }
    }
  }

  #sendStream(
    connection: Connection,
    name: string,
    stream: NonNullable<ReturnType<typeof parseStream>>,
    changed: string | undefined,
  ): void {
    const { exchange } = this.#options;
    if (stream.symbol === null) {
      const concerned = changed === undefined ? [...exchange.markets.keys()] : [changed];
      const rows = concerned.map((symbol) => payload(exchange, exchange.market(symbol), stream));
      // The ticker of all books is one message a contract; the others are lists.
      if (stream.channel === 'bookTicker') for (const row of rows) send(connection, name, row);
      else send(connection, name, rows);
      return;
    }
    const market = exchange.markets.get(stream.symbol);
    if (market === undefined) return;
    const isDiff = stream.channel === 'depth' && !/^\d+$/.test(stream.detail);
    const message = isDiff
      ? this.#diff(connection, name).next(exchange, market)
      : payload(exchange, market, stream);
    if (message !== null) send(connection, name, message);
  }

  #diff(connection: Connection, name: string): DepthDiff {
    const known = connection.diffs.get(name) ?? new DepthDiff();
    connection.diffs.set(name, known);
    return known;
  }

  #pingAll(): void {
    for (const connection of this.#connections)
      if (!connection.frozen) connection.socket.ping(String(Date.now()));
  }

  /** Ends the listen key now, as after 60 minutes without a keep-alive. */
  expireListenKey(): void {
    const key = this.#options.keys.expire(this.#options.exchange.now(), true);
    if (key !== null) this.#announceExpiry(key);
  }

  /** Says on every connection that it will end; no list of wanted events keeps it back. */
  announceShutdown(): void {
    const event = { e: 'serverShutdown', E: this.#options.exchange.now() };
    for (const connection of this.#connections) send(connection, 'serverShutdown', event);
  }

  #announceExpiry(key: string): void {
    const event = { e: 'listenKeyExpired', E: this.#options.exchange.now(), listenKey: key };
    for (const connection of this.#connections) if (connection.keys.has(key)) send(connection, key, event);
  }

  /** Open and silent: events are lost until `resume`, pings are still answered. */
  stall(): void {
    this.#stalled = true;
  }

  resume(): void {
    this.#stalled = false;
    for (const connection of this.#connections) connection.frozen = false;
  }

  /** Half-open sockets: nothing is sent and no ping is answered any more. */
  freeze(): void {
    for (const connection of this.#connections) connection.frozen = true;
  }

  /** Answers the next handshakes with 503. */
  refuse(count: number): void {
    this.#refusals = count;
  }

  /** Sends the held events, in their order or the last one first. */
  release(reversed = false): void {
    const events = this.#held.splice(0);
    for (const event of reversed ? events.reverse() : events) this.#sendUser(event);
  }

  /** Cuts the open sockets, all of them or those of one address. */
  drop(category?: Category): void {
    for (const connection of this.#connections) {
      if (category === undefined || connection.category === category) connection.socket.terminate();
    }
  }

  /** Open sockets by address. */
  count(category?: Category): number {
    return [...this.#connections].filter(
      (connection) => category === undefined || connection.category === category,
    ).length;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const connection of this.#connections) connection.socket.terminate();
    this.#server.close();
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

interface Command {
  method: string;
  params: string[];
  id: unknown;
}

function parseCommand(text: string): Command | null {
  try {
    const { method, params, id }: { method?: unknown; params?: unknown; id?: unknown } = JSON.parse(text);
    return {
      method: String(method),
      params: Array.isArray(params) ? params.map(String) : [],
      id: id ?? null,
    };
  } catch {
    return null;
  }
}

function send(connection: Connection, stream: string, data: unknown): void {
  if (connection.frozen || connection.socket.readyState !== connection.socket.OPEN) return;
  connection.socket.send(JSON.stringify(connection.combined ? { stream, data } : data));
}
