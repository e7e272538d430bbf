import type { Decimal } from '../../../trading/decimal.ts';
import type { KeyRing } from '../auth.ts';
import { Dispatcher } from '../dispatch.ts';
import type { Faults } from '../faults.ts';
import { Limiter } from '../limits.ts';
import type { Heartbeat } from '../sockets.ts';
import type { UsdmExchange } from '../usdm/exchange.ts';
import type { RecordWs } from '../ws-api.ts';
import { accountRoutes } from './account-rest.ts';
import { SpotExchange } from './exchange.ts';
import { instruments, spotSymbols } from './instruments.ts';
import { type RateLimits, RELEASED_BY_FILL, spotLimits } from './limits.ts';
import { listRoutes } from './list-rest.ts';
import { publicRoutes } from './public-rest.ts';
import { SpotStreams } from './streams.ts';
import { tradingRoutes } from './trade-rest.ts';
import { SpotApi } from './ws-api.ts';

export interface SpotSideOptions {
  usdm: UsdmExchange;
  keys: KeyRing;
  faults: Faults;
  symbols: number | undefined;
  seed: number;
  balances: Readonly<Record<string, Decimal>>;
  limits: Partial<RateLimits>;
  /** Of the streams that are sent by the clock. */
  everyMs: number;
  heartbeat: Heartbeat | undefined;
  record: RecordWs;
}

/** The spot half of the simulated exchange: the same account and the same market prices as the futures half. */
export interface SpotSide {
  exchange: SpotExchange;
  limiter: Limiter;
  dispatcher: Dispatcher;
  streams: SpotStreams;
  api: SpotApi;
  close(): void;
}

/** A ping every twenty seconds, a pong within a minute. */
const HEARTBEAT: Heartbeat = { pingMs: 20_000, pongWithinMs: 60_000 };

export function createSpotSide(options: SpotSideOptions): SpotSide {
  const { usdm, faults } = options;
  const exchange = new SpotExchange({
    clock: () => usdm.now(),
    instruments: instruments(options.symbols),
    seed: options.seed,
    balances: options.balances,
    uid: usdm.account.uid,
    keys: options.keys,
  });
  const limiter = new Limiter(spotLimits(options.limits));
  const dispatcher = new Dispatcher(exchange, limiter, [
    ...publicRoutes(exchange, limiter),
    ...tradingRoutes(exchange),
    ...listRoutes(exchange),
    ...accountRoutes(exchange, limiter),
  ]);
  const heartbeat = options.heartbeat ?? HEARTBEAT;
  const streams = new SpotStreams(exchange, options.everyMs, heartbeat);
  const api = new SpotApi({ exchange, dispatcher, limiter, faults, heartbeat, record: options.record });
  exchange.subscribe((event) => {
    if (event.kind === 'first-fill') limiter.release(RELEASED_BY_FILL[event.maker ? 'maker' : 'taker']);
  });
  return {
    exchange,
    limiter,
    dispatcher,
    streams,
    api,
    close() {
      streams.close();
      api.close();
    },
  };
}

/** Where the futures' last price goes the spot price goes too; moved by itself it stays apart until then. */
export function followFutures(usdm: UsdmExchange, spot: SpotExchange): void {
  const seen = new Map<string, Decimal>();
  for (const [contract, market] of usdm.markets) seen.set(contract, market.last);
  usdm.subscribe((event) => {
    if (event.kind !== 'market') return;
    const { last } = usdm.market(event.symbol);
    if (seen.get(event.symbol)?.equals(last)) return;
    seen.set(event.symbol, last);
    const { base, quotes, multiple } = spotSymbols(event.symbol);
    for (const quote of quotes) {
      if (event.jump === true) spot.jumpPrice(`${base}${quote}`, last.div(multiple));
      else spot.setPrice(`${base}${quote}`, last.div(multiple));
    }
  });
}
