import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Connection {
  socket: WebSocket;
  /** Half-open: nothing is sent, nothing is read, pings are not answered. */
  frozen: boolean;
}

/** When the server pings, and how long it waits for a pong before it hangs up. */
export interface Heartbeat {
  pingMs: number;
  pongWithinMs: number;
}

export interface SocketsOptions<Own extends Connection> {
  heartbeat: Heartbeat;
  onOpen(connection: Own): void;
  onMessage(connection: Own, text: string): void;
}

/** The open WebSockets of one kind of address, and what can go wrong with all of them. */
export class Sockets<Own extends Connection> {
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #connections = new Set<Own>();
  /** When each was last heard to live, by the steady clock. */
  readonly #ponged = new WeakMap<Own, number>();
  readonly #options: SocketsOptions<Own>;
  readonly #timer: NodeJS.Timeout;
  #refusals = 0;

  constructor(options: SocketsOptions<Own>) {
    this.#options = options;
    this.#timer = setInterval(() => this.#pingAll(), options.heartbeat.pingMs).unref();
  }

  [Symbol.iterator](): Iterator<Own> {
    return this.#connections[Symbol.iterator]();
  }

  /** Takes the connection over, unless a script wants the next ones refused. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    connect: (connection: Connection) => Own,
  ): void {
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      refuseUpgrade(socket, '503 Service Unavailable');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) =>
      this.#open(connect({ socket: ws, frozen: false })),
    );
  }

  #open(connection: Own): void {
    const { socket } = connection;
    this.#connections.add(connection);
    const alive = () => this.#ponged.set(connection, performance.now());
    alive();
    socket.on('pong', alive);
    socket.on('close', () => this.#connections.delete(connection));
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data) => {
      if (!connection.frozen) socket.pong(data);
    });
    socket.on('message', (data) => {
      if (!connection.frozen) this.#options.onMessage(connection, String(data));
    });
    this.#options.onOpen(connection);
  }

  #pingAll(): void {
    const { pongWithinMs } = this.#options.heartbeat;
    for (const connection of this.#connections) {
      if (connection.frozen) continue;
      const silentMs = performance.now() - (this.#ponged.get(connection) ?? 0);
      if (silentMs > pongWithinMs) connection.socket.terminate();
      else connection.socket.ping(String(Date.now()));
    }
  }

  /** Half-open sockets: nothing is sent and no ping is answered any more. */
  freeze(): void {
    for (const connection of this.#connections) connection.frozen = true;
  }

  thaw(): void {
    for (const connection of this.#connections) connection.frozen = false;
  }

  /** Answers the next handshakes with 503. */
  refuse(count: number): void {
    this.#refusals = count;
  }

  /** Cuts the open sockets, or those that are meant. */
  drop(meant: (connection: Own) => boolean = () => true): void {
    for (const connection of this.#connections) if (meant(connection)) connection.socket.terminate();
  }

  count(meant: (connection: Own) => boolean = () => true): number {
    return [...this.#connections].filter(meant).length;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const connection of this.#connections) connection.socket.terminate();
    this.#server.close();
  }
}

/** Answers a handshake with a status and closes. */
export function refuseUpgrade(
  socket: Duplex,
  status: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  // Whoever is refused may be gone before hearing it.
  socket.on('error', () => socket.destroy());
  const lines = Object.entries({ connection: 'close', 'content-length': '0', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n`);
}

export function send(connection: Connection, message: unknown): void {
  if (connection.frozen || connection.socket.readyState !== connection.socket.OPEN) return;
  connection.socket.send(JSON.stringify(message));
}

/** A request on a market stream's socket; null for what is no JSON. */
function parseCommand(text: string): { method: string; params: string[]; id: unknown } | null {
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

export interface NamedStreams {
  add(name: string): void;
  remove(name: string): void;
  list(): string[];
}

/** SUBSCRIBE, UNSUBSCRIBE and LIST_SUBSCRIPTIONS, as both markets answer them. */
export function serveCommand(connection: Connection, text: string, streams: NamedStreams): void {
  const command = parseCommand(text);
  if (command === null) {
    send(connection, { error: { code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' } });
    return;
  }
  const { id } = command;
  switch (command.method) {
    case 'SUBSCRIBE':
      for (const name of command.params) streams.add(name);
      send(connection, { result: null, id });
      return;
    case 'UNSUBSCRIBE':
      for (const name of command.params) streams.remove(name);
      send(connection, { result: null, id });
      return;
    case 'LIST_SUBSCRIPTIONS':
      send(connection, { result: streams.list(), id });
      return;
    default:
      send(connection, {
        error: { code: 2, msg: `Invalid request: unknown variant ${command.method}` },
        id,
      });
  }
}
