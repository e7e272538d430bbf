import { setTimeout as pause } from 'node:timers/promises';
import type { Called } from './calls.ts';
import { channelId, IDS, type World } from './world.ts';

const BETWEEN_MS = 50;
const PATIENCE_MS = 180_000;

/**
 * Opens trades at market, on these symbols in turn, each with a stop of its own, so that none is a duplicate; resolves
 * when every stop stands. A symbol takes 100.
 */
export async function openAtMarket(world: World, count: number, among: readonly Called[]): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const { symbol = '', last = 0, digits } = among[index % among.length] ?? {};
    const at = (share: number): string => (last * share).toFixed(digits);
    world.discord.post({
      channel: channelId(0),
      author: IDS.analyst,
      content: `#${symbol.replace('USDT', '')}/USDT LONG market\nTP1: ${at(1.09)}\nTP2: ${at(1.11)}\nSL: ${at(0.967 - index / 100_000)}\nLeverage: 5x`,
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
