import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { held } from '../../../src/trading/lifecycle/facts.ts';
import type { TradeEvent } from '../../../src/trading/lifecycle/types.ts';
import type { Order } from '../../../src/trading/model.ts';
import { type Bench, bench, opened } from './bench.ts';
import { fillOf, reportOf } from './fixtures.ts';

/** The events of an entry that fills in two parts, the rest cancelled, each with its cumulative quantity. */
function eventsOf(entry: Order): TradeEvent[] {
  const executed = (quantity: string) => new Decimal(quantity);
  return [
    { type: 'placed', clientId: entry.clientId, outcome: { kind: 'confirmed', value: reportOf(entry) } },
    { type: 'report', report: reportOf(entry), fill: null },
    {
      type: 'report',
      report: reportOf(entry, { executed: executed('0.3') }),
      fill: fillOf(entry, '0.3', '100', { tradeId: 'a' }),
    },
    {
      type: 'report',
      report: reportOf(entry, { executed: executed('0.7') }),
      fill: fillOf(entry, '0.4', '99', { tradeId: 'b' }),
    },
    {
      type: 'report',
      report: reportOf(entry, { status: 'cancelled', executed: executed('0.7') }),
      fill: null,
    },
    { type: 'fills', fills: [fillOf(entry, '0.3', '100', { tradeId: 'a' })] },
  ];
}

describe('events that come late, twice or in any order', () => {
  it('THEN lead to the same quantities, fills and states', () => {
    const count = eventsOf(bench({ entries: [['limit', '100', '1']] }).order('entry')).length;
    const every = Array.from({ length: count }, (_, index) => index);
    const sequence = fc
      .tuple(fc.shuffledSubarray(every, { minLength: count }), fc.array(fc.nat(count - 1), { maxLength: 5 }))
      .map(([once, again]) => [...once, ...again]);
    fc.assert(
      fc.property(sequence, (indices) => {
        const b = bench({ entries: [['limit', '100', '1']] });
        b.send({ type: 'begin' });
        const events = eventsOf(b.order('entry'));
        for (const index of indices) {
          const event = events[index];
          if (event) b.send(event);
        }
        const entry = b.order('entry');
        expect(entry.status).toBe('cancelled');
        expect(entry.executed.toString()).toBe('0.7');
        expect(b.trade.fills.map((fill) => fill.tradeId).sort()).toEqual(['a', 'b']);
        expect(held(b.trade).toString()).toBe('0.7');
        // Covered from the first word of a fill: by one order, or by those of its parts.
        expect(b.live('stop').length).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('GIVEN a fill after the order was reported cancelled THEN the fill counts', () => {
    const b = bench({ entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    b.end(b.order('entry'), 'cancelled');
    expect(b.trade.phase).toBe('closed');
    b.send({ type: 'fills', fills: [fillOf(b.order('entry'), '1', '100')] });
    expect(b.order('entry').status).toBe('filled');
    expect(b.live('stop')).toEqual(['stop 1 @90']);
  });

  it('GIVEN a refusal after an event that says it stands THEN it stands', () => {
    const b = opened();
    const target = b.order('target', 0);
    b.refuse(target, -2022);
    expect(b.order('target', 0).status).toBe('working');
  });

  it('GIVEN executions known by quantity alone THEN the fills are read back before the trade is closed', () => {
    const b = opened({ targets: [] });
    const stop = b.order('stop');
    b.send({
      type: 'report',
      report: reportOf(stop, { status: 'filled', executed: stop.quantity }),
      fill: null,
    });
    expect(b.trade.phase).toBe('open');
    expect(b.wait(1_000)).toContain('query_fills');
    expect(b.wait(10_000)).toContain('query_fills');
    expect(b.send({ type: 'fills', fills: [fillOf(stop, '1', '89.9')] })).toContain('filled stop 1');
    expect(b.trade.phase).toBe('closed');
  });
});

describe('telling the user', () => {
  it('GIVEN parts THEN one message when the order is complete, or three seconds after its last part', () => {
    const b = bench({ entries: [['limit', '100', '1']], targets: [] });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    b.fill(b.order('entry'), '0.3', '100');
    b.acceptAll('stop');
    b.fill(b.order('entry'), '0.3', '100');
    b.acceptAll('stop');
    expect(b.log.filter((line) => line.startsWith('filled'))).toEqual([]);
    expect(b.wait(3_000)).toContain('filled entry 0.6');
    b.send({ type: 'announced', clientId: b.order('entry').clientId, executed: new Decimal('0.6') });
    b.forget();
    expect(b.fill(b.order('entry'), '0.4', '100')).toContain('filled entry 1');
  });

  /** An entry of 2 that has filled in part, or all of whose executions are known by quantity alone. */
  function given(filled: '1' | '2'): Bench {
    const b = bench({ entries: [['limit', '100', '2']], targets: [] });
    b.send({ type: 'begin' });
    const entry = b.order('entry');
    b.accept(entry);
    if (filled === '1') b.fill(entry, '1', '100');
    else
      b.send({
        type: 'report',
        report: reportOf(entry, { status: 'filled', executed: entry.quantity }),
        fill: null,
      });
    b.acceptAll('stop');
    b.forget();
    return b;
  }

  const told = (b: Bench) => b.log.filter((line) => line.startsWith('filled'));

  it('GIVEN an exit while the fills of its entry are not known THEN it is told after that', () => {
    const b = given('2');
    b.fill(b.order('stop'), '2', '89.9');
    b.wait(5_000);
    expect(told(b)).toEqual([]);
    b.send({ type: 'fills', fills: [fillOf(b.order('entry'), '2', '100')] });
    expect(told(b)).toEqual(['filled entry 2', 'filled stop 2']);
  });

  it('GIVEN an exit while the fills of its entry cannot be had THEN it is told after ten seconds all the same', () => {
    const b = given('2');
    b.fill(b.order('stop'), '2', '89.9');
    b.wait(9_900);
    expect(told(b)).toEqual([]);
    b.wait(200);
    expect(told(b)).toEqual(['filled stop 2']);
  });

  it('GIVEN an exit while its entry is still working THEN what has filled of it is told first, at once', () => {
    const b = given('1');
    b.fill(b.order('stop'), '1', '89.9');
    expect(told(b)).toEqual(['filled entry 1', 'filled stop 1']);
  });

  it('GIVEN an entry whose stop is found to have executed by the start THEN that is told after it', () => {
    const before = given('2');
    const b = bench(before.trade);
    b.send({ type: 'restart' });
    b.fill(b.order('stop'), '2', '89.9');
    b.send({ type: 'fills', fills: [fillOf(b.order('entry'), '2', '100')] });
    expect(told(b)).toEqual(['filled entry 2', 'filled stop 2']);
  });

  it('GIVEN a restart before it was told THEN it is said again', () => {
    const b = bench({ targets: [] });
    b.send({ type: 'begin' });
    b.fill(b.order('entry'), '1', '100');
    b.acceptAll('stop');
    expect(b.send({ type: 'restart' })).toContain('filled entry 1');
  });
});
