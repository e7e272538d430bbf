import type { Decimal } from '../trading/decimal.ts';
import type { Desk } from '../trading/desk-types.ts';
import { entered, resultOf } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';

/** What is shown of one closed trade. */
export interface ClosedResult {
  id: string;
  /** When it closed. */
  at: number;
  quote: string;
  net: Decimal;
  r: Decimal | null;
}

const DAY_MS = 86_400_000;
const SHOWN_DAYS = 90;
/** Fees and funding of a trade may come after its end. */
const SETTLED_MS = 2 * DAY_MS;

/**
 * Reads the results of 90 days, oldest first. Reading that many trades is a second of work: it is done once, a day at a
 * time, so that the bot gets its turn in between; later only the last days are read again.
 */
export function createClosedResults(desk: Pick<Desk, 'takeClosed'>, now: () => number) {
  const days = new Map<number, ClosedResult[]>();
  let reading: Promise<ClosedResult[]> | null = null;

  async function read(): Promise<ClosedResult[]> {
    const today = dayOf(now());
    const first = today - (SHOWN_DAYS - 1) * DAY_MS;
    for (const day of days.keys()) if (day < first) days.delete(day);
    for (let day = first; day <= today; day += DAY_MS) {
      if (days.has(day) && day < today - SETTLED_MS) continue;
      days.set(day, await desk.takeClosed(day, day + DAY_MS, closedResult));
    }
    const inOrder = [...days].toSorted(([a], [b]) => a - b).flatMap(([, results]) => results);
    return [...new Map(inOrder.map((result) => [result.id, result])).values()];
  }

  return {
    read(): Promise<ClosedResult[]> {
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
  };
}

/** Null for a trade that never held anything. */
export function closedResult(trade: Trade): ClosedResult | null {
  if (entered(trade).isZero()) return null;
  const { net, rMultiple } = resultOf(trade);
  return { id: trade.id, at: trade.closedAt ?? trade.createdAt, quote: trade.plan.quote, net, r: rMultiple };
}

function dayOf(ms: number): number {
  return ms - (ms % DAY_MS);
}
