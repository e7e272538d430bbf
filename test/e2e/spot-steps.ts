import { Decimal } from '../../src/trading/decimal.ts';
import { type Rig, type RigOptions, startRig } from './rig.ts';

/** A bot that trades futures in alpha and spot in coins. */
export async function startSpotRig(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig({ ...options, channels: { coins: ['market: spot'] }, start: false });
  spotPrice(rig, 60_500);
  if (options.start !== false) await rig.start();
  return rig;
}

export const BUY_BTC = '#BTC/USDT LONG market\nTP1: 61000\nTP2: 62000\nSL: 59500';
export const BUY_BTC_LIMIT = '#BTC/USDT LONG\nEntry: 60000\nTP1: 61000\nTP2: 62000\nSL: 59000';
export const BUY_BTC_ONE_TARGET = '#BTC/USDT LONG\nEntry: 60000\nTP: 61000\nSL: 59000';

export function spotPrice({ binance }: Rig, last: number | string, symbol = 'BTCUSDT'): void {
  binance.spot.exchange.setPrice(symbol, new Decimal(last));
}

/** All coins of the account. */
export function coins({ binance }: Rig, asset = 'BTC'): number {
  const { free, locked } = binance.spot.exchange.balance(asset);
  return free.plus(locked).toNumber();
}

export interface Standing {
  type: string;
  quantity: number;
  price: number;
  stop: number;
  listed: boolean;
  ours: boolean;
  /** The exchange places it once its entry has filled. */
  waits: boolean;
}

/** The entries that rest, on spot. */
export function entries({ binance }: Rig, symbol = 'BTCUSDT') {
  return [...binance.spot.exchange.openOrders.values()].filter(
    (order) => order.symbol === symbol && order.side === 'BUY',
  );
}

/** Open orders that sell, on spot. */
export function selling({ binance }: Rig, symbol = 'BTCUSDT'): Standing[] {
  return [...binance.spot.exchange.openOrders.values()]
    .filter((order) => order.symbol === symbol && order.side === 'SELL')
    .map((order) => ({
      type: order.type,
      quantity: order.quantity.minus(order.executed).toNumber(),
      price: order.price.toNumber(),
      stop: order.stopPrice.toNumber(),
      listed: order.orderListId !== -1,
      ours: order.clientOrderId.startsWith('sb-'),
      waits: order.status === 'PENDING_NEW',
    }));
}

/** How many coins the stops of the bot cover, and where. */
export function stops(rig: Rig): { quantity: number; at: number[] } {
  const standing = selling(rig).filter(
    ({ type, ours, waits }) => ours && !waits && type.startsWith('STOP_LOSS'),
  );
  const quantity = standing.reduce((sum, one) => sum.plus(one.quantity), new Decimal(0)).toNumber();
  return { quantity, at: [...new Set(standing.map(({ stop }) => stop))] };
}

export function targets(rig: Rig): number[] {
  return selling(rig)
    .filter(({ type, ours }) => ours && type === 'LIMIT_MAKER')
    .map(({ price }) => price)
    .sort((a, b) => a - b);
}

export function isSold(rig: Rig, left = 0): Promise<void> {
  return rig.eventually(
    'all is sold and nothing stands',
    () => coins(rig) <= left && selling(rig).length === 0,
  );
}
