import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { resultOf } from '../../src/trading/lifecycle/facts.ts';
import { closedTrade, type Trade, trade } from '../../src/trading/model.ts';
import { sampleTrade } from './store/sample-trade.ts';

const full = sampleTrade('a', { phase: 'closed', closedAt: 2, createdAt: 1 });
const sample = { ...full, orders: full.orders.slice(0, 1) };
const spot = { base: 'BTC', maxLists: 5, stopMarket: true, stopLimitPct: new Decimal(1) };
const [fill] = sample.fills;
if (!fill) throw new Error('the sample has no fill');
const TRADES: Record<string, Trade> = {
  futures: { ...sample, liquidationShares: { fee: new Decimal('-1.5') } },
  spot: {
    ...sample,
    plan: { ...sample.plan, market: 'spot' },
    terms: { ...sample.terms, spot },
    fills: [{ ...fill, commissionAsset: 'BNB', commissionValue: new Decimal('0.3') }],
  },
};

/** What of a row is read; a part of it cannot be wrong without the whole being so. */
const READ =
  /^(id|funding|createdAt|closedAt|source(\.channelId)?|plan(\.(market|symbol|quote|side|entryPrice|riskAmount))?|terms(\.spot(\.base)?)?|orders(\.\d+(\.(clientId|role|executed))?)?|fills(\.\d+(\.(clientId|action|price|quantity|commission|commissionAsset|commissionValue|realisedPnl))?)?|liquidationShares(\.fee)?)$/;

const ODD: readonly unknown[] = [
  undefined,
  null,
  true,
  1,
  'odd',
  '',
  '1e3',
  '-0',
  'Infinity',
  '1.',
  [],
  [1],
  {},
];

type Json = { [name: string]: Json } | Json[] | string | number | boolean | null;

function rowOf(one: Trade): Json {
  return JSON.parse(JSON.stringify(one));
}

function pathsIn(json: Json, path: readonly string[] = []): string[][] {
  if (typeof json !== 'object' || json === null) return [[...path]];
  const inside = Object.entries(json).flatMap(([name, value]) => pathsIn(value, [...path, name]));
  return path.length === 0 ? inside : [[...path], ...inside];
}

function withOdd(json: Json, [name = '', ...rest]: readonly string[], odd: unknown): Json {
  const copy = structuredClone(json) as { [name: string]: Json };
  const inside = copy[name];
  copy[name] = rest.length === 0 || inside === undefined ? (odd as Json) : withOdd(inside, rest, odd);
  // As a store has it: nothing where there is nothing.
  return JSON.parse(JSON.stringify(Array.isArray(json) ? Object.values(copy) : copy));
}

describe.each(Object.entries(TRADES))('of a closed trade on %s', (_, whole) => {
  const row = rowOf(whole);
  const read = closedTrade.parse(row);
  /** On futures there is nothing in the terms that is read. */
  const isRead = (path: string, odd: unknown): boolean =>
    READ.test(path) && !(path === 'terms' && JSON.stringify(odd) === '{}' && whole.plan.market === 'usdm');

  test('is read what its result follows from', () => {
    expect(resultOf(read)).toEqual(resultOf(whole));
    expect(whole).toMatchObject(JSON.parse(JSON.stringify(read), revived));
    expect(Object.keys(read)).not.toContain('signal');
  });

  test('whatever is wrong with what is read is said as it is of the whole, and nothing else matters', () => {
    const seen = { wrong: 0, passedOver: 0, right: 0 };
    for (const path of pathsIn(row)) {
      for (const odd of ODD) {
        const changed = withOdd(row, path, odd);
        const judged = trade.safeParse(changed);
        const found = closedTrade.safeParse(changed);
        const name = path.join('.');
        const where = `${name} ${JSON.stringify(odd)}`;
        if (judged.success) {
          seen.right += 1;
          expect(found.success, where).toBe(true);
          if (found.data) expect(resultOf(found.data), where).toEqual(resultOf(judged.data));
        } else if (isRead(name, odd)) {
          seen.wrong += 1;
          expect(found.error?.issues, where).toEqual(judged.error.issues);
        } else {
          seen.passedOver += 1;
          expect(found.data, where).toEqual(read);
        }
      }
    }
    expect(Math.min(seen.wrong, seen.passedOver, seen.right)).toBeGreaterThan(100);
  });
});

/** Amounts are texts in a row. */
function revived(name: string, value: unknown): unknown {
  const isAmount = /executed|price|quantity|entryPrice|riskAmount|commission$|Value$|Pnl$|funding|fee/.test(
    name,
  );
  return isAmount && typeof value === 'string' ? new Decimal(value) : value;
}
