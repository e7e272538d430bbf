import { join } from 'node:path';
import { createDeskStore } from '../../src/trading/desk-store.ts';
import { openLedger } from '../../src/trading/ledger.ts';
import { sampleTrade } from '../trading/store/sample-trade.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;
/** About as many as a busy group makes. */
const PER_DAY = 30;
const AT_ONCE = 500;

/** Fills the store with closed trades of the past, the newest a day old. The bot must have made the store before. */
export async function writePast(world: World, count: number): Promise<void> {
  const ledger = await openLedger(`sqlite://${join(world.folder, 'data/signalbox.sqlite')}`);
  const store = createDeskStore(ledger);
  const newest = Date.now() - DAY_MS;
  for (let from = 0; from < count; from += AT_ONCE) {
    const trades = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => {
      const closedAt = newest - Math.floor(((from + index) * DAY_MS) / PER_DAY);
      return sampleTrade(`past-${from + index}`, {
        phase: 'closed',
        closedAt,
        createdAt: closedAt - 3_600_000,
      });
    });
    await Promise.all(trades.map((trade) => store.archive(trade)));
  }
  await ledger.close();
}
