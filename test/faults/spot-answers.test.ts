import { expect } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { coins, selling, spotPrice, stops, targets } from '../e2e/spot-steps.ts';
import { quick } from './quick.ts';
import type { Scene } from './row.ts';
import { buy, buys, covered, ENTRY, isSold, LIST, LONE_STOP, opened, SALE, spotRow } from './spot-scene.ts';
import { alerted, nextSignal, struck } from './steps.ts';

/** Rows 3, 9, 12, 13 and 30 as they are on spot: answers, refusals and what becomes of a stop. */

const CROSSED = { code: -2010, msg: 'The relationship of the prices for the orders is not correct.' };
const TRIGGERS = { code: -2010, msg: 'Stop price would trigger immediately.' };

function listsSent(scene: Scene): number {
  return scene.binance.requests.filter(({ path }) => path === LIST.path).length;
}

spotRow(
  {
    id: '03bs',
    fault: '-1007 to a list that was never placed',
    does: 'asks for two seconds, in which the exchange would still take it, then places another under a new id',
    sees: 'the fill; the coins are covered',
  },
  async (scene) => {
    scene.binance.faults.add({ ...LIST, ...preset('timeout'), apply: false });
    scene.strike();
    buy(scene);
    await struck(scene);
    await covered(scene, 2);
    scene.recovered();
    expect(listsSent(scene)).toBe(3);
    await scene.says('Filled BTCUSDT LONG spot entry');
  },
);

spotRow(
  {
    id: '09s',
    fault: '-1008: the exchange is too busy for any order (on spot none is exempt)',
    does: 'the entry waits as long as maxAge allows and then goes; a sale is tried again until it is taken, and meanwhile the coins are covered again as soon as that is',
    sees: 'the fill and the close, late',
  },
  async (scene) => {
    scene.binance.faults.add({ ...ENTRY, ...preset('throttled'), count: 2 });
    scene.strike();
    buy(scene);
    await scene.says('Filled BTCUSDT LONG spot entry');
    scene.recovered();
    expect(buys(scene)).toBe(3);
    await covered(scene, 2);
    scene.binance.faults.add({ ...SALE, ...preset('throttled'), count: 2 });
    scene.binance.faults.add({ ...LIST, ...preset('throttled'), count: 2 });
    scene.binance.faults.add({ ...LONE_STOP, ...preset('throttled'), count: 2 });
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG spot', 'closed by an operator');
    await isSold(scene);
  },
);

for (const [id, answers] of [
  ['12s', ''],
  ['12cs', ', and of that the events alone come, no answers'],
] as const) {
  spotRow(
    {
      id,
      fault: `the price falls below the stop between the fill and the lists, which the exchange refuses (-2010)${answers}`,
      does: 'sells at market now',
      sees: 'an alert that the price had passed the stop, and the close',
    },
    async (scene) => {
      scene.binance.faults.add({ ...ENTRY, apply: true, delayMs: 300, answer: { kind: 'true' } });
      scene.binance.faults.addStream({ action: 'delay', delayMs: 300, count: 0 });
      buy(scene);
      await scene.eventually('bought', () => coins(scene) > 0);
      if (answers !== '')
        for (const of of [LIST, LONE_STOP]) scene.binance.faults.add({ ...of, ...preset('hang'), count: 0 });
      scene.strike();
      spotPrice(scene, 59_400);
      await scene.says('Closed BTCUSDT LONG spot', 'the price had passed the stop');
      await isSold(scene);
      scene.recovered();
      await alerted(scene, 'ALERT', 'already passed the stop', '-2010');
      expect(listsSent(scene)).toBeGreaterThan(0);
    },
  );
}

spotRow(
  {
    id: '12bs',
    fault: '-2010: a moved stop would trigger at once, in a list and alone',
    does: 'puts the old one back',
    sees: 'an alert that the stop could not be moved',
  },
  async (scene) => {
    await opened(scene);
    const moved = { ...LONE_STOP.params, stopPrice: '60000' };
    scene.binance.faults.add({
      ...LIST,
      params: { belowStopPrice: '60000' },
      ...preset('refuse', CROSSED),
      count: 0,
    });
    scene.binance.faults.add({ ...LONE_STOP, params: moved, ...preset('refuse', TRIGGERS), count: 0 });
    scene.strike();
    scene.post('BTC: move SL to 60000', { channel: 'coins' });
    await alerted(scene, 'could not be moved', '-2010');
    await scene.eventually('all is covered at the old level', () => {
      const { quantity, at } = stops(scene);
      return coins(scene) - quantity < 0.00001 && at.join() === '59500';
    });
    scene.recovered();
    // The target whose list was refused has one again after a while.
    await covered(scene, 2);
    expect(stops(scene).at).toEqual([59_500]);
  },
);

/** The exchange ends one list: its stop expires, and the other leg with it. */
function expireOne({ binance: { spot } }: Scene): void {
  const stop = [...spot.exchange.openOrders.values()].find(({ type }) => type.startsWith('STOP_LOSS'));
  spot.exchange.expireOrder(stop?.orderId ?? 0);
}

spotRow(
  {
    id: '13s',
    fault: 'the exchange lets a standing list EXPIRE (spot knows no REJECTED for what has stood)',
    does: 'puts another in its place',
    sees: 'an alert that the stop had disappeared',
  },
  async (scene) => {
    await opened(scene);
    scene.strike();
    expireOne(scene);
    expect(targets(scene)).toHaveLength(1);
    await covered(scene, 2);
    scene.recovered();
    await alerted(scene, 'had disappeared');
  },
);

spotRow(
  {
    id: '13bs',
    fault: 'the exchange lets a standing stop EXPIRE that stands alone',
    does: 'puts another in its place',
    sees: 'an alert that the stop had disappeared',
  },
  async (scene) => {
    buy(scene, '#BTC/USDT LONG market\nSL: 59500');
    await scene.says('Filled BTCUSDT LONG spot entry');
    await covered(scene, 0);
    scene.strike();
    expireOne(scene);
    expect(selling(scene)).toEqual([]);
    await covered(scene, 0);
    scene.recovered();
    await alerted(scene, 'had disappeared');
  },
);

spotRow(
  {
    id: '13ds',
    fault: 'a standing list EXPIRES and no event tells',
    does: 'the comparison finds it gone within 20 s; another is placed',
    sees: 'an alert that the stop had disappeared',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await opened(scene);
    scene.binance.faults.addStream({ action: 'lose', count: 0 });
    scene.strike();
    expireOne(scene);
    scene.binance.faults.clear();
    await covered(scene, 2);
    scene.recovered();
    await alerted(scene, 'had disappeared');
  },
);

spotRow(
  {
    id: '13es',
    fault: 'a standing list EXPIRES, and the event of the list alone tells, not those of its orders',
    does: 'asks for its orders after half a second, and puts another in its place',
    sees: 'an alert that the stop had disappeared',
  },
  async (scene) => {
    await opened(scene);
    scene.binance.faults.addStream({ event: 'executionReport', action: 'lose', count: 2 });
    scene.strike();
    expireOne(scene);
    await covered(scene, 2);
    scene.recovered();
    await alerted(scene, 'had disappeared');
  },
);

spotRow(
  {
    id: '30s',
    fault: '-2015: the key is refused while coins are held',
    does: 'halts entries, does not spin; the lists stay on the exchange',
    sees: 'an alert that the key is refused; signals are denied; after the repair /resume',
  },
  async (scene) => {
    await opened(scene);
    const { exchange } = scene.binance.spot;
    exchange.keys.revoked = true;
    scene.strike();
    buy(scene, '#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await alerted(scene, 'ALERT', 'refuses the API key', '-2015');
    const quiet = exchange.now() + 3_000;
    await scene.eventually('three seconds pass', () => exchange.now() > quiet);
    expect(scene.binance.requests.filter(({ at }) => at > exchange.now() - 3_000).length).toBeLessThan(30);
    await nextSignal(scene, 'paused');
    expect(targets(scene)).toHaveLength(2);
    exchange.keys.revoked = false;
    scene.recovered();
    await scene.command('resume');
    spotPrice(scene, 61_010);
    await scene.says('Filled BTCUSDT LONG spot target 1');
    await covered(scene, 1);
  },
);
