import { setTimeout as pause } from 'node:timers/promises';
import { channelId, IDS, type World } from './world.ts';

const BETWEEN_MS = 50;
const PATIENCE_MS = 180_000;

/** Opens trades at market, each with a stop of its own, so that none is a duplicate; resolves when every stop stands. */
export async function openAtMarket(world: World, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    world.discord.post({
      channel: channelId(0),
      author: IDS.analyst,
      content: `#BTC/USDT LONG market\nTP1: ${66_000 + index}\nTP2: ${67_000 + index}\nSL: ${58_500 - index}\nLeverage: 5x`,
    });
    await pause(BETWEEN_MS);
  }
  await until(() => stopsOf(world) >= count, `${count} stops`);
}

export function stopsOf({ binance }: World): number {
  return [...binance.usdm.openAlgos.values()].filter(({ type }) => type === 'STOP_MARKET').length;
}

/** Looks again and again. Rejects, with what was waited for, where it is never so. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(20);
  }
}
