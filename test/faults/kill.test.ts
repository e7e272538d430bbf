import { expect } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { quick } from './quick.ts';
import { row, type Scene } from './row.ts';
import { AT_MARKET, CLOSE, ENTRY, STOP, TARGET } from './signals.ts';
import { isFlat, isProtected, openAtMarket, struck } from './steps.ts';

/** Row 49: kill -9 at twenty points of the flow, and SIGTERM in mid-order. The request hangs, and then the bot dies. */

type Phase = 'signal' | 'target' | 'close';
interface Point {
  what: string;
  phase: Phase;
  /** The request to the exchange that gets no answer. */
  request?: { method: string; path: string; params?: Record<string, string>; nth?: number };
  /** Whether the exchange has carried it out. */
  done?: boolean;
  /** The bot must wait for proof that there is no such order: its time runs faster. */
  rate?: number;
  /** The request to Discord that gets no answer. */
  discord?: string;
}

const REMOVE_STOP = { method: 'DELETE', path: '/fapi/v1/algoOrder' };
const REMOVE_TARGET = { method: 'DELETE', path: '/fapi/v1/order' };
const POSTING = 'POST /channels/:channel/messages';

const POINTS: readonly Point[] = [
  {
    what: 'the price is asked for',
    phase: 'signal',
    request: { method: 'GET', path: '/fapi/v1/premiumIndex' },
  },
  {
    what: 'the margin type, lost',
    phase: 'signal',
    request: { method: 'POST', path: '/fapi/v1/marginType' },
    rate: 8,
  },
  {
    what: 'the leverage, done',
    phase: 'signal',
    request: { method: 'POST', path: '/fapi/v1/leverage' },
    done: true,
    rate: 8,
  },
  { what: 'the entry, lost', phase: 'signal', request: ENTRY, rate: 8 },
  { what: 'the entry, done', phase: 'signal', request: ENTRY, done: true },
  { what: 'the first stop, lost', phase: 'signal', request: STOP },
  { what: 'the first stop, done', phase: 'signal', request: STOP, done: true },
  { what: 'the first target, lost', phase: 'signal', request: TARGET, rate: 4 },
  { what: 'the first target, done', phase: 'signal', request: TARGET, done: true },
  { what: 'the second target, done', phase: 'signal', request: { ...TARGET, nth: 2 }, done: true },
  { what: 'the first message', phase: 'signal', discord: POSTING },
  { what: 'the moved stop, lost', phase: 'target', request: STOP },
  { what: 'the moved stop, done', phase: 'target', request: STOP, done: true },
  { what: 'the removal of the old stop, lost', phase: 'target', request: REMOVE_STOP },
  { what: 'the removal of the old stop, done', phase: 'target', request: REMOVE_STOP, done: true },
  { what: 'the message of a fill', phase: 'target', discord: POSTING },
  { what: 'the close, lost', phase: 'close', request: CLOSE },
  { what: 'the close, done', phase: 'close', request: CLOSE, done: true },
  { what: 'the removal of the last stop, lost', phase: 'close', request: REMOVE_STOP },
  { what: 'the removal of a target, done', phase: 'close', request: REMOVE_TARGET, done: true },
];

for (const [index, point] of POINTS.entries()) {
  row(
    {
      id: `49-${String(index + 1).padStart(2, '0')}`,
      fault: `kill -9 at: ${point.what}`,
      does: 'the start is the same path as ever: nothing doubled, nothing naked',
      sees: 'each fill once',
      ...(point.rate === undefined ? {} : { rate: point.rate, rig: quick(point.rate) }),
    },
    async (scene) => {
      await reach(scene, point);
      await scene.end('SIGKILL');
      scene.binance.faults.clear();
      scene.discord.faults.clear();
      scene.strike();
      await scene.start();
      await settled(scene, point.phase);
      scene.recovered();
      expect(scene.entries('BTCUSDT')).toBeLessThanOrEqual(1);
      if (scene.position('BTCUSDT') === 0 && scene.entries('BTCUSDT') === 0) return;
      await scene.says('Filled BTCUSDT LONG entry');
      if (point.phase === 'target') await scene.says('Filled BTCUSDT LONG target 1');
      if (point.phase === 'close') await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
      for (const order of ['entry', 'target 1', 'close'])
        expect(scene.count(`Filled BTCUSDT LONG ${order}`)).toBeLessThanOrEqual(1);
    },
  );
}

async function reach(scene: Scene, { phase, request, discord, done = false }: Point): Promise<void> {
  if (phase !== 'signal') await openAtMarket(scene);
  if (request) scene.binance.faults.add({ ...request, ...preset('hang'), apply: done });
  if (discord) scene.discord.faults.add({ kind: 'hang', route: discord });
  if (phase === 'signal') scene.post(AT_MARKET);
  if (phase === 'target') scene.price('BTCUSDT', 61_010);
  if (phase === 'close') void scene.command('close', { symbol: 'BTCUSDT' }).catch(() => {});
  if (request) await struck(scene);
  else await scene.eventually('the message hangs', () => scene.discord.faults.pending.length === 0);
}

async function settled(scene: Scene, phase: Phase): Promise<void> {
  if (phase === 'close') return isFlat(scene);
  await scene.eventually('protected or flat', () => {
    const held = scene.position('BTCUSDT');
    const stops = scene.stops('BTCUSDT');
    if (held === 0) return stops.length + scene.resting('BTCUSDT').length === 0;
    return stops.length === 1 && Number(stops[0]?.quantity) === held;
  });
}

const ENDS: readonly (Point & { after: 'protected' | 'flat' })[] = [
  {
    what: 'the entry, its answer still to come',
    phase: 'signal',
    request: ENTRY,
    done: true,
    after: 'protected',
  },
  {
    what: 'the first stop, its answer still to come',
    phase: 'signal',
    request: STOP,
    done: true,
    after: 'protected',
  },
  {
    what: 'a target, its answer still to come',
    phase: 'signal',
    request: TARGET,
    done: true,
    after: 'protected',
  },
  {
    what: 'a moved stop, its answer still to come',
    phase: 'target',
    request: STOP,
    done: true,
    after: 'protected',
  },
  { what: 'a close, its answer still to come', phase: 'close', request: CLOSE, done: true, after: 'flat' },
];

for (const [index, point] of ENDS.entries()) {
  row(
    {
      id: `63-${String(index + 1).padStart(2, '0')}`,
      fault: `SIGTERM at: ${point.what}`,
      does: 'takes the answer in and ends within 5 s with exit code 0, the position protected on the exchange',
      sees: 'each fill once, some of them after the next start',
    },
    async (scene) => {
      if (point.phase !== 'signal') await openAtMarket(scene);
      if (point.request) scene.binance.faults.add({ ...point.request, ...preset('late'), delayMs: 700 });
      // The answer is the first that the bot hears of it.
      scene.binance.faults.addStream({ action: 'delay', delayMs: 1_000, count: 0 });
      if (point.phase === 'signal') scene.post(AT_MARKET);
      if (point.phase === 'target') scene.price('BTCUSDT', 61_010);
      if (point.phase === 'close') void scene.command('close', { symbol: 'BTCUSDT' }).catch(() => {});
      await struck(scene);
      const askedAt = performance.now();
      expect(await scene.end('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(performance.now() - askedAt).toBeLessThan(5_000);
      const held = scene.position('BTCUSDT');
      const covered = scene.stops('BTCUSDT').reduce((sum, { quantity }) => sum + Number(quantity), 0);
      expect(covered).toBeGreaterThanOrEqual(held);
      scene.binance.faults.clear();
      scene.strike();
      await scene.start();
      await settled(scene, point.phase);
      scene.recovered();
      if (point.after === 'protected') await isProtected(scene);
      await scene.says('Filled BTCUSDT LONG entry');
      expect(scene.count('Filled BTCUSDT LONG entry')).toBe(1);
      expect(scene.entries('BTCUSDT')).toBe(1);
    },
  );
}
