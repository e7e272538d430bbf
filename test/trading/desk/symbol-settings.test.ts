import { afterEach, beforeEach, expect, it } from 'vitest';
import { channelOf, d, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

/** The leverage of a symbol is the account's, and the user's to change: the next trade is to have its own. */

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

/** A trade whose entry is cancelled again; what was sent for it, in its order. */
async function openAndCancel(entry = 60_000): Promise<string[]> {
  const before = rig.sim.requests.length;
  const signal = longBtc({ entry: { type: 'limit', prices: [d(entry)] } });
  const opened = await rig.desk.open(signal, sourceOf(), channelOf());
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const { id } = opened.trade;
  await rig.eventually('entry working', () => rig.trade(id).orders[0]?.status === 'working');
  await rig.desk.request(id, { type: 'cancel_entries' }, 'user');
  await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
  await rig.desk.closingAnnounced(id, rig.trade(id).closedAt ?? 0);
  return rig.sim.requests.slice(before).flatMap(({ method, path }) => (method === 'POST' ? [path] : []));
}

const SET = ['/fapi/v1/marginType', '/fapi/v1/leverage'];
const ORDER = '/fapi/v1/order';

it('is set before the first order, and not again while it is so', async () => {
  expect(await openAndCancel()).toEqual([...SET, ORDER]);
  expect(await openAndCancel(60_001)).toEqual([ORDER]);
});

it('is set again where the user has changed it meanwhile, and that pauses nothing', async () => {
  await openAndCancel();
  rig.sim.usdm.setLeverage(new Map(Object.entries({ symbol: 'BTCUSDT', leverage: '50' })));
  // Events come in order: once this one is known, the other is.
  const { equity } = rig.desk.book;
  rig.sim.usdm.transfer(d(7));
  await rig.eventually('the transfer is known', () => rig.desk.book.equity.gt(equity));
  expect(await openAndCancel(60_001)).toEqual([...SET, ORDER]);
  expect(rig.sim.usdm.account.settingsOf('BTCUSDT').leverage).toBe(5);
  expect(rig.desk.book.pauses).toEqual([]);
});
