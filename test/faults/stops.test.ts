import { expect } from 'vitest';
import { params } from '../../src/sim/binance/control-input.ts';
import { preset } from '../../src/sim/binance/faults.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { quick } from './quick.ts';
import { row, type Scene } from './row.ts';
import { AT_MARKET, CLOSE, STOP } from './signals.ts';
import {
  alerted,
  isFlat,
  isProtected,
  nextSignal,
  openAtMarket,
  protectedWithTargets,
  restingEntry,
  stopPutBack,
  stopsSent,
  struck,
} from './steps.ts';

/** Rows 10 to 19: what can happen to the stop. */

const REMOVAL = { method: 'DELETE', path: '/fapi/v1/algoOrder' };

row(
  {
    id: '10',
    fault: 'crash between entry fill and stop',
    does: 'places the stop at the start, before anything else',
    sees: 'the fill, and an alert that the stop is put back',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('hang'), apply: false });
    scene.post(AT_MARKET);
    await struck(scene);
    await scene.end('SIGKILL');
    scene.binance.faults.clear();
    scene.strike();
    await scene.start();
    await isProtected(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG entry');
    await stopPutBack(scene);
  },
);

row(
  {
    id: '10b',
    fault: 'crash between entry fill and stop, and the price passes the stop before the start',
    does: 'closes the position at market',
    sees: 'an alert that the price had passed the stop',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('hang'), apply: false });
    scene.post(AT_MARKET);
    await struck(scene);
    await scene.end('SIGKILL');
    scene.binance.faults.clear();
    scene.price('BTCUSDT', 59_400);
    scene.strike();
    await scene.start();
    await scene.says('Closed BTCUSDT LONG', 'the price had passed the stop');
    await isFlat(scene);
    scene.recovered();
    await alerted(scene, 'ALERT', 'already passed the stop');
  },
);

row(
  {
    id: '11',
    fault: 'stop refused again and again',
    does: 'three attempts, then closes at market and pauses entries',
    sees: 'an alert, the close with its reason, and “paused” for the next signal',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('refuse', { code: -4045 }), count: 0 });
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Closed BTCUSDT LONG', 'no stop could be placed');
    await isFlat(scene);
    scene.recovered();
    await alerted(scene, 'ALERT', 'No stop could be placed', '-4045');
    expect(stopsSent(scene)).toBe(3);
    await nextSignal(scene, 'paused');
  },
);

row(
  {
    id: '11b',
    fault: 'stop refused twice',
    does: 'the third one stands',
    sees: 'an alert that the stop was refused',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('refuse', { code: -4045 }), count: 2 });
    scene.strike();
    scene.post(AT_MARKET);
    await protectedWithTargets(scene);
    scene.recovered();
    await alerted(scene, 'refused the stop', '-4045');
    await scene.says('Filled BTCUSDT LONG entry');
  },
);

row(
  {
    id: '11c',
    fault:
      'the user puts a stop of their own over the position and takes ours away, which is then refused again and again',
    does: 'closes nothing while theirs stands, goes on trying; theirs stays beside it',
    sees: 'an alert that the stop had disappeared',
  },
  async (scene) => {
    await openAtMarket(scene);
    const { usdm } = scene.binance;
    const [ours] = scene.stops('BTCUSDT');
    usdm.placeAlgo(
      params({
        algoType: 'CONDITIONAL',
        symbol: 'BTCUSDT',
        side: 'SELL',
        type: 'STOP_MARKET',
        quantity: '0.1',
        triggerPrice: '59000',
        reduceOnly: 'true',
        clientAlgoId: 'ios_1',
      }),
    );
    scene.binance.faults.add({ ...STOP, ...preset('refuse', { code: -4045 }), count: 5 });
    scene.strike();
    usdm.cancelAlgo(params({ algoId: ours?.id }));
    await alerted(scene, 'had disappeared');
    await struck(scene, 5);
    await isProtected(scene);
    scene.recovered();
    expect(scene.position('BTCUSDT')).toBe(0.1);
    expect(scene.stops('BTCUSDT')).toHaveLength(2);
  },
);

row(
  {
    id: '12',
    fault: '-2021: the first stop would trigger at once',
    does: 'closes at market now',
    sees: 'an alert that the price had passed the stop, and the close',
  },
  async (scene) => {
    // The price falls between fill and stop.
    scene.binance.faults.add({ ...STOP, ...preset('refuse', { code: -2021 }) });
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Closed BTCUSDT LONG', 'the price had passed the stop');
    await isFlat(scene);
    scene.recovered();
    await alerted(scene, 'ALERT', 'already passed the stop', '-2021');
    expect(stopsSent(scene)).toBe(1);
  },
);

row(
  {
    id: '12b',
    fault: '-2021: a moved stop would trigger at once',
    does: 'keeps the old one',
    sees: 'an alert that the stop could not be moved',
  },
  async (scene) => {
    await openAtMarket(scene);
    const [before] = scene.stops('BTCUSDT');
    scene.binance.faults.add({ ...STOP, ...preset('refuse', { code: -2021 }) });
    scene.strike();
    scene.price('BTCUSDT', 61_010);
    await alerted(scene, 'could not be moved', '-2021');
    await scene.eventually('the old level for what is left', () => {
      const [stop, ...others] = scene.stops('BTCUSDT');
      return others.length === 0 && stop?.trigger === before?.trigger && stop?.quantity === '0.05';
    });
    scene.recovered();
  },
);

for (const [name, status] of [
  ['', 'REJECTED'],
  ['b', 'EXPIRED'],
] as const) {
  row(
    {
      id: `13${name}`,
      fault: `a standing stop becomes ${status}`,
      does: 'puts another in its place',
      sees: 'an alert that the stop had disappeared',
    },
    async (scene) => {
      await openAtMarket(scene);
      const [stop] = scene.stops('BTCUSDT');
      scene.strike();
      scene.binance.usdm.dropAlgo(stop?.id ?? 0, status, 'Margin is insufficient.');
      await isProtected(scene);
      scene.recovered();
      await alerted(scene, 'had disappeared');
    },
  );
}

row(
  {
    id: '13c',
    fault: 'a stop is REJECTED for want of margin when it triggers',
    does: 'closes at market',
    sees: 'alerts, and the close',
  },
  async (scene) => {
    await openAtMarket(scene);
    const [stop] = scene.stops('BTCUSDT');
    scene.strike();
    scene.binance.usdm.dropAlgo(stop?.id ?? 0, 'REJECTED', 'Margin is insufficient.');
    scene.price('BTCUSDT', 59_400);
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
    scene.recovered();
    await alerted(scene, 'had disappeared');
  },
);

row(
  {
    id: '13d',
    fault: 'a standing stop EXPIRES and no event tells',
    does: 'the comparison finds it gone within 20 s; another is placed',
    sees: 'an alert that the stop had disappeared',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await openAtMarket(scene);
    const [stop] = scene.stops('BTCUSDT');
    scene.binance.faults.addStream({ event: 'ALGO_UPDATE', action: 'lose' });
    scene.strike();
    scene.binance.usdm.dropAlgo(stop?.id ?? 0, 'EXPIRED');
    await isProtected(scene);
    scene.recovered();
    await alerted(scene, 'had disappeared');
  },
);

for (const [name, lost] of [
  ['', null],
  ['b', 'ALGO_UPDATE'],
  ['c', 'ORDER_TRADE_UPDATE'],
] as const) {
  row(
    {
      id: `14${name}`,
      fault: `a triggered stop fills under a new order id${lost ? `, and no ${lost} comes` : ''}`,
      does: 'recognises it as the stop',
      sees: '“Filled … stop”, “stopped out”',
      ...(lost ? { rig: quick(3), rate: 3 } : {}),
    },
    async (scene) => {
      await openAtMarket(scene);
      if (lost) scene.binance.faults.addStream({ event: lost, action: 'lose', count: 0 });
      scene.strike();
      scene.price('BTCUSDT', 59_400);
      await scene.says('Filled BTCUSDT LONG stop');
      await scene.says('Closed BTCUSDT LONG', 'stopped out');
      scene.recovered();
      await isFlat(scene);
      expect(scene.count('Closed elsewhere')).toBe(0);
    },
  );
}

row(
  {
    id: '15',
    fault: 'the position was closed, and the removal of its stop and targets gets no answer and is not done',
    does: 'asks again until both books are clean',
    sees: 'the close',
  },
  async (scene) => {
    await openAtMarket(scene);
    for (const path of ['/fapi/v1/algoOrder', '/fapi/v1/order'])
      scene.binance.faults.add({ method: 'DELETE', path, ...preset('html502'), apply: false, count: 2 });
    scene.strike();
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
    await isFlat(scene);
    scene.recovered();
  },
);

row(
  {
    id: '15b',
    fault: 'crash after the close, before the stop was removed',
    does: 'sweeps both books at the start',
    sees: 'the close',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.faults.add({ ...REMOVAL, ...preset('hang'), apply: false });
    void scene.command('close', { symbol: 'BTCUSDT' }).catch(() => {});
    await struck(scene);
    await scene.end('SIGKILL');
    scene.binance.faults.clear();
    scene.strike();
    await scene.start();
    await isFlat(scene);
    scene.recovered();
    await scene.says('Closed BTCUSDT LONG');
  },
);

row(
  {
    id: '16',
    fault: 'stop replaced: the removal of the old one fails',
    does: 'the new one stands already; the old one is asked to go again',
    sees: 'nothing unusual',
  },
  async (scene) => {
    await openAtMarket(scene);
    const gaps = watchGaps(scene);
    scene.binance.faults.add({ ...REMOVAL, ...preset('html502'), apply: false, count: 2 });
    scene.strike();
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await struck(scene, 2);
    await isProtected(scene);
    scene.recovered();
    expect(gaps()).toEqual([]);
  },
);

row(
  {
    id: '16b',
    fault: 'stop replaced: the new one is refused twice',
    does: 'the old one stays until the new one stands',
    sees: 'an alert that the stop was refused',
  },
  async (scene) => {
    await openAtMarket(scene);
    const gaps = watchGaps(scene);
    scene.binance.faults.add({ ...STOP, ...preset('refuse', { code: -4045 }), count: 2 });
    scene.strike();
    scene.price('BTCUSDT', 61_010);
    await struck(scene, 2);
    await scene.eventually('break-even', () => {
      const [stop, ...others] = scene.stops('BTCUSDT');
      return others.length === 0 && stop?.quantity === '0.05' && Number(stop.trigger) > 60_500;
    });
    scene.recovered();
    expect(gaps()).toEqual([]);
    await alerted(scene, 'refused the stop');
  },
);

row(
  {
    id: '17',
    fault: 'answer to a stop order unknown, and the order is carried out 1.5 s later',
    does: 'asks for one second, places another, removes the surplus',
    sees: 'an alert that the stop is put back',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('timeout'), applyAfterMs: 1_500 });
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    await scene.eventually('both were placed', () => scene.binance.usdm.algos.size === 2);
    await isProtected(scene);
    scene.recovered();
    await stopPutBack(scene);
  },
);

row(
  {
    id: '17b',
    fault: 'answer to a stop order unknown (-1006), and it stands',
    does: 'asks by client id first; never two stops',
    sees: 'nothing unusual',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('unexpected') });
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
    scene.recovered();
    expect(stopsSent(scene)).toBe(1);
  },
);

row(
  {
    id: '18',
    fault: 'the entry fills in parts',
    does: 'a stop for what is filled at once, then one for all of it, new before old',
    sees: 'one message for the fill, when it is complete',
  },
  async (scene) => {
    await restingEntry(scene);
    const gaps = watchGaps(scene);
    scene.binance.usdm.setPartialFill('BTCUSDT', { fraction: new Decimal('0.3') });
    scene.strike();
    scene.price('BTCUSDT', 59_990);
    await scene.eventually('the stop covers the part', () => scene.stops('BTCUSDT')[0]?.quantity === '0.03');
    scene.recovered();
    scene.price('BTCUSDT', 60_100);
    scene.price('BTCUSDT', 59_990);
    await scene.eventually('the stop covers it all', () => scene.stops('BTCUSDT')[0]?.quantity === '0.1');
    await protectedWithTargets(scene);
    await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    expect(scene.count('Filled BTCUSDT LONG entry')).toBe(1);
    expect(gaps()).toEqual([]);
  },
);

row(
  {
    id: '19',
    fault: 'a target fills and the stop is larger than the position',
    does: 'resizes it, new before old',
    sees: 'the fill of the target',
    rig: { trading: '  breakEvenAfter: 0' },
  },
  async (scene) => {
    await openAtMarket(scene);
    const gaps = watchGaps(scene);
    scene.strike();
    scene.price('BTCUSDT', 61_010);
    await scene.eventually('a smaller stop at the same level', () => {
      const [stop, ...others] = scene.stops('BTCUSDT');
      return others.length === 0 && stop?.quantity === '0.05' && stop.trigger === '59500';
    });
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG target 1');
    expect(gaps()).toEqual([]);
  },
);

row(
  {
    id: '19b',
    fault: 'two targets trade in one move while the close by hand is under way',
    does: 'closes what is left, never more',
    sees: 'the fills and one close',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.faults.add({ ...CLOSE, ...preset('late'), delayMs: 300 });
    scene.strike();
    void scene.command('close', { symbol: 'BTCUSDT' }).catch(() => {});
    scene.price('BTCUSDT', 62_010);
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
    scene.recovered();
  },
);

/** Moments from now on at which a stop that stood once did not cover the position. */
function watchGaps(scene: Scene): () => string[] {
  const gaps: string[] = [];
  let covered = scene.stops('BTCUSDT').length > 0;
  scene.binance.usdm.subscribe(() => {
    const stops = scene.stops('BTCUSDT');
    covered ||= stops.length > 0;
    if (covered && stops.length === 0 && scene.position('BTCUSDT') > 0) gaps.push(new Date().toISOString());
  });
  return () => gaps;
}
