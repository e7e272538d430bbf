import { afterEach, beforeEach, expect, it } from 'vitest';
import { d, longBtc, openAndCancel, type Rig, startRig } from './harness.ts';

/** Leverage and margin mode of a symbol are the account's, and the user's to change: the next trade is to have its own. */

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

/** A trade whose entry is cancelled again; what was sent for it, in its order. */
async function sentFor(entry = 60_000): Promise<string[]> {
  const before = rig.sim.requests.length;
  await openAndCancel(rig, longBtc({ entry: { type: 'limit', prices: [d(entry)] } }));
  return rig.sim.requests.slice(before).flatMap(({ method, path }) => (method === 'POST' ? [path] : []));
}

const inTheApp = {
  leverage: (leverage: string) =>
    rig.sim.usdm.setLeverage(new Map(Object.entries({ symbol: 'BTCUSDT', leverage }))),
  /** No event tells of it. */
  marginType: (marginType: string) =>
    rig.sim.usdm.setMarginType(new Map(Object.entries({ symbol: 'BTCUSDT', marginType }))),
};

const MARGIN_TYPE = '/fapi/v1/marginType';
const LEVERAGE = '/fapi/v1/leverage';
const ORDER = '/fapi/v1/order';

it('are set before the first order, and not again while they are so', async () => {
  expect(await sentFor()).toEqual([MARGIN_TYPE, LEVERAGE, ORDER]);
  expect(await sentFor(60_001)).toEqual([ORDER]);
});

it('are not set where the exchange has them already, as after a restart', async () => {
  await sentFor();
  await rig.restart();
  expect(await sentFor(60_001)).toEqual([ORDER]);
});

it('are set again where the user has changed them meanwhile', async () => {
  await sentFor();
  inTheApp.leverage('50');
  inTheApp.marginType('CROSSED');
  expect(await sentFor(60_001)).toEqual([MARGIN_TYPE, LEVERAGE, ORDER]);
  const { account } = rig.sim.usdm;
  expect(account.settingsOf('BTCUSDT')).toEqual({ leverage: 5, marginType: 'ISOLATED' });
});

it('are set by the one that the user has changed, and that pauses nothing', async () => {
  await sentFor();
  inTheApp.leverage('50');
  // Events come in order: once this one is known, the other is.
  const { equity } = rig.desk.book;
  rig.sim.usdm.transfer(d(7));
  await rig.eventually('the transfer is known', () => rig.desk.book.equity.gt(equity));
  expect(await sentFor(60_001)).toEqual([LEVERAGE, ORDER]);
  inTheApp.marginType('CROSSED');
  expect(await sentFor(60_002)).toEqual([MARGIN_TYPE, ORDER]);
  expect(rig.sim.usdm.account.settingsOf('BTCUSDT')).toEqual({ leverage: 5, marginType: 'ISOLATED' });
  expect(rig.desk.book.pauses).toEqual([]);
});

it('are set where they cannot be asked for', async () => {
  await sentFor();
  rig.sim.faults.add({
    method: 'GET',
    path: '/fapi/v1/symbolConfig',
    apply: false,
    answer: { kind: 'error', status: 500, code: -1001, msg: 'Internal error' },
  });
  expect(await sentFor(60_001)).toEqual([MARGIN_TYPE, LEVERAGE, ORDER]);
});
