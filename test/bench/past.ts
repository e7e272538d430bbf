import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createDeskStore } from '../../src/trading/desk-store.ts';
import { openLedger } from '../../src/trading/ledger.ts';
import { sampleTrade } from '../trading/store/sample-trade.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As many in a day as a busy group makes, of the last thirty days; all others lie in the three years before. */
const PER_DAY = 30;
const RECENT = 30 * PER_DAY;
const SPAN_MS = 3 * 365 * DAY_MS;

/**
 * Fills the store with closed trades. The bot must have made the store before. A million of them would take it half an
 * hour, so they are written past it, and one is looked for by its own code.
 */
export async function writePast(world: World, count: number): Promise<void> {
  const path = join(world.folder, 'data/signalbox.sqlite');
  const newest = Date.now() - HOUR_MS;
  const sample = sampleTrade('ID', { phase: 'closed', closedAt: 1_111_111, createdAt: 2_222_222 });
  const [recent, old] = [sample, { ...sample, orders: [], fills: [] }].map((value) =>
    JSON.stringify({ value }).split(/(ID|1111111|2222222)/),
  );

  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
  const index = database.prepare('INSERT INTO closed_keys (key, value) VALUES (?, ?)');
  const months = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  // In the order of the keys, which is the quickest.
  for (let number = count - 1; number >= 0; number -= 1) {
    const closedAt = newest - Math.floor(ageOf(number, count));
    const id = idOf(number);
    const values: Record<string, string> = {
      ID: id,
      1111111: String(closedAt),
      2222222: String(closedAt - HOUR_MS),
    };
    const key = `${closedAt}-${id}`;
    const month = new Date(closedAt).toISOString().slice(0, 7).replace('-', '');
    const insert = months.get(month) ?? prepareMonth(month);
    // Rows that nothing reads by itself may do without their orders.
    const pieces = number < RECENT ? recent : old;
    insert.run(key, pieces?.map((piece) => values[piece] ?? piece).join('') ?? '');
    index.run(id, JSON.stringify({ value: key }));
  }
  database.exec('COMMIT; PRAGMA journal_mode = WAL');
  database.close();
  await checkThere(path, count);

  function prepareMonth(month: string): ReturnType<DatabaseSync['prepare']> {
    const table = `closed_${month}`;
    database.exec(`CREATE TABLE IF NOT EXISTS ${table} (key VARCHAR(255) PRIMARY KEY, value TEXT)`);
    const insert = database.prepare(`INSERT INTO ${table} (key, value) VALUES (?, ?)`);
    months.set(month, insert);
    return insert;
  }
}

/** Milliseconds before the newest. */
function ageOf(number: number, count: number): number {
  if (number < RECENT) return (number * DAY_MS) / PER_DAY;
  return (RECENT * DAY_MS) / PER_DAY + ((number - RECENT) / (count - RECENT)) * SPAN_MS;
}

function idOf(number: number): string {
  return `past-${String(9_999_999 - number)}`;
}

async function checkThere(path: string, count: number): Promise<void> {
  const ledger = await openLedger(`sqlite://${path}`);
  const found = await createDeskStore(ledger).findClosed(idOf(count - 1));
  await ledger.close();
  if (found === null) throw new Error('the past trades are not where the bot looks for them');
}
