import { afterEach, beforeEach, expect, it } from 'vitest';
import { channelOf, d, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

/** New targets for a trade that is held, of which the price has passed some already. */

let rig: Rig;
let id: string;
beforeEach(async () => {
  rig = await startRig();
  const opened = await rig.desk.open(longBtc({ entry: { type: 'market' } }), sourceOf(), channelOf());
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  id = opened.trade.id;
  await rig.eventually('protected', () => working('target').length === 2 && working('stop').length === 1);
});
afterEach(() => rig.close());

const working = (role: string) =>
  rig.trade(id).orders.filter((order) => order.role === role && order.status === 'working');
const ask = (...prices: number[]) =>
  rig.desk.request(id, { type: 'set_targets', prices: prices.map(d) }, 'message');
const at = () =>
  working('target')
    .map(({ price }) => Number(price))
    .sort();

it('sells nothing at once: those ahead take the place of the old ones', async () => {
  expect(await ask(60_400, 61_500, 62_500)).toEqual({ kind: 'done', leftOut: [d(60_400)] });
  await rig.eventually('new targets', () => at().join() === '61500,62500');
  expect(rig.trade(id).orders.filter(({ role }) => role === 'close')).toEqual([]);
  expect(rig.trade(id).fills.filter(({ action }) => action === 'SELL')).toEqual([]);
});

it('is refused where none is ahead, and the old ones stay', async () => {
  expect(await ask(6_150)).toEqual({ kind: 'refused', reason: 'target_passed' });
  expect(at()).toEqual([61_000, 62_000]);
});

it('is judged by a fresh price where the one that is known says that it comes too late', async () => {
  rig.sim.usdm.setPrice('BTCUSDT', { last: d(60_300) });
  expect(await ask(60_400)).toEqual({ kind: 'done' });
});
