import { expect } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { BUY_BTC, coins, isSold, spotPrice, stops, targets } from '../e2e/spot-steps.ts';
import { row, type Scene } from './row.ts';
import { alerted, struck } from './steps.ts';

/** Rows of the spot market, by the numbers of the futures rows that they mirror. */

const LISTS = { method: 'POST', path: '/api/v3/orderList/oco' };
const BUY = { method: 'POST', path: '/api/v3/order', params: { side: 'BUY' } };
const rig = { channels: { coins: ['market: spot'] }, start: false } as const;

async function started(scene: Scene): Promise<void> {
  spotPrice(scene, 60_500);
  await scene.start();
}

async function isCovered(scene: Scene): Promise<void> {
  await scene.eventually('all coins are covered, a list for each target', () => {
    const bare = coins(scene) - stops(scene).quantity;
    return targets(scene).length === 2 && bare >= 0 && bare < 0.00002;
  });
}

async function bought(scene: Scene): Promise<void> {
  scene.post(BUY_BTC, { channel: 'coins' });
  await scene.says('Filled BTCUSDT LONG spot entry');
  await isCovered(scene);
}

const buys = (scene: Scene) => scene.binance.spot.exchange.trades.filter(({ side }) => side === 'BUY');

row(
  {
    id: '01s',
    market: 'spot',
    fault: 'order sent, socket dropped after acceptance',
    does: 'asks by client id, never buys a second time',
    sees: 'the fill, as if nothing had happened',
    rig,
  },
  async (scene) => {
    await started(scene);
    scene.binance.faults.add({ ...BUY, ...preset('drop') });
    scene.strike();
    await bought(scene);
    scene.recovered();
    expect(new Set(buys(scene).map(({ orderId }) => orderId)).size).toBe(1);
  },
);

row(
  {
    id: '10s',
    market: 'spot',
    fault: 'kill -9 between the fill of the entry and its lists',
    does: 'covers what was bought at the start, before anything else',
    sees: 'the fill, and one message for both markets of what the start has found',
    rig,
  },
  async (scene) => {
    await started(scene);
    scene.binance.faults.add({ ...LISTS, ...preset('hang'), apply: false });
    scene.post(BUY_BTC, { channel: 'coins' });
    await struck(scene);
    await scene.end('SIGKILL');
    scene.binance.faults.clear();
    scene.strike();
    await scene.start();
    await isCovered(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG spot entry');
    // Both markets have been compared, and the start is told once.
    await alerted(scene, 'ended unexpectedly', 'Started: ledger and exchange agree');
    expect(scene.dms().filter((line) => line.includes('ledger and exchange agree'))).toHaveLength(1);
    expect(new Set(buys(scene).map(({ orderId }) => orderId)).size).toBe(1);
  },
);

row(
  {
    id: '16s',
    market: 'spot',
    fault: 'stop replaced: the old list is gone and the new one gets no answer (503, not carried out)',
    does: 'asks for it by client id and covers the coins again',
    sees: 'the stop moved',
    rig,
  },
  async (scene) => {
    await started(scene);
    await bought(scene);
    scene.binance.faults.add({ ...LISTS, ...preset('unavailable503') });
    scene.strike();
    spotPrice(scene, 61_010);
    await struck(scene);
    await scene.says('Filled BTCUSDT LONG spot target 1');
    await scene.eventually('covered again', () => {
      const bare = coins(scene) - stops(scene).quantity;
      return targets(scene).length === 1 && bare >= 0 && bare < 0.00002;
    });
    scene.recovered();
  },
);

row(
  {
    id: '17s',
    market: 'spot',
    fault: 'answer to a list lost, and it stands',
    does: 'asks by client id first; never two lists for the same coins',
    sees: 'nothing unusual',
    rig,
  },
  async (scene) => {
    await started(scene);
    scene.binance.faults.add({ ...LISTS, ...preset('drop') });
    scene.strike();
    await bought(scene);
    scene.recovered();
    expect(scene.binance.spot.exchange.openLists.size).toBe(2);
  },
);

row(
  {
    id: '20',
    market: 'spot',
    fault: 'the fee is taken from the coins that were bought',
    does: 'covers and sells the net quantity; what is left is dust',
    sees: 'the result net of the fee',
    rig,
  },
  async (scene) => {
    await started(scene);
    await bought(scene);
    expect(new Set(buys(scene).map(({ commissionAsset }) => commissionAsset))).toEqual(new Set(['BTC']));
    scene.strike();
    spotPrice(scene, 59_480);
    await scene.says('Closed BTCUSDT LONG spot', 'stopped out');
    await isSold(scene, 0.00002);
    scene.recovered();
  },
);

row(
  {
    id: '49s',
    market: 'spot',
    fault: 'kill -9, and the stop sells while the bot is down',
    does: 'finds the sale at the start and books it once',
    sees: 'the close; that the run before ended unexpectedly',
    rig,
  },
  async (scene) => {
    await started(scene);
    await bought(scene);
    scene.strike();
    await scene.end('SIGKILL');
    spotPrice(scene, 59_480);
    await scene.start();
    await scene.says('Closed BTCUSDT LONG spot', 'stopped out');
    await isSold(scene, 0.00002);
    scene.recovered();
    await alerted(scene, 'ended unexpectedly');
  },
);
