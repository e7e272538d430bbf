import { expect } from 'vitest';
import { params } from '../../src/sim/binance/control-input.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { BUY_BTC_LIMIT, coins, spotPrice, stops, targets } from '../e2e/spot-steps.ts';
import { quick } from './quick.ts';
import type { Scene } from './row.ts';
import { buy, covered, isSold, opened, spotRow } from './spot-scene.ts';
import { alerted } from './steps.ts';

/** Rows 31, 35 and 52 on spot: its event stream, and an exchange that is away. */

async function restingEntry(scene: Scene): Promise<number> {
  buy(scene, BUY_BTC_LIMIT);
  const { openOrders } = scene.binance.spot.exchange;
  await scene.eventually('the entry rests', () => openOrders.size === 1);
  return [...openOrders.keys()][0] ?? 0;
}

spotRow(
  {
    id: '31s',
    fault: 'stream open but silent while an entry fills',
    does: 'the comparison finds the fill within 20 s and covers the coins',
    sees: 'the fill; a report of what was found',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await restingEntry(scene);
    scene.binance.spot.api.stall();
    scene.strike();
    spotPrice(scene, 59_990);
    await covered(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG spot entry', '@ 60000');
    await alerted(scene, 'the entry has filled by', 'booked');
  },
);

spotRow(
  {
    id: '31bs',
    fault: 'stream open but silent, orders are answered and no event comes of them',
    does: 'after 8 s without an event that is owed: a new connection, then a comparison',
    sees: 'an alert that the event stream was silent',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    scene.binance.spot.api.stall();
    scene.strike();
    await opened(scene);
    await alerted(scene, 'event stream was silent');
    scene.binance.spot.api.resume();
    spotPrice(scene, 61_010);
    await scene.says('Filled BTCUSDT LONG spot target 1');
    await covered(scene, 1);
    scene.recovered();
  },
);

spotRow(
  {
    id: '31cs',
    fault: 'stream open but silent while the stops are hit',
    does: 'the comparison finds the sales',
    sees: '“Filled … stop”, “stopped out”',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await opened(scene);
    scene.binance.spot.api.stall();
    scene.strike();
    spotPrice(scene, 59_400);
    await scene.says('Closed BTCUSDT LONG spot', 'stopped out');
    await isSold(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG spot stop');
  },
);

spotRow(
  {
    id: '35s',
    fault: 'every event comes twice',
    does: 'counts an execution by its trade id',
    sees: 'each fill once',
  },
  async (scene) => {
    scene.binance.faults.addStream({ action: 'double', count: 0 });
    scene.strike();
    await opened(scene);
    scene.recovered();
    spotPrice(scene, 61_010);
    await scene.says('Filled BTCUSDT LONG spot target 1');
    await covered(scene, 1);
    spotPrice(scene, 62_010);
    await scene.says('Closed BTCUSDT LONG spot', 'all targets reached');
    await isSold(scene);
    expect(scene.count('Filled')).toBe(3);
  },
);

spotRow(
  {
    id: '35bs',
    fault: 'events come last one first',
    does: 'executed quantities only grow, a fill beats a cancellation',
    sees: 'each fill once',
  },
  async (scene) => {
    const entry = await restingEntry(scene);
    scene.binance.faults.addStream({ action: 'hold', count: 0 });
    scene.strike();
    scene.binance.spot.exchange.fillOrder(entry, new Decimal('0.03'));
    spotPrice(scene, 59_990);
    scene.binance.spot.api.release(true);
    await scene.eventually('all is covered', () => coins(scene) - stops(scene).quantity < 0.00001);
    scene.recovered();
    scene.binance.faults.clear();
    scene.binance.spot.api.release();
    await scene.says('Filled BTCUSDT LONG spot entry', '@ 60000');
    await covered(scene);
    expect(scene.count('Filled BTCUSDT LONG spot entry')).toBe(1);
  },
);

spotRow(
  {
    id: '35cs',
    fault: 'events come three seconds late',
    does: 'does not wait for them where an answer says the same; takes no harm when they come',
    sees: 'each fill once',
  },
  async (scene) => {
    scene.binance.faults.addStream({ action: 'delay', delayMs: 3_000, count: 0 });
    scene.strike();
    await opened(scene);
    scene.recovered();
    spotPrice(scene, 61_010);
    await scene.says('Filled BTCUSDT LONG spot target 1');
    await covered(scene, 1);
    expect(scene.count('Filled')).toBe(2);
  },
);

spotRow(
  {
    id: '35ds',
    fault: 'the events of two targets and a stop move are lost',
    does: 'the comparison finds them within 20 s',
    sees: 'each fill once',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await opened(scene);
    scene.binance.faults.addStream({ action: 'lose', count: 0 });
    scene.strike();
    spotPrice(scene, 61_010);
    await scene.says('Filled BTCUSDT LONG spot target 1');
    await covered(scene, 1);
    scene.recovered();
    spotPrice(scene, 62_010);
    await scene.says('Closed BTCUSDT LONG spot', 'all targets reached');
    await isSold(scene);
    expect(scene.count('Filled')).toBe(3);
  },
);

spotRow(
  {
    id: '35es',
    fault: 'CANCELED of the entry arrives before its last execution',
    does: 'the fill counts; its coins are covered',
    sees: 'the fill',
  },
  async (scene) => {
    const entry = await restingEntry(scene);
    scene.binance.faults.addStream({ status: 'PARTIALLY_FILLED', action: 'delay', delayMs: 700 });
    scene.binance.faults.addStream({ event: 'outboundAccountPosition', action: 'delay', delayMs: 700 });
    scene.strike();
    scene.binance.spot.exchange.fillOrder(entry, new Decimal('0.04'));
    scene.binance.spot.exchange.cancelOrder(params({ symbol: 'BTCUSDT', orderId: entry }));
    await covered(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG spot entry', '0.04');
    expect(coins(scene)).toBeLessThanOrEqual(0.04);
  },
);

spotRow(
  {
    id: '35fs',
    fault: 'the user withdraws money, and the event of it is lost',
    does: 'the comparison reads the balance within 20 s; no entry is sized by what is gone',
    sees: '“Denied” with balance_too_small',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    const { exchange } = scene.binance.spot;
    await opened(scene);
    scene.binance.faults.addStream({ action: 'lose', count: 0 });
    const free = () => exchange.balance('USDT').free;
    scene.strike();
    exchange.deposit('USDT', free().minus(1).negated());
    scene.binance.faults.clear();
    const known = scene.binance.requests.length;
    await scene.eventually('the account is read', () =>
      scene.binance.requests.slice(known).some(({ path }) => path === '/api/v3/account'),
    );
    scene.recovered();
    buy(scene, '#ETH/USDT LONG market\nTP1: 3300\nSL: 2900');
    await scene.says('Denied', 'balance_too_small');
    expect(free().toNumber()).toBe(1);
  },
);

spotRow(
  {
    id: '52s',
    fault: 'the exchange cannot be reached for ten minutes, and a target trades meanwhile',
    does: 'the lists stay there; entries are denied; compared when it answers again',
    sees: 'one message at the start of it, edited at its end; “Denied” with exchange_unreachable; the fill afterwards',
    rig: quick(20),
    rate: 20,
  },
  async (scene) => {
    await opened(scene);
    const { binance } = scene;
    const sockets = [binance.spot.api, binance.spot.streams, binance.streams];
    binance.faults.add({ apply: false, answer: { kind: 'drop' }, count: 0 });
    for (const one of sockets) {
      one.refuse(1_000_000);
      one.drop();
    }
    const until = binance.usdm.now() + 600_000;
    await alerted(scene, 'The exchange does not answer');
    buy(scene, '#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await scene.says('Denied', 'exchange_unreachable');
    spotPrice(scene, 61_010);
    await scene.eventually('five minutes', () => binance.usdm.now() > until - 300_000);
    await scene.eventually('ten minutes', () => binance.usdm.now() > until);
    expect(targets(scene)).toEqual([62_000]);
    binance.faults.clear();
    for (const one of sockets) one.refuse(0);
    scene.strike();
    await scene.says('Filled BTCUSDT LONG spot target 1');
    await covered(scene, 1);
    scene.recovered();
    await alerted(scene, 'answers again');
  },
);
