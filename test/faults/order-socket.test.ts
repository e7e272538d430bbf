import { expect } from 'vitest';
import { type HttpFault, type Preset, preset } from '../../src/sim/binance/faults.ts';
import { BUY_BTC, spotPrice, targets } from '../e2e/spot-steps.ts';
import { quick } from './quick.ts';
import { type Row, row, type Scene } from './row.ts';
import { AT_MARKET } from './signals.ts';
import { buys, isFlat, isProtected, protectedWithTargets, restingEntry, stopsSent } from './steps.ts';

/** Row 6 and its kin where orders go over the WebSocket API. */

const RATE = 4;

/** The bot has measured that its socket is quicker than REST. */
async function overSocket(scene: Scene, market = 'usdm'): Promise<void> {
  const path = market === 'usdm' ? '/fapi/v1/time' : '/api/v3/time';
  scene.binance.faults.add({ path, http: true, ...preset('late'), delayMs: 60, count: 0 });
  const said = `"market":"${market}","way":"socket"`;
  await scene.eventually('orders go over the socket', () => scene.output().includes(said));
}

const fail = (scene: Scene, method: string, name: Preset, own: Partial<HttpFault> = {}) =>
  scene.binance.faults.add({ method: 'WS', path: method, ...preset(name), ...own });

async function struckOnSocket(scene: Scene): Promise<void> {
  await scene.eventually('the fault has struck on the socket', () =>
    scene.binance.faults
      .list()
      .some(({ fault, hits }) => 'method' in fault && fault.method === 'WS' && hits > 0),
  );
}

const overSocketRow = (given: Omit<Row, 'rig' | 'rate'>, body: (scene: Scene) => Promise<void>) =>
  row({ ...given, rig: quick(RATE), rate: RATE }, async (scene) => {
    await overSocket(scene);
    await body(scene);
  });

for (const [name, what, method] of [
  ['d', 'order', 'order.place'],
  ['e', 'stop', 'algoOrder.place'],
] as const) {
  overSocketRow(
    {
      id: `06${name}`,
      fault: `${what} sent over the WebSocket API, socket lost after acceptance`,
      does: 'asks by client id, by REST; never sends a second time, by neither way',
      sees: 'the fill, as if nothing had happened',
    },
    async (scene) => {
      fail(scene, method, 'drop');
      scene.strike();
      scene.post(AT_MARKET);
      await isProtected(scene);
      scene.recovered();
      await scene.says('Filled BTCUSDT LONG entry');
      // Targets that were under way on the same socket are unknown too.
      await protectedWithTargets(scene);
      await struckOnSocket(scene);
      expect([buys(scene), stopsSent(scene)]).toEqual([1, 1]);
    },
  );
}

overSocketRow(
  {
    id: '06f',
    fault: 'order taken over the WebSocket API, its answer comes after 20 s, and its events are lost',
    does: 'asks by client id meanwhile; the late answer changes nothing',
    sees: 'the fill',
  },
  async (scene) => {
    fail(scene, 'order.place', 'late', { delayMs: 20_000 / RATE, params: { side: 'BUY' } });
    scene.binance.faults.addStream({ event: 'ORDER_TRADE_UPDATE', action: 'lose', count: 2 });
    scene.strike();
    scene.post(AT_MARKET);
    await protectedWithTargets(scene);
    await struckOnSocket(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG entry');
    expect(buys(scene)).toBe(1);
  },
);

overSocketRow(
  {
    id: '06g',
    fault: 'every answer over the WebSocket API comes twice',
    does: 'takes the first',
    sees: 'nothing unusual',
  },
  async (scene) => {
    fail(scene, '*', 'twice', { count: 0 });
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
    await struckOnSocket(scene);
    scene.recovered();
    expect([buys(scene), stopsSent(scene)]).toEqual([1, 1]);
  },
);

overSocketRow(
  {
    id: '06h',
    fault: '429 over the WebSocket API to the stop',
    does: 'holds everything back by either way for as long as it is told, then the stop goes first',
    sees: 'the fill',
  },
  async (scene) => {
    fail(scene, 'algoOrder.place', 'limited', preset('limited', { seconds: 1 }));
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
    await struckOnSocket(scene);
    scene.recovered();
  },
);

overSocketRow(
  {
    id: '06j',
    fault: 'the socket of the WebSocket API is half open when the stop is to be placed',
    does: 'asks for the stop, by REST, and places another by REST within two seconds',
    sees: 'the fill, perhaps that the stop was put back',
  },
  async (scene) => {
    await restingEntry(scene);
    scene.binance.api.sockets.freeze();
    scene.price('BTCUSDT', 59_990);
    scene.strike();
    await isProtected(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
  },
);

overSocketRow(
  {
    id: '06i',
    fault: 'the WebSocket API is gone while a position is open',
    does: 'closes by REST',
    sees: 'the close, as if nothing had happened',
  },
  async (scene) => {
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
    scene.binance.api.sockets.refuse(1_000);
    scene.binance.api.sockets.drop();
    scene.strike();
    void scene.command('close', { symbol: 'BTCUSDT' }).catch(() => {});
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
    scene.recovered();
  },
);

row(
  {
    id: '06ds',
    market: 'spot',
    fault: 'order list sent over the WebSocket API, socket lost after acceptance',
    does: 'asks by client id, by REST, and adopts it; never two',
    sees: 'the fill, perhaps that the stop of a list that was lost on its way is tried again',
    rig: { ...quick(RATE), channels: { coins: ['market: spot'] } },
    rate: RATE,
  },
  async (scene) => {
    spotPrice(scene, 60_500);
    await overSocket(scene, 'spot');
    fail(scene, 'orderList.place.oco', 'drop');
    scene.strike();
    scene.post(BUY_BTC, { channel: 'coins' });
    await scene.says('Filled BTCUSDT LONG spot entry');
    await scene.eventually('both targets have their list', () => targets(scene).length === 2);
    await struckOnSocket(scene);
    scene.recovered();
    const lists = scene.binance.requests.filter(
      ({ method, path }) => method === 'POST' && path === '/api/v3/orderList/oco',
    );
    expect(lists).toHaveLength(2);
  },
);
