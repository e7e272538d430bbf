import { systemClock } from '../clock.ts';
import type { Exchange, OrderHistory } from '../exchange.ts';
import { Refused } from './calls.ts';
import { usdmInstruments, type WireExchangeInfo, weightLimit } from './instruments.ts';
import { createMarketStream, USDM_MARKET } from './market-stream.ts';
import { createPrivateStream, type PrivateStreamTiming } from './private-stream.ts';
import { createPriceQuestions } from './quiet-prices.ts';
import { SOCKET_TIMING } from './socket.ts';
import { createUsdmOrderReads } from './usdm-order-reads.ts';
import { createPrivateEvents } from './usdm-private.ts';
import { createUsdmReads } from './usdm-reads.ts';
import { createUsdmWrites } from './usdm-writes.ts';
import { type AdapterOptions, type AdapterTiming, createVenue, ORDER_SOCKET_TIMING } from './venue.ts';
import { usable } from './wire.ts';

export interface UsdmTiming extends AdapterTiming {
  privateStream: PrivateStreamTiming;
  /** A watched symbol whose mark price the stream has not brought for so long is asked for it. */
  quietMs: number;
}

export const USDM_TIMING: UsdmTiming = {
  rest: { readTimeoutMs: 5_000, writeTimeoutMs: 12_000 },
  privateStream: { socket: SOCKET_TIMING, keepAliveMs: 30 * 60_000, owedEventMs: 8_000 },
  marketStream: { socket: { ...SOCKET_TIMING, pingMs: 5_000, silenceMs: 12_000 }, lastPriceMs: 200 },
  warmMs: 4_000,
  quietMs: 10_000,
  orderSocket: ORDER_SOCKET_TIMING,
};

export type UsdmOptions = AdapterOptions & { timing?: UsdmTiming };

const DEFAULT_WEIGHT_LIMIT = 2_400;
const STREAM = 'private stream';
/** Mark and last price, brackets, fees, settings. */
const CONNECTIONS = 5;

/**
 * USDⓈ-M futures behind the `Exchange` port: REST and signing by the SDK's clients, streams by `ws` directly, because
 * the SDK's WebSocket client retries no failed first subscription, notices silence late and prints what it meets.
 * @throws Error for an empty key or secret, and for `paper` without a url.
 */
export function createUsdmExchange(options: UsdmOptions): Exchange & OrderHistory {
  const timing = options.timing ?? USDM_TIMING;
  const venue = createVenue(options, {
    market: 'usdm',
    timing,
    readListings: (rest) =>
      rest.read(
        'instruments',
        () => rest.usdm.getExchangeInfo(),
        (info: WireExchangeInfo) => ({ instruments: usdmInstruments(info), limit: weightLimit(info) }),
      ),
    connections: CONNECTIONS,
    defaultWeight: DEFAULT_WEIGHT_LIMIT,
    orderSocket: ({ usdmSocketApi }) => ({
      address: `${usdmSocketApi}/ws-fapi/v1`,
      greeting: 'v2/account.balance',
      probe: { method: 'ticker.price', params: { symbol: 'BTCUSDT' } },
    }),
  });
  const { endpoints, redactor, memory, rest, listings, emit, serverNow } = venue;
  const reads = usable(createUsdmReads({ rest, env: options.env, serverNow }), redactor.clean);
  const orders = usable(createUsdmOrderReads({ rest, memory, serverNow }), redactor.clean);

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
    onState: venue.streamState(STREAM),
    onTrouble: venue.trouble(STREAM),
  });

  // It brings a mark price every second; where it does not, it is silent, or away.
  const questions = createPriceQuestions(venue, {
    prices: reads.prices,
    quietMs: timing.quietMs,
    log: options.log,
  });

  const marketStream = createMarketStream({
    origin: endpoints.usdmStream,
    kind: USDM_MARKET,
    timing: timing.marketStream,
    onPrices(symbol, prices, at) {
      if (prices.mark) questions.heard(symbol);
      emit({ type: 'prices', symbol, prices, at });
    },
    onTrouble: venue.trouble('market stream'),
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
    log: options.log,
  });

  function onPrivateMessage(raw: unknown): void {
    venue.heard();
    privateEvents.take(raw);
  }

  return {
    ...venue.port({
      name: STREAM,
      stream: privateStream,
      every: { ms: timing.quietMs, run: questions.askQuiet },
      close() {
        privateEvents.close();
        marketStream.close();
      },
    }),
    ...reads,
    ...orders,
    ...writes,
    watch(symbols) {
      questions.watch(symbols);
      marketStream.watch(symbols);
    },
  };
}
