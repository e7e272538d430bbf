import { type Exchange, type ExchangeEvent, type OrderHistory, Unreachable } from '../exchange.ts';
import { endpointsOf } from './endpoints.ts';
import { createGate } from './gate.ts';
import { weightLimit } from './instruments.ts';
import { createKeyRefusals } from './key-refusals.ts';
import { createListings } from './listings.ts';
import { createMarketStream, type MarketStreamTiming, SPOT_MARKET } from './market-stream.ts';
import { createOrderMemory } from './order-memory.ts';
import { createQuietPrices } from './quiet-prices.ts';
import { createRedactor } from './redact.ts';
import { createRest } from './rest.ts';
import { createPlainSigner } from './signing.ts';
import { SOCKET_TIMING } from './socket.ts';
import { spotInstruments, type WireSpotInfo } from './spot-instruments.ts';
import { createSpotOrderReads } from './spot-order-reads.ts';
import { createSpotReads } from './spot-reads.ts';
import { createSpotUserEvents } from './spot-user.ts';
import { createSpotWrites } from './spot-writes.ts';
import type { TransportLimits } from './transport.ts';
import type { UsdmOptions } from './usdm.ts';
import { createUserStream, type UserStreamTiming } from './user-stream.ts';

export interface SpotTiming {
  rest: TransportLimits;
  userStream: UserStreamTiming;
  marketStream: MarketStreamTiming;
  /** Between the small requests that keep two connections open and the clock right. */
  warmMs: number;
  /** A watched symbol that has not traded for so long is asked for its price. */
  quietMs: number;
}

export const SPOT_TIMING: SpotTiming = {
  rest: { readTimeoutMs: 5_000, writeTimeoutMs: 12_000 },
  userStream: { socket: SOCKET_TIMING, requestMs: 5_000, owedEventMs: 8_000 },
  marketStream: { socket: { ...SOCKET_TIMING, pingMs: 5_000, silenceMs: 12_000 }, lastPriceMs: 200 },
  warmMs: 4_000,
  quietMs: 10_000,
};

export type SpotOptions = Omit<UsdmOptions, 'timing'> & { timing?: SpotTiming };

const DEFAULT_WEIGHT_LIMIT = 6_000;

/**
 * The spot market behind the `Exchange` port: REST and signing by the SDK's client, streams by `ws` directly, because
 * the SDK's WebSocket API retries no failed first subscription and lets requests wait for ever.
 * @throws Error for an empty key or secret, and for `paper` without a url.
 */
export function createSpotExchange(options: SpotOptions): Exchange & OrderHistory {
  if (options.key === '' || options.secret === '')
    throw new Error('the API key and its secret must not be empty');
  const { log, now } = options;
  const timing = options.timing ?? SPOT_TIMING;
  const endpoints = endpointsOf(options.env, options.url);
  const redactor = createRedactor(options.key, options.secret);
  const memory = createOrderMemory();
  let listener: ((event: ExchangeEvent) => void) | null = null;
  let lastEventAt = 0;
  let timers: NodeJS.Timeout[] = [];

  const emit = (event: ExchangeEvent) => listener?.(event);
  const keyRefused = createKeyRefusals(emit);
  const gate = createGate();
  const rest = createRest({
    gate,
    market: 'spot',
    endpoints,
    key: options.key,
    secret: options.secret,
    redactor,
    limits: timing.rest,
    now,
    onKeyRefused: keyRefused,
  });
  const listings = createListings({
    read: () =>
      rest.read(
        'instruments',
        () => rest.spot.get('api/v3/exchangeInfo', { permissions: 'SPOT', showPermissionSets: 'false' }),
        (info: WireSpotInfo) => ({ instruments: spotInstruments(info), limit: weightLimit(info) }),
      ),
    defaultLimit: DEFAULT_WEIGHT_LIMIT,
    onTrouble: (message) => log.warn({ reason: redactor.clean(message) }, 'instruments not read'),
    onRead: () => emit({ type: 'instruments' }),
  });
  const serverNow = () => now() + rest.clock.offsetMs();
  const reads = createSpotReads({ rest, env: options.env });
  const orders = createSpotOrderReads({ rest, memory, serverNow });

  const userStream = createUserStream({
    origin: endpoints.spotSocketApi,
    key: options.key,
    signer: createPlainSigner(options.secret),
    gate,
    serverNow,
    resync: () => rest.clock.resync(),
    onEvent(event) {
      lastEventAt = now();
      takeEvent(event);
    },
    onState(state, reason) {
      log.info({ state, reason }, 'account stream');
      emit({ type: 'stream', state, reason });
    },
    onKeyRefused: (code, message) => keyRefused(code, redactor.clean(message)),
    onTrouble: (message) => log.warn({ reason: redactor.clean(message) }, 'account stream'),
    timing: timing.userStream,
  });

  const takeEvent = createSpotUserEvents({
    account: reads.account,
    memory,
    emit,
    stream: userStream,
    clean: redactor.clean,
    log,
  });

  const quiet = createQuietPrices();

  const marketStream = createMarketStream({
    origin: endpoints.spotStream,
    kind: SPOT_MARKET,
    timing: timing.marketStream,
    onPrices(symbol, prices, at) {
      quiet.heard(symbol);
      emit({ type: 'prices', symbol, prices, at });
    },
    onTrouble: (message) => log.warn({ reason: redactor.clean(message) }, 'market stream'),
  });

  const writes = createSpotWrites({
    rest,
    memory,
    instruments: listings.instruments,
    findOrder: orders.findOrder,
    onConfirmed: (sentAt) => userStream.expectEvent(sentAt),
    onMisfit: () => void listings.renew(),
  });

  /** Two connections stay open, so that an order and its stop pay no handshake. */
  function keepWarm(): void {
    void rest.clock.sync();
    rest.ping();
  }

  /** Streams tell of trades alone: a symbol without any would have no price. */
  async function askQuiet(symbol: string): Promise<void> {
    const askedAt = performance.now();
    try {
      const prices = await reads.prices(symbol);
      // A trade that came meanwhile is newer.
      const isQuiet = quiet.isQuiet(symbol, performance.now() - askedAt);
      if (isQuiet) emit({ type: 'prices', symbol, prices, at: serverNow() });
    } catch (error) {
      log.debug({ symbol, reason: redactor.clean((error as Error).message) }, 'price not read');
    }
  }

  return {
    async connect(to) {
      listener = to;
      const [synced] = await Promise.all([rest.clock.sync(), listings.refresh()]);
      if (!synced) throw new Unreachable('server time: no answer');
      try {
        await userStream.open();
      } catch (error) {
        if (error instanceof Unreachable) throw error;
        throw new Unreachable(`account stream: ${redactor.clean((error as Error).message)}`);
      }
      lastEventAt = now();
      listings.renewHourly();
      for (const timer of timers) clearInterval(timer);
      timers = [
        setInterval(keepWarm, timing.warmMs),
        setInterval(() => {
          for (const symbol of quiet.longerThan(timing.quietMs)) void askQuiet(symbol);
        }, timing.quietMs),
      ];
    },
    async close() {
      listener = null;
      for (const timer of timers) clearInterval(timer);
      listings.stop();
      marketStream.close();
      userStream.close();
      rest.close();
    },
    instruments: listings.instruments,
    refreshInstruments: listings.refresh,
    ...reads,
    ...orders,
    ...writes,
    watch(symbols) {
      for (const symbol of quiet.watch(symbols)) void askQuiet(symbol);
      marketStream.watch(symbols);
    },
    health: () => ({
      streamUp: userStream.isUp(),
      lastEventAt,
      weightUsed: rest.weight(now()) / listings.maxWeight(),
      clockOffsetMs: rest.clock.offsetMs(),
      latencyMs: rest.clock.latencyMs(),
    }),
  };
}
