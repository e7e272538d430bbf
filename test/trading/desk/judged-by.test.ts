import { afterEach, beforeEach, expect, it } from 'vitest';
import { mergeRisk } from '../../../src/risk/settings.ts';
import { systemClock } from '../../../src/trading/clock.ts';
import { channelOf, d, longBtc, openAndCancel, type Rig, sourceOf, startRig } from './harness.ts';

/** What a signal is judged by is its own symbol's, of its own time, and knows of the signals beside it. */

let rig: Rig;
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  rig = await startRig({}, { ...systemClock, now: () => systemClock.now() + aheadMs });
});
afterEach(() => rig.close());

const market = { entry: { type: 'market' } } as const;
const eth = longBtc({
  symbol: 'ETHUSDT',
  ...market,
  stopLoss: { percent: d(2) },
  takeProfits: [],
});

it('by no price of an earlier signal, where its own cannot be read', async () => {
  await openAndCancel(rig);
  // From the next trade on nobody follows it any more; what its stream has told decides for some seconds.
  await rig.desk.open(eth, sourceOf(), channelOf());
  aheadMs = 5_000;
  rig.sim.usdm.setPrice('BTCUSDT', { last: d(55_000) });
  rig.sim.faults.add({
    path: '/fapi/v1/premiumIndex',
    count: 0,
    apply: false,
    answer: { kind: 'error', status: 503, code: -1000, msg: 'not now' },
  });
  const opened = await rig.desk.open(longBtc({ ...market }), sourceOf(), { ...channelOf(), maxAgeMs: 1_000 });
  expect(opened).toMatchObject({ kind: 'denied', denial: { code: 'exchange_unreachable' } });
});

it('by entry orders of signals that came with it', async () => {
  const channel = { ...channelOf(), accountRisk: mergeRisk({ maxOrdersPerMinute: 1 }) };
  const opened = await Promise.all([
    rig.desk.open(longBtc(market), sourceOf(), channel),
    rig.desk.open(eth, sourceOf(), channel),
  ]);
  expect(opened.map((one) => (one.kind === 'denied' ? one.denial.code : one.kind)).sort()).toEqual([
    'opened',
    'order_rate',
  ]);
});
