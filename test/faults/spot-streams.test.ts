import { expect } from 'vitest';
import { spotPrice, targets } from '../e2e/spot-steps.ts';
import { quick } from './quick.ts';
import { buy, covered, opened, spotRow } from './spot-scene.ts';
import { alerted } from './steps.ts';

/** Rows 35 and 52 as only spot has them: events of the account, and an exchange that is away. */

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
