import { beforeEach, describe, expect, test } from 'vitest';
import { createClosedResults } from '../../src/panel/closed-results.ts';
import type { Trade } from '../../src/trading/model.ts';
import { aTrade, filledTrade } from '../bot/fakes.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const TODAY = Date.UTC(2026, 5, 30);

let nowMs: number;
let closed: Trade[];
/** The windows that were read, as days before today. */
let asked: number[];

const desk = {
  async takeClosed<T>(fromMs: number, toMs: number, take: (trade: Trade) => T | null) {
    asked.push((TODAY - fromMs) / DAY_MS);
    return closed
      .filter(({ closedAt }) => closedAt !== null && closedAt >= fromMs && closedAt < toMs)
      .flatMap((trade) => take(trade) ?? []);
  },
};

const aClosed = (id: string, closedAt: number): Trade => ({
  ...filledTrade(),
  id,
  phase: 'closed',
  closedAt,
});

beforeEach(() => {
  nowMs = TODAY + 12 * HOUR_MS;
  asked = [];
  closed = [
    aClosed('too old', TODAY - 90 * DAY_MS),
    aClosed('first', TODAY - 89 * DAY_MS),
    { ...aTrade(), id: 'never filled', phase: 'closed', closedAt: TODAY },
    aClosed('today', TODAY + HOUR_MS),
  ];
});

const idsOf = async (results: ReturnType<typeof createClosedResults>) =>
  (await results.read()).map(({ id }) => id);

describe('results of closed trades', () => {
  test('are those of ninety days, oldest first, without what never held anything', async () => {
    expect(await idsOf(createClosedResults(desk, () => nowMs))).toEqual(['first', 'today']);
    expect(asked).toHaveLength(90);
  });

  test('are read once: afterwards only the days that may still change', async () => {
    const results = createClosedResults(desk, () => nowMs);
    await results.read();
    asked = [];
    closed.push(aClosed('later', TODAY + 2 * HOUR_MS));
    expect(await idsOf(results)).toEqual(['first', 'today', 'later']);
    expect(asked).toEqual([2, 1, 0]);
  });

  test('two pages that ask at once cost one reading', async () => {
    const results = createClosedResults(desk, () => nowMs);
    const [one, other] = await Promise.all([results.read(), results.read()]);
    expect(other).toBe(one);
    expect(asked).toHaveLength(90);
  });

  test('leave with the days', async () => {
    const results = createClosedResults(desk, () => nowMs);
    await results.read();
    nowMs += DAY_MS;
    expect(await idsOf(results)).toEqual(['today']);
  });
});
