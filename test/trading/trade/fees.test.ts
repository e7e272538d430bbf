import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { resultOf } from '../../../src/trading/lifecycle/facts.ts';
import { type Bench, bench } from './bench.ts';
import { fillOf, reportOf } from './fixtures.ts';

/** A trade whose entry paid so much BNB. */
function paidInBnb(commission: string): Bench {
  const b = bench({ entries: [['limit', '100', '1']], targets: [] });
  b.send({ type: 'begin' });
  const entry = b.order('entry');
  b.accept(entry);
  const fill = fillOf(entry, '1', '100', {
    tradeId: 'bnb',
    commission: new Decimal(commission),
    commissionAsset: 'BNB',
  });
  const report = reportOf(entry, { status: 'filled', executed: new Decimal(1) });
  b.send({ type: 'report', report, fill });
  b.acceptAll('stop');
  return b;
}

const worth = (value: string) => new Map([['bnb', new Decimal(value)]]);

function stopOut(b: Bench): void {
  b.fill(b.order('stop'), '1', '90');
}

describe('a commission in BNB', () => {
  it('THEN its value is asked for at once, and counts in the net result', () => {
    const b = paidInBnb('0.0001');
    expect(b.log).toContain('value_fees');
    expect(resultOf(b.trade).otherFees.BNB?.toString()).toBe('0.0001');
    b.send({ type: 'fees_valued', values: worth('0.06') });
    const { fees, otherFees, net } = resultOf(b.trade);
    expect([fees.toString(), net.toString(), otherFees]).toEqual(['0.06', '-0.06', {}]);
  });

  it('GIVEN no answer THEN it is asked for ever more rarely, and a closed trade waits no longer than half a minute', () => {
    const b = paidInBnb('0.0001');
    stopOut(b);
    expect(b.trade.phase).toBe('open');
    b.forget();
    b.wait(29_000);
    const asked = b.log.filter((line) => line === 'value_fees').length;
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(10);
    expect(b.trade.phase).toBe('open');
    b.wait(2_000);
    expect([b.trade.phase, b.trade.closeReason]).toEqual(['closed', 'stop']);
  });

  it('GIVEN the answer after the end THEN the result still gets it', () => {
    const b = paidInBnb('0.0001');
    stopOut(b);
    b.wait(31_000);
    b.send({ type: 'fees_valued', values: worth('0.06') });
    expect(resultOf(b.trade).fees.toString()).toBe('0.06');
  });

  it('GIVEN a second answer THEN the first one stays', () => {
    const b = paidInBnb('0.0001');
    b.send({ type: 'fees_valued', values: worth('0.06') });
    b.send({ type: 'fees_valued', values: worth('0.07') });
    expect(resultOf(b.trade).fees.toString()).toBe('0.06');
  });
});
