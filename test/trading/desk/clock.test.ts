import { afterEach, expect, it } from 'vitest';
import { preset } from '../../../src/sim/binance/faults.ts';
import { createClock, systemClock } from '../../../src/trading/clock.ts';
import { channelOf, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

/** Somebody sets the computer's clock while an entry waits to be sent once more: the exchange was too busy for it. */

const HOUR_MS = 3_600_000;

let rig: Rig;
afterEach(() => rig.close());

async function setWhileItWaits(byMs: number): Promise<{ id: string; sent(): number }> {
  let aheadMs = 0;
  const clock = createClock({
    wallMs: () => Date.now() + aheadMs,
    steadyMs: () => performance.now(),
    after: systemClock.after,
  });
  rig = await startRig({}, clock);
  const path = '/fapi/v1/order';
  rig.sim.faults.add({ method: 'POST', path, ...preset('throttled'), count: 1 });
  const opened = await rig.desk.open(longBtc(), sourceOf(), channelOf());
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const { id } = opened.trade;
  await rig.eventually('the entry waits', () => rig.trade(id).orders[0]?.sendAt !== null);
  aheadMs = byMs;
  return { id, sent: () => rig.sim.requests.filter((r) => r.method === 'POST' && r.path === path).length };
}

it('back: the entry goes when it would have', async () => {
  const { id, sent } = await setWhileItWaits(-HOUR_MS);
  await rig.eventually('the entry stands', () => rig.trade(id).orders[0]?.status === 'working');
  expect(sent()).toBe(2);
});

it('ahead: nobody knows how old the signal is, and nothing is sent', async () => {
  const { id, sent } = await setWhileItWaits(HOUR_MS);
  await rig.eventually('the trade is over', () => rig.trade(id).phase === 'closed');
  expect(rig.trade(id).orders[0]?.status).toBe('failed');
  expect(sent()).toBe(1);
});

it('the position mode, which no event tells of, is noticed within a minute, also without a trade', async () => {
  // Who would wait for a minute, or longer, is left waiting.
  const isSoon = (ms: number): boolean => ms > 20_000 && ms <= 55_000;
  const after: typeof systemClock.after = (ms, run) => systemClock.after(isSoon(ms) ? 50 : ms, run);
  rig = await startRig({}, { ...systemClock, after });
  rig.sim.usdm.changeAccount({ hedgeMode: true });
  const event = await rig.until('it is told', ({ type }) => type === 'alert');
  expect(event).toMatchObject({ code: 'account_changed', numbers: { detail: 'position_mode: hedge' } });
});
