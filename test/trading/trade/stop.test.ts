import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import { judgeRequest } from '../../../src/trading/lifecycle/requests.ts';
import { bench, opened } from './bench.ts';

describe('moving the stop', () => {
  it('GIVEN a stop beyond break-even THEN asking for break-even is refused and loosens nothing', () => {
    const b = opened();
    b.request({ type: 'move_stop', price: new Decimal(105), confirmed: false });
    b.accept(b.order('stop'));
    expect(judgeRequest(b.trade, { type: 'break_even' }, null)).toEqual({
      kind: 'refused',
      reason: 'raises_risk',
    });
    expect(b.request({ type: 'break_even' })).toEqual([]);
    expect(b.trade.stopPrice.toString()).toBe('105');
  });

  it('GIVEN a move away from the price WHEN nobody has confirmed it THEN nothing moves', () => {
    const b = opened();
    expect(b.request({ type: 'move_stop', price: new Decimal(80), confirmed: false })).toEqual([]);
    expect(b.request({ type: 'move_stop', price: new Decimal(80), confirmed: true })).toEqual([
      'place stop 1 @80',
    ]);
  });
});

describe('a stop that the exchange is too busy for', () => {
  it('THEN waits, one new order at the time named, for what is held by then', () => {
    const b = bench({ entries: [['limit', '100', '1']] });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    b.fill(b.order('entry'), '0.4', '100');
    b.throttle(b.order('stop'), 5_000);
    b.forget();
    b.fill(b.order('entry'), '0.2', '100');
    b.wait(4_990);
    expect(b.log.filter((line) => line.includes('stop'))).toEqual([]);
    expect(b.wait(10)).toContain('place stop 0.6 @90');
  });
});
