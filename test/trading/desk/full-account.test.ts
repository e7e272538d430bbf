import { afterEach, beforeEach, expect, it } from 'vitest';
import { params } from '../../../src/sim/binance/control-input.ts';
import { held } from '../../../src/trading/lifecycle/facts.ts';
import { channelOf, d, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

/** The exchange takes no more conditional orders (-4045): the user's own, on another symbol, fill the account. */

const LIMIT = 200;

let rig: Rig;
let id: string;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

async function open(): Promise<void> {
  const opened = await rig.desk.open(longBtc({ entry: { type: 'market' } }), sourceOf(), channelOf());
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  id = opened.trade.id;
}

let placed = 0;

function fillUp(left: number): void {
  const { usdm } = rig.sim;
  while (usdm.openAlgos.size < LIMIT - left) {
    placed += 1;
    const own = { type: 'STOP_MARKET', quantity: '1', triggerPrice: '9000', clientAlgoId: `own_${placed}` };
    usdm.placeAlgo(params({ algoType: 'CONDITIONAL', symbol: 'ETHUSDT', side: 'BUY', ...own }));
  }
}

const stops = () => [...rig.sim.usdm.openAlgos.values()].filter(({ symbol }) => symbol === 'BTCUSDT');
const covered = () => stops().reduce((sum, { quantity }) => sum.plus(quantity), d(0));
const alerts = () => rig.events.flatMap((event) => (event.type === 'alert' ? [event.code] : []));

it('a stop that cannot be moved stays, and covers everything', async () => {
  await open();
  const isProtected = () =>
    rig.trade(id).orders.some(({ role, status }) => role === 'stop' && status === 'working');
  await rig.eventually('protected', isProtected);
  const before = stops();
  fillUp(0);
  await rig.desk.request(id, { type: 'move_stop', price: d(59_500), confirmed: false }, 'user');
  await rig.eventually('told', () => alerts().includes('stop_move_refused'));
  expect(stops().map((stop) => stop.clientAlgoId)).toEqual(before.map((stop) => stop.clientAlgoId));
  expect(covered().toString()).toBe(held(rig.trade(id)).toString());
  expect(rig.trade(id)).toMatchObject({ phase: 'open', closing: null });
  expect(String(rig.trade(id).stopPrice)).toBe('59000');
});

it('a position that gets no stop at all is closed', async () => {
  fillUp(2);
  rig.sim.usdm.setPrice('ETHUSDT', { last: d(3_000) });
  await open();
  // What its plan has counted on is taken while its entry is on its way.
  fillUp(0);
  await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
  expect(rig.trade(id).closeReason).toBe('stop_unplaceable');
  expect(alerts()).toContain('stop_unplaceable');
  expect(rig.desk.book.pauses.map(({ reason }) => reason)).toEqual(['fault']);
});

it('no entry is sent where there is no room for its stop', async () => {
  await rig.restart();
  fillUp(1);
  await rig.restart();
  expect(await rig.desk.open(longBtc(), sourceOf(), channelOf())).toMatchObject({
    kind: 'denied',
    denial: { code: 'order_limit', numbers: { open: '199', needed: '2', limit: '200' } },
  });
});
