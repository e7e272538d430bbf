import { setTimeout as pause } from 'node:timers/promises';
import { CALLED, callOf } from './calls.ts';
import { launch } from './contestants.ts';
import { quantile, rounded } from './figures.ts';
import { openAtMarket } from './open-trades.ts';
import { writePast } from './past.ts';
import { after, signalOrNot, WARM_UP } from './signals.ts';
import { startWorld } from './world.ts';

/** What the bot costs as something grows: past trades, open trades, channels. */
export interface GrowthPoint {
  count: number;
  readyMs: number;
  rssMb: number;
  /** Signal to order. */
  p50Ms: number;
}

export const GROWTH = {
  'past trades': [100, 1_000, 10_000, 100_000, 1_000_000],
  /** 200 are the exchange's limit, and those that are measured have to fit in. */
  'open trades': [1, 20, 100, 170],
  channels: [1, 20, 100, 500],
} as const;

export type Grown = keyof typeof GROWTH;
export type Growth = Record<Grown, readonly GrowthPoint[]>;

const SIGNALS = 30;
const SETTLE_MS = 2_000;
/** An entry is cancelled after five seconds: so few wait at once. */
const SPARSE_MS = 250;

export async function measureGrowth(grown: Grown, count: number): Promise<GrowthPoint> {
  const world = await startWorld({
    // One asks first, the others trade.
    channels: grown === 'channels' ? count + 1 : 2,
  });
  try {
    if (grown === 'past trades') {
      await (await launch('bot', world)).end();
      await writePast(world, count);
    }
    const running = await launch('bot', world);
    try {
      const open = grown === 'open trades' ? count : 0;
      await openAtMarket(world, open, CALLED);
      await pause(SETTLE_MS);
      const latencies: number[] = [];
      for (let index = 0; index < WARM_UP + SIGNALS; index += 1) {
        const latency = await signalOrNot(world, callOf(index));
        if (index >= WARM_UP && latency !== null) latencies.push(latency);
        await (open > 100 ? pause(SPARSE_MS) : after('bot'));
      }
      return {
        count,
        readyMs: rounded(running.readyMs),
        rssMb: rounded(running.rssMb()),
        p50Ms: rounded(quantile(latencies, 0.5)),
      };
    } finally {
      await running.end();
    }
  } finally {
    await world.close();
  }
}
