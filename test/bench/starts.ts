import { type Contestant, launch } from './contestants.ts';
import { figure, type Sample } from './figures.ts';
import { writePast } from './past.ts';
import { startWorld } from './world.ts';

/** As many contracts as Binance lists. */
const SYMBOLS = 600;
const PASTS = [0, 100, 10_000];

/** From the start of the process to ready, with 600 symbols. The others keep no past: theirs is the same whatever it is. */
export async function measureStarts(contestant: Contestant, rounds: number): Promise<Sample[]> {
  if (contestant === 'bot') {
    const samples: Sample[] = [];
    for (const past of PASTS)
      samples.push(figure(nameOf(past), 'ms', await starts(contestant, rounds, past)));
    return samples;
  }
  const times = await starts(contestant, rounds, 0);
  return PASTS.map((past) => figure(nameOf(past), 'ms', times));
}

function nameOf(past: number): string {
  return `start to ready, ${SYMBOLS} symbols, ${past} past trades`;
}

async function starts(contestant: Contestant, rounds: number, past: number): Promise<number[]> {
  const world = await startWorld({ symbols: SYMBOLS });
  try {
    // The first start makes the store.
    await (await launch(contestant, world)).end();
    if (past > 0) await writePast(world, past);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const running = await launch(contestant, world);
      times.push(running.readyMs);
      await running.end();
    }
    return times;
  } finally {
    await world.close();
  }
}
