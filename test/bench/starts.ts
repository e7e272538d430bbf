import { type Contestant, launch } from './contestants.ts';
import { figure, type Sample } from './figures.ts';
import { writePast } from './past.ts';
import { startWorld } from './world.ts';

/** As many contracts as Binance lists. */
const SYMBOLS = 600;
const PASTS = [0, 100, 10_000];

/** From the start of the process to ready, with 600 symbols; the bot with past trades as well. */
export async function measureStarts(contestant: Contestant, rounds: number): Promise<Sample[]> {
  const world = await startWorld({ symbols: SYMBOLS });
  const samples: Sample[] = [];
  try {
    // The first start makes the store.
    await (await launch(contestant, world)).end();
    let written = 0;
    for (const past of contestant === 'bot' ? PASTS : [0]) {
      await writePastUpTo(past);
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const running = await launch(contestant, world);
        times.push(running.readyMs);
        await running.end();
      }
      samples.push(figure(`start to ready, 600 symbols, ${past} past trades`, 'ms', times));
    }

    async function writePastUpTo(past: number): Promise<void> {
      if (past > written) await writePast(world, past - written);
      written = past;
    }
  } finally {
    await world.close();
  }
  return samples;
}
