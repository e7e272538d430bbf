import WebSocket from 'ws';
import { parseExact } from './json.ts';

export interface SocketTiming {
  pingMs: number;
  /** Nothing heard, not even a pong, for this long: dead. */
  silenceMs: number;
  dialTimeoutMs: number;
  /** Replaced before Binance's end of 24 h. */
  lifeMs: number;
  retryMinMs: number;
  retryMaxMs: number;
}

export const SOCKET_TIMING: SocketTiming = {
  pingMs: 10_000,
  silenceMs: 25_000,
  dialTimeoutMs: 8_000,
  lifeMs: 23 * 3_600_000,
  retryMinMs: 250,
  retryMaxMs: 15_000,
};

/** The server does not want this address: a 4xx to the handshake, or a farewell right after it. */
export class HandshakeRefused extends Error {
  override name = 'HandshakeRefused';
}

/** The server wants no connection now, for load: 429 or 418 to the handshake. */
export class HandshakeThrottled extends Error {
  override name = 'HandshakeThrottled';
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Where a refusal for load does not say for how long. */
const LOAD_PAUSE_MS = 5_000;

const LOST_WITHOUT_FAREWELL = 1006;

/** The one that stands, one that is about to, or one that was replaced. */
export interface Connection {
  /** False where it is not open: nothing has left. */
  send(message: object): boolean;
  /** Where it is the one that stands the usual reconnecting follows. */
  end(reason: string): void;
}

export interface SocketOptions {
  /** Asked for before every attempt. */
  address(): Promise<string>;
  onMessage(message: unknown, from: Connection): void;
  /**
   * What a connection has to say and hear before it counts as standing; where that fails it is given up. What waits for
   * an answer then has to fail when the connection ends.
   */
  greet?(connection: Connection): Promise<void>;
  /** A connection stands. `again` is false for the first one only. */
  onUp(again: boolean): void;
  onDown(reason: string): void;
  /** Whichever it was: nothing more comes by it. */
  onEnd?(connection: Connection, reason: string): void;
  onDialFailed(error: Error): void;
  /** How long a connection that was replaced stays open, for what is still to come by it. Default 0. */
  lingerMs?: number;
  timing: SocketTiming;
}

export interface KeptSocket {
  /** @throws Error when the first attempt fails; nothing goes on in the background then. */
  open(): Promise<void>;
  /** Connects in the background, for as long as it takes. */
  keep(): void;
  /** The connection that stands. */
  current(): Connection | null;
  /** Opens a new connection and closes the old one once the new one stands. */
  replace(): void;
  close(): void;
}

function handshakeError(status: number, retryAfterSeconds: number): Error {
  const message = `HTTP ${status} to the handshake`;
  if (status === 429 || status === 418) {
    const ms = retryAfterSeconds >= 0 ? retryAfterSeconds * 1000 : LOAD_PAUSE_MS;
    return new HandshakeThrottled(message, ms);
  }
  return status >= 400 && status < 500 ? new HandshakeRefused(message) : new Error(message);
}

interface Open extends Connection {
  socket: WebSocket;
}

/** One WebSocket that is always meant to be there: proves itself by a pong, notices silence, comes back. */
export function keepSocket(options: SocketOptions): KeptSocket {
  const { timing } = options;
  let current: Open | null = null;
  let closed = false;
  let replacing = false;
  let stoodOnce = false;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let life: NodeJS.Timeout | undefined;
  const connections = new Set<Open>();

  /** Resolves with a connection over which a ping came back, and that has been greeted. */
  async function dial(): Promise<Open> {
    const connection = await connect();
    try {
      await options.greet?.(connection);
    } catch (error) {
      connection.end('not greeted');
      throw error;
    }
    return connection;
  }

  async function connect(): Promise<Open> {
    const address = await options.address();
    if (closed) throw new Error('closed');
    const socket = new WebSocket(address, {
      perMessageDeflate: false,
      handshakeTimeout: timing.dialTimeoutMs,
      followRedirects: false,
    });
    const connection = listen(socket);
    return await new Promise<Open>((resolve, reject) => {
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(error);
        socket.terminate();
      };
      const timer = setTimeout(() => fail(new Error('no pong in time')), timing.dialTimeoutMs);
      socket.once('open', () => socket.ping());
      socket.once('pong', () => {
        clearTimeout(timer);
        resolve(connection);
      });
      socket.once('unexpected-response', (_request, response) => {
        const status = response.statusCode ?? 0;
        fail(handshakeError(status, Number(response.headers['retry-after'])));
      });
      socket.once('close', (code) => {
        const message = `closed at once (${code})`;
        fail(code === LOST_WITHOUT_FAREWELL ? new Error(message) : new HandshakeRefused(message));
      });
      socket.once('error', (error: NodeJS.ErrnoException) => fail(new Error(error.code ?? error.message)));
    });
  }

  /** Messages, silence and end of one connection. */
  function listen(socket: WebSocket): Open {
    let heardAt = performance.now();
    let reason = 'closed';
    const heard = () => {
      heardAt = performance.now();
    };
    const connection: Open = {
      socket,
      send(message) {
        if (socket.readyState !== WebSocket.OPEN) return false;
        socket.send(JSON.stringify(message));
        return true;
      },
      end(why) {
        ended(why);
        socket.terminate();
      },
    };
    connections.add(connection);
    function ended(why: string): void {
      if (!connections.delete(connection)) return;
      clearInterval(heartbeat);
      if (connection === current) lost(why);
      options.onEnd?.(connection, why);
    }
    const heartbeat = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (performance.now() - heardAt > timing.silenceMs) connection.end('silent');
      else socket.ping();
    }, timing.pingMs);
    socket.on('ping', heard);
    socket.on('pong', heard);
    socket.on('message', (data) => {
      heard();
      let message: unknown;
      try {
        message = parseExact(data.toString());
      } catch {
        return;
      }
      options.onMessage(message, connection);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reason = error.code ?? 'error';
    });
    socket.on('close', () => ended(reason));
    return connection;
  }

  function adopt(connection: Open, again: boolean): void {
    if (closed) return connection.end('closed');
    const old = current;
    current = connection;
    stoodOnce = true;
    failures = 0;
    clearTimeout(life);
    life = setTimeout(replace, timing.lifeMs);
    if (old !== null) retire(old);
    options.onUp(again);
    // It may have gone between its pong and here, when it was nobody's yet.
    if (!connections.has(connection) && connection === current) lost('closed');
  }

  function retire({ socket }: Open): void {
    const { lingerMs = 0 } = options;
    if (lingerMs === 0) socket.close();
    else setTimeout(() => socket.close(), lingerMs).unref();
  }

  function lost(reason: string): void {
    current = null;
    clearTimeout(life);
    if (closed) return;
    options.onDown(reason);
    reconnectLater();
  }

  function reconnectLater(): void {
    const delayMs = Math.min(timing.retryMaxMs, timing.retryMinMs * 2 ** Math.min(failures, 10));
    failures += 1;
    clearTimeout(retry);
    retry = setTimeout(reconnect, delayMs * (0.5 + Math.random() / 2));
  }

  async function reconnect(): Promise<void> {
    try {
      adopt(await dial(), stoodOnce);
    } catch (error) {
      if (closed) return;
      options.onDialFailed(error as Error);
      reconnectLater();
    }
  }

  async function replace(): Promise<void> {
    if (closed || replacing || current === null) return;
    replacing = true;
    try {
      const successor = await dial();
      // The old one ended meanwhile: its reconnecting is under way and would leave two.
      if (current === null) successor.end('not needed');
      else adopt(successor, true);
    } catch (error) {
      if (closed) return;
      options.onDialFailed(error as Error);
      clearTimeout(life);
      life = setTimeout(replace, timing.retryMaxMs);
    } finally {
      replacing = false;
    }
  }

  return {
    async open() {
      adopt(await dial(), false);
    },
    keep: () => void reconnect(),
    current: () => current,
    replace: () => void replace(),
    close() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(life);
      for (const connection of [...connections]) connection.end('closed');
    },
  };
}
