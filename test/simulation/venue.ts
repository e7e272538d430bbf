import { ApiError } from '../../src/sim/binance/errors.ts';
import { type Instrument, instruments } from '../../src/sim/binance/instruments.ts';
import { Limiter } from '../../src/sim/binance/limits.ts';
import type { Params } from '../../src/sim/binance/params.ts';
import type { Route } from '../../src/sim/binance/routes.ts';
import { accountRoutes as spotAccountRoutes } from '../../src/sim/binance/spot/account-rest.ts';
import { SpotExchange } from '../../src/sim/binance/spot/exchange.ts';
import {
  type Instrument as SpotInstrument,
  instruments as spotInstruments,
} from '../../src/sim/binance/spot/instruments.ts';
import { RELEASED_BY_FILL, spotLimits } from '../../src/sim/binance/spot/limits.ts';
import { listRoutes } from '../../src/sim/binance/spot/list-rest.ts';
import { publicRoutes as spotPublicRoutes } from '../../src/sim/binance/spot/public-rest.ts';
import { tradingRoutes as spotTradingRoutes } from '../../src/sim/binance/spot/trade-rest.ts';
import { accountRoutes } from '../../src/sim/binance/usdm/account-rest.ts';
import { algoRoutes } from '../../src/sim/binance/usdm/algo-rest.ts';
import { UsdmExchange } from '../../src/sim/binance/usdm/exchange.ts';
import { usdmLimits, usdmRates } from '../../src/sim/binance/usdm/limits.ts';
import { publicRoutes } from '../../src/sim/binance/usdm/public-rest.ts';
import { tradingRoutes } from '../../src/sim/binance/usdm/trade-rest.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { Setting, SpotSetting } from './script.ts';

export interface Answer {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** The simulated exchange with its REST routes, without sockets: one call, one answer. */
export interface Venue {
  exchange: UsdmExchange;
  /** The same account, and prices as its setting says; null where the world has no spot market. */
  spot: SpotExchange | null;
  handle(method: Route['method'], path: string, params: Params): Answer;
  /** The price that lies so many hundredths of a percent from where the symbol began. */
  priceAt(symbol: string, bps: number): Decimal;
  /** The same on spot. */
  spotPriceAt(symbol: string, bps: number): Decimal;
}

const BALANCE = new Decimal(100_000);
const listed = instruments();

export function createVenue(setting: Setting, seed: number, clock: () => number): Venue {
  const traded = new Map<string, Instrument>();
  // What commissions in BNB are worth is read off its price.
  for (const symbol of setting.bnb > 0 ? [...setting.symbols, 'BNBUSDT'] : setting.symbols) {
    const instrument = listed.get(symbol);
    if (instrument) traded.set(symbol, { ...instrument });
  }
  const exchange = new UsdmExchange({
    clock,
    instruments: traded,
    seed,
    balance: BALANCE,
    policy: { reduceOnlyMarket: setting.reduceOnlyMarket, reduceOnlyLimit: setting.reduceOnlyLimit },
  });
  exchange.account.hedgeMode = setting.hedgeMode;
  exchange.account.bnb = new Decimal(setting.bnb);
  const limits = usdmRates({ weightPerMinute: setting.weightPerMinute });
  const limiter = new Limiter(usdmLimits(limits));
  const spotLimiter = new Limiter(spotLimits());
  const spot = setting.spot ? createSpot(setting.spot, exchange, seed, spotLimiter) : null;
  const byLimiter: [Limiter, Route[]][] = [
    [
      limiter,
      [
        ...tradingRoutes(exchange),
        ...algoRoutes(exchange),
        ...accountRoutes(exchange),
        ...publicRoutes(exchange, limits),
      ],
    ],
    [spotLimiter, spot ? spotRoutes(spot, spotLimiter) : []],
  ];
  const routes = new Map(
    byLimiter.flatMap(([limit, some]) =>
      some.map((route) => [`${route.method} ${route.path}`, { ...route, limiter: limit }]),
    ),
  );
  function priceAt(symbol: string, bps: number): Decimal {
    const instrument = traded.get(symbol);
    if (!instrument) throw new Error(`${symbol} is not traded here`);
    return instrument.startPrice.times(new Decimal(10_000 + bps).div(10_000)).toNearest(instrument.tickSize);
  }

  return {
    exchange,
    spot,
    handle(method, path, params) {
      const route = routes.get(`${method} ${path}`);
      if (!route) throw new Error(`the simulated exchange has no ${method} ${path}`);
      try {
        const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
        route.limiter.count(weight, route.orders ?? 0, clock());
        return { status: 200, body: route.handle({ params, apiKey: 'key' }) };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { status, headers, code, message: msg, data } = error;
        return { status, headers, body: { code, msg, ...(data === undefined ? {} : { data }) } };
      }
    },
    priceAt,
    spotPriceAt: (symbol, bps) => onSpot(priceAt(symbol, bps), setting.spot),
  };
}

/** To the exchange's last digit: it rounds to its tick. */
function onSpot(price: Decimal, { basisBps = 0 }: Partial<SpotSetting> = {}): Decimal {
  return price.times(10_000 + basisBps).div(10_000);
}

/** What BNB costs is needed where commissions are paid in it. */
const BESIDE = 'BNBUSDT';

function createSpot(setting: SpotSetting, usdm: UsdmExchange, seed: number, limiter: Limiter): SpotExchange {
  const all = spotInstruments();
  const traded = new Map<string, SpotInstrument>();
  for (const symbol of [...usdm.markets.keys(), BESIDE]) {
    const instrument = all.get(symbol);
    if (instrument) traded.set(symbol, { ...instrument, opoAllowed: false });
  }
  const balances: Record<string, Decimal> = { USDT: new Decimal(setting.usdt) };
  for (const [asset, amount] of Object.entries(setting.own)) balances[asset] = new Decimal(amount);
  const spot = new SpotExchange({
    clock: () => usdm.now(),
    instruments: traded,
    seed,
    balances,
    uid: usdm.account.uid,
  });
  spot.account.paysInBnb = setting.paysInBnb;
  spot.subscribe((event) => {
    if (event.kind === 'first-fill') limiter.release(RELEASED_BY_FILL[event.maker ? 'maker' : 'taker']);
  });
  for (const [symbol, { last }] of usdm.markets)
    if (traded.has(symbol)) spot.setPrice(symbol, onSpot(last, setting));
  return spot;
}

function spotRoutes(spot: SpotExchange, limiter: Limiter): Route[] {
  return [
    ...spotPublicRoutes(spot, limiter),
    ...spotTradingRoutes(spot),
    ...listRoutes(spot),
    ...spotAccountRoutes(spot, limiter),
  ];
}
