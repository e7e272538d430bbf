import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { trade } from '../../../src/trading/model.ts';
import { type Bench, bench, opened } from './bench.ts';
import { reportOf } from './fixtures.ts';

const placed = (lines: readonly string[]) => lines.filter((line) => line.startsWith('place'));

function see(b: Bench, quantity: string | null): string[] {
  return b.send({ type: 'position', quantity: quantity === null ? null : new Decimal(quantity) });
}

/** Back with a journal that has the position with its stop, which has gone in the meantime. */
function back(): Bench {
  const b = opened({ targets: [] });
  const again = bench(trade.parse(JSON.parse(JSON.stringify(b.trade))));
  again.send({ type: 'restart' });
  return again;
}

/** Back with a journal that has an entry resting. */
function waiting(): Bench {
  const b = bench({ entries: [['limit', '95', '1']], targets: [] });
  b.send({ type: 'begin' });
  b.acceptAll('entry');
  b.send({ type: 'restart' });
  return b;
}

describe('at a start where the exchange holds less than the journal says', () => {
  it('nothing is placed for what is not there, until it is known where it went', () => {
    const b = back();
    see(b, '0');
    b.end(b.order('stop'), 'cancelled');
    expect(placed(b.wait(5_000))).toEqual([]);
    b.send({ type: 'elsewhere', quantity: new Decimal(1), fills: [], cause: 'user' });
    b.wait(60_000);
    expect([placed(b.log), b.trade.phase]).toEqual([[], 'closed']);
  });

  it('what is there has a stop as large as that', () => {
    const b = back();
    see(b, '0.4');
    b.end(b.order('stop'), 'cancelled');
    expect(placed(b.wait(1_100))).toEqual(['place stop 0.4 @90']);
  });

  it('nothing is closed that is not there: it could be what another trade holds', () => {
    const b = back();
    see(b, '0');
    b.request({ type: 'close', fraction: new Decimal(1), reason: 'panic' });
    expect(placed([...b.did, ...b.wait(5_000)])).toEqual([]);
  });

  it('once both have been compared what is held counts', () => {
    const b = back();
    see(b, '0');
    b.end(b.order('stop'), 'cancelled');
    b.wait(1_500);
    expect(see(b, null)).toEqual(['place stop 1 @90']);
  });

  it('where they cannot be compared it counts after a while', () => {
    const b = back();
    see(b, '0');
    b.end(b.order('stop'), 'cancelled');
    expect(placed(b.wait(7_900))).toEqual([]);
    expect(placed(b.wait(200))).toEqual(['place stop 1 @90']);
  });

  it('a fill that is told as it happens is protected at once', () => {
    const b = waiting();
    see(b, '0');
    expect(placed(b.fill(b.order('entry'), '1', '95'))).toEqual(['place stop 1 @90']);
  });

  it('a fill that is found waits two seconds at most', () => {
    const b = waiting();
    see(b, '0');
    const entry = b.order('entry');
    const report = reportOf(entry, { status: 'filled', executed: entry.quantity });
    expect(placed(b.send({ type: 'report', report, fill: null }))).toEqual([]);
    expect(placed(b.wait(2_000))).toEqual(['place stop 1 @90']);
  });

  it('nothing waits where all of it is there', () => {
    const b = back();
    const before = b.trade;
    see(b, '1');
    expect(b.trade).toBe(before);
  });
});

describe('at a start, before the positions have been read', () => {
  const found = (b: Bench): string[] => {
    const entry = b.order('entry');
    const report = reportOf(entry, { status: 'filled', executed: entry.quantity });
    return placed(b.send({ type: 'report', report, fill: null }));
  };

  it('what is found to have filled waits for them: its position may be gone again', () => {
    const b = waiting();
    expect(found(b)).toEqual([]);
    expect(placed(see(b, '0'))).toEqual([]);
    expect(placed(b.wait(1_500))).toEqual([]);
  });

  it('it is protected as soon as it is seen to be there', () => {
    const b = waiting();
    expect(found(b)).toEqual([]);
    expect(placed(see(b, '1'))).toEqual(['place stop 1 @90']);
  });

  it('it waits a second at most', () => {
    const b = waiting();
    expect(found(b)).toEqual([]);
    expect(placed(b.wait(1_000))).toEqual(['place stop 1 @90']);
  });

  it('what fills now is protected at once', () => {
    const b = waiting();
    expect(placed(b.fill(b.order('entry'), '1', '95'))).toEqual(['place stop 1 @90']);
  });
});
