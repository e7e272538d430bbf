import { setTimeout as pause } from 'node:timers/promises';
import { callOf } from './calls.ts';
import { launch } from './contestants.ts';
import { quantile } from './figures.ts';
import { writePast } from './past.ts';
import { signalToOrder } from './signals.ts';
import { startWorld } from './world.ts';

/** What the bot costs as something grows: past trades, open trades, channels. */
export interface GrowthPoint {
  count: number;
  readyMs: number;
  rssMb: number;
  /** Signal to order. */
  p50Ms: number;
}

export type Grown = 'past trades' | 'open trades' | 'channels';

export const GROWTH: Record<Grown, readonly number[]> = {
  'past trades': [100, 1_000, 10_000, 100_000],
  'open trades': [1, 20, 100, 200],
  channels: [1, 20, 100, 500],
};

const SIGNALS = 40;
const BETWEEN_MS = 60;
const SETTLE_MS = 2_000;

export async function measureGrowth(grown: Grown, count: number): Promise<GrowthPoint> {
  const world = await startWorld({
    // One asks first, the others trade.
    channels: grown === 'channels' ? count + 1 : 2,
    entryTimeout: '1h',
  });
  try {
    if (grown === 'past trades') {
      await (await launch('bot', world)).end();
      await writePast(world, count);
    }
    const running = await launch('bot', world);
    try {
      const open = grown === 'open trades' ? count : 0;
      for (let index = 0; index < open; index += 1) await signalToOrder(world, callOf(index));
      await pause(SETTLE_MS);
      const latencies: number[] = [];
      for (let index = 0; index < SIGNALS; index += 1) {
        latencies.push(await signalToOrder(world, callOf(open + index)));
        await pause(BETWEEN_MS);
      }
      const p50Ms = quantile(latencies, 0.5);
      return { count, readyMs: running.readyMs, rssMb: running.rssMb(), p50Ms };
    } finally {
      await running.end();
    }
  } finally {
    await world.close();
  }
}
