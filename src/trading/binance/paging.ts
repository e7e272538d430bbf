/** How far back the exchange keeps fills and income: three months. */
export const HISTORY_MS = 89 * 24 * 3_600_000;
/** Our reckoning of the exchange's time is off by some milliseconds: what happened just now must not fall behind the end. */
export const AHEAD_MS = 60_000;

/**
 * Collects rows that an endpoint gives by time, oldest first, at most `limit` at once, over windows of at most
 * `windowMs`. Rows of one instant may straddle two pages: `idOf` tells which are the same.
 */
export async function pageByTime<Row>(options: {
  sinceMs: number;
  untilMs: number;
  windowMs: number;
  limit: number;
  fetch(startMs: number, endMs: number): Promise<Row[]>;
  timeOf(row: Row): number;
  idOf(row: Row): string;
}): Promise<Row[]> {
  const { untilMs, windowMs, limit, fetch, timeOf, idOf } = options;
  const rows = new Map<string, Row>();
  let startMs = options.sinceMs;
  while (startMs <= untilMs) {
    const endMs = Math.min(untilMs, startMs + windowMs - 1);
    const page = await fetch(startMs, endMs);
    for (const row of page) rows.set(idOf(row), row);
    const latest = page.length >= limit ? Math.max(...page.map(timeOf)) : null;
    // A full page goes on at its last instant; one that is a single instant would repeat itself for ever.
    startMs = latest === null ? endMs + 1 : latest > startMs ? latest : startMs + 1;
  }
  return [...rows.values()].sort((a, b) => timeOf(a) - timeOf(b));
}
