import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/trading/clock.ts';
import type { Market } from '../../../src/trading/model.ts';
import { channelOf, d, futuresOf, longBtc, type Rig, sourceOf, spotOf, startRig } from './harness.ts';

let rig: Rig;
afterEach(() => rig.close());

const DAY_MS = 86_400_000;

it.each<Market>(['usdm', 'spot'])(
  'begins, where a start on %s finds what has closed since yesterday, once the account is known',
  async (market) => {
    let aheadMs = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
    rig = await startRig({}, clock, (sim) =>
      market === 'usdm' ? { usdm: futuresOf(sim) } : { spot: spotOf(sim) },
    );
    const channel = { ...channelOf(), market };
    const signal = longBtc({ entry: { type: 'market' }, takeProfits: [] });
    const opened = await rig.desk.open(signal, sourceOf(), channel);
    if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
    const { id } = opened.trade;
    await rig.eventually('protected', () =>
      rig.trade(id).orders.some(({ role, status }) => role === 'stop' && status === 'working'),
    );
    await rig.desk.stop();
    rig.sim.usdm.setPrice('BTCUSDT', { last: d(58_900) });
    rig.sim.spot.exchange.setPrice('BTCUSDT', d(58_900));
    aheadMs = DAY_MS;
    await rig.restart();
    await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
    const { dayStartEquity, dayPnl, equity, pauses } = rig.desk.book;
    expect(rig.trade(id).closeReason).toBe('stop');
    expect(dayPnl.toNumber()).toBeLessThan(0);
    expect(dayStartEquity.toNumber()).toBeCloseTo(equity.toNumber(), 6);
    expect(pauses).toEqual([]);
  },
);

it('of an account without USDT is measured by what it trades with', async () => {
  rig = await startRig({ spotBalances: { USDC: '10000' } }, systemClock, (sim) => ({ spot: spotOf(sim) }));
  const signal = longBtc({ symbol: 'BTCUSDC', entry: { type: 'market' }, takeProfits: [] });
  const opened = await rig.desk.open(signal, sourceOf(), { ...channelOf(), market: 'spot' });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const { id } = opened.trade;
  await rig.eventually('protected', () =>
    rig.trade(id).orders.some(({ role, status }) => role === 'stop' && status === 'working'),
  );
  rig.sim.spot.exchange.setPrice('BTCUSDC', d(58_900));
  await rig.eventually('closed', () => rig.trade(id).phase === 'closed');
  const { dayStartEquity, pauses, dayPnl } = rig.desk.book;
  expect(dayPnl.toNumber()).toBeLessThan(0);
  expect(pauses).toEqual([]);
  expect(dayStartEquity.toNumber()).toBeGreaterThan(9_000);
});
