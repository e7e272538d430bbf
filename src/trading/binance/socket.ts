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

export interface SocketOptions {
  /** Asked for before every attempt. */
  address(): Promise<string>;
  onMessage(message: unknown): void;
  /** What a connection has to say and hear before it counts as standing; where that fails it is given up. */
  greet?(send: (message: object) => boolean): Promise<void>;
  /** A connection stands. `again` is false for the first one only. */
  onUp(again: boolean): void;
  onDown(reason: string): void;
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
  /** False where there is no connection: nothing has left. */
  send(message: object): boolean;
  isUp(): boolean;
  /** Opens a new connection and closes the old one once the new one stands. */
  replace(): void;
  /** Ends the connection; the usual reconnecting follows. */
  drop(reason: string): void;
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

/** One WebSocket that is always meant to be there: proves itself by a pong, notices silence, comes back. */
export function keepSocket(options: SocketOptions): KeptSocket {
  const { timing } = options;
  let current: WebSocket | null = null;
  let closed = false;
  let replacing = false;
  let stoodOnce = false;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let life: NodeJS.Timeout | undefined;
  const sockets = new Set<WebSocket>();

  /** Resolves with a connection over which a ping came back, and that has been greeted. */
  async function dial(): Promise<WebSocket> {
    const socket = await connect();
    if (options.greet === undefined) return socket;
    const gone = new Promise<never>((_resolve, reject) => {
      socket.once('close', () => reject(new Error('closed before it was greeted')));
    });
    // The greeting may be through long before.
    gone.catch(() => undefined);
    try {
      const send = (message: object) => {
        socket.send(JSON.stringify(message));
        return true;
      };
      await Promise.race([options.greet(send), gone]);
    } catch (error) {
      socket.terminate();
      throw error;
    }
    return socket;
  }

  async function connect(): Promise<WebSocket> {
    const address = await options.address();
    const socket = new WebSocket(address, {
      perMessageDeflate: false,
      handshakeTimeout: timing.dialTimeoutMs,
      followRedirects: false,
    });
    listen(socket);
    return await new Promise<WebSocket>((resolve, reject) => {
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(error);
        socket.terminate();
      };
      const timer = setTimeout(() => fail(new Error('no pong in time')), timing.dialTimeoutMs);
      socket.once('open', () => socket.ping());
      socket.once('pong', () => {
        clearTimeout(timer);
        resolve(socket);
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

  /** Messages and silence of one connection, whether it is the current one or about to be. */
  function listen(socket: WebSocket): void {
    sockets.add(socket);
    let heardAt = performance.now();
    let reason = 'closed';
    const heard = () => {
      heardAt = performance.now();
    };
    const heartbeat = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (performance.now() - heardAt > timing.silenceMs) {
        reason = 'silent';
        socket.terminate();
      } else socket.ping();
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
      options.onMessage(message);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reason = error.code ?? 'error';
    });
    socket.on('close', () => {
      clearInterval(heartbeat);
      sockets.delete(socket);
      if (socket === current) lost(reason);
    });
  }

  function adopt(socket: WebSocket, again: boolean): void {
    if (closed) return socket.terminate();
    const old = current;
    current = socket;
    stoodOnce = true;
    failures = 0;
    clearTimeout(life);
    life = setTimeout(replace, timing.lifeMs);
    if (old !== null) retire(old);
    options.onUp(again);
    // It may have gone between its pong and here, when it was nobody's yet.
    if (socket.readyState !== WebSocket.OPEN && socket === current) lost('closed');
  }

  function retire(old: WebSocket): void {
    const { lingerMs = 0 } = options;
    if (lingerMs === 0) old.close();
    else setTimeout(() => old.close(), lingerMs).unref();
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
      if (current === null) successor.terminate();
      else adopt(successor, true);
    } catch (error) {
      options.onDialFailed(error as Error);
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
    send(message) {
      if (current?.readyState !== WebSocket.OPEN) return false;
      current.send(JSON.stringify(message));
      return true;
    },
    isUp: () => current !== null,
    replace: () => void replace(),
    drop(reason) {
      const socket = current;
      if (socket === null) return;
      lost(reason);
      socket.terminate();
    },
    close() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(life);
      current = null;
      for (const socket of sockets) socket.terminate();
    },
  };
}
