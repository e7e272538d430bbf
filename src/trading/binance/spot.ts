import type { Exchange, OrderHistory } from '../exchange.ts';
import { weightLimit } from './instruments.ts';
import { createMarketStream, SPOT_MARKET } from './market-stream.ts';
import { createPriceQuestions } from './quiet-prices.ts';
import { createPlainSigner } from './signing.ts';
import { SOCKET_TIMING } from './socket.ts';
import { spotInstruments, type WireSpotInfo } from './spot-instruments.ts';
import { createSpotOrderReads } from './spot-order-reads.ts';
import { createSpotReads } from './spot-reads.ts';
import { createSpotUserEvents } from './spot-user.ts';
import { createSpotWrites } from './spot-writes.ts';
import { createUserStream, type UserStreamTiming } from './user-stream.ts';
import { type AdapterOptions, type AdapterTiming, createVenue, ORDER_SOCKET_TIMING } from './venue.ts';
import { usable } from './wire.ts';

export interface SpotTiming extends AdapterTiming {
  userStream: UserStreamTiming;
  /** A watched symbol that has not traded for so long is asked for its price. */
  quietMs: number;
}

export const SPOT_TIMING: SpotTiming = {
  rest: { readTimeoutMs: 5_000, writeTimeoutMs: 12_000 },
  userStream: { socket: SOCKET_TIMING, requestMs: 5_000, owedEventMs: 8_000 },
  marketStream: { socket: { ...SOCKET_TIMING, pingMs: 5_000, silenceMs: 12_000 }, lastPriceMs: 200 },
  warmMs: 4_000,
  quietMs: 10_000,
  orderSocket: ORDER_SOCKET_TIMING,
};

export type SpotOptions = AdapterOptions & { timing?: SpotTiming };

const DEFAULT_WEIGHT_LIMIT = 6_000;
const STREAM = 'account stream';
/** Price, fees, and the two prices that filters may go by. */
const CONNECTIONS = 4;

/**
 * The spot market behind the `Exchange` port: REST and signing by the SDK's client, streams by `ws` directly, because
 * the SDK's WebSocket API retries no failed first subscription and lets requests wait for ever.
 * @throws Error for an empty key or secret, and for `paper` without a url.
 */
export function createSpotExchange(options: SpotOptions): Exchange & OrderHistory {
  const { log } = options;
  const timing = options.timing ?? SPOT_TIMING;
  const venue = createVenue(options, {
    market: 'spot',
    timing,
    readListings: (rest, symbol) =>
      rest.read(
        'instruments',
        () =>
          rest.spot.get('api/v3/exchangeInfo', {
            ...(symbol === undefined ? { permissions: 'SPOT' } : { symbol }),
            showPermissionSets: 'false',
          }),
        (info: WireSpotInfo) => ({ instruments: spotInstruments(info), limit: weightLimit(info) }),
      ),
    connections: CONNECTIONS,
    defaultWeight: DEFAULT_WEIGHT_LIMIT,
    orderSocket: ({ spotSocketApi }) => ({
      address: `${spotSocketApi}/ws-api/v3`,
      greeting: 'account.status',
      probe: { method: 'time', params: {} },
    }),
  });
  const { endpoints, redactor, memory, rest, listings, emit, serverNow } = venue;
  const reads = usable(
    createSpotReads({ rest, env: options.env, instruments: listings.instruments }),
    redactor.clean,
  );
  const orders = usable(createSpotOrderReads({ rest, memory, serverNow }), redactor.clean);

  const userStream = createUserStream({
    origin: endpoints.spotSocketApi,
    key: options.key,
    signer: createPlainSigner(options.secret),
    gate: venue.gate,
    serverNow,
    resync: () => rest.clock.resync(),
    onEvent(event) {
      venue.heard();
      takeEvent(event);
    },
    onState: venue.streamState(STREAM),
    onKeyRefused: venue.keyRefused,
    onTrouble: venue.trouble(STREAM),
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

  // Streams tell of trades alone: a symbol without any would have no price.
  const questions = createPriceQuestions(venue, { prices: reads.prices, quietMs: timing.quietMs, log });

  const marketStream = createMarketStream({
    origin: endpoints.spotStream,
    kind: SPOT_MARKET,
    timing: timing.marketStream,
    onPrices(symbol, prices, at) {
      questions.heard(symbol);
      emit({ type: 'prices', symbol, prices, at });
    },
    onTrouble: venue.trouble('market stream'),
  });

  const writes = createSpotWrites({
    rest,
    memory,
    instruments: listings.instruments,
    findOrder: orders.findOrder,
    onConfirmed: (sentAt) => userStream.expectEvent(sentAt),
    onMisfit: () => void listings.renew(),
  });

  return {
    ...venue.port({
      name: STREAM,
      stream: userStream,
      every: { ms: timing.quietMs, run: questions.askQuiet },
      close: marketStream.close,
    }),
    ...reads,
    ...orders,
    ...writes,
    watch(symbols) {
      for (const symbol of questions.watch(symbols)) void questions.ask(symbol);
      marketStream.watch(symbols);
    },
  };
}
