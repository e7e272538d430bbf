import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/trading/clock.ts';
import type { DeskEvent } from '../../../src/trading/desk-types.ts';
import { channelOf, d, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

/** A stop behind the price at which the exchange liquidates the position is none. */

let rig: Rig;
let id: string;
beforeEach(async () => {
  // The next comparison, which would be a while away with nothing to ask for it.
  const after: typeof systemClock.after = (ms, run) => systemClock.after(ms === 20_000 ? 50 : ms, run);
  rig = await startRig({}, { ...systemClock, after });
  const opened = await rig.desk.open(longBtc({ entry: { type: 'market' } }), sourceOf(), channelOf());
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  id = opened.trade.id;
  await rig.eventually('held', () => rig.trade(id).phase === 'open');
});
afterEach(() => rig.close());

const isTold = (event: DeskEvent): boolean => event.type === 'alert' && event.code === 'stop_unreachable';
const moveStop = (price: number) =>
  rig.desk.request(id, { type: 'move_stop', price: d(price), confirmed: true }, 'user');
const compared = () => rig.desk.health().lastReconciledAt;

async function comparedAgain(): Promise<void> {
  const before = compared();
  await rig.eventually('compared', () => compared() !== before);
}

it('is told once when a human moves the stop there, and again for another such price', async () => {
  await moveStop(50_000);
  await comparedAgain();
  await comparedAgain();
  expect(rig.events.filter(isTold)).toEqual([]);
  await moveStop(45_000);
  expect(await rig.until('it is told', isTold)).toMatchObject({
    level: 'critical',
    tradeId: id,
    numbers: { symbol: 'BTCUSDT', stop: '45000', liquidation: expect.stringMatching(/^48\d{3}/) },
  });
  await comparedAgain();
  await comparedAgain();
  expect(rig.events.filter(isTold)).toHaveLength(1);
  await moveStop(44_000);
  await rig.eventually('the next one is told', () => rig.events.filter(isTold).length === 2);
});

it('is told when somebody takes margin out of the position in the app', async () => {
  const [position] = rig.sim.usdm.account.openPositions('BTCUSDT');
  if (!position) throw new Error('no position');
  position.isolatedWallet = position.isolatedWallet.div(10);
  expect(await rig.until('it is told', isTold)).toMatchObject({ numbers: { stop: '59000' } });
});
