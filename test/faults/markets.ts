import { params } from '../../src/sim/binance/control-input.ts';
import type { Decimal } from '../../src/trading/decimal.ts';
import { BUY_BTC_LIMIT, coins, entries, spotPrice } from '../e2e/spot-steps.ts';
import { type Row, row, type Scene } from './row.ts';
import { AT_LIMIT, AT_MARKET, ENTRY } from './signals.ts';
import * as onSpot from './spot-scene.ts';
import { buys, isFlat, isProtected, openAtMarket } from './steps.ts';

/** What a story needs that is told of either market: a long in BTC with two targets, and the exchange's side of it. */
export interface Market {
  /** A row of this market; on spot an `s` ends its number. */
  row(given: Omit<Row, 'market'>, body: (scene: Scene) => Promise<void>): void;
  /** How messages name the trade. */
  readonly long: string;
  /** The request for its entry. */
  readonly entry: { method: string; path: string; params: Readonly<Record<string, string>> };
  /** The same for one at a limit that rests: on spot with its stop. */
  readonly restingEntry: { method: string; path: string; params?: Readonly<Record<string, string>> };
  /** The event that tells balances. */
  readonly accountEvent: string;
  exchange(scene: Scene): {
    readonly orders: ReadonlyMap<number, { readonly clientOrderId: string }>;
    fillOrder(orderId: number, quantity: Decimal): Decimal;
    cancelOrder(given: ReturnType<typeof params>): unknown;
  };
  /** Where the bot's own events come from. */
  stream(scene: Scene): { stall(): void; resume(): void; release(reversed?: boolean): void };
  price(scene: Scene, last: number): void;
  buyAtMarket(scene: Scene): void;
  buyAtLimit(scene: Scene): void;
  /** Ids of orders that rest. */
  resting(scene: Scene): number[];
  /** Requests of the bot that would have bought. */
  buys(scene: Scene): number;
  held(scene: Scene): number;
  /** Bought at market; stops and both targets stand. */
  opened(scene: Scene): Promise<void>;
  /** Stops at one level cover what is held, and so many targets stand where that is said. */
  covered(scene: Scene, targets?: number): Promise<void>;
  /** Nothing is held, and nothing stands. */
  ended(scene: Scene): Promise<void>;
}

export const USDM: Market = {
  row,
  long: 'BTCUSDT LONG',
  entry: ENTRY,
  restingEntry: ENTRY,
  accountEvent: 'ACCOUNT_UPDATE',
  exchange: ({ binance }) => binance.usdm,
  stream: ({ binance }) => binance.streams,
  price: (scene, last) => scene.price('BTCUSDT', last),
  buyAtMarket: (scene) => scene.post(AT_MARKET),
  buyAtLimit: (scene) => scene.post(AT_LIMIT),
  resting: (scene) => scene.resting('BTCUSDT').map(({ id }) => id),
  buys,
  held: (scene) => scene.position('BTCUSDT'),
  opened: openAtMarket,
  async covered(scene, targets) {
    await isProtected(scene);
    if (targets !== undefined)
      await scene.eventually('so many targets', () => scene.resting('BTCUSDT').length === targets);
  },
  ended: isFlat,
};

export const SPOT: Market = {
  row: (given, body) => onSpot.spotRow({ ...given, id: `${given.id}s` }, body),
  long: 'BTCUSDT LONG spot',
  entry: onSpot.ENTRY,
  restingEntry: onSpot.RESTING_ENTRY,
  accountEvent: 'outboundAccountPosition',
  exchange: ({ binance }) => binance.spot.exchange,
  stream: ({ binance }) => binance.spot.api,
  price: spotPrice,
  buyAtMarket: (scene) => onSpot.buy(scene),
  buyAtLimit: (scene) => onSpot.buy(scene, BUY_BTC_LIMIT),
  resting: (scene) => entries(scene).map(({ orderId }) => orderId),
  buys: onSpot.buys,
  held: (scene) => coins(scene),
  opened: onSpot.opened,
  covered: onSpot.covered,
  ended: onSpot.isSold,
};

/** A limit entry at 60000 that rests, and that the bot knows to rest: it has no more to ask about it. Its id. */
export async function entersAtLimit(market: Market, scene: Scene): Promise<number> {
  market.buyAtLimit(scene);
  await scene.eventually('the entry rests', () => market.resting(scene).length === 1);
  await scene.eventually('the bot says so', async () =>
    /entry · working/.test((await scene.command('orders')).message?.content ?? ''),
  );
  return market.resting(scene)[0] ?? 0;
}

/** Entries that the exchange has ever taken. */
export function entriesTaken(market: Market, scene: Scene): number {
  return [...market.exchange(scene).orders.values()].filter(({ clientOrderId }) =>
    /^sb-.*-e\d+-/.test(clientOrderId),
  ).length;
}

/** The price reaches the first target; the rest is covered. */
export async function reachesFirstTarget(market: Market, scene: Scene): Promise<void> {
  market.price(scene, 61_010);
  await scene.says(`Filled ${market.long} target 1`);
  await market.covered(scene, 1);
}

/** And the last one. */
export async function reachesLastTarget(market: Market, scene: Scene): Promise<void> {
  market.price(scene, 62_010);
  await scene.says(`Closed ${market.long}`, 'all targets reached');
  await market.ended(scene);
}

export function cancelEntry(market: Market, scene: Scene, orderId: number): void {
  market.exchange(scene).cancelOrder(params({ symbol: 'BTCUSDT', orderId }));
}
