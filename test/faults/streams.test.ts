import { expect } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { quick, shortened } from './quick.ts';
import { row, type Scene } from './row.ts';
import { alerted, isFlat, isProtected, openAtMarket, protectedWithTargets, restingEntry } from './steps.ts';

/** Rows 31 to 37: the private stream. */

row(
  {
    id: '31',
    fault: 'stream open but silent while an entry fills',
    does: 'the comparison finds the fill within 20 s and protects it',
    sees: 'the fill; a report of what was found',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await restingEntry(scene);
    scene.binance.streams.stall();
    scene.strike();
    scene.price('BTCUSDT', 59_990);
    await isProtected(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    await alerted(scene, 'the entry has filled by 0.1 → booked');
  },
);

row(
  {
    id: '31b',
    fault: 'stream open but silent, orders are answered and no event comes of them',
    does: 'after 8 s without an event that is owed: a new connection, then a comparison',
    sees: 'an alert that the event stream was silent',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    scene.binance.streams.stall();
    scene.strike();
    await openAtMarket(scene);
    await alerted(scene, 'event stream was silent');
    scene.binance.streams.resume();
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.recovered();
  },
);

row(
  {
    id: '31c',
    fault: 'stream open but silent while the stop is hit',
    does: 'the comparison finds the close, takes the targets away',
    sees: '“Filled … stop”, “stopped out”',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.streams.stall();
    scene.strike();
    scene.price('BTCUSDT', 59_400);
    await scene.says('Closed BTCUSDT LONG', 'stopped out');
    await isFlat(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG stop');
  },
);

row(
  {
    id: '32',
    fault: 'listenKeyExpired, and the stop fills before the new key is there',
    does: 'a new key and connection, then a comparison of the gap',
    sees: 'the close, and that the stream was away',
  },
  async (scene) => {
    await openAtMarket(scene);
    const known = scene.binance.requests.length;
    scene.strike();
    scene.binance.streams.expireListenKey();
    scene.price('BTCUSDT', 59_400);
    await scene.says('Closed BTCUSDT LONG', 'stopped out');
    await isFlat(scene);
    scene.recovered();
    const keys = scene.binance.requests
      .slice(known)
      .filter(({ method, path }) => method === 'POST' && path === '/fapi/v1/listenKey');
    expect(keys.length).toBeGreaterThanOrEqual(1);
    await alerted(scene, 'event stream');
  },
);

row(
  {
    id: '32b',
    fault: '-1125 when the listen key is extended',
    does: 'a new key and connection, then a comparison',
    sees: 'that the stream was away',
    rig: shortened(1_800_000, 3_000),
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.faults.add({
      method: 'PUT',
      path: '/fapi/v1/listenKey',
      ...preset('refuse', { code: -1125 }),
    });
    await scene.eventually('refused once', () => scene.binance.faults.list().some(({ hits }) => hits === 1));
    scene.strike();
    await alerted(scene, 'event stream');
    await scene.eventually('connected again', () => scene.binance.streams.count('private') === 1);
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.recovered();
  },
);

row(
  {
    id: '33',
    fault: 'serverShutdown',
    does: 'a new connection before the old one ends, then a comparison',
    sees: 'nothing',
  },
  async (scene) => {
    await openAtMarket(scene);
    const counts = connections(scene);
    scene.strike();
    scene.binance.streams.announceShutdown();
    await scene.eventually('both stood, then one', () => counts().includes(2) && counts().at(-1) === 1);
    scene.recovered();
    expect(counts()).not.toContain(0);
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    expect(scene.dms().filter((line) => line.includes('event stream'))).toEqual([]);
  },
);

row(
  {
    id: '33b',
    fault: 'a connection reaches the end of its 24 hours',
    does: 'was replaced after 23, new before old',
    sees: 'nothing',
    rig: shortened(23 * 3_600_000, 4_000),
  },
  async (scene) => {
    const counts = connections(scene);
    await openAtMarket(scene);
    await scene.eventually('both stood, then one', () => counts().includes(2) && counts().at(-1) === 1);
    expect(counts()).not.toContain(0);
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
  },
);

row(
  {
    id: '34',
    fault: 'the first subscription of the start fails',
    does: 'tries again until it stands; only then the bot is ready',
    sees: 'a start that takes a moment longer',
    rig: { start: false },
  },
  async (scene) => {
    scene.binance.streams.refuse(2);
    scene.strike();
    await scene.start();
    scene.recovered();
    await openAtMarket(scene);
  },
);

row(
  {
    id: '34b',
    fault: 'the stream ends and five reconnects are refused; meanwhile the entry fills',
    does: 'goes on trying with growing pauses; compares when it stands, and every 20 s until then',
    sees: 'an alert that the stream is away; the fill',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await restingEntry(scene);
    scene.binance.streams.refuse(5);
    scene.strike();
    scene.binance.streams.drop('private');
    scene.price('BTCUSDT', 59_990);
    await isProtected(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    await alerted(scene, 'event stream');
    await scene.eventually('connected again', () => scene.binance.streams.count('private') === 1);
  },
);

row(
  {
    id: '35',
    fault: 'every event comes twice',
    does: 'counts an execution by its trade id',
    sees: 'each fill once',
  },
  async (scene) => {
    scene.binance.faults.addStream({ action: 'double', count: 0 });
    await openAtMarket(scene);
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.price('BTCUSDT', 62_010);
    await scene.says('Closed BTCUSDT LONG', 'all targets reached');
    await isFlat(scene);
    expect(scene.count('Filled')).toBe(3);
  },
);

row(
  {
    id: '35b',
    fault: 'events come last one first',
    does: 'executed quantities only grow, a fill beats a cancellation',
    sees: 'each fill once',
  },
  async (scene) => {
    await restingEntry(scene);
    scene.binance.faults.addStream({ action: 'hold', count: 0 });
    scene.strike();
    scene.binance.usdm.fillOrder(
      scene.resting('BTCUSDT')[0]?.id ?? 0,
      scene.binance.usdm.market('BTCUSDT').instrument.stepSize.times(30),
    );
    scene.price('BTCUSDT', 59_990);
    scene.binance.streams.release(true);
    await isProtected(scene);
    scene.recovered();
    scene.binance.faults.clear();
    scene.binance.streams.release();
    await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    await protectedWithTargets(scene);
    expect(scene.count('Filled BTCUSDT LONG entry')).toBe(1);
  },
);

row(
  {
    id: '35c',
    fault: 'events come three seconds late',
    does: 'does not wait for them where an answer says the same; takes no harm when they come',
    sees: 'each fill once',
  },
  async (scene) => {
    scene.binance.faults.addStream({ action: 'delay', delayMs: 3_000, count: 0 });
    scene.strike();
    await openAtMarket(scene);
    scene.recovered();
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    expect(scene.count('Filled')).toBe(2);
  },
);

row(
  {
    id: '35d',
    fault: 'the events of two targets and a stop move are lost',
    does: 'the comparison finds them within 20 s',
    sees: 'each fill once',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.faults.addStream({ action: 'lose', count: 0 });
    scene.strike();
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.recovered();
    scene.price('BTCUSDT', 62_010);
    await scene.says('Closed BTCUSDT LONG', 'all targets reached');
    await isFlat(scene);
    expect(scene.count('Filled')).toBe(3);
  },
);

row(
  {
    id: '35e',
    fault: 'CANCELED of the entry arrives before its last execution',
    does: 'the fill counts; it is protected',
    sees: 'the fill',
  },
  async (scene) => {
    await restingEntry(scene);
    const [entry] = scene.resting('BTCUSDT');
    scene.binance.faults.addStream({
      event: 'ORDER_TRADE_UPDATE',
      status: 'PARTIALLY_FILLED',
      action: 'delay',
      delayMs: 700,
    });
    scene.binance.faults.addStream({ event: 'ACCOUNT_UPDATE', action: 'delay', delayMs: 700 });
    scene.strike();
    scene.binance.usdm.fillOrder(
      entry?.id ?? 0,
      scene.binance.usdm.market('BTCUSDT').instrument.stepSize.times(40),
    );
    scene.binance.usdm.cancelOrder(
      new Map([
        ['symbol', 'BTCUSDT'],
        ['orderId', String(entry?.id)],
      ]),
    );
    await scene.eventually('the part is protected', () => scene.stops('BTCUSDT')[0]?.quantity === '0.04');
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG entry', '0.04');
  },
);

row(
  {
    id: '36',
    fault: 'half-open sockets: nothing comes, no ping is answered',
    does: 'ends the connection after 25 s without a pong, opens another, compares; the comparison has protected the fill before',
    sees: 'an alert that the stream was silent; the fill',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await restingEntry(scene);
    scene.binance.streams.freeze();
    scene.strike();
    scene.price('BTCUSDT', 59_990);
    await isProtected(scene);
    scene.recovered();
    await alerted(scene, 'event stream');
    await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
  },
);

row(
  {
    id: '37',
    fault: 'unknown events, unknown fields, events that are no objects',
    does: 'ignores and counts them',
    sees: 'nothing',
  },
  async (scene) => {
    const { usdm } = scene.binance;
    const at = usdm.now();
    usdm.publish({ e: 'FUTURE_EVENT', E: at, o: { s: 'BTCUSDT' } });
    usdm.publish({ e: 'ORDER_TRADE_UPDATE', E: at });
    usdm.publish({ e: 'ORDER_TRADE_UPDATE', E: at, o: { s: 'BTCUSDT', X: 'SHINY', i: 'x', q: 'many' } });
    usdm.publish({ e: 'ALGO_UPDATE', E: at, o: null });
    usdm.publish({ e: 'ACCOUNT_UPDATE', E: at, a: { m: 'NEW_REASON', P: 'none' } });
    scene.strike();
    await openAtMarket(scene);
    scene.recovered();
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
  },
);

/** The numbers of private connections from now on, each once it changes. */
function connections(scene: Scene): () => number[] {
  const seen = [scene.binance.streams.count('private')];
  const timer = setInterval(() => {
    const count = scene.binance.streams.count('private');
    if (count !== seen.at(-1)) seen.push(count);
  }, 1).unref();
  void scene.exited().then(() => clearInterval(timer));
  return () => seen;
}
