import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface StubRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
}

/** An answer: a body that is sent as JSON, or whatever the function does to the socket. */
export type StubAnswer =
  | { status?: number; headers?: Record<string, string>; body: unknown }
  | ((response: ServerResponse, request: StubRequest) => void);

/** One origin that answers what a test tells it to: for the faults that no simulated exchange commits by itself. */
export interface StubExchange {
  url: string;
  requests: StubRequest[];
  /** The answers to `METHOD /path`, one after the other; the last one stays. */
  answer(route: string, ...answers: StubAnswer[]): void;
  sent(route: string): StubRequest[];
  /** Decides over a handshake; true lets it in. */
  admit: (path: string) => boolean;
  sockets: { path: string; socket: WebSocket }[];
  /** How many TCP connections for requests were opened. */
  connections(): number;
  push(message: object): void;
  until(condition: () => boolean, what: string): Promise<void>;
  close(): Promise<void>;
}

export const LISTEN_KEY = 'listen-key-that-nobody-may-see';

export const EXCHANGE_INFO = {
  rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
  symbols: [
    {
      symbol: 'BTCUSDT',
      contractType: 'PERPETUAL',
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      filters: [
        { filterType: 'PRICE_FILTER', minPrice: '556.80', maxPrice: '4529764', tickSize: '0.10' },
        { filterType: 'LOT_SIZE', stepSize: '0.001', maxQty: '1000', minQty: '0.001' },
        { filterType: 'MARKET_LOT_SIZE', stepSize: '0.002', maxQty: '120', minQty: '0.002' },
        { filterType: 'MIN_NOTIONAL', notional: '100' },
        {
          filterType: 'PERCENT_PRICE',
          multiplierUp: '1.0500',
          multiplierDown: '0.9500',
          multiplierDecimal: '4',
        },
      ],
    },
    {
      symbol: 'BTCUSDT_261225',
      contractType: 'CURRENT_QUARTER',
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      filters: [],
    },
  ],
};

export async function startStubExchange(): Promise<StubExchange> {
  const answers = new Map<string, StubAnswer[]>();
  const requests: StubRequest[] = [];
  const sockets: StubExchange['sockets'] = [];
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of waiting) check();
  };

  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://stub');
    const request = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
    };
    requests.push(request);
    changed();
    const queue = answers.get(`${request.method} ${request.path}`);
    const answer = queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0];
    if (answer === undefined) return reply(response, 404, {}, '<html>no such page</html>');
    if (typeof answer === 'function') return answer(response, request);
    reply(response, answer.status ?? 200, answer.headers ?? {}, answer.body);
  });
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const sessions = new WebSocketServer({ noServer: true });
  const stub: StubExchange = {
    url: '',
    requests,
    sockets,
    answer: (route, ...list) => void answers.set(route, list),
    sent: (route) => requests.filter((request) => `${request.method} ${request.path}` === route),
    admit: () => true,
    connections: () => connections,
    push(message) {
      for (const { socket } of sockets) socket.send(JSON.stringify(message));
    },
    until: (condition, what) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!condition()) return;
          clearInterval(poll);
          clearTimeout(limit);
          waiting.delete(check);
          resolve();
        };
        // What the adapter does inside itself shows in no request: looked at now and then.
        const poll = setInterval(check, 5);
        const limit = setTimeout(() => {
          clearInterval(poll);
          waiting.delete(check);
          reject(new Error(`did not happen: ${what}`));
        }, 8_000);
        waiting.add(check);
        check();
      }),
    async close() {
      for (const { socket } of sockets) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? '';
    if (!stub.admit(path)) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sessions.handleUpgrade(request, socket, head, (session) => {
      const entry = { path, socket: session };
      sockets.push(entry);
      session.on('close', () => {
        sockets.splice(sockets.indexOf(entry), 1);
        changed();
      });
      changed();
    });
  });
  stub.answer('GET /fapi/v1/time', (response) => reply(response, 200, {}, { serverTime: Date.now() }));
  stub.answer('GET /fapi/v1/ping', { body: {} });
  stub.answer('GET /fapi/v1/exchangeInfo', { body: EXCHANGE_INFO });
  stub.answer('POST /fapi/v1/listenKey', { body: { listenKey: LISTEN_KEY } });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return stub;
}

function reply(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: unknown,
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text);
}
