import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { TradeEvent } from '../../../src/trading/lifecycle/types.ts';
import { step } from '../../../src/trading/trade.ts';
import { bench, opened } from './bench.ts';
import { fillOf, reportOf } from './fixtures.ts';

/** What changes nothing must not be written down: the journal compares trades by identity. */
describe('an event that tells nothing new', () => {
  const b = opened();
  const entry = b.order('entry');
  const [known] = b.trade.fills;
  const fill = known ?? fillOf(entry, '1', '100');
  const cases: [string, TradeEvent][] = [
    ['a price between stop and target', { type: 'prices', prices: { last: new Decimal(101) } }],
    ['a mark price', { type: 'prices', prices: { mark: new Decimal(101) } }],
    ['a tick', { type: 'tick' }],
    ['a doubled report', { type: 'report', report: reportOf(entry, { status: 'filled' }), fill }],
    [
      'an older report',
      { type: 'report', report: reportOf(entry, { executed: new Decimal('0.2') }), fill: null },
    ],
    ['known fills', { type: 'fills', fills: [fill] }],
    [
      'somebody else’s fill',
      { type: 'fills', fills: [{ ...fill, tradeId: 'x', orderId: 'x', clientId: 'x' }] },
    ],
    [
      'a late answer',
      { type: 'placed', clientId: entry.clientId, outcome: { kind: 'unknown', message: '' } },
    ],
    ['not found, of a filled order', { type: 'missing', clientId: entry.clientId }],
    ['an order that is not ours', { type: 'missing', clientId: 'web_1' }],
    ['told again', { type: 'announced', clientId: entry.clientId, executed: new Decimal(1) }],
    ['no stop of the user’s', { type: 'user_stop', covers: false }],
  ];

  it.each(cases)('GIVEN %s THEN the trade stays the same object and nothing is asked for', (_, event) => {
    const result = step(b.trade, event, b.now);
    expect(result.trade).toBe(b.trade);
    expect(result.effects).toEqual([]);
  });

  it('GIVEN a price THEN the time to wake at is kept', () => {
    const waiting = bench({ entries: [['limit', '95', '1']], terms: { entryTimeoutMs: 60_000 } });
    waiting.send({ type: 'begin' });
    waiting.accept(waiting.order('entry'));
    const { wakeAt } = waiting;
    expect(wakeAt).toBe(waiting.now + 60_000);
    waiting.price('99');
    expect(waiting.wakeAt).toBe(wakeAt);
  });

  it('GIVEN ten orders THEN a price takes microseconds', () => {
    const busy = opened({
      entries: [['market', null, '1']],
      targets: Array.from({ length: 10 }, (_, nth): [string, string] => [String(110 + nth), '10']),
    });
    const event: TradeEvent = { type: 'prices', prices: { last: new Decimal(101), mark: new Decimal(101) } };
    const rounds = 5_000;
    const startedAt = performance.now();
    for (let round = 0; round < rounds; round += 1) step(busy.trade, event, busy.now);
    const microseconds = ((performance.now() - startedAt) / rounds) * 1_000;
    expect(busy.trade.orders.length).toBeGreaterThan(10);
    // Twenty would do; the bound leaves room for a busy machine.
    expect(microseconds).toBeLessThan(50);
  });
});
