import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/trading/clock.ts';
import type { Exchange } from '../../../src/trading/exchange.ts';
import { channelOf, futuresOf, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

let rig: Rig;
afterEach(() => rig.close());

/** A comparison is due all the time. */
const after: typeof systemClock.after = (ms, run) =>
  systemClock.after(ms === 20_000 || ms === 50_000 ? 50 : ms, run);

it('an entry that a comparison finds while its answer is on its way is taken in, and there is nothing to tell', async () => {
  const answer = Promise.withResolvers<void>();
  const answeringLate = (futures: Exchange): Exchange => ({
    ...futures,
    async place(...request) {
      const outcome = await futures.place(...request);
      await answer.promise;
      return outcome;
    },
  });
  rig = await startRig({}, { ...systemClock, after }, (sim) => ({ usdm: answeringLate(futuresOf(sim)) }));
  // Else its event tells of the order before the comparison does.
  rig.sim.streams.stall();
  const opened = rig.desk.open(longBtc(), sourceOf(), channelOf());
  const known = () => rig.desk.trades()[0]?.orders[0];
  await rig.eventually('the comparison has found it', () => known()?.status === 'working');
  answer.resolve();
  expect((await opened).kind).toBe('opened');
  expect(known()?.status).toBe('working');
  expect(
    rig.events
      .filter(({ type }) => type === 'recovered')
      .flatMap((event) => ('lines' in event ? event.lines : [])),
  ).toEqual([]);
});
