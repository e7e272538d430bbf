import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Decimal } from '../../trading/decimal.ts';
import { type ApiKey, KeyRing } from './auth.ts';
import { controlRoutes } from './control.ts';
import { type Answer, Dispatcher, type Incoming, refused } from './dispatch.ts';
import { Faults, type HttpFault } from './faults.ts';
import { deliver, read, unknownOutcome, write } from './http.ts';
import { instruments } from './instruments.ts';
import { Limiter } from './limits.ts';
import { type MarketSource, type PriceFeed, startPrices } from './prices.ts';
import { Random } from './random.ts';
import type { Heartbeat } from './sockets.ts';
import type { RateLimits as SpotRates } from './spot/limits.ts';
import { createSpotSide, followFutures, type SpotSide } from './spot/side.ts';
import { loadState, StateFile } from './state.ts';
import { HEARTBEAT, Streams } from './streams.ts';
import { accountRoutes, listenKeyRoutes } from './usdm/account-rest.ts';
import { algoRoutes } from './usdm/algo-rest.ts';
import type { Policy } from './usdm/core.ts';
import { UsdmExchange } from './usdm/exchange.ts';
import { type RateLimits, usdmLimits, usdmRates } from './usdm/limits.ts';
import { ListenKeys } from './usdm/listen-keys.ts';
import { publicRoutes } from './usdm/public-rest.ts';
import { tradingRoutes } from './usdm/trade-rest.ts';
import { WS_METHODS } from './usdm/ws-methods.ts';
import { WsApi, type WsConnection } from './ws-api.ts';

/** The simulated exchange as a server on loopback: one origin for every REST and WebSocket path. */

/** A request as it came in, for tests that ask what was sent. */
export interface RecordedRequest {
  method: string;
  path: string;
  params: Readonly<Record<string, string>>;
  /** Server time in milliseconds. */
  at: number;
  /** By a WebSocket API. Its requests that do what a REST route does have that route's method and path, others `WS`. */
  socket: boolean;
}

export interface BinanceSimOptions {
  /** 0, the default, lets the system choose. */
  port?: number;
  /** Of ids and synthetic prices. Default 1. */
  seed?: number;
  /** How many contracts are listed, at most 600. Default: the 46 real ones. */
  symbols?: number;
  /** USDT in the futures wallet. Default 10000. */
  balance?: Decimal | string;
  /** What the spot wallet holds, by asset. Default: as many USDT as the futures wallet. */
  spotBalances?: Readonly<Record<string, string>>;
  uid?: number;
  /** With keys given only these are accepted; else every key and signature of the right form is. */
  apiKeys?: readonly ApiKey[];
  /** A file that keeps the account over restarts. */
  state?: string;
  /** Added to every answer. */
  latencyMs?: number;
  /** Where prices come from. Default: they stand still until they are set. */
  market?: MarketSource;
  limits?: Partial<RateLimits>;
  spotLimits?: Partial<SpotRates>;
  policy?: Partial<Policy>;
  /** Milliseconds since the epoch. Default: the system's clock. */
  clock?: () => number;
  /** Of the mark price streams. Default 1000. */
  markPriceMs?: number;
  /** Of spot's WebSockets. Default: a ping every 20 s, a pong within 60 s. */
  heartbeat?: Heartbeat;
}

export interface BinanceSim {
  /** `http://127.0.0.1:PORT`; WebSockets are at the same host and port. */
  readonly url: string;
  readonly usdm: UsdmExchange;
  readonly spot: SpotSide;
  readonly faults: Faults;
  readonly streams: Streams;
  /** The WebSocket API of USDⓈ-M. */
  readonly api: Pick<WsApi<WsConnection>, 'sockets'>;
  readonly limiter: Limiter;
  readonly prices: PriceFeed;
  readonly requests: readonly RecordedRequest[];
  /** Milliseconds by which the server's clock is ahead of the system's. */
  setClockOffset(offsetMs: number): void;
  close(): Promise<void>;
}

const REQUESTS_KEPT = 10_000;

/** Starts the exchange on 127.0.0.1 and resolves once it listens. */
export async function startBinanceSim(options: BinanceSimOptions = {}): Promise<BinanceSim> {
  const sim = new Simulator(options);
  await sim.listen(options.port ?? 0);
  return sim;
}

class Simulator implements BinanceSim {
  readonly usdm: UsdmExchange;
  readonly spot: SpotSide;
  readonly faults = new Faults();
  readonly streams: Streams;
  readonly api: WsApi<WsConnection>;
  readonly limiter: Limiter;
  readonly prices: PriceFeed;
  readonly requests: RecordedRequest[] = [];
  readonly #dispatcher: Dispatcher;
  readonly #control: ReadonlyMap<string, (body: Record<string, unknown>) => unknown>;
  readonly #server: Server;
  readonly #state: StateFile | null;
  readonly #latencyMs: number;
  readonly #timer: NodeJS.Timeout;
  #offsetMs = 0;

  constructor(options: BinanceSimOptions) {
    const clock = options.clock ?? Date.now;
    const keyRing = new KeyRing(options.apiKeys ?? []);
    this.usdm = new UsdmExchange({
      clock: () => clock() + this.#offsetMs,
      instruments: instruments(options.symbols),
      seed: options.seed ?? 1,
      balance: new Decimal(options.balance ?? 10_000),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      keys: keyRing,
      // A market that moves by itself lives through the day; one that is set by hand does nothing unasked.
      policy: { funding: isMoving(options.market) ? 'scheduled' : 'scripted', ...options.policy },
    });
    this.spot = createSpotSide({
      usdm: this.usdm,
      keys: keyRing,
      faults: this.faults,
      symbols: options.symbols,
      seed: options.seed ?? 1,
      balances: spotBalances(options),
      limits: options.spotLimits ?? {},
      everyMs: options.markPriceMs ?? 1_000,
      heartbeat: options.heartbeat,
      record: (...request) => this.#record(true, ...request),
    });
    const halves = { usdm: this.usdm, spot: this.spot.exchange };
    if (options.state !== undefined) loadState(options.state, halves);
    followFutures(this.usdm, this.spot.exchange);
    this.#state = options.state === undefined ? null : new StateFile(options.state, halves);
    this.#latencyMs = options.latencyMs ?? 0;
    const rates = usdmRates(options.limits);
    this.limiter = new Limiter(usdmLimits(rates));
    const keys = new ListenKeys(new Random((options.seed ?? 1) + 1));
    this.streams = new Streams({
      exchange: this.usdm,
      keys,
      faults: this.faults,
      ...(options.markPriceMs === undefined ? {} : { markPriceMs: options.markPriceMs }),
    });
    this.#dispatcher = new Dispatcher(this.usdm, this.limiter, [
      ...publicRoutes(this.usdm, rates),
      ...tradingRoutes(this.usdm),
      ...algoRoutes(this.usdm),
      ...accountRoutes(this.usdm),
      ...listenKeyRoutes(this.usdm, keys),
    ]);
    this.api = new WsApi<WsConnection>({
      served: this.usdm,
      dispatcher: this.#dispatcher,
      limiter: this.limiter,
      faults: this.faults,
      heartbeat: HEARTBEAT,
      record: (...request) => this.#record(true, ...request),
      methods: WS_METHODS,
      open: (connection) => connection,
    });
    this.prices = startPrices(this.usdm, options.market ?? { kind: 'still' });
    this.#control = controlRoutes(this);
    this.#timer = setInterval(() => this.usdm.elapse(), 1_000).unref();
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  setClockOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.prices.stop();
    this.streams.close();
    this.api.close();
    this.spot.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#state?.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const incoming = await read(request);
      if (incoming.path.startsWith('/__sim/')) this.#steer(incoming, response);
      else await this.#answer(incoming, response);
    } catch (error) {
      if (!response.headersSent) write(response, refused(error));
    }
  }

  /** Spot streams are at `/ws` and `/stream`, the WebSocket APIs at `/ws-api/v3` and `/ws-fapi/v1`; all else is USDⓈ-M's. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [, first] = (request.url ?? '/').split(/[/?]/);
    if (first === 'ws-fapi') this.api.upgrade(request, socket, head);
    else if (first === 'ws-api') this.spot.api.upgrade(request, socket, head);
    else if (first === 'ws' || first === 'stream') this.spot.streams.upgrade(request, socket, head);
    else this.streams.upgrade(request, socket, head);
  }

  #record(socket: boolean, method: string, path: string, params: ReadonlyMap<string, string>): void {
    this.requests.push({ method, path, params: Object.fromEntries(params), at: this.usdm.now(), socket });
    if (this.requests.length > REQUESTS_KEPT) this.requests.shift();
  }

  /** The half that serves the path, and its limits. */
  #half(path: string): { dispatcher: Dispatcher; limiter: Limiter } {
    return /^\/s?api\//.test(path) ? this.spot : { dispatcher: this.#dispatcher, limiter: this.limiter };
  }

  #steer(incoming: Incoming, response: ServerResponse): void {
    const handle = this.#control.get(`${incoming.method} ${incoming.path}`);
    if (handle === undefined) {
      write(response, { status: 404, body: JSON.stringify({ msg: `no ${incoming.path}` }), headers: {} });
      return;
    }
    const body: Record<string, unknown> = incoming.body === '' ? {} : JSON.parse(incoming.body);
    write(response, { status: 200, body: JSON.stringify(handle(body) ?? {}), headers: {} });
  }

  async #answer(incoming: Incoming, response: ServerResponse): Promise<void> {
    const { method, path, params } = incoming;
    this.#record(false, method, path, params);
    const fault = this.faults.http(method, path, params);
    const truth = this.#truth(incoming, fault);
    const waitMs = this.#latencyMs + (fault?.delayMs ?? 0);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const answer = fault?.answer ?? { kind: 'true' };
    if (answer.kind === 'unknown') write(response, unknownOutcome(this.usdm.now(), path));
    else deliver(response, truth, answer, this.#half(path).limiter.headers());
  }

  /** What the exchange would say, after doing it, unless the fault keeps it from that. */
  #truth(incoming: Incoming, fault: HttpFault | null): Answer {
    const { dispatcher } = this.#half(incoming.path);
    if (fault !== null && !fault.apply) return { status: 200, body: '{}', headers: {} };
    if (fault?.applyAfterMs !== undefined) {
      setTimeout(() => dispatcher.dispatch(incoming), fault.applyAfterMs).unref();
      return { status: 200, body: '{}', headers: {} };
    }
    return dispatcher.dispatch(incoming);
  }
}

function spotBalances(options: BinanceSimOptions): Record<string, Decimal> {
  const given = options.spotBalances ?? { USDT: String(options.balance ?? 10_000) };
  return Object.fromEntries(Object.entries(given).map(([asset, total]) => [asset, new Decimal(total)]));
}

function isMoving(market: MarketSource | undefined): boolean {
  return market !== undefined && market.kind !== 'still';
}
