import { expect } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { cancelEntry, entersAtLimit, reachesFirstTarget, reachesLastTarget, SPOT, USDM } from './markets.ts';
import { quick, shortened } from './quick.ts';
import { row, type Scene } from './row.ts';
import { alerted, isFlat, isProtected, openAtMarket } from './steps.ts';

/** Rows 31 to 37: the private stream. */

for (const [market, protects, finds] of [
  [USDM, 'protects it', 'the close, takes the targets away'],
  [SPOT, 'covers the coins', 'the sales'],
] as const) {
  market.row(
    {
      id: '31',
      fault: 'stream open but silent while an entry fills',
      does: `the comparison finds the fill within 20 s and ${protects}`,
      sees: 'the fill; a report of what was found',
      rig: quick(5),
      rate: 5,
    },
    async (scene) => {
      await entersAtLimit(market, scene);
      market.stream(scene).stall();
      scene.strike();
      market.price(scene, 59_990);
      await market.covered(scene, 2);
      scene.recovered();
      await scene.says(`Filled ${market.long} entry: 0.1 @ 60000`);
      await alerted(scene, '0.1 of the entry had filled → recorded');
    },
  );

  market.row(
    {
      id: '31b',
      fault: 'stream open but silent, orders are answered and no event comes of them',
      does: 'after 8 s without an event that is owed: a new connection, then a comparison',
      sees: 'an alert that the event stream was silent',
      rig: quick(5),
      rate: 5,
    },
    async (scene) => {
      market.stream(scene).stall();
      scene.strike();
      await market.opened(scene);
      await alerted(scene, 'event stream was silent');
      market.stream(scene).resume();
      await reachesFirstTarget(market, scene);
      scene.recovered();
    },
  );

  market.row(
    {
      id: '31c',
      fault: `stream open but silent while the ${market === USDM ? 'stop is' : 'stops are'} hit`,
      does: `the comparison finds ${finds}`,
      sees: '“Filled … stop”, “stopped out”',
      rig: quick(5),
      rate: 5,
    },
    async (scene) => {
      await market.opened(scene);
      market.stream(scene).stall();
      scene.strike();
      market.price(scene, 59_400);
      await scene.says(`Closed ${market.long}`, 'stopped out');
      await market.ended(scene);
      scene.recovered();
      await scene.says(`Filled ${market.long} stop`);
    },
  );
}

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
    const known = scene.binance.requests.length;
    scene.strike();
    scene.binance.streams.announceShutdown();
    await scene.eventually('both stood, then one', () => counts().includes(2) && counts().at(-1) === 1);
    scene.recovered();
    expect(counts()).not.toContain(0);
    // What it finds by itself is told as found: the fill is to come by the new connection.
    const read = ['/fapi/v3/positionRisk', '/fapi/v1/openOrders', '/fapi/v1/openAlgoOrders'];
    await scene.eventually('compared', () => {
      const asked = scene.binance.requests.slice(known).map(({ path }) => path);
      return read.every((path) => asked.includes(path));
    });
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
    await entersAtLimit(USDM, scene);
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

for (const market of [USDM, SPOT]) {
  market.row(
    {
      id: '35',
      fault: 'every event comes twice',
      does: 'counts an execution by its trade id',
      sees: 'each fill once',
    },
    async (scene) => {
      scene.binance.faults.addStream({ action: 'double', count: 0 });
      scene.strike();
      await market.opened(scene);
      scene.recovered();
      await reachesFirstTarget(market, scene);
      await reachesLastTarget(market, scene);
      expect(scene.count('Filled')).toBe(3);
    },
  );

  market.row(
    {
      id: '35b',
      fault: 'events come last one first',
      does: 'executed quantities only grow, a fill beats a cancellation',
      sees: 'each fill once',
    },
    async (scene) => {
      const entry = await entersAtLimit(market, scene);
      scene.binance.faults.addStream({ action: 'hold', count: 0 });
      scene.strike();
      market.exchange(scene).fillOrder(entry, new Decimal('0.03'));
      market.price(scene, 59_990);
      market.stream(scene).release(true);
      await market.covered(scene);
      scene.recovered();
      scene.binance.faults.clear();
      market.stream(scene).release();
      await scene.says(`Filled ${market.long} entry: 0.1 @ 60000`);
      await market.covered(scene, 2);
      expect(scene.count(`Filled ${market.long} entry`)).toBe(1);
    },
  );

  market.row(
    {
      id: '35c',
      fault: 'events come three seconds late',
      does: 'does not wait for them where an answer says the same; takes no harm when they come',
      sees: 'each fill once',
    },
    async (scene) => {
      scene.binance.faults.addStream({ action: 'delay', delayMs: 3_000, count: 0 });
      scene.strike();
      await market.opened(scene);
      scene.recovered();
      await reachesFirstTarget(market, scene);
      expect(scene.count('Filled')).toBe(2);
    },
  );

  market.row(
    {
      id: '35d',
      fault: 'the events of two targets and a stop move are lost',
      does: 'the comparison finds them within 20 s',
      sees: 'each fill once',
      rig: quick(5),
      rate: 5,
    },
    async (scene) => {
      await market.opened(scene);
      scene.binance.faults.addStream({ action: 'lose', count: 0 });
      scene.strike();
      await reachesFirstTarget(market, scene);
      scene.recovered();
      await reachesLastTarget(market, scene);
      expect(scene.count('Filled')).toBe(3);
    },
  );
}

for (const [market, isKept] of [
  [USDM, 'it is protected'],
  [SPOT, 'its coins are covered'],
] as const) {
  market.row(
    {
      id: '35e',
      fault: 'CANCELED of the entry arrives before its last execution',
      does: `the fill counts; ${isKept}`,
      sees: 'the fill',
    },
    async (scene) => {
      const entry = await entersAtLimit(market, scene);
      scene.binance.faults.addStream({ status: 'PARTIALLY_FILLED', action: 'delay', delayMs: 700 });
      scene.binance.faults.addStream({ event: market.accountEvent, action: 'delay', delayMs: 700 });
      scene.strike();
      market.exchange(scene).fillOrder(entry, new Decimal('0.04'));
      cancelEntry(market, scene, entry);
      await market.covered(scene, 2);
      scene.recovered();
      await scene.says(`Filled ${market.long} entry`, '0.04');
      // On spot the commission comes off it.
      expect(market.held(scene)).toBeCloseTo(0.04, 4);
      expect(market.held(scene)).toBeLessThanOrEqual(0.04);
    },
  );
}

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
    await entersAtLimit(USDM, scene);
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
