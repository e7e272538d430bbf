import { z } from 'zod';
import type { Log } from './bot/ports.ts';
import type { Cancel, Clock } from './trading/clock.ts';
import { type Decimal, ZERO } from './trading/decimal.ts';
import type { Desk } from './trading/desk-types.ts';
import type { Ledger } from './trading/ledger.ts';
import { amount } from './trading/model.ts';

const equityPoint = z.object({ at: z.number(), equity: amount });
export type EquityPoint = z.infer<typeof equityPoint>;

/** A row a day: `at` is its beginning (UTC). */
const equityDay = z.object({ at: z.number(), points: z.array(equityPoint) });
type EquityDay = z.infer<typeof equityDay>;

/** What the account was worth over time: balance and unrealised profit and loss, transfers included. */
export interface EquityRecord {
  /** Of the last 90 days, oldest first: every five minutes of the newest day, the end of each hour before. */
  points(): Promise<EquityPoint[]>;
  /** Grows with every point. */
  readonly revision: number;
  end(): void;
}

const EVERY_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEPT_DAYS = 90;

export interface EquityRecordOptions {
  ledger: Ledger;
  desk: Pick<Desk, 'books'>;
  log: Log;
  clock: Clock;
}

export async function openEquityRecord({
  ledger,
  desk,
  log,
  clock,
}: EquityRecordOptions): Promise<EquityRecord> {
  const days = ledger.collection('equity', equityDay);
  let current: EquityDay = (await days.last(1))[0]?.[1] ?? { at: 0, points: [] };
  let revision = 0;
  let timer: Cancel | null = null;

  async function sample(): Promise<void> {
    const equity = equityOf(desk);
    if (equity === null) return;
    const at = clock.now();
    const today = at - (at % DAY_MS);
    if (current.at !== today) {
      if (current.points.length > 0) await write({ ...current, points: hourly(current.points) });
      await days.prune('at', at - KEPT_DAYS * DAY_MS);
      current = { at: today, points: [] };
    }
    current = { ...current, points: [...current.points, { at, equity }] };
    await write(current);
    revision += 1;
  }

  const write = (day: EquityDay): Promise<void> => days.set(new Date(day.at).toISOString().slice(0, 10), day);

  async function go(): Promise<void> {
    await sample().catch((error) => log.warn({ err: error }, 'no point of the equity was kept'));
    timer = clock.after(EVERY_MS, () => void go());
  }

  await go();
  return {
    async points() {
      const rows = await days.last(KEPT_DAYS + 1);
      return rows.flatMap(([, { points }]) => points);
    },
    get revision() {
      return revision;
    },
    end() {
      timer?.();
    },
  };
}

/** Null while a market's is not known, or was last known before the exchange went away. */
function equityOf(desk: Pick<Desk, 'books'>): Decimal | null {
  const books = desk.books();
  const known = books.every((book) => book.notReady === null && book.unreachableSince === null);
  return known ? books.reduce((sum, { equity }) => sum.plus(equity), ZERO).toDecimalPlaces(2) : null;
}

/** The last point of each hour. */
function hourly(points: readonly EquityPoint[]): EquityPoint[] {
  return [...new Map(points.map((point) => [Math.floor(point.at / HOUR_MS), point])).values()];
}
