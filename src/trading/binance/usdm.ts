import type { BaseLogger } from 'pino';
import { systemClock } from '../clock.ts';
import { type Exchange, type ExchangeEvent, type OrderHistory, Unreachable } from '../exchange.ts';
import { type BinanceEnv, endpointsOf } from './endpoints.ts';
import { usdmInstruments, type WireExchangeInfo, weightLimit } from './instruments.ts';
import { createKeyRefusals } from './key-refusals.ts';
import { createListings } from './listings.ts';
import { createMarketStream, type MarketStreamTiming, USDM_MARKET } from './market-stream.ts';
import { createOrderMemory } from './order-memory.ts';
import { createPrivateStream, type PrivateStreamTiming } from './private-stream.ts';
import { createRedactor } from './redact.ts';
import { createRest, Refused } from './rest.ts';
import { SOCKET_TIMING } from './socket.ts';
import type { TransportLimits } from './transport.ts';
import { createUsdmOrderReads } from './usdm-order-reads.ts';
import { createPrivateEvents } from './usdm-private.ts';
import { createUsdmReads } from './usdm-reads.ts';
import { createUsdmWrites } from './usdm-writes.ts';

export interface UsdmTiming {
  rest: TransportLimits;
  privateStream: PrivateStreamTiming;
  marketStream: MarketStreamTiming;
  /** Between the small requests that keep two connections open and the clock right. */
  warmMs: number;
}

export const USDM_TIMING: UsdmTiming = {
  rest: { readTimeoutMs: 5_000, writeTimeoutMs: 12_000 },
  privateStream: { socket: SOCKET_TIMING, keepAliveMs: 30 * 60_000, owedEventMs: 8_000 },
  marketStream: { socket: { ...SOCKET_TIMING, pingMs: 5_000, silenceMs: 12_000 }, lastPriceMs: 200 },
  warmMs: 4_000,
};

export interface UsdmOptions {
  env: BinanceEnv;
  /** BINANCE_URL: one origin that serves every path, REST and WebSocket. */
  url: string | null;
  key: string;
  /** An HMAC secret, or a PEM private key (Ed25519 or RSA). */
  secret: string;
  log: Pick<BaseLogger, 'debug' | 'info' | 'warn'>;
  now(): number;
  timing?: UsdmTiming;
}

const DEFAULT_WEIGHT_LIMIT = 2_400;

/**
 * USDⓈ-M futures behind the `Exchange` port: REST and signing by the SDK's clients, streams by `ws` directly, because
 * the SDK's WebSocket client retries no failed first subscription, notices silence late and prints what it meets.
 * @throws Error for an empty key or secret, and for `paper` without a url.
 */
export function createUsdmExchange(options: UsdmOptions): Exchange & OrderHistory {
  if (options.key === '' || options.secret === '')
    throw new Error('the API key and its secret must not be empty');
  const { log, now } = options;
  const timing = options.timing ?? USDM_TIMING;
  const endpoints = endpointsOf(options.env, options.url);
  const redactor = createRedactor(options.key, options.secret);
  const memory = createOrderMemory();
  let listener: ((event: ExchangeEvent) => void) | null = null;
  let lastEventAt = 0;
  let warm: NodeJS.Timeout | undefined;

  const emit = (event: ExchangeEvent) => listener?.(event);
  const rest = createRest({
    market: 'usdm',
    endpoints,
    key: options.key,
    secret: options.secret,
    redactor,
    limits: timing.rest,
    now,
    onKeyRefused: createKeyRefusals(emit),
  });
  const listings = createListings({
    read: () =>
      rest.read(
        'instruments',
        () => rest.usdm.getExchangeInfo(),
        (info: WireExchangeInfo) => ({ instruments: usdmInstruments(info), limit: weightLimit(info) }),
      ),
    defaultLimit: DEFAULT_WEIGHT_LIMIT,
    onTrouble: (message) => log.warn({ reason: redactor.clean(message) }, 'instruments not read'),
    onRead: () => emit({ type: 'instruments' }),
  });
  const serverNow = () => now() + rest.clock.offsetMs();
  const reads = createUsdmReads({ rest, env: options.env, serverNow });
  const orders = createUsdmOrderReads({ rest, memory, serverNow });

  const privateStream = createPrivateStream({
    origin: endpoints.usdmStream,
    timing: timing.privateStream,
    async listenKey() {
      const key = await rest.read(
        'listen key',
        () => rest.usdm.getFuturesUserDataListenKey(),
        (body: { listenKey: string }) => {
          if (typeof body.listenKey !== 'string') throw new TypeError('no listen key');
          return body.listenKey;
        },
      );
      redactor.hide(key);
      return key;
    },
    async keepAlive() {
      try {
        await rest.read(
          'listen key',
          () => rest.usdm.keepAliveFuturesUserDataListenKey(),
          () => null,
        );
        return 'extended';
      } catch (error) {
        return error instanceof Refused ? 'gone' : 'failed';
      }
    },
    onMessage: onPrivateMessage,
    onState(state, reason) {
      log.info({ state, reason }, 'private stream');
      emit({ type: 'stream', state, reason });
    },
    onTrouble: (message) => log.warn({ reason: redactor.clean(message) }, 'private stream'),
  });

  const marketStream = createMarketStream({
    origin: endpoints.usdmStream,
    kind: USDM_MARKET,
    timing: timing.marketStream,
    onPrices: (symbol, prices, at) => emit({ type: 'prices', symbol, prices, at }),
    onTrouble: (message) => log.warn({ reason: redactor.clean(message) }, 'market stream'),
  });

  const writes = createUsdmWrites({
    rest,
    memory,
    findOrder: orders.findOrder,
    onConfirmed: (sentAt) => privateStream.expectEvent(sentAt),
    onMisfit: () => void listings.renew(),
  });

  const privateEvents = createPrivateEvents({
    memory,
    findOrder: orders.findOrder,
    positionFeesSince: reads.positionFeesSince,
    emit,
    stream: privateStream,
    clean: redactor.clean,
    clock: systemClock,
    log,
  });

  function onPrivateMessage(raw: unknown): void {
    lastEventAt = now();
    privateEvents.take(raw);
  }

  /** Two connections stay open, so that an order and its stop pay no handshake. */
  function keepWarm(): void {
    void rest.clock.sync();
    rest.ping();
  }

  return {
    async connect(to) {
      listener = to;
      const [synced] = await Promise.all([rest.clock.sync(), listings.refresh()]);
      if (!synced) throw new Unreachable('server time: no answer');
      try {
        await privateStream.open();
      } catch (error) {
        if (error instanceof Unreachable) throw error;
        throw new Unreachable(`private stream: ${redactor.clean((error as Error).message)}`);
      }
      lastEventAt = now();
      clearInterval(warm);
      warm = setInterval(keepWarm, timing.warmMs);
      listings.renewHourly();
    },
    async close() {
      listener = null;
      clearInterval(warm);
      listings.stop();
      privateEvents.close();
      marketStream.close();
      privateStream.close();
      rest.close();
    },
    instruments: listings.instruments,
    refreshInstruments: listings.refresh,
    ...reads,
    ...orders,
    ...writes,
    watch: (symbols) => marketStream.watch(symbols),
    health: () => ({
      streamUp: privateStream.isUp(),
      lastEventAt,
      weightUsed: rest.weight(now()) / listings.maxWeight(),
      clockOffsetMs: rest.clock.offsetMs(),
      latencyMs: rest.clock.latencyMs(),
    }),
  };
}
