import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type Connection as Connected,
  type Heartbeat,
  refuseUpgrade,
  Sockets,
  send,
  serveCommand,
} from '../sockets.ts';
import { DepthDiff, parseStream, type StreamName } from '../stream-messages.ts';
import type { SpotExchange } from './exchange.ts';
import { depthUpdate, isTimed, payload } from './market-streams.ts';

/** The market streams of the spot market: `/ws` and `/stream`. https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md */

interface Connection extends Connected {
  /** The `/stream` form wraps messages in `{"stream", "data"}`. */
  combined: boolean;
  names: Set<string>;
  diffs: Map<string, DepthDiff>;
}

export class SpotStreams {
  readonly #exchange: SpotExchange;
  readonly #sockets: Sockets<Connection>;
  readonly #timer: NodeJS.Timeout;
  #stalled = false;

  constructor(exchange: SpotExchange, everyMs: number, heartbeat: Heartbeat) {
    this.#exchange = exchange;
    this.#sockets = new Sockets<Connection>({
      heartbeat,
      onOpen: () => {},
      onMessage: (connection, text) =>
        serveCommand(connection, text, {
          add: (name) => connection.names.add(name),
          remove: (name) => connection.names.delete(name),
          list: () => [...connection.names],
        }),
    });
    exchange.subscribe((event) => {
      if (event.kind !== 'market') return;
      const { symbol } = event;
      this.#sendAll((name) => !isTimed(name) && (name.symbol === null || name.symbol === symbol), symbol);
    });
    this.#timer = setInterval(() => this.#sendAll(isTimed), everyMs).unref();
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

  #sendAll(wanted: (name: StreamName) => boolean, changed?: string): void {
    if (this.#stalled) return;
    for (const connection of this.#sockets) {
      for (const name of connection.names) {
        const stream = parseStream(name);
        if (stream !== null && wanted(stream)) this.#sendOne(connection, name, stream, changed);
      }
    }
  }

  #sendOne(connection: Connection, name: string, stream: StreamName, changed: string | undefined): void {
    const { markets } = this.#exchange;
    if (stream.symbol === null) {
      const market = changed === undefined ? undefined : markets.get(changed);
      const row = market === undefined ? null : payload(this.#exchange, market, stream);
      if (row !== null) sendStream(connection, name, [row]);
      return;
    }
    const market = markets.get(stream.symbol);
    if (market === undefined) return;
    const isDiff = stream.channel === 'depth' && !/^\d+$/.test(stream.detail);
    const message = isDiff
      ? depthUpdate(market, diffOf(connection, name), this.#exchange.now())
      : payload(this.#exchange, market, stream);
    if (message !== null) sendStream(connection, name, message);
  }

  announceShutdown(): void {
    const event = { e: 'serverShutdown', E: this.#exchange.now() };
    for (const connection of this.#sockets) sendStream(connection, '!serverShutdown', event);
  }

  /** Open and silent until `resume`; pings are still answered. */
  stall(): void {
    this.#stalled = true;
  }

  resume(): void {
    this.#stalled = false;
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

  drop(): void {
    this.#sockets.drop();
  }

  count(): number {
    return this.#sockets.count();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#sockets.close();
  }
}

function diffOf(connection: Connection, name: string): DepthDiff {
  const known = connection.diffs.get(name) ?? new DepthDiff();
  connection.diffs.set(name, known);
  return known;
}

function parseTarget(url: string): Pick<Connection, 'combined' | 'names'> | null {
  const [path = '', query = ''] = url.split('?');
  const [, form, ...rest] = path.split('/');
  if (form !== 'ws' && form !== 'stream') return null;
  const inQuery = new URLSearchParams(query).get('streams')?.split('/') ?? [];
  const names = [...rest.map(decodeURIComponent), ...inQuery].filter((name) => name !== '');
  return { combined: form === 'stream', names: new Set(names) };
}

function sendStream(connection: Connection, stream: string, data: unknown): void {
  send(connection, connection.combined ? { stream, data } : data);
}
