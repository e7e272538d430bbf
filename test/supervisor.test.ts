import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incident, openIncidents, type Part } from '../src/incidents.ts';
import { createLog } from '../src/log.ts';
import { ESCALATE_EVERY_MS, pauseMs, type Remedy, supervise } from '../src/supervisor.ts';
import { memoryCollection } from './bot/fakes.ts';

const log = createLog('silent');

const remedy: Remedy = {
  firstAfterMs: 1_000,
  longestMs: 60_000,
  mayHelp: async () => true,
  restart: async () => undefined,
};

/** A clock whose timers run, in order, as it is moved on; promises are let settle in between. */
function playedClock(start = 1_000_000) {
  let now = start;
  const timers = new Set<{ at: number; run: () => void }>();
  const settle = () => new Promise<void>((done) => setImmediate(done));
  return {
    now: () => now,
    after(ms: number, run: () => void) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    waiting: () => timers.size,
    async pass(ms: number) {
      const until = now + ms;
      for (;;) {
        await settle();
        const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.run();
      }
      now = until;
      await settle();
    },
  };
}

async function given(over: Partial<Remedy> = {}) {
  const clock = playedClock();
  const incidents = await openIncidents(memoryCollection(incident), log, clock.now);
  const restartedAt: number[] = [];
  const gaveUp: Part[] = [];
  const given: Remedy = {
    ...remedy,
    ...over,
    async restart() {
      restartedAt.push(clock.now() - 1_000_000);
      await over.restart?.();
    },
  };
  const stop = supervise({
    incidents,
    remedies: { gateway: given },
    giveUp: (part) => gaveUp.push(part),
    clock,
    random: () => 0.5,
    log,
  });
  return { clock, incidents, restartedAt, gaveUp, stop };
}

test('a part is left to itself first, then restarted with pauses that double', async () => {
  const { clock, incidents, restartedAt } = await given();
  incidents.failed({ part: 'gateway' }, 'closed');
  await clock.pass(16_000);
  expect(restartedAt).toEqual([1_000, 3_000, 7_000, 15_000]);
  incidents.works({ part: 'gateway' });
  await clock.pass(600_000);
  expect(restartedAt).toHaveLength(4);
  expect(incidents.list()).toMatchObject([{ restarts: 4, healedBy: 'restart' }]);
});

test('one that comes back by itself is not restarted, and the next time begins anew', async () => {
  const { clock, incidents, restartedAt } = await given();
  incidents.failed({ part: 'gateway' }, 'closed');
  await clock.pass(900);
  incidents.works({ part: 'gateway' });
  await clock.pass(60_000);
  expect(restartedAt).toEqual([]);
  incidents.failed({ part: 'gateway' }, 'closed');
  await clock.pass(1_000);
  expect(restartedAt).toEqual([61_900]);
});

test('where what it depends on is away nothing is restarted, and nobody gives up, however long that is', async () => {
  const { clock, incidents, restartedAt, gaveUp } = await given({
    mayHelp: async () => false,
    escalateAfter: 1,
  });
  incidents.failed({ part: 'gateway' }, 'Discord is down');
  await clock.pass(86_400_000);
  expect([restartedAt, gaveUp]).toEqual([[], []]);
  expect(clock.waiting()).toBe(1);
});

test('a restart that fails, or hangs, is followed by another', async () => {
  const fails = await given({ restart: () => Promise.reject(new Error('no')) });
  fails.incidents.failed({ part: 'gateway' }, 'closed');
  await fails.clock.pass(4_000);
  expect(fails.restartedAt).toEqual([1_000, 3_000]);
  const hangs = await given({ restart: () => new Promise(() => undefined) });
  hangs.incidents.failed({ part: 'gateway' }, 'closed');
  await hangs.clock.pass(40_000);
  expect(hangs.restartedAt).toEqual([1_000, 33_000]);
});

test('restarts that do not help for long end the program, once in six hours', async () => {
  const { clock, incidents, restartedAt, gaveUp } = await given({ escalateAfter: 3, longestMs: 10_000 });
  incidents.failed({ part: 'gateway' }, 'closed');
  await clock.pass(7_000);
  expect([restartedAt.length, gaveUp]).toEqual([3, []]);
  await clock.pass(8_000);
  expect(restartedAt).toHaveLength(3);
  expect(gaveUp).toEqual(['gateway']);
  expect(incidents.list()).toMatchObject([{ escalatedAt: expect.any(Number), healedAt: null }]);
  // The new start has not helped.
  await clock.pass(ESCALATE_EVERY_MS - 60_000);
  expect(gaveUp).toEqual(['gateway']);
  await clock.pass(120_000);
  expect(gaveUp).toEqual(['gateway', 'gateway']);
});

test('a time in which nothing could help does not count against the restarts after it', async () => {
  let helps = false;
  const { clock, incidents, restartedAt, gaveUp } = await given({
    mayHelp: async () => helps,
    escalateAfter: 2,
    longestMs: 10_000,
  });
  incidents.failed({ part: 'gateway' }, 'Discord is down');
  await clock.pass(86_400_000);
  helps = true;
  await clock.pass(20_000);
  expect([restartedAt.length, gaveUp]).toEqual([2, []]);
});

test('without an end to it the program goes on', async () => {
  const { clock, incidents, gaveUp } = await given();
  incidents.failed({ part: 'gateway' }, 'closed');
  await clock.pass(86_400_000);
  expect(gaveUp).toEqual([]);
});

test('once stopped nothing is restarted any more', async () => {
  const { clock, incidents, restartedAt, stop } = await given();
  incidents.failed({ part: 'gateway' }, 'closed');
  stop();
  await clock.pass(600_000);
  expect(restartedAt).toEqual([]);
});

test('pauses grow to their longest and no further, and chance moves each by a quarter at most', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat({ max: 5_000 }), chance, (attempt, luck) => {
      const full = Math.min(1_000 * 2 ** attempt, 60_000);
      const pause = pauseMs(remedy, attempt, luck);
      expect(pause).toBeGreaterThanOrEqual(Math.floor(full * 0.75));
      expect(pause).toBeLessThanOrEqual(Math.ceil(full * 1.25));
    }),
  );
});
