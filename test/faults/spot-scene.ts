import { BUY_BTC, coins, selling, spotPrice, stops, targets } from '../e2e/spot-steps.ts';
import { type Row, row, type Scene } from './row.ts';

/** Ways into the situations that faults strike at on spot, and what the bot's orders look like there. */

export const LIST = { method: 'POST', path: '/api/v3/orderList/oco' };
export const REMOVAL = { method: 'DELETE', path: '/api/v3/orderList' };
export const ENTRY = { method: 'POST', path: '/api/v3/order', params: { side: 'BUY' } };
/** One that rests goes with its stop. */
export const RESTING_ENTRY = { method: 'POST', path: '/api/v3/orderList/oto' };
export const SALE = { method: 'POST', path: '/api/v3/order', params: { side: 'SELL', type: 'MARKET' } };
export const LONE_STOP = {
  method: 'POST',
  path: '/api/v3/order',
  params: { side: 'SELL', type: 'STOP_LOSS' },
};

export function spotRow(given: Omit<Row, 'market'>, body: (scene: Scene) => Promise<void>): void {
  const rig = { ...given.rig, channels: { coins: ['market: spot'] } };
  row({ ...given, market: 'spot', rig }, (scene) => {
    spotPrice(scene, 60_500);
    return body(scene);
  });
}

export function buy(scene: Scene, content = BUY_BTC): void {
  scene.post(content, { channel: 'coins' });
}

/** How often it was asked for. */
export function buys(scene: Scene): number {
  return scene.binance.requests.filter(
    ({ path, params }) =>
      path === RESTING_ENTRY.path || (path === ENTRY.path && params.side === ENTRY.params.side),
  ).length;
}

/** Stops at one level cover all coins; so many lists have a target, where that is said. */
export async function covered(scene: Scene, lists?: number): Promise<void> {
  await scene.eventually('all coins are covered', () => {
    const left = coins(scene) - stops(scene).quantity;
    return (
      coins(scene) > 0 &&
      left < 0.00001 &&
      stops(scene).at.length === 1 &&
      (lists === undefined || targets(scene).length === lists)
    );
  });
}

export async function opened(scene: Scene): Promise<void> {
  buy(scene);
  await scene.says('Filled BTCUSDT LONG spot entry');
  await covered(scene, 2);
}

/** But for dust. */
export async function isSold(scene: Scene): Promise<void> {
  await scene.eventually(
    'sold, and nothing left over',
    () => coins(scene) < 0.00002 && selling(scene).length === 0,
  );
}
