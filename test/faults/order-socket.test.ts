import { expect } from 'vitest';
import { type HttpFault, type Preset, preset } from '../../src/sim/binance/faults.ts';
import { quick } from './quick.ts';
import { type Row, row, type Scene } from './row.ts';
import { AT_MARKET } from './signals.ts';
import { buys, isFlat, protectedWithTargets, stopsSent, struck } from './steps.ts';

/** Row 6 and its kin where orders go over the WebSocket API. */

const RATE = 10;

/** The bot has measured that its socket is quicker than REST. */
async function overSocket(scene: Scene): Promise<void> {
  scene.binance.faults.add({ path: '/fapi/v1/time', ...preset('late'), delayMs: 60, count: 0 });
  await scene.eventually('orders go over the socket', () => scene.output().includes('"way":"socket"'));
}

const fail = (scene: Scene, method: string, name: Preset, own: Partial<HttpFault> = {}) =>
  scene.binance.faults.add({ method: 'WS', path: method, ...preset(name), ...own });

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
      await scene.says('Filled BTCUSDT LONG entry');
      await protectedWithTargets(scene);
      scene.recovered();
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
    scene.recovered();
    await struck(scene);
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
