import type { BaseLogger } from 'pino';
import { type Exchange, type ExchangeEvent, type Instrument, Unreachable } from '../exchange.ts';
import type { AccountStream } from './account-stream.ts';
import type { Doubt } from './calls.ts';
import { type BinanceEnv, type Endpoints, endpointsOf } from './endpoints.ts';
import { createGate, type Gate } from './gate.ts';
import { createKeyRefusals } from './key-refusals.ts';
import { createListings, type Listings } from './listings.ts';
import type { MarketStreamTiming } from './market-stream.ts';
import { createOrderMemory, type OrderMemory } from './order-memory.ts';
import { createOrderSocket, type OrderSocketOptions, type OrderSocketTiming } from './order-socket.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { createRest, type Rest } from './rest.ts';
import { createPlainSigner } from './signing.ts';
import { SOCKET_TIMING } from './socket.ts';
import type { TransportLimits } from './transport.ts';

export interface AdapterOptions {
  env: BinanceEnv;
  /** BINANCE_URL: one origin that serves every path, REST and WebSocket. */
  url: string | null;
  key: string;
  /** An HMAC secret, or a PEM private key (Ed25519 or RSA). */
  secret: string;
  log: Pick<BaseLogger, 'debug' | 'info' | 'warn'>;
  now(): number;
  doubt?: Doubt | undefined;
}

export interface AdapterTiming {
  rest: TransportLimits;
  marketStream: MarketStreamTiming;
  /** Between the small requests that keep connections open and the clock right, and measure both ways of orders. */
  warmMs: number;
  /** Orders by REST alone without it. */
  orderSocket?: OrderSocketTiming;
}

/**
 * A new one every four seconds of `warmMs`: a comparison is of the last twenty. Nobody waits for this socket, so that one
 * that is refused, as by a proxy that does not serve it, is tried again less and less often.
 */
export const ORDER_SOCKET_TIMING: OrderSocketTiming = {
  socket: { ...SOCKET_TIMING, pingMs: 5_000, silenceMs: 12_000, retryMaxMs: 5 * 60_000 },
  samples: 5,
};

interface MarketOptions {
  market: 'usdm' | 'spot';
  timing: AdapterTiming;
  /** Of all symbols, or at least of the one that is named. */
  readListings(
    rest: Rest,
    symbol?: string,
  ): Promise<{ instruments: ReadonlyMap<string, Instrument>; limit: number | null }>;
  /** So many stay open: what is asked for at once before the first order on a symbol. */
  connections: number;
  /** Request weight a minute, until the exchange says it. */
  defaultWeight: number;
  /** Where the WebSocket API is, and what is asked to measure it. */
  orderSocket(endpoints: Endpoints): Pick<OrderSocketOptions, 'address' | 'probe' | 'greeting'>;
}

interface Parts {
  /** What logs and errors call the account's stream. */
  name: string;
  stream: AccountStream;
  /** Done again and again while connected. */
  every: { ms: number; run(): void };
  /** Ends whatever else the market has opened. */
  close(): void;
}

/** What the adapter of either market is built on. */
export interface Venue {
  endpoints: Endpoints;
  redactor: Redactor;
  memory: OrderMemory;
  gate: Gate;
  rest: Rest;
  listings: Listings;
  emit(event: ExchangeEvent): void;
  keyRefused(code: number, message: string): void;
  /** The exchange's time. */
  serverNow(): number;
  /** The account's stream has brought something. */
  heard(): void;
  /** Logs what went wrong with a part, without secrets. */
  trouble(what: string): (message: string) => void;
  /** Logs and tells how the account's stream stands. */
  streamState(name: string): (state: 'reconnected' | 'down', reason: string) => void;
  port(
    parts: Parts,
  ): Pick<Exchange, 'connect' | 'close' | 'instruments' | 'refreshInstruments' | 'health' | 'serverTime'>;
}

/** @throws Error for an empty key or secret, and for `paper` without a url. */
export function createVenue(options: AdapterOptions, own: MarketOptions): Venue {
  if (options.key === '' || options.secret === '')
    throw new Error('the API key and its secret must not be empty');
  const { key, secret, log, now, doubt } = options;
  const endpoints = endpointsOf(options.env, options.url);
  const redactor = createRedactor(key, secret);
  let listener: ((event: ExchangeEvent) => void) | null = null;
  let lastEventAt = 0;
  let timers: NodeJS.Timeout[] = [];

  const emit = (event: ExchangeEvent) => listener?.(event);
  const keyRefused = createKeyRefusals(emit);
  const gate = createGate();
  const serverNow = () => now() + byRest.clock.offsetMs();
  const byRest = createRest({
    gate,
    market: own.market,
    endpoints,
    key,
    secret,
    redactor,
    limits: own.timing.rest,
    now,
    onKeyRefused: keyRefused,
    doubt,
  });
  const { orderSocket: socketTiming } = own.timing;
  const orders =
    socketTiming &&
    createOrderSocket({
      ...own.orderSocket(endpoints),
      market: own.market,
      key,
      signer: createPlainSigner(secret),
      gate,
      byRest: byRest.order,
      ask: byRest.ask,
      requestMs: own.timing.rest.writeTimeoutMs,
      serverNow,
      clean: redactor.clean,
      log,
      timing: socketTiming,
      doubt,
    });
  const rest: Rest = orders === undefined ? byRest : { ...byRest, order: orders.send };
  const trouble = (what: string) => (message: string) => log.warn({ reason: redactor.clean(message) }, what);
  const listings = createListings({
    read: (symbol) => own.readListings(rest, symbol),
    defaultLimit: own.defaultWeight,
    onTrouble: trouble('instruments not read'),
    onRead: () => emit({ type: 'instruments' }),
  });

  /** Each is a handshake that nobody has to wait for: two ways there and back before the request itself. */
  async function keepWarm(): Promise<void> {
    const synced = await rest.clock.sync();
    await orders?.measure(synced ? rest.clock.latencyMs() : null);
    for (let count = 0; count < own.connections; count += 1) rest.ping();
  }

  return {
    endpoints,
    redactor,
    memory: createOrderMemory(),
    gate,
    rest,
    listings,
    emit,
    keyRefused: (code, message) => keyRefused(code, redactor.clean(message)),
    serverNow,
    heard() {
      lastEventAt = now();
    },
    trouble,
    streamState: (name) => (state, reason) => {
      log.info({ state, reason }, name);
      emit({ type: 'stream', state, reason });
    },
    port: ({ name, stream, every, close }) => ({
      async connect(to) {
        listener = to;
        const [synced] = await Promise.all([rest.clock.sync(), listings.refresh()]);
        if (!synced) throw new Unreachable('server time: no answer', 'network');
        try {
          await stream.open();
        } catch (error) {
          if (error instanceof Unreachable) throw error;
          throw new Unreachable(`${name}: ${redactor.clean((error as Error).message)}`);
        }
        lastEventAt = now();
        orders?.keep();
        listings.renewHourly();
        for (const timer of timers) clearInterval(timer);
        timers = [setInterval(() => void keepWarm(), own.timing.warmMs), setInterval(every.run, every.ms)];
      },
      async close() {
        listener = null;
        for (const timer of timers) clearInterval(timer);
        listings.stop();
        close();
        stream.close();
        orders?.close();
        rest.close();
      },
      instruments: listings.instruments,
      refreshInstruments: listings.refresh,
      serverTime: rest.clock.serverTime,
      health: () => ({
        streamUp: stream.isUp(),
        lastEventAt,
        weightUsed: rest.weight(now()) / listings.maxWeight(),
        clockOffsetMs: rest.clock.offsetMs(),
        latencyMs: rounded(rest.clock.latencyMs()),
        ordersBy: orders?.way() ?? 'rest',
      }),
    }),
  };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
